# Mixtures of three spectra with noise.
mixed_data <- function(l = 30, n = 25, noise = 0.02, seed = 1) {
  withr::with_seed(seed, {
    W <- matrix(rexp(l * 3), l)
    H <- matrix(rexp(3 * n), 3)
    H[, 1:3] <- diag(3)
    H <- sweep(H, 2, colSums(H), "/")
    x <- pmax(W %*% H + noise * matrix(rnorm(l * n), l), 0)
    dimnames(x) <- list(paste0("f", seq_len(l)), paste0("o", seq_len(n)))
    list(x = x, W = W, H = H)
  })
}

# The residual that ?nmf has for constraints.
constrained_kkt <- function(x, W, H, upper = NULL) {
  off <- W %*% H - x
  slope <- t(W) %*% off
  size <- sqrt(colSums(W^2))
  if (is.null(upper)) {
    shared <- colSums(H * slope)
    least <- pmin(H * size, sweep(slope, 2, shared) / size)
  } else {
    g <- slope / size
    least <- ifelse(g < 0, pmax(g, (H - upper) * size), pmin(g, H * size))
  }
  norm_H <- sqrt(rowSums(H^2))
  least_W <- pmin(sweep(W, 2, norm_H, "*"), sweep(off %*% t(H), 2, norm_H, "/"))
  sqrt(sum(least_W^2) + sum(least^2)) / sqrt(sum(x^2))
}

test_that("columns of H sum to 1, at a stationary point of the constrained problem", {
  x <- mixed_data()$x
  for (init in c("spa", "nndsvd", "random")) {
    set.seed(1)
    fit <- nmf(x, 3, init = init, sum_to_one = TRUE, tol = 1e-7, max_iter = 20000)
    expect_true(fit$converged)
    expect_equal(unname(colSums(fit$H)), rep(1, 25), tolerance = 1e-12)
    expect_true(all(fit$H >= 0) && all(fit$W >= 0))
    at <- constrained_kkt(x, fit$W, fit$H)
    expect_lt(abs(at - fit$certificate$kkt), 1e-9)
    expect_equal(fit$objective, sum((x - fit$W %*% fit$H)^2) / 2, tolerance = 1e-10)
    expect_true(all(diff(fit$history$objective) <= 1e-13 * sum(x^2)))
    expect_sound(fit)
  }
})

test_that("coefficients under a bound are a stationary point, too", {
  x <- mixed_data()$x
  free <- nmf(x, 3)
  upper <- 0.3 * max(free$H)
  for (solver in c("cd", "bpp")) {
    for (init in list("nndsvd", free)) {
      fit <- nmf(x, 3, init = init, solver = solver, upper_H = upper, tol = 1e-6, max_iter = 20000)
      expect_lte(max(fit$H), upper * (1 + 1e-12))
      expect_lt(abs(constrained_kkt(x, fit$W, fit$H, upper) - fit$certificate$kkt), 1e-8)
      expect_true(fit$converged)
    }
  }
  # With known spectra the bound has to hold somewhere.
  known <- nmf(x, 3, fixed_W = free$W, upper_H = upper, tol = 1e-8)
  expect_identical(known$W, free$W, ignore_attr = TRUE)
  expect_gt(mean(known$H > 0.999 * upper), 0.05)
  expect_lt(known$certificate$gap_H, 1e-8 * known$objective)
  # A bound that nothing reaches changes nothing.
  wide <- nmf(x, 3, upper_H = 1e6, tol = 1e-7, max_iter = 5000)
  expect_equal(wide$objective, nmf(x, 3, tol = 1e-7, max_iter = 5000)$objective, tolerance = 1e-5)
})

test_that("the certified gap is above the distance to the best H", {
  data <- mixed_data()
  x <- unname(data$x)
  set.seed(2)
  H <- matrix(rexp(75), 3)
  H <- sweep(H, 2, colSums(H), "/")
  best <- nmf(x, 3, fixed_W = data$W, sum_to_one = TRUE, tol = 1e-10)
  measure <- function(H, settings) {
    options <- core_options(facts(x), c(contract_settings(3), settings))
    cpp_certify(x, data$W, H, options)
  }
  at <- measure(H, list(sum_to_one = TRUE))
  expect_equal(at$certificate$kkt, constrained_kkt(x, data$W, H), tolerance = 1e-10)
  expect_gte(at$certificate$gap_H, at$objective - best$objective)
  H <- H / 2
  box <- nmf(x, 3, fixed_W = data$W, upper_H = 0.5, tol = 1e-10)
  at <- measure(H, list(upper_H = 0.5))
  expect_equal(at$certificate$kkt, constrained_kkt(x, data$W, H, 0.5), tolerance = 1e-10)
  expect_gte(at$certificate$gap_H, at$objective - box$objective)
})

test_that("with two components the mixture is known in closed form, also in predict()", {
  data <- mixed_data()
  W <- data$W[, 1:2]
  x <- data$x
  d <- W[, 1] - W[, 2]
  t <- pmin(pmax(colSums(d * (x - W[, 2])) / sum(d^2), 0), 1)
  fit <- nmf(x, 2, fixed_W = W, sum_to_one = TRUE, tol = 1e-10)
  expect_equal(unname(fit$H), unname(rbind(t, 1 - t)), tolerance = 1e-9)
  expect_equal(predict(fit, x[30:1, 9:1]), fit$H[, 9:1], tolerance = 1e-9)
  sparse <- predict(fit, methods::as(x, "CsparseMatrix"))
  expect_equal(sparse, fit$H, tolerance = 1e-9)
  expect_identical(predict(fit, x, threads = 2), predict(fit, x, threads = 1))
  # Equal spectra, and one of zeros, the shade.
  twice <- nmf(x, 2, fixed_W = cbind(W[, 1], W[, 1]), sum_to_one = TRUE, max_iter = 20)
  expect_equal(unname(colSums(twice$H)), rep(1, 25))
  shade <- nmf(x, 2, fixed_W = cbind(2 * W[, 1], 0), sum_to_one = TRUE, tol = 1e-10)
  t <- pmin(pmax(colSums(2 * W[, 1] * x) / sum(4 * W[, 1]^2), 0), 1)
  expect_equal(unname(shade$H[1, ]), unname(t), tolerance = 1e-9)
})

test_that("successive projection finds the pure columns, and all storages the same", {
  data <- mixed_data(noise = 0)
  x <- data$x * rep(withr::with_seed(1, runif(25, 0.5, 2)), each = 30)
  found <- pure_columns(nmf_data(x), 3)
  expect_setequal(found, 1:3)
  # The norms of what is left, column by column, in so many words.
  naive <- integer()
  left <- sweep(x, 2, colSums(x), "/")
  for (k in 1:3) {
    naive[k] <- which.max(colSums(left^2))
    q <- left[, naive[k]] / sqrt(sum(left[, naive[k]]^2))
    left <- left - q %*% crossprod(q, left)
  }
  expect_identical(found, naive)
  noisy <- mixed_data(noise = 0.02)$x
  blocks <- nmf_blocks(function(first, last) noisy[, first:last, drop = FALSE], dim(noisy), dimnames(noisy))
  expected <- pure_columns(nmf_data(noisy), 6)
  for (form in list(storages$sparse(noisy), blocks, 1e250 * noisy, 1e-250 * noisy)) {
    expect_identical(pure_columns(nmf_data(form), 6), expected)
  }
  fit <- nmf(x, 3, init = "spa", max_iter = 2, tol = 0)
  expect_lt(fit$objective, 1e-15 * sum(x^2))
  expect_identical(fit$settings$init, "spa")
  # Columns that are nearly nothing are not pure ones; more components than there are directions are found others.
  x[, 7] <- 1e-6 * withr::with_seed(3, rexp(30))
  expect_setequal(pure_columns(nmf_data(x), 3), 1:3)
  # Empty columns before the others, columns that are there twice, one that is far brighter.
  expect_setequal(pure_columns(nmf_data(cbind(matrix(0, 30, 20), x)), 3), 20 + 1:3)
  expect_setequal(pure_columns(nmf_data(cbind(x, x[, 1:3])), 3), 1:3)
  for (bright in c(2, 20)) {
    x[, bright] <- 1e6 * x[, bright]
    expect_setequal(pure_columns(nmf_data(x), 3), 1:3)
    x[, bright] <- 1e-6 * x[, bright]
  }
  expect_identical(anyDuplicated(pure_columns(nmf_data(outer(1:5, 1:6)), 4)), 0L)
})

test_that("wrong constraints are refused", {
  x <- mixed_data()$x
  gap <- x
  gap[1, 1] <- NA
  expect_snapshot({
    fault(nmf(x, 3, upper_H = 0))
    fault(nmf(x, 3, upper_H = 1:3))
    fault(nmf(x, 3, sum_to_one = NA))
    fault(nmf(x, 3, sum_to_one = TRUE, upper_H = 1))
    fault(nmf(x, 3, sum_to_one = TRUE, loss = "kl"))
    fault(nmf(x, 3, upper_H = 1, solver = "mu"))
    fault(nmf(x, 3, upper_H = 1, smooth_H = 1))
    fault(nmf(x, 3, sum_to_one = TRUE, fixed_H = x[1:3, ]))
    fault(nmf(gap, 3, sum_to_one = TRUE))
    fault(nmf(x, 3, upper_H = 1, weights = x))
    fault(nmf(x, 26, init = "spa"))
    fault(nmf(gap, 3, init = "spa"))
  })
})
