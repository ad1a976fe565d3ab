# Signed data with a few groups of columns.
signed_data <- function(l = 25, n = 18, seed = 1) {
  withr::with_seed(seed, {
    W <- matrix(rnorm(l * 3), l)
    H <- matrix(rexp(3 * n), 3) * (matrix(runif(3 * n), 3) < 0.6)
    x <- W %*% H + 0.3 * matrix(rnorm(l * n), l)
    dimnames(x) <- list(paste0("f", seq_len(l)), paste0("o", seq_len(n)))
    x
  })
}

# The objective and its residual from the formulas of the help page.
semi_oracle <- function(x, W, H, alpha_W = 0, alpha_H = alpha_W, l1_ratio = 0) {
  ridge_W <- alpha_W * ncol(x)
  l1_H <- alpha_H * l1_ratio * nrow(x)
  l2_H <- alpha_H * (1 - l1_ratio) * nrow(x)
  off <- W %*% H - x
  gradient_W <- off %*% t(H) + ridge_W * W
  gradient_H <- t(W) %*% off + l1_H + l2_H * H
  size_W <- sqrt(colSums(W^2) + l2_H)
  size_H <- sqrt(rowSums(H^2) + ridge_W)
  least <- pmin(H * size_W, gradient_H / size_W)
  list(
    objective = sum(off^2) / 2 + ridge_W * sum(W^2) / 2 + l1_H * sum(H) + l2_H * sum(H^2) / 2,
    kkt = sqrt(sum(sweep(gradient_W, 2, size_H, "/")^2) + sum(least^2)) / sqrt(sum(x^2))
  )
}

test_that("a fit is a stationary point of the objective that the page has", {
  x <- signed_data()
  cases <- list(list(), list(alpha_W = 0.01, alpha_H = 0.02, l1_ratio = 0.5), list(alpha_W = 0.05))
  for (case in cases) {
    for (solver in c("bpp", "cd")) {
      set.seed(1)
      fit <- do.call(nmf_semi, c(list(x, 3, init = "random", solver = solver, tol = 1e-8, max_iter = 5000), case))
      at <- do.call(semi_oracle, c(list(x, fit$W, fit$H), case))
      expect_true(fit$converged)
      expect_true(all(fit$H >= 0))
      expect_true(any(fit$W < 0))
      expect_equal(fit$objective, at$objective, tolerance = 1e-10)
      expect_lt(at$kkt, 1e-7)
      expect_lt(abs(at$kkt - fit$certificate$kkt), 1e-9)
      expect_true(all(diff(fit$history$objective) <= 1e-13 * sum(x^2)))
      # For this H no other W is better.
      best <- x %*% t(fit$H) %*% solve(tcrossprod(fit$H) + diag(sum(case$alpha_W) * ncol(x), 3))
      expect_lt(differs_by(fit$W, best), 1e-6)
      expect_lt(fit$certificate$gap_W, 1e-8 * fit$objective)
    }
  }
})

test_that("every storage and number of threads gives the same fit", {
  x <- signed_data()
  x[abs(x) < 0.4] <- 0
  start <- list(H = random_start(25, 18, 3)$H)
  blocks <- nmf_blocks(function(first, last) x[, first:last, drop = FALSE], dim(x), dimnames(x))
  fits <- lapply(list(x, methods::as(x, "CsparseMatrix"), blocks, as.data.frame(x)), function(data) {
    nmf_semi(data, 3, init = start, tol = 1e-9, max_iter = 3000)
  })
  for (fit in fits[-1]) expect_lt(differs_by(fit$W, fits[[1]]$W), 1e-6)
  wide <- random_data(300, 700) - 1
  one <- nmf_semi(wide, 5, max_iter = 6, threads = 1)
  two <- nmf_semi(wide, 5, max_iter = 6, threads = 2)
  expect_identical(one$W, two$W)
  expect_identical(one$H, two$H)
})

test_that("the start from singular vectors lies between the decompositions of rank r - 1 and r", {
  x <- signed_data()
  left <- function(r) sum(svd(x)$d[-seq_len(r)]^2) / 2
  for (r in 2:5) {
    fit <- nmf_semi(x, r, max_iter = 300)
    expect_lte(fit$history$objective[1], left(r - 1) * (1 + 1e-10))
    expect_gte(fit$objective, left(r) * (1 - 1e-10))
  }
  one <- nmf_semi(x, 1)
  expect_gte(one$objective, left(1))
  # One component without a sign is the best rank-one fit with nonnegative coefficients.
  expect_lte(one$objective, sum((x - rowMeans(x))^2) / 2 + 1e-10)
})

test_that("from an indicator of clusters W gets their centres, and H stays one", {
  withr::local_seed(3)
  centres <- matrix(rnorm(60, sd = 3), 20)
  class <- rep(1:3, each = 10)
  x <- centres[, class] + 0.01 * matrix(rnorm(600), 20)
  expect_identical(nmf_semi(x, 3, init = "kmeans")$settings$init, "kmeans")
  fit <- nmf_semi(x, 3, init = list(H = 1 * outer(1:3, class, "==")), tol = 1e-8, max_iter = 2000)
  found <- predict(fit, type = "class")
  expect_identical(nrow(unique(data.frame(found, class))), 3L)
  expect_equal(rowSums(fit$H^2), rowSums(fit$H))
  expect_lt(max(abs(apply(fit$H, 2, max) - 1)), 0.05)
  cluster_of <- vapply(1:3, function(k) class[which(as.integer(found) == k)[1]], 0L)
  expect_lt(differs_by(unname(fit$W), centres[, cluster_of]), 0.05)
})

test_that("nonnegative data are fitted no worse than by nmf(), and units do not matter", {
  x <- random_data(20, 15)
  plain <- nmf(x, 3, tol = 1e-6, max_iter = 2000)
  fit <- nmf_semi(x, 3, init = list(W = plain$W, H = plain$H), max_iter = 2000)
  expect_lte(fit$objective, plain$objective * (1 + 1e-10))
  y <- signed_data()
  reference <- nmf_semi(y, 3, max_iter = 30, tol = 0)
  for (unit in c(1e-200, 1e-8, 1e150)) {
    other <- nmf_semi(unit * y, 3, max_iter = 30, tol = 0)
    expect_lt(differs_by(other$W / unit, reference$W), 1e-6)
    expect_lt(differs_by(other$H, reference$H), 1e-6)
  }
  expect_true(all(nmf_semi(0 * y, 2)$W == 0))
})

# The Moore-Penrose inverse.
pseudoinverse <- function(A) {
  s <- svd(A)
  keep <- s$d > 1e-10 * s$d[1]
  s$v[, keep] %*% (t(s$u[, keep]) / s$d[keep])
}

test_that("components that depend on each other do no harm", {
  x <- signed_data()
  H <- random_start(25, 18, 3)$H
  H[3, ] <- H[1, ] + H[2, ]
  fit <- nmf_semi(x, 3, init = list(H = H), max_iter = 1, tol = 0)
  # No worse than the best W for that H; the component that the others stand for has become something else.
  best <- x %*% pseudoinverse(H)
  expect_lte(fit$history$objective[1], sum((x - best %*% H)^2) / 2)
  expect_true(all(is.finite(fit$W)))
  dead <- H
  dead[2, ] <- 0
  fit <- nmf_semi(x, 3, init = list(H = dead), max_iter = 500)
  expect_true(all(rowSums(fit$H) > 0))
})

test_that("restarts are governed by set.seed(), and the best is returned", {
  x <- signed_data()
  run <- function() {
    set.seed(2)
    nmf_semi(x, 4, nrun = 5, max_iter = 200)
  }
  fit <- run()
  expect_identical(run()[c("W", "H", "runs")], fit[c("W", "H", "runs")])
  expect_identical(nrow(fit$runs), 5L)
  expect_identical(fit$objective, min(fit$runs$objective))
  set.seed(2)
  expect_identical(nmf_semi(x, 4, init = "random", max_iter = 200)$objective, fit$runs$objective[1])
})

test_that("methods tell what is in the fit", {
  x <- signed_data()
  fit <- nmf_semi(x, 3, tol = 1e-9, max_iter = 3000)
  expect_identical(dim(fit), c(25L, 18L, 3L))
  expect_identical(dimnames(fit)[1:2], dimnames(x))
  expect_equal(fitted(fit), basis(fit) %*% coef(fit))
  expect_equal(residuals(fit, x[25:1, 18:1]), (x - fitted(fit))[25:1, 18:1], ignore_attr = TRUE)
  expect_equal(deviance(fit), sum(residuals(fit, x)^2))
  expect_lt(differs_by(predict(fit, x[25:1, 5:1]), fit$H[, 5:1]), 1e-4)
  expect_identical(predict(fit, x, type = "class"), predict(fit, type = "class"))
  expect_equal(predict(fit, type = "reconstruction"), fitted(fit))
  W <- tidy(fit, "W")
  expect_identical(dim(W), c(75L, 3L))
  expect_identical(W$value, as.vector(fit$W))
  expect_identical(tidy(fit, "H")$value, as.vector(fit$H))
  expect_identical(glance(fit)$objective, fit$objective)
  s <- summary(fit)
  expect_equal(s$components$size, unname(sqrt(colSums(fit$W^2) * rowSums(fit$H^2))))
  expect_false(is.unsorted(rev(s$components$size)))
  expect_identical(sum(s$components$observations), 18L)
  shown <- nmf_semi(x, 3, max_iter = 3, tol = 0)
  shown$seconds <- shown$history$seconds <- 0.01
  expect_snapshot({
    print(shown, digits = 3)
    print(summary(shown), digits = 3)
  })
})

test_that("the maps show signs and orders", {
  skip_if_not(capabilities("png"), "PNG files cannot be drawn")
  fit <- nmf_semi(signed_data(), 3, max_iter = 200)
  W <- semi_map_W(fit, list(n = 4, labels = NULL))
  expect_identical(W$limits, c(-1, 1))
  expect_true(all(W$names %in% rownames(fit$W)))
  expect_gte(nrow(W$values), 4)
  at <- match(W$names, rownames(fit$W))
  expect_equal(W$values, unname(sweep(fit$W, 2, apply(abs(fit$W), 2, max), "/")[at, ]))
  H <- semi_map_H(fit, list(groups = list(), sort = TRUE))
  expect_false(is.unsorted(as.integer(predict(fit, type = "class")[H$names])))
  path <- withr::local_tempfile(fileext = ".png")
  for (type in c("W", "H", "history")) {
    grDevices::png(path, 700, 500)
    expect_identical(plot(fit, type, main = "x"), fit)
    grDevices::dev.off()
    if (requireNamespace("ggplot2", quietly = TRUE)) {
      expect_s3_class(ggplot2::ggplot_build(ggplot2::autoplot(fit, type))$plot, "ggplot")
    }
  }
})

test_that("wrong arguments are refused", {
  x <- signed_data()
  gap <- x
  gap[2, 3] <- NA
  infinite <- x
  infinite[1, 1] <- Inf
  fit <- nmf_semi(x, 2, max_iter = 2)
  expect_snapshot({
    fault(nmf_semi(x))
    fault(nmf_semi(gap, 2))
    fault(nmf_semi(infinite, 2))
    fault(nmf_semi(x, 0))
    fault(nmf_semi(x, 2000))
    fault(nmf_semi(x, 20, init = "svd"))
    fault(nmf_semi(x, 18, init = "kmeans"))
    fault(nmf_semi(x, 2, init = "nndsvd"))
    fault(nmf_semi(x, 2, init = list(W = x[, 1:2])))
    fault(nmf_semi(x, 2, init = list(H = x[1:2, ])))
    fault(nmf_semi(x, 2, init = list(W = x[, 1:3], H = abs(x[1:2, ]))))
    fault(nmf_semi(x, 2, solver = "mu"))
    fault(nmf_semi(x, 2, loss = "kl"))
    fault(nmf_semi(x, 2, nrun = 2, init = "svd"))
    fault(nmf_semi(x, 2, alpha_W = -1))
    fault(predict(fit, gap))
    fault(predict(fit, x[1:4, ]))
    fault(predict(fit, unname(x)[1:4, ]))
    fault(predict(fit, type = "proportion"))
    fault(residuals(fit, x[, 1:3]))
    fault(plot(fit, "parts"))
    fault(nmf(x, 2))
    fault(nmf(abs(x) - 0.01, 2))
  })
})

test_that("parts that cancel are told, and a ridge holds them apart", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  x <- sqrt(leukemia$x)
  z <- t(scale(t(x[order(-apply(x, 1, stats::var))[1:300], ])))
  set.seed(1)
  expect_warning(free <- nmf_semi(z, 3, init = "kmeans", max_iter = 200), class = "nonneg_warning_alike")
  expect_gt(min(stats::cor(t(free$H))), 0.99)
  expect_no_warning(held <- nmf_semi(z, 3, init = "kmeans", alpha_W = 0.01), class = "nonneg_warning_alike")
  expect_lt(max(stats::cor(t(held$H))[upper.tri(diag(3))]), 0.7)
  expect_gt(agreement(predict(held, type = "class"), leukemia$class)$ari, 0.7)
})
