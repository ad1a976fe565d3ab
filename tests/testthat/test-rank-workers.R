squares <- function(jobs, run = function(job) job^2) {
  out <- vector("list", length(jobs))
  run_jobs(jobs, run, function(k, value) out[[k]] <<- value)
  out
}

suppress_lost <- function(code) {
  withCallingHandlers(code, warning = function(w) {
    if (grepl("did not deliver", conditionMessage(w))) invokeRestart("muffleWarning")
  })
}

with_plan <- function(code, workers = 2) {
  skip_if_not_installed("future")
  skip_on_os("windows")
  old <- future::plan("multicore", workers = workers)
  withr::defer(future::plan(old))
  skip_if_not(has_workers(), "this machine does not fork")
  force(code)
}

test_that("jobs run in order, and one that fails is a result", {
  expect_identical(squares(list(1, 2, 3)), list(1, 4, 9))
  out <- squares(list(1, "a", 3))
  expect_identical(vapply(out, is_failed, NA), c(FALSE, TRUE, FALSE))
  expect_match(out[[2]]$message, "non-numeric")
  expect_identical(squares(list()), list())
})

test_that("processes give the same", {
  with_plan(expect_identical(squares(as.list(1:5)), lapply(1:5, function(k) k^2)))
})

test_that("what a process that died had not done is run here", {
  home <- Sys.getpid()
  dies <- function(job) {
    if (job == 2 && Sys.getpid() != home) tools::pskill(Sys.getpid(), tools::SIGKILL)
    job^2
  }
  with_plan({
    # (R has a warning of its own about the lost process.)
    expect_warning(
      suppress_lost(out <- squares(list(1, 2, 3, 4), dies)), "A worker ended", class = "nonneg_warning_worker"
    )
    expect_identical(out, list(1, 4, 9, 16))
  })
})

test_that("jobs are dealt out by turns", {
  expect_identical(split_by_turns(1:5, 2), list(c(1L, 3L, 5L), c(2L, 4L)))
  expect_identical(split_by_turns(1:2, 8), list(1L, 2L))
})

test_that("only the share of a process that died is run again", {
  home <- Sys.getpid()
  dies <- function(job) {
    if (job == 4 && Sys.getpid() != home) tools::pskill(Sys.getpid(), tools::SIGKILL)
    c(job, Sys.getpid())
  }
  with_plan({
    expect_warning(suppress_lost(out <- squares(as.list(1:6), dies)), "its 3 fits", class = "nonneg_warning_worker")
    expect_identical(vapply(out, `[`, 0, 1), as.double(1:6))
    here <- vapply(out, `[`, 0, 2) == home
    expect_identical(here, c(FALSE, TRUE, FALSE, TRUE, FALSE, TRUE))
  })
})

test_that("each process runs several jobs at once, and one of them that fails fails alone", {
  sizes <- function(jobs, several, at_once) {
    out <- vector("list", length(jobs))
    run <- function(job) if (job == 3) stop("no") else c(job, 1)
    run_jobs(jobs, run, function(k, value) out[[k]] <<- value, several = several, at_once = at_once)
    out
  }
  several <- function(jobs) lapply(jobs, function(job) c(job, length(jobs)))
  with_plan({
    out <- sizes(as.list(1:9), several, 4)
    # Two processes with two at a time: five jobs and four.
    expect_equal(out, Map(c, 1:9, c(2, 2, 2, 2, 2, 2, 2, 2, 1)))
    out <- sizes(as.list(1:4), function(jobs) stop("no memory"), 4)
    expect_identical(vapply(out, is_failed, NA), c(FALSE, FALSE, TRUE, FALSE))
  })
})
