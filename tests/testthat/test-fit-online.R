# Several updates of W within the first read: a start for whole reads, which end as always.

# Counts of cells of a few kinds: 2,000 x 1,600, in 10 blocks.
clustered_counts <- function() {
  withr::with_seed(5, {
    W <- matrix(rexp(2000 * 6), 2000) * (runif(2000 * 6) < 0.2)
    kind <- sample(6, 1600, TRUE)
    H <- sapply(kind, function(k) replace(rexp(6, 20), k, rgamma(1, 5)))
    matrix(rpois(2000 * 1600, W %*% H) + 0, 2000)
  })
}

test_that("an online first read saves reads, and the fit ends as certified as any", {
  x <- clustered_counts()
  calls <- 0
  blocks <- nmf_blocks(function(first, last) {
    calls <<- calls + 1
    x[, first:last, drop = FALSE]
  }, dim(x))
  fit <- function(x, ...) withr::with_seed(1, nmf(x, 6, init = "random", threads = 1, ...))
  one <- function(max_iter, online) {
    calls <<- 0
    fit <- fit(blocks, max_iter = max_iter, tol = 0, control = nmf_control(online = online))
    list(fit = fit, calls = calls)
  }
  plain <- one(4, FALSE)
  online <- one(4, TRUE)
  # One read of all blocks, no more, besides those of the plain fit: scan, iterations, certificate.
  per_read <- (one(5, FALSE)$calls - plain$calls)
  expect_gt(per_read, 5)
  expect_identical(online$calls - plain$calls, per_read)
  final <- fit(x, tol = 1e-6, max_iter = 300)
  found <- fit(x, tol = 1e-6, max_iter = 300, control = nmf_control(online = TRUE))
  expect_true(found$converged)
  expect_lte(found$objective, 1.01 * final$objective)
  # The objective of its history falls, and is that of an oracle.
  history <- found$history$objective
  expect_true(all(diff(history) <= 1e-10 * history[1]))
  expect_equal(found$objective, sum((x - found$W %*% found$H)^2) / 2, tolerance = 1e-10)
  # Five reads, the online one among them, are enough for a hundredth.
  within <- function(fit) which(fit$history$objective <= 1.01 * min(final$objective, found$objective))[1] - 1
  expect_lte(1 + within(found), 5)
  expect_lt(1 + within(found), within(final))
})

test_that("an online first read has the same bits for all threads and storages, and keeps what is fixed", {
  x <- withr::with_seed(2, matrix(rpois(4000 * 200, 1) + 0, 4000))
  fit <- function(x, ...) withr::with_seed(1, nmf(x, 4, init = "random", max_iter = 3, tol = 0, control = nmf_control(online = TRUE), ...))
  one <- fit(x, threads = 1)
  two <- fit(x, threads = 2)
  expect_identical(one$W, two$W)
  expect_identical(one$H, two$H)
  sparse <- fit(Matrix::Matrix(x, sparse = TRUE), threads = 1, solver = "bpp")
  expect_equal(sparse$objective, fit(x, solver = "bpp")$objective, tolerance = 1e-2)
  known <- cbind(c(rep(1, 4000)))
  kept <- fit(x, fixed_W = known, alpha_W = 0.01, alpha_H = 0.01, l1_ratio = 0.5)
  expect_identical(unname(kept$W[, 1]), rep(1, 4000))
  expect_true(all(diff(kept$history$objective) <= 1e-10 * kept$history$objective[1]))
})

test_that("an online first read is refused where there is none", {
  x <- matrix(rpois(60, 3) + 1, 10)
  expect_error(nmf(x, 2, loss = "kl", control = nmf_control(online = TRUE)), "online", class = "nonneg_error_input")
  expect_error(nmf(replace(x, 3, NA), 2, control = nmf_control(online = TRUE)), "online", class = "nonneg_error_input")
  expect_error(nmf(x, 2, weights = rep(1:2, 5), control = nmf_control(online = TRUE)), "online", class = "nonneg_error_input")
  expect_error(nmf_control(online = NA), "online", class = "nonneg_error_input")
})
