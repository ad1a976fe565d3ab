# The machine, and its two limits.

machine <- function() {
  cpu <- if (file.exists("/proc/cpuinfo")) {
    sub(".*: *", "", grep("^model name", readLines("/proc/cpuinfo"), value = TRUE)[1])
  } else {
    suppressWarnings(tryCatch(
      system2("sysctl", c("-n", "machdep.cpu.brand_string"), stdout = TRUE),
      error = function(e) NA
    ))
  }
  if (!length(cpu) || is.na(cpu)) cpu <- R.version$platform
  list(
    cpu = cpu, cores = parallel::detectCores(), system = utils::sessionInfo()$running,
    r = paste0(R.version$major, ".", R.version$minor), blas = r_blas(),
    compiler = compiler_version()
  )
}

compiler_version <- function() {
  command <- system2(file.path(R.home("bin"), "R"), c("CMD", "config", "CXX17"), stdout = TRUE)
  flags <- system2(file.path(R.home("bin"), "R"), c("CMD", "config", "CXX17FLAGS"), stdout = TRUE)
  version <- system2(setdiff(strsplit(command, " ")[[1]], "ccache")[1], "--version", stdout = TRUE)[1]
  level <- regmatches(flags, regexpr("-O[^ ]*", flags))
  paste(version, level)
}

compile_limits <- function() {
  # Children use what the first process has compiled.
  Rcpp::sourceCpp("bench/lib/limits.cpp", env = globalenv(), cacheDir = cache("limits"))
}

# Products of two square matrices, the fastest dgemm at hand: that of R, or that
# of OpenBLAS. Where no optimised one is found, the rate of fused multiply-adds
# in registers, which no dgemm exceeds.
dgemm_peak <- function(size, threads, library = openblas()) {
  operations <- 2 * size^3
  if (!is.null(library)) {
    set <- strsplit(grep("^OPENBLAS", openblas_environment(library, threads), value = TRUE), "=")
    for (pair in set) do.call(Sys.setenv, stats::setNames(list(pair[2]), pair[1]))
    core <- openblas_core(library)
    function() {
      list(
        flops = operations / seconds_of_dgemm(library, size, threads),
        name = paste0("OpenBLAS (", core, " kernels)")
      )
    }
  } else if (!is_reference(r_blas())) {
    a <- matrix(0.5, size, size)
    function() list(flops = operations / seconds_of(a %*% a), name = r_blas())
  } else {
    function() list(flops = register_flops(threads), name = "multiply-add in registers")
  }
}
