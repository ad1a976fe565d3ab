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
