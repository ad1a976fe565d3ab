# A small correct fit from fixed numbers, which no solver has seen: 12 features,
# 10 observations in 3 groups, rank 3. Feature 12 and observation 10 are zero.
example_factors <- function(named = TRUE) {
  W <- cbind(
    c(9, 7, 5, 3, 0, 0, 1, 0, 2, 2, 1, 0),
    c(0, 1, 0, 0, 6, 4, 3, 0, 1, 2, 0, 0),
    c(0, 0, 0.5, 0, 0, 1, 0, 4, 1.5, 2, 3, 0)
  )
  H <- rbind(
    c(2.0, 1.5, 1.0, 2.5, 0.1, 0.2, 0.0, 0.3, 0.0, 0),
    c(0.1, 0.0, 0.4, 0.2, 1.8, 1.2, 2.0, 0.1, 0.0, 0),
    c(0.0, 0.2, 0.0, 0.1, 0.0, 0.3, 0.1, 1.6, 2.2, 0)
  )
  if (named) {
    rownames(W) <- paste0("gene", 1:12)
    colnames(H) <- paste0("s", 1:10)
  }
  list(W = W, H = H)
}

example_groups <- function() {
  factor(rep(c("north", "east", "south"), c(4, 3, 3)), c("north", "east", "south"))
}

# Data near W H, without randomness.
example_data <- function(named = TRUE) {
  f <- example_factors(named)
  x <- f$W %*% f$H
  x * (1 + 0.05 * sin(seq_along(x)))
}

example_fit <- function(named = TRUE, alpha_W = 0, alpha_H = 0, l1_ratio = 0.5) {
  f <- example_factors(named)
  x <- example_data(named)
  l <- nrow(x)
  n <- ncol(x)
  loss <- sum((x - f$W %*% f$H)^2) / 2
  penalty <- alpha_W * n * (l1_ratio * sum(f$W) + (1 - l1_ratio) * sum(f$W^2) / 2) +
    alpha_H * l * (l1_ratio * sum(f$H) + (1 - l1_ratio) * sum(f$H^2) / 2)

  fade <- c(50, 8, 2, 1.3, 1.1, 1.02, 1)
  history <- data.frame(
    iteration = 0:6,
    seconds = (0:6) / 1000,
    loss = loss * fade,
    penalty = penalty * rep(1, 7),
    objective = loss * fade + penalty,
    kkt = c(NA, NA, 0.03, NA, 0.0008, NA, 0.00005)
  )
  new_nmf(
    W = f$W,
    H = f$H,
    history = history,
    converged = TRUE,
    reason = "tol",
    objective = loss + penalty,
    loss = loss,
    penalty = penalty,
    certificate = list(kkt = 0.00005, gap_W = 0.002, gap_H = 0.001),
    settings = list(
      loss = "frobenius", loss_object = frobenius(), beta = 2, solver = "bpp", init = "nnsvdlrc", rank = 3L,
      alpha_W = alpha_W, alpha_H = alpha_H, l1_ratio = l1_ratio, nrun = 1L,
      max_iter = 500L, tol = 1e-4, threads = 1L, control = nmf_control()
    ),
    data = list(
      nrow = l, ncol = n, class = "matrix", nnz = sum(x != 0), sum = sum(x),
      sumsq = sum(x^2)
    ),
    runs = data.frame(
      run = 1L, objective = loss + penalty, iterations = 6L, kkt = 0.00005,
      converged = TRUE, best = TRUE
    ),
    seconds = 0.006,
    call = quote(nmf(x = x, rank = 3))
  )
}

# The example with other factors. Its numbers describe the old ones, so this is
# for what depends on the factors alone.
fit_with <- function(W, H) {
  fit <- example_fit()
  new_nmf(
    W, H,
    history = fit$history, converged = fit$converged, reason = fit$reason,
    objective = fit$objective, loss = fit$loss, penalty = fit$penalty,
    certificate = fit$certificate,
    settings = utils::modifyList(fit$settings, list(rank = ncol(W))),
    data = utils::modifyList(fit$data, list(nrow = nrow(W), ncol = ncol(H))),
    runs = fit$runs, seconds = fit$seconds, call = fit$call
  )
}

# Rank r, l features and n observations, from fixed numbers.
large_fit <- function(l, n, r) {
  W <- outer(seq_len(l), seq_len(r), function(i, k) (i * k) %% 7 + 5 * (i %% r + 1 == k))
  H <- outer(seq_len(r), seq_len(n), function(k, j) (j * k) %% 5 + 9 * (j %% r + 1 == k))
  fit_with(W, H)
}

# Where nothing may be left under a penalty, and what is looked at is something else.
perhaps_zero <- function(fit) suppressWarnings(fit, classes = "nonneg_warning_zero")
