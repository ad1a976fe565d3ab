test_that("a fit to factors is that to their product", {
  left <- qr.Q(qr(withr::with_seed(1, matrix(rnorm(90 * 12), 90))))
  right <- crossprod(left, random_data(90, 70))
  x <- left %*% right
  start <- random_start(90, 70, 4)
  for (solver in c("bpp", "cd")) for (threads in 1:2) {
    options <- list(solver = solver, threads = threads, max_iter = 30, tol = 0, largest = max(x), sumsq = sum(x^2))
    whole <- cpp_fit(x, start$W, start$H, options, NULL)
    both <- cpp_fit(list(left = left, right = right), start$W, start$H, options, NULL)
    expect_equal(both$history[-2], whole$history[-2], tolerance = 1e-8)
    expect_equal(both$W, whole$W, tolerance = 1e-6)
    if (threads == 1) one <- both else expect_identical(both[c("W", "H")], one[c("W", "H")])
  }
  expect_error(cpp_fit(list(left = left, right = right[-1, ]), start$W, start$H, options, NULL), "fit together")
})

test_that("the start from a sketch is near the end of the fit, in two reads", {
  x <- large_matrix(6, noise = 0.1)
  plain <- nmf(x, 6, init = "nndsvd", threads = 1)
  fit <- nmf(x, 6, init = "sketch", threads = 1)
  expect_sound(fit)
  expect_identical(fit$settings$init, "sketch")
  expect_lte(max(fit$history$iteration), max(plain$history$iteration) / 3)
  expect_equal(fit$objective, plain$objective, tolerance = 1e-3)
  # It draws no random numbers, needs no more threads for the same bits, and has no units.
  expect_identical(withr::with_seed(1, {
    init_sketch(nmf_data(x), 6, 1)
    runif(1)
  }), withr::with_seed(1, runif(1)))
  one <- init_sketch(nmf_data(x), 6, 1)
  for (threads in 2:3) expect_identical(init_sketch(nmf_data(x), 6, threads), one)
  for (by in c(4^-200, 4^200)) {
    expect_equal(init_sketch(nmf_data(by * x), 6, 1)$W / sqrt(by), one$W, tolerance = 1e-8)
  }
  expect_equal(init_sketch(nmf_data(as_sparse(x)), 6, 1), one, tolerance = 1e-6)
  store <- local_store(x)
  before <- cpp_store_reads()
  init_sketch(nmf_data(store), 6, 1)
  expect_identical(cpp_store_reads() - before, 2)
  zero <- init_sketch(nmf_data(0 * x), 2, 1)
  expect_identical(c(sum(zero$W), sum(zero$H)), c(0, 0))
})

test_that("with weights the start from a sketch is that of data in which their loss is plain", {
  x <- large_matrix(6, noise = 0.1)
  rows <- withr::with_seed(4, runif(400, 0.1, 3))
  rows[7] <- 0
  plain <- init_sketch(nmf_data(sqrt(rows) * x), 4, 1)
  weighted <- init_sketch(weigh_data(nmf_data(x), list(rows = rows)), 4, 1)
  expect_equal((sqrt(rows) * weighted$W) %*% weighted$H, plain$W %*% plain$H, tolerance = 1e-4)
})

test_that("a sketch is the default start where its iterations cost far less than those of x", {
  x <- withr::with_seed(1, matrix(runif(1100 * 1000), 1100))
  init <- function(x, rank = 2, ...) {
    fit_problem(nmf_data(x), rank, check_request(...), NULL)$init
  }
  expect_identical(init(x), "sketch")
  expect_identical(init(x, rank = 40), "nndsvd")
  expect_identical(init(x[1:400, ]), "nndsvd")
  expect_identical(init(as_sparse(x)), "nndsvd")
  expect_identical(init(x, loss = "kl"), "nndsvd")
  expect_identical(init(x, solver = "mu"), "nndsvda")
  expect_identical(init(x, alpha_W = 0.1), "nndsvd")
  expect_identical(init(x, nrun = 2), "random")
  expect_identical(init(replace(x, 3, NA)), "random")
  fixed <- replace(matrix(NA_real_, 1100, 2), 1, 0)
  expect_identical(fit_problem(nmf_data(x), 2, check_request(), NULL, fixed_W = fixed)$init, "nndsvd")
})
