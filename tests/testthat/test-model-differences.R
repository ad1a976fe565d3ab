# Counts of a known model: columns of f sum to 1.
known_counts <- function(l = 300, n = 80, r = 3, level = 5, over = 0, seed = 1) {
  withr::with_seed(seed, {
    f <- matrix(rgamma(l * r, 0.7), l) + 0.01
    f <- sweep(f, 2, colSums(f), "/")
    H <- matrix(rgamma(r * n, 0.5), r)
    H <- H / mean(colSums(H)) * level * l
    m <- f %*% H
    x <- matrix(if (over > 0) rnbinom(l * n, mu = m, size = 1 / over) else rpois(l * n, m), l)
    dimnames(x) <- list(paste0("g", seq_len(l)), paste0("s", seq_len(n)))
    list(x = x, f = f, H = H, fit = nmf(x, loss = "kl", fixed_H = H, max_iter = 20))
  })
}

true_changes <- function(f, H, against) {
  size <- rowSums(H)
  vapply(seq_len(ncol(f)), function(k) {
    other <- if (against == "others") drop(f[, -k] %*% size[-k]) / sum(size[-k]) else apply(f[, -k, drop = FALSE], 1, max)
    log2(f[, k] / other)
  }, numeric(nrow(f)))
}

test_that("frequencies are the mode of the posterior, their covariance the inverse of its curvature", {
  data <- known_counts(l = 6, n = 15, r = 3, level = 2)
  x <- unname(data$x)
  x[4, ] <- 0
  found <- fit_frequencies(as_sparse(x), data$H, 0.5, FALSE)
  for (i in 1:6) {
    mu <- max(sum(x[i, ]), 0.5) / sum(data$H)
    minus <- function(theta) {
      q <- drop(exp(theta) %*% data$H)
      -sum(x[i, ] * log(q) - q) - 0.5 * sum(theta - exp(theta) / mu)
    }
    best <- optim(log(found$f[i, ]), minus, method = "BFGS", control = list(reltol = 1e-15, maxit = 500))
    expect_lte(minus(log(found$f[i, ])), best$value + 1e-9)
    expect_equal(log(found$f[i, ]), best$par, tolerance = 1e-4)
    expect_equal(found$covariance[i, , ], solve(optimHess(log(found$f[i, ]), minus)), tolerance = 1e-4)
  }
  # The sandwich, in so many words.
  robust <- fit_frequencies(as_sparse(x), data$H, 0.5, TRUE)
  for (i in 1:6) {
    f <- found$f[i, ]
    q <- drop(f %*% data$H)
    score <- t(data$H * f) * (x[i, ] / q - 1)
    V <- found$covariance[i, , ]
    expect_equal(robust$covariance[i, , ], V %*% (crossprod(score) + diag(0.5, 3)) %*% V * 15 / 12, tolerance = 1e-8)
  }
})

test_that("intervals hold the true change of as many features as they say", {
  held <- function(counts, over = 0, ...) {
    data <- known_counts(level = counts, over = over)
    against <- list(...)$against
    truth <- true_changes(data$f, data$H, if (is.null(against)) "others" else against)
    t <- nmf_differences(data$fit, data$x, ...)$table
    mean(t$lower <= as.vector(truth) & as.vector(truth) <= t$upper)
  }
  # 900 intervals: three standard errors of 95 % are 2.2 %.
  expect_gt(held(20), 0.93)
  expect_lt(held(20), 0.975)
  expect_gt(held(2), 0.91)
  expect_gt(held(20, against = "nearest"), 0.93)
  level_half <- held(20, level = 0.5)
  expect_gt(level_half, 0.42)
  expect_lt(level_half, 0.58)
  # Where counts vary more than the model says, its intervals are too short, and robust ones are not.
  expect_lt(held(20, over = 0.5), 0.7)
  expect_gt(held(20, over = 0.5, variance = "robust"), 0.89)
})

test_that("changes do not depend on the storage, the scale of the fit or the order of columns", {
  data <- known_counts(l = 40, n = 20)
  d <- nmf_differences(data$fit, data$x)
  expect_identical(nmf_differences(data$fit, storages$sparse(data$x))$table$lfc, d$table$lfc)
  expect_equal(nmf_differences(normalize(data$fit, "W", "l2"), data$x)$table$lfc, d$table$lfc)
  expect_equal(nmf_differences(data$fit, data$x[, 20:1])$table$lfc, d$table$lfc)
  part <- nmf_differences(data$fit, data$x[5:9, ])
  expect_equal(part$table$lfc[1:5], d$table$lfc[5:9])
  size <- rowSums(data$H) * colSums(data$fit$W)
  f <- matrix(d$table$frequency, 40)
  expect_equal(d$table$lfc[1:40], log2(f[, 1] / drop(f[, 2:3] %*% size[2:3] / sum(size[2:3]))))
})

test_that("tables and pictures tell what is there", {
  skip_if_not(capabilities("png"), "PNG files cannot be drawn")
  data <- known_counts(l = 40, n = 20)
  d <- nmf_differences(data$fit, data$x, level = 0.9)
  t <- d$table
  expect_identical(dim(tidy(d)), c(120L, 10L))
  expect_equal(t$upper - t$lower, 2 * qnorm(0.95) * t$se)
  expect_equal(t$adjusted[1:40], p.adjust(2 * pnorm(-abs(t$lfc / t$se))[1:40], "BH"))
  s <- summary(d)
  expect_identical(s$higher[1], sum(t$adjusted[1:40] <= 0.05 & t$lfc[1:40] > 0))
  v <- volcano_data(d, list(components = 1:2, n = 3))
  expect_identical(nrow(v$points), 80L)
  expect_lte(sum(!is.na(v$points$label)), 6)
  expect_true(all(v$points$sure[!is.na(v$points$label)]))
  expect_snapshot(print(d, n = 2))
  path <- withr::local_tempfile(fileext = ".png")
  grDevices::png(path, 700, 500)
  expect_identical(plot(d, n = 3), d)
  grDevices::dev.off()
  skip_if_not_installed("ggplot2")
  expect_s3_class(ggplot2::ggplot_build(ggplot2::autoplot(d))$plot, "ggplot")
})

test_that("wrong arguments are refused", {
  data <- known_counts(l = 20, n = 10)
  gap <- data$x
  gap[1, 1] <- NA
  expect_snapshot({
    fault(nmf_differences(data$fit))
    fault(nmf_differences(example_fit(), example_data()))
    fault(nmf_differences(data$fit[1], data$x))
    fault(nmf_differences(data$fit, gap))
    fault(nmf_differences(data$fit, data$x[, 1:3]))
    fault(nmf_differences(data$fit, data$x, against = "all"))
    fault(nmf_differences(data$fit, data$x, variance = "sandwich"))
    fault(nmf_differences(data$fit, data$x, level = 1))
    fault(nmf_differences(data$fit, data$x, prior = 0))
    fault(plot(nmf_differences(data$fit, data$x), components = 7))
  })
})
