# How many threads to use: the argument, the option, or all there are. Never more
# than two where R CMD check limits cores, and one in a forked child.
check_threads <- function(threads, arg = "threads") {
  if (is.null(threads)) {
    threads <- getOption("nonneg.threads")
    arg <- "options(nonneg.threads)"
  }
  most <- cpp_max_threads()
  if (core_limit()) most <- min(most, 2L)
  if (is.null(threads)) {
    return(most)
  }
  wanted <- check_count(threads, arg)
  # A fork or an environment that limits threads is obeyed; asking for more
  # threads than cores is allowed.
  if (cpp_forked()) 1L else wanted
}

core_limit <- function() {
  limit <- Sys.getenv("_R_CHECK_LIMIT_CORES_", "")
  nzchar(limit) && tolower(limit) != "false"
}

.onLoad <- function(libname, pkgname) {
  cpp_on_load()
}
