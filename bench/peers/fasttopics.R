# fastTopics (Carbonetto et al.): coordinate descent with extrapolation for the Poisson likelihood, which is the
# Kullback-Leibler divergence. It has documents in rows: its L is our t(H), its F our W. It runs a fixed number of iterations.

title <- "fastTopics"

version <- function() package_version_or_null("fastTopics")

fit <- function(x, rank, start = NULL, iterations = 100, restarts = 1, threads = 2, variant = "scd") {
  RhpcBLASctl::blas_set_num_threads(1)
  counts <- Matrix::t(x)
  own <- list(nc = threads, extrapolate = TRUE)
  initial <- fastTopics::init_poisson_nmf(counts, F = start$W, L = t(start$H))
  seconds <- seconds_of(fastTopics::fit_poisson_nmf(
    counts, fit0 = initial, numiter = iterations, method = variant, control = own, verbose = "none"
  ))
  fit <- attr(seconds, "value")
  list(W = unname(fit$F), H = unname(t(fit$L)), seconds = as.numeric(seconds))
}
