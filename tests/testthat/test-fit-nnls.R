# Nonnegative least squares, against package nnls (Lawson and Hanson) and against
# the optimality conditions.

by_lawson_hanson <- function(A, B) {
  skip_if_not_installed("nnls")
  apply(as.matrix(B), 2, function(b) nnls::nnls(A, b)$x)
}

normal <- function(m, n, seed = 1) withr::with_seed(seed, matrix(stats::rnorm(m * n), m))

# The largest min(x, gradient) in the scale in which the columns of A have unit
# norm, relative to B. It is 0 at the solution and nowhere else.
left_of <- function(A, B, X) {
  norm <- sqrt(colSums(A^2))
  norm[norm == 0] <- 1
  B <- as.matrix(B)
  gradient <- crossprod(A, A %*% X - B) / norm
  max(abs(pmin(X * norm, gradient))) / max(sqrt(colSums(B^2)))
}

solvers <- c("bpp", "cd")

test_that("it agrees with package nnls, for tall systems of any sign and any number of unknowns", {
  for (k in c(1, 2, 7, 8, 9, 16, 17, 33)) {
    A <- normal(60, k)
    B <- normal(60, 35, seed = 2)
    expected <- matrix(by_lawson_hanson(A, B), k)
    expect_gt(sum(expected == 0), 0)
    for (solver in solvers) {
      found <- nnls(A, B, solver = solver)
      expect_close(found, expected, 1e-8, label = paste(solver, k))
      expect_identical(found[expected == 0], rep(0, sum(expected == 0)), label = paste(solver, k))
    }
  }
})

test_that("positive systems, in which the unknowns compete, are solved as exactly", {
  A <- random_data(40, 12)
  B <- random_data(40, 30, seed = 3)
  for (solver in solvers) {
    expect_close(nnls(A, B, solver = solver), by_lawson_hanson(A, B), 1e-8, label = solver)
  }
})

test_that("two unknowns: the better of the vertices and the solution of the equations", {
  B <- cbind(normal(6, 200, seed = 2), 0, -1)
  expect_best <- function(A, B, X, label) {
    norm <- sqrt(colSums(A^2))
    b <- crossprod(A, B) / norm
    # With one unknown: max(0, b); the value is less than that of nothing by half its square.
    alone <- pmax(b, 0)^2 / 2
    both <- suppressWarnings(apply(b, 2, function(y) solve(crossprod(sweep(A, 2, norm, "/")), y)))
    gain <- ifelse(colSums(both < 0) == 0, colSums(both * b) / 2, pmax(alone[1, ], alone[2, ]))
    found <- (colSums(B^2) - colSums((B - A %*% X)^2)) / 2
    expect_close(found, gain, 1e-12, label = label)
    expect_lt(left_of(A, B, X), 1e-13)
    expect_gt(min(table(factor(colSums(X > 0), 0:2))), 0)
  }
  for (sign in c("any", "positive")) {
    A <- if (sign == "any") cbind(c(1, 2, -1, 0, 1, 3), c(-1, 1, 1, 2, 0, 1)) else random_data(6, 2)
    expect_best(A, B, nnls(A, B), label = sign)
  }
  # Columns closer and closer, to the same. predict() leaves to the kernel what nnls() would do again.
  for (angle in 10^-(1:9)) {
    A <- random_data(6, 2)
    A[, 2] <- A[, 1] + angle * A[, 2]
    B <- cbind(A %*% abs(normal(2, 40)), random_data(6, 40, seed = 2))
    X <- unname(predict(fit_with(A, matrix(1, 2, 1)), B))
    expect_lt(left_of(A, B, X), 1e-13, label = paste("angle", angle))
  }
  A[, 2] <- 3 * A[, 1]
  X <- unname(predict(fit_with(A, matrix(1, 2, 1)), B))
  expect_identical(colSums(X > 0), rep(1, ncol(B)))
  expect_lt(left_of(A, B, X), 1e-13)
})

test_that("sparse right-hand sides and vectors are the same problem", {
  A <- normal(50, 6)
  B <- normal(50, 40, seed = 2)
  B[abs(B) < 1.2] <- 0
  B[, 3] <- 0
  sparse <- as_dgC(Matrix::Matrix(B, sparse = TRUE))
  for (solver in solvers) {
    expect_close(nnls(A, sparse, solver = solver), nnls(A, B, solver = solver), 1e-12)
    expect_identical(nnls(A, sparse, solver = solver)[, 3], numeric(6))
  }
  expect_identical(nnls(A, B[, 1]), nnls(A, B[, 1, drop = FALSE]))
  expect_identical(
    nnls(as.data.frame(A), as.data.frame(B), "bpp"),
    nnls(`colnames<-`(A, paste0("V", 1:6)), `colnames<-`(B, paste0("V", 1:40)))
  )
  expect_identical(nnls(Matrix::Matrix(A), B), nnls(A, B))
  expect_identical(nnls(`storage.mode<-`(round(9 * A), "integer"), B), nnls(round(9 * A), B))
})

test_that("dependent columns: one of the solutions", {
  A <- random_data(20, 10)
  B <- normal(20, 50, seed = 2) + 1
  cases <- list(
    twice = list(cbind(A, A[, 1:3]), B),
    sum = list(cbind(A, A[, 1] + A[, 2]), B),
    zero = list(cbind(A, 0), B),
    wide = list(random_data(5, 9), random_data(5, 50, seed = 2)),
    `wide, any sign` = list(normal(5, 9), normal(5, 50, seed = 2)),
    `one row` = list(random_data(1, 4), random_data(1, 6, seed = 2)),
    rank_one = list(outer(1:6, 1:4), random_data(6, 5))
  )
  for (name in names(cases)) {
    A <- cases[[name]][[1]]
    B <- cases[[name]][[2]]
    X <- nnls(A, B)
    expected <- by_lawson_hanson(A, B)
    expect_true(all(is.finite(X) & X >= 0), label = name)
    expect_lte(left_of(A, B, X), 1e-8, label = name)
    expect_lte(sum((A %*% X - B)^2), sum((A %*% expected - B)^2) + 1e-8 * sum(B^2), label = name)
    expect_lte(left_of(A, B, nnls(A, B, solver = "cd", sweeps = 1e5)), 1e-6, label = paste("cd", name))
  }
})

test_that("badly conditioned systems are solved as well as the data allow", {
  hilbert <- function(k) outer(1:20, seq_len(k), function(i, j) 1 / (i + j - 1))
  for (k in c(4, 6, 8, 10, 12)) {
    A <- hilbert(k)
    B <- random_data(20, 30, seed = 4)
    X <- nnls(A, B)
    expect_lte(left_of(A, B, X), 1e-8, label = paste("hilbert", k))
    expect_lte(
      sum((A %*% X - B)^2), sum((A %*% by_lawson_hanson(A, B) - B)^2) * (1 + 1e-8),
      label = paste("hilbert", k)
    )
  }
  Q <- qr.Q(qr(normal(40, 10)))
  V <- qr.Q(qr(normal(10, 10, seed = 2)))
  for (condition in 10^(1:10)) {
    A <- Q %*% diag(condition^-seq(0, 1, length.out = 10)) %*% V
    known <- random_data(10, 30, zeros = 0.4, seed = 3)
    B <- A %*% known
    label <- paste("condition", condition)
    X <- nnls(A, B)
    expect_lte(left_of(A, B, X), 1e-10, label = label)
    if (condition <= 1e6) expect_close(X, known, 1e-8, label = label)

    B <- B + 1e-3 * normal(40, 30, seed = 4)
    X <- nnls(A, B)
    expected <- by_lawson_hanson(A, B)
    expect_lte(left_of(A, B, X), 1e-8, label = label)
    expect_lte(sum((A %*% X - B)^2), sum((A %*% expected - B)^2) * (1 + 1e-8), label = label)
    if (condition <= 1e4) expect_close(X, expected, 1e-8, label = label)
  }
})

test_that("badly conditioned systems have the solution of package nnls", {
  agree <- function(A, B, label) {
    expected <- by_lawson_hanson(A, B)
    expect_lte(max(abs(nnls(A, B) - expected)), 1e-8 * max(abs(expected)), label = label)
  }
  hilbert <- function(m, k) outer(seq_len(m), seq_len(k), function(i, j) 1 / (i + j - 1))
  # Coordinates that are positive by little make hardly a difference to B.
  for (size in list(c(6, 6), c(20, 5), c(20, 7))) {
    A <- hilbert(size[1], size[2])
    agree(A, A %*% random_data(size[2], 20, seed = 5), paste("hilbert", size[1], size[2]))
  }
  for (apart in 10^-(3:6)) {
    A <- normal(40, 6)
    A <- cbind(A, A[, 1] + apart * normal(40, 1, seed = 6))
    label <- paste("columns apart by", apart)
    agree(A, A %*% random_data(7, 20, zeros = 0.4, seed = 3), label)
    agree(A, normal(40, 20, seed = 2), paste(label, "and noise"))
  }
  V <- qr.Q(qr(normal(10, 10, seed = 2)))
  for (condition in 10^(4:7)) {
    A <- qr.Q(qr(normal(40, 10))) %*% diag(condition^-seq(0, 1, length.out = 10)) %*% V
    B <- A %*% random_data(10, 20, zeros = 0.4, seed = 3)
    for (noise in c(0, 1e-8, 1e-3)) {
      agree(A, B + noise * normal(40, 20, seed = 4), paste("condition", condition, "noise", noise))
    }
  }
})

test_that("the solution has the same bits for any number of threads, dense or sparse", {
  A <- random_data(30, 12)
  B <- random_data(30, 700, zeros = 0.5, seed = 2)
  for (A in list(A, cbind(A, A[, 1] + 1e-5 * A[, 2]))) {
    one <- nnls(A, B, threads = 1)
    expect_identical(nnls(A, B, threads = 3), one)
    expect_close(nnls(A, as_dgC(Matrix::Matrix(B, sparse = TRUE)), threads = 2), one, 1e-8)
  }
})

test_that("the scale of A, of its columns and of B is no matter", {
  A <- random_data(20, 6)
  B <- normal(20, 12, seed = 2) + 0.5
  X <- nnls(A, B)
  for (scale in c(1e-300, 1e-200, 1e-3, 1e200)) {
    label <- format(scale)
    expect_close(nnls(A * scale, B * scale), X, 1e-10, label = label)
    expect_close(nnls(A, B * scale) / scale, X, 1e-10, label = label)
    expect_close(nnls(A * scale, B) * scale, X, 1e-10, label = label)
  }
  uneven <- 10^seq(-100, 100, length.out = 6)
  expect_close(nnls(A %*% diag(uneven), B) * uneven, X, 1e-10)
  expect_identical(nnls(A, 0 * B), matrix(0, 6, 12))
  expect_identical(nnls(0 * A, B), matrix(0, 6, 12))
  expect_identical(nnls(A, -abs(B)), matrix(0, 6, 12))
})

test_that("names come from the columns of A and B", {
  A <- matrix(c(2, 0, 0, 3), 2)
  B <- matrix(c(2, 3, -2, 6), 2)
  expect_identical(nnls(A, B), matrix(c(1, 1, 0, 2), 2))
  colnames(A) <- c("a", "b")
  expect_identical(dimnames(nnls(A, B)), list(c("a", "b"), NULL))
  colnames(B) <- c("x", "y")
  expect_identical(dimnames(nnls(A, B)), list(c("a", "b"), c("x", "y")))
  expect_identical(dimnames(nnls(unname(A), B)), list(NULL, c("x", "y")))
})

test_that("cd stops after `sweeps`, and comes closer with more", {
  A <- random_data(40, 12)
  B <- random_data(40, 30, seed = 3)
  nnls_in <- function(sweeps) nnls(A, B, solver = "cd", sweeps = sweeps)
  expect_warning(few <- nnls_in(1), "sweeps", class = "nonneg_warning_convergence")
  expect_warning(more <- nnls_in(10), class = "nonneg_warning_convergence")
  expect_no_warning(enough <- nnls_in(1e5))
  left <- vapply(list(few, more, enough), function(X) left_of(A, B, X), 0)
  expect_true(all(diff(left) < 0))
  expect_lte(left[3], 1e-9)
  # The residual is relative: units are no matter.
  B <- 1e-200 * B
  expect_warning(nnls_in(1), class = "nonneg_warning_convergence")
  expect_no_warning(nnls_in(1e5))
})

test_that("nothing else changes: not A, not B, not the random numbers", {
  A <- normal(10, 3)
  B <- as_dgC(Matrix::Matrix(normal(10, 5, seed = 2) * (normal(10, 5, seed = 3) > 0), sparse = TRUE))
  A_before <- A + 0
  B_before <- B@x + 0
  withr::with_seed(7, {
    seed <- get(".Random.seed", globalenv())
    nnls(A, B)
    expect_identical(get(".Random.seed", globalenv()), seed)
  })
  expect_identical(A, A_before)
  expect_identical(B@x, B_before)
})

test_that("bad input is refused, with the argument and the fault", {
  A <- matrix(1, 3, 2)
  B <- matrix(1, 3, 4)
  cases <- list(
    `A vector of characters` = quote(nnls("a", B)),
    `A list` = quote(nnls(list(1), B)),
    `A not finite` = quote(nnls(A / 0, B)),
    `B not finite` = quote(nnls(A, replace(B, 5, NaN))),
    `B sparse, not finite` = quote(nnls(A, Matrix::sparseMatrix(i = 2, j = 3, x = NA_real_, dims = c(3, 4)))),
    `B of the wrong size` = quote(nnls(A, B[-1, ])),
    `B vector of the wrong size` = quote(nnls(A, 1:4)),
    `A empty` = quote(nnls(A[, 0], B)),
    `B empty` = quote(nnls(A, B[, 0])),
    `solver` = quote(nnls(A, B, solver = "mu")),
    `sweeps` = quote(nnls(A, B, solver = "cd", sweeps = 0)),
    `threads` = quote(nnls(A, B, threads = 0))
  )
  expect_snapshot(for (name in names(cases)) {
    cat("\n# ", name, "\n", sep = "")
    fault(eval(cases[[name]]))
  })
})

test_that("names of rows that are missing are told, rather than their number", {
  A <- matrix(c(1, 0, 0, 0, 1, 1), 3, dimnames = list(c("g1", "g2", "g3"), NULL))
  expect_error(nnls(A, c(g3 = 5, g2 = 5)), '"g1"', class = "nonneg_error_input")
})
