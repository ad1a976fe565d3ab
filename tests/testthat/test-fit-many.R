# Fits at once, by threads or stacked in one read, are the fits alone, bit by bit.

together_arguments <- function(...) {
  utils::modifyList(list(
    loss = "frobenius", solver = NULL, init = "random", alpha_W = 0, alpha_H = 0, l1_ratio = 0, max_iter = 60, tol = 1e-3,
    threads = 2L, control = nmf_control()
  ), list(...))
}

many <- function(x, ranks, arguments, threads = 2L) {
  data <- nmf_data(x)
  prepared <- lapply(seq_along(ranks), function(k) with_stream(k, start_of(data, ranks[k], arguments)))
  fit_many(prepared, threads)
}

# Several fits are in double precision, whatever one of large data is by default.
alone_at <- function(x, rank, seed, arguments) {
  arguments$control$precision <- "double"
  with_stream(seed, do.call(nmf, c(list(x, rank, verbose = FALSE), arguments)))
}

alone <- function(x, ranks, arguments) {
  Map(function(k) alone_at(x, ranks[k], k, arguments), seq_along(ranks))
}

same_bits <- function(fit) {
  fit <- unclass(fit)[c("W", "H", "certificate", "objective", "loss", "penalty", "reason", "converged", "history")]
  fit$history$seconds <- NULL
  fit
}

expect_same_fits <- function(a, b, label) {
  expect_identical(lapply(a, same_bits), lapply(b, same_bits), label = label)
}

test_that("restarts by threads", {
  x <- random_data(60, 40, zeros = 0.3)
  cases <- list(
    together_arguments(), together_arguments(loss = "kl"), together_arguments(
      loss = 0.5, alpha_W = 0.01, alpha_H = 0.01
    ),
    together_arguments(solver = "cd"), together_arguments(solver = "mu", max_iter = 10)
  )
  for (a in cases) {
    for (data in list(x, storages$sparse(x), replace(x, c(3, 99), NA))) {
      expect_same_fits(
        many(data, c(3, 2, 3, 1, 5), a), alone(data, c(3, 2, 3, 1, 5), a), paste(a$loss, a$solver)
      )
    }
  }
})

test_that("restarts stacked in one read of X", {
  # Large enough to be stacked: 8 MB and more.
  x <- random_data(2003, 517)
  ranks <- rep(c(3, 17, 1, 8), 7)
  for (a in list(
    together_arguments(max_iter = 25), together_arguments(
      solver = "cd", alpha_W = 0.001, alpha_H = 0.001, l1_ratio = 0.5
    ),
    together_arguments(max_iter = 3, tol = 0), together_arguments(
      control = nmf_control(extrapolate = FALSE), max_iter = 8
    )
  )) {
    fits <- many(x, ranks, a)
    expect_same_fits(fits, many(x, ranks, a, threads = 1L), "threads")
    some <- c(1, 2, 3, 20, 28)
    expect_same_fits(fits[some], Map(function(k) alone_at(x, ranks[k], k, a), some), "alone")
  }
})

test_that("restarts stacked beyond the rank from which blocks go two at a time", {
  # Blocks of 32 columns, the last one shorter, and 24 starts of rank 5.
  x <- random_data(8000, 205)
  a <- together_arguments(max_iter = 4, tol = 0)
  fits <- many(x, rep(5, 24), a)
  expect_same_fits(fits, many(x, rep(5, 24), a, threads = 1L), "threads")
  expect_same_fits(fits[c(1, 24)], Map(function(k) alone_at(x, 5, k, a), c(1, 24)), "alone")
})

test_that("nmf(nrun = ) gives the same for any threads, and run by run", {
  for (x in list(random_data(50, 30), random_data(2000, 510))) {
    run <- function(threads, nrun = 8) {
      withr::with_seed(1, nmf(x, 3, nrun = nrun, threads = threads, max_iter = 15, tol = 0, verbose = FALSE))
    }
    two <- run(2)
    expect_identical(run(1)$runs, two$runs)
    expect_identical(run(1)$W, two$W)
    expect_identical(nrow(two$runs), 8L)
    # The first runs do not know of the others.
    expect_identical(run(2, nrun = 4)$runs$objective, two$runs$objective[1:4])
    one_by_one <- withr::with_seed(1, vapply(1:8, function(k) {
      nmf(
        x, 3, init = "random", max_iter = 15, tol = 0, verbose = FALSE, control = nmf_control(precision = "double")
      )$objective
    }, 0))
    expect_identical(two$runs$objective, one_by_one)
  }
})

test_that("time is for all runs together", {
  x <- random_data(2000, 510)
  expect_warning(
    fit <- nmf(x, 3, nrun = 100, max_iter = 5000, tol = 0, threads = 2, control = nmf_control(max_seconds = 0.5), verbose = FALSE),
    class = "nonneg_warning_stopped"
  )
  expect_lt(fit$seconds, 10)
  expect_identical(fit$reason, "max_seconds")
})

test_that("a dead component in the stack is revived as alone", {
  x <- random_data(2000, 510)
  a <- together_arguments(max_iter = 12)
  data <- nmf_data(x)
  prepared <- lapply(1:4, function(k) with_stream(k, start_of(data, 3, a)))
  prepared[[2]]$start$W[, 2] <- 0
  prepared[[2]]$start$H[2, ] <- 0
  fits <- fit_many(prepared, 2L)
  one <- nmf(
    x, 3, init = prepared[[2]]$start[c("W", "H")], max_iter = 12, tol = 1e-3, verbose = FALSE,
    control = nmf_control(precision = "double")
  )
  expect_same_fits(fits[2], list(one), "revived")
  expect_gt(min(colSums(fits[[2]]$W)), 0)
})

test_that("memory that the system does not give is an error that says how much was wanted", {
  skip_on_cran()
  skip_on_os(c("windows", "mac")) # which do not limit address space
  skip_if_not(installed_here(), "the package is not installed")
  script <- withr::local_tempfile(fileext = ".R", lines = c(
    library_paths(), "library(nonneg)", "set.seed(1)", "x <- matrix(runif(4e5), 2e5)",
    "cat('loaded\\n')",
    # 160 MB for W: the start is there, what the core needs besides is not.
    "said <- tryCatch(nmf(x, 100, init = 'random', max_iter = 1), error = conditionMessage)",
    "cat(said, '\\n')",
    "cat('goes on: ', nmf(x[1:50, ], 2)$objective >= 0, '\\n')"
  ))
  run <- sprintf("ulimit -v 1200000; %s --vanilla %s", shQuote(file.path(R.home("bin"), "Rscript")), shQuote(script))
  said <- suppressWarnings(system2("sh", c("-c", shQuote(run)), stdout = TRUE, stderr = TRUE))
  skip_if_not("loaded" %in% said, "a process with so little memory does not start here")
  expect_match(paste(said, collapse = " "), "not enough memory for a fit of rank 100 to 200000 x 2.*160 MB")
  expect_match(said, "goes on:  TRUE", all = FALSE)
})
