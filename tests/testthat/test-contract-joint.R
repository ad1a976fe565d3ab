# A joint factorization does what ?nmf_joint documents: against the oracle of helper-joint.R.

joint_fit <- function(x, ..., rank = 3, tol = 1e-6, max_iter = 300, threads = 1, verbose = FALSE) {
  nmf_joint(x, rank, ..., tol = tol, max_iter = max_iter, threads = threads, verbose = verbose)
}

expect_exact <- function(x, fit, label = NULL) {
  truth <- joint_oracle(x, fit)
  expect_equal(fit$loss, truth$loss, tolerance = 1e-9, label = label)
  expect_equal(fit$penalty, truth$penalty, tolerance = 1e-8, label = label)
  expect_equal(fit$certificate$kkt, truth$kkt, tolerance = 1e-5, label = label)
  expect_true(all(unlist(fit[c("W", "V", "H")]) >= 0), label = label)
  # The data sets' losses add up.
  expect_equal(sum(fit$settings$weights * fit$data$loss), truth$loss, tolerance = 1e-8, label = label)
}

test_that("objective and residual are those of the formulas, whatever the solver, lambda and weights", {
  x <- joint_sets()
  for (solver in c("bpp", "cd")) {
    for (lambda in c(0, 0.5, 5, Inf)) {
      fit <- joint_fit(x, lambda = lambda, solver = solver, max_iter = 20)
      expect_exact(x, fit, paste(solver, lambda))
      expect_true(all(diff(fit$history$objective) <= 1e-9 * fit$history$objective[1]))
    }
  }
  fit <- joint_fit(x, weights = c(c = 0.2, a = 1, b = 3), max_iter = 20)
  expect_identical(fit$settings$weights, c(a = 1, b = 3, c = 0.2))
  expect_exact(x, fit, "weights")
  fit <- joint_fit(x, weights = "equal", max_iter = 20)
  expect_equal(unname(fit$settings$weights * vapply(x, function(x) sum(x^2), 0)), rep(mean(fit$data$sumsq), 3))
  expect_exact(x, fit, "equal")
})

test_that("the start counts in the history, the first row of which is the start", {
  x <- joint_sets()
  start <- withr::with_seed(3, list(
    W = matrix(stats::runif(36 * 3), 36), V = lapply(x, function(x) matrix(stats::runif(36 * 3), 36)),
    H = lapply(x, function(x) matrix(stats::runif(3 * ncol(x)), 3))
  ))
  fit <- joint_fit(x, init = start, max_iter = 1)
  at <- c(start, list(settings = list(lambda = 5, weights = c(1, 1, 1))))
  truth <- joint_oracle(x, at)
  expect_equal(fit$history$objective[1], truth$objective, tolerance = 1e-10)
  expect_equal(fit$history$penalty[1], truth$penalty, tolerance = 1e-10)
})

test_that("it ends no higher than alternating least squares from the same start", {
  x <- joint_sets()
  start <- withr::with_seed(4, list(W = matrix(stats::runif(36 * 3), 36)))
  start$V <- lapply(x, function(x) matrix(0, 36, 3))
  fit <- joint_fit(x, init = start, tol = 1e-8, max_iter = 2000)
  expect_true(fit$converged)
  reference <- joint_reference(x, start, 5, 200)
  truth <- joint_oracle(x, c(reference, list(settings = list(lambda = 5, weights = c(1, 1, 1)))))
  expect_lte(fit$objective, truth$objective * (1 + 1e-6))
})

test_that("gaps bound what is left of both half-problems", {
  x <- joint_sets()
  fit <- joint_fit(x, max_iter = 4, tol = 0)
  best <- joint_fit(x, init = fit, max_iter = 1, tol = 0, control = nmf_control(extrapolate = FALSE))
  # One more update of H alone.
  H <- lapply(names(x), function(name) predict(fit, x[[name]], dataset = name))
  at <- fit
  at$H <- H
  expect_lte(fit$objective - joint_oracle(x, at)$objective, fit$certificate$gap_H * (1 + 1e-9))
  expect_gt(fit$certificate$gap_H, 0)
  # W and V to the end, with H kept: a convex problem, by alternation.
  at <- fit
  for (turn in 1:200) {
    at$V <- lapply(seq_along(x), function(i) {
      H <- at$H[[i]]
      t(nnls(rbind(t(H), sqrt(5) * t(H)), rbind(t(x[[i]] - at$W %*% H), 0 * t(x[[i]]))))
    })
    at$W <- t(nnls(do.call(rbind, lapply(at$H, t)), do.call(rbind, lapply(seq_along(x), function(i) {
      t(x[[i]] - at$V[[i]] %*% at$H[[i]])
    }))))
  }
  left <- fit$objective - joint_oracle(x, at)$objective
  expect_gt(left, 0)
  expect_lte(left, fit$certificate$gap_W * (1 + 1e-9))
})

test_that("lambda = Inf is one factorization of all observations", {
  # Whole groups of 16: coordinate descent ends by groups.
  x <- joint_sets(n = c(48, 32, 16))
  start <- random_start(36, 96, 3)
  split <- list(W = start$W, H = list(start$H[, 1:48], start$H[, 49:80], start$H[, 81:96]))
  for (solver in c("bpp", "cd")) {
    fit <- joint_fit(x, lambda = Inf, init = split, solver = solver, max_iter = 12, tol = 0)
    whole <- nmf(do.call(cbind, x), 3, init = start, solver = solver, max_iter = 12, tol = 0, threads = 1)
    expect_null(fit$V)
    expect_equal(fit$history$objective, whole$history$objective, tolerance = 1e-9)
    expect_equal(unname(fit$W), unname(whole$W), tolerance = 1e-6)
  }
})

test_that("storages give the same, and the number of threads the same bits", {
  x <- joint_sets(n = c(40, 300, 25))
  dense <- joint_fit(x, max_iter = 15)
  sparse <- joint_fit(lapply(x, function(x) Matrix::Matrix(x, sparse = TRUE)), solver = dense$settings$solver, max_iter = 15)
  blocks <- Map(function(x, i) {
    nmf_blocks(function(first, last) {
      if (i == 2) Matrix::Matrix(x[, first:last, drop = FALSE], sparse = TRUE) else x[, first:last, drop = FALSE]
    }, dim(x), dimnames(x), sparse = i == 2)
  }, x, 1:3)
  mixed <- joint_fit(blocks, solver = dense$settings$solver, max_iter = 15)
  expect_equal(sparse$objective, dense$objective, tolerance = 1e-8)
  expect_equal(mixed$objective, dense$objective, tolerance = 1e-8)
  expect_identical(dimnames(mixed$H$b), dimnames(dense$H$b))
  big <- lapply(joint_sets(n = c(500, 700), l = 300), function(x) Matrix::Matrix(x, sparse = TRUE))
  one <- joint_fit(big, rank = 8, max_iter = 6)
  two <- joint_fit(big, rank = 8, max_iter = 6, threads = 2)
  parts <- c("W", "V", "H", "objective", "certificate")
  expect_identical(two[parts], one[parts])
})

test_that("the data are read once per iteration", {
  x <- joint_sets()
  reads <- 0
  blocks <- lapply(x, function(x) {
    nmf_blocks(function(first, last) {
      if (first == 1) reads <<- reads + 1
      x[, first:last, drop = FALSE]
    }, dim(x), dimnames(x))
  })
  start <- random_start(36, 1, 3)["W"]
  count <- function(max_iter) {
    reads <<- 0
    joint_fit(blocks, init = start, max_iter = max_iter, tol = 0)
    reads
  }
  expect_identical(count(7) - count(4), 3 * 3)
})

test_that("features that some lack count for those that have them", {
  x <- joint_sets()
  x$a <- x$a[-(1:5), ]
  x$b <- x$b[c(36:10), ]
  x$c <- rbind(x$c, only = 1:25)
  fit <- joint_fit(x, features = "all")
  expect_setequal(rownames(fit$W), c(paste0("g", 1:36), "only"))
  expect_identical(unname(lengths(fit$rows)), c(31L, 27L, 37L))
  ordered <- Map(function(x, rows) x[rownames(fit$W)[rows], ], x, fit$rows)
  expect_identical(lapply(fit$V, rownames), lapply(ordered, rownames))
  expect_exact(ordered, fit)
  # What is only in one data set costs less in W.
  expect_equal(unname(fit$V$c["only", ]), c(0, 0, 0))
  shared <- joint_fit(x)
  expect_setequal(rownames(shared$W), paste0("g", 10:36))
  expect_exact(lapply(x, function(x) x[rownames(shared$W), ]), shared)
})

test_that("one data set with a fixed W is solved by new data sets", {
  x <- joint_sets()
  fit <- joint_fit(x[1:2])
  H <- predict(fit, x$c, own = TRUE)
  expect_lt(attr(H, "certificate")$kkt, 1e-5)
  V <- attr(H, "V")
  at <- list(W = fit$W, V = list(V), H = list(H), settings = list(lambda = 5, weights = 1))
  none <- list(W = fit$W, V = list(0 * V), H = list(predict(fit, x$c)), settings = at$settings)
  expect_lt(joint_oracle(x["c"], at)$objective, joint_oracle(x["c"], none)$objective)
})

test_that("a dead component comes to life", {
  x <- joint_sets()
  start <- random_start(36, 1, 3)["W"]
  start$W[, 2] <- 0
  fit <- joint_fit(x, init = start)
  expect_true(all(colSums(fit$W) > 0))
  # Zeros stay zeros.
  zero <- joint_fit(list(a = matrix(0, 5, 4), b = matrix(0, 5, 3)), rank = 2)
  expect_identical(zero$objective, 0)
})

test_that("units do not matter, from small to large", {
  x <- joint_sets()
  start <- random_start(36, 1, 3)["W"]
  plain <- joint_fit(x, init = start, max_iter = 10)
  for (by in c(4^-240, 4^240)) {
    fit <- joint_fit(lapply(x, `*`, by), init = list(W = start$W * sqrt(by)), max_iter = 10)
    expect_equal(unname(fit$W / sqrt(by)), unname(plain$W), tolerance = 1e-6)
    expect_equal(fit$certificate$kkt, plain$certificate$kkt, tolerance = 1e-4)
  }
})

test_that("shared H is one factorization of all features, each data set with its weight", {
  x <- joint_sets()
  sets <- list(first = x$a[1:20, ], second = 10 * x$a[21:36, ])
  w <- c(first = 2, second = 0.01)
  fit <- nmf_joint(sets, 3, shared = "H", weights = w, tol = 1e-6, max_iter = 500, threads = 1, verbose = FALSE)
  off <- Map(function(x, W) sum((x - W %*% fit$H)^2) / 2, sets, fit$W)
  expect_equal(fit$objective, sum(w * unlist(off)), tolerance = 1e-9)
  expect_equal(fit$data$loss, unname(unlist(off)), tolerance = 1e-9)
  by <- rep(sqrt(w), c(20, 16))
  whole <- nmf(by * rbind(sets$first, sets$second), 3, tol = 1e-6, max_iter = 500, threads = 1)
  expect_equal(fit$objective, whole$objective, tolerance = 1e-9)
  expect_equal(fit$certificate, whole$certificate)
  # Some kinds of features tell about new observations.
  H <- predict(fit, sets["first"])
  expect_equal(unname(H), unname(nnls(fit$W$first, sets$first)), tolerance = 1e-8)
  H <- predict(fit, sets)
  expect_equal(unname(H), unname(nnls(by * do.call(rbind, unname(fit$W)), by * do.call(rbind, unname(sets)))), tolerance = 1e-8)
  # Observations go by name, those that all have.
  fewer <- list(first = x$a[1:20, 40:5], second = x$a[21:36, ])
  fit <- nmf_joint(fewer, 2, shared = "H", max_iter = 5, threads = 1, verbose = FALSE)
  expect_identical(colnames(fit$H), paste0("a", 40:5))
})

test_that("blocks and sparse data below each other are the same data", {
  x <- joint_sets()$a
  top <- Matrix::Matrix(x[1:20, ], sparse = TRUE)
  both <- function(sets) nmf_joint(sets, 2, shared = "H", weights = c(1, 4), solver = "bpp", max_iter = 8, threads = 1, verbose = FALSE)
  plain <- both(list(x[1:20, ], x[21:36, ]))
  blocks <- nmf_blocks(function(first, last) x[21:36, first:last, drop = FALSE], c(16, 40), list(NULL, colnames(x)))
  expect_equal(both(list(top, Matrix::Matrix(x[21:36, ], sparse = TRUE)))$objective, plain$objective, tolerance = 1e-9)
  expect_equal(both(list(top, blocks))$objective, plain$objective, tolerance = 1e-9)
})
