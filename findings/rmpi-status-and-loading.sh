#!/usr/bin/env bash
# Rmpi 0.6-9.2 on Open MPI: what a scheduler learns of a job whose rank gives up, and what loading the package does to
# the process.
#
# Guess: mpi.abort() ends the job with a status that is not 0, as MPI_Abort does; a namespace that is loaded, not
# attached, changes nothing until one of its functions is called.
# Seen: after mpi.abort() on one rank mpirun ends with status 0: to a scheduler the job succeeded, and what waits
# for it starts. quit(status = 1), and an error that nobody catches, end it with 1. And requireNamespace("Rmpi")
# (so testthat's skip_if_not_installed() too) starts MPI: from then on that process cannot start mpirun, whose every
# call returns 1 without a word. system.file(package = ) asks without loading.
. "$(dirname "$0")/common.sh"
r_packages Rmpi=0.6.9.2
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
ended() {
  cat >"$home/job.R" <<R
suppressMessages(library(Rmpi))
if (mpi.comm.rank(0) == 1) $2 else Sys.sleep(30)
R
  local status=0
  mpirun --oversubscribe -n 2 Rscript --vanilla "$home/job.R" >/dev/null 2>&1 || status=$?
  echo "$1: status $status"
}
{
  ended "mpi.abort()" "mpi.abort(0)"
  ended "quit(status = 1)" "quit(status = 1)"
  ended "an error" "stop('gives up')"
  Rscript --vanilla - 2>"$home/log" <<'R'
mpirun <- function() system2("mpirun", c("--oversubscribe", "-n", "1", "true"), stdout = FALSE, stderr = FALSE)
cat("mpirun from R: status", mpirun(), "\n")
invisible(requireNamespace("Rmpi", quietly = TRUE))
cat("the same after requireNamespace(): status", mpirun(), "\n")
R
} >"$home/seen"
cat >"$home/wanted" <<'SEEN'
mpi.abort(): status 0
quit(status = 1): status 1
an error: status 1
mpirun from R: status 0 
the same after requireNamespace(): status 1 
SEEN
expect "$home/seen" "$home/wanted"
