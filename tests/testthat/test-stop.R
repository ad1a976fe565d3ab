# Why a fit stops, and what it says about that.

# The most that one of the last three iterations took off the objective, as a part of what it left. The first
# iteration does not count, nor do those that were undone, which leave the objective as it was.
last_fall <- function(fit) {
  objective <- fit$history$objective
  objective <- objective[c(TRUE, diff(objective) != 0)]
  falls <- -diff(objective) / objective[-1]
  max(0, utils::tail(if (length(falls) > 1) falls[-1] else falls, 3))
}

test_that("tol: the first certificate at or below it ends the fit", {
  x <- random_data(30, 25)
  start <- random_start(30, 25, 4)
  for (solver in c("bpp", "cd")) {
    fits <- lapply(c(1e-2, 1e-4, 1e-6), function(tol) {
      nmf(x, 4, init = start, solver = solver, tol = tol, max_iter = 5000)
    })
    for (fit in fits) {
      expect_identical(fit$reason, "tol")
      expect_true(fit$converged)
      expect_lte(fit$certificate$kkt, fit$settings$tol)
      expect_identical(fit$history$kkt[nrow(fit$history)], fit$certificate$kkt)
    }
    iterations <- vapply(fits, function(fit) nrow(fit$history), 0L)
    expect_true(all(diff(iterations) > 0))
  }
})

test_that("a start that is optimal is returned as it is", {
  x <- random_data(30, 25)
  fit <- nmf(x, 3, init = random_start(30, 25, 3), solver = "bpp", tol = 1e-10, max_iter = 20000)
  again <- nmf(x, 3, init = list(W = fit$W, H = fit$H), solver = "bpp", tol = 1e-8)
  expect_lte(max(again$history$iteration), 2)
  expect_close(again$W, fit$W, 1e-6)
})

test_that("max_iter: exactly so many iterations, not converged", {
  x <- random_data(30, 25)
  for (m in c(1, 2, 7)) {
    fit <- nmf(x, 4, init = random_start(30, 25, 4), max_iter = m, tol = 0)
    expect_identical(fit$reason, "max_iter")
    expect_false(fit$converged)
    expect_identical(fit$history$iteration, 0:m)
    expect_identical(fit$runs$iterations, as.integer(m))
  }
})

test_that("max_iter by default: a fit that has not converged warns, once, whatever `tol`; a limit set does not", {
  x <- random_data(30, 25)
  warnings <- testthat::capture_warnings(fit <- nmf(x, 5, init = "random", solver = "mu"))
  expect_identical(fit$reason, "max_iter")
  expect_length(warnings, 1)
  expect_match(warnings, "not converged in `max_iter` = 500")
  expect_match(warnings, format(fit$certificate$kkt, digits = 2), fixed = TRUE)
  expect_warning(nmf(x, 5, nrun = 2, solver = "mu"), class = "nonneg_warning_convergence")
  expect_no_warning(nmf(x, 5, init = "random", solver = "mu", max_iter = 500))
  expect_warning(nmf(x, 5, init = "random", solver = "mu", tol = 1e-5), class = "nonneg_warning_convergence")
  # A tolerance of 0 asks for all iterations.
  expect_no_warning(nmf(x, 5, tol = 0))
  expect_no_warning(nmf(x, 3))
})

test_that("a longer fit continues a shorter one", {
  x <- random_data(30, 25)
  for (solver in solver_names()) {
    short <- nmf(x, 4, init = random_start(30, 25, 4), solver = solver, max_iter = 10, tol = 0)
    long <- nmf(x, 4, init = random_start(30, 25, 4), solver = solver, max_iter = 30, tol = 0)
    expect_identical(short$history$objective, long$history$objective[1:11], label = solver)
  }
})

test_that("max_seconds: stops in time with the best so far, its certificate and a warning", {
  x <- random_data(300, 200)
  start <- random_start(300, 200, 20)
  expect_warning(
    fit <- nmf(x, 20, init = start, max_iter = 1e7, tol = 0, control = nmf_control(max_seconds = 0.3)),
    "max_seconds",
    class = "nonneg_warning_stopped"
  )
  expect_identical(fit$reason, "max_seconds")
  expect_false(fit$converged)
  expect_sound(fit)
  expect_gte(fit$seconds, 0.3)
  expect_lt(fit$seconds, 10)
  expect_lt(fit$objective, fit$history$objective[1])
  expect_equal(fit$objective, oracle_objective(x, fit$W, fit$H)$objective, tolerance = 1e-10)
  expect_equal(fit$certificate$kkt, oracle_kkt(x, fit$W, fit$H), tolerance = 1e-6)
})

test_that("max_seconds so short that nothing was done still gives a sound fit: the start", {
  x <- random_data(30, 25)
  start <- random_start(30, 25, 4)
  expect_warning(
    fit <- nmf(x, 4, init = start, control = nmf_control(max_seconds = 1e-9)),
    class = "nonneg_warning_stopped"
  )
  expect_identical(fit$reason, "max_seconds")
  expect_sound(fit)
  expect_equal(fit$objective, oracle_objective(x, fit$W, fit$H)$objective, tolerance = 1e-10)
})

test_that("max_seconds limits the start: one that takes longer gives way to a random one", {
  x <- Matrix::rsparsematrix(900, 700, 0.1, rand.x = function(n) stats::runif(n))
  expect_warning(
    fit <- nmf(x, 100, init = "nndsvd", control = nmf_control(max_seconds = 1e-9)),
    class = "nonneg_warning_stopped"
  )
  expect_identical(fit$settings$init, "random")
  expect_identical(fit$reason, "max_seconds")
  expect_sound(fit)
  expect_error(truncated_svd(nmf_data(x), 100, 1, deadline = 0), class = "nonneg_error_late")
  # In time nothing changes.
  fit <- nmf(x, 20, max_iter = 1, control = nmf_control(max_seconds = 1e6))
  expect_identical(fit$settings$init, "nndsvd")
  expect_identical(fit$H, nmf(x, 20, max_iter = 1)$H)
})

test_that("max_seconds ends the first iteration, too, however long that is", {
  # Half a minute and more for the first iteration.
  x <- random_data(2000, 1500)
  start <- random_start(2000, 1500, 30)
  expect_warning(
    fit <- nmf(x, 30, loss = 1.5, init = start, control = nmf_control(max_seconds = 0.1, inner_sweeps = 50)),
    class = "nonneg_warning_stopped"
  )
  expect_identical(fit$reason, "max_seconds")
  expect_lt(fit$seconds, 15)
  expect_identical(fit$history$iteration, 0L)
  expect_sound_entries(fit, "the start")
  expect_equal(fit$objective, divergence(x, start, 1.5), tolerance = 1e-8)
})

test_that("max_seconds is for all runs together, and the best of those done is kept", {
  x <- random_data(20, 10)
  warned <- 0
  fit <- withCallingHandlers(
    withr::with_seed(1, nmf(x, 3, nrun = 1e6, max_iter = 20, control = nmf_control(max_seconds = 1.5))),
    nonneg_warning_stopped = function(w) {
      warned <<- warned + 1
      invokeRestart("muffleWarning")
    }
  )
  expect_identical(warned, 1)
  # The reason is that of the run returned.
  expect_identical(fit$converged, fit$runs$converged[fit$runs$best])
  expect_lt(fit$seconds, 10)
  expect_gt(nrow(fit$runs), 3)
  expect_sound(fit)
  expect_identical(fit$objective, min(fit$runs$objective))
  # One run that takes all the time is the only one.
  x <- random_data(200, 100)
  fit <- suppressWarnings(
    nmf(x, 10, nrun = 5, max_iter = 1e7, tol = 0, control = nmf_control(max_seconds = 0.2)),
    classes = "nonneg_warning_stopped"
  )
  expect_identical(nrow(fit$runs), 1L)
  expect_sound(fit)
})

test_that("progress changes nothing", {
  x <- random_data(300, 200)
  start <- random_start(300, 200, 12)
  quiet <- nmf(x, 12, init = start, max_iter = 200, tol = 0)
  withr::local_options(cli.progress_show_after = 0, cli.dynamic = FALSE)
  loud <- suppressMessages(nmf(x, 12, init = start, max_iter = 200, tol = 0, verbose = TRUE))
  expect_identical(loud$W, quiet$W)
  expect_identical(loud$history$objective, quiet$history$objective)
})

test_that("progress is told iterations, objectives and residuals in order", {
  x <- random_data(400, 300)
  start <- random_start(400, 300, 20)
  seen <- list()
  fit <- cpp_fit(
    x, start$W, start$H,
    core_options(facts(x), contract_settings(20, solver = "cd", max_iter = 400, tol = 0)),
    function(iteration, objective, kkt) seen[[length(seen) + 1]] <<- c(iteration, objective, kkt)
  )
  expect_gt(length(seen), 0)
  seen <- do.call(rbind, seen)
  expect_true(all(diff(seen[, 1]) > 0))
  expect_identical(seen[, 2], fit$history$objective[seen[, 1] + 1])
  expect_error(
    cpp_fit(
      x, start$W, start$H, core_options(facts(x), contract_settings(20, max_iter = 50, tol = 0)),
      function(iteration, objective, kkt) stop("the screen is gone")
    ),
    "the screen is gone"
  )
})

test_that("when a fit stops does not depend on the units of the data", {
  set.seed(1)
  x <- matrix(rexp(60), 10)
  # At this rank the gap decides: the residual is below tol long before it is small.
  fits <- lapply(4^c(-100, -10, 0, 10, 100), function(by) nmf(x * by, 6))
  iterations <- vapply(fits, function(fit) max(fit$history$iteration), 0)
  expect_true(all(vapply(fits, function(fit) fit$converged, NA)))
  expect_true(all(iterations == iterations[1]))
})

test_that("data of a low rank converge, though their gap is no small part of an objective of zero", {
  fit <- nmf(matrix(1:60, 10), 2)
  expect_identical(fit$reason, "tol")
  expect_lt(fit$objective, 1e-8)
})

test_that("data that are fitted nearly exactly converge, in any units and with a strict gap_tol later", {
  # The bound on the gap is many times such an objective.
  for (loss in c("frobenius", "kullback-leibler")) {
    for (seed in 1:4) {
      x <- withr::with_seed(seed, matrix(stats::rexp(600), 30))
      x[x < 0.5] <- 0
      for (rank in c(20, 30)) {
        label <- paste(loss, seed, rank)
        expect_identical(nmf(x, rank, loss = loss, max_iter = 2000)$reason, "tol", label = label)
        start <- random_start(30, 20, rank, seed = seed)
        fits <- lapply(c(1, 4^100), function(by) {
          from <- lapply(start, function(f) f * sqrt(by))
          nmf(x * by, rank, loss = loss, init = from, max_iter = 5000)
        })
        expect_identical(fits[[1]]$reason, "tol", label = label)
        expect_identical(nrow(fits[[1]]$history), nrow(fits[[2]]$history), label = label)
      }
    }
  }
})

test_that("one large feature does not hide that the others are not fitted yet", {
  # The residual is relative to all of X: it was below tol after one iteration, at an objective of 132.
  for (seed in 1:6) {
    x <- withr::with_seed(seed, matrix(stats::rexp(30), 10) %*% matrix(stats::rexp(150), 3))
    x[1, ] <- 1e5 * x[1, ]
    rest <- sum(x[-1, ]^2) / 2
    for (tol in c(1e-4, 1e-10)) {
      for (solver in c("bpp", "cd")) {
        fit <- nmf(x, 3, solver = solver, tol = tol, max_iter = 300)
        label <- paste(seed, solver, tol)
        expect_true(!fit$converged || fit$objective < 1e-4 * rest, label = label)
      }
    }
    for (loss in c("kullback-leibler", "itakura-saito")) {
      fit <- nmf(x, 3, loss = loss, max_iter = 300)
      expect_true(!fit$converged || fit$loss < 1e-5, label = paste(seed, loss))
    }
  }
})

test_that("a table of features in different units converges once the objective has stopped falling", {
  for (x in list(datasets::state.x77, as.matrix(datasets::mtcars), as.matrix(datasets::USArrests))) {
    for (x in list(x, t(x))) {
      for (rank in 1:3) {
        fit <- nmf(x, rank, max_iter = 100)
        gap <- max(fit$certificate$gap_W, fit$certificate$gap_H)
        met <- fit$certificate$kkt <= 1e-4 && last_fall(fit) <= 1e-3 && gap <= 0.01 * fit$objective
        expect_identical(fit$converged, met)
      }
    }
  }
})

test_that("data that a product of the rank fits exactly stop, for every loss", {
  for (seed in 1:3) {
    x <- withr::with_seed(seed, matrix(stats::rexp(180), 60) %*% matrix(stats::rexp(120), 3))
    for (loss in list("frobenius", "kullback-leibler", "itakura-saito", 1.5)) {
      fit <- nmf(x, 3, loss = loss)
      label <- paste(format(loss), seed)
      expect_identical(fit$reason, "tol", label = label)
      # Errors relative to every entry, or to the largest.
      by <- if (identical(loss, "itakura-saito")) x else max(x)
      expect_lt(sqrt(mean(((fitted(fit) - x) / by)^2)), 2e-4, label = label)
    }
  }
  # A loose tolerance is exact enough sooner.
  loose <- nmf(x, 3, tol = 1e-2)
  expect_identical(loose$reason, "tol")
  expect_lt(nrow(loose$history), nrow(nmf(x, 3)$history))
})

test_that("a certificate that is only measured at the end counts: the reason does not contradict it", {
  x <- random_data(40, 30)
  start <- random_start(40, 30, 3)
  full <- nmf(x, 3, init = start)
  expect_identical(full$reason, "tol")
  reasons <- vapply(seq_len(max(full$history$iteration)), function(m) {
    fit <- nmf(x, 3, init = start, max_iter = m)
    expect_identical(fit$certificate$kkt, fit$history$kkt[m + 1])
    gap <- max(fit$certificate$gap_W, fit$certificate$gap_H) / fit$objective
    met <- fit$certificate$kkt <= 1e-4 && gap <= 0.01 && last_fall(fit) <= 1e-3
    expect_identical(fit$reason, if (met) "tol" else "max_iter")
    fit$reason
  }, "")
  expect_gt(sum(reasons == "tol"), 0)
})

test_that("extrapolation does not go in circles where the objective is below its rounding error", {
  # With momentum kept there, such fits ran to max_iter.
  for (seed in 1:5) {
    x <- random_data(25, 18, zeros = 0.2, seed = seed)
    start <- random_start(25, 18, 3, seed = seed)
    for (solver in c("bpp", "cd")) {
      for (alpha in c(0, 0.01)) {
        fit <- nmf(
          x, 3,
          init = start, solver = solver, alpha_W = alpha, l1_ratio = 0.5, tol = 1e-10,
          max_iter = 2000, control = nmf_control(gap_tol = Inf)
        )
        label <- paste(solver, "alpha", alpha, "seed", seed)
        expect_identical(fit$reason, "tol", label = label)
      }
    }
  }
})
