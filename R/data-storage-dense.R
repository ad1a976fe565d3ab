# A double matrix.

#' @export
is_dense.matrix <- function(x) TRUE

#' @export
columns_of.matrix <- function(x, j) if (is_all(j, ncol(x))) x else x[, j, drop = FALSE]

#' @export
rows_of.matrix <- function(x, i) if (is_all(i, nrow(x))) x else x[i, , drop = FALSE]

# No copy where nothing is left out.
is_all <- function(k, count) length(k) == count && identical(as.integer(k), seq_len(count))

#' @export
held.matrix <- function(x) x

#' @export
bytes_of.matrix <- function(x, nnz) 8 * as.double(length(x))

#' @export
scan_storage.matrix <- function(x) cpp_scan(x)

#' @export
values_of.matrix <- function(x) as.vector(x)

#' @export
with_values.matrix <- function(x, values) {
  x[] <- as.double(values)
  x
}

#' @export
cells_of.matrix <- function(x) as.double(seq_along(x))

#' @export
values_at.matrix <- function(x, row, column) x[cbind(row, column)]

#' @export
x_times.matrix <- function(x, V) {
  if (anyNA(x)) x[is.na(x)] <- 0
  unname(x %*% V)
}

#' @export
tx_times.matrix <- function(x, U) {
  if (anyNA(x)) x[is.na(x)] <- 0
  unname(crossprod(x, U))
}

#' @export
gram_of.matrix <- function(x, wide) {
  # By the kernels: R's own BLAS takes longer for this than the fit of small data.
  cpp_gram(x, wide)
}

#' @export
column_sums.matrix <- function(x) unname(colSums(x, na.rm = TRUE))

#' @export
row_sums.matrix <- function(x) unname(rowSums(x, na.rm = TRUE))

#' @export
column_squares.matrix <- function(x, rows = NULL, entries = NULL) {
  squares <- x^2
  if (!is.null(entries)) squares <- squares * as.vector(entries)
  if (!is.null(rows)) squares <- squares * rows
  unname(colSums(squares, na.rm = TRUE))
}

#' @export
counted.matrix <- function(x, counts, partial, rows, columns) {
  dim(counts) <- dim(x)
  list(drop(counts %*% columns) * rows, drop(rows %*% counts) * columns)
}

#' @export
turned.matrix <- function(x) t(x)

# By way of a general matrix: Matrix takes numbers as small as 1e-150 for equal, and so x for symmetric.
#' @export
as_sparse.matrix <- function(x) as_dgC(methods::as(methods::as(x, "generalMatrix"), "CsparseMatrix"))
