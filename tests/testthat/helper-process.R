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
