# A fit to a store takes memory for its factors and a few blocks, whatever the size of the store.

# A dense store of 1.6 GB, of which the file system holds what is not 0.
large_store <- function(env) {
  path <- local_store(random_data(1000, 200), type = "double", env = env)$path
  size <- 1.6e9
  con <- file(file.path(path, "values"), "r+b")
  seek(con, size - 1, rw = "write")
  writeBin(raw(1), con)
  close(con)
  change_header(path, "^Columns: .*", sprintf("Columns: %.0f", size / 8000))
  change_header(path, "^Stored: .*", sprintf("Stored: %.0f", size / 8))
  change_header(path, "^(File: values) [0-9]*", sprintf("\\1 %.0f", size))
  path
}

test_that("a fit to a store of 1.6 GB takes less than a quarter of that, with factors, R and its packages", {
  skip_on_cran()
  skip_if_not(file.exists("/proc/self/limits"), "memory can only be limited on Linux")
  skip_if_not(installed_here(), "the package is not installed")
  path <- large_store(environment())
  script <- withr::local_tempfile(lines = c(
    library_paths(), "library(nonneg)",
    sprintf("store <- open_store(%s)", deparse(path)),
    "options(nonneg.memory = Inf)",
    "held <- tryCatch(is.matrix(as.matrix(store)), error = function(e) FALSE)",
    "set.seed(1)",
    "fit <- nmf(store, 2, init = 'random', max_iter = 1, tol = 0, threads = 2)",
    "cat('held', held, 'fitted', nrow(fit$history), all(is.finite(fit$H)), '\\n')"
  ))
  command <- sprintf("ulimit -d 400000; %s --vanilla %s", shQuote(file.path(R.home("bin"), "Rscript")), shQuote(script))
  out <- system2("bash", c("-c", shQuote(command)), stdout = TRUE, stderr = TRUE)
  # The limit is one: the matrix itself cannot be had under it.
  expect_match(paste(out, collapse = " "), "held FALSE fitted 2 TRUE")
})
