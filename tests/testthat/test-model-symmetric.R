# A symmetric matrix near H'H of three overlapping groups.
similar_data <- function(n = 24, seed = 1, zeros = 0) {
  withr::with_seed(seed, {
    H <- matrix(rexp(3 * n), 3) * (matrix(runif(3 * n), 3) < 0.6)
    S <- crossprod(H) + matrix(runif(n^2), n)
    S <- (S + t(S)) / 2
    if (zeros > 0) {
      gone <- matrix(runif(n^2) < zeros, n)
      S[gone | t(gone)] <- 0
    }
    dimnames(S) <- rep(list(paste0("i", seq_len(n))), 2)
    S
  })
}

symmetric_oracle <- function(S, H, diagonal = TRUE) {
  off <- crossprod(H) - S
  if (!diagonal) diag(off) <- diag(S) <- 0
  slope <- H %*% off
  size <- sqrt(rowSums(H^2))
  list(objective = sum(off^2) / 2, kkt = sqrt(2 * sum(pmin(H * size, slope / size)^2) / sum(S^2)))
}

test_that("the minimum of the quartic is the lowest of all its stationary points", {
  withr::local_seed(1)
  a <- c(rnorm(300) * 10^runif(300, -6, 6), 0, 0, 1, -1)
  b <- c(rnorm(300) * 10^runif(300, -6, 6), 0, -1, 0, 0)
  value <- function(x, a, b) x^4 / 4 + a * x^2 / 2 + b * x
  x <- cpp_quartic_minimum(a, b)
  expect_true(all(x >= 0))
  for (k in seq_along(a)) {
    roots <- polyroot(c(b[k], a[k], 0, 1))
    real <- pmax(Re(roots), 0)
    size <- x[k]^4 / 4 + abs(a[k]) * x[k]^2 / 2 + abs(b[k]) * x[k]
    expect_lte(value(x[k], a[k], b[k]), min(0, value(real, a[k], b[k])) + 1e-12 * size, label = paste(a[k], b[k]))
  }
})

test_that("a fit is a stationary point of the objective that the page has", {
  S <- similar_data()
  for (diagonal in c(TRUE, FALSE)) {
    for (init in c("eigen", "random")) {
      set.seed(1)
      fit <- nmf_symmetric(S, 3, init = init, diagonal = diagonal, tol = 1e-8, max_iter = 20000)
      at <- symmetric_oracle(S, fit$H, diagonal)
      expect_true(fit$converged)
      expect_true(all(fit$H >= 0))
      expect_equal(fit$objective, at$objective, tolerance = 1e-10)
      expect_lt(at$kkt, 1.01e-8)
      expect_equal(fit$certificate$kkt, at$kkt, tolerance = 1e-3)
      expect_true(all(diff(fit$history$objective) <= 1e-12 * sum(S^2)))
    }
  }
})

test_that("objective and residual are right away from a minimum, dense and sparse, with any threads", {
  S <- similar_data(zeros = 0.6)
  H <- random_start(24, 24, 4)$H
  for (diagonal in c(TRUE, FALSE)) {
    expected <- unlist(symmetric_oracle(S, H, diagonal))
    for (x in list(unname(S), storages$sparse(S))) {
      found <- cpp_symmetric_certify(x, H, max(S), diagonal, 2L)
      expect_equal(found, expected, tolerance = 1e-10)
    }
  }
})

test_that("the pair t(H), H has the residual that nmf() gives it", {
  S <- similar_data()
  fit <- nmf_symmetric(S, 3, max_iter = 5, tol = 0)
  theirs <- contract_measure(unname(S), list(W = t(unname(fit$H)), H = unname(fit$H)))
  expect_equal(fit$certificate$kkt, theirs$kkt, tolerance = 1e-8)
  expect_equal(fit$objective, theirs$objective, tolerance = 1e-10)
})

test_that("every storage gives the same fit, in any units", {
  S <- similar_data(zeros = 0.5)
  H <- random_start(24, 24, 3)$H
  forms <- list(
    S, storages$sparse(S), Matrix::forceSymmetric(methods::as(S, "CsparseMatrix")), as.data.frame(S),
    nmf_blocks(function(first, last) S[, first:last, drop = FALSE], dim(S), dimnames(S))
  )
  fits <- lapply(forms, function(x) nmf_symmetric(x, 3, init = H, max_iter = 40, tol = 0))
  for (fit in fits[-1]) expect_lt(differs_by(fit$H, fits[[1]]$H), 1e-8)
  for (unit in c(1e-250, 1e-8, 1e250)) {
    other <- nmf_symmetric(unit * S, 3, init = sqrt(unit) * H, max_iter = 40, tol = 0)
    expect_lt(differs_by(other$H / sqrt(unit), fits[[1]]$H), 1e-6)
  }
  expect_true(all(nmf_symmetric(0 * S, 2, init = "random")$H == 0))
  nearly <- S
  nearly[2, 1] <- nearly[2, 1] + 1e-12
  expect_lt(differs_by(nmf_symmetric(nearly, 3, init = H, max_iter = 40, tol = 0)$H, fits[[1]]$H), 1e-8)
})

test_that("an exact H is found, and stays", {
  H <- kronecker(diag(3), matrix(1:4, 1))
  S <- crossprod(H)
  stay <- nmf_symmetric(S, 3, init = H, diagonal = TRUE)
  expect_lt(stay$objective, 1e-20 * sum(S^2))
  set.seed(1)
  fit <- nmf_symmetric(S, 3, diagonal = TRUE, nrun = 5, tol = 1e-8)
  expect_lt(fit$objective, 1e-10 * sum(S^2))
  expect_identical(adjusted_rand(as.integer(predict(fit, type = "class")), rep(1:3, each = 4)), 1)
  # Without the diagonal as well, of which it then knows nothing.
  diag(S) <- 99
  off <- nmf_symmetric(S, 3, diagonal = FALSE, init = fit$H + 0.1, tol = 1e-8, max_iter = 5000)
  expect_lt(off$objective, 1e-8 * sum(S^2))
})

test_that("scaling by degree is what the page says, for new items as well", {
  S <- similar_data(zeros = 0.5)
  diag(S) <- diag(S) + 1
  d <- rowSums(S)
  H <- random_start(24, 24, 3)$H
  plain <- nmf_symmetric(S / sqrt(outer(d, d)), 3, init = H, max_iter = 50, tol = 0)
  for (x in list(S, storages$sparse(S))) {
    fit <- nmf_symmetric(x, 3, init = H, scale = "degree", max_iter = 50, tol = 0)
    expect_lt(differs_by(unname(fit$H), unname(plain$H)), 1e-8)
  }
  fit <- nmf_symmetric(S, 3, init = H, scale = "degree", diagonal = TRUE, tol = 1e-9, max_iter = 20000)
  new <- S[24:1, 3:7]
  expected <- oracle_best_H((S / sqrt(outer(d, d)))[, 3:7], t(fit$H))
  expect_equal(unname(predict(fit, new)), expected, tolerance = 1e-8)
  # Nodes without neighbours belong nowhere.
  S[5, ] <- S[, 5] <- 0
  alone <- nmf_symmetric(S, 3, scale = "degree", init = H)
  expect_true(is.na(predict(alone, type = "class")[5]))
  expect_true(all(is.na(predict(alone, type = "proportion")[, 5])))
  expect_identical(sum(is.na(predict(alone, type = "class"))), 1L)
})

test_that("restarts are governed by set.seed(), and the best is returned", {
  S <- similar_data()
  run <- function(threads) {
    set.seed(2)
    nmf_symmetric(S, 4, nrun = 4, threads = threads)
  }
  fit <- run(1)
  expect_identical(run(2)[c("H", "runs")], fit[c("H", "runs")])
  expect_identical(fit$objective, min(fit$runs$objective))
})

test_that("similarities below 0 are taken on request", {
  S <- cor(random_data(8, 20))
  expect_error(nmf_symmetric(S, 2), class = "nonneg_error_input")
  fit <- nmf_symmetric(S, 2, negative = "allow", tol = 1e-7, max_iter = 5000)
  expect_lt(symmetric_oracle(S, fit$H)$kkt, 2e-7)
})

test_that("graphs of igraph are their adjacency matrices", {
  skip_if_not_installed("igraph")
  g <- igraph::sample_gnp(30, 0.2)
  A <- igraph::as_adjacency_matrix(g)
  H <- random_start(30, 30, 2)$H
  fit <- nmf_symmetric(g, 2, init = H, max_iter = 10, tol = 0)
  expect_identical(fit$H, nmf_symmetric(A, 2, init = H, max_iter = 10, tol = 0)$H)
  expect_false(fit$settings$diagonal)
  igraph::E(g)$weight <- seq_len(igraph::ecount(g))
  weighted <- nmf_symmetric(g, 2, init = H, max_iter = 10, tol = 0)
  expect_identical(weighted$H, nmf_symmetric(igraph::as_adjacency_matrix(g, attr = "weight"), 2, init = H, max_iter = 10, tol = 0)$H)
})

test_that("methods tell what is in the fit", {
  S <- similar_data()
  fit <- nmf_symmetric(S, 3, tol = 1e-6, max_iter = 5000)
  expect_identical(dim(fit), c(24L, 24L, 3L))
  expect_equal(fitted(fit), crossprod(coef(fit)))
  expect_equal(residuals(fit, S), S - fitted(fit), ignore_attr = TRUE)
  expect_equal(sum(residuals(fit, S)^2) / 2, fit$objective, tolerance = 1e-8)
  expect_identical(tidy(fit)$value, as.vector(fit$H))
  expect_identical(glance(fit)$objective, fit$objective)
  s <- summary(fit)
  expect_identical(sum(s$groups$items), 24L)
  expect_equal(s$explained, 1 - 2 * fit$objective / sum(S^2))
  expect_equal(colSums(predict(fit, type = "proportion")), rep(1, 24), ignore_attr = TRUE)
  shown <- nmf_symmetric(S, 3, diagonal = FALSE, max_iter = 5, tol = 0)
  shown$seconds <- 0.01
  expect_snapshot({
    print(shown, digits = 3)
    print(summary(shown))
  })
})

test_that("the maps are in the order of the classes", {
  skip_if_not(capabilities("png"), "PNG files cannot be drawn")
  S <- similar_data()
  fit <- nmf_symmetric(S, 3)
  class <- as.integer(predict(fit, type = "class"))
  d <- symmetric_map_S(fit, list(data = S))
  place <- order_by_class(class, t(fit$H))
  expect_false(is.unsorted(class[place]))
  expect_equal(d$values, unname(S[place, place]))
  expect_identical(length(d$edges), length(unique(class)) - 1L)
  path <- withr::local_tempfile(fileext = ".png")
  for (type in c("H", "similarity", "history")) {
    extra <- if (type == "similarity") list(data = S)
    grDevices::png(path, 700, 500)
    expect_identical(do.call(plot, c(list(fit, type), extra)), fit)
    grDevices::dev.off()
    if (requireNamespace("ggplot2", quietly = TRUE)) {
      expect_s3_class(ggplot2::ggplot_build(do.call(ggplot2::autoplot, c(list(fit, type), extra)))$plot, "ggplot")
    }
  }
})

test_that("wrong arguments are refused", {
  S <- similar_data()
  skew <- S
  skew[3, 2] <- 100
  gap <- S
  gap[2, 3] <- gap[3, 2] <- NA
  other <- S
  colnames(other)[4] <- "x"
  fit <- nmf_symmetric(S, 2, max_iter = 2)
  signed <- S - 5
  expect_snapshot({
    fault(nmf_symmetric(S))
    fault(nmf_symmetric(S[1:3, ], 2))
    fault(nmf_symmetric(skew, 2))
    fault(nmf_symmetric(storages$sparse(skew), 2))
    fault(nmf_symmetric(other, 2))
    fault(nmf_symmetric(gap, 2))
    fault(nmf_symmetric(signed, 2))
    fault(nmf_symmetric(signed, 2, negative = "allow", scale = "degree"))
    fault(nmf_symmetric(S, 0))
    fault(nmf_symmetric(S, 30, init = "eigen"))
    fault(nmf_symmetric(S, 2, init = "nndsvd"))
    fault(nmf_symmetric(S, 2, init = S))
    fault(nmf_symmetric(S, 2, nrun = 2, init = "eigen"))
    fault(nmf_symmetric(S, 2, scale = "row"))
    fault(nmf_symmetric(S, 2, diagonal = NA))
    fault(nmf_symmetric(S, 2, k = 3))
    fault(predict(fit, S[1:3, ]))
    fault(predict(fit, type = "H2"))
    fault(residuals(fit, S[1:3, 1:3]))
    fault(plot(fit, "similarity"))
    fault(plot(fit, "W"))
  })
})
