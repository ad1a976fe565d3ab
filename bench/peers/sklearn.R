# scikit-learn, run by sklearn_fit.py in a Python of its own: NONNEG_PYTHON names one,
# else the first that has it is taken. Numbers go through files, so that both
# start from the same bits. It runs on OpenBLAS where that is at hand.

title <- "scikit-learn"

version <- function() {
  python()$version
}

python <- local({
  found <- NULL
  function() {
    if (is.null(found)) {
      ask <- c("-c", shQuote("import sklearn; print(sklearn.__version__)"))
      for (command in unique(c(Sys.getenv("NONNEG_PYTHON"), "python3", "/usr/bin/python3"))) {
        if (!nzchar(Sys.which(command))) next
        answer <- suppressWarnings(system2(command, ask, stdout = TRUE, stderr = FALSE))
        if (is.null(attr(answer, "status"))) {
          found <<- list(command = command, version = answer[length(answer)])
          return(found)
        }
      }
      found <<- list()
    }
    found
  }
})

fit <- function(x, rank, start = NULL, iterations = NULL, restarts = 1, threads = 2, variant = "cd") {
  if (is.null(variant)) variant <- "cd"
  dir <- tempfile("sklearn")
  dir.create(dir)
  on.exit(unlink(dir, recursive = TRUE))
  write <- function(values, name) writeBin(as.vector(values), file.path(dir, name))
  write(as_values(x), "x")
  if (!is.matrix(x)) {
    write(x@i, "i")
    write(x@p, "p")
  }
  if (!is.null(start)) {
    write(start$W, "W")
    write(start$H, "H")
  }
  library <- openblas()
  arguments <- c(
    "bench/peers/sklearn_fit.py", shQuote(dir), nrow(x), ncol(x), rank, variant,
    if (is.null(iterations)) 0 else iterations
  )
  answer <- system2(
    python()$command, arguments,
    stdout = TRUE,
    env = shell_environment(c(
      if (!is.null(library)) openblas_environment(library, threads), paste0("OMP_NUM_THREADS=", threads)
    ))
  )
  answer <- as.numeric(strsplit(answer[length(answer)], " ")[[1]])
  read <- function(name, n) readBin(file.path(dir, name), "double", n)
  list(
    W = matrix(read("W", nrow(x) * rank), nrow(x)),
    H = matrix(read("H", ncol(x) * rank), rank),
    seconds = answer[1], above = answer[2]
  )
}
