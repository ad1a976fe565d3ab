# Kullback-Leibler: precision = "mixed", whose entries are of single precision on the way, and Newton steps whose models
# are solved several items at a time.

mixed <- nmf_control(precision = "mixed")

kl_counts <- function(l, n, storage, mean = 1.5, seed = 1) {
  x <- withr::with_seed(seed, matrix(stats::rpois(l * n, mean * stats::rexp(l)), l, n)) + 0
  x[cbind(seq_len(min(l, n)), seq_len(min(l, n)))] <- 1 # no empty row or column
  if (storage == "sparse") methods::as(methods::as(x, "CsparseMatrix"), "generalMatrix") else x
}

kl_fit <- function(x, rank, start, ...) nmf(x, rank, loss = "kullback-leibler", init = start, ...)

test_that("a Kullback-Leibler fit in mixed precision ends certified as one of double precision, at the same objective", {
  for (storage in c("dense", "sparse")) {
    # Long rows of the dense one: those that are short stay in double precision.
    x <- if (storage == "dense") kl_counts(1100, 30, storage) else kl_counts(130, 90, storage)
    plain <- as.matrix(x)
    start <- random_start(nrow(x), ncol(x), 3)
    for (solver in c("cd", "newton")) {
      for (alpha in c(0, 0.01)) {
        fit <- function(control) {
          kl_fit(x, 3, start, solver = solver, alpha_W = alpha, l1_ratio = 0.5, max_iter = 5000, control = control)
        }
        own <- fit(mixed)
        double <- fit(nmf_control())
        label <- paste(storage, solver, alpha)
        expect_identical(own$reason, "tol", label = label)
        reached <- oracle_objective(plain, own$W, own$H, alpha_W = alpha, l1_ratio = 0.5, loss = "kullback-leibler")
        expect_equal(own$objective, reached$objective, tolerance = 1e-12, label = label)
        kkt <- entry_kkt(plain, own$W, own$H, alpha_W = alpha, l1_ratio = 0.5, loss = "kullback-leibler")
        expect_equal(own$certificate$kkt, kkt, tolerance = 1e-5, label = label)
        expect_lte(own$certificate$kkt, 1e-4, label = label)
        expect_equal(own$objective, double$objective, tolerance = 1e-3, label = label)
        expect_lte(max(diff(own$history$objective)), 1e-6 * sum(x), label = label)
      }
    }
  }
})

test_that("it goes on in double precision where single precision does not get, and what max_iter ends is exact", {
  x <- kl_counts(80, 60, "sparse")
  start <- random_start(80, 60, 3)
  strict <- kl_fit(x, 3, start, solver = "newton", tol = 1e-9, max_iter = 20000, control = mixed)
  expect_identical(strict$reason, "tol")
  expect_lte(strict$certificate$kkt, 1e-9)
  for (iterations in c(1, 2, 7)) {
    fit <- kl_fit(x, 3, start, solver = "newton", tol = 0, max_iter = iterations, control = mixed)
    expect_identical(fit$reason, "max_iter")
    reached <- oracle_objective(as.matrix(x), fit$W, fit$H, loss = "kullback-leibler")$objective
    expect_equal(fit$objective, reached, tolerance = 1e-12)
    expect_identical(fit$history$objective[nrow(fit$history)], fit$objective)
  }
})

test_that("multiplicative updates are right for any size, rank, precision and instruction set", {
  naive <- function(x, W, H) {
    H <- H * (crossprod(W, x / (W %*% H)) / colSums(W))
    W <- W * (tcrossprod(x / (W %*% H), H) / rep(rowSums(H), each = nrow(W)))
    list(W = W, H = H)
  }
  for (isa in cpp_isas()) {
    local_isa(isa)
    for (size in list(c(3, 1, 1), c(15, 17, 3), c(40, 33, 4), c(67, 30, 5), c(40, 70, 7), c(50, 1030, 10), c(33, 90, 17))) {
      x <- kl_counts(size[1], size[2], "sparse")
      start <- random_start(size[1], size[2], size[3])
      right <- naive(as.matrix(x), start$W, start$H)
      for (precision in c("double", "mixed")) {
        fit <- kl_fit(
          x, size[3], start,
          solver = "mu", tol = 0, max_iter = 1, control = nmf_control(precision = precision, inner_sweeps = 1)
        )
        tolerance <- if (precision == "double") 1e-12 else 2e-6
        label <- paste(isa, precision, size[1], size[2], size[3])
        expect_equal(unname(fit$W %*% fit$H), unname(right$W %*% right$H), tolerance = tolerance, label = label)
      }
    }
  }
})

test_that("Newton steps of items together lower the objective, to their optimum, in groups of any size", {
  for (size in list(c(40, 30, 3), c(90, 200, 5), c(60, 1100, 4))) {
    x <- kl_counts(size[1], size[2], "sparse")
    start <- random_start(size[1], size[2], size[3])
    together <- kl_fit(x, size[3], start, solver = "newton", tol = 0, max_iter = 3)
    before <- oracle_objective(as.matrix(x), start$W, start$H, loss = "kullback-leibler")$objective
    expect_lt(together$objective, before)
    expect_true(all(diff(together$history$objective) <= 1e-10 * before))
    exact <- kl_fit(x, size[3], start, solver = "newton", tol = 1e-8, max_iter = 5000)
    expect_lte(exact$certificate$kkt, 1e-8)
    ratio <- as.matrix(x) / (exact$W %*% exact$H)
    ratio[as.matrix(x) == 0] <- 0
    gradient <- crossprod(exact$W, 1 - ratio)
    expect_lt(max(abs(pmin(exact$H, gradient / colSums(exact$W)))), 1e-5 * max(exact$H))
  }
})

test_that("it has the same bits for any number of threads", {
  for (x in list(kl_counts(300, 1200, "sparse", 0.2), kl_counts(1200, 40, "dense"))) {
    for (rank in c(1, 6, 11)) {
      start <- random_start(nrow(x), ncol(x), rank)
      for (precision in c("double", "mixed")) {
        fit <- function(threads) {
          kl_fit(
            x, rank, start, solver = "newton", threads = threads, max_iter = 5, tol = 0,
            control = nmf_control(precision = precision)
          )
        }
        one <- fit(1)
        for (threads in c(2, 3)) {
          other <- fit(threads)
          expect_identical(other$W, one$W)
          expect_identical(other$H, one$H)
          expect_identical(other$history$objective, one$history$objective)
        }
      }
    }
  }
})

test_that("missing entries, weights, empty columns and starts with zeros are taken", {
  x <- kl_counts(1100, 40, "dense")
  gaps <- x
  gaps[withr::with_seed(2, sample(length(x), 400))] <- NA
  start <- random_start(1100, 40, 3)
  weights <- list(rows = rep(1:2, 550), columns = rep(1:4, 10))
  for (call in list(
    function(control) kl_fit(gaps, 3, start, solver = "newton", max_iter = 2000, control = control),
    function(control) kl_fit(x, 3, start, solver = "newton", weights = weights, max_iter = 2000, control = control)
  )) {
    own <- call(mixed)
    expect_true(own$converged)
    expect_equal(own$objective, call(nmf_control())$objective, tolerance = 1e-4)
  }
  holes <- kl_counts(70, 50, "sparse")
  holes[, 7] <- 0
  holes[9, ] <- 0
  zeros <- random_start(70, 50, 4)
  zeros$W[withr::with_seed(3, sample(length(zeros$W), 100))] <- 0
  zeros$H[, 1:20] <- 0
  for (precision in c("double", "mixed")) {
    fit <- kl_fit(holes, 4, zeros, solver = "newton", max_iter = 2000, control = nmf_control(precision = precision))
    expect_true(fit$converged)
    expect_true(all(fit$H[, 7] == 0) && all(fit$W[9, ] == 0))
    expect_lte(fit$certificate$kkt, 1e-4)
  }
})

test_that("it fits counts in any units", {
  x <- kl_counts(60, 50, "sparse")
  start <- random_start(60, 50, 3)
  base <- kl_fit(x, 3, start, solver = "newton", control = mixed)
  for (unit in 4^c(-400, -50, 50, 400)) {
    scaled <- kl_fit(
      unit * x, 3, list(W = sqrt(unit) * start$W, H = sqrt(unit) * start$H), solver = "newton", control = mixed
    )
    expect_equal(scaled$W / sqrt(unit), base$W, tolerance = 1e-12)
  }
})

test_that("it is the default of one run on large data", {
  x <- kl_counts(2200, 1000, "sparse", 1.2)
  start <- random_start(2200, 1000, 2)
  W <- function(x, precision, ...) {
    kl_fit(x, 2, start, max_iter = 2, tol = 0, control = nmf_control(precision = precision), ...)$W
  }
  expect_gt(length(x@x), 1e6)
  own <- W(x, NULL)
  expect_identical(own, W(x, "mixed"))
  expect_false(identical(own, W(x, "double")))
  small <- x[, 1:500]
  start$H <- start$H[, 1:500]
  expect_identical(W(small, NULL), W(small, "double"))
})
