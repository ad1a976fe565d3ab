# Functions of the benchmark, evaluated in a fresh R process.

# do.call(name, arguments) in a process of its own, with `environment` set as
# "NAME=value"; with `processes`, in so many of an MPI job, as a list of what each returns.
fresh <- function(name, arguments, environment = character(), processes = NULL) {
  files <- file.path(tempfile("fresh"), c("in.rds", "out.rds", "log.txt"))
  dir.create(dirname(files[1]))
  on.exit(unlink(dirname(files[1]), recursive = TRUE))
  saveRDS(list(name = name, arguments = arguments), files[1], compress = FALSE)
  command <- c(file.path(R.home("bin"), "Rscript"), "bench/run.R", "--fresh", shQuote(files[1:2]))
  if (!is.null(processes)) {
    command <- c(Sys.which("mpirun")[[1]], "--oversubscribe", "--bind-to", "none", "-n", processes, command)
    environment <- c(environment, "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1")
  }
  status <- system2(
    command[1], command[-1],
    env = shell_environment(environment),
    stdout = files[3], stderr = files[3]
  )
  if (status != 0) {
    stop(name, " failed in a fresh process:\n", paste(utils::tail(readLines(files[3]), 20), collapse = "\n"))
  }
  if (is.null(processes)) readRDS(files[2]) else lapply(paste0(files[2], seq_len(processes) - 1), readRDS)
}

# As system2() wants it: values quoted.
shell_environment <- function(environment) {
  if (!length(environment)) {
    return(environment)
  }
  paste0(sub("=.*", "=", environment), shQuote(sub("^[^=]*=", "", environment)))
}

evaluate_fresh <- function(files) {
  task <- readRDS(files[1])
  # Of several, each has a number.
  saveRDS(do.call(task$name, task$arguments), paste0(files[2], Sys.getenv("OMPI_COMM_WORLD_RANK")), compress = FALSE)
}

# Bytes, from the system's account of this process: "VmRSS" is what it has in
# memory now, "VmHWM" the most it had since reset_peak(). NA where there is none.
process_memory <- function(what) {
  if (!file.exists("/proc/self/status")) {
    return(NA_real_)
  }
  line <- grep(paste0("^", what, ":"), readLines("/proc/self/status"), value = TRUE)
  1024 * as.numeric(gsub("[^0-9]", "", line))
}

reset_peak <- function() cat("5", file = "/proc/self/clear_refs")

# The environment in which the library that has `package` is first in line.
library_first <- function(package) {
  holds <- dirname(find.package(package))
  paste0("R_LIBS=", paste(unique(c(holds, .libPaths())), collapse = .Platform$path.sep))
}
