# A second implementation of what ?nmf documents: plain R, slow, and written
# from the formulas alone. Contracts compare the fast one with it.

# One entry per loss: the entries of D(X, WH), and their derivatives by WH. `value` is
# their sum.
oracle_losses <- lapply(list(
  frobenius = list(
    entries = function(x, wh) (x - wh)^2 / 2,
    slope = function(x, wh) wh - x
  ),
  `kullback-leibler` = list(
    entries = function(x, wh) ifelse(x > 0, x * log(x / wh), 0) - x + wh,
    slope = function(x, wh) 1 - x / wh
  ),
  `itakura-saito` = list(
    entries = function(x, wh) x / wh - log(x / wh) - 1,
    slope = function(x, wh) 1 / wh - x / wh^2
  )
), function(loss) c(loss, value = function(x, wh) sum(loss$entries(x, wh))))

# Any loss that nmf() takes.
oracle_loss <- function(loss) {
  if (is.character(loss)) {
    return(oracle_losses[[loss]])
  }
  if (inherits(loss, "nmf_loss")) {
    return(oracle_binomial(loss$dispersion))
  }
  entries <- function(x, wh) {
    x^loss / (loss * (loss - 1)) + wh^loss / loss - x * wh^(loss - 1) / (loss - 1)
  }
  list(
    entries = entries,
    value = function(x, wh) sum(entries(x, wh)),
    slope = function(x, wh) wh^(loss - 1) - x * wh^(loss - 2)
  )
}

# The negative binomial; one dispersion, or one for each row.
oracle_binomial <- function(phi) {
  # With log1p(), which is exact for the smallest of them; 0 is Kullback-Leibler.
  entries <- function(x, wh) {
    part <- ifelse(phi + 0 * x > 0, (x + 1 / phi) * log1p(phi * (x - wh) / (1 + phi * wh)), x - wh)
    ifelse(x > 0, x * log(x / wh), 0) - part
  }
  list(
    entries = entries,
    value = function(x, wh) sum(entries(x, wh)),
    slope = function(x, wh) (wh - x) / (wh * (1 + phi * wh))
  )
}

# What the metric of the KKT residual needs of a loss: its curvature, that of its convex part, and x^2 d''(x, x).
oracle_metric <- function(loss) {
  if (inherits(loss, "nmf_loss") && loss$name == "negative-binomial") {
    phi <- loss$dispersion
    return(list(
      true = function(x, q) x / q^2 - phi * (1 + phi * x) / (1 + phi * q)^2,
      convex = function(x, q) x * (1 + 2 * phi * q) / (q * (1 + phi * q))^2,
      size2 = function(x) x / (1 + phi * x)
    ))
  }
  beta <- check_loss(loss)$beta
  list(
    true = function(x, q) (beta - 1) * q^(beta - 2) + (2 - beta) * x * q^(beta - 3),
    convex = function(x, q) pmax(beta - 1, 0) * q^(beta - 2) + pmax(2 - beta, 0) * x * q^(beta - 3),
    size2 = function(x) ifelse(x > 0, x^beta, 0)
  )
}

# Where the loss is not defined at 0, WH below 1e-16 of the largest entry of X
# counts as that; of X in the units of the core, where its largest entry, a power of
# 4 taken off, is from 1/2 to 2.
oracle_product <- function(x, W, H, loss) {
  wh <- W %*% H
  top <- max(x, na.rm = TRUE)
  if (identical(loss, "frobenius")) wh else pmax(wh, 1e-16 / 4^trunc(-(floor(log2(top)) + 1) / 2))
}

# The four weights of the penalty: l1 * sum(F) + l2 / 2 * sum(F^2) for each factor.
oracle_weights <- function(dim, alpha_W = 0, alpha_H = alpha_W, l1_ratio = 0) {
  list(
    l1_W = alpha_W * l1_ratio * dim[2], l2_W = alpha_W * (1 - l1_ratio) * dim[2],
    l1_H = alpha_H * l1_ratio * dim[1], l2_H = alpha_H * (1 - l1_ratio) * dim[1]
  )
}

oracle_penalty <- function(W, H, w) {
  w$l1_W * sum(W) + w$l2_W * sum(W^2) / 2 + w$l1_H * sum(H) + w$l2_H * sum(H^2) / 2
}

# Entries of x that are NA, or have the weight v = 0, do not count.
oracle_objective <- function(x, W, H, ..., loss = "frobenius", v = 1) {
  x <- as.matrix(x)
  w <- oracle_weights(dim(x), ...)
  entries <- weighed(oracle_loss(loss)$entries(x, oracle_product(x, W, H, loss)), v)
  parts <- list(loss = sum(entries), penalty = oracle_penalty(W, H, w))
  c(parts, objective = parts$loss + parts$penalty)
}

weighed <- function(entries, v) {
  entries[is.na(entries) | v == 0] <- 0
  entries * v
}

oracle_gradient <- function(x, W, H, ..., loss = "frobenius", v = 1) {
  x <- as.matrix(x)
  w <- oracle_weights(dim(x), ...)
  slope <- weighed(oracle_loss(loss)$slope(x, oracle_product(x, W, H, loss)), v)
  list(
    W = slope %*% t(H) + w$l1_W + w$l2_W * W,
    H = t(W) %*% slope + w$l1_H + w$l2_H * H
  )
}

# sqrt(|min(W, grad W)|^2 + |min(H, grad H)|^2) / |X|, in the scale in which the
# columns of W (for H) and the rows of H (for W) have unit norm; the ridge term
# of the penalty counts as one more entry of each, sqrt(l2).
oracle_kkt <- function(x, W, H, ..., loss = "frobenius") {
  x <- as.matrix(x)
  w <- oracle_weights(dim(x), ...)
  gradient <- oracle_gradient(x, W, H, ..., loss = loss)
  norm_W <- sqrt(colSums(W^2) + w$l2_H)
  norm_H <- sqrt(rowSums(H^2) + w$l2_W)
  norm_W[norm_W == 0] <- 1
  norm_H[norm_H == 0] <- 1
  least_W <- pmin(sweep(W, 2, norm_H, "*"), sweep(gradient$W, 2, norm_H, "/"))
  least_H <- pmin(H * norm_W, gradient$H / norm_W)
  sqrt(sum(least_W^2) + sum(least_H^2)) / sqrt(sum(x^2))
}

# The relative KKT residual as ?nmf documents it for sums over entries; x may have NAs,
# v are weights.
entry_kkt <- function(x, W, H, ..., loss, v = 1) {
  beta <- check_loss(loss)$beta
  is_beta <- function(value) isTRUE(beta == value)
  metric <- oracle_metric(loss)
  w <- oracle_weights(dim(x), ...)
  g <- oracle_gradient(x, W, H, ..., loss = loss, v = v)
  q <- oracle_product(x, W, H, loss)
  v <- v * !is.na(x)
  x[is.na(x)] <- 0
  true <- metric$true(x, q)
  entry <- v * (if (is_beta(2)) 1 else if (is_beta(1)) true else pmax(true, metric$convex(x, q) / 4))
  c_H <- t(W^2) %*% entry
  c_W <- entry %*% t(H^2)
  if (is_beta(1)) {
    # The least that the expected curvature can be.
    most_H <- pmax(colSums(v * x), colSums(v * q) + w$l1_H * colSums(H))
    most_W <- pmax(rowSums(v * x), rowSums(v * q) + w$l1_W * rowSums(W))
    c_H <- pmax(c_H, sweep((t(W) %*% v)^2, 2, most_H, "/"), na.rm = TRUE)
    c_W <- pmax(c_W, (v %*% t(H))^2 / most_W, na.rm = TRUE)
  }
  d_H <- sqrt(c_H + w$l2_H)
  d_W <- sqrt(c_W + w$l2_W)
  least <- function(factor, d, g) ifelse(d > 0, pmin(factor * d, g / d), 0)
  sqrt(sum(least(H, d_H, g$H)^2) + sum(least(W, d_W, g$W)^2)) / sqrt(sum(v * metric$size2(x)))
}

# The solution of min 1/2 h'Ah - b'h, h >= 0, by the active set method of Lawson
# and Hanson (1974), for every column of b.
oracle_quadratic <- function(A, b) {
  solve_one <- function(b) {
    h <- numeric(length(b))
    free <- logical(length(b))
    noise <- 1e-13 * max(abs(b), 1e-300)
    repeat {
      slope <- b - drop(A %*% h)
      slope[free] <- -Inf
      if (max(slope) <= noise) {
        return(h)
      }
      free[which.max(slope)] <- TRUE
      repeat {
        s <- numeric(length(b))
        s[free] <- solve(A[free, free, drop = FALSE], b[free], tol = 1e-18)
        bad <- free & s <= 0
        if (!any(bad)) break
        step <- min(h[bad] / (h[bad] - s[bad]))
        h <- h + step * (s - h)
        free[free & h <= 1e-15 * max(h)] <- FALSE
        h[!free] <- 0
      }
      h <- s
    }
  }
  vapply(seq_len(ncol(b)), function(j) solve_one(b[, j]), numeric(nrow(A)))
}

# The best H for fixed W, and the best W for fixed H.
oracle_best_H <- function(x, W, ...) {
  x <- as.matrix(x)
  w <- oracle_weights(dim(x), ...)
  A <- crossprod(W) + diag(w$l2_H, ncol(W))
  matrix(oracle_quadratic(A, crossprod(W, x) - w$l1_H), ncol(W))
}

oracle_best_W <- function(x, H, ...) {
  x <- as.matrix(x)
  w <- oracle_weights(dim(x), ...)
  A <- tcrossprod(H) + diag(w$l2_W, nrow(H))
  t(matrix(oracle_quadratic(A, tcrossprod(H, x) - w$l1_W), nrow(H)))
}

# By how much the objective falls if one factor becomes the best for the other.
oracle_gaps <- function(x, W, H, ...) {
  here <- oracle_objective(x, W, H, ...)$objective
  list(
    gap_W = here - oracle_objective(x, oracle_best_W(x, H, ...), H, ...)$objective,
    gap_H = here - oracle_objective(x, W, oracle_best_H(x, W, ...), ...)$objective
  )
}
