# The objective that a fit reports is the documented one, whatever the solver,
# the storage and the penalty.

penalty_grid <- function() {
  grid <- expand.grid(alpha_W = c(0, 0.003, 0.2), alpha_H = c(0, 0.01, 0.1), l1_ratio = c(0, 0.3, 1))
  split(grid, seq_len(nrow(grid)))
}

test_that("the oracle gives the values of scikit-learn's formula, worked out by hand", {
  x <- rbind(c(1, 2, 0), c(0, 3, 4))
  W <- rbind(c(1, 0), c(1, 2))
  H <- rbind(c(1, 1, 0), c(0, 1, 2))
  # W H = (1 1 0; 1 3 4): the residuals are 0 1 0 and -1 0 0, D = (1 + 1) / 2 = 1.
  # |W|_1 = 4, |W|^2 = 6, |H|_1 = 5, |H|^2 = 7, l = 2, n = 3.
  # alpha_W = 0.5, alpha_H = 0.1, l1_ratio = 0.25:
  #   W: 0.5 * 3 * (0.25 * 4 + 0.75 * 6 / 2) = 1.5 * 3.25    = 4.875
  #   H: 0.1 * 2 * (0.25 * 5 + 0.75 * 7 / 2) = 0.2 * 3.875   = 0.775
  at <- oracle_objective(x, W, H, alpha_W = 0.5, alpha_H = 0.1, l1_ratio = 0.25)
  expect_equal(at, list(loss = 1, penalty = 5.65, objective = 6.65), tolerance = 1e-14)
  # alpha_H = alpha_W where it is not given: H: 0.5 * 2 * 3.875 = 3.875.
  expect_equal(oracle_objective(x, W, H, 0.5, l1_ratio = 0.25)$penalty, 8.75, tolerance = 1e-14)

  for (storage in names(storages)) {
    found <- contract_measure(
      x, list(W = W, H = H), storage,
      alpha_W = 0.5, alpha_H = 0.1, l1_ratio = 0.25
    )
    expect_equal(found[1:3], at, tolerance = 1e-14, info = storage)
  }
})

test_that("the objective of a given pair is the oracle's, for every penalty and storage", {
  x <- random_data(23, 37, zeros = 0.5)
  start <- random_start(23, 37, 5)
  for (p in penalty_grid()) {
    expected <- do.call(oracle_objective, c(list(x, start$W, start$H), p))
    for (storage in names(storages)) {
      found <- do.call(contract_measure, c(list(x, start, storage), p))
      expect_equal(found[1:3], expected, tolerance = 1e-10, info = paste(storage, toString(p)))
    }
  }
})

test_that("the objective of a fit is the oracle's, for every loss, solver, storage and penalty", {
  x <- random_data(23, 37, zeros = 0.5)
  start <- random_start(23, 37, 5)
  for (case in contract_cases()) {
    for (p in penalty_grid()) {
      fit <- do.call(contract_fit, c(
        list(x, start, case$storage, solver = case$solver, loss = case$loss, max_iter = 7, tol = 0), p
      ))
      expected <- do.call(oracle_objective, c(list(x, fit$W, fit$H, loss = case$loss), p))
      label <- paste(case$label, toString(p))
      expect_equal(unclass(fit)[names(expected)], expected, tolerance = 1e-10, info = label)
      end <- fit$history[nrow(fit$history), ]
      expect_identical(as.list(end[names(expected)]), unclass(fit)[names(expected)], info = label)
    }
  }
})

test_that("the history starts with the objective of the start", {
  x <- random_data(23, 37, zeros = 0.5)
  start <- random_start(23, 37, 5)
  expected <- oracle_objective(x, start$W, start$H, alpha_W = 0.01, alpha_H = 0.02, l1_ratio = 0.5)
  for (case in contract_cases()) {
    fit <- contract_fit(
      x, start, case$storage,
      solver = case$solver, loss = case$loss, max_iter = 2,
      alpha_W = 0.01, alpha_H = 0.02, l1_ratio = 0.5
    )
    first <- fit$history[1, ]
    expect_identical(c(first$iteration, first$seconds), c(0, 0), info = case$label)
    expect_equal(as.list(first[names(expected)]), expected, tolerance = 1e-10, info = case$label)
  }
})

test_that("alpha_H is alpha_W unless it is given", {
  x <- random_data(12, 9)
  start <- random_start(12, 9, 2)
  one <- nmf(x, 2, init = start, alpha_W = 0.1, max_iter = 5)
  two <- nmf(x, 2, init = start, alpha_W = 0.1, alpha_H = 0.1, max_iter = 5)
  expect_warning(
    three <- nmf(x, 2, init = start, alpha_W = 0.1, alpha_H = 0, max_iter = 5),
    "alpha_H",
    class = "nonneg_warning_penalty"
  )
  expect_identical(one$W, two$W)
  expect_identical(one$settings$alpha_H, 0.1)
  expect_false(identical(one$W, three$W))
})

test_that("a penalty does what it is for", {
  x <- random_data(30, 20)
  start <- random_start(30, 20, 4)
  fit <- function(...) nmf(x, 4, init = start, tol = 1e-6, max_iter = 2000, ...)
  plain <- fit()
  # On H alone a penalty would be escaped: H goes to 0 while W grows.
  for (p in list(list(alpha_W = 0.03), list(alpha_W = 0.03, l1_ratio = 1))) {
    penalised <- do.call(fit, p)
    expect_gt(penalised$loss, plain$loss)
    expect_lt(penalised$penalty, do.call(oracle_objective, c(list(x, plain$W, plain$H), p))$penalty)
    expect_lt(penalised$objective, do.call(oracle_objective, c(list(x, plain$W, plain$H), p))$objective)
  }
  # A penalty that outweighs the data leaves nothing.
  expect_warning(nothing <- fit(alpha_W = 100, l1_ratio = 1), class = "nonneg_warning_zero")
  expect_identical(nothing$W %*% nothing$H, matrix(0, 30, 20))
  expect_equal(nothing$objective, sum(x^2) / 2, tolerance = 1e-12)
})

test_that("a penalty on one factor only gives a warning, which names the other", {
  x <- random_data(12, 9)
  expect_warning(
    nmf(x, 2, alpha_W = 0, alpha_H = 0.1, max_iter = 2), "`alpha_W` is 0", class = "nonneg_warning_penalty"
  )
  expect_warning(
    nmf(x, 2, alpha_W = 0.1, alpha_H = 0, max_iter = 2), "`alpha_H` is 0", class = "nonneg_warning_penalty"
  )
  expect_silent(nmf(x, 2, max_iter = 2))
  expect_silent(nmf(x, 2, alpha_W = 0.1, max_iter = 2))
  expect_silent(nmf(x, 2, alpha_W = 0.1, alpha_H = 0.2, max_iter = 2))
})
