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
