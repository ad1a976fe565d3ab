# A Python that has all of these modules, or "".
python_with <- function(...) {
  candidates <- c(Sys.getenv("NONNEG_PYTHON"), Sys.which("python3"), "/usr/bin/python3", Sys.which("python"))
  code <- shQuote(paste0("import ", c(...), collapse = "; "))
  for (python in unique(candidates[nzchar(candidates)])) {
    if (!file.exists(python)) next
    status <- suppressWarnings(system2(python, c("-c", code), stdout = FALSE, stderr = FALSE))
    if (identical(status, 0L)) {
      return(python)
    }
  }
  ""
}
