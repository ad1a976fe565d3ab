# An older build of this package, made from git into a library of its own, and pairs of calls of both. Both
# are packages of one name, so every call runs in a fresh process that has one of the libraries in front.

previous_commit <- "718c7ba"

# The library that has it; NULL, with a message, where it cannot be made.
previous_library <- function(commit = previous_commit) {
  library <- cache(paste0("library-", commit))
  if (dir.exists(file.path(library, "nonneg"))) {
    return(normalizePath(library))
  }
  tarball <- tempfile(fileext = ".tar")
  source <- tempfile("nonneg")
  on.exit(unlink(c(tarball, source), recursive = TRUE))
  dir.create(source)
  if (system2("git", c("archive", "-o", tarball, commit)) != 0) {
    say("commit ", commit, " is not in this repository: no comparison with it")
    return(NULL)
  }
  utils::untar(tarball, exdir = source)
  # What that build imported and this one does not.
  needed <- tools::package_dependencies("nonneg", cbind(
    Package = "nonneg", read.dcf(file.path(source, "DESCRIPTION"), c("Imports", "Depends", "LinkingTo"))
  ), c("Imports", "LinkingTo"))[[1]]
  install_missing(Filter(function(package) !installed(package), needed), tail(.libPaths(), 1))
  dir.create(library)
  say("building commit ", commit)
  status <- system2(
    file.path(R.home("bin"), "R"),
    c("CMD", "INSTALL", "--no-docs", "--no-test-load", "-l", shQuote(library), shQuote(source)),
    stdout = FALSE, stderr = FALSE
  )
  if (status != 0) fail("commit ", commit, " does not build")
  normalizePath(library)
}

# `libraries`: named list of library folders, this build first. Each repetition runs the named function of
# bench/cases with `arguments` once per library, in turn.
paired_builds <- function(name, arguments, libraries, times) {
  paired(lapply(libraries, function(library) {
    force(library)
    environment <- paste0("R_LIBS=", paste(c(library, .libPaths()), collapse = .Platform$path.sep))
    function(repetition) {
      # The speed of a shared machine changes from minute to minute: whoever was first is second next.
      fresh(name, arguments, environment)
    }
  }), times)
}
