norms <- list(l1 = sum, l2 = function(v) sqrt(sum(v^2)), max = max)

test_that("the chosen factor gets norm one and W H stays", {
  fit <- example_fit()
  for (norm in names(norms)) {
    a <- normalize(fit, "W", norm)
    expect_equal(unname(apply(a$W, 2, norms[[norm]])), c(1, 1, 1))
    expect_equal(fitted(a), fitted(fit), tolerance = 1e-14)
    b <- normalize(fit, "H", norm)
    expect_equal(unname(apply(b$H, 1, norms[[norm]])), c(1, 1, 1))
    expect_equal(fitted(b), fitted(fit), tolerance = 1e-14)
    expect_identical(dimnames(b$W), dimnames(fit$W))
    expect_identical(dimnames(a$H), dimnames(fit$H))
  }
})

test_that("the default is columns of W that sum to one", {
  expect_identical(normalize(example_fit()), normalize(example_fit(), "W", "l1"))
})

test_that("a zero component is left alone", {
  f <- example_factors()
  f$W[, 2] <- 0
  fit <- fit_with(f$W, f$H)
  expect_identical(normalize(fit, "W")$H[2, ], fit$H[2, ])
  expect_identical(normalize(fit, "W")$scale[[2]], 1)
  f <- example_factors()
  f$H[2, ] <- 0
  fit <- fit_with(f$W, f$H)
  expect_identical(normalize(fit, "H")$W[, 2], fit$W[, 2])
})

test_that("very large and very small entries do no harm", {
  f <- example_factors()
  fit <- fit_with(f$W * 1e200, f$H * 1e-200)
  a <- normalize(fit, "W", "l2")
  expect_equal(unname(colSums(a$W^2)), c(1, 1, 1))
  expect_equal(fitted(a), f$W %*% f$H, ignore_attr = TRUE)
})

test_that("scale leads back to the factors of the fit", {
  fit <- example_fit()
  there <- normalize(normalize(normalize(fit, "W"), "H", "max"), "W", "l2")
  expect_equal(sweep(there$W, 2, there$scale, "*"), fit$W)
  expect_equal(there$H / there$scale, fit$H)
  expect_equal(fit_scale_W(there), fit$W)
})

test_that("numbers of a penalised fit refer to the scale of the fit", {
  fit <- example_fit(alpha_W = 0.2, alpha_H = 0.1, l1_ratio = 0.3)
  penalty <- function(W, H) {
    0.2 * 10 * (0.3 * sum(W) + 0.7 * sum(W^2) / 2) +
      0.1 * 12 * (0.3 * sum(H) + 0.7 * sum(H^2) / 2)
  }
  a <- normalize(fit, "W", "l2")
  for (part in c("objective", "loss", "penalty", "certificate", "history")) {
    expect_identical(a[[part]], fit[[part]])
  }
  expect_equal(penalty(sweep(a$W, 2, a$scale, "*"), a$H / a$scale), a$penalty)
  expect_gt(abs(penalty(a$W, a$H) / a$penalty - 1), 0.01)
})

test_that("unknown choices are refused", {
  fit <- example_fit()
  expect_snapshot({
    fault(normalize(fit, "X"))
    fault(normalize(fit, norm = "l3"))
    fault(normalize(fit, "W", "l1", TRUE))
  })
})
