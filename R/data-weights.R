# Weights and missing entries. The core takes entries that are stored: NA is missing,
# and so is what a sparse matrix does not store if `partial` says so. Weights come
# for stored entries, for rows and for columns, and are multiplied.

# Adds to `data`, from nmf_data(): partial, entry_weights, row_weights, column_weights. With
# weights of entries, x becomes dense, or sparse with what has a weight.
weigh_data <- function(data, weights, arg = "weights") {
  w <- check_weights(weights, data, arg)
  data$row_weights <- w$rows
  data$column_weights <- w$columns
  data <- if (!is.null(w$entries)) {
    with_entry_weights(data, w$entries)
  } else if (data$missing && is.matrix(data$x) && data$observed < prod(data$dim) / 2) {
    observed_only(data, which(!is.na(data$x)))
  } else {
    data
  }
  data$weighted <- !is.null(weights)
  rescanned(data)
}

is_incomplete <- function(data) isTRUE(data$missing) || isTRUE(data$partial)

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
      rows = check_weight_vector(weights$rows, l, paste0(arg, "$rows"), "rows"),
      columns = check_weight_vector(weights$columns, n, paste0(arg, "$columns"), "columns")
    ))
  }
  if (is.null(dim(weights))) {
    size <- length(weights)
    if (size == l && size == n) {
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
    side <- if (size == n) "columns" else "rows"
    return(stats::setNames(list(check_weight_vector(weights, size, arg, side)), side))
  }
  list(entries = check_weight_matrix(weights, data, arg))
}

check_weight_vector <- function(w, size, arg, what) {
  if (is.null(w)) {
    return(NULL)
  }
  if (!is.numeric(w) || length(w) != size) {
    abort_input(
      "{.arg {arg}} must be {size} numbers, one for each of the {what} of {.arg x}, not {describe(w)}."
    )
  }
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
    abort_input(
      "{.arg {arg}} must be {data$dim[1]} x {data$dim[2]} like {.arg x}, not {nrow(w)} x {ncol(w)}."
    )
  }
  w <- nmf_data(unname_matrix(w), arg = arg)
  if (w$missing) {
    abort_input(c(
      "{.arg {arg}} must not contain missing values.",
      cells(w$x, w$scan$na, w$scan$n_na),
      "i" = "An entry of {.arg x} that is missing has weight 0."
    ))
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

# Where less than half of the entries count, only those are kept.
with_entry_weights <- function(data, w) {
  positive <- if (is.matrix(w)) sum(w > 0) else sum(w@x > 0)
  if (positive < prod(data$dim) / 2) {
    at <- if (is.matrix(w)) which(w > 0) else stored_cells(w)[w@x > 0]
    value <- if (is.matrix(w)) w[at] else w@x[w@x > 0]
    return(observed_only(data, at, value))
  }
  x <- as.matrix(data$x)
  w <- as.matrix(w)
  storage.mode(w) <- "double"
  if (all(w == 0 | w == 1)) {
    x[w == 0] <- NA
  } else {
    data$entry_weights <- w
  }
  data$x <- x
  data
}

# A sparse matrix of the cells `at` (numbers in the full matrix, increasing): what it
# does not store is missing.
observed_only <- function(data, at, weights = NULL) {
  l <- data$dim[1]
  value <- if (is.matrix(data$x)) {
    data$x[at]
  } else {
    found <- data$x@x[match(at, stored_cells(data$x))]
    ifelse(at %in% stored_cells(data$x), found, 0)
  }
  seen <- !is.na(value)
  at <- at[seen]
  column <- (at - 1) %/% l
  data$x <- Matrix::sparseMatrix(
    i = (at - 1) %% l, p = c(0L, cumsum(tabulate(column + 1, data$dim[2]))), x = value[seen],
    dims = data$dim, index1 = FALSE, repr = "C"
  )
  data$partial <- TRUE
  if (!is.null(weights) && !all(weights[seen] == 1)) data$entry_weights <- weights[seen]
  data
}

# Numbers of the stored entries in the full matrix.
stored_cells <- function(x) {
  x@i + 1 + nrow(x) * rep(as.double(seq_len(ncol(x)) - 1), diff(x@p))
}

# What the scan tells, of observed entries alone; the sum of squares with weights.
rescanned <- function(data) {
  if (is.null(data$partial) && !data$weighted) {
    return(data)
  }
  scan <- cpp_scan(data$x)
  data$scan <- scan
  data$missing <- scan$n_na > 0
  total <- if (isTRUE(data$partial)) length(data$x@x) else prod(data$dim)
  data$observed <- total - scan$n_na
  if (data$weighted) data$scan$sumsq <- weighted_sumsq(data)
  data
}

weighted_sumsq <- function(data) {
  x <- data$x
  rows <- if (is.null(data$row_weights)) 1 else data$row_weights
  columns <- if (is.null(data$column_weights)) 1 else data$column_weights
  if (is.matrix(x)) {
    w <- if (is.null(data$entry_weights)) 1 else data$entry_weights
    by_column <- colSums(rows * w * x^2, na.rm = TRUE)
  } else {
    w <- if (is.null(data$entry_weights)) 1 else data$entry_weights
    x@x <- w * x@x^2 * if (length(rows) > 1) rows[x@i + 1L] else 1
    by_column <- Matrix::colSums(x, na.rm = TRUE)
  }
  sum(columns * by_column)
}

# How many entries of every row, and of every column, are observed and have a weight.
count_observed <- function(data) {
  x <- data$x
  rows <- if (is.null(data$row_weights)) rep(1, nrow(x)) else as.numeric(data$row_weights > 0)
  columns <- if (is.null(data$column_weights)) rep(1, ncol(x)) else as.numeric(data$column_weights > 0)
  if (is.matrix(x)) {
    seen <- !is.na(x)
    if (!is.null(data$entry_weights)) seen <- seen & data$entry_weights > 0
    return(list(drop(seen %*% columns) * rows, drop(rows %*% seen) * columns))
  }
  # Over what is stored and counts, or over all less what is stored and does not.
  seen <- !is.na(x@x)
  partial <- isTRUE(data$partial)
  if (!is.null(data$entry_weights)) seen <- seen & data$entry_weights > 0
  x@x <- as.numeric(if (partial) seen else !seen)
  here <- list(drop(as.matrix(x %*% columns)), drop(as.matrix(rows %*% x)))
  if (!partial) here <- list(sum(columns) - here[[1]], sum(rows) - here[[2]])
  list(here[[1]] * rows, here[[2]] * columns)
}

# A row or column without any observed entry gets coefficients of 0.
warn_if_unobserved <- function(data) {
  if (!is_incomplete(data) && !data$weighted) {
    return(invisible())
  }
  seen <- count_observed(data)
  for (side in 1:2) {
    empty <- which(seen[[side]] == 0)
    if (length(empty)) {
      what <- c("row", "column")[side]
      warn_user(
        "{length(empty)} {what}{cli::qty(length(empty))}{?s} of {.arg x} {?has/have} no observed entry, the first is {what} \\
         {empty[1]}: {cli::qty(length(empty))}{?its/their} coefficients are 0.",
        class = "nonneg_warning_unobserved"
      )
    }
  }
}
