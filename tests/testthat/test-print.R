test_that("a fit prints as a few lines", {
  expect_snapshot({
    example_fit()
    example_fit(alpha_W = 0.1, alpha_H = 0.2)
    example_fit()[c(3, 1)]
    large_fit(20000, 12, 9)
  })
})

test_that("the reason to stop and the number of runs are printed", {
  fit <- example_fit()
  fit$converged <- FALSE
  fit$reason <- "max_seconds"
  fit$settings$nrun <- 30L
  fit$seconds <- NA_real_
  expect_snapshot(print(fit, digits = 2))
})

test_that("print returns its argument and refuses other arguments", {
  fit <- example_fit()
  expect_output(returned <- withVisible(print(fit)))
  expect_identical(returned, list(value = fit, visible = FALSE))
  expect_error(print(fit, rows = 2), class = "nonneg_error_input")
})

test_that("the output does not grow with the data", {
  lines <- function(fit) length(capture.output(print(fit)))
  expect_identical(lines(large_fit(3000, 400, 20)), lines(large_fit(30, 40, 20)))
})
