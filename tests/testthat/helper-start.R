# Data of the tests of starts.

# Low rank, noise, zeros, and columns of very unequal size, without randomness.
test_matrix <- function(l = 40, n = 25, rank = 5) {
  wave <- function(rows, cols, a, b) pmax(sin(outer(seq_len(rows) * a, seq_len(cols) * b)), 0)
  x <- wave(l, rank, 1.3, 0.7) %*% t(wave(n, rank, 0.9, 2.1))
  x <- x %*% diag(seq_len(n)^0.5) + 0.1 * wave(l, n, 2.3, 1.1)
  x[3, ] <- 0
  x[, 4] <- 0
  x
}

# Low rank and noise, with no side short enough to be taken whole.
large_matrix <- function(rank = 5, noise = 0.1) {
  withr::with_seed(1, {
    x <- matrix(rexp(400 * rank), 400) %*% matrix(rexp(rank * 300), rank)
    x + noise * matrix(rexp(400 * 300), 400)
  })
}
