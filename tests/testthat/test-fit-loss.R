test_that("a loss is a name in any case, a synonym, a number or an object", {
  same <- list(
    frobenius = list("frobenius", "Frobenius", "euclidean", "lee", "Gaussian", 2, frobenius(), beta_divergence(2)),
    `kullback-leibler` = list("KL", "kl", "Kullback_Leibler", "kullback leibler", "poisson", "brunet", 1L),
    `itakura-saito` = list("IS", "itakura-saito", 0, 1e-9, beta_divergence(0))
  )
  for (name in names(same)) {
    for (loss in same[[name]]) expect_identical(check_loss(loss), new_loss(name))
  }
  half <- check_loss(0.5)
  expect_identical(half, beta_divergence(0.5))
  expect_identical(format(half), "beta-divergence 0.5")
  x <- random_data(6, 7)
  start <- random_start(6, 7, 2)
  fit <- function(loss) nmf(x, 2, loss = loss, init = start, max_iter = 5, tol = 0)
  expect_identical(fit("Brunet")$objective, fit(kullback_leibler())$objective)
  expect_identical(fit(0.5)$settings$loss, "beta-divergence 0.5")
  expect_identical(fit(0.5)$settings$loss_object, half)
})

test_that("what is no loss is an error that says what is", {
  wrong <- list(
    "poison", "frobenious", "xyz", "", NA, NA_character_, 5, -4.1, Inf, c(1, 2), list(1), NULL, kullback_leibler,
    "beta-divergence", c("kl", "is"), factor("kl")
  )
  for (loss in wrong) expect_error(check_loss(loss), "loss", class = "nonneg_error_input")
  expect_error(check_loss("frobenious"), "Did you mean \"frobenius\"", class = "nonneg_error_input")
  expect_error(check_loss("kulback"), "Did you mean \"kullback-leibler\"", class = "nonneg_error_input")
  expect_error(check_loss(frobenius), "Call the function", class = "nonneg_error_input")
  expect_error(beta_divergence(), "beta", class = "nonneg_error_input")
  expect_error(beta_divergence(7), "at most 4", class = "nonneg_error_input")
})

test_that("print and format show the loss", {
  expect_snapshot({
    frobenius()
    itakura_saito()
    beta_divergence(0.5)
  })
})

test_that("the core refuses names and options that it does not know", {
  x <- random_data(5, 6)
  start <- random_start(5, 6, 2)
  options <- list(solver = "cd", largest = max(x), sumsq = sum(x^2))
  fit <- function(...) cpp_fit(x, start$W, start$H, c(options, list(...)), NULL)
  expect_error(fit(toll = 1e-9), "no option 'toll'")
  expect_error(fit(loss = list(name = "kl", beta = 1)), "no option 'beta'")
  expect_error(fit(loss = list(name = "squared")), "no loss of the name 'squared'")
  expect_error(fit(loss = list(name = "kl", parameter = 1)), "no parameter")
  expect_error(fit(loss = list(name = "beta-divergence")), "needs its parameter 'beta'")
  expect_error(fit(loss = list(name = "beta-divergence", parameter = 5)), "out of range")
  expect_error(fit(loss = list(name = "beta-divergence", parameter = c(1, 2))), "wrong length")
})

test_that("the defaults that R shows are those of the core", {
  core <- cpp_defaults()
  shown <- formals(nmf)
  expect_equal(shown$max_iter, core$max_iter)
  expect_identical(shown$tol, core$tol)
  expect_identical(formals(nmf_control)$max_seconds, core$max_seconds)
  expect_identical(formals(nmf_control)$extrapolate, core$extrapolate)
})

test_that("values of single entries: one formula for all beta, the limits, and no NaN", {
  d <- function(x, q, loss) entry_divergence(x, q, check_loss(loss))
  # Its series where q is near x: d = x^beta e^2 / 2 + ...
  for (beta in c(-4, -1, 0, 0.5, 1, 1.5, 2, 3, 4)) {
    expect_equal(d(3, 3 * (1 + 1e-6), beta) / (3^beta * 1e-12 / 2), 1, tolerance = 1e-5)
  }
  extremes <- c(0, 5e-324, 1e-300, 1e-100, 1e-9, 1, 2, 1e9, 1e100, 1e300, .Machine$double.xmax)
  at <- expand.grid(x = extremes, q = extremes)
  for (beta in c(-4, -2.5, -1, -0.1, 0, 0.01, 0.5, 1, 1.5, 2, 2.5, 4)) {
    value <- d(at$x, at$q, beta)
    expect_false(anyNA(value), label = beta)
    expect_true(all(value >= 0), label = beta)
    expect_true(all(value[at$x == at$q] == 0), label = beta)
  }
  expect_identical(d(1, 1e-100, -4), Inf)
  expect_identical(d(1e200, 1e130, -4), 0)
  expect_equal(d(1, 1e-60, -4), (1 - 5 * 1e240 + 4 * 1e300) / 20)
})

test_that("the path of multiplicative updates goes on through beta = 2, with any penalty", {
  x <- random_data(15, 20, zeros = 0.2)
  start <- random_start(15, 20, 3)
  for (l1_ratio in c(0, 0.5, 1)) {
    path <- lapply(c(2, 2 - 1e-5, 2 + 1e-5), function(beta) {
      fit <- suppressWarnings(nmf(
        x, 3, loss = beta, solver = "mu", init = start, alpha_W = 0.02, alpha_H = 0.02, l1_ratio = l1_ratio,
        max_iter = 6, tol = 0
      ))
      c(fit$W %*% fit$H)
    })
    expect_close(path[[2]], path[[1]], 1e-3, label = l1_ratio)
    expect_close(path[[3]], path[[1]], 1e-3, label = l1_ratio)
  }
})

test_that("a first iteration of multiplicative updates makes as many steps as any other", {
  x <- random_data(9, 11)
  for (loss in list("frobenius", "kl", 0.5, negative_binomial(1))) {
    start <- random_start(9, 11, 3)
    once <- function(init) nmf(x, 3, loss = loss, solver = "mu", init = init, max_iter = 1, tol = 0)
    twice <- nmf(x, 3, loss = loss, solver = "mu", init = start, max_iter = 2, tol = 0)
    again <- once(once(start))
    expect_equal(fitted(again), fitted(twice), tolerance = 1e-12, info = label_of(loss))
  }
})

test_that("divergence() of what no number can hold is infinite, not NaN", {
  expect_identical(divergence(matrix(1), matrix(1e-100), -4), Inf)
  expect_identical(divergence(matrix(c(1, 1)), matrix(c(1, 1e-100)), -4), Inf)
})
