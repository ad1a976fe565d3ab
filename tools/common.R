# Shared by the scripts in tools/. Base R only: they run before anything is
# installed.

# The root of the package: scripts are run from there (make does).
root <- function() {
  if (!file.exists("DESCRIPTION")) stop("run this from the root of the package", call. = FALSE)
  invisible(normalizePath("."))
}

say <- function(...) message("==> ", ...)

# A failure with a message for people: no traceback, exit status 1.
fail <- function(...) {
  message("\nError: ", ...)
  quit(save = "no", status = 1L)
}

scratch <- function(...) {
  path <- file.path(root(), "build-tmp", ...)
  dir.create(dirname(path), recursive = TRUE, showWarnings = FALSE)
  path
}

r_binary <- function() file.path(R.home("bin"), "R")

cores <- function() {
  n <- tryCatch(parallel::detectCores(), error = function(e) NA)
  max(1L, min(if (is.na(n)) 1L else n, 8L))
}

# One field of DESCRIPTION as a data frame: package, version (NA = any).
requirements <- function(fields) {
  text <- read.dcf("DESCRIPTION", fields = fields)
  items <- trimws(unlist(strsplit(text[!is.na(text)], ",")))
  package <- sub("[[:space:]]*\\(.*", "", items)
  version <- ifelse(grepl("\\(", items), sub(".*>=[[:space:]]*([^)]*)\\).*", "\\1", items), NA)
  keep <- package != "R" & nzchar(package)
  unique(data.frame(package = package[keep], version = trimws(version[keep])))
}

installed <- function(package, version = NA) {
  has <- tryCatch(utils::packageVersion(package), error = function(e) NULL)
  !is.null(has) && (is.na(version) || has >= version)
}

# The first library that can be written to; where there is none, the user's own
# (R_LIBS_USER) is made. It becomes the first of .libPaths().
writable_library <- function() {
  can_write <- function(dir) {
    probe <- tempfile("probe", tmpdir = dir)
    ok <- suppressWarnings(file.create(probe))
    if (ok) unlink(probe)
    ok
  }
  for (lib in .libPaths()) if (can_write(lib)) return(lib)
  lib <- path.expand(strsplit(Sys.getenv("R_LIBS_USER"), .Platform$path.sep)[[1L]][1L])
  if (is.na(lib) || !nzchar(lib) || lib == "NULL") {
    fail(
      "no R library can be written to. Set R_LIBS_USER to a directory of yours,\n",
      "for example  export R_LIBS_USER=~/R/library"
    )
  }
  dir.create(lib, recursive = TRUE, showWarnings = FALSE)
  if (!dir.exists(lib) || !can_write(lib)) fail("cannot write to the library ", lib, " (R_LIBS_USER)")
  say("no library was writable: made ", lib)
  .libPaths(c(lib, .libPaths()))
  lib
}

# Stops unless a small C++17 library with R's headers and R's linear algebra can be
# built: better now than after minutes of compiling.
need_compiler <- function() {
  if (isTRUE(getOption("nonneg.compiler"))) return(invisible())
  options(nonneg.compiler = TRUE)
  trial <- build_trial()
  if (trial$ok) return(invisible())
  if (name_libraries()) trial <- build_trial()
  if (trial$ok) return(invisible())
  message(paste(utils::tail(trial$log, 10L), collapse = "\n"))
  fail(
    "a compiler for C++17, make, R's headers and the libraries BLAS and LAPACK are needed,\n",
    "and a small trial could not be built with them. They come with\n",
    "  Debian, Ubuntu:  apt-get install r-base-dev\n",
    "  Fedora:          dnf install R-devel\n",
    "  macOS:           xcode-select --install\n",
    "  Windows:         Rtools"
  )
}

build_trial <- function() {
  dir <- tempfile("trial")
  dir.create(dir)
  here <- setwd(dir)
  on.exit({
    setwd(here)
    unlink(dir, recursive = TRUE)
  })
  writeLines(c("CXX_STD = CXX17", "PKG_LIBS = $(LAPACK_LIBS) $(BLAS_LIBS) $(FLIBS)"), "Makevars")
  writeLines(c(
    "#include <R.h>", "#include <Rinternals.h>", "#include <type_traits>",
    "extern \"C\" SEXP trial() { return std::is_same_v<int, char> ? R_NilValue : R_NaString; }"
  ), "trial.cpp")
  log <- suppressWarnings(system2(r_binary(), c("CMD", "SHLIB", "trial.cpp"), stdout = TRUE, stderr = TRUE))
  list(ok = file.exists(paste0("trial", .Platform$dynlib.ext)), log = log)
}

# R may come with the libraries that it runs with but not with the names by which
# a linker finds them (Debian has those in r-base-dev): names of our own, then, in
# build-tmp/link. FALSE if there was nothing to name.
name_libraries <- function() {
  if (.Platform$OS.type != "unix" || !nzchar(Sys.which("ldd"))) return(FALSE)
  flags <- unlist(lapply(c("LAPACK_LIBS", "BLAS_LIBS", "FLIBS"), function(name) {
    suppressWarnings(system2(r_binary(), c("CMD", "config", name), stdout = TRUE, stderr = FALSE))
  }))
  flags <- unlist(strsplit(flags, " +"))
  wanted <- unique(sub("^-l", "lib", grep("^-l", flags, value = TRUE)))
  used <- c(La_library(), extSoftVersion()[["BLAS"]])
  used <- used[file.exists(used)]
  loaded <- unlist(lapply(used, function(file) {
    suppressWarnings(system2("ldd", shQuote(file), stdout = TRUE, stderr = FALSE))
  }))
  used <- unique(c(used, sub(".*=> (/.*) \\(.*", "\\1", grep("=> /", loaded, value = TRUE))))
  dir <- scratch("link")
  unlink(dir, recursive = TRUE)
  dir.create(dir)
  for (name in wanted) {
    file <- used[startsWith(basename(used), paste0(name, ".so"))]
    if (length(file)) file.symlink(file[[1L]], file.path(dir, paste0(name, ".so")))
  }
  if (!length(list.files(dir))) return(FALSE)
  old <- Sys.getenv("LIBRARY_PATH")
  Sys.setenv(LIBRARY_PATH = paste(c(dir, old[nzchar(old)]), collapse = .Platform$path.sep))
  TRUE
}

# What a compiler leaves behind.
compiled <- "\\.(o|so|dll|gcda|gcno|gcov)$"

# Checksums, by name, of all files of the folders `parts` and of the single `files`.
source_sums <- function(parts, files) {
  from <- list.files(parts, recursive = TRUE, full.names = TRUE)
  tools::md5sum(c(intersect(files, list.files()), from[!grepl(compiled, from)]))
}

# Makes `copy` hold these files and no others, besides compiled ones; files that are the same keep their date.
# TRUE if a header or Makevars changed, so that objects there are out of date.
sync_sources <- function(copy, parts, files) {
  sums <- source_sums(parts, files)
  from <- names(sums)
  old <- list.files(copy, recursive = TRUE)
  gone <- setdiff(old[!grepl(compiled, old)], from)
  unlink(file.path(copy, gone))
  changed <- from[!(from %in% old) | sums != tools::md5sum(file.path(copy, from))]
  for (dir in unique(dirname(from))) dir.create(file.path(copy, dir), recursive = TRUE, showWarnings = FALSE)
  file.copy(changed, file.path(copy, changed), overwrite = TRUE)
  any(grepl("^src/.*(\\.h|\\.hpp|Makevars.*)$", c(changed, gone)))
}

# A file of settings for make, the user's own ones and flags of R without those for debuggers, which take a fifth
# of the time of compiling. Flags that the user has set stay.
lean_makevars <- function() {
  lines <- unlist(lapply(tools::makevars_user(), readLines, warn = FALSE))
  if (!any(grepl("^\\s*CXX17FLAGS\\b", lines))) {
    flags <- system2(r_binary(), c("CMD", "config", "CXX17FLAGS"), stdout = TRUE)
    lines <- c(lines, paste("CXX17FLAGS =", gsub("(?<!\\S)-g(?!\\S)", "", flags, perl = TRUE)))
  }
  file <- scratch("Makevars")
  writeLines(lines, file)
  file
}

# Installs the package into `lib`. A copy of the sources in build-tmp/ keeps the
# source tree free of compiled files; object files in the copy are used again
# unless a header or Makevars changed. Returns FALSE if it was up to date.
install_package <- function(lib, docs = FALSE) {
  dir.create(lib, recursive = TRUE, showWarnings = FALSE)
  copy <- scratch("package")
  parts <- c("R", "src", "data", "inst", if (docs) "man")
  stamp_file <- file.path(lib, "nonneg", "sources.md5")
  stamp <- c(source_sums(parts, c("DESCRIPTION", "NAMESPACE", "NEWS.md")), R = R.version.string)
  if (file.exists(stamp_file) && identical(readRDS(stamp_file), stamp)) {
    say("nonneg in ", lib, " is up to date")
    return(invisible(FALSE))
  }
  if (sync_sources(copy, parts, c("DESCRIPTION", "NAMESPACE", "NEWS.md"))) {
    unlink(list.files(copy, "\\.o$", recursive = TRUE, full.names = TRUE))
  }

  need_compiler()
  say("building and installing nonneg into ", lib)
  own <- Sys.getenv("R_MAKEVARS_USER", NA)
  on.exit(if (is.na(own)) Sys.unsetenv("R_MAKEVARS_USER") else Sys.setenv(R_MAKEVARS_USER = own))
  Sys.setenv(
    R_MAKEVARS_USER = lean_makevars(),
    MAKEFLAGS = paste0("-j", cores()),
    R_LIBS = paste(.libPaths(), collapse = .Platform$path.sep)
  )
  log <- scratch("install.log")
  status <- system2(r_binary(), c(
    "CMD", "INSTALL", "--no-multiarch", if (!docs) "--no-docs",
    paste0("--library=", shQuote(lib)), shQuote(copy)
  ), stdout = log, stderr = log)
  if (status != 0L) {
    lines <- readLines(log, warn = FALSE)
    message(paste(utils::tail(lines, 40L), collapse = "\n"))
    fail("nonneg did not install; the whole log is build-tmp/install.log")
  }
  saveRDS(stamp, stamp_file)
  invisible(TRUE)
}

# The library of the development version: tests and documents use it, the user's
# own library is left alone. It becomes the first of .libPaths(), here and in the
# processes that are started from here.
use_development_library <- function() {
  lib <- scratch("library")
  dir.create(lib, showWarnings = FALSE)
  unlink(file.path(lib, "00LOCK-package"), recursive = TRUE) # of an installation that was stopped
  install_package(lib)
  .libPaths(c(lib, .libPaths()))
  Sys.setenv(R_LIBS = paste(.libPaths(), collapse = .Platform$path.sep))
  invisible(lib)
}
