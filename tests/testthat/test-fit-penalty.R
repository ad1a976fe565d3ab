# Penalties that couple items, against the formulas of ?smoothness in plain R.

laplacian <- function(graph, count) {
  if (is.null(graph)) graph <- 1 * (abs(outer(seq_len(count), seq_len(count), "-")) == 1)
  graph <- as.matrix(graph)
  diag(rowSums(graph), count) - graph
}

# The objective of nmf() with smooth_W and smooth_H, lists of a strength and a graph.
smooth_objective <- function(x, W, H, smooth_W = list(0), smooth_H = list(0), ..., loss = "frobenius", v = 1) {
  L_W <- laplacian(smooth_W$graph, nrow(W))
  L_H <- laplacian(smooth_H$graph, ncol(H))
  oracle_objective(x, W, H, ..., loss = loss, v = v)$objective +
    smooth_W[[1]] * ncol(x) / 2 * sum(W * (L_W %*% W)) + smooth_H[[1]] * nrow(x) / 2 * sum(H * (H %*% L_H))
}

smooth_gradient <- function(x, W, H, smooth_W = list(0), smooth_H = list(0), ..., loss = "frobenius", v = 1) {
  plain <- oracle_gradient(x, W, H, ..., loss = loss, v = v)
  list(
    W = plain$W + smooth_W[[1]] * ncol(x) * laplacian(smooth_W$graph, nrow(W)) %*% W,
    H = plain$H + smooth_H[[1]] * nrow(x) * H %*% laplacian(smooth_H$graph, ncol(H))
  )
}

# Of a Frobenius fit, as ?nmf has it: the slope is that of everything, the metric that of loss and ridge.
smooth_kkt <- function(x, W, H, smooth_W, smooth_H, alpha) {
  gradient <- smooth_gradient(x, W, H, smooth_W, smooth_H, alpha_W = alpha)
  norm_W <- sqrt(colSums(W^2) + alpha * nrow(x))
  norm_H <- sqrt(rowSums(H^2) + alpha * ncol(x))
  least_W <- pmin(sweep(W, 2, norm_H, "*"), sweep(gradient$W, 2, norm_H, "/"))
  least_H <- pmin(H * norm_W, gradient$H / norm_W)
  sqrt(sum(least_W^2) + sum(least_H^2)) / sqrt(sum(x^2))
}

random_graph <- function(count, seed = 3) {
  withr::with_seed(seed, {
    g <- matrix(stats::rexp(count^2) * (stats::runif(count^2) < 0.3), count)
    g <- g + t(g)
    diag(g) <- 0
    g
  })
}

smooth_data <- function(l = 12, n = 17, seed = 1) {
  withr::with_seed(seed, matrix(stats::rexp(l * 3), l) %*% matrix(stats::rexp(3 * n), 3) + stats::runif(l * n))
}

test_that("the gradient of the oracle is that of its objective", {
  x <- smooth_data(5, 6)
  at <- random_start(5, 6, 2)
  sW <- list(0.3, graph = random_graph(5))
  sH <- list(0.2)
  found <- smooth_gradient(x, at$W, at$H, sW, sH, alpha_W = 0.1)
  f <- function(W, H) smooth_objective(x, W, H, sW, sH, alpha_W = 0.1)
  for (q in 1:10) {
    by <- replace(0 * at$W, q, 1e-5)
    expect_equal((f(at$W + by, at$H) - f(at$W - by, at$H)) / 2e-5, found$W[q], tolerance = 1e-6)
    by <- replace(0 * at$H, q, 1e-5)
    expect_equal((f(at$W, at$H + by) - f(at$W, at$H - by)) / 2e-5, found$H[q], tolerance = 1e-6)
  }
})

test_that("objective, descent and stationarity hold for every loss, solver and storage", {
  x <- smooth_data()
  x[3, 4] <- 0.01
  sH <- smoothness(0.05, random_graph(17))
  losses <- list("frobenius", "kullback-leibler", "itakura-saito", 0.5, 1.5, 3, negative_binomial(0.4))
  holes <- replace(x, c(5, 77, 130), NA)
  for (loss in losses) {
    for (solver in solvers_for(loss)) {
      for (data in list(dense = x, sparse = as_dgC(Matrix::Matrix(x, sparse = TRUE)), holes = holes)) {
        label <- paste(format(loss), solver, class(data)[1], anyNA(data))
        fit <- nmf(
          data, 3, loss = loss, solver = solver, init = random_start(12, 17, 3), alpha_W = 0.01,
          smooth_W = 0.02, smooth_H = sH, max_iter = 300, tol = 1e-6
        )
        plain <- as.matrix(data)
        expected <- smooth_objective(
          plain, fit$W, fit$H, list(0.02), list(0.05, graph = sH$graph), alpha_W = 0.01, loss = loss
        )
        expect_equal(fit$objective, expected, tolerance = 1e-9, label = label)
        expect_equal(fit$loss + fit$penalty, fit$objective, tolerance = 1e-12)
        slack <- 1e-12 * fit$history$objective[-1]
        expect_true(all(diff(fit$history$objective) <= slack), label = label)
        if (solver == "mu") next
        gradient <- smooth_gradient(
          plain, fit$W, fit$H, list(0.02), list(0.05, graph = sH$graph), alpha_W = 0.01, loss = loss
        )
        # Complementary, next to the slopes that must cancel: nothing is known of a worse solver's speed.
        slope <- max(abs(smooth_gradient(plain, fit$W, fit$H * 0 + mean(fit$H), alpha_W = 0, loss = loss)$H))
        expect_lt(max(abs(gradient$H * (fit$H > 0)), -gradient$H), 2e-2 * slope, label = label)
        expect_lt(fit$certificate$kkt, 2e-3, label = label)
      }
    }
  }
})

test_that("the KKT residual is that of the documented formula, and no gap is claimed for a coupled factor", {
  x <- smooth_data()
  at <- random_start(12, 17, 3)
  graph <- random_graph(12)
  dimnames <- list(NULL, NULL)
  settings <- function(W, H) {
    s <- contract_settings(3, alpha_W = 0.1)
    s$smooth_W <- W
    s$smooth_H <- H
    s
  }
  for (weights in list(NULL, matrix(1, 12, 17))) {
    measure <- function(W, H) {
      data <- weigh_data(nmf_data(x), weights)
      cpp_certify(data$x, at$W, at$H, core_options(data, settings(W, H)))
    }
    both <- measure(smoothness(0.3, graph), smoothness(0.2))
    expect_equal(
      both$certificate$kkt, smooth_kkt(x, at$W, at$H, list(0.3, graph = graph), list(0.2), 0.1), tolerance = 1e-10
    )
    expect_equal(
      both$objective,
      smooth_objective(x, at$W, at$H, list(0.3, graph = graph), list(0.2), alpha_W = 0.1), tolerance = 1e-12
    )
    expect_identical(c(both$certificate$gap_W, both$certificate$gap_H), c(NA_real_, NA_real_))
    one <- measure(NULL, smoothness(0.2))
    expect_identical(is.na(c(one$certificate$gap_W, one$certificate$gap_H)), c(FALSE, TRUE))
  }
  # With weights of 1 the loss goes item by item: the same fit.
  fits <- lapply(list(NULL, matrix(1, 12, 17)), function(weights) {
    nmf(x, 3, init = at, alpha_W = 0.1, smooth_W = 0.1, smooth_H = 0.1, weights = weights, tol = 1e-10,
      max_iter = 5000, solver = "bpp")
  })
  expect_equal(fits[[1]]$objective, fits[[2]]$objective, tolerance = 1e-9)
})

test_that("where the other factor is an identity matrix, the smoothed one is the solution of a linear system", {
  x <- smooth_data(4, 9)
  for (graph in list(NULL, random_graph(9))) {
    exact <- x %*% solve(diag(9) + 0.3 * 4 * laplacian(graph, 9))
    for (solver in c("bpp", "cd")) {
      fit <- nmf(
        x, 4, fixed_W = diag(4), smooth_H = smoothness(0.3, graph), solver = solver, tol = 1e-9, max_iter = 5000
      )
      expect_identical(fit$reason, "tol")
      expect_equal(unname(fit$H), exact, tolerance = 1e-7)
    }
    fit <- nmf(
      t(x), 4, fixed_H = diag(4), smooth_W = smoothness(0.3, graph), tol = 1e-9, max_iter = 5000
    )
    expect_equal(unname(fit$W), t(exact), tolerance = 1e-7)
  }
})

test_that("neighbours in order are a graph, graphs go by name, and those of others are left out", {
  x <- smooth_data()
  colnames(x) <- paste0("s", 1:17)
  chain <- 1 * (abs(outer(1:17, 1:17, "-")) == 1)
  dimnames(chain) <- list(colnames(x), colnames(x))
  fit <- function(smooth_H) nmf(x, 3, alpha_W = 0.01, smooth_H = smooth_H, max_iter = 10)
  expected <- fit(0.1)$history$objective
  order <- withr::with_seed(1, sample(17))
  more <- rbind(cbind(chain[order, order], other = 1), other = 1)
  forms <- list(
    chain, chain[order, order], chain == 1, as_dgC(Matrix::Matrix(chain, sparse = TRUE)),
    Matrix::Matrix(chain, sparse = TRUE), unname(chain), chain + diag(17), more
  )
  for (graph in forms) expect_equal(fit(smoothness(0.1, graph))$history$objective, expected, tolerance = 1e-12)
  expect_identical(fit(0)$H, fit(NULL)$H)
  expect_null(fit(0)$settings$smooth_H)
})

test_that("a smoothed fit does not depend on threads, units, or on company", {
  x <- smooth_data(60, 50)
  start <- random_start(60, 50, 3)
  fit <- function(by = 1, threads = 1) {
    nmf(
      x * by, 3, init = lapply(start, function(f) f * sqrt(by)), alpha_W = 0.01 * by, smooth_W = 0.1 * by,
      smooth_H = 0.1 * by, threads = threads, max_iter = 30, tol = 0
    )
  }
  one <- fit()
  expect_identical(fit(threads = 2)$H, one$H)
  for (by in 4^c(-100, 60)) expect_equal(fit(by)$H / sqrt(by), one$H, tolerance = 1e-12)
  # Stacked restarts, on a matrix that no cache holds.
  large <- withr::with_seed(2, matrix(stats::runif(1.02e6), 1020))
  starts <- lapply(1:2, function(seed) random_start(1020, 1000, 2, seed = seed))
  settings <- contract_settings(2, alpha_W = 0.01, max_iter = 4, tol = 0)
  settings$smooth_W <- smoothness(0.1)
  settings$smooth_H <- smoothness(0.2)
  problem <- list(data = facts(large), options = core_options(facts(large), settings))
  both <- core_fits(list(problem, problem), starts, Inf, 1)
  for (k in 1:2) {
    alone <- core_fits(list(problem), starts[k], Inf, 1)[[1]]
    expect_identical(both[[k]][c("W", "H")], alone[c("W", "H")])
  }
})

test_that("fixed coefficients stay as they are, and a column of which nothing is known is between its neighbours", {
  x <- smooth_data()
  known <- matrix(NA, 3, 17)
  known[2, 3:6] <- 0.5
  for (loss in c("frobenius", "kullback-leibler")) {
    fit <- nmf(x, 3, loss = loss, fixed_H = known, alpha_W = 0.01, smooth_H = 0.1)
    expect_identical(unname(fit$H[2, 3:6]), rep(0.5, 4))
    expect_equal(
      fit$objective, smooth_objective(x, fit$W, fit$H, smooth_H = list(0.1), alpha_W = 0.01, loss = loss),
      tolerance = 1e-9
    )
    x_missing <- replace(smooth_data(4, 9), 17:20, NA)
    fit <- suppressWarnings(nmf(
      x_missing, 4, loss = loss, fixed_W = diag(4), smooth_H = 0.3, tol = 1e-9, max_iter = 5000
    ))
    expect_equal(fit$H[, 5], (fit$H[, 4] + fit$H[, 6]) / 2, tolerance = 1e-4)
  }
})

test_that("predict() leaves smoothness out, so that a column's answer does not depend on the others", {
  x <- smooth_data()
  fit <- nmf(x, 3, alpha_W = 0.01, smooth_H = 0.5, smooth_W = 0.1)
  plain <- fit
  plain$settings$smooth_H <- plain$settings$smooth_W <- NULL
  expect_identical(predict(fit, x), predict(plain, x))
  expect_equal(predict(fit, x[, 3, drop = FALSE])[, 1], predict(fit, x)[, 3])
  expect_identical(predict(fit), fit$H)
})

test_that("a smoothed fit says so, and resampled columns are refused", {
  skip_if_not_installed("clue")
  x <- smooth_data()
  fit <- nmf(x, 2, alpha_W = 0.01, smooth_W = smoothness(0.1, random_graph(12)), smooth_H = 0.2)
  expect_output(print(fit), "smooth_W = 0.1\\s+over 36 pairs of neighbours, smooth_H = 0.2\\s+over neighbours in\\s+order")
  expect_error(nmf_bootstrap(fit, x, times = 2), "smooth_H", class = "nonneg_error_input")
  starts <- withr::with_seed(1, nmf_bootstrap(fit, x, times = 2, type = "starts", verbose = FALSE))
  expect_s3_class(starts, "nmf_bootstrap")
  expect_warning(nmf(x, 2, smooth_H = 0.1), class = "nonneg_warning_penalty")
  expect_output(print(smoothness(0.1)), "0.1 over neighbours in order")
})

test_that("a start that is badly split between W and H is balanced where both are penalised", {
  # It ended at W = H = 0, and was certified.
  x <- 10 * random_data(30, 20)
  start <- random_start(30, 20, 3)
  for (loss in c("frobenius", "kullback-leibler")) {
    for (l1_ratio in c(0, 0.5)) {
      for (smooth in list(NULL, 0.1)) {
        fits <- lapply(c(1, 1e6, 1e-8), function(by) {
          from <- list(W = start$W * by, H = start$H / by)
          nmf(x, 3, loss = loss, init = from, alpha_W = 0.1, l1_ratio = l1_ratio, smooth_W = smooth)
        })
        objectives <- vapply(fits, `[[`, 0, "objective")
        expect_equal(objectives, rep(objectives[1], 3), tolerance = 1e-3, label = paste(loss, l1_ratio))
      }
    }
  }
  fit <- nmf(x, 3, init = list(W = 1e6 * start$W, H = 1e-6 * start$H), alpha_W = 1)
  expect_lt(fit$objective, 0.6 * sum(x^2) / 2)
  # Restarts through one pass are balanced alike; a split that is known is not touched.
  known <- nmf(x, 3, fixed_W = 1e4 * start$W, init = list(H = start$H), alpha_W = 1e-6)
  expect_identical(unname(known$W), 1e4 * start$W)
})

test_that("penalties that leave nothing are told, with a strength that leaves something", {
  x <- random_data(30, 20)
  for (l1_ratio in c(0, 0.3, 1)) {
    for (rank in c(1, 3)) {
      expect_warning(
        fit <- nmf(x, rank, alpha_W = 100, alpha_H = 50, l1_ratio = l1_ratio), "alpha_W = ", class = "nonneg_warning_zero"
      )
      expect_identical(sum(fit$W) + sum(fit$H), 0)
      expect_output(print(fit), "all coefficients are 0: the penalties outweigh the data")
      alpha <- largest_alpha(nmf_data(x), fit$settings)
      less <- nmf(x, rank, alpha_W = alpha / 2, alpha_H = alpha / 4, l1_ratio = l1_ratio)
      expect_gt(sum(less$W %*% less$H), 0)
      # More than that, and zero is better than any multiple of the first singular vectors.
      s <- svd(x, 1, 1)
      better <- vapply(c(0.99, 1.01), function(by) {
        scales <- expand.grid(s = seq(0.01, 6, 0.02), t = exp(seq(-2, 2, 0.02)))
        values <- mapply(function(scale, t) {
          W <- abs(s$u) * scale * t
          H <- t(abs(s$v)) * scale / t
          (sum(W^2) * sum(H^2) - 2 * sum(W * (x %*% t(H)))) / 2 +
            oracle_penalty(W, H, oracle_weights(dim(x), by * alpha, by * alpha / 2, l1_ratio))
        }, scales$s, scales$t)
        min(values) < 0
      }, NA)
      expect_identical(better[1], TRUE)
      if (l1_ratio != 0.3) expect_identical(better[2], FALSE)
    }
  }
  expect_warning(nmf(x, 2, loss = "kl", alpha_W = 1e12, l1_ratio = 1), class = "nonneg_warning_zero")
  expect_no_warning(nmf(x, 2, alpha_W = 1e-3))
})

test_that("wrong strengths and graphs are refused, with what was given", {
  x <- smooth_data()
  colnames(x) <- paste0("s", 1:17)
  g <- random_graph(17)
  one_way <- replace(g, 2, g[2] + 1)
  named <- `dimnames<-`(g, list(paste0("t", 1:17), paste0("t", 1:17)))
  bad <- list(
    "strength negative" = quote(smoothness(-1)),
    "strength missing" = quote(smoothness(graph = g)),
    "graph no matrix" = quote(smoothness(1, 1:3)),
    "graph a list" = quote(smoothness(1, list())),
    "graph not square" = quote(smoothness(1, g[-1, ])),
    "graph one way" = quote(smoothness(1, one_way)),
    "graph negative" = quote(smoothness(1, -g)),
    "graph with NA" = quote(smoothness(1, replace(g, 1, NA))),
    "graph with two sets of names" = quote(smoothness(1, `dimnames<-`(g, list(letters[1:17], LETTERS[1:17])))),
    "graph of another size" = quote(nmf(x, 2, smooth_H = smoothness(1, g[-1, -1]))),
    "graph with other names" = quote(nmf(x, 2, smooth_H = smoothness(1, named))),
    "smooth a string" = quote(nmf(x, 2, smooth_W = "a")),
    "smooth two numbers" = quote(nmf(x, 2, smooth_W = c(1, 2))),
    "smooth infinite" = quote(nmf(x, 2, smooth_W = Inf))
  )
  expect_snapshot({
    for (what in names(bad)) {
      cat("\n# ", what, "\n", sep = "")
      fault(eval(bad[[what]]))
    }
  })
})

test_that("a penalty that leaves nothing is told, with a value that leaves something, under every loss", {
  set.seed(1)
  x <- matrix(rgamma(400, 1), 20)
  holes <- replace(x, sample(400, 40), NA)
  advised <- function(...) {
    message <- NULL
    fit <- withCallingHandlers(nmf(...), nonneg_warning_zero = function(w) {
      message <<- conditionMessage(w)
      invokeRestart("muffleWarning")
    })
    expect_identical(sum(fit$W %*% fit$H), 0)
    as.numeric(sub(".*alpha_W = ([0-9.e+-]+).*", "\\1", gsub("\n", " ", message)))
  }
  for (l1_ratio in c(1, 0.5)) {
    for (case in list(
      list(x, 2), list(holes, 2), list(x, 2, weights = list(rows = rep(1:2, 10))), list(x, 2, loss = 1.5),
      list(holes, 2, loss = 1.5), list(Matrix::Matrix(x, sparse = TRUE), 2, missing = "zeros")
    )) {
      alpha <- do.call(advised, c(case, list(alpha_W = 1e4, l1_ratio = l1_ratio)))
      expect_gt(alpha, 0)
      fit <- do.call(nmf, c(case, list(alpha_W = alpha, l1_ratio = l1_ratio)))
      expect_gt(sum(fit$W %*% fit$H), 0)
    }
  }
  alpha <- advised(x, 2, loss = "kl", alpha_W = 1e9, l1_ratio = 1)
  expect_gt(sum(fitted(nmf(x, 2, loss = "kl", alpha_W = alpha, l1_ratio = 1))), 0)
})

test_that("data of zeros have no penalty that would leave something", {
  for (loss in c("frobenius", "kl", "nb")) {
    expect_warning(
      fit <- nmf(matrix(0, 4, 3), 1, loss = loss, alpha_W = 1, init = "random"), NA, class = "nonneg_warning_zero"
    )
    expect_identical(sum(fit$W %*% fit$H), 0)
  }
})
