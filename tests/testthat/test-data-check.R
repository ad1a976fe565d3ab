# What check_data() says of data, against a naive comparison of all pairs.

naive_multiples <- function(x) {
  n <- ncol(x)
  group <- seq_len(n)
  zero <- colSums(abs(x)) == 0
  for (i in seq_len(n)) {
    for (j in seq_len(n)) {
      if (i < j && !zero[i] && !zero[j]) {
        a <- x[, i] / sum(x[, i])
        b <- x[, j] / sum(x[, j])
        if (max(abs(a - b)) < 1e-9) group[j] <- min(group[i], group[j])
      }
    }
  }
  unname(Filter(function(g) length(g) > 1, split(seq_len(n), group)))
}

test_that("multiples of rows and columns are those of all pairs, in every storage", {
  set.seed(1)
  x <- matrix(rpois(60, 1), 10)
  x <- cbind(x, 3 * x[, 2], 0, x[, 5] / 7, 2 * x[, 2], x[, 1] + c(1e-4, rep(0, 9)))
  x <- rbind(x, x[4, ] / 3, 0, x[4, ])
  dimnames(x) <- NULL
  sparse <- methods::as(x, "CsparseMatrix")
  blocks <- nmf_blocks(function(first, last) x[, first:last, drop = FALSE], dim(x))
  for (data in list(x, sparse, blocks)) {
    found <- check_data(data)
    expect_identical(found$equal_columns, naive_multiples(x))
    expect_identical(found$equal_rows, naive_multiples(t(x)))
    expect_identical(found$zero_rows, which(rowSums(x) == 0))
    expect_identical(found$zero_columns, which(colSums(x) == 0))
    expect_identical(unname(found$largest[["row"]]), as.numeric(which.max(rowSums(x))))
    expect_false(found$counts)
  }
  expect_length(check_data(x)$equal_columns, 2)
  expect_true(check_data(round(x))$counts)
  before <- .Random.seed
  check_data(x)
  expect_identical(.Random.seed, before)
})

test_that("one row or one column, nothing but zeros, missing and negative entries", {
  expect_identical(check_data(matrix(1:3 + 0, 1))$equal_columns, list(1:3))
  expect_identical(check_data(matrix(1:3 + 0, 1))$equal_rows, list())
  expect_identical(check_data(matrix(0, 3, 2))$equal_columns, list())
  expect_null(check_data(matrix(c(1, NA, 2, 4), 2))$equal_columns)
  expect_identical(check_data(matrix(c(1, NA, 2, 4), 2))$missing, 1)
  expect_equal(check_data(matrix(c(1, -1, 2, 4), 2))$negative, 1)
})

test_that("names that were made up on the way are told from names", {
  x <- matrix(1:6 + 0, 3)
  kinds <- function(rows, columns) unname(check_data(`dimnames<-`(x, list(rows, columns)))$names)
  expect_identical(kinds(NULL, NULL), c("none", "none"))
  expect_identical(kinds(1:3, c("V1", "V2")), c("default", "default"))
  expect_identical(kinds(c("row_01", "row_02", "row_03"), c("X1", "X2")), c("default", "default"))
  expect_identical(kinds(c("TP53", "MYC", "KRAS"), c("s2", "s1")), c("given", "given"))
  expect_identical(kinds(c("1", "3", "2"), c("V1", "W2")), c("given", "given"))
  expect_identical(unname(check_data(as.data.frame(x))$names), c("none", "default"))
})

test_that("it is printed within the console", {
  x <- cbind(a = 1:4, b = c(2, 0, 1, 1), a_again = 2 * (1:4))
  expect_snapshot({
    check_data(x)
    check_data(leukemia$x)
    fault(check_data("none"))
  })
})

test_that("with entries below 0 a row whose sum is 0 is not zero, and multiples of either sign are found", {
  x <- rbind(c(1, -1, 2), c(0, 0, 0), c(-2, 2, -4), c(3, -1, -2))
  blocks <- nmf_blocks(function(first, last) x[, first:last, drop = FALSE], dim(x))
  for (data in list(x, methods::as(x, "CsparseMatrix"), blocks)) {
    found <- check_data(data)
    expect_identical(found$zero_rows, 2L)
    expect_identical(found$zero_columns, integer())
    expect_identical(found$equal_rows, list(c(1L, 3L)))
    expect_equal(found$largest, c(row = 3, part = 8 / 18))
  }
})
