test_that("nmf_control() leaves numbers to the core unless they are given", {
  expect_identical(
    unclass(nmf_control()),
    list(
      inner_sweeps = NULL, extrapolate = TRUE, check_every = NULL, gap_tol = NULL,
      max_seconds = Inf, floor = NULL, precision = NULL, checkpoint = NULL, every = 60,
      online = FALSE
    )
  )
  expect_identical(
    unclass(nmf_control(3, extrapolate = FALSE, check_every = 5, gap_tol = 0.01, max_seconds = 60)),
    list(
      inner_sweeps = 3L, extrapolate = FALSE, check_every = 5L, gap_tol = 0.01,
      max_seconds = 60, floor = NULL, precision = NULL, checkpoint = NULL, every = 60,
      online = FALSE
    )
  )
  expect_identical(nmf_control(gap_tol = Inf)$gap_tol, Inf)
  expect_identical(nmf_control(gap_tol = 0)$gap_tol, 0)
})

test_that("nmf_control() checks every option", {
  expect_snapshot(fault(nmf_control(inner_sweeps = 0)))
  expect_snapshot(fault(nmf_control(inner_sweeps = 1.5)))
  expect_snapshot(fault(nmf_control(extrapolate = NA)))
  expect_snapshot(fault(nmf_control(check_every = 0)))
  expect_snapshot(fault(nmf_control(gap_tol = -1)))
  expect_snapshot(fault(nmf_control(max_seconds = 0)))
  expect_snapshot(fault(nmf_control(max_seconds = NULL)))
  expect_snapshot(fault(nmf_control(precision = "single")))
})

test_that("only nmf_control() makes a control", {
  control <- nmf_control(check_every = 2)
  expect_identical(check_control(control), control)
  expect_identical(check_control(list(check_every = 2)), control)
  expect_snapshot(fault(check_control(list(inner_sweep = 3))))
  expect_snapshot(fault(check_control(NULL)))
})

test_that("a control prints one option per line, and returns itself", {
  expect_snapshot(nmf_control())
  expect_snapshot(nmf_control(inner_sweeps = 3, gap_tol = 1e-3, max_seconds = 60))
  control <- nmf_control()
  capture.output(back <- withVisible(print(control)))
  expect_identical(back, list(value = control, visible = FALSE))
})
