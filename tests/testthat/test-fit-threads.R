# The number of threads changes nothing, not even the last bit.

expect_same_bits <- function(fit, threads, label) {
  one <- fit(1)
  for (t in threads) {
    other <- fit(t)
    where <- paste(label, "threads", t)
    expect_identical(other$W, one$W, label = where)
    expect_identical(other$H, one$H, label = where)
    expect_identical(other$history$objective, one$history$objective, label = where)
    expect_identical(other$history$kkt, one$history$kkt, label = where)
    expect_identical(other$certificate, one$certificate, label = where)
  }
}

# Sizes that are divided between threads: several blocks, several parts of rows.
# (Small regions run in one thread.)
ranks <- c(1, 7, 8, 9, 20, 33)

test_that("dense fits have the same bits for 1, 2 and 4 threads", {
  x <- random_data(5000, 150)
  for (r in ranks) {
    start <- random_start(5000, 150, r)
    for (solver in solver_names()) {
      expect_same_bits(function(threads) {
        nmf(
          x, r, init = start, solver = solver, threads = threads, max_iter = 3, tol = 0, alpha_W = 1e-4,
          l1_ratio = 0.5
        )
      }, c(2, 4), paste(solver, "rank", r))
    }
  }
})

test_that("sparse fits have the same bits for 1, 2 and 4 threads", {
  x <- sparse_data(600, 9000, 0.02)
  for (r in ranks) {
    start <- random_start(600, 9000, r)
    for (solver in solver_names()) {
      expect_same_bits(function(threads) {
        nmf(x, r, init = start, solver = solver, threads = threads, max_iter = 3, tol = 0)
      }, c(2, 4), paste(solver, "rank", r))
    }
  }
})

test_that("tall and wide data, whose factors are large, have the same bits", {
  tall <- random_data(20000, 40)
  start <- random_start(20000, 40, 33)
  for (solver in c("cd", "bpp")) {
    expect_same_bits(function(threads) {
      nmf(tall, 33, init = start, solver = solver, threads = threads, max_iter = 2, tol = 0)
    }, c(2, 3), paste(solver, "tall"))
    expect_same_bits(function(threads) {
      nmf(
        t(tall), 33, init = list(W = t(start$H), H = t(start$W)), solver = solver, threads = threads,
        max_iter = 2, tol = 0
      )
    }, c(2, 3), paste(solver, "wide"))
  }
  sparse <- sparse_data(20000, 3000, 0.002)
  start <- random_start(20000, 3000, 33)
  expect_same_bits(function(threads) {
    nmf(sparse, 33, init = start, solver = "cd", threads = threads, max_iter = 2, tol = 0)
  }, c(2, 3), "sparse")
})

test_that("factors so large that they are laid out by several threads have the same bits", {
  x <- random_data(60000, 10)
  start <- random_start(60000, 10, 70)
  expect_same_bits(function(threads) {
    nmf(
      x, 70,
      init = start, solver = "cd", threads = threads, max_iter = 1, tol = 0,
      control = nmf_control(inner_sweeps = 1)
    )
  }, 2, "large factors")
  expect_identical(cpp_scan(start$W, 2L), cpp_scan(start$W, 1L))
})

test_that("starts, predictions and nnls have the same bits too", {
  dense <- random_data(3000, 260)
  sparse <- sparse_data(3000, 1500, 0.02)
  for (x in list(dense, sparse)) {
    expect_same_bits(function(threads) {
      nmf(x, 5, threads = threads, max_iter = 6, tol = 0)
    }, 2, class(x)[1])
    fit <- nmf(x, 5, threads = 1, max_iter = 3, tol = 0)
    expect_identical(predict(fit, x, threads = 2), predict(fit, x, threads = 1))
    A <- random_data(3000, 6)
    expect_identical(nnls(A, x, threads = 2), nnls(A, x, threads = 1))
  }
})

test_that("a fit to tolerance takes the same path with any number of threads", {
  x <- random_data(4000, 100)
  expect_same_bits(function(threads) {
    withr::with_seed(1, nmf(x, 6, init = "random", threads = threads, tol = 1e-3))
  }, c(2, 4), "to tol")
})

test_that("threads = NULL follows the option, and the environment", {
  x <- random_data(6, 5)
  used <- function(...) nmf(x, 2, max_iter = 2, ...)$settings$threads
  withr::local_envvar(
    OMP_NUM_THREADS = NA, OMP_THREAD_LIMIT = NA, "_R_CHECK_LIMIT_CORES_" = NA
  )
  withr::with_options(list(nonneg.threads = 3), {
    expect_identical(used(), 3L)
    expect_identical(used(threads = 5), 5L)
  })
  withr::local_options(nonneg.threads = NULL)
  expect_identical(used(), cpp_cores())
  expect_identical(withr::with_envvar(c(OMP_NUM_THREADS = "1"), used()), 1L)
  expect_identical(withr::with_envvar(c(OMP_THREAD_LIMIT = "1"), used()), 1L)
  expect_identical(withr::with_envvar(c(OMP_NUM_THREADS = "1"), used(threads = 2)), 2L)
  expect_lte(withr::with_envvar(c("_R_CHECK_LIMIT_CORES_" = "TRUE"), used()), 2L)
  expect_identical(withr::with_envvar(c(OMP_NUM_THREADS = "many"), used()), cpp_cores())
  withr::with_options(list(nonneg.threads = "all"), expect_snapshot(fault(used())))
})

test_that("a forked child fits what its parent fits, in one thread, after the parent used several", {
  skip_on_os("windows") # has no fork
  x <- random_data(4000, 100)
  start <- random_start(4000, 100, 8)
  fit <- function(...) nmf(x, 8, init = start, threads = 2, max_iter = 3, tol = 0)
  before <- fit()
  children <- parallel::mclapply(1:2, fit, mc.cores = 2)
  after <- fit()
  for (child in children) {
    expect_s3_class(child, "nmf")
    expect_identical(child$W, before$W)
    expect_identical(child$H, before$H)
    expect_identical(child$settings$threads, 1L)
  }
  expect_identical(after$W, before$W)
  expect_identical(after$settings$threads, 2L)
})

test_that("an objective too small to be a normal number is 0 for any number of threads", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  set.seed(5)
  x <- matrix(rexp(33), 33) * 1e-150
  measures <- lapply(1:2, function(threads) {
    set.seed(3)
    suppressWarnings(nmf_survey(
      x, c(1, 3),
      nrun = 2, resample = "none", max_iter = 10, tol = 0, threads = threads
    ))$runs$objective
  })
  expect_identical(measures[[1]], measures[[2]])
})
