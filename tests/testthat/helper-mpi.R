# R scripts under mpirun.

skip_without_mpi <- function() {
  skip_on_cran()
  skip_on_os("windows")
  skip_if_not(nzchar(Sys.which("mpirun")), "mpirun is not there")
  # Loading it would start MPI here, and mpirun says nothing and fails in a process where MPI runs.
  skip_if_not(nzchar(system.file(package = "Rmpi")), "Rmpi is not installed")
  skip_if_not(installed_here(), "the package is not installed")
}

# Runs `lines` in `count` processes, each of which has `me`, its number; list(status, output), or a skip where
# MPI does not start. (Debian's Rmpi wants the file libmpi.so of a development package.)
run_mpi <- function(count, lines, seconds = 180, env = parent.frame()) {
  skip_without_mpi()
  script <- withr::local_tempfile(fileext = ".R", .local_envir = env, lines = c(
    library_paths(), "suppressMessages(library(Rmpi)); library(nonneg)", "me <- mpi.comm.rank(0)", lines
  ))
  withr::local_envvar(
    OMPI_ALLOW_RUN_AS_ROOT = "1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM = "1", OMPI_MCA_rmaps_base_oversubscribe = "1",
    OMPI_MCA_btl_vader_single_copy_mechanism = "none", OMPI_MCA_mpi_yield_when_idle = "1",
    # What it leaves behind goes with this process.
    OMPI_MCA_orte_tmpdir_base = tempdir()
  )
  output <- suppressWarnings(system2(
    "mpirun", c("--oversubscribe", "-n", count, file.path(R.home("bin"), "Rscript"), "--vanilla", script),
    stdout = TRUE, stderr = TRUE, timeout = seconds
  ))
  if (any(grepl("Cannot start MPI_Init", output))) skip("MPI does not start")
  status <- attr(output, "status")
  list(status = if (is.null(status)) 0L else status, output = as.character(output))
}
