# The certificate of a fit is what an independent computation finds.

test_that("the oracle's gradient is that of its objective", {
  x <- random_data(6, 5)
  f <- random_start(6, 5, 3)
  p <- list(alpha_W = 0.05, alpha_H = 0.02, l1_ratio = 0.4)
  losses <- as.list(nmf_losses())
  losses[losses == "negative-binomial"] <- list(negative_binomial(0.7))
  for (loss in c(losses, 0.5)) {
    value <- function(f) do.call(oracle_objective, c(list(x, f$W, f$H, loss = loss), p))$objective
    gradient <- do.call(oracle_gradient, c(list(x, f$W, f$H, loss = loss), p))
    for (factor in c("W", "H")) {
      difference <- vapply(seq_along(f[[factor]]), function(k) {
        up <- down <- f
        up[[factor]][k] <- up[[factor]][k] + 1e-5
        down[[factor]][k] <- down[[factor]][k] - 1e-5
        (value(up) - value(down)) / 2e-5
      }, 0)
      expect_equal(c(gradient[[factor]]), difference, tolerance = 1e-7, info = paste(format(loss), factor))
    }
  }
})

test_that("the oracle's small problems are solved: it finds what trying every support finds", {
  withr::local_seed(3)
  for (r in c(1, 2, 5)) {
    M <- matrix(rnorm(8 * r), 8)
    A <- crossprod(M)
    b <- crossprod(M, matrix(rnorm(8 * 6), 8))
    found <- matrix(oracle_quadratic(A, b), r)
    value <- function(h, b) sum(h * (A %*% h)) / 2 - sum(b * h)
    for (j in seq_len(ncol(b))) {
      best <- 0
      for (set in seq_len(2^r - 1)) {
        free <- bitwAnd(set, 2^(seq_len(r) - 1)) > 0
        h <- numeric(r)
        h[free] <- solve(A[free, free], b[free, j])
        if (all(h >= 0)) best <- min(best, value(h, b[, j]))
      }
      expect_true(all(found[, j] >= 0))
      expect_equal(value(found[, j], b[, j]), best, tolerance = 1e-10)
    }
  }
})

# Every loss, solver, storage; no penalty, ridge, lasso, both.
penalties <- list(
  none = list(), ridge = list(alpha_W = 0.02, alpha_H = 0.01),
  lasso = list(alpha_W = 0.002, alpha_H = 0.01, l1_ratio = 1),
  both = list(alpha_W = 0.01, alpha_H = 0.02, l1_ratio = 0.3)
)

test_that("the certificate of any pair is the oracle's, and its gaps are bounds", {
  x <- random_data(19, 33, zeros = 0.4)
  start <- random_start(19, 33, 4)
  start$W[2, ] <- 0
  start$H[1, 3] <- 0
  for (name in names(penalties)) {
    p <- penalties[[name]]
    kkt <- do.call(oracle_kkt, c(list(x, start$W, start$H), p))
    gaps <- do.call(oracle_gaps, c(list(x, start$W, start$H), p))
    for (storage in names(storages)) {
      found <- do.call(contract_measure, c(list(x, start, storage), p))
      label <- paste(name, storage)
      expect_equal(found$kkt, kkt, tolerance = 1e-10, info = label)
      expect_gte(found$gap_W, gaps$gap_W, label = label)
      expect_gte(found$gap_H, gaps$gap_H, label = label)
      expect_gte(min(unlist(gaps)), 0, label = label)
    }
  }
})

test_that("a fit that reached tol is a stationary point: KKT residual and true gaps agree", {
  x <- random_data(19, 33, zeros = 0.4)
  start <- random_start(19, 33, 4)
  tol <- 1e-5
  for (case in contract_cases()) {
    if (case$solver == "mu") next
    for (name in names(penalties)) {
      p <- penalties[[name]]
      fit <- do.call(contract_fit, c(
        list(x, start, case$storage, solver = case$solver, loss = case$loss, max_iter = 5000, tol = tol), p
      ))
      label <- paste(case$label, name)
      expect_identical(fit$reason, "tol", label = label)
      expect_true(fit$converged, label = label)
      kkt <- do.call(oracle_kkt, c(list(x, fit$W, fit$H, loss = case$loss), p))
      expect_lte(kkt, tol * (1 + 1e-6), label = label)
      expect_equal(fit$certificate$kkt, kkt, tolerance = 1e-4, info = label)

      true <- do.call(oracle_gaps, c(list(x, fit$W, fit$H), p))
      bound <- fit$certificate[c("gap_W", "gap_H")]
      noise <- 1e-13 * sum(x^2)
      for (which in names(bound)) {
        expect_gte(true[[which]], -noise, label = paste(label, which))
        expect_gte(bound[[which]], true[[which]] - noise, label = paste(label, which))
        expect_lte(bound[[which]], 0.01 * fit$objective, label = paste(label, which))
        # At a stationary point there is next to nothing to gain.
        expect_lte(true[[which]], 1e-6 * fit$objective, label = paste(label, which))
      }
    }
  }
})

test_that("a fit stopped by max_iter tells how far from stationary it is", {
  x <- random_data(19, 33, zeros = 0.4)
  start <- random_start(19, 33, 4)
  for (case in contract_cases()) {
    for (iterations in c(1, 2, 3, 4, 5, 8, 13, 40)) {
      fit <- contract_fit(
        x, start, case$storage, solver = case$solver, loss = case$loss, max_iter = iterations, tol = 0
      )
      label <- paste(case$label, iterations)
      expect_identical(fit$reason, "max_iter", label = label)
      expect_false(fit$converged, label = label)
      expect_equal(
        fit$certificate$kkt, oracle_kkt(x, fit$W, fit$H, loss = case$loss),
        tolerance = 1e-6, info = label
      )
      true <- oracle_gaps(x, fit$W, fit$H)
      noise <- 1e-13 * sum(x^2)
      expect_gte(fit$certificate$gap_W, true$gap_W - noise, label = label)
      expect_gte(fit$certificate$gap_H, true$gap_H - noise, label = label)
      expect_identical(fit$history$kkt[nrow(fit$history)], fit$certificate$kkt, label = label)
    }
  }
})

test_that("without extrapolation, kkt in the history is that of the pair of its row", {
  x <- random_data(19, 33, zeros = 0.4)
  start <- random_start(19, 33, 4)
  for (solver in solver_names()) {
    fit <- function(iterations) {
      contract_fit(
        x, start,
        solver = solver, max_iter = iterations, tol = 0, control = nmf_control(extrapolate = FALSE)
      )
    }
    long <- fit(25)
    # The pair of row i is what a fit of i - 1 iterations returns.
    short <- vapply(1:25, function(iterations) fit(iterations)$certificate$kkt, 0)
    expect_equal(long$history$kkt, c(NA, short), tolerance = 1e-6, info = solver)
  }
})

test_that("with extrapolation, kkt in the history ends in the certificate, and undone rows have none", {
  x <- random_data(19, 33, zeros = 0.4)
  for (solver in extrapolated()) {
    fit <- contract_fit(x, random_start(19, 33, 4), solver = solver, max_iter = 200, tol = 1e-7)
    history <- fit$history
    rows <- nrow(history)
    expect_identical(history$kkt[rows], fit$certificate$kkt, label = solver)
    undone <- c(FALSE, diff(history$objective) == 0)
    expect_gt(sum(undone), 0, label = solver)
    # Row 1 is the start: its W has not been measured.
    expect_identical(is.na(history$kkt[-1]), undone[-1], label = solver)
  }
})

test_that("gap_tol withholds the verdict, and Inf leaves it to the KKT residual", {
  x <- random_data(19, 33)
  start <- random_start(19, 33, 4)
  fit <- function(gap_tol) {
    contract_fit(
      x, start, solver = "cd", tol = 0.01, max_iter = 3000, control = nmf_control(gap_tol = gap_tol)
    )
  }
  loose <- fit(Inf)
  tight <- fit(1e-8)
  expect_identical(c(loose$reason, tight$reason), c("tol", "tol"))
  expect_gt(max(loose$certificate$gap_H, loose$certificate$gap_W), 1e-8 * loose$objective)
  expect_lte(max(tight$certificate$gap_H, tight$certificate$gap_W), 1e-8 * tight$objective)
  expect_gt(max(tight$history$iteration), max(loose$history$iteration))
})
