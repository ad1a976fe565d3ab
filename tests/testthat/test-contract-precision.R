# precision = "mixed": products of single precision on the way, the same stop, certificate and objective.

mixed <- nmf_control(precision = "mixed")

precision_data <- function(l, n, storage, zeros = 0.4) {
  x <- random_data(l, n, zeros = zeros)
  if (storage == "sparse") methods::as(methods::as(x, "CsparseMatrix"), "generalMatrix") else x
}

test_that("a fit in mixed precision stops where one in double precision does, certified as exactly", {
  for (storage in c("dense", "sparse")) {
    x <- precision_data(90, 70, storage)
    plain <- as.matrix(x)
    start <- random_start(90, 70, 5)
    for (solver in solver_names()) {
      for (alpha in c(0, 0.02)) {
        fit <- function(control) {
          nmf(
            x, 5, init = start, solver = solver, alpha_W = alpha, l1_ratio = 0.5, max_iter = 3000, control = control
          )
        }
        own <- fit(mixed)
        double <- fit(nmf_control())
        label <- paste(storage, solver, alpha)
        expect_identical(own$reason, "tol", label = label)
        expect_equal(
          own$objective,
          oracle_objective(plain, own$W, own$H, alpha_W = alpha, l1_ratio = 0.5)$objective, tolerance = 1e-12, label = label
        )
        expect_equal(
          own$certificate$kkt,
          oracle_kkt(plain, own$W, own$H, alpha_W = alpha, l1_ratio = 0.5), tolerance = 1e-6, label = label
        )
        expect_lte(own$certificate$kkt, 1e-4, label = label)
        expect_equal(own$objective, double$objective, tolerance = 1e-3, label = label)
        expect_identical(own$history$iteration, seq_len(nrow(own$history)) - 1L, label = label)
        expect_lte(max(diff(own$history$objective)), 1e-7 * sum(x^2), label = label)
      }
    }
  }
})

test_that("it goes on in double precision where single precision does not get: a strict tol, an exact fit", {
  x <- precision_data(60, 50, "dense")
  strict <- nmf(x, 4, init = random_start(60, 50, 4), tol = 1e-9, max_iter = 20000, control = mixed)
  expect_identical(strict$reason, "tol")
  expect_lte(strict$certificate$kkt, 1e-9)
  expect_equal(strict$certificate$kkt, oracle_kkt(x, strict$W, strict$H), tolerance = 1e-3)
  true <- random_start(60, 50, 3)
  exact <- nmf(true$W %*% true$H, 3, init = random_start(60, 50, 3, seed = 9), max_iter = 20000, control = mixed)
  expect_identical(exact$reason, "tol")
  expect_lt(exact$objective, 1e-7 * sum((true$W %*% true$H)^2))
})

test_that("what max_iter ends has an exact objective and certificate, too", {
  for (storage in c("dense", "sparse")) {
    x <- precision_data(60, 50, storage)
    for (iterations in c(1, 2, 7)) {
      fit <- nmf(x, 4, init = random_start(60, 50, 4), tol = 0, max_iter = iterations, control = mixed)
      expect_identical(fit$reason, "max_iter")
      expect_equal(fit$objective, oracle_objective(as.matrix(x), fit$W, fit$H)$objective, tolerance = 1e-12)
      expect_equal(fit$certificate$kkt, oracle_kkt(as.matrix(x), fit$W, fit$H), tolerance = 1e-6)
      expect_identical(fit$history$objective[nrow(fit$history)], fit$objective)
    }
  }
})

test_that("single products are right for any size, rank and instruction set", {
  for (isa in cpp_isas()) {
    local_isa(isa)
    for (storage in c("dense", "sparse")) {
      for (size in list(c(1, 3, 1), c(15, 17, 3), c(33, 16, 7), c(530, 67, 11), c(1100, 35, 25), c(47, 300, 50))) {
        l <- size[1]
        n <- size[2]
        x <- precision_data(l, n, storage, zeros = if (storage == "sparse") 0.8 else 0)
        start <- random_start(l, n, size[3])
        one <- function(control) {
          nmf(x, size[3], init = start, solver = "mu", tol = 0, max_iter = 2, control = control)
        }
        # Two multiplicative steps are smooth in the products.
        label <- paste(isa, storage, l, n)
        expect_equal(one(mixed)$W, one(nmf_control())$W, tolerance = 2e-6, label = label)
        expect_equal(one(mixed)$H, one(nmf_control())$H, tolerance = 2e-6, label = label)
      }
    }
  }
})

test_that("coordinate descent in singles takes the steps of doubles, for any size, rank and instruction set", {
  for (isa in cpp_isas()) {
    local_isa(isa)
    for (storage in c("dense", "sparse")) {
      for (size in list(c(9, 12, 1), c(40, 17, 3), c(33, 16, 7), c(70, 67, 8), c(90, 35, 20), c(110, 300, 50))) {
        l <- size[1]
        n <- size[2]
        x <- precision_data(l, n, storage, zeros = if (storage == "sparse") 0.8 else 0)
        start <- random_start(l, n, size[3])
        one <- function(precision) {
          control <- nmf_control(precision = precision, inner_sweeps = 1)
          nmf(x, size[3], init = start, solver = "cd", alpha_H = 0.01, tol = 0, max_iter = 1, control = control)
        }
        label <- paste(isa, storage, l, n)
        single <- one("mixed")
        expect_false(identical(single$H, one("double")$H), label = label)
        expect_equal(single$H, one("double")$H, tolerance = 1e-5, label = label)
        # Dependent columns of H make more of what is lost.
        expect_equal(single$W, one("double")$W, tolerance = 1e-4, label = label)
      }
    }
  }
})

test_that("it has the same bits for any number of threads, and alone as in company", {
  dense <- random_data(3000, 150)
  sparse <- sparse_data(600, 40000, 0.005)
  for (x in list(dense, sparse)) {
    for (rank in c(1, 9, 20)) {
      start <- random_start(nrow(x), ncol(x), rank)
      fit <- function(threads) {
        nmf(x, rank, init = start, threads = threads, max_iter = 4, tol = 0, control = mixed)
      }
      one <- fit(1)
      for (threads in c(2, 4)) {
        other <- fit(threads)
        expect_identical(other$W, one$W)
        expect_identical(other$H, one$H)
        expect_identical(other$history$objective, one$history$objective)
      }
    }
  }
  small <- random_data(80, 60)
  several <- withr::with_seed(3, nmf(small, 3, nrun = 4, threads = 2, control = mixed))
  again <- withr::with_seed(3, nmf(small, 3, nrun = 4, threads = 1, control = mixed))
  expect_identical(several$W, again$W)
})

test_that("it fits data in any units and of any sign as double precision does", {
  x <- precision_data(50, 40, "dense")
  start <- random_start(50, 40, 3)
  base <- nmf(x, 3, init = start, control = mixed)
  for (unit in 4^c(-450, -100, 100, 450)) {
    root <- sqrt(unit)
    scaled <- nmf(unit * x, 3, init = list(W = root * start$W, H = root * start$H), control = mixed)
    expect_equal(scaled$W / root, base$W, tolerance = 1e-12)
    expect_identical(scaled$reason, base$reason)
  }
  centred <- x - 0.3
  fit <- nmf(centred, 3, init = start, negative = "allow", max_iter = 2000, control = mixed)
  expect_true(fit$converged)
  expect_equal(fit$objective, oracle_objective(centred, fit$W, fit$H)$objective, tolerance = 1e-12)
})

test_that("a checkpoint goes on with the same bits, before and after the change to double precision", {
  x <- precision_data(60, 50, "dense")
  start <- random_start(60, 50, 3)
  expect_same_after_checkpoints(
    function(...) nmf(x, 3, init = start, tol = 0, threads = 1, ...),
    at = c(2, seq(15, 45, by = 5), 100), most = 110
  )
})

test_that("it is the default of one run on large data, and of no other", {
  long <- function(x, ..., precision = NULL) {
    withr::with_seed(4, nmf(x, 2, ..., init = "random", max_iter = 4, tol = 0, control = nmf_control(precision = precision)))
  }
  parts <- function(fit) list(fit$W, fit$H, fit$objective)
  same <- function(x, ..., as) expect_identical(parts(long(x, ...)), parts(long(x, ..., precision = as)))
  large <- random_data(1100, 1000)
  large[large == 0] <- 0.5
  small <- large[seq_len(900), ]
  same(large, as = "mixed")
  same(precision_data(2200, 1000, "sparse"), as = "mixed")
  same(small, as = "double")
  same(large, nrun = 2, as = "double")
  # No room for a copy.
  withr::with_options(list(nonneg.memory = 8e6), same(large, as = "double"))
  # The two are not the same bits, or this would say nothing.
  expect_false(identical(long(large)$W, long(large, precision = "double")$W))
  gaps <- large
  gaps[3, 4] <- NA
  expect_true(is.finite(long(gaps)$objective))
  fit <- long(large)
  expect_equal(fit$objective, oracle_objective(large, fit$W, fit$H)$objective, tolerance = 1e-12)
  expect_equal(fit$certificate$kkt, oracle_kkt(large, fit$W, fit$H), tolerance = 1e-6)
})

test_that("data and losses that it is not for are told by name", {
  x <- precision_data(20, 15, "dense")
  expect_error(nmf(x + 1, 2, loss = "is", control = mixed), "loss \"itakura-saito\"")
  gaps <- x
  gaps[3, 4] <- NA
  expect_error(nmf(gaps, 2, control = mixed), "missing entries")
  expect_error(nmf(x, 2, weights = list(rows = seq_len(20)), control = mixed), "weights")
  expect_error(nmf(nmf_blocks(function(first, last) x[, first:last, drop = FALSE], c(20, 15)), 2, control = mixed), "by blocks")
  expect_error(nmf_joint(list(x, x), 2, control = mixed), "must be \"double\"")
})
