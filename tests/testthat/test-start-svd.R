test_that("both ways to the singular triples agree with a full SVD", {
  for (x in list(test_matrix(60, 40, 8), test_matrix(30, 70, 8))) {
    s <- svd(x)
    for (y in list(x, as_sparse(x))) {
      for (exact in c(TRUE, FALSE)) {
        got <- truncated_svd(nmf_data(y), 5, 1, exact = exact)
        expect_equal(got$d * got$root^2, s$d[1:5], tolerance = 1e-10)
        # The same sign as the largest entry of u.
        sign <- sign(s$u[cbind(max.col(abs(t(s$u[, 1:5]))), 1:5)])
        expect_equal(got$u, s$u[, 1:5] %*% diag(sign), tolerance = 1e-6)
        expect_equal(got$v, s$v[, 1:5] %*% diag(sign), tolerance = 1e-6)
      }
    }
  }
})

test_that("repeated and vanishing singular values do no harm to either way", {
  few <- outer(1:30, 1:20) + outer(30:1, (1:20)^2)
  for (exact in c(TRUE, FALSE)) {
    equal <- truncated_svd(nmf_data(3 * diag(30)), 4, 1, exact = exact)
    expect_equal(equal$d * equal$root^2, rep(3, 4), tolerance = 1e-8)
    expect_equal(crossprod(equal$u), diag(4), tolerance = 1e-6)

    vanishing <- truncated_svd(nmf_data(few), 4, 1, exact = exact)
    expect_identical(vanishing$d[3:4], c(0, 0))
    expect_identical(sum(abs(vanishing$u[, 3:4])), 0)
    expect_identical(sum(abs(vanishing$v[, 3:4])), 0)
    back <- vanishing$root^2 * vanishing$u %*% diag(vanishing$d) %*% t(vanishing$v)
    expect_equal(back, few, tolerance = 1e-8)
  }
})

test_that("the Gram matrix of the short side is formed only where that is cheap", {
  cheap <- function(l, n, ...) gram_is_cheap(list(x = matrix(1, l, n), dim = c(l, n), ...))
  expect_true(cheap(1000, 200))
  expect_true(cheap(200, 1000))
  expect_false(cheap(201, 300))
  expect_false(cheap(20, 30, row_weights = rep(1, 20)))
  blocks <- nmf_blocks(function(first, last) matrix(1, 3, last - first + 1), c(3, 2))
  expect_false(gram_is_cheap(nmf_data(blocks)))
})

test_that("singular vectors take at most three reads of x at any rank, whatever the storage", {
  x <- large_matrix()
  for (stored in list(x, as_sparse(x))) {
    first <- 0
    data <- nmf_data(x)
    data$x <- block_source(stored, seen = function(from, to) first <<- first + (from == 1))
    for (rank in c(1, 2, 20, 100)) {
      first <- 0
      got <- init_nndsvd(data, rank, 1)
      expect_lte(first, 3, label = paste("reads at rank", rank))
      expect_equal(got, init_nndsvd(nmf_data(stored), rank, 1), tolerance = 1e-10)
    }
  }
})

test_that("singular vectors are found as well as a fit needs them, with the same bits for any threads", {
  x <- large_matrix()
  s <- svd(x)
  got <- truncated_svd(nmf_data(x), 5, 1)
  expect_equal(got$d * got$root^2, s$d[1:5], tolerance = 1e-6)
  left <- sum((x - got$root^2 * got$u %*% (got$d * t(got$v)))^2)
  expect_lte(left, 1.001 * sum(s$d[-(1:5)]^2))
  # Nothing but noise: the hardest case, where what is left over is nearly as large.
  flat <- withr::with_seed(3, matrix(runif(400 * 300), 400))
  s <- svd(flat)
  got <- truncated_svd(nmf_data(flat), 10, 1)
  left <- sum((flat - got$root^2 * got$u %*% (got$d * t(got$v)))^2)
  expect_lte(left, 1.02 * sum(s$d[-(1:10)]^2))
  for (stored in list(x, as_sparse(x))) {
    one <- truncated_svd(nmf_data(stored), 12, 1)
    for (threads in 2:3) expect_identical(truncated_svd(nmf_data(stored), 12, threads), one)
  }
})

test_that("columns become orthonormal, near or far from dependent, with the same bits for any threads", {
  x <- withr::with_seed(1, matrix(rnorm(3000), 300))
  q <- withr::with_seed(2, qr.Q(qr(matrix(rnorm(100), 10))))
  for (condition in c(1, 1e3, 1e5, 1e8, 1e13, Inf)) {
    by <- if (is.finite(condition)) condition^-seq(0, 1, length.out = 10) else c(rep(1, 7), 0, 0, 0)
    y <- qr.Q(qr(x)) %*% (by * q)
    got <- cpp_orthonormal(y, 1)
    label <- paste("condition", condition)
    expect_equal(crossprod(got), diag(10), tolerance = 1e-12, label = label)
    # The same span, as far as there is one.
    expect_equal(got %*% crossprod(got, y), y, tolerance = 1e-12, label = label)
    expect_identical(cpp_orthonormal(y, 3), got)
  }
  tall <- withr::with_seed(3, matrix(rnorm(7e4 * 7), 7e4))
  expect_identical(cpp_orthonormal(tall, 2), cpp_orthonormal(tall, 1))
  s <- svd(tall)
  triples <- cpp_triples(diag(7), tall, 4, 2)
  expect_equal(triples$d, s$d[1:4])
  expect_equal(abs(crossprod(triples$v, s$u[, 1:4])), diag(4), tolerance = 1e-10)
})

test_that("components beyond the rank of x are zero, neither copies nor noise", {
  for (c in c(1, 1e-150, 1e290)) {
    x <- large_matrix(3, noise = 0) * c
    for (init in c("nndsvd", "nnsvdlrc")) {
      data <- nmf_data(x)
      f <- init_registry()[[init]](data, 9, 1)
      s <- svd(x / c)
      expect_equal(truncated_svd(data, 9, 1)$d, c(s$d[1:3] / s$d[1], numeric(6)), tolerance = 1e-8)
      most <- if (init == "nndsvd") 3 else 5
      expect_identical(sum(f$W[, -(1:most)]) + sum(f$H[-(1:most), ]), 0, label = paste(init, c))
    }
  }
  fit <- nmf(large_matrix(3, noise = 0), 6, threads = 1)
  expect_sound(fit)
  expect_lt(fit$objective, 1e-6 * sum(large_matrix(3, noise = 0)^2))
})

test_that("with weights of rows and columns, the start is that of data in which their loss is plain", {
  x <- large_matrix()
  rows <- withr::with_seed(4, runif(400, 0.1, 3))
  columns <- withr::with_seed(5, rexp(300))
  rows[7] <- columns[9] <- 0
  plain <- init_nndsvd(nmf_data(sqrt(rows) * x * rep(sqrt(columns), each = 400)), 4, 1)
  for (stored in list(x, as_sparse(x))) {
    weighted <- init_nndsvd(weigh_data(nmf_data(stored), list(rows = rows, columns = columns)), 4, 1)
    product <- (sqrt(rows) * weighted$W) %*% (weighted$H * rep(sqrt(columns), each = 4))
    expect_equal(product, plain$W %*% plain$H, tolerance = 1e-6)
    expect_identical(c(sum(weighted$W[7, ]), sum(weighted$H[, 9])), c(0, 0))
  }
  # Only one side, and any multiple of the weights.
  one <- init_nndsvd(weigh_data(nmf_data(x), columns), 4, 1)
  for (by in c(1e14, 1e-14)) {
    expect_equal(init_nndsvd(weigh_data(nmf_data(x), by * columns), 4, 1), one, tolerance = 1e-10)
  }
  # The same for all is no weight.
  expect_equal(
    truncated_svd(weigh_data(nmf_data(austen$x), rep(1e14, ncol(austen$x))), 3, 1)$d,
    truncated_svd(nmf_data(austen$x), 3, 1)$d,
    tolerance = 1e-8
  )
  # Weights of entries do not enter.
  entries <- matrix(rep(c(1, 2), 400 * 150), 400)
  expect_equal(init_nndsvd(weigh_data(nmf_data(x), entries), 4, 1), init_nndsvd(nmf_data(x), 4, 1))
})
