# RcppML (DeBruine 2021): alternating nonnegative least squares, double precision.
# It takes a seed, but no W and H to start from.

title <- "RcppML"

version <- function() package_version_or_null("RcppML")

fit <- function(x, rank, start = NULL, iterations = NULL, restarts = 1, threads = 2, variant = NULL) {
  RcppML::setRcppMLthreads(threads)
  best <- NULL
  seconds <- 0
  for (run in seq_len(restarts)) {
    time <- seconds_of(RcppML::nmf(
      x, rank,
      maxit = if (is.null(iterations)) 100 else iterations,
      tol = if (is.null(iterations)) 1e-4 else 0, verbose = FALSE,
      seed = if (is.null(start)) run else start$seed
    ))
    fit <- attr(time, "value")
    fit <- list(W = fit$w %*% diag(fit$d, rank), H = fit$h)
    seconds <- seconds + as.numeric(time)
    if (restarts > 1) fit$error <- relative_error(x, fit$W, fit$H)
    if (is.null(best) || fit$error < best$error) best <- fit
  }
  list(W = best$W, H = best$H, seconds = seconds)
}
