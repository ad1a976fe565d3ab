# A second implementation of what ?nmf_joint documents: plain R, slow, from the formulas alone.

# Three data sets of the same features with a structure, by name.
joint_sets <- function(seed = 1, n = c(40, 30, 25), l = 36, rank = 3) {
  withr::with_seed(seed, {
    W <- matrix(stats::rexp(l * rank) * (stats::runif(l * rank) < 0.4), l)
    sets <- lapply(n, function(n) {
      V <- matrix(stats::rexp(l * rank) * (stats::runif(l * rank) < 0.1), l)
      H <- matrix(stats::rexp(rank * n) * (stats::runif(rank * n) < 0.6), rank)
      x <- (W + V) %*% H + 0.1 * matrix(stats::rexp(l * n), l)
      x[stats::runif(l * n) < 0.3] <- 0
      x
    })
    names(sets) <- letters[seq_along(n)]
    Map(function(x, name) {
      dimnames(x) <- list(paste0("g", seq_len(l)), paste0(name, seq_len(ncol(x))))
      x
    }, sets, names(sets))
  })
}

# W of the rows that a data set has.
joint_oracle_W <- function(fit, i) if (is.null(fit$rows)) fit$W else fit$W[fit$rows[[i]], , drop = FALSE]

joint_oracle <- function(x, fit) {
  lambda <- fit$settings$lambda
  c_i <- unname(fit$settings$weights)
  loss <- penalty <- kkt2 <- 0
  of_W <- matrix(0, nrow(fit$W), ncol(fit$W))
  diagonal_W <- matrix(0, nrow(fit$W), ncol(fit$W))
  square <- function(F, gradient, d) {
    d <- ifelse(d > 0, d, 1)
    sum(pmin(F * d, gradient / d)^2)
  }
  for (i in seq_along(x)) {
    W <- joint_oracle_W(fit, i)
    V <- if (is.null(fit$V)) 0 * W else fit$V[[i]]
    H <- fit$H[[i]]
    off <- (W + V) %*% H - x[[i]]
    own <- V %*% H
    lambda_i <- if (is.finite(lambda)) lambda else 0
    loss <- loss + c_i[i] * sum(off^2) / 2
    penalty <- penalty + c_i[i] * lambda_i * sum(own^2) / 2
    gradient_H <- c_i[i] * (t(W + V) %*% off + lambda_i * t(V) %*% own)
    kkt2 <- kkt2 + square(H, gradient_H, sqrt(c_i[i] * (colSums((W + V)^2) + lambda_i * colSums(V^2))))
    rows <- if (is.null(fit$rows)) seq_len(nrow(fit$W)) else fit$rows[[i]]
    g <- c_i[i] * off %*% t(H)
    of_W[rows, ] <- of_W[rows, ] + g
    diagonal_W[rows, ] <- diagonal_W[rows, ] + rep(c_i[i] * rowSums(H^2), each = length(rows))
    if (!is.null(fit$V)) {
      gradient_V <- g + c_i[i] * lambda_i * own %*% t(H)
      d <- rep(sqrt(c_i[i] * (1 + lambda_i) * rowSums(H^2)), each = nrow(V))
      kkt2 <- kkt2 + square(V, gradient_V, d)
    }
  }
  kkt2 <- kkt2 + square(fit$W, of_W, sqrt(diagonal_W))
  size <- sqrt(sum(unlist(c_i) * vapply(x, function(x) sum(x^2), 0)))
  list(loss = loss, penalty = penalty, objective = loss + penalty, kkt = sqrt(kkt2) / size)
}

# Alternating nonnegative least squares, block by block, each problem solved exactly as one stacked problem.
joint_reference <- function(x, start, lambda, iterations = 50) {
  W <- start$W
  V <- start$V
  H <- start$H
  solve_nn <- function(A, B) unname(nnls(A, B))
  for (iteration in seq_len(iterations)) {
    H <- lapply(seq_along(x), function(i) {
      solve_nn(rbind(W + V[[i]], sqrt(lambda) * V[[i]]), rbind(unname(x[[i]]), 0 * unname(x[[i]])))
    })
    V <- lapply(seq_along(x), function(i) {
      t(solve_nn(rbind(t(H[[i]]), sqrt(lambda) * t(H[[i]])), rbind(t(unname(x[[i]]) - W %*% H[[i]]), 0 * t(x[[i]]))))
    })
    W <- t(solve_nn(do.call(rbind, lapply(H, t)), do.call(rbind, lapply(seq_along(x), function(i) {
      t(unname(x[[i]]) - V[[i]] %*% H[[i]])
    }))))
  }
  list(W = W, V = V, H = H)
}
