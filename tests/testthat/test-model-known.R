# Models from known factors: as_nmf(), cbind() of models, and what other functions make of them.

dictionary <- function() example_factors()$W

in_device <- function(code) {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  force(code)
}

test_that("a known dictionary predicts as the fit that it comes from, under every loss", {
  x <- example_data() + 0.1
  for (loss in list("frobenius", "kl", "is", 0.5)) {
    fit <- nmf(x, 3, loss = loss, max_iter = 30, tol = 0, alpha_W = 0.01, alpha_H = 0.02, l1_ratio = 0.4)
    model <- as_nmf(basis(fit), loss = loss, alpha_H = 0.02, l1_ratio = 0.4)
    for (type in c("H", "class", "reconstruction", "proportion", "divergence")) {
      expect_identical(predict(model, x[12:1, ], type), predict(fit, x, type), label = paste(loss, type))
    }
  }
})

test_that("nothing is invented for a model", {
  model <- as_nmf(dictionary(), loss = "kl")
  expect_identical(validate_nmf(model), model)
  expect_identical(dim(model), c(12L, 0L, 3L))
  expect_identical(nrow(model$history), 0L)
  expect_identical(nrow(model$runs), 0L)
  expect_identical(model$converged, NA)
  expect_true(all(is.na(unlist(c(model$certificate, model$objective, model$loss, model$penalty)))))
  expect_identical(dim(coef(model)), c(3L, 0L))
  expect_identical(dim(fitted(model)), c(12L, 0L))
  expect_identical(nobs(model), 0L)
  expect_snapshot({
    model
    as_nmf(dictionary(), example_factors()$H, alpha_H = 0.1)
    summary(model)
  })
})

test_that("what works for a fit works for a model, or says what is missing", {
  model <- as_nmf(dictionary(), loss = "kl")
  x <- example_data()
  expect_identical(glance(model)$iterations, NA_integer_)
  expect_identical(nrow(augment(model)), 0L)
  expect_identical(nrow(tidy(model, "H")), 0L)
  expect_identical(tidy(model, "W")$value, as.vector(dictionary()))
  expect_identical(dim(model[2:1]), c(12L, 0L, 2L))
  expect_equal(colSums(basis(normalize(model, "W"))), c(NMF1 = 1, NMF2 = 1, NMF3 = 1))
  expect_equal(nrow(top_features(model, 2, by = "lift")), 6)
  for (type in c("W", "features")) expect_no_error(in_device(plot(model, type)))
  expect_no_error(in_device(plot(model)))
  for (code in list(
    quote(plot(model, "H")), quote(plot(model, "history")), quote(predict(model)), quote(residuals(model, x)),
    quote(impute(model, x)), quote(augment(model, x)), quote(component_shares(model)),
    quote(metagene_map(model, x)),
    quote(nmf_bootstrap(model, x, times = 2)), quote(as_topics(model, x))
  )) expect_error(eval(code), class = "nonneg_error_input", label = deparse(code))
  # A start: W as given, H found.
  fit <- nmf(x, 3, init = model, max_iter = 1)
  expect_identical(fit$settings$init, "user")
})

test_that("H by name of components", {
  f <- example_factors()
  W <- f$W
  colnames(W) <- c("a", "b", "c")
  H <- f$H
  rownames(H) <- c("a", "b", "c")
  expect_identical(coef(as_nmf(W, H[3:1, ])), H)
  expect_identical(unname(coef(as_nmf(W, unname(f$H)))), unname(f$H))
  expect_identical(colnames(basis(as_nmf(unname(f$W), H))), c("a", "b", "c"))
})

test_that("wrong dictionaries are refused", {
  W <- dictionary()
  expect_snapshot({
    fault(as_nmf())
    fault(as_nmf(1:3))
    fault(as_nmf(-W))
    fault(as_nmf(W, loss = "none"))
    fault(as_nmf(W, W))
    fault(as_nmf(W, alpha_H = -1))
    fault(as_nmf(example_fit()))
    fault(as_nmf(W, rank = 2))
    fault(rbind(as_nmf(W), as_nmf(W)))
    fault(cbind(as_nmf(W), W))
    fault(cbind(as_nmf(W), as_nmf(W, loss = "kl")))
    fault(cbind(as_nmf(W), as_nmf(W[-1, ])))
    fault(cbind(as_nmf(W), as_nmf(`rownames<-`(W, letters[1:12]))))
    fault(cbind(as_nmf(W), as_nmf(W, alpha_H = 0.1)))
  })
})

test_that("dictionaries side by side: by name, and the same answer as the matrix of both", {
  W <- dictionary()
  x <- example_data()
  other <- withr::with_seed(1, matrix(rexp(24), 12, dimnames = list(rownames(W), NULL)))
  both <- cbind(as_nmf(W, loss = "kl"), more = as_nmf(other[12:1, ], loss = "kl"))
  expect_identical(colnames(basis(both)), c("NMF1", "NMF2", "NMF3", "more NMF1", "more NMF2"))
  expect_identical(unname(basis(both)), unname(cbind(W, other)))
  expect_identical(rownames(basis(both)), rownames(W))
  expect_identical(
    unname(predict(both, x)), unname(predict(as_nmf(cbind(W, other), loss = "kl"), x))
  )
  expect_identical(colnames(basis(cbind(as_nmf(W), as_nmf(W)))), make.unique(rep(paste0("NMF", 1:3), 2)))
  # Without names on one side by position; the scale of each is kept.
  fit <- normalize(example_fit(), "W")
  stack <- cbind(fit, as_nmf(unname(other), l1_ratio = 0.5))
  expect_identical(rownames(basis(stack)), rownames(W))
  expect_equal(unname(stack$scale), c(unname(fit$scale), 1, 1))
  expect_identical(cbind(fit)$W, fit$W)
})

test_that("coefficients of another number of components are refused, without a warning before", {
  expect_no_warning(expect_error(
    as_nmf(W = matrix(1, 4, 3), H = matrix(1, 2, 5, dimnames = list(c("a", "b"), NULL))), "must have 3 rows",
    class = "nonneg_error_input"
  ))
})
