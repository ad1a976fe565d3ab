test_that("shares add to one and do not depend on the scale", {
  f <- example_factors()
  share <- component_share(f$W, f$H)
  total <- vapply(1:3, function(k) sum(outer(f$W[, k], f$H[k, ])), 0)
  expect_equal(share, total / sum(f$W %*% f$H))
  expect_equal(component_share(f$W %*% diag(c(9, 0.1, 3)), diag(1 / c(9, 0.1, 3)) %*% f$H), share)
  expect_identical(component_share(f$W * 0, f$H), c(0, 0, 0))
  expect_identical(component_order(f$W[, 3:1], f$H[3:1, ]), 3:1)
})

test_that("sparseness is Hoyer's", {
  expect_equal(hoyer_sparseness(c(2, 2, 2, 2)), 0)
  expect_equal(hoyer_sparseness(c(0, 7, 0, 0)), 1)
  expect_equal(hoyer_sparseness(c(3, 4)), (sqrt(2) - 7 / 5) / (sqrt(2) - 1))
  expect_equal(hoyer_sparseness(c(3, 4) * 1e200), hoyer_sparseness(c(3, 4)))
  expect_identical(hoyer_sparseness(c(0, 0)), NA_real_)
  expect_identical(hoyer_sparseness(3), NA_real_)
})

test_that("effective size counts equal entries", {
  expect_equal(effective_size(c(5, 5, 5, 0)), 3)
  expect_equal(effective_size(c(0, 1e-300)), 1)
  expect_equal(effective_size(c(2, 1, 1)), 2 * sqrt(2))
  expect_identical(effective_size(c(0, 0)), 0)
})

test_that("the quality of the fit is that of W H against the data", {
  x <- example_data()
  s <- summary(example_fit(alpha_W = 0.3))
  rss <- sum((x - example_factors()$W %*% example_factors()$H)^2)
  expect_equal(s$rss, rss)
  expect_equal(s$explained, 1 - rss / sum(x^2))
})

test_that("quality is NA where it is not known", {
  expect_identical(summary(example_fit()[1:2])$rss, NA_real_)
  expect_identical(summary(example_fit()[1:2])$explained, NA_real_)
  for (scale in c(1e-200, 1e200)) {
    fit <- nmf(random_data(6, 5) * scale, 2)
    expect_identical(summary(fit)$explained, NA_real_, label = format(scale))
  }
  fit <- example_fit()
  fit$settings$loss <- "kl"
  expect_identical(summary(fit)$rss, NA_real_)
  fit <- example_fit()
  fit$data$sumsq <- 0
  expect_identical(summary(fit)$explained, NA_real_)
})

test_that("the table describes each component", {
  f <- example_factors()
  s <- summary(example_fit())$components
  expect_named(
    s, c("component", "share", "sparseness_W", "sparseness_H", "size_W", "size_H")
  )
  expect_identical(s$component, c("NMF1", "NMF2", "NMF3"))
  expect_equal(s$sparseness_W[2], hoyer_sparseness(f$W[, 2]))
  expect_equal(s$sparseness_H[2], hoyer_sparseness(f$H[2, ]))
  expect_equal(s$size_W[3], effective_size(f$W[, 3]))
  expect_equal(s$size_H[3], effective_size(f$H[3, ]))
  expect_equal(summary(normalize(example_fit(), "H", "l2"))$components, s)
})

test_that("a summary does not carry the factors", {
  expect_lt(
    as.numeric(object.size(summary(large_fit(3000, 400, 5)))),
    as.numeric(object.size(large_fit(3000, 400, 5))) / 4
  )
})

test_that("a summary prints as a short text", {
  expect_snapshot({
    summary(example_fit())
    summary(example_fit(alpha_W = 0.1)[2:3])
    print(summary(large_fit(6, 8, 5)), n = 2)
  })
})

test_that("a zero component has a row of its own", {
  f <- example_factors()
  f$W[, 3] <- 0
  s <- summary(fit_with(f$W, f$H))$components
  expect_identical(s$share[3], 0)
  expect_identical(s$sparseness_W[3], NA_real_)
  expect_identical(s$size_W[3], 0)
  expect_output(print(summary(fit_with(f$W, f$H))), "NMF3 +0.0%")
})

test_that("with weights 1 / u^2 the summary has Q, and on data with that noise it is what it should be", {
  withr::local_seed(1)
  x <- matrix(rexp(60 * 3), 60) %*% matrix(rexp(3 * 50), 3) + 5
  u <- matrix(runif(3000, 0.05, 0.3), 60)
  noisy <- x + u * matrix(rnorm(3000), 60)
  # One component more for the constant.
  fit <- nmf(noisy, 4, weights = 1 / u^2, tol = 1e-6, max_iter = 3000)
  s <- summary(fit)
  expect_equal(s$Q, sum(((noisy - fitted(fit)) / u)^2))
  expect_equal(s$Q_expected, 3000 - 4 * 110)
  # Three standard deviations of a chi-squared number.
  expect_lt(abs(s$Q / s$Q_expected - 1), 3 * sqrt(2 / s$Q_expected))
  expect_match(utils::capture.output(print(s)), "Q .*expected 2560 if weights", all = FALSE)
  expect_gt(summary(nmf(noisy, 2, weights = 1 / u^2))$Q, 3 * s$Q_expected)
  expect_identical(summary(nmf(noisy, 2))$Q, NA_real_)
  noisy[3, 4] <- NA
  expect_equal(summary(nmf(noisy, 4, weights = 1 / u^2, max_iter = 5))$Q_expected, 2999 - 440)
})
