skip_if_not_installed("clue")
skip_if_not_installed("cluster")

# All that must be the same: not times, not calls.
without_times <- function(x) {
  if (is.list(x)) {
    x[names(x) %in% c("seconds", "call")] <- NULL
    x[] <- lapply(x, without_times)
  }
  if (is.environment(x) || is.function(x)) NULL else x
}

# Evaluates `code`; this process gets an interrupt when the `at`-th fit begins.
interrupted_at <- function(at, code) {
  skip_on_os("windows") # one cannot send oneself an interrupt there
  count <- 0
  fit <- quiet_fit
  local_replaced("quiet_fit", function(...) {
    count <<- count + 1
    if (count == at) tools::pskill(Sys.getpid(), tools::SIGINT)
    fit(...)
  })
  force(code)
}

many_fits <- function() {
  x <- round(10 * grouped_data())
  fit <- nmf(x, 3)
  list(
    nmf_survey = function(...) nmf_survey(x, 2:3, nrun = 3, times = 4, threads = 1, verbose = FALSE, ...),
    cross_validate = function(...) cross_validate(x, 2:4, folds = 3, threads = 1, verbose = FALSE, ...),
    nmf_bootstrap = function(...) nmf_bootstrap(fit, x, times = 8, threads = 1, verbose = FALSE, ...),
    consensus_nmf = function(...) consensus_nmf(x, 3, nrun = 8, threads = 1, verbose = FALSE, ...),
    nmf_tree = function(...) nmf_tree(x, 4, threads = 1, verbose = FALSE, ...)
  )
}

expect_incomplete <- function(result, name) {
  expect_false(result$complete, label = name)
  expect_match(paste(capture.output(print(result)), collapse = " "), "incomplete", info = name)
  # What has been found can be looked at.
  if (name %in% c("nmf_survey", "cross_validate")) expect_s3_class(best_rank(result), "nmf_best_rank")
  if (name == "nmf_survey") expect_s3_class(summary(result), "data.frame")
  if (name == "nmf_tree") expect_s3_class(cut(result), "factor")
  if (name == "nmf_bootstrap") expect_s3_class(confint(result), "data.frame")
}

test_that("an interrupt returns what is finished, and update() ends with what it would have been", {
  calls <- many_fits()
  for (name in names(calls)) {
    whole <- withr::with_seed(1, calls[[name]]())
    expect_true(whole$complete, label = name)
    expect_null(whole$rest, label = name)
    # In the first fits, in the later ones (of a survey: in the resamples), and twice.
    for (at in if (name == "nmf_tree") 2 else c(3, 8)) {
      withr::with_seed(1, {
        expect_warning(
          part <- interrupted_at(at, calls[[name]]()), "incomplete", class = "nonneg_warning_stopped"
        )
        generator <- .Random.seed
      })
      expect_incomplete(part, name)
      again <- part
      if (at == 3) {
        expect_warning(again <- interrupted_at(2, update(part)), class = "nonneg_warning_stopped")
        expect_false(again$complete, label = name)
      }
      finished <- update(again)
      expect_identical(without_times(finished), without_times(whole), label = paste(name, at))
      expect_gte(finished$seconds, part$seconds)
      expect_identical(finished$call, part$call)
      # Random numbers of the session are where the call would have left them.
      withr::with_seed(1, {
        calls[[name]]()
        expect_identical(generator, .Random.seed)
      })
    }
  }
})

test_that("who handles interrupts gets this one, with the result", {
  calls <- many_fits()
  for (name in names(calls)) {
    caught <- tryCatch(interrupted_at(4, calls[[name]]()), interrupt = function(e) e)
    expect_s3_class(caught, "interrupt")
    expect_false(caught$result$complete, label = name)
  }
})

test_that("before the first fit has ended it is an interrupt for the caller", {
  calls <- many_fits()
  for (name in names(calls)) {
    caught <- tryCatch(interrupted_at(1, calls[[name]]()), interrupt = function(e) "caught")
    expect_identical(caught, "caught", label = name)
  }
})

test_that("an interrupt in one of several starts ends all, though another of them has converged", {
  x <- grouped_data()
  several <- function() cross_validate(x, 2:3, nrun = 3, folds = 2, threads = 1, verbose = FALSE)
  whole <- withr::with_seed(1, several())
  count <- 0
  start <- init_factors
  local_replaced("init_factors", function(...) {
    count <<- count + 1
    if (count == 6) tools::pskill(Sys.getpid(), tools::SIGINT)
    start(...)
  })
  skip_on_os("windows")
  # (The first start is that of the check of the arguments.)
  expect_warning(part <- withr::with_seed(1, several()), class = "nonneg_warning_stopped")
  expect_identical(nrow(part$runs), 1L)
  expect_identical(without_times(update(part)), without_times(whole))
})

test_that("fits at once that have ended are kept", {
  skip_on_os("windows")
  x <- grouped_data()
  whole <- small_survey(x, ranks = 2:3, nrun = 4, times = 5, threads = 2)
  many <- fit_many
  count <- 0
  local_replaced("fit_many", function(...) {
    count <<- count + 1
    fits <- many(...)
    # As if the third had been cut short.
    if (count == 1) fits[[3]]$reason <- "interrupt"
    fits
  })
  expect_warning(part <- small_survey(x, ranks = 2:3, nrun = 4, times = 5, threads = 2), class = "nonneg_warning_stopped")
  expect_identical(nrow(part$runs), 7L)
  expect_identical(without_times(update(part)), without_times(whole))
})

test_that("update() of a complete result calls anew with what is changed", {
  x <- grouped_data()
  cv <- withr::with_seed(1, cross_validate(x, ranks = 2:3, folds = 2, verbose = FALSE))
  expect_identical(update(cv), cv)
  more <- withr::with_seed(1, update(cv, folds = 3, verbose = FALSE))
  expect_identical(nrow(more$runs), 6L)
  cv$complete <- FALSE
  expect_snapshot(fault(update(cv, folds = 3)))
})

test_that("real interrupts are answered within seconds", {
  data <- c(
    "x <- matrix(rexp(6e4), 300)",
    "options(cli.progress_show_after = 0, cli.dynamic = FALSE)",
    "started()"
  )
  calls <- c(
    "nmf_survey(x, 2:9, nrun = 2000, times = 2000, tol = 0, max_iter = 10, verbose = TRUE)",
    "cross_validate(x, 2:9, folds = 50, replicates = 100, tol = 0, max_iter = 10)",
    # One fit of these never ends.
    "cross_validate(x, c(1, 40), folds = 2, tol = 1e-14, max_iter = 1e8)",
    "nmf_tree(x, 150, tol = 0, max_iter = 20000)"
  )
  for (call in calls) {
    # Where no fit has finished yet there is nothing to return, and the process ends: a busy machine gets more time.
    result <- NULL
    for (after in c(2, 8, 20)) {
      if (is.null(result)) {
        result <- tryCatch(interrupted(c(data, paste("fit <-", call)), after = after), error = function(e) NULL)
      }
    }
    expect_false(is.null(result))
    # (Below one second where the machine has nothing else to do.)
    expect_interrupted(result, within = 20)
    expect_false(result$fit$complete)
  }
})

test_that("processes are interrupted, what they have finished is kept, and they go on", {
  skip_if_not_installed("future")
  result <- interrupted(
    c(
      "x <- matrix(rexp(4000), 80)",
      "future::plan('multicore', workers = 2)",
      "quiet <- nonneg:::quiet_fit",
      # So that a machine of any speed is in the middle of it.
      "slow <- function(...) { Sys.sleep(0.2); quiet(...) }",
      "assignInNamespace('quiet_fit', slow, 'nonneg')",
      "survey <- function() { set.seed(1); nmf_survey(x, 2:3, nrun = 20, resample = 'none') }",
      "started()",
      "fit <- survey()"
    ),
    after = 1.5,
    then = c(
      "assignInNamespace('quiet_fit', quiet, 'nonneg')",
      "again <- update(fit)",
      "whole <- survey()",
      "of <- c('rank', 'run', 'seed', 'objective', 'similarity')",
      "list(same = identical(again$runs[of], whole$runs[of]), fits = nrow(fit$runs))"
    )
  )
  expect_interrupted(result, within = 20)
  expect_false(result$fit$complete)
  expect_true(result$then$same)
  expect_gt(result$then$fits, 0)
  expect_lt(result$then$fits, 40)
})
