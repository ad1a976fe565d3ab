# Runs bench/run.R with the development version of nonneg first in line.
# Arguments are handed on.

source("tools/common.R")
root()
if (!file.exists("bench/run.R")) fail("bench/run.R is not there")
use_development_library()
status <- system2(
  file.path(R.home("bin"), "Rscript"), c("bench/run.R", shQuote(commandArgs(trailingOnly = TRUE)))
)
quit(save = "no", status = status)
