# A fit that was killed goes on from its checkpoint to the same bits, and a checkpoint that is not what it was is an
# error.

# All that must be the same: not times, not calls.
without_times <- function(x) {
  if (is.list(x)) {
    x[names(x) %in% c("seconds", "call")] <- NULL
    x[] <- lapply(x, without_times)
  }
  if (is.environment(x) || is.function(x)) NULL else x
}

# Numbers of a fit that do not depend on when it ran.
bits_of <- function(fit) {
  fit$history$seconds <- NULL
  list(fit$W, fit$H, fit$history, fit$objective, fit$certificate, fit$reason)
}

# Runs `lines` in a process that is killed in them, with `file` as the place of a checkpoint.
killed <- function(lines, file, env = parent.frame()) {
  skip_on_os("windows")
  skip_if_not(installed_here(), "the package is not installed")
  script <- withr::local_tempfile(fileext = ".R", .local_envir = env, lines = c(
    library_paths(), "library(nonneg)", sprintf("file <- %s", deparse(file)),
    # After so many calls of it.
    "dies_at <- function(n) { calls <- 0; function() { calls <<- calls + 1; if (calls == n) tools::pskill(Sys.getpid(), 9) } }",
    lines, "writeLines('survived')"
  ))
  out <- suppressWarnings(system2(
    file.path(R.home("bin"), "Rscript"), c("--vanilla", script), stdout = TRUE, stderr = TRUE, timeout = 60
  ))
  expect_false("survived" %in% out)
  expect_true(file.exists(file), label = paste(out, collapse = "\n"))
}

fit_cases <- function() {
  list(
    frobenius = list(rank = 4, max_iter = 60, tol = 0),
    random = list(rank = 3, init = "random", nrun = 3, max_iter = 20, tol = 0, solver = "cd"),
    penalised = list(rank = 3, alpha_W = 0.01, smooth_H = 0.1, max_iter = 40, tol = 0)
  )
}

test_that("a fit that was killed goes on to the same bits", {
  data <- matrix(rpois(40 * 60, 3) + 0, 40)
  source <- withr::local_tempfile(fileext = ".rds")
  for (name in names(fit_cases())) {
    arguments <- fit_cases()[[name]]
    file <- withr::local_tempfile()
    saveRDS(list(data = data, arguments = arguments), source)
    # Some calls for the scan and the start, then one for each iteration.
    killed(c(
      sprintf("given <- readRDS(%s)", deparse(source)),
      "at <- dies_at(30)",
      "block <- function(first, last) { at(); given$data[, first:last, drop = FALSE] }",
      "set.seed(3)",
      "x <- nmf_blocks(block, dim(given$data))",
      "do.call(nmf, c(list(x), given$arguments, list(control = nmf_control(checkpoint = file, every = 0))))"
    ), file)
    blocks <- nmf_blocks(function(first, last) data[, first:last, drop = FALSE], dim(data))
    whole <- withr::with_seed(3, {
      fit <- do.call(nmf, c(list(blocks), arguments))
      list(fit, runif(1))
    })
    resumed <- withr::with_seed(99, {
      fit <- do.call(nmf, c(list(blocks), arguments, list(control = nmf_control(checkpoint = file, every = 0))))
      list(fit, runif(1))
    })
    expect_identical(bits_of(resumed[[1]]), bits_of(whole[[1]]), label = name)
    expect_identical(resumed[[1]]$runs, whole[[1]]$runs, label = name)
    # The generator of random numbers, too, is where it would have been.
    if (name == "random") expect_identical(resumed[[2]], whole[[2]])
    expect_false(file.exists(file))
  }
})

test_that("every loss goes on from its checkpoint, whatever ended it before", {
  x <- matrix(rpois(30 * 25, 4) + 1, 30)
  x[3, 4] <- NA
  for (loss in list("frobenius", "kl", "is", negative_binomial(0.3))) {
    file <- withr::local_tempfile()
    fit <- function(...) nmf(x, 3, loss = loss, init = "random", tol = 0, ...)
    whole <- withr::with_seed(1, fit(max_iter = 30))
    # A limit of iterations that is raised: the file is that of the tenth.
    control <- nmf_control(checkpoint = file, every = 0)
    kept <- NULL
    local({
      local_replaced("close_checkpoint", function(checkpoint) NULL)
      withr::with_seed(1, fit(max_iter = 10, control = control))
    })
    expect_true(file.exists(file))
    resumed <- withr::with_seed(2, fit(max_iter = 30, control = control, threads = 2))
    expect_identical(bits_of(resumed), bits_of(whole))
  }
})

test_that("a checkpoint that is damaged or of other work is an error", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  x <- matrix(rpois(30 * 25, 4) + 0, 30)
  file <- file.path(withr::local_tempdir(), "fit.checkpoint")
  control <- nmf_control(checkpoint = file, every = 0)
  local({
    local_replaced("close_checkpoint", function(checkpoint) NULL)
    nmf(x, 3, max_iter = 5, tol = 0, control = control)
  })
  whole <- readBin(file, "raw", file.size(file))
  again <- function(...) nmf(..., max_iter = 8, control = control)
  expect_s3_class(again(x, 3, tol = 0), "nmf")
  put <- function(bytes) writeBin(bytes, file)
  # Every kind of damage, in many places.
  for (at in round(seq(1, length(whole), length.out = 30))) {
    put(replace(whole, at, xor(whole[at], as.raw(4))))
    expect_error(again(x, 3, tol = 0), "checkpoint", class = "nonneg_error_input")
    put(whole[seq_len(at - 1)])
    expect_error(again(x, 3, tol = 0), "checkpoint", class = "nonneg_error_input")
  }
  put(whole)
  expect_error(again(replace(x, 7, x[7] + 1), 3, tol = 0), "differs in data", class = "nonneg_error_input")
  expect_error(again(x[, 25:1], 3, tol = 0), "differs in data", class = "nonneg_error_input")
  expect_error(again(x, 4, tol = 0), "differs in rank", class = "nonneg_error_input")
  expect_error(again(x, 3, tol = 0, alpha_W = 1, alpha_H = 1), "alpha_W, alpha_H", class = "nonneg_error_input")
  expect_error(again(x, 3, tol = 0, init = "random"), "differs in init", class = "nonneg_error_input")
  expect_error(nmf_survey(x, 2:3, control = control), "another call", class = "nonneg_error_input")
  # None of them has touched it.
  expect_identical(readBin(file, "raw", file.size(file)), whole)
  expect_s3_class(again(x, 3, tol = 0), "nmf")
})

test_that("bad places for a checkpoint are told", {
  x <- matrix(1:12 + 0, 4)
  folder <- withr::local_tempdir()
  expect_snapshot({
    fault(nmf_control(checkpoint = 3))
    fault(nmf_control(every = -1))
  })
  expect_error(
    nmf(x, 2, control = nmf_control(checkpoint = file.path(folder, "none", "a"))), "does not exist", class = "nonneg_error_input"
  )
  expect_error(nmf(x, 2, control = nmf_control(checkpoint = folder)), "is a folder", class = "nonneg_error_input")
})

test_that("surveys and bootstraps that were killed do not run again what is finished", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  data <- round(10 * grouped_data())
  source <- withr::local_tempfile(fileext = ".rds")
  saveRDS(list(data = data, fit = nmf(data, 3)), source)
  calls <- c(
    survey = "nmf_survey(given$data, 2:3, nrun = 3, times = 3, threads = 1, verbose = FALSE, control = control)",
    cv = "cross_validate(given$data, 2:3, folds = 4, threads = 1, verbose = FALSE, control = control)",
    bootstrap = "nmf_bootstrap(given$fit, given$data, times = 9, threads = 1, verbose = FALSE, control = control)",
    consensus = "consensus_nmf(given$data, 3, nrun = 9, threads = 1, verbose = FALSE, control = control)"
  )
  given <- readRDS(source)
  quiet <- quiet_fit
  for (name in names(calls)) {
    file <- withr::local_tempfile()
    killed(c(
      sprintf("given <- readRDS(%s)", deparse(source)),
      "control <- nmf_control(checkpoint = file, every = 0)",
      "at <- dies_at(7)",
      "fit <- nonneg:::quiet_fit",
      "utils::assignInNamespace('quiet_fit', function(...) { at(); fit(...) }, 'nonneg')",
      "set.seed(3)", calls[[name]]
    ), file)
    control <- nmf_control()
    whole <- withr::with_seed(3, eval(parse(text = calls[[name]])))
    control <- nmf_control(checkpoint = file, every = 0)
    count <- 0
    resumed <- local({
      local_replaced("quiet_fit", function(...) {
        count <<- count + 1
        quiet(...)
      })
      withr::with_seed(8, eval(parse(text = calls[[name]])))
    })
    total <- switch(name, survey = 12, cv = 8, 9)
    expect_identical(count, total - 6, label = name)
    expect_equal(without_times(resumed), without_times(whole), tolerance = 0, label = name)
    expect_false(file.exists(file))
  }
})
