# Installs what the benchmarks need, then runs bench/run.R with the development
# version of nonneg first in line. Arguments are handed on.

source("tools/install-deps.R")
root()
if (!file.exists("bench/run.R")) fail("bench/run.R is not there")
install_deps("use")
use_development_library()

# The packages to compare with have a library of their own, last in line: no
# other library is touched.
peers <- trimws(grep("^[^#]", readLines("bench/packages.txt"), value = TRUE))
library_of_peers <- scratch("bench", "library")
dir.create(library_of_peers, recursive = TRUE, showWarnings = FALSE)
.libPaths(c(.libPaths(), library_of_peers))
Sys.setenv(R_LIBS = paste(.libPaths(), collapse = .Platform$path.sep))
wanted <- Filter(function(package) !installed(package), peers)
if (length(wanted)) {
  say("installing for comparison: ", paste(wanted, collapse = ", "))
  install_missing(wanted, library_of_peers)
  left <- Filter(function(package) !installed(package), wanted)
  if (length(left)) message("Note: not installed, so not compared with: ", paste(left, collapse = ", "))
}

status <- system2(
  file.path(R.home("bin"), "Rscript"), c("bench/run.R", shQuote(commandArgs(trailingOnly = TRUE)))
)
quit(save = "no", status = status)
