test_that("the null loss is that of the features' means, with what is missing and with weights", {
  set.seed(1)
  x <- matrix(rpois(600, 2), 30)
  w <- matrix(runif(600), 30)
  w[sample(600, 40)] <- 0
  holes <- replace(x, sample(600, 50), NA)
  sides <- list(rows = runif(30), columns = runif(20))
  means <- function(x, w = array(1, dim(x))) {
    w[is.na(x)] <- 0
    matrix(rowSums(w * replace(x, is.na(x), 0)) / rowSums(w), nrow(x), ncol(x))
  }
  for (loss in list("kl", negative_binomial(0.3), 0.5, 1.5)) {
    null <- function(x, ...) nmf(x, 2, loss = loss, max_iter = 2, ...)$data$null_loss
    naive <- function(x, m, ...) divergence(x, m, loss, ...)
    expect_equal(null(x), naive(x, means(x)))
    expect_equal(null(Matrix::Matrix(x, sparse = TRUE)), naive(x, means(x)))
    expect_equal(null(holes), naive(holes, means(holes)))
    expect_equal(null(holes, weights = w), naive(holes, means(holes, w), weights = w))
    by_side <- outer(sides$rows, sides$columns)
    sparse <- Matrix::Matrix(holes, sparse = TRUE)
    expect_equal(null(sparse, weights = sides), naive(holes, means(holes, by_side), weights = sides))
    seen <- replace(x, x == 0, NA)
    expect_equal(null(Matrix::Matrix(x, sparse = TRUE), missing = "zeros"), naive(seen, means(seen)))
  }
  floored <- pmax(x, 0.1)
  fit <- nmf(x, 2, loss = "is", max_iter = 2, control = nmf_control(floor = 0.1))
  expect_equal(fit$data$null_loss, divergence(floored, means(floored), "is"))
})

test_that("the explained deviance is in print(), summary() and glance()", {
  x <- matrix(rep(c(1, 5, 2), 10) * rep(1:5, each = 6), 6)
  fit <- nmf(x, 1, loss = "kl", tol = 1e-8)
  expect_equal(summary(fit)$explained, 1, tolerance = 1e-6)
  expect_identical(glance(fit)$explained, summary(fit)$explained)
  expect_output(print(fit), "100.00% of the deviance from the features' means", fixed = TRUE)
  # Nothing but means explains nothing.
  flat <- nmf(x, 1, loss = "kl", fixed_H = matrix(1, 1, 5), tol = 1e-8)
  expect_equal(summary(flat)$explained, 0, tolerance = 1e-6)
  expect_identical(summary(fit[1])$explained, summary(fit)$explained)
  expect_null(nmf(x, 1)$data$null_loss)
})

test_that("the fits of a survey know what they explain, as fits alone do, however they were run", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  set.seed(1)
  x <- matrix(rpois(600, 2) + 0, 30)
  w <- matrix(runif(600), 30)
  holes <- replace(x, sample(600, 50), NA)
  sparse <- Matrix::Matrix(x, sparse = TRUE)
  for (loss in list("kl", negative_binomial(), 1.5)) {
    alone <- function(...) nmf(..., rank = 2, loss = loss, max_iter = 2)$data$null_loss
    # One fit at a time with a limit of time, several without.
    for (control in list(nmf_control(), nmf_control(max_seconds = 100))) {
      of_survey <- function(...) {
        survey <- nmf_survey(..., ranks = 1:2, loss = loss, max_iter = 2, nrun = 2, times = 2, control = control)
        vapply(survey$fits, function(fit) fit$data$null_loss, 0)
      }
      expect_equal(unname(of_survey(x)), rep(alone(x), 2))
      expect_equal(unname(of_survey(holes, weights = w)), rep(alone(holes, weights = w), 2))
      if (identical(loss, "kl")) {
        expect_equal(unname(of_survey(sparse, missing = "zeros")), rep(alone(sparse, missing = "zeros"), 2))
      }
    }
  }
  survey <- nmf_survey(x, ranks = 2, loss = "kl", nrun = 2, times = 2)
  expect_equal(summary(survey$fits[[1]])$explained, 1 - survey$fits[[1]]$loss / divergence(x, matrix(rowMeans(x), 30, 20), "kl"))
  expect_null(nmf_survey(x, ranks = 2, nrun = 2, times = 2)$fits[[1]]$data$null_loss)
})

test_that("divergences of new columns raise what is there to the floor, not what is missing", {
  x <- Matrix::Matrix(replace(matrix(1:20 + 0, 5), c(2, 9, 13), 0), sparse = TRUE)
  fit <- nmf(x, 1, loss = "is", missing = "zeros", control = nmf_control(floor = 3), init = list(W = matrix(1:5)))
  seen <- pmax(replace(as.matrix(x), as.matrix(x) == 0, NA), 3)
  expect_equal(sum(predict(fit, x, type = "divergence")), fit$loss, tolerance = 1e-4)
  expect_equal(
    sum(predict(fit, x, type = "divergence")), divergence(seen, fit$W %*% predict(fit, x), "is"), tolerance = 1e-6
  )
})
