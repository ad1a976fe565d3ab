# Data at the edge: every loss, solver and storage gives a sound fit.

edge_data <- function() {
  x <- random_data(17, 13, zeros = 0.3)
  list(
    `zero rows` = replace(x, row(x) %in% c(1, 9, 17), 0),
    `zero columns` = replace(x, col(x) %in% c(1, 6, 13), 0),
    `all zero` = 0 * x,
    `one nonzero` = replace(0 * x, 40, 3),
    `one nonzero column` = replace(x, col(x) != 4, 0),
    `one nonzero row` = replace(x, row(x) != 4, 0),
    `rank one` = outer(1:17, 1:13),
    `equal columns` = x[, rep(1, 13)],
    `constant` = x * 0 + 2,
    `one column` = x[, 1, drop = FALSE] + 1,
    `one row` = x[1, , drop = FALSE] + 1,
    `one cell` = matrix(3, 1, 1),
    `two columns` = x[, 1:2],
    `uneven rows` = x * 10^seq(-12, 12, length.out = 17),
    `uneven columns` = x %*% diag(10^seq(-12, 12, length.out = 13)),
    `one giant` = replace(x, 40, 1e12)
  )
}

test_that("data at the edge have a sound fit of every rank", {
  edges <- edge_data()
  for (name in names(edges)) {
    x <- edges[[name]]
    noise <- 1e-12 * sum(x^2)
    for (rank in unique(pmin(c(1, 3, 17), max(dim(x))))) {
      start <- random_start(nrow(x), ncol(x), rank)
      for (case in contract_cases()) {
        fit <- contract_fit(x, start, case$storage, loss = case$loss, solver = case$solver, max_iter = 20)
        label <- paste(name, "rank", rank, case$label)
        expect_sound(fit, label = label)
        true <- oracle_objective(x, fit$W, fit$H, loss = case$loss)$objective
        expect_lte(abs(fit$objective - true), noise + 1e-10 * true, label = label)
        # Nothing is ever worse than the zero matrix.
        expect_lte(true, sum(x^2) / 2 + noise, label = label)
      }
    }
  }
})

test_that("the default start takes the same data at every rank", {
  edges <- edge_data()
  for (name in names(edges)) {
    x <- edges[[name]]
    for (rank in unique(pmin(c(1, 2, 13, 17), max(dim(x))))) {
      for (stored in list(x, storages$sparse(x))) {
        fit <- withr::with_seed(1, nmf(stored, rank, max_iter = 10))
        expect_sound(fit, label = paste(name, "rank", rank, class(stored)[1]))
      }
    }
  }
})

test_that("zero rows and columns of the data are zero in the fit", {
  x <- random_data(17, 13)
  x[c(2, 17), ] <- 0
  x[, c(1, 5)] <- 0
  for (case in contract_cases()) {
    if (case$solver == "mu") next # reaches 0 in the limit only
    fit <- contract_fit(
      x, random_start(17, 13, 3), case$storage, loss = case$loss, solver = case$solver, max_iter = 5
    )
    expect_identical(unname(fit$W[c(2, 17), ]), matrix(0, 2, 3), label = case$label)
    expect_identical(unname(fit$H[, c(1, 5)]), matrix(0, 3, 2), label = case$label)
  }
})

test_that("an all-zero matrix converges at once to zero", {
  for (x in list(matrix(0, 6, 5), as_dgC(Matrix::Matrix(0, 6, 5, sparse = TRUE)))) {
    for (solver in solver_names()) {
      fit <- nmf(x, 2, solver = solver)
      expect_identical(fit$reason, "tol")
      expect_identical(unname(fit$W %*% fit$H), matrix(0, 6, 5))
      expect_identical(c(fit$objective, fit$loss, fit$certificate$kkt), c(0, 0, 0))
    }
  }
})

test_that("what has low rank is found exactly", {
  # A unique factorization: every component has a feature and a sample of its own.
  W <- rbind(diag(4), random_data(30, 4, zeros = 0.3))
  H <- cbind(diag(4), random_data(4, 25, zeros = 0.3, seed = 2)) * c(5, 3, 2, 1)
  x <- W %*% H
  for (case in contract_cases()) {
    fit <- contract_fit(
      x, random_start(34, 29, 4, seed = 3), case$storage, loss = case$loss, solver = case$solver,
      max_iter = 20000, tol = 1e-9
    )
    slow <- case$solver == "mu"
    expect_close(fit$W %*% fit$H, x, if (slow) 1e-3 else 1e-6, label = case$label)
    # The same components, up to order and scale.
    agreement <- stats::cor(fit$W, W)
    match <- max.col(agreement)
    expect_setequal(match, 1:4)
    shape <- sweep(fit$W, 2, colSums(fit$W), "/")
    expect_close(
      shape, sweep(W[, match], 2, colSums(W)[match], "/"), if (slow) 0.05 else 1e-4, label = case$label
    )
  }
  # Rank one is found by any solver at once.
  for (solver in solver_names()) {
    fit <- nmf(outer(1:9, 1:7), 1, solver = solver, init = random_start(9, 7, 1))
    expect_identical(fit$reason, "tol")
    expect_close(fit$W %*% fit$H, outer(1:9, 1:7), 1e-7, label = solver)
  }
})

test_that("as many components as columns fit exactly", {
  x <- random_data(12, 6)
  fit <- nmf(x, 6, init = random_start(12, 6, 6), tol = 1e-8, max_iter = 20000)
  expect_lt(fit$loss, 1e-6 * sum(x^2))
  fit <- nmf(x, 12, init = random_start(12, 6, 12), tol = 1e-6, max_iter = 5000)
  expect_lt(fit$loss, 1e-6 * sum(x^2))
})

test_that("multiplying the data multiplies the fit", {
  x <- random_data(20, 30, zeros = 0.3)
  for (solver in solver_names()) {
    for (init in c("nnsvdlrc", "nndsvda", "random")) {
      for (sparse in c(FALSE, TRUE)) {
        fit <- function(scale) {
          scaled <- x * scale
          if (sparse) scaled <- storages$sparse(scaled)
          withr::with_seed(1, nmf(scaled, 4, solver = solver, init = init, max_iter = 15, tol = 0))
        }
        one <- fit(1)
        for (scale in c(2, 3, 1e-5, 1e10, 1e-150, 1e150)) {
          other <- fit(scale)
          label <- paste(solver, init, if (sparse) "sparse" else "dense", scale)
          expect_close(other$W / sqrt(scale), one$W, 1e-8, label = label)
          expect_close(other$H / sqrt(scale), one$H, 1e-8, label = label)
          expect_equal(other$objective / scale / scale, one$objective, tolerance = 1e-10, info = label)
          expect_equal(other$certificate$kkt, one$certificate$kkt, tolerance = 1e-6, info = label)
        }
        # A power of 4 is exact.
        expect_identical(fit(1024)$W, one$W * 32, label = solver)
      }
    }
  }
})

test_that("a fit to tolerance stops at the same iteration in any units", {
  x <- random_data(20, 30)
  start <- random_start(20, 30, 4)
  fit <- function(scale) {
    nmf(x * scale, 4, init = lapply(start, `*`, sqrt(scale)), tol = 1e-4)
  }
  one <- fit(1)
  expect_identical(one$reason, "tol")
  for (scale in c(4^-40, 4^40)) {
    expect_identical(fit(scale)$history$iteration, one$history$iteration)
    expect_identical(fit(scale)$W, one$W * sqrt(scale))
  }
  # And for any balance between the columns of W and the rows of H: certificate.
  uneven <- c(1e-3, 1, 50, 1e4)
  at <- contract_measure(x, start)
  moved <- contract_measure(x, list(W = start$W %*% diag(uneven), H = start$H / uneven))
  expect_equal(moved, at, tolerance = 1e-10)
})

test_that("extreme scales never give NaN, and fit as well as any other", {
  x <- random_data(20, 30, zeros = 0.3) / 10
  starts <- list("nnsvdlrc", "random", random_start(20, 30, 3))
  for (init in starts) {
    for (solver in solver_names()) {
      fit <- function(scale, sparse) {
        if (is.list(init)) init <- lapply(init, `*`, sqrt(scale))
        stored <- x * scale
        if (sparse) stored <- storages$sparse(stored)
        withr::with_seed(1, nmf(stored, 3, solver = solver, init = init, max_iter = 50, tol = 0))
      }
      one <- fit(1, FALSE)
      for (scale in c(1e-300, 1e300, 1e-200, 1e200)) {
        for (sparse in c(FALSE, TRUE)) {
          other <- fit(scale, sparse)
          label <- paste(
            scale, solver, if (sparse) "sparse" else "dense", if (is.list(init)) "user" else init
          )
          expect_sound(other, label = label)
          expect_close(other$W %*% (other$H / scale), one$W %*% one$H, 1e-4, label = label)
        }
      }
    }
  }
})

test_that("subnormal numbers, and numbers of very different size, never give NaN", {
  # Multiples of the smallest number: a few bits each.
  tiny <- matrix(4.94e-324 * seq_len(60), 10)
  mixed <- matrix(c(1e300, 1e-300, 1, 0), 8, 6)
  for (x in list(tiny, mixed, tiny[, 1, drop = FALSE])) {
    for (solver in solver_names()) {
      for (rank in c(1, 3)) {
        label <- paste(solver, max(x), rank)
        expect_sound(nmf(x, rank, solver = solver, max_iter = 50), label = label)
        for (seed in 1:20) {
          expect_sound(
            withr::with_seed(seed, nmf(x, rank, solver = solver, init = "random", max_iter = 50)),
            label = paste(label, "seed", seed)
          )
        }
        expect_sound(
          perhaps_zero(nmf(x, rank, solver = solver, alpha_W = 0.1, l1_ratio = 0.5, max_iter = 50)),
          label = paste(label, "penalised")
        )
      }
    }
  }
})

test_that("the largest numbers that are taken can be fitted", {
  x <- matrix(1e305, 5, 4)
  for (solver in solver_names()) {
    for (init in c("random", "nnsvdlrc", "nndsvd")) {
      for (rank in c(1, 3)) {
        fit <- withr::with_seed(1, nmf(x, rank, solver = solver, init = init, max_iter = 50))
        label <- paste(solver, init, rank)
        expect_sound(fit, label = label)
        expect_close(fit$W %*% (fit$H / 1e305), x / 1e305, 1e-3, label = label)
      }
    }
  }
})

test_that("extreme starts and penalties never give NaN", {
  x <- random_data(12, 9)
  start <- random_start(12, 9, 3)
  for (solver in solver_names()) {
    for (scale in c(0, 1e-300, 1e-150, 1e150)) {
      label <- paste(solver, "start times", scale)
      fit <- nmf(x, 3, solver = solver, init = lapply(start, `*`, scale), max_iter = 30)
      expect_sound(fit, label = label)
      expect_lte(fit$objective, sum(x^2) / 2 * (1 + 1e-12), label = label)
      uneven <- list(W = start$W * scale, H = start$H)
      expect_sound(nmf(x, 3, solver = solver, init = uneven, max_iter = 30), label = paste(label, "W"))
    }
    for (alpha in c(1e-300, 1e-20, 1e20, 1e300)) {
      for (l1_ratio in c(0, 0.5, 1)) {
        fit <- perhaps_zero(
          nmf(x, 3, solver = solver, init = start, alpha_W = alpha, l1_ratio = l1_ratio, max_iter = 30)
        )
        expect_sound(fit, label = paste(solver, "alpha", alpha, l1_ratio))
      }
    }
  }
})

test_that("dead components come alive where that helps", {
  x <- random_data(20, 15)
  start <- random_start(20, 15, 4)
  dead <- start
  dead$W[, 2] <- 0
  dead$H[4, ] <- 0
  for (solver in c("cd", "bpp")) {
    fit <- nmf(x, 4, solver = solver, init = dead, tol = 1e-6, max_iter = 3000)
    expect_true(all(colSums(fit$W) > 0 & rowSums(fit$H) > 0), label = solver)
    alive <- nmf(x, 4, solver = solver, init = start, tol = 1e-6, max_iter = 3000)
    expect_lt(fit$objective, 1.05 * alive$objective, label = solver)
  }
})
