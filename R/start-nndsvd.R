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
  sides <- larger_sides(s)
  list(
    W = cpp_signed_part(s$u, s$root * sides$u, FALSE), H = cpp_signed_part(s$v, s$root * sides$v, TRUE)
  )
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

# For each singular triple d u v' there are two nonnegative pairs of columns (y, z), with
# y z' = d max(u, 0) max(v, 0)' and likewise for -u, -v, each pair of equal norms. What u and v are multiplied
# by, before their negative parts are dropped, for the larger of the two products; and for the other one.
larger_sides <- function(s) {
  u <- sqrt(cpp_signed_squares(s$u))
  v <- sqrt(summed(cpp_signed_squares(s$v)))
  size <- rep(s$d, each = 2) * u * v
  # By a margin, so that a tie falls on the same side on every machine.
  side <- ifelse(size[2, ] > (1 + 1e-8) * size[1, ], 2, 1)
  by <- function(norms, side) {
    at <- cbind(side, seq_along(side))
    c(1, -1)[side] * sqrt(size[at]) * safe_inverse(norms[at])
  }
  list(u = by(u, side), v = by(v, side), other_u = by(u, 3 - side), other_v = by(v, 3 - side))
}
