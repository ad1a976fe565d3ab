skip_if_not_installed("cluster")

quiet_consensus <- function(x, ..., seed = 1) withr::with_seed(seed, consensus_nmf(x, ..., verbose = FALSE))

test_that("fits that agree give the common components", {
  x <- exact_groups()
  fit <- quiet_consensus(x, 3, nrun = 8, tol = 1e-7)
  one <- nmf(x, 3, tol = 1e-7)
  expect_sound(fit)
  expect_s3_class(fit, c("consensus_nmf", "nmf"), exact = TRUE)
  expect_gt(min(match_components(one, fit)$similarity), 1 - 1e-8)
  expect_lt(fit$objective, 1e-8 * sum(x^2))
  expect_equal(unname(colSums(fit$W)), rep(1, 3))
  expect_true(all(fit$consensus$components$kept))
  expect_equal(fit$consensus$stability, 1, tolerance = 1e-3)
})

test_that("H is the best for W, and the certificate is that of the pair", {
  x <- grouped_data()
  fit <- quiet_consensus(x, 3, nrun = 5)
  expect_close(fit$H, oracle_best_H(x, fit$W), 1e-10)
  expect_equal(fit$loss, sum((x - fitted(fit))^2) / 2)
  expect_equal(fit$certificate$kkt, oracle_kkt(x, fit$W, fit$H), tolerance = 1e-6)
})

test_that("density, filter, clusters and medians are those of the published steps", {
  unit <- function(v) v / sqrt(sum(v^2))
  a <- unit(c(1, 0, 0, 0.1))
  b <- unit(c(0, 1, 0, 0.1))
  near <- function(v, by) unit(v + c(by, 0, 0, 0))
  # Run 3 has an outlier in place of b.
  pool <- list(cbind(a, b), cbind(near(a, 0.1), near(b, 0.02)), cbind(unit(c(0, 0, 1, 0)), a), cbind(b, a))
  V <- do.call(cbind, pool)
  d <- as.matrix(dist(t(V)))
  count <- floor(0.5 * 4)
  expect_equal(
    unname(local_density(d, count)), unname(apply(d, 1, function(v) mean(sort(v)[1 + seq_len(count)])))
  )
  found <- cluster_pool(pool, 2, threshold = 0.5, neighbors = 0.5, seed = 1)
  expect_identical(found$components$kept, c(TRUE, TRUE, TRUE, TRUE, FALSE, TRUE, TRUE, TRUE))
  expect_identical(found$components$run, rep(1:4, each = 2))
  in_a <- found$components$cluster[1]
  median_a <- apply(cbind(a, near(a, 0.1), a, a), 1, median)
  expect_equal(found$W[, in_a], median_a / sum(median_a))
})

test_that("other losses, rank one, seeds and threads", {
  x <- round(grouped_data())
  kl <- quiet_consensus(x, 3, loss = "kl", nrun = 4)
  expect_sound(kl)
  expect_sound(quiet_consensus(x, 1, nrun = 4))
  expect_identical(
    quiet_consensus(x, 3, nrun = 4, threads = 2)$W, quiet_consensus(x, 3, nrun = 4, threads = 1)$W
  )
  expect_identical(dim(predict(kl, x[, 1:2])), c(3L, 2L))
})

test_that("bad input is named, and printed", {
  x <- grouped_data()
  expect_snapshot(fault(consensus_nmf(x)))
  expect_snapshot(fault(consensus_nmf(x, 3, nrun = 1)))
  expect_snapshot(fault(consensus_nmf(x, 3, density_threshold = 0)))
  expect_snapshot(fault(consensus_nmf(x, 3, neighbors = 2)))
  noise <- random_data(8, 30)
  expect_error(quiet_consensus(noise, 5, nrun = 4, density_threshold = 1e-9), class = "nonneg_error_input")
  fit <- quiet_consensus(x, 3, nrun = 4)
  expect_output(print(fit), "12 components of 4 runs, 12 kept")
})

test_that("weights are those of all fits and of the coefficients", {
  x <- grouped_data()
  w <- withr::with_seed(1, matrix(stats::runif(length(x)), nrow(x)))
  fit <- quiet_consensus(x, 3, nrun = 4, weights = w)
  expect_sound(fit)
  expect_equal(fit$loss, divergence(x, fit, weights = w))
  expect_equal(fit$H, predict(fit, x, weights = w), tolerance = 1e-8)
  expect_snapshot(fault(consensus_nmf(x, 3, weights = "a")))
})

test_that("spectra of all genes and scores are those of the published last steps", {
  x <- grouped_data()
  fit <- quiet_consensus(x[1:16, ], 2, nrun = 4)
  usage <- t(coef(fit)) / colSums(coef(fit))
  expect_equal(unname(rowSums(usage)), rep(1, 18))
  spectra <- t(nnls(usage, t(x)))
  expect_identical(dimnames(spectra), list(rownames(x), colnames(fit$W)))
  # Known usages are fixed coefficients of a fit.
  held <- nmf(x, 2, fixed_H = t(usage), tol = 1e-8)
  expect_close(unname(held$W), unname(spectra), 1e-5)
  # The regression without intercept, gene by gene.
  z <- scale(t(x))
  scores <- t(qr.coef(qr(t(coef(fit))), z))
  expect_equal(scores["g3", ], coef(stats::lm(z[, "g3"] ~ t(coef(fit)) - 1)), ignore_attr = TRUE)
})
