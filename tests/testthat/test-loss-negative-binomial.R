# The negative binomial: what the contracts over all losses do not look at.

test_that("its values are the formula's, with their limits, for any dispersion", {
  x <- c(0, 1, 3, 100, 0.2, 7)
  q <- c(2, 4, 3.0001, 20, 5, 1e-3)
  d <- function(phi, x, q) entry_divergence(x, q, negative_binomial(phi))
  formula <- function(phi) {
    ifelse(x > 0, x * log(x / q), 0) - (x + 1 / phi) * (log1p(phi * x) - log1p(phi * q))
  }
  for (phi in c(1e-2, 0.3, 1, 40)) expect_equal(d(phi, x, q), formula(phi), tolerance = 1e-9, info = phi)
  # phi -> 0: Kullback-Leibler, with the first correction; phi -> Inf: Itakura-Saito / phi.
  poisson <- entry_divergence(x, q, kullback_leibler())
  expect_equal(d(0, x, q), poisson, tolerance = 1e-15)
  for (phi in c(1e-300, 1e-20, 1e-12)) expect_equal(d(phi, x, q), poisson, tolerance = 1e-9, info = phi)
  expect_equal((d(1e-6, x, q) - poisson) / 1e-6, -(x - q)^2 / 2, tolerance = 1e-3)
  gamma <- entry_divergence(x[-1], q[-1], itakura_saito())
  for (phi in c(1e10, 1e100)) expect_equal(phi * d(phi, x[-1], q[-1]), gamma, tolerance = 1e-6, info = phi)
  # Near x, where the terms of the formula cancel: (x - q)^2 / (2 x (1 + phi x)).
  for (phi in 10^seq(-12, 6, by = 3)) {
    expect_equal(d(phi, 5, 5 * (1 + 1e-7)) * 2 * 5 * (1 + 5 * phi) / (25e-14), 1, tolerance = 1e-6, info = phi)
  }
  expect_equal(d(0.5, c(0, 1, 0), c(0, 0, 3)), c(0, Inf, log(2.5) / 0.5), tolerance = 1e-15)
  extremes <- expand.grid(x = c(0, 5e-324, 1e-200, 1, 1e200, 1.7e308), q = c(1e-300, 1, 1e300))
  for (phi in c(0, 1e-300, 1, 1e300)) {
    value <- d(phi, extremes$x, extremes$q)
    expect_true(!anyNA(value) && all(value >= 0), label = phi)
  }
})

test_that("the kernels have the values of the formula for dispersions from 1e-12 to 1e6", {
  x <- round(4 * random_data(12, 17, zeros = 0.3))
  f <- random_start(12, 17, 3)
  f$W <- 4 * f$W
  wh <- f$W %*% f$H
  for (phi in 10^seq(-12, 6, by = 2)) {
    loss <- negative_binomial(phi)
    exact <- sum(entry_divergence(x, wh, loss))
    for (storage in c("dense", "sparse")) {
      at <- contract_measure(x, f, storage, loss = loss, solver = "cd")
      expect_equal(at$loss, exact, tolerance = 1e-11, info = paste(phi, storage))
      expect_equal(divergence(storages[[storage]](x), f, loss), exact, tolerance = 1e-12)
    }
  }
})

test_that("every set of instructions knows it", {
  x <- round(4 * random_data(40, 30, zeros = 0.3))
  start <- random_start(40, 30, 3)
  fits <- lapply(cpp_isas(), function(isa) {
    local_isa(isa)
    contract_fit(x, start, loss = negative_binomial(seq(0.1, 2, length.out = 40)), max_iter = 8, tol = 0)
  })
  for (fit in fits[-1]) expect_close(fit$W, fits[[1]]$W, 1e-8)
})

test_that("a dispersion for each feature: by name, in the objective, in predict(), in short items and long ones", {
  x <- round(4 * random_data(15, 24, zeros = 0.3))
  dimnames(x) <- list(paste0("g", 1:15), NULL)
  phi <- setNames(seq(0, 3, length.out = 15), rownames(x))
  start <- random_start(15, 24, 3)
  p <- list(alpha_W = 0.01, alpha_H = 0.02, l1_ratio = 0.3)
  oracle <- negative_binomial(pmax(phi, 1e-9))
  for (storage in c("dense", "sparse")) {
    stored <- storages[[storage]](x)
    rownames(stored) <- rownames(x)
    fit <- do.call(nmf, c(list(stored, 3, loss = negative_binomial(phi), init = start, tol = 1e-6, max_iter = 5000), p))
    expect_true(fit$converged)
    expect_identical(fit$settings$loss, "negative-binomial")
    expect_identical(fit$settings$loss_object$dispersion, phi)
    expect_equal(
      fit$objective, do.call(oracle_objective, c(list(x, fit$W, fit$H, loss = oracle), p))$objective,
      tolerance = 1e-6
    )
    expect_lte(do.call(entry_kkt, c(list(unname(x), unname(fit$W), unname(fit$H), loss = oracle), p)), 1.01e-6)
    shuffled <- nmf(stored, 3, loss = negative_binomial(rev(phi)), init = start, max_iter = 3, tol = 0)
    expect_identical(shuffled$objective, nmf(stored, 3, loss = negative_binomial(phi), init = start, max_iter = 3, tol = 0)$objective)
    new <- stored[15:1, 1:6]
    expect_equal(predict(fit, new), predict(fit, stored[, 1:6]))
    expect_equal(unname(predict(fit, stored[, 1:6])), unname(fit$H[, 1:6]), tolerance = 1e-4)
    expect_equal(divergence(stored, fit, negative_binomial(phi)), fit$loss, tolerance = 1e-10)
    expect_equal(
      unname(predict(fit, new, type = "divergence")),
      colSums(entry_divergence(x[, 1:6], fit$W %*% predict(fit, new), negative_binomial(phi))), tolerance = 1e-10
    )
  }
  wrong <- setNames(phi, c("other", names(phi)[-1]))
  expect_error(nmf(x, 2, loss = negative_binomial(wrong)), "missing, such as \"g1\"", class = "nonneg_error_input")
  expect_error(nmf(x, 2, loss = negative_binomial(1:3)), "each of the 15 rows", class = "nonneg_error_input")
  expect_error(negative_binomial(-1), "from 0 to 1e\\+300", class = "nonneg_error_input")
  expect_error(negative_binomial(1e301), "from 0 to 1e\\+300", class = "nonneg_error_input")
  expect_error(negative_binomial(c(1, NA)), "Number 2 is NA", class = "nonneg_error_input")
  expect_error(negative_binomial("a"), "dispersion", class = "nonneg_error_input")
})

# The rule of ?losses, in plain R.
moment_dispersion <- function(x, v = 1 + 0 * x) {
  v[is.na(x)] <- 0
  x[is.na(x)] <- 0
  column <- rep(1, ncol(x))
  for (pass in 1:10) {
    row <- rowSums(v * x) / drop(v %*% column)
    column <- colSums(v * x) / drop(row %*% v)
  }
  m <- outer(row, column)
  N <- rowSums(v * ((x - m)^2 - m))
  D <- rowSums(v * m^2)
  e <- sqrt(rowSums(v^2 * (m + 2 * m^2)))
  middle <- max(0, median((N / D)[D > e]))
  ifelse(D > 0, pmax(0, (N + e * middle) / (D + e)), middle)
}

test_that("the estimated dispersion is the documented one, in every storage, and close to the true one", {
  withr::local_seed(1)
  mean <- outer(rexp(60, 1 / 20), runif(300, 0.5, 2))
  x <- matrix(rnbinom(length(mean), size = 2, mu = mean), 60)
  x[7, ] <- 0
  holes <- x
  holes[sample(length(x), 500)] <- NA
  expected <- moment_dispersion(x)
  estimate <- function(x, ...) settled_loss(check_loss("NB"), nmf_data(x, ...))$dispersion
  for (storage in names(storages)) {
    stored <- storages[[storage]](x)
    if (is.list(stored)) next
    expect_equal(estimate(stored), expected, tolerance = 1e-8, info = storage)
    expect_equal(estimate(storages[[storage]](holes)), moment_dispersion(holes), tolerance = 1e-6, info = storage)
  }
  sides <- list(rows = runif(60), columns = runif(300))
  expect_equal(estimate(x, weights = sides), moment_dispersion(x, outer(sides$rows, sides$columns)), tolerance = 1e-6)
  expect_equal(estimate(storages$sparse(x), weights = sides), estimate(x, weights = sides), tolerance = 1e-8)
  v <- matrix(runif(length(x)) * (runif(length(x)) < 0.8), 60)
  expect_equal(estimate(x, weights = v), moment_dispersion(x, v), tolerance = 1e-6)
  expect_equal(median(expected), 0.5, tolerance = 0.1)
  # Poisson counts have next to none.
  expect_lt(median(estimate(matrix(rpois(60 * 300, mean), 60))), 0.01)
  fit <- nmf(x, 2, loss = "negative-binomial", max_iter = 20)
  expect_identical(fit$settings$loss_object$dispersion, estimate(x))
  expect_identical(fit$settings$beta, NA_real_)
})

test_that("a few large counts do not make the estimate wild", {
  x <- matrix(rpois(5 * 400, 3), 5)
  x[1, ] <- 0
  x[1, 1:2] <- c(2, 1)
  phi <- settled_loss(negative_binomial(), nmf_data(x))$dispersion
  expect_lt(phi[1], 2)
})

test_that("surveys, cross-validation, resampling, consensus and models of known factors take it", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  withr::local_seed(2)
  x <- matrix(rnbinom(20 * 30, size = 3, mu = random_start(20, 30, 2)$W %*% random_start(20, 30, 2)$H * 20), 20)
  rownames(x) <- paste0("g", 1:20)
  nb <- negative_binomial(0.3)
  survey <- nmf_survey(x, 1:2, loss = nb, nrun = 2, max_iter = 30, verbose = FALSE)
  expect_identical(survey$settings$loss, "negative-binomial")
  for (method in c("entries", "thinning")) {
    cv <- cross_validate(x, 1:2, loss = "nb", method = method, folds = 2, max_iter = 30, verbose = FALSE)
    expect_true(all(is.finite(cv$runs$error)), label = method)
  }
  fit <- nmf(x, 2, loss = "nb", max_iter = 50)
  boot <- nmf_bootstrap(fit, x, times = 2, verbose = FALSE)
  expect_s3_class(boot, "nmf_bootstrap")
  expect_s3_class(consensus_nmf(x, 2, loss = nb, nrun = 3, max_iter = 30, verbose = FALSE), "nmf")
  known <- as_nmf(basis(fit), loss = fit$settings$loss_object)
  expect_equal(predict(known, x), predict(fit, x), tolerance = 1e-6)
  expect_output(print(fit), "negative-binomial")
  expect_output(print(summary(fit)), "negative-binomial")
  expect_no_error(impute(fit, x))
})

test_that("it fits overdispersed counts better than Kullback-Leibler does", {
  withr::local_seed(5)
  W <- matrix(rgamma(80 * 3, 0.5), 80)
  H <- matrix(rgamma(3 * 120, 1), 3)
  x <- matrix(rnbinom(80 * 120, size = 1, mu = 15 * W %*% H), 80)
  error <- function(loss) {
    fit <- nmf(x, 3, loss = loss, nrun = 3, max_iter = 300)
    sum((sqrt(15 * W %*% H) - sqrt(fitted(fit)))^2)
  }
  expect_lt(error(negative_binomial(1)), 0.9 * error("kl"))
})
