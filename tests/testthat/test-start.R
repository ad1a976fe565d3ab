deterministic <- c("nndsvd", "nndsvda", "nnsvdlrc", "sketch")

start <- function(x, rank, init, threads = 1) {
  data <- nmf_data(x)
  init_factors(data, rank, check_init(init, data$dim, rank), threads)
}

rss <- function(x, f) sum((as.matrix(x) - f$W %*% f$H)^2)

# 5000 x 38, on a log scale.
real_matrix <- function() log2(leukemia$x[1:1500, ])

test_that("every start has the right shape and is finite and nonnegative", {
  set.seed(1)
  inputs <- list(
    usual = test_matrix(), sparse = as_sparse(test_matrix()), wide = t(test_matrix()),
    zero = matrix(0, 7, 6), rank_one = outer(1:7, 1:6), ones = matrix(1, 6, 6),
    identity = diag(8), large = test_matrix() * 1e300, small = test_matrix() * 1e-300,
    largest = matrix(c(1e305, 5e304), 8, 8), tiniest = matrix(5e-324, 8, 8),
    both = matrix(c(1e300, 1e-300, 1), 8, 6)
  )
  for (name in names(inputs)) {
    for (init in names(init_registry())) {
      for (rank in c(1, 2, 5)) {
        f <- start(inputs[[name]], rank, init)
        label <- paste(name, init, rank)
        expect_identical(f$name, init)
        expect_identical(dim(f$W), c(nrow(inputs[[name]]), as.integer(rank)), label = label)
        expect_identical(dim(f$H), c(as.integer(rank), ncol(inputs[[name]])), label = label)
        expect_true(all(is.finite(f$W) & f$W >= 0), label = label)
        expect_true(all(is.finite(f$H) & f$H >= 0), label = label)
        if (name == "zero") expect_identical(c(sum(f$W), sum(f$H)), c(0, 0), label = label)
      }
    }
  }
})

test_that("zero rows and columns of the data stay zero in the SVD starts", {
  for (init in c("nndsvd", "nnsvdlrc", "sketch")) {
    f <- start(test_matrix(), 5, init)
    expect_identical(f$W[3, ], numeric(5))
    expect_identical(f$H[, 4], numeric(5))
    wide <- start(t(test_matrix()), 5, init)
    expect_identical(wide$W[4, ], numeric(5))
    expect_identical(wide$H[, 3], numeric(5))
  }
})

test_that("a multiple of the data starts at its root's multiple of the factors", {
  x <- test_matrix()
  for (init in names(init_registry())) {
    set.seed(1)
    f <- start(x, 4, init)
    # A power of four is exact in all places.
    set.seed(1)
    exact <- start(x * 2^20, 4, init)
    expect_equal(exact$W, f$W * 2^10, tolerance = 1e-14, label = init)
    expect_equal(exact$H, f$H * 2^10, tolerance = 1e-14, label = init)
    for (c in c(3, 1e-12, 1e290, 1e-290)) {
      set.seed(1)
      scaled <- start(x * c, 4, init)
      expect_equal(scaled$W / sqrt(c), f$W, tolerance = 1e-8, label = paste(init, c))
      expect_equal(scaled$H / sqrt(c), f$H, tolerance = 1e-8, label = paste(init, c))
    }
  }
})

test_that("sparse and dense data start alike", {
  x <- test_matrix()
  for (init in names(init_registry())) {
    set.seed(1)
    dense <- start(x, 4, init)
    set.seed(1)
    expect_equal(start(as_sparse(x), 4, init), dense, tolerance = 1e-10, label = init)
  }
})

test_that("set.seed() governs the random starts and no others", {
  x <- test_matrix()
  set.seed(7)
  before <- .Random.seed
  for (init in deterministic) {
    first <- start(x, 4, init)
    expect_identical(start(x, 4, init), first)
  }
  truncated_svd(nmf_data(x), 3, 1, exact = FALSE)
  expect_identical(.Random.seed, before)
  for (init in c("random", "nndsvdar")) {
    set.seed(7)
    first <- start(x, 4, init)
    set.seed(7)
    expect_identical(start(x, 4, init), first)
    expect_false(identical(start(x, 4, init), first))
  }
})

test_that("a random start draws W, then H, and has the mean of the data", {
  x <- test_matrix()
  set.seed(3)
  u <- matrix(runif(40 * 4), 40)
  v <- matrix(runif(4 * 25), 4)
  by <- mean(x) / mean(u %*% v)
  set.seed(3)
  f <- start(x, 4, "random")
  expect_equal(f$W, u * sqrt(by))
  expect_equal(f$H, v * sqrt(by))
  expect_equal(mean(f$W %*% f$H), mean(x))
})

test_that("nndsvd follows the paper", {
  x <- test_matrix(12, 9)
  s <- svd(x)
  f <- start(x, 4, "nndsvd")
  expected <- s$d[1] * abs(s$u[, 1]) %o% abs(s$v[, 1])
  expect_equal(f$W[, 1] %o% f$H[1, ], expected, tolerance = 1e-8)
  for (k in 2:4) {
    positive <- pmax(s$u[, k], 0) %o% pmax(s$v[, k], 0)
    negative <- pmin(s$u[, k], 0) %o% pmin(s$v[, k], 0)
    larger <- if (norm(positive, "F") > norm(negative, "F")) positive else negative
    expect_equal(f$W[, k] %o% f$H[k, ], s$d[k] * larger, tolerance = 1e-8)
  }
  expect_equal(sqrt(colSums(f$W^2)), sqrt(rowSums(f$H^2)))
})

test_that("the filled variants change nothing but zeros", {
  x <- test_matrix()
  f <- start(x, 4, "nndsvd")
  level <- sqrt(mean(x) / 4)
  a <- start(x, 4, "nndsvda")
  set.seed(5)
  ar <- start(x, 4, "nndsvdar")
  for (factor in c("W", "H")) {
    zero <- f[[factor]] == 0
    expect_gt(sum(zero), 0)
    expect_identical(a[[factor]][!zero], f[[factor]][!zero])
    expect_identical(ar[[factor]][!zero], f[[factor]][!zero])
    expect_equal(a[[factor]][zero], rep(level, sum(zero)))
    expect_true(all(ar[[factor]][zero] > 0 & ar[[factor]][zero] < level / 100))
  }
  set.seed(5)
  drawn <- c(runif(sum(f$W == 0)), runif(sum(f$H == 0)))
  expect_equal(c(ar$W[f$W == 0], ar$H[f$H == 0]), drawn * level / 100)
})

test_that("data of rank one are recovered exactly", {
  x <- outer(c(3, 1, 0, 2, 5), c(1, 4, 0, 2))
  for (init in c("nndsvd", "nnsvdlrc", "sketch")) {
    for (rank in 1:3) {
      f <- start(x, rank, init)
      expect_equal(f$W %*% f$H, x, tolerance = 1e-14)
      # Nothing is left for further components: they are zero, not noise.
      expect_identical(sum(f$W[, -1]) + sum(f$H[-1, ]), 0)
    }
  }
})

test_that("nnsvdlrc starts with a lower error than nndsvd", {
  inputs <- list(genes = real_matrix(), counts = leukemia$x[1:1500, ], words = austen$x)
  for (name in names(inputs)) {
    for (rank in c(2, 3, 8)) {
      lrc <- rss(inputs[[name]], start(inputs[[name]], rank, "nnsvdlrc"))
      svd <- rss(inputs[[name]], start(inputs[[name]], rank, "nndsvd"))
      expect_lt(lrc, svd, label = paste(name, rank))
    }
  }
})

test_that("nnsvdlrc uses both signs of a singular triple, and its own first error", {
  x <- test_matrix()
  data <- nmf_data(x)
  none <- init_nnsvdlrc(data, 5, 1, max_iter = 0)
  s <- svd(x)
  products <- lapply(1:5, function(k) none$W[, k] %o% none$H[k, ])
  for (k in 2:3) {
    positive <- s$d[k] * pmax(s$u[, k], 0) %o% pmax(s$v[, k], 0)
    negative <- s$d[k] * pmin(s$u[, k], 0) %o% pmin(s$v[, k], 0)
    larger <- norm(positive, "F") > norm(negative, "F")
    expect_equal(products[[2 * k - 2]], if (larger) positive else negative, tolerance = 1e-8)
    expect_equal(products[[2 * k - 1]], if (larger) negative else positive, tolerance = 1e-8)
  }
  # The correction lowers the distance to the truncated SVD, sweep by sweep.
  low_rank <- s$u[, 1:3] %*% diag(s$d[1:3]) %*% t(s$v[, 1:3])
  errors <- vapply(0:6, function(i) {
    rss(low_rank, init_nnsvdlrc(data, 5, 1, max_iter = i, stall = 0))
  }, 0)
  expect_true(all(diff(errors) < 0))
  f <- init_nnsvdlrc(data, 5, 1)
  expect_equal(sqrt(colSums(f$W^2)), sqrt(rowSums(f$H^2)))
})

test_that("a user's factors are taken as they are, and a missing one is found without random numbers", {
  x <- test_matrix()
  W <- matrix(seq_len(120) / 10, 40)
  H <- matrix(1:75, 3)
  f <- start(x, 3, list(W = W, H = H))
  expect_identical(f, list(W = W, H = H + 0, name = "user"))
  expect_identical(start(x, 3, list(H = H, W = W)), f)

  set.seed(2)
  seed <- get(".Random.seed", globalenv())
  f <- start(x, 3, list(W = W))
  expect_identical(f$W, W)
  expect_identical(f$H, matrix(f$H[1], 3, 25))
  expect_equal(mean(f$W %*% f$H), mean(x))
  f <- start(x, 3, list(W = NULL, H = H))
  expect_identical(f$H, H + 0)
  expect_identical(f$W, matrix(f$W[1], 40, 3))
  expect_equal(mean(f$W %*% f$H), mean(x))
  expect_identical(start(x, 3, list(W = as_sparse(W), H = H))$W, W)
  for (loss in c("frobenius", "kullback-leibler")) {
    for (solver in c("cd", "mu")) {
      true <- nmf(x, 3, init = "random", loss = loss, tol = 1e-6, max_iter = 3000)
      seed <- get(".Random.seed", globalenv())
      for (given in c("W", "H")) {
        fit <- nmf(x, 3, init = unclass(true)[given], loss = loss, solver = solver, max_iter = 3000)
        expect_lte(fit$objective, true$objective * (1 + 1e-3), label = paste(loss, solver, given))
      }
      expect_identical(get(".Random.seed", globalenv()), seed)
    }
  }

  # A factor of zeros cannot tell components apart.
  zero <- start(x, 3, list(W = 0 * W))
  expect_gt(min(zero$H), 0)
  expect_false(zero$H[1, 1] == zero$H[2, 1])
})

test_that("a fit is a start: of its factors in the scale of the fit", {
  x <- test_matrix()
  fit <- nmf(x, 3, alpha_W = 0.01, tol = 1e-6, max_iter = 3000)
  expect_identical(start(x, 3, fit)[c("W", "H")], list(W = fit$W, H = fit$H))
  expect_close(start(x, 3, normalize(fit))$W, fit$W, 1e-12)
  again <- nmf(x, 3, init = normalize(fit), alpha_W = 0.01, tol = 1e-4)
  expect_lte(max(again$history$iteration), 2)
  expect_equal(again$history$objective[1], fit$objective, tolerance = 1e-12)
  expect_identical(again$settings$init, "user")
  expect_error(nmf(x, 4, init = fit), "`init\\$W` must be 40 x 4", class = "nonneg_error_input")
})

test_that("the default is nndsvd as long as there are singular triples for it", {
  expect_identical(start(test_matrix(), 3, NULL)$name, "nndsvd")
  expect_identical(start(test_matrix(4, 9), 4, NULL)$name, "nndsvd")
  expect_identical(start(test_matrix(4, 9), 5, NULL)$name, "random")
  expect_identical(check_init(NULL, c(4, 9), 3, solver = "mu"), "nndsvda")
  expect_identical(check_init(NULL, c(4, 9), 5, solver = "mu"), "random")
})

test_that("a bad start is refused", {
  data <- nmf_data(test_matrix(6, 4))
  W <- matrix(1, 6, 2)
  bad <- function(init, rank = 2) check_init(init, data$dim, rank)
  expect_snapshot(fault(bad("svd")))
  expect_snapshot(fault(bad(c("random", "nndsvd"))))
  expect_snapshot(fault(bad(W)))
  expect_snapshot(fault(bad("nndsvd", rank = 5)))
  expect_snapshot(fault(bad("nndsvdar", rank = 5)))
  expect_snapshot(fault(bad("nnsvdlrc", rank = 8)))
  expect_snapshot(fault(bad(list())))
  expect_snapshot(fault(bad(list(W))))
  expect_snapshot(fault(bad(list(W = W, w = W))))
  expect_snapshot(fault(bad(list(W = W, W = W))))
  expect_snapshot(fault(bad(list(W = t(W)))))
  expect_snapshot(fault(bad(list(W = W, H = matrix(1, 2, 5)))))
  expect_snapshot(fault(bad(list(W = 1:12))))
  expect_snapshot(fault(bad(list(W = matrix("a", 6, 2)))))
  expect_snapshot(fault(bad(list(W = -W))))
  expect_snapshot(fault(bad(list(H = matrix(c(NA, 1), 2, 4)))))
})

test_that("a start of zeros ends where others do, whatever the loss", {
  x <- random_data(12, 9, zeros = 0.2)
  x[3, 2] <- NA
  for (storage in c("dense", "sparse")) {
    for (loss in list("kl", 1.5)) {
      zero <- list(W = matrix(0, 12, 2), H = matrix(0, 2, 9))
      start <- random_start(12, 9, 2)
      half <- list(W = cbind(0, start$W[, 2]), H = rbind(0, start$H[2, ]))
      for (init in list(zero, half)) {
        fit <- nmf(storages[[storage]](x), 2, loss = loss, init = init)
        expect_true(fit$converged)
        expect_true(all(colSums(fit$W) > 0))
        expect_lt(fit$objective, 0.95 * nmf(x, 1, loss = loss, init = "random")$objective)
      }
    }
  }
  zero <- list(W = matrix(0, 12, 2), H = matrix(0, 2, 9))
  expect_warning(
    fit <- nmf(x, 2, loss = "kl", init = zero, alpha_W = 1e3, l1_ratio = 1, max_iter = 100), "penalties outweigh"
  )
  expect_identical(sum(fit$W), 0)
})

test_that("factors may be of S4 classes that hold a matrix", {
  own <- methods::setClass("own_matrix", contains = "matrix", where = globalenv())
  on.exit(methods::removeClass("own_matrix", where = globalenv()))
  x <- example_data()
  W <- matrix(runif(2 * nrow(x)), nrow(x))
  H <- matrix(runif(2 * ncol(x)), 2)
  expect_identical(nmf(x, 2, init = list(W = own(W), H = own(H)))$W, nmf(x, 2, init = list(W = W, H = H))$W)
  expect_identical(nmf(x, fixed_W = own(W))$H, nmf(x, fixed_W = W)$H)
  expect_identical(as_nmf(own(W))$W, as_nmf(W)$W)
})

test_that("where weights leave nothing but zeros, every start is one", {
  x <- matrix(0, 5, 3)
  x[2, ] <- 1:3
  for (init in names(init_registry())) {
    for (loss in list("frobenius", "kullback-leibler", 0.5)) {
      fit <- suppressWarnings(nmf(x, 2, loss, init = init, weights = list(rows = c(1, 0, 1, 1, 1)), max_iter = 5))
      expect_true(all(is.finite(fit$W)) && all(is.finite(fit$H)), label = paste(init, loss))
    }
  }
})
