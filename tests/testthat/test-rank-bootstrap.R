skip_if_not_installed("clue")

boot_of <- function(x, fit = nmf(x, 3), ..., seed = 1) {
  withr::with_seed(seed, nmf_bootstrap(fit, x, ..., verbose = FALSE))
}

test_that("intervals have the shape and names of the factors and hold their estimates, mostly", {
  x <- round(grouped_data() * 3)
  for (type in c("columns", "poisson", "multinomial", "starts")) {
    b <- boot_of(x, times = 20, type = type)
    fit <- nmf(x, 3)
    expect_identical(dimnames(b$W$lower), dimnames(fit$W))
    expect_identical(dimnames(b$H$upper), dimnames(fit$H))
    expect_true(all(b$W$lower <= b$W$upper & b$W$lower >= 0), label = type)
    expect_equal(unname(colSums(b$W$estimate)), rep(1, 3))
    expect_equal(b$W$estimate %*% b$H$estimate, fitted(fit))
    # Three clear groups are stable.
    expect_gt(min(b$components$stability), 0.95)
  }
})

test_that("without resampling nothing varies", {
  x <- exact_groups()
  b <- boot_of(x, nmf(x, 3, tol = 1e-8), times = 4, type = "starts")
  expect_close(b$W$lower, b$W$upper, 1e-4)
  expect_gt(min(b$similarity), 1 - 1e-6)
})

test_that("intervals of Poisson counts cover their means", {
  W <- kronecker(diag(2), matrix(1, 10, 1))
  H <- kronecker(diag(2), matrix(1, 1, 15)) * 30
  x <- withr::with_seed(2, matrix(rpois(20 * 30, W %*% H), 20))
  fit <- nmf(x, 2, loss = "kl", init = list(W = W + 0.1, H = H + 1))
  b <- boot_of(x, fit, times = 60, type = "poisson", start = "fit")
  truth <- sweep(W, 2, colSums(W), "/")
  inside <- b$W$lower <= truth & b$W$upper >= truth
  expect_gt(mean(inside[W > 0]), 0.8)
  # Sampling error of a mean of 15 counts of 30, relative to its sum: 5 percent.
  width <- mean((b$W$upper - b$W$lower)[W > 0]) * 10
  expect_gt(width, 0.1)
  expect_lt(width, 0.4)
})

test_that("counts drawn again keep zeros, means and totals", {
  x <- planted_counts(2, 1, l = 30, n = 20)
  for (data in list(x, storages$sparse(x))) {
    withr::with_seed(1, {
      poisson <- as.matrix(drawn_again(data, "poisson"))
      multinomial <- as.matrix(drawn_again(data, "multinomial"))
    })
    expect_true(all(poisson[x == 0] == 0))
    expect_lt(abs(sum(poisson) - sum(x)), 5 * sqrt(sum(x)))
    expect_equal(unname(colSums(multinomial)), colSums(x))
    expect_false(identical(multinomial, x))
  }
})

test_that("confint() has the numbers of the result", {
  x <- grouped_data()
  b <- boot_of(x, times = 5)
  w <- confint(b)
  expect_identical(names(w), c("feature", "component", "estimate", "lower", "upper"))
  expect_identical(w$upper, as.vector(b$W$upper))
  h <- confint(b, "H")
  expect_identical(h$lower[h$observation == "s4" & h$component == "NMF2"], unname(b$H$lower["NMF2", "s4"]))
})

test_that("rank one, threads, and the seed", {
  x <- grouped_data()
  a <- boot_of(x, nmf(x, 1), times = 3)
  expect_identical(dim(a$H$lower), c(1L, 18L))
  expect_identical(boot_of(x, times = 3, threads = 1)$W, boot_of(x, times = 3, threads = 2)$W)
})

test_that("bad input is named, and printed", {
  x <- grouped_data()
  fit <- nmf(x, 3)
  expect_snapshot(fault(nmf_bootstrap(x, fit)))
  expect_snapshot(fault(nmf_bootstrap(fit)))
  expect_snapshot(fault(nmf_bootstrap(fit, x[, -1])))
  expect_snapshot(fault(nmf_bootstrap(fit, x, times = 1)))
  expect_snapshot(fault(nmf_bootstrap(fit, x, type = "poisson")))
  expect_snapshot(fault(nmf_bootstrap(fit, x, level = 1)))
  expect_snapshot(fault(nmf_bootstrap(fit, x, type = "starts", start = "fit")))
  b <- boot_of(x, times = 3)
  b$seconds <- 1.5
  expect_snapshot(print(b))
})

test_that("fixed coefficients keep their values, whatever is drawn", {
  x <- round(grouped_data() * 3)
  known <- cbind(signature = nmf(x, 3)$W[, 2])
  fit <- withr::with_seed(1, nmf(x, 3, fixed_W = known, nrun = 5))
  for (type in c("columns", "poisson", "starts")) {
    b <- boot_of(x, fit, times = 4, type = type, fixed_W = known)
    expect_identical(b$W$lower[, "signature"], known[, 1])
    expect_identical(b$W$upper[, "signature"], known[, 1])
    expect_identical(b$similarity[, "signature"], rep(1, 4))
    # What is not known varies, and sums to 1.
    expect_equal(unname(colSums(b$W$estimate[, 2:3])), c(1, 1))
    if (type != "starts") expect_gt(max(b$W$upper[, 2] - b$W$lower[, 2]), 0)
    expect_equal(b$W$estimate %*% b$H$estimate, fitted(fit))
  }
  expect_snapshot(fault(nmf_bootstrap(fit, x)))
  expect_snapshot(fault(nmf_bootstrap(fit, x, fixed_W = 2 * known)))
  expect_snapshot(fault(nmf_bootstrap(nmf(x, 3), x, fixed_W = known)))
  # All of a factor needs no saying.
  whole <- nmf(x, 3, fixed_W = nmf(x, 3)$W)
  b <- boot_of(x, whole, times = 3)
  expect_identical(b$W$lower, whole$W)
  expect_identical(b$W$upper, whole$W)
  expect_gt(max(b$H$upper - b$H$lower), -1e-12)
  # Some of H: a component that the first six observations do not have.
  H <- matrix(NA_real_, 3, 18)
  H[2, 1:6] <- 0
  zeros <- nmf(x, 3, fixed_H = H)
  b <- boot_of(x, zeros, times = 4, fixed_H = H)
  expect_identical(unname(b$H$upper[2, 1:6]), rep(0, 6))
})

test_that("weights are those of the columns that were drawn", {
  x <- grouped_data()
  spoilt <- x
  spoilt[, 13:18] <- withr::with_seed(3, stats::runif(24 * 6, 0, 500))
  w <- rep(c(1, 1e-12), c(12, 6))
  fit <- nmf(spoilt, 2, weights = w)
  b <- boot_of(spoilt, fit, times = 10, weights = w)
  expect_gt(min(b$components$stability), 0.95)
  for (type in c("columns", "starts")) {
    as_entries <- boot_of(spoilt, fit, times = 3, type = type, weights = matrix(rep(w, each = 24), 24))
    expect_equal(as_entries$W, boot_of(spoilt, fit, times = 3, type = type, weights = w)$W, tolerance = 1e-3)
  }
  expect_snapshot(fault(nmf_bootstrap(fit, spoilt)))
})

test_that("data in another order than that of the fit are matched by name", {
  x <- grouped_data()
  fit <- nmf(x, 3)
  usual <- boot_of(x, fit, times = 2)
  turned <- boot_of(x[24:1, 18:1], fit, times = 2)
  expect_identical(turned[c("W", "H", "similarity")], usual[c("W", "H", "similarity")])
  colnames(x)[2] <- "other"
  expect_snapshot(fault(nmf_bootstrap(fit, x)))
})

test_that("sums that R cannot draw are named", {
  x <- round(grouped_data() * 1e9)
  expect_snapshot(fault(nmf_bootstrap(nmf(x, 2), x, type = "multinomial")))
})

test_that("what has the weight 0 may be anything, and weights go with the rows as they come", {
  skip_if_not_installed("clue")
  set.seed(3)
  x <- matrix(rexp(120), 12, dimnames = list(letters[1:12], NULL))
  w <- matrix(rexp(120), 12)
  w[3, 4] <- 0
  fit <- nmf(x, 2, weights = w)
  boot <- function(x, w) withr::with_seed(1, nmf_bootstrap(fit, x, times = 2, weights = w, verbose = FALSE)$W)
  expected <- boot(x, w)
  spoilt <- x
  for (value in c(-999, Inf, NaN, NA)) {
    spoilt[3, 4] <- value
    expect_identical(boot(spoilt, w), expected)
  }
  expect_equal(boot(x[12:1, ], w[12:1, ]), expected)
})
