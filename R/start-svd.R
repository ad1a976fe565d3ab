# The leading k singular triples of the data, without touching the random number
# generator: list(u = l x k, d, v = n x k, root). The singular values are
# root^2 * d with d[1] = 1, since they can be too large for a number where their
# roots are not. What is zero to working accuracy is exactly zero: d, u and v of a
# triple beyond the rank, and single entries of u and v. After `deadline`, in elapsed seconds of
# proc.time(), it gives up with an error of class "nonneg_error_late".
truncated_svd <- function(data, k, threads, deadline = Inf, exact = gram_is_cheap(data$x, k, data$scan$nnz)) {
  if (data$scan$max == 0) {
    zero <- lapply(data$dim, function(m) matrix(0, m, k))
    return(list(u = zero[[1]], d = numeric(k), v = zero[[2]], root = 0))
  }
  unit <- squarable(data)
  s <- if (exact) svd_gram(unit$x, k) else svd_lanczos(unit$x, k, unit$sumsq, threads, deadline)
  s <- fix_signs(drop_noise(s))
  s$root <- sqrt(s$d[1]) * sqrt(unit$scale)
  s$d <- s$d / s$d[1]
  s
}

# The data itself unless its squares could overflow or underflow: then a copy
# divided by a power of two.
squarable <- function(data) {
  top <- log2(data$scan$max)
  if (abs(top) < 200) {
    return(list(x = data$x, sumsq = data$scan$sumsq, scale = 1))
  }
  scale <- 2^max(floor(top), -1000)
  x <- data$x / scale
  list(x = x, sumsq = cpp_scan(x)$sumsq, scale = scale)
}

# The cross product of the short side is worth forming when it is small and
# does not take long, or when nearly all of it would be asked for anyway.
gram_is_cheap <- function(x, k, nnz) {
  short <- min(dim(x))
  stored <- if (is_dense(x)) prod(as.double(dim(x))) else nnz
  (short <= 200 && stored * short <= 4e9) || k > short / 4
}

svd_gram <- function(x, k) {
  wide <- nrow(x) <= ncol(x)
  e <- eigen(gram_of(x, wide), symmetric = TRUE)
  short <- e$vectors[, seq_len(k), drop = FALSE]
  d <- sqrt(pmax(e$values[seq_len(k)], 0))
  long <- if (wide) tx_times(x, short) else x_times(x, short)
  long <- scale_columns(long, safe_inverse(d))
  if (wide) list(u = short, d = d, v = long) else list(u = long, d = d, v = short)
}

# Lanczos on u -> XX'u, which never forms XX': each step reads x once. The
# operator is scaled to a trace near 1, because the stopping rule of RSpectra
# is absolute for small eigenvalues.
svd_lanczos <- function(x, k, sumsq, threads, deadline = Inf) {
  l <- nrow(x)
  scale <- 2^-floor(log2(sumsq))
  # RSpectra makes an error of its own of whatever ends its operator: why it ended is kept here.
  ended <- NULL
  operator <- function(u, args) {
    tryCatch(
      {
        check_deadline(deadline)
        scale * cpp_multiply(x, matrix(u), 1, NULL, TRUE, Inf, threads)$XXtU
      },
      interrupt = function(e) stop(ended <<- e),
      nonneg_error_late = function(e) stop(ended <<- e)
    )
  }
  # Any start will do that is not special for any data: multiples of the golden
  # ratio modulo 1.
  start <- (seq_len(l) * (sqrt(5) - 1) / 2) %% 1
  e <- tryCatch(
    suppressWarnings(RSpectra::eigs_sym(
      operator, k,
      n = l, which = "LA",
      opts = list(initvec = start, ncv = min(l, 2 * k + 10), tol = 1e-6)
    )),
    error = function(e) {
      if (inherits(ended, "interrupt")) cpp_interrupt()
      stop(if (is.null(ended)) e else ended)
    }
  )
  found <- length(e$values)
  if (found == 0) {
    abort_input("The singular values of {.arg x} were not found; try {.code init = \"random\"}.")
  }
  u <- cbind(e$vectors, matrix(0, l, k - found))
  d <- sqrt(pmax(c(e$values, numeric(k - found)), 0) / scale)
  v <- scale_columns(t(cpp_multiply(x, u, 1, NULL, FALSE, Inf, threads)$UtX), safe_inverse(d))
  list(u = u, d = d, v = v)
}

check_deadline <- function(deadline) {
  if (proc.time()[["elapsed"]] > deadline) {
    stop(errorCondition("out of time", class = "nonneg_error_late"))
  }
}

# Singular values come as roots of eigenvalues, and singular vectors have unit
# norm: below these levels they are rounding errors.
drop_noise <- function(s) {
  level <- max(nrow(s$u), nrow(s$v)) * .Machine$double.eps
  zero <- s$d^2 <= level * s$d[1]^2
  s$d[zero] <- 0
  s$u[, zero] <- 0
  s$v[, zero] <- 0
  s$u[abs(s$u) < 1e-10] <- 0
  s$v[abs(s$v) < 1e-10] <- 0
  s
}

# The entry of u that is largest in absolute value is positive; of several that
# are equal up to rounding, the first.
fix_signs <- function(s) {
  for (k in which(s$d > 0)) {
    size <- abs(s$u[, k])
    lead <- which(size >= (1 - 1e-6) * max(size))[1]
    if (s$u[lead, k] < 0) {
      s$u[, k] <- -s$u[, k]
      s$v[, k] <- -s$v[, k]
    }
  }
  s
}

scale_columns <- function(x, by) x * rep(by, each = nrow(x))

safe_inverse <- function(d) ifelse(d > 0, 1 / d, 0)

column_norms <- function(x) sqrt(colSums(x^2))
