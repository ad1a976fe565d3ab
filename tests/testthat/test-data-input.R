# The matrix that every storage below holds, with a zero row and a zero column.
plain <- function() {
  x <- matrix(0, 5, 4, dimnames = list(letters[1:5], LETTERS[1:4]))
  x[cbind(c(1, 2, 5, 1, 4), c(1, 1, 1, 3, 4))] <- c(2, 0.5, 1, 3, 4)
  x
}

# A square one for symmetric and triangular storages.
square <- function() {
  x <- diag(c(1, 0, 2, 3))
  x[1, 3] <- 4
  x[2, 4] <- 0.5
  dimnames(x) <- rep(list(letters[1:4]), 2)
  x
}

expect_data <- function(x, expected, class, sparse) {
  data <- nmf_data(x)
  expect_identical(data$class, class)
  expect_identical(data$dim, dim(expected))
  names <- dimnames(expected)
  expect_identical(data$dimnames, if (is.null(names)) list(NULL, NULL) else names)
  if (sparse) {
    expect_identical(class(data$x)[1], "dgCMatrix")
    expect_true(validObject(data$x))
  } else {
    expect_type(data$x, "double")
    expect_true(is.matrix(data$x))
  }
  expect_identical(unname(as.matrix(data$x)), unname(expected))
  expect_equal(data$scan$sum, sum(expected))
  expect_equal(data$scan$sumsq, sum(expected^2))
  expect_equal(data$scan$max, max(expected))
}

test_that("numeric tables become a double matrix", {
  x <- plain()
  whole <- ceiling(x)
  expect_data(x, x, "matrix", FALSE)
  expect_data(`storage.mode<-`(whole, "integer"), whole, "matrix", FALSE)
  expect_data(x > 0, (x > 0) + 0, "matrix", FALSE)
  expect_data(unname(x), unname(x), "matrix", FALSE)
  expect_data(as.data.frame(x), x, "data.frame", FALSE)
  expect_data(
    data.frame(a = c(1, 2), b = 3:4, c = c(TRUE, FALSE)),
    cbind(a = c(1, 2), b = c(3, 4), c = c(1, 0)), "data.frame", FALSE
  )
  counts <- table(c("u", "v", "u"), c("s", "t", "t"))
  expect_data(counts, matrix(c(1, 0, 1, 1), 2, dimnames = dimnames(counts)), "table", FALSE)
})

test_that("a tibble is a data frame", {
  skip_if_not_installed("tibble")
  expect_data(
    tibble::tibble(a = c(1, 2), b = 3:4), cbind(a = c(1, 2), b = c(3, 4)), "tbl_df", FALSE
  )
})

test_that("every sparse class of Matrix becomes a dgCMatrix", {
  general <- function(x) as(as(as(x, "CsparseMatrix"), "generalMatrix"), "dMatrix")
  x <- plain()
  g <- general(x)
  expect_data(g, x, "dgCMatrix", TRUE)
  expect_data(as(g, "RsparseMatrix"), x, "dgRMatrix", TRUE)
  expect_data(as(g, "TsparseMatrix"), x, "dgTMatrix", TRUE)

  yes <- (x > 0) + 0
  expect_data(as(g, "lMatrix"), yes, "lgCMatrix", TRUE)
  expect_data(as(g, "nMatrix"), yes, "ngCMatrix", TRUE)
  expect_data(as(as(g, "nMatrix"), "TsparseMatrix"), yes, "ngTMatrix", TRUE)
  expect_data(as(as(g, "lMatrix"), "RsparseMatrix"), yes, "lgRMatrix", TRUE)

  s <- square()
  symmetric <- s + t(s)
  upper <- Matrix::forceSymmetric(general(symmetric), "U")
  expect_data(upper, symmetric, "dsCMatrix", TRUE)
  expect_data(Matrix::forceSymmetric(general(symmetric), "L"), symmetric, "dsCMatrix", TRUE)
  expect_data(as(upper, "TsparseMatrix"), symmetric, "dsTMatrix", TRUE)
  expect_data(as(upper, "RsparseMatrix"), symmetric, "dsRMatrix", TRUE)

  expect_data(Matrix::triu(general(s)), s, "dtCMatrix", TRUE)
  expect_data(Matrix::tril(general(t(s))), t(s), "dtCMatrix", TRUE)
  expect_data(as(Matrix::triu(general(s)), "TsparseMatrix"), s, "dtTMatrix", TRUE)
  unit <- new("dtCMatrix",
    i = 0L, p = c(0L, 0L, 1L, 1L), x = 5, Dim = c(3L, 3L), diag = "U"
  )
  expect_data(unit, matrix(c(1, 0, 0, 5, 1, 0, 0, 0, 1), 3), "dtCMatrix", TRUE)

  expect_data(Matrix::Diagonal(3), diag(3), "ddiMatrix", TRUE)
  expect_data(Matrix::Diagonal(x = c(2, 0, 1)), diag(c(2, 0, 1)), "ddiMatrix", TRUE)
  expect_data(Matrix::Diagonal(x = c(TRUE, FALSE)), diag(c(1, 0)), "ldiMatrix", TRUE)
  expect_data(as(c(2L, 3L, 1L), "pMatrix"), diag(3)[c(2, 3, 1), ], "pMatrix", TRUE)
  expect_data(
    new("indMatrix", perm = c(1L, 1L, 2L), Dim = c(3L, 2L)),
    cbind(c(1, 1, 0), c(0, 0, 1)), "indMatrix", TRUE
  )
})

test_that("a large sparse matrix is never made dense", {
  # 80 GB as a dense matrix.
  n <- 1e5
  i <- c(1, 7, n)
  x <- Matrix::sparseMatrix(i = i, j = i, x = 1:3, dims = c(n, n))
  storages <- list(
    x, as(x, "TsparseMatrix"), as(x, "RsparseMatrix"), as(x, "lMatrix"), as(x, "nMatrix"),
    Matrix::forceSymmetric(x), Matrix::triu(x), Matrix::Diagonal(n), as(seq_len(n), "pMatrix")
  )
  for (storage in storages) {
    data <- nmf_data(storage)
    expect_identical(class(data$x)[1], "dgCMatrix")
    expect_equal(sum(data$x), sum(storage))
  }
})

test_that("every dense class of Matrix becomes a double matrix", {
  x <- plain()
  dense <- function(x) as(as(as(x, "denseMatrix"), "generalMatrix"), "dMatrix")
  expect_data(dense(x), x, "dgeMatrix", FALSE)
  expect_data(as(dense(x), "lMatrix"), (x > 0) + 0, "lgeMatrix", FALSE)
  expect_data(as(dense(x), "nMatrix"), (x > 0) + 0, "ngeMatrix", FALSE)

  s <- square()
  symmetric <- s + t(s)
  expect_data(Matrix::forceSymmetric(dense(symmetric), "U"), symmetric, "dsyMatrix", FALSE)
  expect_data(Matrix::pack(Matrix::forceSymmetric(dense(symmetric))), symmetric, "dspMatrix", FALSE)
  expect_data(Matrix::triu(dense(s)), s, "dtrMatrix", FALSE)
  positive <- crossprod(s) + diag(4)
  expect_data(as(dense(positive), "dpoMatrix"), positive, "dpoMatrix", FALSE)
})

test_that("repeated triplets add up, unless they only say where", {
  triplets <- function(class, x = NULL) {
    slots <- list(class, i = c(0L, 0L, 2L), j = c(1L, 1L, 0L), Dim = c(3L, 2L))
    do.call(new, c(slots, if (!is.null(x)) list(x = x)))
  }
  expected <- matrix(c(0, 0, 1, 1, 0, 0), 3)
  expect_data(triplets("dgTMatrix", c(2, 3, 1)), expected * c(0, 0, 1, 5, 0, 0), "dgTMatrix", TRUE)
  expect_data(triplets("lgTMatrix", c(TRUE, TRUE, TRUE)), expected, "lgTMatrix", TRUE)
  expect_data(triplets("ngTMatrix"), expected, "ngTMatrix", TRUE)
})

test_that("row indices out of order or repeated are put right", {
  # Slots are set one by one: new() would not let them pass.
  raw <- function(i, x, p = c(0L, 3L, 3L, 5L)) {
    m <- new("dgCMatrix", Dim = c(4L, 3L), p = integer(4))
    m@i <- i
    m@x <- x
    m@p <- p
    m@Dimnames <- list(letters[1:4], NULL)
    m
  }
  expected <- matrix(c(1, 0, 2, 3, 0, 0, 0, 0, 0, 4, 5, 0), 4, dimnames = list(letters[1:4], NULL))
  expect_data(raw(c(0L, 2L, 3L, 1L, 2L), c(1, 2, 3, 4, 5)), expected, "dgCMatrix", TRUE)
  expect_data(raw(c(3L, 0L, 2L, 2L, 1L), c(3, 1, 2, 5, 4)), expected, "dgCMatrix", TRUE)
  expect_data(
    raw(c(0L, 2L, 3L, 2L, 1L, 2L), c(1, 2, 3, 2, 4, 3), c(0L, 3L, 3L, 6L)), expected,
    "dgCMatrix", TRUE
  )
  # Room left behind the last entry.
  expect_data(raw(c(0L, 2L, 3L, 1L, 2L, 0L), c(1:5, 9)), expected, "dgCMatrix", TRUE)

  expect_snapshot(fault(nmf_data(raw(c(0L, 2L, 9L, 1L, 2L), c(1, 2, 3, 4, 5)))))
  expect_snapshot(fault(nmf_data(raw(c(0L, 2L, 3L), c(1, 2, 3)))))
})

test_that("row indices that fall or repeat within a column are found", {
  x <- Matrix::sparseMatrix(
    i = c(1, 3, 5, 2, 1, 2, 3, 4, 5, 5), j = rep(c(1, 2, 4, 6), c(3, 1, 5, 1)), x = 1,
    dims = c(5, 7)
  )
  bad <- x@i
  bad[6:7] <- bad[7:6]
  same <- x@i
  same[7] <- same[6]
  expect_identical(cpp_rows_order(x@i, x@p, 5), 0L)
  expect_identical(cpp_rows_order(bad, x@p, 5), 1L)
  expect_identical(cpp_rows_order(same, x@p, 5), 1L)
  expect_identical(cpp_rows_order(integer(), c(0L, 0L), 5), 0L)
  expect_identical(cpp_rows_order(x@i, x@p, 4), 2L)
  expect_identical(cpp_rows_order(replace(x@i, 3, -1L), x@p, 5), 2L)
  expect_identical(cpp_rows_order(replace(x@i, 3, NA), x@p, 5), 2L)
})

test_that("a double matrix and a valid dgCMatrix are used as they are", {
  skip_if_not(capabilities("profmem"))
  # tracemem() returns the address of a vector.
  x <- plain()
  expect_identical(tracemem(nmf_data(x)$x), tracemem(x))
  sparse <- as(as(as(x, "CsparseMatrix"), "generalMatrix"), "dMatrix")
  data <- nmf_data(sparse)
  for (part in c("i", "p", "x")) {
    expect_identical(tracemem(slot(data$x, part)), tracemem(slot(sparse, part)))
  }
})

test_that("bad input is refused, with the argument, the fault and its place", {
  named <- plain()
  named["b", "C"] <- -1
  several <- matrix(c(1, -1, 2, -3, -4, -5, -6, -7, 8), 3)
  not_numbers <- matrix(c(1, NA, 3, NaN), 2)
  braces <- matrix(-1, 1, 1, dimnames = list("{a}", "it's \"b\""))
  sparse <- Matrix::sparseMatrix(
    i = c(2, 3), j = c(1, 4), x = c(-1, 1), dims = c(3, 4), dimnames = list(NULL, LETTERS[1:4])
  )
  cases <- list(
    "negative, named" = named,
    "negative, more than are shown" = several,
    "negative, integer" = matrix(-1:4, 2),
    "negative, names with braces and quotes" = braces,
    "negative, data frame" = data.frame(a = 1, b = -2),
    "negative, sparse" = sparse,
    "negative, triplets" = as(sparse, "TsparseMatrix"),
    "not a number" = not_numbers,
    "not a number, sparse" = replace(abs(sparse), 1, NaN),
    "infinite" = matrix(c(1, Inf, -Inf, 1), 2),
    "infinite, sparse" = abs(sparse) / 0.5 * replace(sparse, 12, Inf),
    "character matrix" = matrix("a"),
    "complex matrix" = matrix(1i),
    "list matrix" = matrix(list(1)),
    "raw matrix" = matrix(as.raw(1)),
    "no rows" = matrix(0, 0, 3),
    "no columns" = matrix(0, 3, 0),
    "no columns, sparse" = sparse[, 0],
    "no columns, data frame" = data.frame(a = 1:2)[, 0],
    "text columns" = data.frame(a = 1, b = "x", c = factor("y")),
    "matrix column" = data.frame(a = I(matrix(1, 2, 2))),
    "date column" = data.frame(day = as.Date("2020-01-01")),
    "64-bit integers" = structure(matrix(1), class = "integer64"),
    "vector" = c(1, 2, 3),
    "array of one dimension" = array(1:3),
    "array of three dimensions" = array(1, c(2, 2, 2)),
    "list" = list(1, 2),
    "NULL" = NULL,
    "text" = "x.csv",
    "function" = mean,
    "sparse vector" = Matrix::sparseVector(1, 1, 3)
  )
  expect_snapshot({
    for (name in names(cases)) {
      cat("\n# ", name, "\n", sep = "")
      fault(nmf_data(cases[[name]], "newdata"))
    }
  })
})

test_that("S4 classes that hold a matrix or an array are the matrix that they are, in every function", {
  where <- globalenv()
  setClass("HoldsMatrix", contains = "matrix", where = where)
  setClass("HoldsArray", contains = "array", representation(colour = "numeric"), where = where)
  withr::defer({
    removeClass("HoldsMatrix", where = where)
    removeClass("HoldsArray", where = where)
  })
  x <- example_data()
  expect_equal(nmf(new("HoldsMatrix", matrix(1:6 + 0, 2)), 1)$W, nmf(matrix(1:6 + 0, 2), 1)$W)
  fit <- example_fit()
  for (y in list(new("HoldsMatrix", x), new("HoldsArray", x, colour = 0))) {
    expect_data(y, x, class(y)[1], FALSE)
    expect_identical(nmf(y, 2)$W, nmf(x, 2)$W)
    expect_identical(predict(fit, y), predict(fit, x))
    expect_identical(residuals(fit, y), residuals(fit, x))
    expect_identical(impute(fit, y), x)
    expect_identical(augment(fit, y), augment(fit, x))
    expect_identical(divergence(y, fit), divergence(x, fit))
    expect_identical(nnls(fit$W, y), nnls(fit$W, x))
    expect_identical(nmf_matrix(y), x)
  }
  expect_error(nmf(new("HoldsArray", array(1, c(2, 2, 2)), colour = 0), 1), class = "nonneg_error_input")
})

test_that("tables of phyloseq have taxa as features, wherever they are", {
  where <- globalenv()
  setClass("otu_table", contains = "matrix", representation(taxa_are_rows = "logical"), where = where)
  setClass("phyloseq", representation(otu_table = "otu_table"), where = where)
  withr::defer({
    removeClass("phyloseq", where = where)
    removeClass("otu_table", where = where)
  })
  x <- round(example_data())
  rows <- new("otu_table", x, taxa_are_rows = TRUE)
  columns <- new("otu_table", t(x), taxa_are_rows = FALSE)
  for (y in list(rows, columns, new("phyloseq", otu_table = columns))) expect_data(y, x, class(y)[1], FALSE)
  expect_identical(nmf(columns, 2)$W, nmf(x, 2)$W)
})

test_that("what is no number of x is nothing where its weight is 0, and a weight may be NA where x is", {
  x <- example_data()
  start <- list(W = matrix(1:24 / 24, 12), H = matrix(1:20 / 20, 2))
  holes <- x
  at <- cbind(c(1, 5, 9, 12), c(1, 4, 7, 10))
  holes[at] <- NA
  bad <- x
  bad[at] <- c(-999, Inf, NaN, -Inf)
  w <- matrix(1, 12, 10)
  w[at] <- 0
  few <- w * (col(w) > 6)
  fit <- function(x, w = NULL) nmf(x, 2, init = start, weights = w, max_iter = 20)$W
  expect_equal(fit(bad, w), fit(holes))
  expect_equal(fit(bad, Matrix::Matrix(w, sparse = TRUE)), fit(holes))
  expect_equal(fit(methods::as(bad, "CsparseMatrix"), w), fit(holes))
  expect_equal(suppressWarnings(fit(bad, few)), suppressWarnings(fit(holes, few)))
  expect_equal(fit(holes, replace(w, at, NA)), fit(holes))
  expect_equal(predict(example_fit(), bad, weights = w), predict(example_fit(), holes))
  expect_error(nmf(bad, 2, weights = replace(w, 1, 1)), "negative", class = "nonneg_error_input")
})

test_that("what to do about scaled data, text and turned data is said", {
  x <- example_data()
  expect_snapshot({
    fault(nmf(t(scale(t(x[-12, ]))), 2))
    fault(nmf(data.frame(gene = letters[1:12], unname(x)), 2))
    fault(nmf(x, 2, weights = matrix(1, 10, 12)))
    fault(nmf(x, 2, fixed_W = t(example_factors()$W)))
    fault(nmf(x, 2, init = list(W = t(example_factors()$W[, 1:2]))))
    fault(nmf(x, 1001))
    fault(nmf(x, n_components = 3))
    fault(nmf(x, 2, beta_loss = "kl", maxIter = 5, n_jobs = 2, mask = 1, L1 = 1, method = "mu", max_seconds = 5, initt = 1))
  })
  # More components than rows and columns are too many, not too many to find.
  for (loss in c("frobenius", "kl")) {
    fit <- nmf(x, 15, loss, init = random_start(12, 10, 15), max_iter = 50)
    expect_sound_entries(fit, loss)
    expect_lt(fit$objective, nmf(x, 3, loss)$objective)
  }
  expect_identical(nmf(x, fixed_W = example_factors()$W, max_iter = 5)$settings$rank, 3L)
  expect_identical(nmf(x, fixed_H = example_factors()$H, max_iter = 5)$settings$rank, 3L)
})

test_that("a list of data sets is told where these go", {
  x <- example_data()
  expect_error(nmf(list(x, x), 2), "`nmf_joint()` or `nmf_programs()`", fixed = TRUE, class = "nonneg_error_input")
  expect_error(nmf(list(1, 2), 2), "not a list of length 2.$", class = "nonneg_error_input")
})

test_that("what newcomers take for a matrix is told how to become one", {
  hints <- list(
    `a column of classes` = datasets::iris, `distances` = datasets::eurodist,
    `a table of three sides` = datasets::HairEyeColor,
    `a series` = datasets::AirPassengers, `a formula` = ~ a + b, `a file` = "counts.csv",
    `texts` = c("the cat sat", "the dog ran"), `vectors` = list(1:3, 4:6),
    `data sets` = list(diag(2), diag(3)),
    `entries` = Matrix::summary(Matrix::sparseMatrix(1:3, 3:1, x = 1)),
    `correlations` = stats::cor(datasets::mtcars)[1:3, 1:3]
  )
  expect_snapshot(for (name in names(hints)) {
    cat("\n# ", name, "\n", sep = "")
    fault(nmf(hints[[name]], 1))
  })
  many <- data.frame(a = 1:2, b = 3:4, matrix("u", 2, 6))
  expect_error(nmf(many, 1), "x[sapply(x, is.numeric)]", fixed = TRUE, class = "nonneg_error_input")
  expect_error(nmf(many[1:4], 1), "x[-c(3, 4)]", fixed = TRUE, class = "nonneg_error_input")
  # The advice works.
  expect_s3_class(nmf(t(datasets::iris[-5]), 2, max_iter = 2), "nmf")
  expect_s3_class(nmf(matrix(datasets::HairEyeColor, nrow(datasets::HairEyeColor)), 2, max_iter = 2), "nmf")
  similar <- nmf_symmetric(stats::cor(datasets::mtcars), 2, negative = "allow", max_iter = 2)
  expect_true(all(coef(similar) >= 0))
})

test_that("an element that is the matrix is named by what was given, whichever argument it is", {
  fit <- nmf(leukemia$x[1:50, ], 2, max_iter = 2)
  data <- list(x = leukemia$x[1:50, ])
  calls <- expression(nmf(data, 2), predict(fit, data), predict(fit, newdata = data), residuals(fit, data))
  for (code in calls) {
    expect_error(eval(code), "did you mean `data$x`", fixed = TRUE, class = "nonneg_error_input")
  }
})
