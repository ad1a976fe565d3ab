test_that("a correct fit passes and is returned as it is", {
  fit <- example_fit()
  expect_identical(validate_nmf(fit), fit)
  expect_s3_class(fit, "nmf", exact = TRUE)
  expect_true(is_nmf(fit))
  expect_false(is_nmf(unclass(fit)))
})

test_that("the constructor names components where they have no names", {
  fit <- example_fit()
  expect_identical(colnames(fit$W), c("NMF1", "NMF2", "NMF3"))
  expect_identical(rownames(fit$H), c("NMF1", "NMF2", "NMF3"))
  expect_identical(fit$scale, c(NMF1 = 1, NMF2 = 1, NMF3 = 1))

  f <- example_factors()
  colnames(f$W) <- c("a", "b", "c")
  expect_identical(rownames(fit_with(f$W, f$H)$H), c("a", "b", "c"))

  f <- example_factors()
  rownames(f$H) <- c("a", "b", "c")
  expect_identical(colnames(fit_with(f$W, f$H)$W), c("a", "b", "c"))
})

test_that("names of features and observations are kept, also if there are none", {
  expect_identical(rownames(example_fit()$W), paste0("gene", 1:12))
  expect_identical(colnames(example_fit()$H), paste0("s", 1:10))
  expect_null(rownames(example_fit(named = FALSE)$W))
  expect_null(colnames(example_fit(named = FALSE)$H))
})

test_that("each impossible fit is refused with the part at fault", {
  spoiled <- function(change) {
    fit <- example_fit()
    environment(change) <- environment()
    eval(body(change))
    fit
  }
  expect_fault <- function(change, message) {
    expect_error(
      validate_nmf(spoiled(change)), message,
      class = "nonneg_error_input"
    )
  }
  expect_fault(function() fit$W[3, 2] <- -1, "W\\[3, 2\\] is -1")
  expect_fault(function() fit$H[1, 4] <- NaN, "H\\[1, 4\\] is NaN")
  expect_fault(function() fit$H[2, 4] <- Inf, "H\\[2, 4\\] is Inf")
  expect_fault(function() fit$W <- as.data.frame(fit$W), "W must be a matrix")
  expect_fault(function() storage.mode(fit$W) <- "integer", "W must be a matrix of type double")
  expect_fault(function() fit$H <- fit$H[1:2, ], "W has 3 columns but H has 2 rows")
  expect_fault(function() rownames(fit$H) <- c("a", "b", "c"), "must be the same")
  expect_fault(function() colnames(fit$W) <- c("a", "a", "c"), "all different")
  expect_fault(function() fit$W <- fit$W[1:5, ], "data\\$nrow and data\\$ncol must be 5 and 10")
  expect_fault(function() fit$scale <- c(1, 0, 1), "scale must be 3 positive")
  expect_fault(function() fit$settings$rank <- 4L, "settings\\$rank must be 3")
  expect_fault(function() fit$history$kkt <- NULL, "history must be a data frame")
  expect_fault(function() fit$history <- fit$history[-1, ], "start at 0")
  expect_fault(function() fit$converged <- NA, "converged must be")
  expect_fault(function() fit$reason <- "bored", "reason must be one of tol")
  expect_fault(function() fit$reason <- "max_iter", "converged is TRUE but reason is max_iter")
  expect_fault(function() fit$loss <- fit$loss * 1.1, "sum of loss and penalty")
  expect_fault(function() fit$penalty <- "none", "penalty must be one number")
  expect_fault(function() fit$certificate$gap_W <- NULL, "gap_W must be one number")
  expect_fault(function() fit$runs$best <- FALSE, "Exactly one of runs")
})

test_that("what is no fit at all is refused", {
  expect_snapshot({
    fault(validate_nmf(list(W = 1)))
    fault(validate_nmf(structure(list(W = 1, H = 1), class = "nmf")))
  })
})

test_that("several faults are told at once", {
  fit <- example_fit()
  fit$W[1, 1] <- -1
  fit$reason <- "bored"
  expect_snapshot(fault(validate_nmf(fit)))
})

test_that("a fit survives saveRDS", {
  fit <- example_fit(alpha_W = 0.1)
  file <- withr::local_tempfile()
  saveRDS(fit, file)
  expect_identical(readRDS(file), fit)
})

test_that("methods are found from outside the package", {
  outside <- function(call) eval(call, list(fit = example_fit()), baseenv())
  expect_output(outside(quote(print(fit))), "factorization: 12 features")
  expect_output(outside(quote(print(summary(fit)))), "effective numbers")
  expect_s3_class(outside(quote(summary(fit))), "summary.nmf")
  expect_s3_class(outside(quote(fit[1])), "nmf")
  expect_identical(outside(quote(dim(fit))), c(12L, 10L, 3L))
  expect_identical(outside(quote(stats::nobs(fit))), 10L)
  expect_identical(dim(outside(quote(stats::coef(fit)))), c(3L, 10L))
  expect_identical(dim(outside(quote(stats::fitted(fit)))), c(12L, 10L))
  expect_identical(dim(outside(quote(stats::residuals(fit, stats::fitted(fit))))), c(12L, 10L))
  expect_identical(dim(outside(quote(nonneg::basis(fit)))), c(12L, 3L))
  expect_s3_class(outside(quote(nonneg::normalize(fit))), "nmf")
  expect_s3_class(outside(quote(nonneg::top_features(fit))), "data.frame")
  expect_identical(nrow(outside(quote(generics::tidy(fit)))), 36L)
  expect_identical(nrow(outside(quote(generics::glance(fit)))), 1L)
  expect_identical(nrow(outside(quote(generics::augment(fit)))), 10L)
  skip_if_not_installed("ggplot2")
  expect_s3_class(outside(quote(ggplot2::autoplot(fit))), "ggplot")
})
