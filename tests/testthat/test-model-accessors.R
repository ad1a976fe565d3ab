test_that("the factors come out as they are", {
  fit <- example_fit()
  expect_identical(basis(fit), fit$W)
  expect_identical(coef(fit), fit$H)
})

test_that("dim, nrow, ncol and nobs count features, observations, components", {
  fit <- example_fit()
  expect_identical(dim(fit), c(12L, 10L, 3L))
  expect_identical(nrow(fit), 12L)
  expect_identical(ncol(fit), 10L)
  expect_identical(nobs(fit), 10L)
})

test_that("fitted is W H with the names of the data", {
  f <- example_factors()
  expect_equal(fitted(example_fit()), f$W %*% f$H)
  expect_identical(dimnames(fitted(example_fit())), dimnames(example_data()))
  expect_null(dimnames(fitted(example_fit(named = FALSE))))
})

test_that("residuals are x - W H, for every kind of x", {
  fit <- example_fit()
  x <- example_data()
  r <- residuals(fit, x)
  expect_equal(r, x - fit$W %*% fit$H)
  expect_equal(sum(r^2) / 2, fit$loss)
  expect_identical(residuals(fit, as.data.frame(x)), r)
  expect_identical(residuals(fit, Matrix::Matrix(x, sparse = TRUE)), r)
  expect_identical(dimnames(residuals(fit, unname(x))), dimnames(x))
  expect_identical(resid(fit, x), r)
})

test_that("a symmetric, a diagonal and a pattern matrix are data, too", {
  f <- example_factors(named = FALSE)
  fit <- fit_with(f$W[1:10, ], f$H)
  WH <- f$W[1:10, ] %*% f$H
  expect_equal(residuals(fit, Matrix::Diagonal(10, 2)), 2 * diag(10) - WH)
  pattern <- Matrix::Matrix(diag(10), sparse = TRUE) != 0
  expect_equal(residuals(fit, pattern), diag(10) - WH)
  symmetric <- Matrix::forceSymmetric(Matrix::Matrix(tcrossprod(1:10), sparse = TRUE))
  expect_equal(residuals(fit, symmetric), tcrossprod(1:10) - WH)
})

test_that("names decide: the residuals are those of x in any order", {
  fit <- example_fit()
  x <- example_data()
  turned <- x[12:1, c(2, 1, 3:10)]
  expect_equal(residuals(fit, turned), residuals(fit, x)[12:1, c(2, 1, 3:10)])
  expect_equal(residuals(fit, storages$sparse(x)), residuals(fit, unname(x)), ignore_attr = TRUE)
})

test_that("single entries of the product and of the residuals, by number or by name", {
  fit <- example_fit()
  x <- example_data()
  at <- cbind(c(1, 12, 3), c(2, 10, 3))
  expect_equal(fitted(fit, at = at), fitted(fit)[at])
  expect_equal(fitted(fit, cbind(c("gene3", "gene1"), c("s1", "s2"))), fitted(fit)[cbind(c(3, 1), 1:2)])
  for (y in list(x, methods::as(x, "CsparseMatrix"), x[12:1, ])) {
    expect_equal(residuals(fit, y, at = at), residuals(fit, x)[at])
  }
  withr::local_options(nonneg.memory = 8 * 119)
  expect_length(fitted(fit, at = at), 3)
  expect_snapshot({
    fault(fitted(fit))
    fault(residuals(fit, x))
    fault(predict(fit, x, "reconstruction"))
    fault(fitted(fit, at = 1:2))
    fault(fitted(fit, at = cbind(1, 11)))
    fault(fitted(fit, at = cbind("gene1", "s11")))
  })
})

test_that("missing data have missing residuals", {
  x <- example_data()
  x[2, 3] <- NA
  expect_identical(which(is.na(residuals(example_fit(), x))), which(is.na(x)))
})

test_that("data that cannot be those of the fit are refused", {
  fit <- example_fit()
  x <- example_data()
  other <- x
  colnames(other)[2] <- "t2"
  expect_snapshot({
    fault(residuals(fit))
    fault(residuals(fit, x[, 1:3]))
    fault(residuals(fit, t(x)))
    fault(residuals(fit, other))
    fault(residuals(fit, matrix("a", 12, 10)))
    fault(residuals(fit, 1:3))
    fault(residuals(fit, x, 2))
    fault(basis(fit, 2))
  })
})
