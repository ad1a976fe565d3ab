# A dgCMatrix whose row indices increase within columns. What it does not store is 0, unless its input says
# that it is `partial`.

#' @export
is_dense.dgCMatrix <- function(x) FALSE

#' @export
columns_of.dgCMatrix <- function(x, j) if (is_all(j, ncol(x))) x else x[, j, drop = FALSE]

#' @export
rows_of.dgCMatrix <- function(x, i) if (is_all(i, nrow(x))) x else x[i, , drop = FALSE]

#' @export
held.dgCMatrix <- function(x) x

#' @export
bytes_of.dgCMatrix <- function(x, nnz) 12 * as.double(length(x@x)) + 4 * length(x@p)

#' @export
scan_storage.dgCMatrix <- function(x) cpp_scan(x)

#' @export
values_of.dgCMatrix <- function(x) x@x

#' @export
with_values.dgCMatrix <- function(x, values) {
  x@x <- as.double(values)
  x
}

#' @export
cells_of.dgCMatrix <- function(x) x@i + 1 + nrow(x) * rep(as.double(seq_len(ncol(x)) - 1), diff(x@p))

# By bisection among the stored cells, which increase.
#' @export
values_at.dgCMatrix <- function(x, row, column) {
  stored <- cells_of(x)
  at <- row + (as.double(column) - 1) * nrow(x)
  place <- findInterval(at, stored)
  found <- place > 0
  found[found] <- stored[place[found]] == at[found]
  value <- numeric(length(at))
  value[found] <- x@x[place[found]]
  value
}

#' @export
x_times.dgCMatrix <- function(x, V) unname(as.matrix(known_values(x) %*% V))

#' @export
tx_times.dgCMatrix <- function(x, U) unname(as.matrix(Matrix::crossprod(known_values(x), U)))

known_values <- function(x) {
  if (anyNA(x@x)) x@x[is.na(x@x)] <- 0
  x
}

#' @export
gram_of.dgCMatrix <- function(x, wide) {
  unname(as.matrix(if (wide) Matrix::tcrossprod(x) else Matrix::crossprod(x)))
}

#' @export
column_sums.dgCMatrix <- function(x) unname(Matrix::colSums(x, na.rm = TRUE))

#' @export
row_sums.dgCMatrix <- function(x) unname(Matrix::rowSums(x, na.rm = TRUE))

#' @export
column_squares.dgCMatrix <- function(x, rows = NULL, entries = NULL) {
  squares <- x@x^2
  if (!is.null(entries)) squares <- squares * entries
  if (!is.null(rows)) squares <- squares * rows[x@i + 1L]
  column_sums(with_values(x, squares))
}

# Over what is stored and counts, or over all less what is stored and does not.
#' @export
counted.dgCMatrix <- function(x, counts, partial, rows, columns) {
  x <- with_values(x, if (partial) counts else !counts)
  here <- list(drop(as.matrix(x %*% columns)), drop(as.matrix(rows %*% x)))
  if (!partial) here <- list(sum(columns) - here[[1]], sum(rows) - here[[2]])
  list(unname(here[[1]]) * rows, unname(here[[2]]) * columns)
}

#' @export
turned.dgCMatrix <- function(x) Matrix::t(x)

#' @export
as_sparse.dgCMatrix <- function(x) x
