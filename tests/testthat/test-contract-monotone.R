# The objective in the history never rises.

expect_never_rises <- function(fit, x, label) {
  objective <- fit$history$objective
  # The documented rounding error of the objective.
  expect_lte(max(diff(objective)), 2e-14 * sum(x^2), label = label)
  expect_identical(fit$objective, objective[length(objective)], label = label)
}

test_that("the objective never rises, with and without extrapolation", {
  x <- random_data(40, 60, zeros = 0.4)
  start <- random_start(40, 60, 7)
  penalties <- list(list(), list(alpha_W = 0.01, alpha_H = 0.003, l1_ratio = 0.6))
  for (case in contract_cases(c("dense", "sparse"))) {
    for (extrapolate in c(TRUE, FALSE)) {
      for (p in penalties) {
        fit <- do.call(contract_fit, c(list(x, start, case$storage,
          loss = case$loss, solver = case$solver, max_iter = 300, tol = 0,
          control = nmf_control(extrapolate = extrapolate)
        ), p))
        label <- paste(case$label, extrapolate, length(p))
        expect_never_rises(fit, x, label)
        expect_lt(fit$objective, fit$history$objective[2], label = label)
        expect_identical(fit$history$iteration, 0:300, label = label)
        expect_true(all(diff(fit$history$seconds) >= 0), label = label)
      }
    }
  }
})

test_that("it does not rise from any kind of start, nor with the inner sweeps that were asked for", {
  x <- random_data(40, 60, zeros = 0.4)
  for (init in c("nnsvdlrc", "nndsvd", "nndsvda", "nndsvdar", "random")) {
    for (solver in solver_names()) {
      fit <- withr::with_seed(1, nmf(x, 6, init = init, solver = solver, max_iter = 60, tol = 0))
      expect_never_rises(fit, x, paste(init, solver))
    }
  }
  start <- random_start(40, 60, 6)
  ends <- vapply(c(1, 3, 20), function(sweeps) {
    fit <- nmf(x, 6, solver = "cd", init = start, max_iter = 5, tol = 0,
      control = nmf_control(inner_sweeps = sweeps, extrapolate = FALSE)
    )
    expect_never_rises(fit, x, paste("sweeps", sweeps))
    fit$objective
  }, 0)
  expect_true(all(diff(ends) < 0))
})

test_that("extrapolation pays: fewer iterations to the same objective", {
  x <- random_data(60, 80)
  start <- random_start(60, 80, 8)
  for (solver in extrapolated()) {
    plain <- nmf(
      x, 8, solver = solver, init = start, max_iter = 200, tol = 0,
      control = nmf_control(extrapolate = FALSE)
    )
    fast <- nmf(x, 8, solver = solver, init = start, max_iter = 100, tol = 0)
    expect_lte(fast$objective, plain$objective, label = solver)
  }
})

test_that("solvers that do not extrapolate ignore the switch", {
  x <- random_data(20, 30)
  start <- random_start(20, 30, 3)
  for (solver in setdiff(solver_names(), extrapolated())) {
    fits <- lapply(c(TRUE, FALSE), function(e) {
      nmf(x, 3, solver = solver, init = start, max_iter = 20, tol = 0, control = nmf_control(extrapolate = e))
    })
    expect_identical(fits[[1]]$W, fits[[2]]$W)
  }
})
