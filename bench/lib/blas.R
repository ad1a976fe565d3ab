# OpenBLAS: a second BLAS beside the one R uses. It measures the peak of dgemm,
# is what scikit-learn runs on, and shows that nonneg does not depend on it.

# The file and the directory it is in: several have the same name.
r_blas <- function() {
  file <- normalizePath(extSoftVersion()[["BLAS"]], mustWork = FALSE)
  file.path(basename(dirname(file)), basename(file))
}

is_reference <- function(blas) {
  grepl("libR?blas[.]", blas) && !grepl("openblas|mkl|atlas|blis|flexiblas", blas)
}

# The shared library, or NULL. NONNEG_OPENBLAS names one; else the system is
# asked; else, on Debian and its kin, the package is unpacked into the cache,
# where it changes nothing outside.
openblas <- function() {
  file <- Sys.getenv("NONNEG_OPENBLAS")
  if (nzchar(file)) {
    return(normalizePath(file))
  }
  found <- c(installed_openblas(), cached_openblas())
  if (!length(found)) {
    unpack_openblas()
    found <- cached_openblas()
  }
  if (length(found)) found[[1]] else NULL
}

installed_openblas <- function() {
  if (!nzchar(Sys.which("ldconfig"))) {
    return(character())
  }
  lines <- suppressWarnings(system2("ldconfig", "-p", stdout = TRUE, stderr = FALSE))
  sub(".*=> *", "", grep("libopenblasp?[.]so", lines, value = TRUE))
}

cached_openblas <- function() {
  list.files(cache("openblas"), "^libopenblas.*[.]so$", recursive = TRUE, full.names = TRUE)
}

unpack_openblas <- function() {
  if (!nzchar(Sys.which("apt-get")) || !nzchar(Sys.which("dpkg"))) {
    return(invisible())
  }
  into <- cache("openblas")
  dir.create(into, showWarnings = FALSE)
  here <- setwd(into)
  on.exit(setwd(here))
  suppressWarnings(system2("apt-get", c("download", "libopenblas0-pthread"), stdout = FALSE, stderr = FALSE))
  file <- list.files(pattern = "[.]deb$")
  if (length(file)) system2("dpkg", c("-x", file[1], "."))
}

# OpenBLAS knows processors up to its own date, and takes older kernels for newer
# ones: where there is AVX-512, its kernels for that are asked for by name.
openblas_environment <- function(file, threads) {
  flags <- if (file.exists("/proc/cpuinfo")) grep("^flags", readLines("/proc/cpuinfo"), value = TRUE)
  c(
    if (length(flags) && grepl("\\bavx512dq\\b", flags[1])) "OPENBLAS_CORETYPE=SkylakeX",
    paste0("OPENBLAS_NUM_THREADS=", threads),
    # Not LD_LIBRARY_PATH: R puts directories of its own in front of that.
    paste0("LD_PRELOAD=", file)
  )
}
