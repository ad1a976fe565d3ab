# Samples of the data.

resample_kinds <- c("columns", "rows", "entries", "none")

# `part` of the columns, of the rows, or of the entries (the others become missing): list(data, rows, columns), the
# data to fit, and which rows and columns of the whole it has.
resample_data <- function(data, kind, part, loss) {
  l <- data$dim[1]
  n <- data$dim[2]
  rows <- seq_len(l)
  columns <- seq_len(n)
  if (kind == "columns") {
    columns <- sort(sample.int(n, max(1, round(part * n))))
    data <- part_of(data, columns = columns)
  } else if (kind == "rows") {
    rows <- sort(sample.int(l, max(1, round(part * l))))
    data <- part_of(data, rows = rows)
  } else if (kind == "entries") {
    data <- left_out(data, holdout_of(draw_holdout(data$dim, 1 - part)), loss)
  }
  list(data = data, rows = rows, columns = columns)
}

# What belongs to some of the rows: known coefficients, and parameters of the loss.
arguments_of_part <- function(arguments, rows) {
  if (!is.null(arguments$fixed_W)) arguments$fixed_W <- arguments$fixed_W[rows, , drop = FALSE]
  loss <- arguments$loss
  if (inherits(loss, "nmf_loss") && length(loss$parameter) > 1) {
    arguments$loss <- new_loss(loss$name, loss$parameter[rows])
  }
  arguments
}

# The data of a survey, in memory, and the arguments of its fits, of which a wrong one is an error of the call, not of
# each fit. `ranks`: the ranks of the fits.
many_data <- function(x, assay, layer, weights, missing, what) {
  data <- nmf_data(x, "x", assay, layer, weights, missing)
  if (data$observed == 0) abort_input("{.arg x} must have an entry that is not missing.")
  compact(hold_data(data, what))
}

check_fit_arguments <- function(arguments, data, rank) {
  known <- arguments[intersect(names(formals(check_request)), names(arguments))]
  fit_problem(data, rank, do.call(check_request, known), arguments$init, arguments$fixed_W)
  invisible()
}

# Weights of a part of the data, from check_weights(), in the form that nmf() takes.
weights_of_part <- function(weights, rows, columns) {
  if (!length(weights)) {
    return(NULL)
  }
  if (!is.null(weights$entries)) {
    return(weights$entries[rows, columns, drop = FALSE])
  }
  list(rows = weights$rows[rows], columns = weights$columns[columns])
}
