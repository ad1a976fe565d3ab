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
  fit$certificate$kkt <- 5e-4
  fit$settings$nrun <- 30L
  fit$seconds <- NA_real_
  fit$runs <- cbind(run = 1:30, fit$runs[rep(1, 30), -1])
  expect_snapshot(print(fit, digits = 2))
})

test_that("runs that were not made are not claimed", {
  fit <- suppressWarnings(
    nmf(random_data(200, 100), 10, nrun = 50, max_iter = 1e7, tol = 0, threads = 1,
      control = nmf_control(max_seconds = 0.1)),
    classes = "nonneg_warning_stopped"
  )
  expect_output(print(fit), "best of 1 of 50 runs", fixed = TRUE)
  expect_output(print(summary(fit)), "best of 1 of 50 runs", fixed = TRUE)
  expect_identical(glance(fit)$nrun, 1L)
})

test_that("a gap, or a falling objective, that kept a fit from converging is told, as the residual looks as if it had", {
  fit <- example_fit()
  fit$converged <- FALSE
  fit$reason <- "max_iter"
  expect_output(print(fit), "objective still\\s+falling")
  fit$certificate$gap_W <- fit$objective
  expect_output(print(fit), "duality gap above gap_tol")
  fit$certificate$kkt <- 2 * fit$settings$tol
  expect_false(any(grepl("above gap_tol|falling", capture.output(print(fit)))))
})

test_that("more cells than an integer can count are no matter", {
  fit <- example_fit()
  fit$data$nrow <- fit$data$ncol <- 60000L
  fit$data$observed <- 60000^2 - 5
  expect_no_warning(text <- c(capture.output(print(fit)), capture.output(print(summary(fit)))))
  expect_length(grep("5 entries missing", text, fixed = TRUE), 2)
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

test_that("everything prints without a warning where the decimal mark is a comma", {
  withr::local_options(OutDec = ",")
  f <- example_factors()
  many <- fit_with(f$W, f$H)
  many$settings$fixed <- c(W = 1200L, H = 3400L)
  topics <- as_topics(example_fit())
  topics$loglik <- -1234567.5
  tree <- nmf_tree(austen$x[1:300, ], leaves = 2)
  printed <- list(example_fit(), many, summary(example_fit(alpha_W = 0.01)), topics, tree, nmf_control())
  for (x in printed) expect_no_warning(utils::capture.output(print(x)))
  expect_match(paste(utils::capture.output(print(many)), collapse = " "), "1 200 coefficients of W, 3 400")
  withr::local_options(OutDec = ".")
  expect_match(paste(utils::capture.output(print(many)), collapse = " "), "1,200 coefficients of W, 3,400")
})
