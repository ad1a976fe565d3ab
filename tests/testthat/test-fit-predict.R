# Prediction: H of new columns for the W of a fit, under the objective of the fit.

tight <- function(x, rank = 3, ...) {
  nmf(x, rank, init = random_start(nrow(x), ncol(x), rank), solver = "bpp", tol = 1e-9, max_iter = 20000, ...)
}

named <- function(x) {
  dimnames(x) <- list(paste0("f", seq_len(nrow(x))), paste0("s", seq_len(ncol(x))))
  x
}

penalties <- list(
  none = list(), ridge = list(alpha_W = 0.02, alpha_H = 0.05),
  lasso = list(alpha_W = 0.003, alpha_H = 0.02, l1_ratio = 1),
  both = list(alpha_W = 0.01, alpha_H = 0.02, l1_ratio = 0.3)
)

test_that("predicting the data of the fit reproduces its H", {
  x <- named(random_data(25, 18, zeros = 0.2))
  for (name in names(penalties)) {
    fit <- do.call(tight, c(list(x), penalties[[name]]))
    expect_identical(fit$reason, "tol", label = name)
    expect_close(predict(fit, x), fit$H, 1e-6, label = name)
    expect_close(predict(fit, storages$sparse(x)), unname(fit$H), 1e-6, label = name)
  }
  expect_identical(predict(fit), fit$H)
})

test_that("new columns get the exact solution, under every penalty, in every storage", {
  x <- named(random_data(25, 18, zeros = 0.2))
  new <- random_data(25, 40, zeros = 0.5, seed = 5)
  for (name in names(penalties)) {
    p <- penalties[[name]]
    for (solver in solver_names()) {
      fit <- do.call(nmf, c(list(
        x, 4, solver = solver, init = random_start(25, 18, 4), max_iter = 10, tol = 0
      ), p))
      expected <- do.call(oracle_best_H, c(list(new, fit$W), p))
      label <- paste(name, solver)
      expect_close(predict(fit, new), expected, 1e-9, label = label)
      expect_close(predict(fit, storages$sparse(new)), expected, 1e-9, label = label)
      # One column is what it is among many.
      expect_identical(predict(fit, new[, 7, drop = FALSE])[, 1], predict(fit, new)[, 7], label = label)
    }
  }
})

test_that("every column has the same bits alone as in company", {
  x <- random_data(25, 18, zeros = 0.2)
  new <- random_data(25, 40, zeros = 0.5, seed = 5)
  for (rank in c(3, 4, 7)) {
    for (name in names(penalties)) {
      fit <- do.call(nmf, c(list(
        x, rank, init = random_start(25, 18, rank), max_iter = 10, tol = 0
      ), penalties[[name]]))
      alone <- vapply(seq_len(40), function(j) predict(fit, new[, j, drop = FALSE])[, 1], double(rank))
      expect_identical(unname(alone), unname(predict(fit, new)), label = paste(rank, name))
    }
  }
})

test_that("the types: coefficients, classes, reconstructions", {
  fit <- example_fit()
  x <- example_data()
  H <- predict(fit, x, type = "H")
  expect_identical(predict(fit, x), H)
  expect_identical(dimnames(H), list(c("NMF1", "NMF2", "NMF3"), paste0("s", 1:10)))
  expect_close(predict(fit, x, type = "reconstruction"), fit$W %*% H, 1e-15)
  expect_identical(dimnames(predict(fit, x, type = "reconstruction")), dimnames(x))

  class <- predict(fit, x, type = "class")
  expect_s3_class(class, "factor")
  expect_identical(levels(class), c("NMF1", "NMF2", "NMF3"))
  expect_identical(names(class), paste0("s", 1:10))
  expect_identical(as.integer(class), c(1L, 1L, 1L, 1L, 2L, 2L, 2L, 3L, 3L, NA))
  expect_identical(predict(fit, type = "class"), class)
})

test_that("rows are matched by name, wherever both have names", {
  x <- named(random_data(12, 8))
  fit <- nmf(x, 2, max_iter = 20, tol = 0)
  H <- predict(fit, x)
  turned <- withr::with_seed(1, sample(12))
  expect_identical(predict(fit, x[turned, ]), H)
  expect_close(predict(fit, as_dgC(Matrix::Matrix(x[turned, ], sparse = TRUE))), H, 1e-12)
  expect_identical(predict(fit, as.data.frame(x[turned, ])), H)
  # Without names on one side, by position.
  expect_identical(unname(predict(fit, unname(x))), unname(H))
  plain <- nmf(unname(x), 2, max_iter = 20, tol = 0)
  expect_identical(unname(predict(plain, x)), unname(H))
  expect_false(isTRUE(all.equal(unname(predict(plain, x[turned, ])), unname(H))))
  # Names that repeat are fine in their own order.
  rownames(x)[2] <- "f1"
  twice <- nmf(x, 2, max_iter = 20, tol = 0)
  expect_identical(predict(twice, x), H)
})

test_that("prediction after normalize() is the same, in the new scale", {
  x <- named(random_data(25, 18, zeros = 0.2))
  new <- random_data(25, 9, seed = 5)
  for (name in names(penalties)) {
    fit <- do.call(tight, c(list(x), penalties[[name]]))
    H <- predict(fit, new)
    for (which in c("W", "H")) {
      scaled <- normalize(normalize(fit, which, "l1"), which, "max")
      expect_close(predict(scaled, new), H * scaled$scale, 1e-9, label = paste(name, which))
      expect_close(
        predict(scaled, new, type = "reconstruction"), fit$W %*% H, 1e-9, label = paste(name, which)
      )
      expect_identical(predict(scaled, new, type = "class"), predict(fit, new, type = "class"))
    }
  }
})

test_that("some components of a fit predict by themselves", {
  fit <- tight(random_data(25, 18), 4)
  part <- fit[c(3, 1)]
  new <- random_data(25, 5, seed = 5)
  expect_close(predict(part, new), oracle_best_H(new, fit$W[, c(3, 1)]), 1e-9)
  expect_identical(rownames(predict(part, new)), colnames(fit$W)[c(3, 1)])
})

test_that("zero columns, extreme scales and one component are no trouble", {
  fit <- tight(random_data(25, 18))
  new <- random_data(25, 5, seed = 5)
  new[, 2] <- 0
  H <- predict(fit, new)
  expect_identical(unname(H[, 2]), numeric(3))
  for (scale in c(1e-300, 1e300)) expect_close(
    predict(fit, new * scale) / scale, H, 1e-10, label = format(scale)
  )
  expect_identical(unname(predict(fit, 0 * new)), matrix(0, 3, 5))
  one <- nmf(random_data(25, 18), 1)
  expect_close(predict(one, new), crossprod(one$W, new) / sum(one$W^2), 1e-12)
})

# Data under a loss from half of whose coefficients the fit must be told apart from 0.
uneven_problem <- function(loss, n = 40) {
  withr::with_seed(7, {
    W <- matrix(stats::rexp(60 * 5), 60)
    W[stats::runif(300) < 0.4] <- if (check_loss(loss)$beta <= 0) 1e-6 else 0
    H <- matrix(stats::rexp(5 * n), 5)
    H[stats::runif(5 * n) < 0.5] <- 0
    x <- (W %*% H + 0.05) * matrix(stats::rgamma(60 * n, 2, 2), 60)
  })
  fit <- nmf(x, 5, loss = loss, init = list(W = W, H = H + 1), max_iter = 1)
  fit$W[] <- W
  list(x = x, fit = fit)
}

test_that("a column's coefficients do not depend on the other columns, nor on the threads", {
  for (loss in list("kl", "is", 0.5, 1.5, 3)) {
    p <- uneven_problem(loss)
    together <- predict(p$fit, p$x)
    alone <- vapply(1:40, function(j) predict(p$fit, p$x[, j, drop = FALSE])[, 1], numeric(5))
    expect_identical(unname(together), unname(alone), label = paste(loss))
    expect_identical(predict(p$fit, p$x, threads = 3), together, label = paste(loss))
  }
})

test_that("columns of very different size are all solved, with penalties as well", {
  size <- 10^c(0, -5, -10, -16, -20, -40)
  for (loss in list("frobenius", "kl", "is", 0.5, 1.5, 3)) {
    p <- uneven_problem(loss, 6)
    H <- predict(p$fit, p$x)
    for (by in list(size, rev(size))) {
      found <- predict(p$fit, p$x %*% diag(by))
      for (j in 1:6) {
        expect_close(found[, j] / by[j], unname(H[, j]), 1e-7, label = paste(loss, by[j]))
      }
    }
  }
  # A penalty weighs as much next to a large column as without it.
  for (loss in list("kl", 1.5)) {
    p <- uneven_problem(loss, 6)
    p$fit$settings$alpha_H <- 0.01
    p$fit$settings$l1_ratio <- 0.5
    small <- p$x[, 1:2] * 1e-3
    expect_identical(
      predict(p$fit, cbind(small, p$x[, 3:6] * 1e6))[, 1:2], predict(p$fit, small), label = paste(loss)
    )
  }
})

test_that("for convex losses predict() is the fit with that W held", {
  for (loss in list("kl", 1.2, 1.5, 1.9)) {
    p <- uneven_problem(loss)
    fit <- nmf(
      p$x, 5, loss = loss, fixed_W = p$fit$W, init = list(W = p$fit$W, H = matrix(1, 5, 40)), tol = 1e-11,
      max_iter = 3000, control = nmf_control(gap_tol = Inf)
    )
    expect_close(predict(p$fit, p$x), fit$H, 1e-8, label = paste(loss))
  }
})

test_that("columns that are not solved are named", {
  expect_silent(warn_if_unsolved(c(1e-10, 1e-6)))
  expect_snapshot({
    warned(warn_if_unsolved(c(1, 1e-12, 2e-6)), "nonneg_warning_unsolved")
    warned(warn_if_unsolved(rep(2e-5, 7)), "nonneg_warning_unsolved")
  })
  expect_warning(warn_if_unsolved(NaN), class = "nonneg_warning_unsolved")
})

test_that("a saved fit predicts the same", {
  fit <- tight(random_data(25, 18))
  file <- withr::local_tempfile(fileext = ".rds")
  saveRDS(fit, file)
  new <- random_data(25, 5, seed = 5)
  expect_identical(predict(readRDS(file), new), predict(fit, new))
})

test_that("new data that do not fit are refused, with the reason", {
  x <- named(random_data(6, 5))
  fit <- nmf(x, 2, max_iter = 5)
  plain <- nmf(unname(x), 2, max_iter = 5)
  cases <- list(
    `too few rows` = quote(predict(plain, x[-1, ])),
    `missing features` = quote(predict(fit, x[-(2:3), ])),
    `unknown features` = quote(predict(fit, rbind(x, g1 = 1, g2 = 2))),
    `both` = quote(predict(fit, `rownames<-`(x, c(paste0("f", 1:4), "a{b}", "c")))),
    `repeated features` = quote(predict(fit, x[c(1, 1:5), ])),
    `negative` = quote(predict(fit, replace(x, 8, -1))),
    `not a number` = quote(predict(fit, replace(x, 8, NaN))),
    `characters` = quote(predict(fit, "x")),
    `a vector` = quote(predict(fit, x[, 1])),
    `no columns` = quote(predict(fit, x[, 0])),
    `type` = quote(predict(fit, x, type = "prob")),
    `threads` = quote(predict(fit, x, threads = -1)),
    `dots` = quote(predict(fit, x, typ = "H", thread = 2, rows = 3))
  )
  expect_snapshot(for (name in names(cases)) {
    cat("\n# ", name, "\n", sep = "")
    fault(eval(cases[[name]]))
  })
})
