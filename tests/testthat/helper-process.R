# R processes of their own, for what cannot be tested in this one.

# The code that makes a new process find the packages that this one uses.
library_paths <- function() {
  sprintf(".libPaths(%s); ", paste(deparse(.libPaths(), width.cutoff = 500), collapse = " "))
}

# FALSE where the sources were loaded without being installed.
installed_here <- function() {
  path <- tryCatch(getNamespaceInfo("nonneg", "path"), error = function(e) "")
  file.exists(file.path(path, "Meta", "package.rds")) && dirname(path) %in% normalizePath(.libPaths())
}

# What a new process prints that runs `...`, line by line.
output_of <- function(...) {
  skip_if_not(installed_here(), "the package is not installed")
  code <- shQuote(paste(c(library_paths(), ...), collapse = " "))
  system2(file.path(R.home("bin"), "Rscript"), c("-e", code), stdout = TRUE, stderr = TRUE)
}

# Starts `lines` in the background, without waiting.
run_in_background <- function(lines, env = parent.frame()) {
  script <- withr::local_tempfile(lines = c(library_paths(), lines), fileext = ".R", .local_envir = env)
  log <- withr::local_tempfile(fileext = ".log", .local_envir = env)
  system2(
    file.path(R.home("bin"), "Rscript"), c("--vanilla", shQuote(script)), stdout = log, stderr = log,
    wait = FALSE
  )
  log
}

# Waits until `file` is there, at most `seconds`; TRUE if it came.
appears <- function(file, seconds) {
  end <- Sys.time() + seconds
  while (!file.exists(file) && Sys.time() < end) Sys.sleep(0.02)
  file.exists(file)
}

# Runs `code`, which makes `fit`, in a process of its own, interrupts it `after` seconds, and returns what was saved,
# with the seconds that took, and the value of `then`, which runs afterwards.
interrupted <- function(code, after = 1, then = "NULL", env = parent.frame()) {
  skip_on_os("windows") # one process cannot send another an interrupt there
  skip_on_cran()
  skip_if_not(installed_here(), "the package is not installed")
  folder <- withr::local_tempdir(.local_envir = env)
  path <- function(name) file.path(folder, name)
  log <- run_in_background(c(
    sprintf("setwd(%s)", deparse(folder)),
    "library(nonneg)",
    "started <- function() {",
    "  writeLines(as.character(Sys.getpid()), 'pid.part')",
    "  file.rename('pid.part', 'pid')",
    "}",
    "warned <- NULL",
    "set.seed(1)",
    "withCallingHandlers(
      {", code, "}, warning = function(w) { warned <<- w; invokeRestart('muffleWarning') }
    )",
    "ended <- Sys.time()",
    # The interrupt is over: what follows runs undisturbed.
    "later <- nmf(matrix(1:12 + 0, 4), 2, max_iter = 20)$reason",
    "then <- {", then, "}",
    "saveRDS(list(fit = fit, warned = warned, ended = ended, later = later, then = then), 'result.part')",
    "invisible(file.rename('result.part', 'result'))"
  ), env = env)
  if (!appears(path("pid"), 60)) stop("the process did not start: ", paste(readLines(log), collapse = "\n"))
  pid <- as.integer(readLines(path("pid")))
  withr::defer(tools::pskill(pid, tools::SIGKILL), envir = env)
  Sys.sleep(after)
  sent <- Sys.time()
  tools::pskill(pid, tools::SIGINT)
  # What is slow here is a busy machine, and writing the result; the interrupt itself
  # is timed from within.
  if (!appears(path("result"), 60)) stop("no result: ", paste(readLines(log), collapse = "\n"))
  result <- readRDS(path("result"))
  result$seconds <- as.numeric(difftime(result$ended, sent, units = "secs"))
  result
}

expect_interrupted <- function(result, within = 5) {
  # About 0.1 s; the limit leaves room for a busy machine.
  expect_gt(result$seconds, 0)
  expect_lt(result$seconds, within)
  expect_s3_class(result$warned, "nonneg_warning_stopped")
  expect_true(result$later %in% c("tol", "max_iter"))
}
