# Samples of the data.

resample_kinds <- c("columns", "rows", "entries", "none")

# `part` of the columns, of the rows, or of the entries (the others become missing): list(data, rows,
# columns), the data to fit, and which rows and columns of the whole it has.
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

# What belongs to some of the rows and columns of data of this size: fixed coefficients, parameters of the
# loss, and neighbours.
arguments_of_part <- function(arguments, rows, columns, dim) {
  if (!is.null(arguments$fixed_W)) arguments$fixed_W <- arguments$fixed_W[rows, , drop = FALSE]
  loss <- arguments$loss
  if (inherits(loss, "nmf_loss") && length(loss$parameter) > 1) {
    arguments$loss <- new_loss(loss$name, loss$parameter[rows])
  }
  arguments["smooth_W"] <- list(neighbours_left(arguments$smooth_W, rows, dim[1]))
  arguments["smooth_H"] <- list(neighbours_left(arguments$smooth_H, columns, dim[2]))
  arguments
}

# `smooth`: from check_smooth(), for `count` rows or columns, of which those at `index` are left; NULL if
# there are no neighbours among them.
neighbours_left <- function(smooth, index, count) {
  if (is.null(smooth) || length(index) == count) {
    return(smooth)
  }
  graph <- smooth$graph
  if (is.null(graph)) {
    first <- seq_len(count - 1)
    graph <- Matrix::sparseMatrix(c(first, first + 1), c(first + 1, first), x = 1, dims = c(count, count))
  }
  graph <- Matrix::drop0(graph[index, index, drop = FALSE])
  graph@Dimnames <- list(NULL, NULL)
  if (!length(graph@x)) {
    return(NULL)
  }
  smoothness(smooth$strength, graph)
}

# The data of a survey, in memory or a store, and the arguments of its fits, of which a wrong one is an error
# of the call, not of each fit. `ranks`: the ranks of the fits.
many_data <- function(x, assay, layer, weights, missing, negative, loss, what) {
  data <- nmf_data(x, "x", assay, layer, weights, missing, may_be_negative(negative))
  check_negative(data, check_loss(loss))
  if (data$observed == 0) abort_input("{.arg x} must have an entry that is not missing.")
  compact(hold_for_many(data, what))
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

# How many of the values are not whole numbers, and the first of them: list(count, first). A store knows by
# its type.
not_whole <- function(x) {
  if (is_store(x)) {
    if (x$type == "uint16") {
      return(list(count = 0))
    }
    parts <- lapply(column_parts(x), function(j) not_whole(columns_of(x, j)))
    count <- vapply(parts, `[[`, 0, "count")
    return(list(count = sum(count), first = if (any(count > 0)) parts[[which(count > 0)[1]]]$first))
  }
  values <- values_of(x)
  bad <- which(values != trunc(values))
  list(count = as.double(length(bad)), first = values[bad[1]])
}
