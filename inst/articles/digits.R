# Functions of the article "Images", which shows them; also used by data-raw/images.R and the tests.

## ---- neighbours ----
# The k nearest columns of X to each column, by Euclidean distance, and their distances.
neighbours <- function(X, k = 10) {
  n <- ncol(X)
  square <- colSums(X^2)
  near <- far <- matrix(0, k, n)
  for (b in split(seq_len(n), ceiling(seq_len(n) / 500))) {
    D <- outer(square, square[b], "+") - 2 * crossprod(X, X[, b])
    D[cbind(b, seq_along(b))] <- Inf
    near[, b] <- apply(D, 2, function(d) {
      few <- which(d <= sort(d, partial = k)[k])
      few[order(d[few])][seq_len(k)]
    })
    at <- cbind(as.vector(near[, b]), rep(seq_along(b), each = k))
    far[, b] <- sqrt(pmax(D[at], 0))
  }
  list(near = near, far = far)
}

## ---- graph ----
# Similarity of neighbours, on the scale of the distance to the seventh (Zelnik-Manor
# and Perona 2004), and 0 for all others; then scaled by the sums of rows.
neighbour_graph <- function(X, k = 10) {
  n <- ncol(X)
  found <- neighbours(X, k)
  local <- found$far[min(7, k), ]
  i <- as.vector(found$near)
  j <- rep(seq_len(n), each = k)
  s <- exp(-as.vector(found$far)^2 / (local[i] * local[j]))
  A <- Matrix::sparseMatrix(c(i, j), c(j, i), x = c(s, s) / 2, dims = c(n, n))
  d <- 1 / sqrt(Matrix::colSums(A))
  A@x <- A@x * d[A@i + 1] * rep(d, diff(A@p))
  A
}
spectral <- function(A, k) {
  Z <- RSpectra::eigs_sym(A, k)$vectors
  kmeans(Z / sqrt(rowSums(Z^2)), k, iter.max = 100)$cluster
}

## ---- half ----
# Hidden pixels of new pictures from the parts of others: their weight is 0.
fill_by_parts <- function(A, V, hidden, rank) {
  fit <- nmf(A, rank, tol = 1e-3, max_iter = 1000)
  seen <- matrix(1, nrow(V), ncol(V))
  seen[hidden, ] <- 0
  (basis(fit) %*% predict(fit, V, weights = seen))[hidden, ]
}
# The same, drawn towards what is usual: every coefficient costs its squared distance from
# its mean over A, in units of its variance, as if seen once more. Exact least squares.
fill_by_usual_parts <- function(A, V, hidden, rank, ridge) {
  fit <- nmf(A, rank, tol = 1e-3, max_iter = 1000)
  usual <- rowMeans(coef(fit))
  pull <- sqrt(ridge / apply(coef(fit), 1, var))
  W <- rbind(basis(fit)[-hidden, ], diag(pull, rank))
  H <- nnls(W, rbind(V[-hidden, ], matrix(pull * usual, rank, ncol(V))))
  (basis(fit) %*% H)[hidden, ]
}
# The same from principal components, whose mean is 0.
fill_by_components <- function(A, V, hidden, rank, ridge = 0) {
  m <- rowMeans(A)
  s <- svd(A - m, nu = rank, nv = 0)
  U <- s$u[-hidden, , drop = FALSE]
  # The variance of a component says how large its score may be.
  penalty <- diag(ridge * ncol(A) / s$d[seq_len(rank)]^2, rank)
  z <- solve(crossprod(U) + penalty, crossprod(U, V[-hidden, ] - m[-hidden]))
  (m + s$u %*% z)[hidden, ]
}
