# NNDSVD and its filled variants. Boutsidis C, Gallopoulos E (2008). SVD based
# initialization: a head start for nonnegative matrix factorization. Pattern
# Recognition 41, 1350-1362.
#
# The leading singular pair of a nonnegative matrix is nonnegative. Each further
# product u v' is the product of the positive parts plus that of the negative
# parts (of -u, -v), less something nonnegative; the larger product is kept.

init_nndsvd <- function(data, rank, threads, deadline = Inf) {
  unweighted(nndsvd_of(truncated_svd(data, rank, threads, deadline)), data)
}

nndsvd_of <- function(s) {
  part <- sign_parts(s)$larger
  list(W = s$root * part$Y, H = s$root * t(part$Z))
}

# From a start of sqrt(weights) * x to one of x.
unweighted <- function(start, data) {
  if (!is.null(data$row_weights)) start$W <- safe_inverse(root_weights(data$row_weights)) * start$W
  if (!is.null(data$column_weights)) start$H <- scale_columns(start$H, safe_inverse(column_roots(data)))
  start
}

# Zeros, which a multiplicative update can never leave, become positive. The
# amount is that of a constant W and H with the mean of x.
init_nndsvda <- function(data, rank, threads, deadline = Inf) {
  level <- sqrt(data_mean(data) / rank)
  lapply(init_nndsvd(data, rank, threads, deadline), function(f) {
    f[f == 0] <- level
    f
  })
}

init_nndsvdar <- function(data, rank, threads, deadline = Inf) {
  level <- sqrt(data_mean(data) / rank) / 100
  start <- init_nndsvd(data, rank, threads, deadline)
  zeros <- lapply(start, function(f) which(f == 0))
  drawn <- shared_runif(length(zeros$W), length(zeros$H))
  Map(function(f, zero, values) replace(f, zero, level * values), start, zeros, drawn)
}

# For each singular triple d u v', the two nonnegative pairs of columns (y, z)
# with y z' = d max(u, 0) max(v, 0)' and likewise for -u, -v, each pair of equal
# norms: the larger of the two products and the other one.
sign_parts <- function(s) {
  positive <- one_sign(s$u, s$v, s$d)
  negative <- one_sign(-s$u, -s$v, s$d)
  # By a margin, so that a tie falls on the same side on every machine.
  flip <- which(negative$size > (1 + 1e-8) * positive$size)
  swap <- function(a, b) {
    a$Y[, flip] <- b$Y[, flip]
    a$Z[, flip] <- b$Z[, flip]
    a
  }
  list(larger = swap(positive, negative), smaller = swap(negative, positive))
}

one_sign <- function(u, v, d) {
  u <- pmax(u, 0)
  v <- pmax(v, 0)
  u_norm <- column_norms(u)
  v_norm <- sqrt(summed(colSums(v^2)))
  size <- d * u_norm * v_norm
  list(
    Y = scale_columns(u, sqrt(size) * safe_inverse(u_norm)),
    Z = scale_columns(v, sqrt(size) * safe_inverse(v_norm)),
    size = size
  )
}
