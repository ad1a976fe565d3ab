# The storage of the data makes no difference.

test_that("dense, sparse and blocks give the same fit, for every solver", {
  # Two blocks of columns for dense data, and a zero row and column.
  x <- random_data(70, 530, zeros = 0.7)
  x[5, ] <- 0
  x[, 7] <- 0
  start <- random_start(70, 530, 9)
  for (loss in "frobenius") {
    for (solver in solver_names()) {
      fits <- lapply(names(storages), function(storage) {
        contract_fit(x, start, storage,
          loss = loss, solver = solver, max_iter = 12, tol = 0,
          alpha_W = 1e-4, alpha_H = 2e-4, l1_ratio = 0.5
        )
      })
      names(fits) <- names(storages)
      label <- paste(loss, solver)
      expect_close(fits$sparse$W, fits$dense$W, 1e-10, label = label)
      expect_close(fits$sparse$H, fits$dense$H, 1e-10, label = label)
      expect_close(fits$sparse$history$objective, fits$dense$history$objective, 1e-12, label = label)
      # Blocks from a function hold the same numbers in the same order.
      expect_identical(fits$`dense blocks`$W, fits$dense$W, label = label)
      expect_identical(fits$`dense blocks`$H, fits$dense$H, label = label)
      expect_identical(fits$`sparse blocks`$W, fits$sparse$W, label = label)
      expect_identical(fits$`sparse blocks`$H, fits$sparse$H, label = label)
    }
  }
})

test_that("the starts made from dense and sparse data are the same", {
  x <- random_data(60, 45, zeros = 0.6)
  for (init in c("nnsvdlrc", "nndsvd", "nndsvda")) {
    dense <- nmf(x, 4, init = init, max_iter = 5, tol = 0)
    sparse <- nmf(storages$sparse(x), 4, init = init, max_iter = 5, tol = 0)
    expect_close(sparse$W, dense$W, 1e-9, label = init)
    expect_close(sparse$H, dense$H, 1e-9, label = init)
  }
})

test_that("stored zeros, empty columns and empty rows of a sparse matrix change nothing", {
  x <- Matrix::sparseMatrix(
    i = c(1, 3, 3, 6), j = c(2, 2, 5, 5), x = c(2, 0, 1, 3), dims = c(8, 6)
  )
  expect_length(x@x, 4)
  start <- random_start(8, 6, 2)
  for (solver in solver_names()) {
    sparse <- contract_fit_of(x, start, solver)
    dense <- contract_fit_of(as.matrix(x), start, solver)
    expect_close(sparse$W, dense$W, 1e-10, label = solver)
    expect_close(sparse$H, dense$H, 1e-10, label = solver)
    expect_identical(sparse$W[c(2, 4, 5, 7, 8), ], dense$W[c(2, 4, 5, 7, 8), ] * 0, label = solver)
  }
})

test_that("integer and logical matrices, data frames and Matrix classes are the same data", {
  x <- round(5 * random_data(9, 7, zeros = 0.3))
  start <- random_start(9, 7, 2)
  expected <- contract_fit_of(x, start)
  same <- list(
    integer = `storage.mode<-`(x, "integer"), `data frame` = as.data.frame(x),
    table = as.table(x), `dense Matrix` = Matrix::Matrix(x, sparse = FALSE)
  )
  for (name in names(same)) {
    fit <- contract_fit_of(same[[name]], start)
    expect_identical(unname(fit$W), unname(expected$W), label = name)
    expect_identical(unname(fit$H), unname(expected$H), label = name)
  }
  logical <- contract_fit_of(x > 2, start)
  expect_identical(logical$W, contract_fit_of((x > 2) + 0, start)$W)

  sparse <- contract_fit_of(storages$sparse(x), start)
  for (class in c("TsparseMatrix", "RsparseMatrix")) {
    fit <- contract_fit_of(methods::as(storages$sparse(x), class), start)
    expect_identical(fit$W, sparse$W, label = class)
    expect_identical(fit$data$class, if (class == "TsparseMatrix") "dgTMatrix" else "dgRMatrix")
  }
})

test_that("a transposed problem has the transposed fit", {
  x <- random_data(21, 16)
  start <- random_start(21, 16, 3)
  turned <- list(W = t(start$H), H = t(start$W))
  fit <- nmf(x, 3, init = start, solver = "bpp", alpha_W = 0.01, alpha_H = 0.02, tol = 1e-8, max_iter = 5000)
  other <- nmf(
    t(x), 3, init = turned, solver = "bpp", alpha_W = 0.02, alpha_H = 0.01, tol = 1e-8, max_iter = 5000
  )
  expect_equal(fit$objective, other$objective, tolerance = 1e-6)
  expect_equal(fit$W %*% fit$H, t(other$W %*% other$H), tolerance = 1e-3)
})
