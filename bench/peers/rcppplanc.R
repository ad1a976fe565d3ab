# RcppPlanc: the C++ core of rliger, alternating nonnegative least squares by block principal pivoting. Its joint
# factorization of several data sets only, see cases/joint.R.

title <- "RcppPlanc"

version <- function() package_version_or_null("RcppPlanc")

# `start`: W, and V and H of each data set; observations are rows of H there.
fit_joint <- function(sets, rank, lambda, start, iterations, threads) {
  sets <- lapply(sets, unname_all)
  H <- lapply(start$H, t)
  time <- seconds_of(RcppPlanc::inmf(
    sets, k = rank, lambda = lambda, niter = iterations, nCores = threads, Hinit = H, Vinit = start$V, Winit = start$W
  ))
  fit <- attr(time, "value")
  list(W = fit$W, V = fit$V, H = lapply(fit$H, t), reported = fit$objErr, seconds = as.numeric(time))
}

unname_all <- function(x) {
  x@Dimnames <- list(NULL, NULL)
  x
}
