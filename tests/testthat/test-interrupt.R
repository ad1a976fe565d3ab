# An interrupt returns the best so far, soon, with a warning.

expect_cut_short <- function(fit) {
  expect_identical(fit$reason, "interrupt")
  expect_false(fit$converged)
}

test_that("a fit returns the best so far", {
  result <- interrupted(c(
    "x <- matrix(rexp(1e6), 2000)",
    "started()",
    "fit <- nmf(x, 40, init = 'random', max_iter = 1e7, tol = 0, threads = 2)"
  ))
  expect_interrupted(result)
  expect_cut_short(result$fit)
  expect_sound(result$fit)
  expect_gt(nrow(result$fit$history), 3)
  expect_lt(result$fit$objective, 0.9 * result$fit$history$objective[1])
  expect_match(conditionMessage(result$warned), "Interrupted in run 1 of 1")
  x <- withr::with_seed(1, matrix(stats::rexp(1e6), 2000))
  expect_equal(
    result$fit$objective, oracle_objective(x, result$fit$W, result$fit$H)$objective, tolerance = 1e-10
  )
  expect_equal(result$fit$certificate$kkt, oracle_kkt(x, result$fit$W, result$fit$H), tolerance = 1e-6)
})

test_that("an iteration that takes long is interrupted within", {
  result <- interrupted(c(
    "x <- matrix(rexp(4e6), 2000)",
    "started()",
    "fit <- nmf(x, 400, solver = 'bpp', init = 'random', max_iter = 1e7, tol = 0, threads = 1)"
  ))
  # The core looks for an interrupt between blocks, and one block of such a rank takes
  # a second or two, more on a busy machine.
  expect_interrupted(result, within = 30)
  expect_cut_short(result$fit)
  # Before the first iteration ends nothing is known but the start.
  fit <- validate_nmf(result$fit)
  if (nrow(fit$history) == 1) expect_true(is.na(fit$objective)) else expect_gt(fit$objective, 0)
})

test_that("many small runs keep the best of those done", {
  result <- interrupted(c(
    "x <- matrix(rexp(200), 20)",
    "started()",
    "fit <- nmf(x, 3, nrun = 1e7, max_iter = 30, threads = 1)"
  ))
  expect_interrupted(result)
  expect_sound(result$fit)
  runs <- result$fit$runs
  expect_gt(nrow(runs), 3)
  expect_identical(result$fit$objective, min(runs$objective))
})

test_that("progress does not stand in the way", {
  result <- interrupted(c(
    "x <- matrix(rexp(1e5), 500)",
    "options(cli.progress_show_after = 0, cli.dynamic = FALSE)",
    "started()",
    "fit <- nmf(x, 20, init = 'random', max_iter = 1e7, tol = 0, verbose = TRUE)"
  ))
  expect_interrupted(result)
  expect_cut_short(result$fit)
  expect_sound(result$fit)
})

# What is cut short without a result is an interrupt for the caller, not an error.
ends_by_interrupt <- function(call, before = NULL, env = parent.frame()) {
  result <- interrupted(c(
    before,
    "started()",
    "fit <- tryCatch({", call, "'done' }, interrupt = function(e) 'interrupt', error = conditionMessage)"
  ), env = env)
  expect_identical(result$fit, "interrupt")
  expect_gt(result$seconds, 0)
  expect_lt(result$seconds, 5)
  expect_null(result$warned)
}

test_that("in the start it is an interrupt, also where singular vectors are sought by another package", {
  ends_by_interrupt(
    before = "x <- Matrix::rsparsematrix(6000, 5000, 0.2, rand.x = stats::runif)",
    call = "nmf(x, 300, init = 'nndsvd', threads = 1)"
  )
})

test_that("predict() is interrupted", {
  ends_by_interrupt(
    before = c(
      "x <- matrix(rexp(2e6), 500)",
      "small <- nmf(x[, 1:50], 30, loss = 'kl', max_iter = 2, tol = 1)"
    ),
    call = "predict(small, x, threads = 1)"
  )
})

test_that("nnls() is interrupted, well and badly conditioned", {
  before <- "A <- matrix(runif(9e4), 300) + 10 * diag(300); B <- matrix(rnorm(1.2e7), 300)"
  ends_by_interrupt(before = before, call = "nnls(A, B, threads = 1)")
  ends_by_interrupt(
    before = c(before, "A[, 2] <- A[, 1] + 1e-5 * A[, 3]"), call = "nnls(A, B, threads = 2)"
  )
})

test_that("models of other kinds return the best so far", {
  calls <- c(
    joint = "nmf_joint(list(a = x, b = x[, 1:200]), 20, init = 'random', max_iter = 1e7, tol = 0)",
    semi = "nmf_semi(x, 20, init = 'random', max_iter = 1e7, tol = 0)",
    symmetric = "nmf_symmetric(crossprod(x), 20, init = 'random', max_iter = 1e7, tol = 0)"
  )
  results <- lapply(calls, function(call) {
    interrupted(c("x <- matrix(rexp(4e5), 1000)", "started()", paste("fit <-", call)))
  })
  for (result in results) {
    expect_interrupted(result)
    expect_identical(result$fit$reason, "interrupt")
    expect_lt(result$fit$objective, result$fit$history$objective[1])
    expect_match(conditionMessage(result$warned), "Interrupted")
  }
})
