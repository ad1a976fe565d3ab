# NNSVD with low-rank correction. Atif SM, Qazi S, Gillis N (2019). Improved
# SVD-based initialization for nonnegative matrix factorization using low-rank
# correction. Pattern Recognition Letters 122, 53-59.
#
# Both sign parts of each singular triple serve as components, so that half as
# many triples are needed. A few sweeps of coordinate descent then fit W and H
# to the truncated SVD in place of x: YZ' with p columns costs (l + n) p r, and
# x is not read. All in units of the largest singular value.

lrc_triples <- function(rank) rank %/% 2 + 1

init_nnsvdlrc <- function(data, rank, threads, deadline = Inf, max_iter = 20, stall = 0.05) {
  s <- truncated_svd(data, lrc_triples(rank), threads, deadline)
  Y <- scale_columns(s$u, sqrt(s$d))
  Z <- scale_columns(s$v, sqrt(s$d))
  sides <- larger_sides(s)
  # The first triple gives one component, every other one two of them.
  order <- c(1, rbind(seq_along(s$d)[-1], length(s$d) + seq_along(s$d)[-1]))[seq_len(rank)]
  both_signs <- function(x, by, other) {
    cbind(cpp_signed_part(x, by, FALSE), cpp_signed_part(x, other, FALSE))[, order, drop = FALSE]
  }
  W <- both_signs(s$u, sides$u, sides$other_u)
  Ht <- both_signs(s$v, sides$v, sides$other_v)

  error <- first <- lrc_error(W, Ht, Y, Z)
  for (i in seq_len(max_iter)) {
    W <- descend_columns(W, Y %*% summed(crossprod(Z, Ht)), summed(crossprod(Ht)))
    Ht <- descend_columns(Ht, Z %*% crossprod(Y, W), crossprod(W))
    last <- error
    error <- lrc_error(W, Ht, Y, Z)
    if (last - error <= stall * first) break
  }
  # Both factors of a component get the same norm.
  w_norm <- column_norms(W)
  h_norm <- sqrt(summed(colSums(Ht^2)))
  both <- w_norm > 0 & h_norm > 0
  by <- ifelse(both, sqrt(h_norm) * safe_inverse(sqrt(w_norm)), 1)
  start <- list(
    W = s$root * scale_columns(W, by),
    H = s$root * t(scale_columns(Ht, safe_inverse(by)))
  )
  unweighted(start, data)
}

# One sweep of coordinate descent for a quadratic with gradient xA - B: each
# column of x >= 0 in turn takes its best value given the others.
descend_columns <- function(x, B, A) {
  for (k in which(diag(A) > 0)) {
    x[, k] <- pmax(x[, k] + (B[, k] - x %*% A[, k]) / A[k, k], 0)
  }
  x
}

# |YZ' - WH|, from products of small matrices.
lrc_error <- function(W, Ht, Y, Z) {
  squared <- sum(crossprod(Y) * summed(crossprod(Z))) -
    2 * sum(crossprod(Y, W) * summed(crossprod(Z, Ht))) + sum(crossprod(W) * summed(crossprod(Ht)))
  from_first(sqrt(max(squared, 0)))
}
