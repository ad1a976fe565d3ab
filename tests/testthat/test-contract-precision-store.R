# Kullback-Leibler on a store in mixed precision: entries, and what rows gather of them, are of single precision on
# the way.

mixed <- nmf_control(precision = "mixed")

# Stays on disk, whatever its size.
stored_counts <- function(x, ..., env = parent.frame()) {
  store <- local_store(x, ..., env = env)
  withr::local_options(nonneg.memory = 4 * bytes_of(store) - 1, .local_envir = env)
  store
}

store_counts <- function(l, n, sparse = FALSE, mean = 1.5, seed = 1) {
  x <- withr::with_seed(seed, matrix(stats::rpois(l * n, mean * stats::rexp(l)), l, n)) + 0
  x[cbind(seq_len(min(l, n)), seq_len(min(l, n)))] <- 1 # no empty row or column
  if (sparse) methods::as(x, "CsparseMatrix") else x
}

store_fit <- function(store, rank, start, ...) nmf(store, rank, "kullback-leibler", init = start, ...)

test_that("a fit to a store in mixed precision ends certified as one of double precision, at the same objective", {
  x <- store_counts(90, 70)
  holes <- replace(x, withr::with_seed(2, sample(length(x), 600)), NA)
  weights <- list(rows = rep(1:3, 30), columns = rep(1:2, 35))
  start <- random_start(90, 70, 3)
  cases <- list(whole = list(x, NULL), holes = list(holes, NULL), weights = list(holes, weights))
  for (name in names(cases)) {
    y <- cases[[name]][[1]]
    w <- cases[[name]][[2]]
    v <- if (is.null(w)) 1 else outer(w$rows, w$columns)
    for (sparse in c(FALSE, TRUE)) {
      store <- stored_counts(if (sparse) methods::as(y, "CsparseMatrix") else y, type = "double")
      for (solver in c("cd", "newton")) {
        label <- paste(name, sparse, solver)
        p <- list(alpha_W = 0.01, l1_ratio = 0.5)
        fit <- function(control) {
          do.call(store_fit, c(
            list(store, 3, start, solver = solver, weights = w, max_iter = 5000, control = control), p
          ))
        }
        own <- fit(mixed)
        double <- fit(nmf_control(precision = "double"))
        expect_identical(own$reason, "tol", label = label)
        of <- function(f) do.call(f, c(list(y, own$W, own$H, loss = "kullback-leibler", v = v), p))
        expect_equal(own$objective, of(oracle_objective)$objective, tolerance = 1e-12, label = label)
        expect_equal(own$certificate$kkt, of(entry_kkt), tolerance = 1e-5, label = label)
        expect_lte(own$certificate$kkt, 1e-4, label = label)
        expect_equal(own$objective, double$objective, tolerance = 1e-3, label = label)
        expect_false(identical(own$W, double$W), label = label)
        expect_lte(max(diff(own$history$objective)), 1e-6 * sum(x), label = label)
      }
    }
  }
})

test_that("it goes on in double precision where single precision does not get, and what max_iter ends is exact", {
  x <- store_counts(80, 60, sparse = TRUE)
  store <- stored_counts(x)
  start <- random_start(80, 60, 3)
  strict <- store_fit(store, 3, start, tol = 1e-9, max_iter = 20000, control = mixed)
  expect_identical(strict$reason, "tol")
  expect_lte(strict$certificate$kkt, 1e-9)
  for (iterations in c(1, 2, 7)) {
    before <- cpp_store_reads()
    fit <- store_fit(store, 3, start, tol = 0, max_iter = iterations, control = mixed)
    # One for each iteration, one for the certificate, and one for the loss of the features' means.
    expect_identical(cpp_store_reads() - before, iterations + 2)
    expect_identical(fit$reason, "max_iter")
    reached <- oracle_objective(as.matrix(x), fit$W, fit$H, loss = "kullback-leibler")$objective
    expect_equal(fit$objective, reached, tolerance = 1e-12)
    expect_identical(fit$history$objective[nrow(fit$history)], fit$objective)
  }
  before <- cpp_store_reads()
  fit <- store_fit(store, 3, start, max_iter = 500, control = mixed)
  expect_identical(fit$reason, "tol")
  expect_lte(cpp_store_reads() - before, max(fit$history$iteration) + 2)
})

test_that("an iteration is that of double precision to seven digits, for any number of columns and instruction set", {
  for (isa in cpp_isas()) {
    local_isa(isa)
    # More columns than sums of single precision are over; ranks with whole Hessians and with their diagonals.
    for (size in list(c(3, 2, 1), c(40, 33, 4), c(20, 9000, 3), c(70, 4096, 2), c(67, 90, 17), c(50, 60, 35))) {
      for (sparse in c(FALSE, TRUE)) {
        x <- store_counts(size[1], size[2], sparse)
        store <- stored_counts(x)
        start <- random_start(size[1], size[2], size[3])
        fits <- lapply(c("double", "mixed"), function(precision) {
          store_fit(
            store, size[3], start,
            solver = "mu", tol = 0, max_iter = 3, control = nmf_control(precision = precision, inner_sweeps = 1)
          )
        })
        label <- paste(isa, size[1], size[2], size[3], sparse)
        WH <- lapply(fits, function(fit) unname(fit$W %*% fit$H))
        expect_equal(WH[[2]], WH[[1]], tolerance = 3e-6, label = label)
        off <- fits[[2]]$history$objective - fits[[1]]$history$objective
        expect_lte(max(abs(off)), 1e-6 * sum(x), label = label)
      }
    }
  }
})

test_that("no bit depends on threads, on the type of the store, or on the second cache", {
  withr::defer(cpp_cache(0))
  for (size in list(c(300, 700), c(30, 9000))) {
    for (sparse in c(FALSE, TRUE)) {
      x <- store_counts(size[1], size[2], sparse, 0.3)
      start <- random_start(size[1], size[2], 4)
      bits <- function(type, threads, cache) {
        cpp_cache(cache)
        store <- stored_counts(x, type = type)
        fit <- store_fit(store, 4, start, max_iter = 6, tol = 0, threads = threads, control = mixed)
        list(fit$W, fit$H, fit$certificate, fit$history$objective)
      }
      want <- bits("uint16", 1, 0)
      expect_identical(bits("uint16", 2, 0), want)
      expect_identical(bits("uint16", 3, 20000), want)
      expect_identical(bits("double", 2, 20000), want)
    }
  }
})

test_that("a checkpoint goes on with the same bits, before and after the change to double precision", {
  store <- stored_counts(store_counts(60, 50, sparse = TRUE))
  start <- random_start(60, 50, 2)
  expect_same_after_checkpoints(
    function(...) store_fit(store, 2, start, tol = 0, threads = 1, ...),
    at = c(2, seq(10, 110, by = 10)), most = 120
  )
})

test_that("empty rows, starts with zeros and other units are taken", {
  x <- store_counts(70, 50)
  x[, 7] <- 0
  x[9, ] <- 0
  zeros <- random_start(70, 50, 4)
  zeros$W[withr::with_seed(3, sample(length(zeros$W), 100))] <- 0
  zeros$W[20, ] <- 0
  zeros$H[, 1:20] <- 0
  for (y in list(x, methods::as(x, "CsparseMatrix"))) {
    fit <- store_fit(stored_counts(y), 4, zeros, max_iter = 3000, control = mixed)
    expect_true(fit$converged)
    expect_true(all(fit$H[, 7] == 0) && all(fit$W[9, ] == 0))
    expect_gt(sum(fit$W[20, ]), 0)
    start <- random_start(70, 50, 3)
    base <- store_fit(stored_counts(y, type = "double"), 3, start, max_iter = 200, control = mixed)
    for (unit in 4^c(-400, -50, 50, 400)) {
      store <- stored_counts(unit * y, type = "double")
      scaled <- store_fit(
        store, 3, list(W = sqrt(unit) * start$W, H = sqrt(unit) * start$H), max_iter = 200, control = mixed
      )
      expect_equal(scaled$W / sqrt(unit), base$W, tolerance = 1e-12)
    }
  }
})

test_that("it is the default of one run on a large store", {
  x <- store_counts(2200, 1000, sparse = TRUE, 1.2)
  expect_gt(length(x@x), 1e6)
  start <- random_start(2200, 1000, 2)
  W <- function(x, precision) {
    store <- stored_counts(x)
    store_fit(store, 2, start, max_iter = 2, tol = 0, control = nmf_control(precision = precision))$W
  }
  own <- W(x, NULL)
  expect_identical(own, W(x, "mixed"))
  expect_false(identical(own, W(x, "double")))
  start$H <- start$H[, 1:500]
  small <- x[, 1:500]
  expect_identical(W(small, NULL), W(small, "double"))
})
