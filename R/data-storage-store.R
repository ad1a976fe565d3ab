# A store on disk: blocks that the core reads by itself, so that what it has in common with nmf_blocks() is
# not repeated here.

#' @export
nmf_storage.nmf_store <- function(x, arg = "x") stored(check_store(x, arg), "nmf_store")

is_store <- function(x) inherits(x, "nmf_store")

# By number, in any order, in memory.
store_columns <- function(x, j) {
  got <- with_disk(cpp_store_columns(x, j))
  if (!x$sparse) {
    return(got)
  }
  methods::new("dgCMatrix", p = got$p, i = got$i, x = got$x, Dim = c(as.integer(x$nrow), length(j)))
}

#' @export
columns_of.nmf_store <- function(x, j) {
  out <- store_columns(x, j)
  dimnames(out) <- list(x$dimnames[[1]], x$dimnames[[2]][j])
  out
}

# About two million entries that are stored.
#' @export
column_parts.nmf_store <- function(x) {
  per_column <- max(1, x$stored / x$ncol)
  width <- max(1, floor(2e6 / per_column))
  lapply(seq(1, x$ncol, by = width), function(first) seq.int(first, min(x$ncol, first + width - 1)))
}

# It says what it costs, whoever asks.
#' @export
held.nmf_store <- function(x) {
  check_held(x, "this", "x")
  columns_of(x, seq_len(x$ncol))
}

#' @export
bytes_of.nmf_store <- function(x, nnz) {
  if (x$sparse) 12 * x$stored + 4 * x$ncol else 8 * as.double(x$nrow) * x$ncol
}

# Taken when it was written.
#' @export
scan_storage.nmf_store <- function(x) x$scan

#' @export
values_at.nmf_store <- function(x, row, column) with_disk(cpp_store_values(x, row, column))

#' @export
dim.nmf_store <- function(x) c(x$nrow, x$ncol)

#' @export
print.nmf_store <- function(x, ...) {
  check_dots_empty(...)
  size <- sum(x$files$bytes)
  print_line(
    "Data in a store: ", count_of(x$nrow, "row"), " x ", count_of(x$ncol, "column"),
    if (x$sparse) sprintf(", %s stored entries", format(x$stored, big.mark = big_mark()))
  )
  print_line("  ", if (x$sparse) "sparse" else "dense", ", values as ", x$type, ", ", size_text(size))
  print_line("  ", x$path)
  invisible(x)
}

#' @rdname nmf_store
#' @aliases coerce,nmf_store,dgCMatrix-method
#' @param i,j,drop Rows and columns, as for a matrix.
#' @export
`[.nmf_store` <- function(x, i, j, ..., drop = TRUE) {
  given <- nargs() - (!missing(drop))
  if (...length() || (given == 2 && !missing(i))) abort_input("A store takes rows and columns: \\
      {.code x[i, j]}.")
  rows <- if (missing(i)) NULL else store_index(i, x$nrow, x$dimnames[[1]], "i")
  columns <- if (missing(j)) seq_len(x$ncol) else store_index(j, x$ncol, x$dimnames[[2]], "j")
  check_held(x, "`x[i, j]`", "x", length(columns) / x$ncol)
  out <- columns_of(x, columns)
  if (!is.null(rows)) out <- rows_of(out, rows)
  if (drop && any(dim(out) == 1)) out[, , drop = TRUE] else out
}

store_index <- function(k, size, names, arg) {
  places <- stats::setNames(seq_len(size), names)
  k <- if (is.character(k)) match(k, names) else unname(places[k])
  if (anyNA(k)) abort_input("{.arg {arg}} must be rows or columns that the store has, of which there are \\
                             {size}.")
  k
}

check_held <- function(x, what, arg, part = 1) {
  bytes <- part * bytes_of(x)
  if (bytes > memory_limit()) {
    abort_input(c(
      "The store {.arg {arg}} would have to be in memory for {what}: {size_text(bytes)}.",
      "i" = "The limit is {size_text(memory_limit())}: {.code options(nonneg.memory = )} raises it."
    ))
  }
}

#' @export
as.matrix.nmf_store <- function(x, ...) {
  check_dots_empty(...)
  check_held(x, "as.matrix()", "x", if (x$sparse) 8 * as.double(x$nrow) * x$ncol / bytes_of(x) else 1)
  plain_matrix(columns_of(x, seq_len(x$ncol)))
}

#' @importFrom methods coerce setAs setOldClass
#' @importClassesFrom Matrix dgCMatrix
methods::setOldClass(c("nmf_store", "nmf_blocks"))
#' @exportMethod coerce
methods::setAs("nmf_store", "dgCMatrix", function(from) as_sparse(held(from)))
