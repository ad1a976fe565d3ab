# Entries below 0, on request: noise of small numbers, under the Frobenius loss.

noisy <- function(l = 30, n = 20, r = 3) {
  set.seed(4)
  x <- matrix(rexp(l * r), l) %*% (matrix(rexp(r * n), r) * rbinom(r * n, 1, 0.6)) + matrix(rnorm(l * n, sd = 0.2), l)
  dimnames(x) <- list(paste0("f", seq_len(l)), paste0("o", seq_len(n)))
  x
}

kkt_of <- function(x, W, H, v = 1) {
  residual <- v * (W %*% H - x)
  residual[is.na(residual)] <- 0
  c(
    W = max(abs(pmin(W, residual %*% t(H)))), H = max(abs(pmin(H, t(W) %*% residual))),
    objective = sum(residual * (W %*% H - x), na.rm = TRUE) / 2
  )
}

test_that("a fit to data with entries below 0 is a stationary point of the plain objective", {
  x <- noisy()
  expect_gt(sum(x < 0), 10)
  for (solver in c("bpp", "cd")) {
    for (init in c("nndsvd", "random")) {
      set.seed(1)
      fit <- nmf(x, 3, solver = solver, init = init, negative = "allow", tol = 1e-9, max_iter = 5000)
      at <- kkt_of(x, fit$W, fit$H)
      expect_true(fit$converged)
      expect_true(min(fit$W, fit$H) >= 0)
      expect_lt(at[["W"]] + at[["H"]], 1e-5 * sum(x^2))
      expect_equal(fit$objective, at[["objective"]], tolerance = 1e-10)
      expect_true(all(diff(fit$history$objective) <= 1e-13 * sum(x^2)))
      expect_equal(predict(fit, x[, 5:1]), fit$H[, 5:1], tolerance = 1e-5)
    }
  }
  # Cutting at 0 is another problem.
  expect_gt(max(abs(nmf(pmax(x, 0), 3, init = fit)$W - fit$W)), 1e-3)
})

test_that("sparse data, weights and missing entries keep what is below 0", {
  x <- noisy()
  x[abs(x) < 0.3] <- 0
  expect_gt(sum(x < 0), 3)
  start <- nmf(x, 3, negative = "allow", max_iter = 2, tol = 0)
  blocks <- nmf_blocks(function(first, last) x[, first:last, drop = FALSE], dim(x), dimnames(x))
  fits <- lapply(list(x, methods::as(x, "CsparseMatrix"), blocks), function(data) {
    nmf(data, 3, negative = "allow", init = start, tol = 1e-8, max_iter = 2000)
  })
  for (fit in fits[-1]) expect_equal(fit$W, fits[[1]]$W, tolerance = 1e-6)

  holes <- x
  holes[cbind(1:10, 1:10)] <- NA
  v <- matrix(c(1, 2, 0.5), 30, 20)
  fit <- nmf(holes, 3, weights = v, negative = "allow", init = start, tol = 1e-9, max_iter = 5000)
  at <- kkt_of(holes, fit$W, fit$H, v)
  expect_lt(at[["W"]] + at[["H"]], 1e-5 * sum(x^2))
  expect_equal(fit$objective, at[["objective"]], tolerance = 1e-10)
})

test_that("rows are matched by name, and few entries kept apart, below 0 as above", {
  x <- noisy()
  fit <- nmf(x, 3, negative = "allow", tol = 1e-8, max_iter = 2000)
  expect_equal(predict(fit, x[30:1, 5:1]), fit$H[, 5:1], tolerance = 1e-5)
  expect_equal(residuals(fit, x[30:1, 20:1]), (x - fitted(fit))[30:1, 20:1], ignore_attr = TRUE)
  few <- x
  few[withr::with_seed(1, sample(600, 380))] <- NA
  expect_true(any(few < 0, na.rm = TRUE))
  set.seed(1)
  fit <- nmf(few, 2, negative = "allow", max_iter = 50)
  expect_identical(fit$data$observed, 220)
})

test_that("the fit remembers it, in any units", {
  x <- noisy()
  fit <- nmf(x, 3, negative = "allow")
  expect_equal(divergence(x, fit), fit$loss)
  expect_equal(residuals(fit, x), x - fitted(fit))
  expect_equal(sum(augment(fit, x)$.rss), 2 * fit$loss)
  for (unit in c(1e-150, 1e150)) {
    expect_equal(nmf(unit * x, 3, negative = "allow")$objective / unit / unit, fit$objective, tolerance = 1e-6)
  }
  expect_error(predict(nmf(abs(x), 3), x), "must not contain negative values", class = "nonneg_error_input")
})

test_that("what is not defined below 0 is refused", {
  x <- noisy()
  expect_error(nmf(x, 3), "must not contain negative values", class = "nonneg_error_input")
  expect_error(nmf(x, 3, loss = "kl", negative = "allow"), "not defined below 0", class = "nonneg_error_input")
  expect_error(nmf(x, 3, solver = "mu", negative = "allow"), "below 0", class = "nonneg_error_input")
  expect_error(nmf(x, 3, negative = TRUE), "`negative` must be one of", class = "nonneg_error_input")
  expect_error(divergence(x, abs(x), "kl"), "negative", class = "nonneg_error_input")
})

test_that("functions of many fits take it", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  x <- noisy()
  half <- function(W, H) sum((x - W %*% H)^2) / 2
  set.seed(1)
  survey <- nmf_survey(x, 1:3, nrun = 2, times = 2, negative = "allow", verbose = FALSE)
  expect_equal(survey$measures$loss[1], nmf(x, 1, negative = "allow", tol = 1e-8)$objective, tolerance = 1e-6)
  consensus <- consensus_nmf(x, 2, nrun = 4, negative = "allow", verbose = FALSE)
  expect_equal(consensus$objective, half(consensus$W, consensus$H), tolerance = 1e-10)
  # Held-out entries are as large as the noise at the true rank, whatever their sign.
  errors <- cross_validate(x, 2:3, folds = 4, negative = "allow", verbose = FALSE)$errors
  expect_lt(errors$error[2], errors$error[1])
  expect_gt(errors$error[2], 0.2^2 / 2)
  fit <- nmf(x, 3, negative = "allow")
  boot <- nmf_bootstrap(fit, x, 4, verbose = FALSE)
  expect_true(all(is.na(boot$runs$error)))

  for (many in list(nmf_survey, cross_validate, function(x, ...) consensus_nmf(x, 2, ...))) {
    expect_error(many(x, negative = "yes"), "negative", class = "nonneg_error_input")
    expect_error(many(x), "must not contain negative values", class = "nonneg_error_input")
    expect_error(many(x, loss = "kl", negative = "allow"), "not defined below 0", class = "nonneg_error_input")
  }
})

test_that("data below 0 that is given again may be in another order", {
  x <- example_data() - 0.3
  fit <- suppressWarnings(nmf(x, 2, negative = "allow"))
  expect_equal(residuals(fit, x[12:1, 10:1]), residuals(fit, x)[12:1, 10:1])
  expect_equal(augment(fit, x[, 10:1])$.rss, augment(fit, x)$.rss)
  weighed <- suppressWarnings(nmf(x, 2, negative = "allow", weights = list(rows = 1:12)))
  expect_equal(residuals(weighed, x[12:1, ]), residuals(weighed, x)[12:1, ])
  z <- t(scale(t(example_data()[1:11, 1:9])))
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  expect_s3_class(metagene_map(nmf(example_data()[1:11, 1:9], 2), z[11:1, 9:1]), "data.frame")
})
