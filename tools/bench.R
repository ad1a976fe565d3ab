# Installs what the benchmarks need, then runs bench/run.R with the development
# version of nonneg first in line. Arguments are handed on.

source("tools/install-deps.R")
root()
if (!file.exists("bench/run.R")) fail("bench/run.R is not there")
install_deps("use")
use_development_library()

# The user's own settings for make, without a cache of compilers: RcppPlanc's configure script takes the first
# word of CXX for the compiler.
makevars_of_peers <- function() {
  lines <- unlist(lapply(tools::makevars_user(), readLines, warn = FALSE))
  lines <- sub("^(\\s*(CC|CXX)[0-9]*\\s*=\\s*)(ccache|sccache|distcc)\\s+", "\\1", lines)
  file <- scratch("bench", "Makevars")
  writeLines(as.character(lines), file)
  file
}

install_peers <- function(wanted, lib) {
  # RcppPlanc uses <memory> without naming it, which only newer versions of RcppArmadillo bring along.
  set <- c(R_MAKEVARS_USER = makevars_of_peers(), CMAKE_ARGS = "-DCMAKE_CXX_FLAGS=-includememory")
  old <- Sys.getenv(names(set), NA)
  on.exit({
    Sys.unsetenv(names(set))
    for (name in names(old)[!is.na(old)]) do.call(Sys.setenv, as.list(old[name]))
  })
  do.call(Sys.setenv, as.list(set))
  say("installing for comparison: ", paste(wanted, collapse = ", "))
  install_missing(wanted, lib)
  left <- Filter(function(package) !installed(package), wanted)
  if (length(left)) {
    message("Note: not installed, so not compared with: ", paste(left, collapse = ", "))
    message("What their builds had to say is in build-tmp/logs.")
  }
}

# The packages to compare with have a library of their own, last in line: no
# other library is touched.
peers <- trimws(grep("^[^#]", readLines("bench/packages.txt"), value = TRUE))
library_of_peers <- scratch("bench", "library")
dir.create(library_of_peers, recursive = TRUE, showWarnings = FALSE)
.libPaths(c(.libPaths(), library_of_peers))
Sys.setenv(R_LIBS = paste(.libPaths(), collapse = .Platform$path.sep))
wanted <- Filter(function(package) !installed(package), peers)
if (length(wanted)) install_peers(wanted, library_of_peers)

status <- system2(
  file.path(R.home("bin"), "Rscript"), c("bench/run.R", shQuote(commandArgs(trailingOnly = TRUE)))
)
quit(save = "no", status = status)
