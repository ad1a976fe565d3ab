# How many threads to use: the argument, the option, or what the machine and the
# environment allow. One in a forked child; at most two where R CMD check limits
# cores.
check_threads <- function(threads, arg = "threads") {
  if (is.null(threads)) {
    threads <- getOption("nonneg.threads")
    arg <- "options(nonneg.threads)"
  }
  wanted <- if (is.null(threads)) default_threads() else check_count(threads, arg, max = 1024)
  if (cpp_forked()) 1L else wanted
}

# OMP_NUM_THREADS and OMP_THREAD_LIMIT are what schedulers of shared machines set.
default_threads <- function() {
  limits <- c(cpp_cores(), env_count("OMP_NUM_THREADS"), env_count("OMP_THREAD_LIMIT"))
  if (core_limit()) limits <- c(limits, 2L)
  min(limits)
}

env_count <- function(name) {
  value <- suppressWarnings(as.integer(sub(",.*", "", Sys.getenv(name, ""))))
  if (isTRUE(value >= 1)) value
}

core_limit <- function() {
  limit <- Sys.getenv("_R_CHECK_LIMIT_CORES_", "")
  nzchar(limit) && tolower(limit) != "false"
}

.onLoad <- function(libname, pkgname) {
  meet_foreign_generics()
  cpp_on_load()
}

.onUnload <- function(libpath) {
  cpp_on_unload()
  library.dynam.unload("nonneg", libpath)
}
