# This package.

title <- "nonneg"

version <- function() package_version_or_null("nonneg")

# A number of iterations is held against others' and against limits of double precision, and is of that; a fit to its
# stop is what users get. `precision` says otherwise.
fit <- function(x, rank, start = NULL, iterations = NULL, restarts = 1, threads = 2, variant = NULL,
                precision = if (!is.null(iterations)) "double") {
  init <- if (is.null(start)) "random" else start[c("W", "H")]
  seconds <- seconds_of(nonneg::nmf(
    x, rank,
    solver = variant, init = init, nrun = restarts, threads = threads, verbose = FALSE,
    max_iter = if (is.null(iterations)) 5000 else iterations,
    tol = if (is.null(iterations)) 1e-4 else 0, control = nonneg::nmf_control(precision = precision)
  ))
  fit <- attr(seconds, "value")
  list(W = fit$W, H = fit$H, seconds = as.numeric(seconds), fit = fit)
}
