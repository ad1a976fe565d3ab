test_that("components find their partners, whatever order and scale", {
  skip_if_not_installed("clue")
  W <- example_factors()$W
  pair <- match_components(W, W[, c(3, 1, 2)] %*% diag(c(5, 0.1, 2)))
  expect_identical(pair$match, c(2L, 3L, 1L))
  expect_equal(pair$similarity, rep(1, 3))
  fit <- example_fit()
  expect_identical(match_components(fit, fit[3:1])$match, 3:1)
  expect_identical(match_components(fit, fit)$component, colnames(fit$W))
})

test_that("the sum of similarities is the largest, not each one", {
  skip_if_not_installed("clue")
  # Column 1 is nearest to column 1, but so is column 2, by more than 1 loses with the other.
  unit <- function(degrees) c(cos(degrees * pi / 180), sin(degrees * pi / 180))
  x <- cbind(unit(10), unit(30))
  y <- cbind(unit(20), unit(0))
  pair <- match_components(x, y)
  expect_identical(pair$match, c(2L, 1L))
  expect_equal(pair$similarity, cos(c(10, 10) * pi / 180))
})

test_that("with different ranks some have no partner", {
  skip_if_not_installed("clue")
  W <- example_factors()$W
  expect_identical(match_components(W, W[, 2:3])$match, c(NA, 1L, 2L))
  expect_identical(match_components(W[, 2:3], W)$match, 2:3)
  zero <- W
  zero[, 2] <- 0
  expect_identical(match_components(W, zero)$similarity[2], 0)
})

test_that("bad input is named", {
  skip_if_not_installed("clue")
  expect_snapshot(fault(match_components(1:3, diag(3))))
  expect_snapshot(fault(match_components(diag(3), diag(4))))
  expect_snapshot(fault(match_components(diag(3), -diag(3))))
})
