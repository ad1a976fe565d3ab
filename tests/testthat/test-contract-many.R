# Every loss, and every storage, through everything that runs many fits.

skip_if_not_installed("clue")
skip_if_not_installed("cluster")

small_counts_of <- function() {
  withr::with_seed(1, matrix(
    stats::rpois(14 * 12, 6) + 1, 14, dimnames = list(paste0("g", 1:14), paste0("s", 1:12))
  ))
}

# Each call must succeed, fit by fit, without a warning.
every_way <- function(x, loss, label) {
  quiet <- list(max_iter = 10, threads = 1, verbose = FALSE)
  call <- function(f, ...) expect_no_warning(do.call(f, c(list(x, ..., loss = loss), quiet)))
  for (kind in resample_kinds) {
    s <- call(nmf_survey, 2, nrun = 2, times = 2, resample = kind)
    expect_true(all(is.na(s$runs$error)), label = paste(label, kind))
  }
  cv <- call(cross_validate, 2, folds = 2)
  expect_true(all(is.finite(cv$runs$error)) && all(cv$runs$error >= 0), label = paste(label, "entries"))
  if (check_loss(loss)$zeros) {
    cv <- call(cross_validate, 2, folds = 2, method = "thinning")
    expect_true(all(is.finite(cv$runs$error)), label = paste(label, "thinning"))
  } else {
    expect_error(call(cross_validate, 2, method = "thinning"), "makes zeros", class = "nonneg_error_input")
  }
  fit <- call(consensus_nmf, 2, nrun = 3, density_threshold = 2)
  expect_identical(faults_of(fit)[!grepl("certificate", faults_of(fit))], character(), label = label)
  fit <- nmf(x, 2, loss = loss, max_iter = 10)
  for (type in c("columns", "starts", if (fit$settings$loss_object$zeros) c("poisson", "multinomial"))) {
    b <- nmf_bootstrap(fit, x, times = 2, type = type, threads = 1, verbose = FALSE)
    expect_true(all(is.na(b$runs$error)), label = paste(label, type))
  }
  if (!fit$settings$loss_object$zeros) {
    expect_error(nmf_bootstrap(fit, x, type = "poisson"), "makes zeros", class = "nonneg_error_input")
  }
}

test_that("every loss works in surveys, cross-validation, consensus and bootstrap", {
  x <- small_counts_of()
  losses <- c(
    as.list(nmf_losses()),
    list(beta_divergence(0.5), beta_divergence(3), negative_binomial(0.3), negative_binomial(seq(0.1, 1, length.out = 14)))
  )
  losses <- lapply(losses, check_loss)
  for (k in seq_along(losses)) {
    every_way(if (k %% 2) x else storages$sparse(x), losses[[k]], paste(k, format(losses[[k]])))
  }
})

test_that("data that R delivers in blocks give what a matrix gives", {
  x <- small_counts_of()
  blocks <- nmf_blocks(function(first, last) x[, first:last, drop = FALSE], dim(x), dimnames(x))
  for (loss in c("frobenius", "kl")) {
    calls <- list(
      function(x) nmf_survey(x, 2, loss = loss, nrun = 2, times = 2, verbose = FALSE)$runs$objective,
      function(x) cross_validate(x, 2, loss = loss, folds = 2, verbose = FALSE)$runs$error,
      function(x) consensus_nmf(x, 2, loss = loss, nrun = 3, density_threshold = 2, verbose = FALSE)$W,
      function(x) nmf_bootstrap(nmf(x, 2, loss = loss), x, times = 2, verbose = FALSE)$W$upper,
      function(x) if (loss == "frobenius") nmf_tree(x, 3, verbose = FALSE)$W
    )
    for (call in calls) {
      expect_equal(withr::with_seed(1, call(blocks)), withr::with_seed(1, call(x)), tolerance = 1e-6, ignore_attr = TRUE)
    }
  }
})

test_that("what a sparse matrix does not store may be missing, for all of them", {
  x <- storages$sparse(small_counts_of() * (random_data(14, 12) > 0.7))
  seen <- x
  seen@x[] <- 1
  calls <- list(
    function(...) nmf_survey(x, 2, nrun = 2, times = 2, verbose = FALSE, ...)$runs$objective,
    function(...) nmf_survey(x, 2, nrun = 2, times = 2, resample = "entries", verbose = FALSE, ...)$runs$objective,
    function(...) cross_validate(x, 2, folds = 2, verbose = FALSE, ...)$runs$error,
    function(...) consensus_nmf(x, 2, nrun = 3, density_threshold = 2, verbose = FALSE, ...)$W
  )
  for (call in calls) {
    expect_equal(withr::with_seed(1, call(missing = "zeros")), withr::with_seed(1, call(weights = seen)))
    expect_false(identical(withr::with_seed(1, call()), withr::with_seed(1, call(missing = "zeros"))))
  }
})

test_that("random starts differ from one another at any scale of the data, and results scale", {
  x <- small_counts_of()
  for (loss in c("frobenius", "kl")) {
    run <- function(by) {
      s <- withr::with_seed(1, nmf_survey(
        x * by, 3, loss = loss, nrun = 4, resample = "none", max_iter = 2, threads = 1, verbose = FALSE
      ))
      s$runs$objective
    }
    objective <- run(1)
    expect_identical(anyDuplicated(signif(objective, 6)), 0L)
    degree <- check_loss(loss)$degree
    for (by in c(1e-9, 1e-2, 1e6)) expect_equal(run(by) / by^degree, objective, tolerance = 1e-8)
  }
})

test_that("neighbours are those that are left in a resample", {
  ring <- outer(1:6, 1:6, function(i, j) abs(i - j) %in% c(1, 5)) + 0
  left <- neighbours_left(smoothness(2, ring), c(1, 2, 4, 6), 6)
  expect_identical(as.matrix(left$graph), ring[c(1, 2, 4, 6), c(1, 2, 4, 6)], ignore_attr = TRUE)
  in_order <- neighbours_left(smoothness(2), c(1, 2, 4, 5, 6), 6)
  expect_identical(Matrix::summary(in_order$graph)$i + 0, c(2, 1, 4, 3, 5, 4))
  expect_null(neighbours_left(smoothness(2), c(1, 3, 6), 6))
  expect_identical(neighbours_left(smoothness(2), 1:6, 6), smoothness(2))
})

test_that("smoothness goes with everything that runs many fits", {
  x <- small_counts_of()
  smooth <- list(alpha_W = 1e-3, smooth_W = 0.01, smooth_H = smoothness(0.01, outer(1:12, 1:12, function(i, j) abs(i - j) == 2)))
  call <- function(f, ...) withr::with_seed(1, do.call(f, c(list(x, ..., verbose = FALSE, max_iter = 30), smooth)))
  for (kind in resample_kinds) {
    s <- call(nmf_survey, 2, nrun = 2, times = 2, resample = kind)
    expect_true(all(is.na(s$runs$error)), label = kind)
  }
  # Restarts are those of nmf().
  run <- s$runs[2, ]
  alone <- with_stream(run$seed, do.call(nmf, c(list(x, 2, init = "random", max_iter = 30), smooth)))
  expect_equal(run$objective, alone$objective)
  expect_true(all(is.finite(call(cross_validate, 2, folds = 2)$runs$error)))
  fit <- call(consensus_nmf, 2, nrun = 3, density_threshold = 2)
  expect_true(is.finite(fit$objective) && is.finite(fit$certificate$kkt))
  fit <- do.call(nmf, c(list(x, 2), smooth))
  expect_true(all(is.na(nmf_bootstrap(fit, x, times = 2, type = "starts", verbose = FALSE)$runs$error)))
  expect_error(nmf_bootstrap(fit, x, times = 2), "lost their neighbours", class = "nonneg_error_input")
})
