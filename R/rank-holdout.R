# Entries that are left out of a fit. They are drawn by classes: each row and each column is put at random in
# one of at most `holdout_classes`, and every pair of a row class and a column class in one of the sets. (A
# matrix with no more rows and columns than that has a class for each, so that entries are drawn one by one.)
# Every entry is as likely to be in a set as any other, and a fit needs no list of what is left out: see
# src/loss/mask.h.

holdout_classes <- 64L

# list(rows, columns, set): the classes of rows and columns, counted from 0, and the set of each pair of
# classes. `sets`: of how many equal sets; or, if it is below 1, which part is in set 1, and the rest in none,
# 0.
draw_holdout <- function(dim, sets) {
  classes <- pmin(dim, holdout_classes)
  drawn <- lapply(1:2, function(side) {
    all <- seq_len(classes[side]) - 1L
    if (classes[side] == dim[side]) all else sample(rep_len(all, dim[side]))
  })
  pairs <- prod(classes)
  set <- if (sets < 1) seq_len(pairs) <= round(sets * pairs) else rep_len(seq_len(sets), pairs)
  list(rows = drawn[[1]], columns = drawn[[2]], set = matrix(as.integer(set)[sample.int(pairs)], classes[1]))
}

# Those of one set: list(rows, columns, out), `out` a logical table of the classes.
holdout_of <- function(holdout, set = 1L) {
  list(rows = holdout$rows, columns = holdout$columns, out = holdout$set == set)
}

# Is entry (row, column) out? Vectors of the same length.
is_out <- function(out, row, column) out$out[out$rows[row] + 1L + nrow(out$out) * out$columns[column]]

# Of some columns, as a logical matrix.
out_columns <- function(out, j) out$out[out$rows + 1L, out$columns[j] + 1L, drop = FALSE]

# How many entries it has, of which some may be missing already.
count_out <- function(out) {
  sum(tabulate(out$rows + 1L, nrow(out$out)) * (out$out %*% tabulate(out$columns + 1L, ncol(out$out))))
}

# `data` with these entries missing. Where the loss needs of them no more than their classes, they are a
# `mask`.
left_out <- function(data, out, loss) {
  data <- hold_data(data, "entries that are left out")
  if (data$partial) {
    cell <- cells_of(data$x)
    kept <- which(!is_out(out, row_of_cell(cell, data$dim[1]), column_of_cell(cell, data$dim[1])))
    weights <- weights_list(data, data$entry_weights[kept])
    return(fill_input(data, stored_only(data$x, kept), TRUE, weights, data$weights, data$zeros_missing))
  }
  if (!takes_mask(data, loss)) {
    x <- if (is_dense(data$x)) cpp_with_gaps(data$x, out) else with_stored_gaps(data$x, out)
    return(fill_input(data, x, FALSE, weights_list(data), data$weights, data$zeros_missing))
  }
  x <- if (is_dense(data$x)) {
    cpp_with_gaps(data$x, out)
  } else {
    cell <- cells_of(data$x)
    gone <- is_out(out, row_of_cell(cell, data$dim[1]), column_of_cell(cell, data$dim[1]))
    stored_only(data$x, which(!gone))
  }
  part <- fill_input(data, x, FALSE, weights_list(data), data$weights, data$zeros_missing)
  part$missing <- FALSE
  part$observed <- prod(as.double(data$dim)) - count_out(out)
  part$mask <- out
  part
}

weights_list <- function(data, entries = data$entry_weights) {
  list(entries = entries, rows = data$row_weights, columns = data$column_weights)
}

# Frobenius, and losses that need no more of zeros than sums of the other factor.
takes_mask <- function(data, loss) {
  whole <- !data$missing && !data$partial && is.null(data$entry_weights) && !by_blocks(data$x)
  whole && (loss$quadratic || (loss$by_sums && !is_dense(data$x)))
}

# The stored entries at `kept`, increasing, of a sparse matrix.
stored_only <- function(x, kept) {
  column <- rep(seq_len(ncol(x)), diff(x@p))
  x@p <- c(0L, cumsum(tabulate(column[kept], ncol(x))))
  x@i <- x@i[kept]
  x@x <- x@x[kept]
  x
}

# A sparse matrix stores what is missing, besides the nonzeros.
with_stored_gaps <- function(x, out) {
  l <- nrow(x)
  stored <- cells_of(x)
  gone <- is_out(out, row_of_cell(stored, l), column_of_cell(stored, l))
  x@x[gone] <- NA_real_
  new <- out_columns(out, seq_len(ncol(x)))
  new[stored[gone]] <- FALSE
  new <- which(new)
  at <- c(stored, new)
  place <- order(at)
  at <- at[place]
  x@x <- c(x@x, rep(NA_real_, length(new)))[place]
  x@i <- as.integer(row_of_cell(at, l) - 1)
  x@p <- c(0L, cumsum(tabulate(column_of_cell(at, l), ncol(x))))
  x
}

# Entries that a mask cannot tell are numbered, and those of a sparse matrix are stored, with twelve bytes
# each and several copies on the way.
check_left_out <- function(data, part, loss, advice) {
  if (takes_mask(data, loss) || data$partial) {
    return(invisible())
  }
  entries <- prod(as.double(data$dim))
  count <- round(part * entries)
  written <- function(n) format(n, big.mark = big_mark(), scientific = FALSE)
  sparse <- !is_dense(data$x)
  if (entries > .Machine$integer.max || (sparse && count > 1e8)) {
    abort_input(c(
      "{.arg x} has {written(entries)} entries, too many to leave {written(count)} of them out\\
       {if (sparse) ', which a sparse matrix has to store'}.",
      "i" = advice
    ))
  }
}
