# Samples of the data. Each returns list(x, rows, columns): the data to fit, and which rows
# and columns of the whole it has.

resample_kinds <- c("columns", "rows", "entries", "none")

# `part` of the columns, of the rows, or of the entries (the others become missing).
resample_data <- function(x, kind, part) {
  l <- nrow(x)
  n <- ncol(x)
  rows <- seq_len(l)
  columns <- seq_len(n)
  if (kind == "columns") {
    columns <- sort(sample.int(n, max(1, round(part * n))))
    x <- x[, columns, drop = FALSE]
  } else if (kind == "rows") {
    rows <- sort(sample.int(l, max(1, round(part * l))))
    x <- x[rows, , drop = FALSE]
  } else if (kind == "entries") {
    x <- without_entries(x, sort(sample(as.double(l) * n, round((1 - part) * l * n))))
  }
  list(x = x, rows = rows, columns = columns)
}

# x with the entries at `index` (as in x[index], increasing) missing. In a sparse matrix these
# are stored, as NA, besides the nonzeros.
without_entries <- function(x, index) {
  if (is.matrix(x)) {
    x[index] <- NA_real_
    return(x)
  }
  l <- nrow(x)
  stored <- x@i + 1 + rep(seq_len(ncol(x)) - 1, diff(x@p)) * l
  x@x[stored %in% index] <- NA_real_
  new <- index[!index %in% stored]
  at <- c(stored, new)
  value <- c(x@x, rep(NA_real_, length(new)))
  place <- order(at)
  at <- at[place]
  x@x <- value[place]
  x@i <- as.integer((at - 1) %% l)
  x@p <- c(0L, cumsum(tabulate((at - 1) %/% l + 1, ncol(x))))
  x
}

# What belongs to a part of the data: weights, from check_weights(), in the form that nmf() takes, and
# known coefficients.
weights_of_part <- function(weights, rows, columns) {
  if (!length(weights)) {
    return(NULL)
  }
  if (!is.null(weights$entries)) {
    return(weights$entries[rows, columns, drop = FALSE])
  }
  list(rows = weights$rows[rows], columns = weights$columns[columns])
}

arguments_of_part <- function(arguments, rows, columns) {
  arguments$weights <- weights_of_part(arguments$weights, rows, columns)
  if (!is.null(arguments$fixed_W)) arguments$fixed_W <- arguments$fixed_W[rows, , drop = FALSE]
  arguments
}

# Weights of the cells `index` of a matrix with `l` rows; 1 without weights.
weights_at <- function(weights, index, l) {
  row <- (index - 1) %% l + 1
  column <- (index - 1) %/% l + 1
  if (!is.null(weights$entries)) {
    return(as.vector(weights$entries[cbind(row, column)]))
  }
  v <- rep(1, length(index))
  if (!is.null(weights$rows)) v <- v * weights$rows[row]
  if (!is.null(weights$columns)) v <- v * weights$columns[column]
  v
}

# Their sum over all entries that are not missing.
weight_total <- function(weights, x) {
  sum_of <- function(w, size) if (is.null(w)) size else sum(w)
  all <- if (is.null(weights$entries)) {
    sum_of(weights$rows, nrow(x)) * sum_of(weights$columns, as.double(ncol(x)))
  } else {
    sum(weights$entries)
  }
  gone <- cells_of(x)[is.na(values_of(x))]
  all - sum(weights_at(weights, gone, nrow(x)))
}

# Entries that are left out are numbered, and those of a sparse matrix are stored, with twelve bytes each
# and several copies on the way.
check_left_out <- function(data, part, advice) {
  entries <- prod(data$dim)
  count <- round(part * entries)
  written <- function(n) format(n, big.mark = big_mark(), scientific = FALSE)
  if (entries > .Machine$integer.max || (!is.matrix(data$x) && count > 1e8)) {
    abort_input(c(
      "{.arg x} has {written(entries)} entries, too many to leave {written(count)} of them out\\
       {if (!is.matrix(data$x)) ', which a sparse matrix has to store'}.",
      "i" = advice
    ))
  }
}
