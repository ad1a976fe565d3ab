# Several random starts: the best is kept, and all are told about.

test_that("nrun keeps the best of the runs that single fits would give", {
  x <- random_data(25, 20)
  for (solver in solver_names()) {
    fit <- withr::with_seed(5, nmf(x, 4, nrun = 6, solver = solver, max_iter = 40, tol = 0))
    singles <- withr::with_seed(5, lapply(1:6, function(run) {
      nmf(x, 4, init = "random", solver = solver, max_iter = 40, tol = 0)
    }))
    expect_identical(fit$runs$objective, vapply(singles, `[[`, 0, "objective"), label = solver)
    best <- which.min(fit$runs$objective)
    expect_identical(fit$runs$best, seq_len(6) == best, label = solver)
    expect_gt(length(unique(fit$runs$objective)), 1)
    expect_identical(fit$W, singles[[best]]$W, label = solver)
    expect_identical(fit$H, singles[[best]]$H, label = solver)
    expect_identical(fit$history$objective, singles[[best]]$history$objective, label = solver)
    expect_identical(fit$certificate, singles[[best]]$certificate, label = solver)
  }
})

test_that("runs has one row per run, with facts about each", {
  x <- random_data(25, 20)
  fit <- withr::with_seed(1, nmf(x, 3, nrun = 4, tol = 1e-3, max_iter = 40))
  expect_identical(names(fit$runs), c("run", "objective", "iterations", "kkt", "converged", "best"))
  expect_identical(fit$runs$run, 1:4)
  expect_identical(fit$settings$nrun, 4L)
  expect_identical(fit$settings$init, "random")
  best <- fit$runs[fit$runs$best, ]
  expect_identical(best$objective, fit$objective)
  expect_identical(best$iterations, max(fit$history$iteration))
  expect_identical(best$kkt, fit$certificate$kkt)
  expect_identical(best$converged, fit$converged)
  expect_identical(fit$runs$converged, fit$runs$kkt <= 1e-3 & fit$runs$converged)
  single <- nmf(x, 3)
  expect_identical(single$runs$best, TRUE)
  expect_identical(nrow(single$runs), 1L)
})

test_that("the same seed gives the same fit, another seed another one", {
  x <- random_data(25, 20)
  fit <- function(seed) withr::with_seed(seed, nmf(x, 4, nrun = 2, max_iter = 10, tol = 0))
  expect_identical(fit(1)$W, fit(1)$W)
  expect_identical(fit(1)$H, fit(1)$H)
  expect_false(identical(fit(1)$W, fit(2)$W))
})

test_that("starts without randomness leave the random numbers alone", {
  x <- random_data(25, 20)
  for (init in list("nnsvdlrc", "nndsvd", "nndsvda", random_start(25, 20, 3))) {
    for (stored in list(x, storages$sparse(x))) {
      withr::with_seed(1, {
        seed <- get(".Random.seed", globalenv())
        fit <- nmf(stored, 3, init = init, max_iter = 5)
        predict(fit, stored)
        expect_identical(get(".Random.seed", globalenv()), seed)
      })
    }
  }
  # Data too large for the exact decomposition, too.
  withr::with_seed(1, {
    large <- sparse_data(900, 700, 0.02)
    seed <- get(".Random.seed", globalenv())
    nmf(large, 3, max_iter = 3)
    expect_identical(get(".Random.seed", globalenv()), seed)
  })
})

test_that("random starts draw from R's generator", {
  x <- random_data(25, 20)
  withr::with_seed(1, {
    seed <- get(".Random.seed", globalenv())
    nmf(x, 3, init = "random", max_iter = 5)
    expect_false(identical(get(".Random.seed", globalenv()), seed))
  })
  # One factor given, the other found from it: all runs would be the same.
  expect_error(
    nmf(x, 3, init = list(H = random_start(25, 20, 3)$H), nrun = 3),
    class = "nonneg_error_input"
  )
})

test_that("the best of several runs is that of the data in any units", {
  x <- random_data(30, 20)
  best <- function(x, threads) {
    vapply(1:4, function(seed) {
      runs <- withr::with_seed(seed, nmf(x, 4, nrun = 6, threads = threads))$runs
      runs$run[runs$best]
    }, 0L)
  }
  one <- best(x, 1)
  expect_gt(max(one), 1)
  for (threads in 1:2) {
    # Here the squares of all numbers are out of range.
    expect_identical(best(x * 2^664, threads), one)
    expect_identical(best(x * 2^-664, threads), one)
  }
})
