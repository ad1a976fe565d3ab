# What every storage of X can do. A storage is a double matrix, a dgCMatrix, blocks that R delivers
# (nmf_blocks()), or a store on disk; data-storage-dense.R, -sparse.R, -blocks.R and -store.R hold its
# answers, so that nobody else asks which one it is. A value that is NA is missing; sums leave it out.

# Some columns, in memory, as a matrix or dgCMatrix.
#' @noRd
#' @keywords internal
columns_of <- function(x, j) UseMethod("columns_of")

# Some rows of all columns, likewise.
#' @noRd
#' @keywords internal
rows_of <- function(x, i) UseMethod("rows_of")

# Some rows and columns, as a storage: in memory, where that is the place for it.
#' @noRd
#' @keywords internal
cut_storage <- function(x, rows, columns) UseMethod("cut_storage")

#' @export
cut_storage.default <- function(x, rows, columns) rows_of(columns_of(x, columns), rows)

# All of it in memory. (Blocks: see hold_data(), which says what it costs.)
#' @noRd
#' @keywords internal
held <- function(x) UseMethod("held")

# The bytes that held() takes; `nnz` is the number of entries that are not 0.
#' @noRd
#' @keywords internal
bytes_of <- function(x, nnz) UseMethod("bytes_of")

# The facts of cpp_scan().
#' @noRd
#' @keywords internal
scan_storage <- function(x) UseMethod("scan_storage")

# The numbers that are stored, as a vector, and the same storage with others in their place.
#' @noRd
#' @keywords internal
values_of <- function(x) UseMethod("values_of")

#' @noRd
#' @keywords internal
with_values <- function(x, values) UseMethod("with_values")

# Where they are: numbers of cells of the full matrix, increasing, as doubles.
#' @noRd
#' @keywords internal
cells_of <- function(x) UseMethod("cells_of")

# Values at given positions.
#' @noRd
#' @keywords internal
values_at <- function(x, row, column) UseMethod("values_at")

# X V and X'U, dense.
#' @noRd
#' @keywords internal
x_times <- function(x, V) UseMethod("x_times")

#' @noRd
#' @keywords internal
tx_times <- function(x, U) UseMethod("tx_times")

# X X' (`wide`) or X'X, dense.
#' @noRd
#' @keywords internal
gram_of <- function(x, wide) UseMethod("gram_of")

# Sums of columns and of rows.
#' @noRd
#' @keywords internal
column_sums <- function(x) UseMethod("column_sums")

#' @noRd
#' @keywords internal
row_sums <- function(x) UseMethod("row_sums")

# Sums of squares of columns, each entry with a weight: of its row, and its own (as values_of() has them).
#' @noRd
#' @keywords internal
column_squares <- function(x, rows = NULL, entries = NULL) UseMethod("column_squares")

# How many entries of each row, and of each column, count: list(rows, columns). Each counts as the number in
# `columns`, or in `rows`, which are 0 or 1. `counts`: which stored ones do; `partial`: what is not stored
# does not.
#' @noRd
#' @keywords internal
counted <- function(x, counts, partial, rows, columns) UseMethod("counted")

# The transpose, and one as a dgCMatrix; both in memory.
#' @noRd
#' @keywords internal
turned <- function(x) UseMethod("turned")

#' @noRd
#' @keywords internal
as_sparse <- function(x) UseMethod("as_sparse")

# Are zeros stored like other numbers?
#' @noRd
#' @keywords internal
is_dense <- function(x) UseMethod("is_dense")

# Does the core have to ask R for blocks of it?
#' @noRd
#' @keywords internal
by_blocks <- function(x) UseMethod("by_blocks")

#' @export
by_blocks.default <- function(x) FALSE

dense_columns <- function(x, j) {
  x <- columns_of(x, j)
  if (is_dense(x)) x else plain_matrix(x)
}

dense <- function(x) dense_columns(x, seq_len(ncol(x)))

# Columns in blocks of about 16 MB where they are dense: a list of their numbers.
column_blocks <- function(x, entries = 2e6) {
  n <- ncol(x)
  width <- max(1, min(4096, floor(entries / max(1, nrow(x)))))
  lapply(seq(1, n, by = width), function(first) seq.int(first, min(n, first + width - 1)))
}

# Of blocks or a store, columns that go into memory together: as column_blocks(), but more where a store is
# sparse.
#' @noRd
#' @keywords internal
column_parts <- function(x) UseMethod("column_parts")

#' @export
column_parts.default <- function(x) column_blocks(x)

# list(NULL, NULL) where there are none.
names_of <- function(x) {
  names <- dimnames(x)
  if (is.null(names)) list(NULL, NULL) else names
}

row_of_cell <- function(at, l) (at - 1) %% l + 1
column_of_cell <- function(at, l) (at - 1) %/% l + 1
