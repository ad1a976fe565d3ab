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

test_that("jobs are split evenly", {
  expect_identical(split_evenly(1:5, 2), list(1:2, 3:5))
  expect_identical(split_evenly(1:2, 8), list(1L, 2L))
})
