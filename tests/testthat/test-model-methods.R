test_that("what base functions would make of a fit is right, or an error that says what to do", {
  fit <- example_fit()
  expect_identical(fit$H, unclass(fit)$H)
  expect_null(fit$consensus)
  expect_identical(deviance(fit), 2 * fit$loss)
  expect_identical(deviance(fit), sum(residuals(fit, example_data())^2))
  expect_identical(deviance(fit[1:2]), NA_real_)
  expect_identical(fit[TRUE], fit)
  expect_identical(fit[], fit)
  kl <- nmf(round(10 * example_data()), 2, "kl")
  x <- round(10 * example_data())
  poisson <- stats::poisson()$dev.resids(c(x), c(fitted(kl)) + (c(fitted(kl)) == 0) * 1e-300, 1)
  expect_equal(deviance(kl), sum(poisson), tolerance = 1e-6)
  expect_snapshot({
    fault(fit$h)
    fault(fit$hist)
    fault(fit$w)
    fault(t(fit))
    fault(fit[FALSE])
    fault(deviance(fit, 2))
  })
})

test_that("starts far from the scale of the data are brought to it", {
  x <- random_data(10, 6)
  start <- random_start(10, 6, 2)
  for (loss in c("frobenius", "kl")) {
    for (solver in c("cd", "mu")) {
      usual <- nmf(x, 2, loss, solver, init = start, max_iter = 200)
      for (scale in list(c(1e300, 1e300), c(1e-300, 1e-300), c(1e200, 1e250))) {
        fit <- nmf(x, 2, loss, solver, init = list(W = scale[1] * start$W, H = scale[2] * start$H), max_iter = 200)
        label <- paste(loss, solver, scale[1])
        expect_sound_entries(fit, label)
        expect_equal(fit$objective, usual$objective, tolerance = 0.05, label = label)
      }
    }
  }
})

test_that("memory that is not there is told with what was wanted", {
  problem <- list(data = list(dim = c(1e5, 2e5)), settings = list(rank = 1000))
  for (message in c("std::bad_alloc", "cannot allocate vector of size 7.5 Gb")) {
    expect_error(with_memory(problem, 1, stop(message)), "2.4 GB", class = "nonneg_error_input")
  }
  expect_error(with_memory(problem, 1, stop("other")), "other")
})
