test_that("components are taken by number, negative number, logical and name", {
  fit <- example_fit()
  two <- fit[c(1, 3)]
  expect_s3_class(two, "nmf")
  expect_identical(two$W, fit$W[, c(1, 3)])
  expect_identical(two$H, fit$H[c(1, 3), ])
  expect_identical(fit[-2], two)
  expect_identical(fit[c(TRUE, FALSE, TRUE)], two)
  expect_identical(fit[c("NMF1", "NMF3")], two)
  expect_identical(fit[factor(c("NMF1", "NMF3"))], two)
  expect_identical(fit[c(1L, 3L)], two)
})

test_that("one component stays a matrix", {
  one <- example_fit()[2]
  expect_identical(dim(one), c(12L, 10L, 1L))
  expect_identical(dim(one$W), c(12L, 1L))
  expect_identical(dim(one$H), c(1L, 10L))
})

test_that("a new order keeps the fit and all its numbers", {
  fit <- example_fit(alpha_H = 0.1)
  turned <- fit[3:1]
  expect_equal(fitted(turned), fitted(fit))
  for (part in c("objective", "loss", "penalty", "certificate", "settings")) {
    expect_identical(turned[[part]], fit[[part]])
  }
  expect_identical(turned[3:1], fit)
  expect_identical(fit[], fit)
})

test_that("numbers of the whole fit are NA in a strict subset", {
  fit <- example_fit()
  part <- fit[2:3]
  expect_identical(part$objective, NA_real_)
  expect_identical(part$loss, NA_real_)
  expect_identical(part$penalty, NA_real_)
  expect_identical(
    part$certificate, list(kkt = NA_real_, gap_W = NA_real_, gap_H = NA_real_)
  )
  expect_identical(part$settings$rank, 2L)
  expect_identical(part$settings$selected_from, 3L)
  for (same in c("history", "converged", "reason", "runs", "data", "call")) {
    expect_identical(part[[same]], fit[[same]])
  }
})

test_that("a subset of a subset knows the size of the whole fit", {
  part <- example_fit()[2:3]["NMF3"]
  expect_identical(colnames(part$W), "NMF3")
  expect_identical(part$settings$selected_from, 3L)
})

test_that("the scale follows its component", {
  fit <- normalize(example_fit(), "W")
  expect_identical(fit[c(3, 1)]$scale, fit$scale[c(3, 1)])
})

test_that("impossible selections are refused", {
  fit <- example_fit()
  expect_snapshot({
    fault(fit[4])
    fault(fit[0])
    fault(fit[1.5])
    fault(fit[c(-1, 2)])
    fault(fit[-(1:3)])
    fault(fit[c(1, 1)])
    fault(fit[NA])
    fault(fit[integer()])
    fault(fit[c(TRUE, FALSE)])
    fault(fit["NMF9"])
    fault(fit["W"])
    fault(fit[list(1)])
    fault(fit[1, 2])
  })
})

test_that("base functions that take lists or tables apart do not meet components by mistake", {
  fit <- example_fit()
  expect_identical(as.list(fit), unclass(fit))
  expect_identical(lapply(fit, class)$history, "data.frame")
  for (f in list(head, tail, as.matrix)) {
    expect_error(f(fit), "A fit is no table", class = "nonneg_error_input")
  }
})

test_that("a fit is no data frame either", {
  expect_error(as.data.frame(example_fit()), "is no table", class = "nonneg_error_input")
  expect_error(merge(example_fit(), example_fit()), "is no table", class = "nonneg_error_input")
})

test_that("what other models answer and a fit does not, intervals, says where the answer is", {
  fit <- nmf(example_data(), 2, max_iter = 3)
  expect_error(confint(fit), "nmf_bootstrap", class = "nonneg_error_input")
})
