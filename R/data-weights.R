# Weights and missing entries. The core takes entries that are stored: NA is missing,
# and so is what a sparse matrix does not store if `partial` says so. Weights come
# for stored entries, for rows and for columns, and are multiplied.

is_incomplete <- function(data) data$missing || data$partial || !is.null(data$mask)

# `weights` as given, to list(rows, columns, entries).
check_weights <- function(weights, data, arg) {
  l <- data$dim[1]
  n <- data$dim[2]
  if (is.null(weights)) {
    return(list())
  }
  if (is.list(weights) && !is.data.frame(weights)) {
    given <- names(weights)
    known <- length(given) > 0 && all(given %in% c("rows", "columns")) && !anyDuplicated(given)
    if (!known) {
      abort_input("{.arg {arg}} as a list must have elements {.code rows}, {.code columns} or both.")
    }
    return(list(
      rows = check_weight_vector(weights$rows, data, paste0(arg, "$rows"), "rows"),
      columns = check_weight_vector(weights$columns, data, paste0(arg, "$columns"), "columns")
    ))
  }
  if (is.null(dim(weights))) {
    size <- length(weights)
    side <- side_of_weights(names(weights), data$dimnames)
    if (is.null(side) && size == l && size == n) {
      abort_input(c(
        "{.arg {arg}} of length {size} could be for the rows or for the columns of a square {.arg x}.",
        "i" = "Use {.code list(rows = )} or {.code list(columns = )}."
      ))
    }
    if (!is.numeric(weights) || !size %in% c(l, n)) {
      abort_input(
        "{.arg {arg}} must be a matrix of {l} x {n}, a vector for the {l} rows or the {n} columns, \\
         or a list, not {describe(weights)}."
      )
    }
    if (is.null(side)) side <- if (size == n) "columns" else "rows"
    return(stats::setNames(list(check_weight_vector(weights, data, arg, side)), side))
  }
  list(entries = check_weight_matrix(weights, data, arg))
}

# Which side their names are of, if that is clear.
side_of_weights <- function(given, names) {
  if (is.null(given)) {
    return(NULL)
  }
  of <- vapply(names, function(own) length(own) > 0 && all(given %in% own), NA)
  if (sum(of) == 1) c("rows", "columns")[of]
}

check_weight_vector <- function(w, data, arg, what) {
  if (is.null(w)) {
    return(NULL)
  }
  side <- match(what, c("rows", "columns"))
  size <- data$dim[side]
  if (!is.numeric(w) || length(w) != size) {
    abort_input(
      "{.arg {arg}} must be {size} numbers, one for each of the {what} of {.arg x}, not {describe(w)}."
    )
  }
  w <- vector_by_name(w, data$dimnames[[side]], arg, c("row", "column")[side])
  bad <- which(is.na(w) | w < 0 | w > 1e100)
  if (length(bad)) {
    abort_input(
      "{.arg {arg}} must be numbers from 0 to 1e100; number {bad[1]} is {format(w[bad[1]])}."
    )
  }
  check_some_weight(w, arg)
  as.double(w)
}

check_weight_matrix <- function(w, data, arg) {
  if (is.data.frame(w)) w <- as.matrix(w)
  if (!(is.matrix(w) && (is.numeric(w) || is.logical(w))) && !inherits(w, "Matrix")) {
    abort_input("{.arg {arg}} must be a matrix of numbers, not {describe(w)}.")
  }
  if (!identical(as.integer(dim(w)), as.integer(data$dim))) {
    abort_input(c(
      "{.arg {arg}} must be {data$dim[1]} x {data$dim[2]} like {.arg x}, not {nrow(w)} x {ncol(w)}.",
      "i" = if_turned(dim(w), data$dim, arg)
    ))
  }
  w <- nmf_data(unname_matrix(matrix_by_name(w, data$dimnames, arg)), arg = arg)
  if (w$missing) {
    # No weight is needed where there is nothing to weigh.
    value <- values_of(w$x)
    gone <- which(is.na(value))
    at <- cells_of(w$x)[gone]
    known <- !is.na(values_at(data$x, row_of_cell(at, nrow(data$x)), column_of_cell(at, nrow(data$x))))
    if (any(known)) {
      bad <- at[known]
      abort_input(c(
        "{.arg {arg}} must not be missing where {.arg x} is not.",
        cells(w$x, utils::head(bad, 5), length(bad)),
        "i" = "An entry of {.arg x} that is missing has weight 0."
      ))
    }
    value[gone] <- 0
    w$x <- with_values(w$x, value)
  }
  if (w$scan$max > 1e100) abort_input("{.arg {arg}} must be at most 1e100, not {format(w$scan$max)}.")
  check_some_weight(w$scan$max, arg)
  w$x
}

check_some_weight <- function(w, arg) {
  if (max(w) == 0) abort_input("{.arg {arg}} must not be 0 everywhere.")
}

unname_matrix <- function(x) {
  dimnames(x) <- list(NULL, NULL)
  x
}

# What of x is there: list(x, partial, entry_weights), with weights of entries, `w`, of which 0 is missing,
# and zeros missing if that is asked for. Where less than half of the entries are there, only they are kept,
# in a sparse matrix.
observed_part <- function(x, w = NULL, zeros_missing = FALSE, arg = "x") {
  if (is.null(w) && !zeros_missing) {
    return(list(x = x, partial = FALSE, entry_weights = NULL))
  }
  if (by_blocks(x)) {
    why <- if (zeros_missing) "missing = \"zeros\"" else "weights of entries"
    x <- hold_storage(x, prod(as.double(dim(x))), why, arg)
  }
  if (is.null(w)) {
    at <- which(!values_of(x) %in% 0)
    return(list(x = cells_only(x, cells_of(x)[at]), partial = TRUE, entry_weights = NULL))
  }
  v <- values_of(w)
  positive <- which(v > 0)
  if (zeros_missing || length(positive) < prod(dim(x)) / 2) {
    at <- cells_of(w)[positive]
    v <- v[positive]
    value <- values_at(x, row_of_cell(at, nrow(x)), column_of_cell(at, nrow(x)))
    seen <- (!is.na(value) | is.nan(value)) & !(zeros_missing & value %in% 0)
    v <- v[seen]
    return(list(x = cells_only(x, at[seen], value[seen]), partial = TRUE,
      entry_weights = if (!all(v == 1)) v))
  }
  x <- dense(x)
  v <- dense(w)
  dimnames(v) <- NULL
  if (any(v == 0)) x[v == 0] <- NA
  list(x = x, partial = FALSE, entry_weights = if (!all(v == 0 | v == 1)) v)
}

# A sparse matrix of the cells `at` (numbers in the full matrix, increasing).
cells_only <- function(x, at, value = values_at(x, row_of_cell(at, nrow(x)), column_of_cell(at, nrow(x)))) {
  Matrix::sparseMatrix(
    i = row_of_cell(at, nrow(x)) - 1, p = c(0L, cumsum(tabulate(column_of_cell(at, nrow(x)), ncol(x)))),
    x = value, dims = dim(x), dimnames = names_of(x), index1 = FALSE, repr = "C"
  )
}

weighted_sumsq <- function(data) {
  by_column <- column_squares(data$x, data$row_weights, data$entry_weights)
  if (!is.null(data$column_weights)) by_column <- by_column * data$column_weights
  sum(by_column)
}

# How many entries of every row, and of every column, are observed and have a weight.
count_observed <- function(data) {
  counting <- function(w, size) if (is.null(w)) rep(1, size) else as.numeric(w > 0)
  rows <- counting(data$row_weights, data$dim[1])
  columns <- counting(data$column_weights, data$dim[2])
  if (!is_incomplete(data) && is.null(data$entry_weights)) {
    return(list(sum(columns) * rows, sum(rows) * columns))
  }
  if (!is.null(data$mask)) {
    left <- !data$mask$out
    of <- function(classes, w, count) rowsum(w, factor(classes, seq_len(count) - 1L))[, 1]
    seen_rows <- drop(left %*% of(data$mask$columns, columns, ncol(left)))[data$mask$rows + 1L]
    seen_columns <- drop(of(data$mask$rows, rows, nrow(left)) %*% left)[data$mask$columns + 1L]
    return(list(unname(seen_rows) * rows, unname(seen_columns) * columns))
  }
  counts <- !is.na(values_of(data$x))
  if (!is.null(data$entry_weights)) counts <- counts & as.vector(data$entry_weights) > 0
  counted(data$x, counts, data$partial, rows, columns)
}

# A row or column without any observed entry gets coefficients of 0.
warn_if_unobserved <- function(data) {
  if (!is_incomplete(data) && !data$weighted) {
    return(invisible())
  }
  seen <- count_observed(data)
  before <- if (is.null(data$share)) 0 else data$share$first
  none <- list(which(summed(seen[[1]]) == 0), unlist(from_each(before + which(seen[[2]] == 0))))
  for (side in 1:2) {
    empty <- none[[side]]
    if (length(empty)) {
      what <- c("row", "column")[side]
      warn_user(
        "{length(empty)} {what}{cli::qty(length(empty))}{?s} of {.arg x} {?has/have} no observed entry, \\
         the first is {what} \\
         {empty[1]}: {cli::qty(length(empty))}{?its/their} coefficients are 0.",
        class = "nonneg_warning_unobserved"
      )
    }
  }
}
