test_that("checks return their argument in the type asked for", {
  expect_identical(check_count(3, "n"), 3L)
  expect_identical(check_count(3L, "n"), 3L)
  expect_identical(check_count(0, "n", min = 0), 0L)
  expect_identical(check_count(.Machine$integer.max, "n"), .Machine$integer.max)
  expect_null(check_count(NULL, "n", null_ok = TRUE))

  expect_identical(check_number(2L, "a"), 2)
  expect_identical(check_number(0, "a", min = 0), 0)
  expect_identical(check_number(1, "a", max = 1), 1)
  expect_identical(check_number(Inf, "a", finite = FALSE), Inf)
  expect_null(check_number(NULL, "a", null_ok = TRUE))

  expect_identical(check_flag(TRUE, "a"), TRUE)
  expect_identical(check_flag(c(a = FALSE), "a"), FALSE)
  expect_identical(check_choice("mu", c("cd", "mu"), "solver"), "mu")
  expect_true(need_package("stats", "for testing"))
})

test_that("a count is one whole number in range", {
  expect_snapshot(fault(check_count(2.5, "rank")))
  expect_snapshot(fault(check_count(0, "rank")))
  expect_snapshot(fault(check_count(NA, "rank")))
  expect_snapshot(fault(check_count(NULL, "rank")))
  expect_snapshot(fault(check_count("3", "rank")))
  expect_snapshot(fault(check_count(TRUE, "rank")))
  expect_snapshot(fault(check_count(2:5, "rank")))
  expect_snapshot(fault(check_count(factor(3), "rank")))
  expect_snapshot(fault(check_count(Inf, "rank")))
  expect_snapshot(fault(check_count(6, "rank", max = 5)))
  expect_snapshot(fault(check_count(-1, "sweeps", null_ok = TRUE)))
})

test_that("a number is one number in range", {
  expect_snapshot(fault(check_number(-1, "alpha_W", min = 0)))
  expect_snapshot(fault(check_number(Inf, "alpha_W", min = 0)))
  expect_snapshot(fault(check_number(NaN, "alpha_W")))
  expect_snapshot(fault(check_number(1.5, "l1_ratio", min = 0, max = 1)))
  expect_snapshot(fault(check_number(0, "seconds", min = 0, above = TRUE, finite = FALSE)))
  expect_snapshot(fault(check_number(2, "share", max = 1)))
  expect_snapshot(fault(check_number(1i, "tol")))
  expect_snapshot(fault(check_number(matrix(1), "tol")))
  expect_snapshot(fault(check_number("a", "tol", min = 0, null_ok = TRUE)))
})

test_that("flags and choices are single values", {
  expect_snapshot(fault(check_flag(NA, "verbose")))
  expect_snapshot(fault(check_flag(1, "verbose")))
  expect_snapshot(fault(check_flag(c(TRUE, FALSE), "verbose")))
  expect_snapshot(fault(check_choice("hals", c("cd", "bpp"), "solver")))
  expect_snapshot(fault(check_choice(c("cd", "bpp"), c("cd", "bpp"), "solver")))
  expect_snapshot(fault(check_choice(NA_character_, c("cd", "bpp"), "solver")))
  expect_snapshot(fault(check_choice(1, "frobenius", "loss")))
})

test_that("dots that have no use are refused by name", {
  f <- function(x, rank, ...) {
    check_dots_empty(...)
    "reached"
  }
  expect_identical(f(1, 2), "reached")
  expect_snapshot(fault(f(1, 2, maxiter = 3)))
  expect_snapshot(fault(f(1, 2, 3, k = 4, z = stop("never evaluated"))))
})

test_that("a missing package is named with its remedy", {
  expect_snapshot(fault(need_package("notapackage", "for autoplot()")))
})

test_that("what was given is shown as it is, braces and quotes included", {
  expect_snapshot(fault(check_count("{stop('a')} \"b\"", "rank")))
  expect_identical(describe(list(1, 2)), "a list of length 2")
  expect_identical(describe(array(0L, c(2, 3, 4))), "an integer array of size 2 x 3 x 4")
  expect_identical(describe(matrix("a")), "a character matrix of size 1 x 1")
  expect_identical(describe(data.frame(a = 1:2)), "an object of class <data.frame> of size 2 x 1")
  expect_identical(describe(sum), "a function")
})

test_that("errors carry their class and the call that the user made", {
  error <- expect_error(nmf_control(inner_sweeps = 0), class = "nonneg_error_input")
  expect_identical(as.list(conditionCall(error))[[1]], quote(nmf_control))
})

test_that("letters that changed places are told", {
  expect_match(did_you_mean("sovler", names(formals(nmf))), "solver")
  expect_null(did_you_mean("zz", names(formals(nmf))))
})

test_that("an argument that is called missing, and is a function, does not stand in for base::missing()", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  x <- matrix(1:6 + 0, 2)
  for (f in list(nmf, cross_validate, nmf_survey, consensus_nmf)) {
    expect_error(f(x, 1, missing = mean), "missing", class = "nonneg_error_input")
    expect_error(f(missing = mean), "must be given", class = "nonneg_error_input")
  }
  expect_error(divergence(x, x, missing = mean), "missing", class = "nonneg_error_input")
})

test_that("a small matrix that is not symmetric does not become so in sparse storage", {
  x <- matrix(c(3, 1, 2, 3) * 1e-150, 2)
  expect_identical(unname(as.matrix(as_sparse(x))), x)
})

test_that("an argument that must be given is found under the name that others have for it", {
  expect_snapshot({
    fault(nmf(data = matrix(1:6, 2), 2))
    fault(nmf(data = matrix(1:6, 2), rank = 2))
    fault(nmf(rank = 2))
    fault(nmf(matrix(1:6, 2), 2, na.rm = TRUE))
    fault(nmf(matrix(1:6, 2), 2, loss = poisson()))
  })
})
