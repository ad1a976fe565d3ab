# The leading k singular triples of the data, without touching the random number generator: list(u = l x
# k, d, v = n x k, root). The singular values are root^2 * d with d[1] = 1, since they can be too large
# for a number where their roots are not. What is zero to working accuracy is exactly zero: d, u and v of
# a triple beyond the rank, and single entries of u and v. Of data whose rows and columns have weights,
# they are the triples of sqrt(weights) * x, in which the weighted loss is a plain one. After `deadline`,
# in elapsed seconds of proc.time(), it gives up with an error of class "nonneg_error_late".
truncated_svd <- function(data, k, threads, deadline = Inf, exact = gram_is_cheap(data)) {
  if (data$scan$max == 0) {
    zero <- lapply(data$dim, function(m) matrix(0, m, k))
    return(list(u = zero[[1]], d = numeric(k), v = zero[[2]], root = 0))
  }
  settled_svd(if (exact) svd_gram(data, k) else svd_sketch(data, k, threads, deadline))
}

# `s`: list(u, d, v, unit), of unit * x; u and v are matrices that nothing else holds. Singular values come as
# roots of eigenvalues, and singular vectors have unit norm: below some levels they are rounding errors.
settled_svd <- function(s) {
  level <- max(nrow(s$u), summed(nrow(s$v))) * .Machine$double.eps
  s$d[s$d^2 <= level * s$d[1]^2] <- 0
  cpp_settle_vectors(s$u, s$v, s$d)
  # Weights of 0 may leave nothing but zeros.
  if (s$d[1] == 0) {
    s$root <- 0
    return(s)
  }
  s$root <- sqrt(s$d[1]) * sqrt(1 / s$unit)
  s$d <- s$d / s$d[1]
  s
}

# The cross product of a short side of a matrix in memory is worth forming.
gram_is_cheap <- function(data) {
  is.null(machines()) && min(data$dim) <= 200 && !by_blocks(data$x) && is.null(data$row_weights) &&
    is.null(data$column_weights)
}

svd_gram <- function(data, k) {
  x <- data$x
  unit <- 1
  # Squares could overflow or underflow.
  if (abs(log2(data$scan$max)) > 200) {
    unit <- power_of_four(data$scan$max)
    x <- x * unit
  }
  wide <- nrow(x) <= ncol(x)
  e <- eigen(gram_of(x, wide), symmetric = TRUE)
  short <- e$vectors[, seq_len(k), drop = FALSE]
  d <- sqrt(pmax(e$values[seq_len(k)], 0))
  long <- if (wide) tx_times(x, short) else x_times(x, short)
  long <- scale_columns(long, safe_inverse(d))
  sides <- if (wide) list(u = short, v = long) else list(u = long, v = short)
  c(sides, list(d = d, unit = unit))
}

# A randomized SVD: Halko N, Martinsson PG, Tropp JA (2011). Finding structure with randomness:
# probabilistic algorithms for constructing approximate matrix decompositions. SIAM Review 53, 217-288
# (algorithms 4.4 and 5.1). A few more random columns than there are triples are multiplied with XX', which
# takes one read of x, and made orthonormal; again; x is then projected on them, by a third read. A short side
# is taken whole: the triples are then exact.
sketch_extra <- 5
sketch_whole <- 50
sketch_powers <- 2

svd_sketch <- function(data, k, threads, deadline = Inf) {
  short <- min(whole_dim(data))
  width <- if (short <= max(sketch_whole, k)) short else min(short, k + sketch_extra)
  sketch_of(data, width, threads, deadline, sketch_powers, k)
}

# list(q, projected, unit): q is orthonormal, and q %*% t(projected) next to unit * x, of rank `width`. With k
# the first k singular triples of that instead.
sketch_of <- function(data, width, threads, deadline, powers, k = 0L) {
  unit <- power_of_four(data$scan$max)
  # Machines would not run out of time together.
  seconds <- if (is.null(machines())) deadline - proc.time()[["elapsed"]] else Inf
  # The same numbers for every x of these rows, apart from the user's stream.
  first <- with_stream(1, stats::runif(data$dim[1] * width, -1, 1))
  dim(first) <- c(data$dim[1], width)
  out <- cpp_sketch(
    data$x, first, unit, root_weights(data$row_weights), column_roots(data), powers, k, seconds, threads,
    core_machines(data)
  )
  if (is.null(out)) stop(errorCondition("out of time", class = "nonneg_error_late"))
  c(out, unit = unit)
}

# With a maximum of 1: the start is that of any multiple of the weights.
root_weights <- function(weights, most = max(weights)) if (!is.null(weights)) sqrt(weights / most)

column_roots <- function(data) {
  own <- data$column_weights
  if (!is.null(own)) root_weights(own, largest_of_all(max(own)))
}

# A power of four that brings numbers up to `largest` near 1, and has a root and an inverse.
power_of_four <- function(largest) 4^max(-500, min(500, floor(-log2(largest) / 2)))

scale_columns <- function(x, by) x * rep(by, each = nrow(x))

safe_inverse <- function(d) ifelse(d > 0, 1 / d, 0)

column_norms <- function(x) sqrt(colSums(x^2))
