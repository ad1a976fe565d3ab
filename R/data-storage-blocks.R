#' Data that are delivered block by block
#'
#' For data that do not fit into memory, or that are made as they are needed: a function that returns some
#' columns at a time takes the place of the matrix. Every function of this package that takes data takes it.
#'
#' One iteration of a Frobenius fit to complete data asks for every block once, in order, and holds one at a
#' time; so does the start, three times for its singular vectors, and a first read, which checks the
#' values. [predict()][predict.nmf], [divergence()], [augment()][augment.nmf] and a few others read block by
#' block as well.
#'
#' Other losses, missing entries and weights need the rows of the data too, and resamples and the functions
#' for corpora need all of it. For these it is read into memory once, as it is: `8 * l * n` bytes, or 12 for
#' every nonzero entry where blocks are sparse. Above 100 MB a message says so (class
#' `"nonneg_message_memory"`), and above the option `nonneg.memory`, by default 4e9 bytes, it is an error.
#'
#' @param block A function of `first` and `last` that returns columns `first` to `last` of the data, from 1: a
#'   matrix of numbers, or a sparse matrix of package Matrix. It must return the same each time.
#' @param dim Number of rows and of columns.
#' @param dimnames Names of rows and columns, or `NULL`.
#' @param sparse `TRUE` if `block` returns sparse matrices.
#' @param ... Must be empty.
#' @return An object of class `"nmf_blocks"`, with `dim()`, `dimnames()` and `print()`.
#' @examples
#' x <- leukemia$x
#' blocks <- nmf_blocks(function(first, last) x[, first:last, drop = FALSE], dim(x), dimnames(x))
#' blocks
#' nmf(blocks, rank = 3)
#' @export
nmf_blocks <- function(block, dim, dimnames = NULL, sparse = FALSE, ...) {
  need_arguments(block, dim)
  check_dots_empty(...)
  if (!is.function(block)) {
    abort_input("{.arg block} must be a function of {.code first} and {.code last}, not {describe(block)}.")
  }
  taken <- names(formals(args(block)))
  if (length(taken) < 2 && !"..." %in% taken) {
    abort_input("{.arg block} must have two arguments, {.code first} and {.code last}, not {length(taken)}.")
  }
  if (!is.numeric(dim) || length(dim) != 2) {
    abort_input("{.arg dim} must be two whole numbers, of rows and of columns, not {describe(dim)}.")
  }
  dim <- c(check_count(dim[[1]], "dim[1]"), check_count(dim[[2]], "dim[2]"))
  check_flag(sparse, "sparse")
  dimnames <- check_dimnames(dimnames, dim)
  structure(
    list(
      nrow = dim[1], ncol = dim[2], sparse = sparse, block = checked_block(block, dim[1], sparse),
      dimnames = dimnames
    ),
    class = "nmf_blocks"
  )
}

check_dimnames <- function(dimnames, dim) {
  if (is.null(dimnames)) {
    return(NULL)
  }
  right <- function(names, size) is.null(names) || (is.character(names) && length(names) == size)
  if (!is.list(dimnames) || length(dimnames) != 2 || !right(dimnames[[1]], dim[1]) ||
    !right(dimnames[[2]], dim[2])) {
    abort_input(
      "{.arg dimnames} must be a list of {dim[1]} row names and {dim[2]} column names, each of them text \\
       or NULL."
    )
  }
  unname(dimnames)
}

# What the core gets: a double matrix or a dgCMatrix of the right size, or an error that says what came.
checked_block <- function(block, rows, sparse) {
  force(block)
  function(first, last) {
    given <- block(first, last)
    x <- if (sparse && methods::is(given, "sparseMatrix")) {
      as_sorted_dgC(as_dgC(given), "block")
    } else if (!sparse && is_numeric_matrix(given)) {
      as_double_matrix(plain_matrix(given), "block")
    }
    if (is.null(x)) {
      what <- if (sparse) "a sparse matrix of package Matrix" else "a matrix of numbers"
      abort_input("{.arg block} must return {what}, not {describe(given)}.")
    }
    want <- c(rows, last - first + 1)
    if (any(dim(x) != want)) {
      abort_input(
        "{.arg block} must return {want[1]} x {want[2]} for columns {first} to {last}, not {nrow(x)} x \\
         {ncol(x)}."
      )
    }
    x
  }
}

is_numeric_matrix <- function(x) {
  (is.matrix(x) && typeof(x) %in% c("double", "integer", "logical") && !inherits(x, "integer64")) ||
    methods::is(x, "denseMatrix")
}

#' @export
dim.nmf_blocks <- function(x) c(x$nrow, x$ncol)

#' @export
dimnames.nmf_blocks <- function(x) x$dimnames

#' @export
print.nmf_blocks <- function(x, ...) {
  check_dots_empty(...)
  print_line(
    "Data in ", if (x$sparse) "sparse " else "", "blocks of columns: ", count_of(x$nrow, "row"), " x ",
    count_of(x$ncol, "column")
  )
  invisible(x)
}

#' @export
is_dense.nmf_blocks <- function(x) !x$sparse

#' @export
by_blocks.nmf_blocks <- function(x) TRUE

# Neighbours are asked for together.
#' @export
columns_of.nmf_blocks <- function(x, j) {
  runs <- split(j, cumsum(c(1, diff(j) != 1)))
  parts <- lapply(runs, function(run) x$block(run[1], run[length(run)]))
  out <- if (length(parts) == 1) parts[[1]] else do.call(cbind, unname(parts))
  dimnames(out) <- list(x$dimnames[[1]], x$dimnames[[2]][j])
  out
}

#' @export
rows_of.nmf_blocks <- function(x, i) {
  do.call(cbind, lapply(column_blocks(x), function(j) rows_of(columns_of(x, j), i)))
}

#' @export
held.nmf_blocks <- function(x) {
  do.call(cbind, lapply(column_blocks(x), function(j) columns_of(x, j)))
}

#' @export
bytes_of.nmf_blocks <- function(x, nnz) {
  if (x$sparse) 12 * nnz + 4 * x$ncol else 8 * as.double(x$nrow) * x$ncol
}

# One read, block by block; cells are numbered in the whole.
#' @export
scan_storage.nmf_blocks <- function(x) {
  scan_parts(x, column_blocks(x))
}

scan_parts <- function(x, parts) {
  scans <- lapply(parts, function(j) {
    scan <- scan_storage(columns_of(x, j))
    for (fault in scan_places) scan[[fault]] <- scan[[fault]] + (j[1] - 1) * as.double(x$nrow)
    scan
  })
  Reduce(add_scans, scans)
}

scan_places <- c("na", "nan", "negative", "infinite")

add_scans <- function(a, b) {
  for (name in names(a)) {
    a[[name]] <- if (name %in% scan_places) {
      utils::head(c(a[[name]], b[[name]]), 5)
    } else if (name == "max") {
      max(a$max, b$max)
    } else {
      a[[name]] + b[[name]]
    }
  }
  a
}

#' @export
values_of.nmf_blocks <- function(x) values_of(held(x))

#' @export
with_values.nmf_blocks <- function(x, values) with_values(held(x), values)

#' @export
cells_of.nmf_blocks <- function(x) cells_of(held(x))

#' @export
values_at.nmf_blocks <- function(x, row, column) {
  value <- numeric(length(row))
  for (j in column_blocks(x)) {
    at <- which(column >= j[1] & column <= j[length(j)])
    if (length(at)) value[at] <- values_at(columns_of(x, j), row[at], column[at] - j[1] + 1)
  }
  value
}

#' @export
x_times.nmf_blocks <- function(x, V) {
  total <- matrix(0, nrow(x), ncol(V))
  for (j in column_blocks(x)) total <- total + x_times(columns_of(x, j), V[j, , drop = FALSE])
  total
}

#' @export
tx_times.nmf_blocks <- function(x, U) {
  do.call(rbind, lapply(column_blocks(x), function(j) tx_times(columns_of(x, j), U)))
}

#' @export
gram_of.nmf_blocks <- function(x, wide) {
  if (!wide) {
    return(do.call(cbind, lapply(column_blocks(x), function(j) tx_times(x, dense_columns(x, j)))))
  }
  total <- matrix(0, nrow(x), nrow(x))
  for (j in column_blocks(x)) total <- total + gram_of(columns_of(x, j), TRUE)
  total
}

#' @export
column_sums.nmf_blocks <- function(x) unlist(lapply(column_blocks(x),
  function(j) column_sums(columns_of(x, j))))

#' @export
row_sums.nmf_blocks <- function(x) {
  total <- numeric(nrow(x))
  for (j in column_blocks(x)) total <- total + row_sums(columns_of(x, j))
  total
}

#' @export
column_squares.nmf_blocks <- function(x, rows = NULL, entries = NULL) {
  if (!is.null(entries)) {
    return(column_squares(held(x), rows, entries))
  }
  unlist(lapply(column_blocks(x), function(j) column_squares(columns_of(x, j), rows)))
}

#' @export
counted.nmf_blocks <- function(x, counts, partial, rows, columns) counted(held(x), counts, partial, rows,
  columns)

#' @export
turned.nmf_blocks <- function(x) turned(held(x))

#' @export
as_sparse.nmf_blocks <- function(x) as_sparse(held(x))
