# The class "nmf_input": data as the functions of this package see it, whatever the user gave.
#
# Fields, all always there:
#   x              the storage: a double matrix, a dgCMatrix with increasing rows, nmf_blocks(), or a store
#   class          of what the user gave, in one word; `assay` and `layer` as asked for, or NULL
#   dim, dimnames  a list of two, NULL for a side without names
#   documents      TRUE if an object of a text package says that columns are documents
#   weighting      what tf_idf() and others did to it, a list
#   scan           the facts of cpp_scan() about the values of `x` that are there; never changed
#   missing        does `x` hold NA? `partial`: is what a sparse `x` does not store missing?
#   observed       the number of entries that are not missing
#   entry_weights, row_weights, column_weights
#                  of the entries that `x` stores, of rows and of columns; NULL is 1
#   weights        which of these there are: "entries", "rows", "columns"; `weighted`: any?
#   sumsq          the sum of squares with weights
#   zeros_missing  was `missing = "zeros"` asked for?
#   negative       may values be below 0? What is made of the data may then as well
#   mask           entries that are left out, see rank-holdout.R: missing although `x` does not say so; or
#   NULL
#
# A double matrix or a valid dgCMatrix is used as it is, without a copy. A new class of objects is one method
# of nmf_matrix(), or, where that is no matrix yet, of nmf_storage(); a new storage is one file of verbs, see
# data-storage.R.

# `x` may be such an input already. `negative`: may values be below 0?
nmf_data <- function(x, arg = "x", assay = NULL, layer = NULL, weights = NULL, missing = "NA",
                     negative = FALSE) {
  if (is_input(x)) {
    return(if (is.null(weights)) x else new_input(x, check_weights(weights, x, "weights"), x$zeros_missing))
  }
  given <- given_storage(x, arg, assay, layer)
  check_not_empty(given$x, arg)
  missing <- check_choice(missing, c("NA", "zeros", "error"), "missing")
  if (missing == "error") refuse_missing(given$x, arg)
  weights <- check_weights(weights, c(given["x"], list(dim = dim(given$x), dimnames = names_of(given$x))),
    "weights")
  new_input(given, weights, missing == "zeros", arg, negative)
}

# The scan of all data comes when their weights are known, which may leave entries out.
refuse_missing <- function(x, arg) {
  scan <- scan_storage(x)
  if (scan$n_na > 0) check_cells(x, scan, arg)
}

is_input <- function(x) inherits(x, "nmf_input")

# `given`: list(x, class, assay, layer, documents, weighting), from stored(); `weights`: from check_weights().
new_input <- function(given, weights = list(), zeros_missing = FALSE, arg = "x",
                      negative = isTRUE(given$negative)) {
  part <- observed_part(given$x, weights$entries, zeros_missing, arg)
  kinds <- kinds_of(weights)
  weights$entries <- part$entry_weights
  fill_input(given, part$x, part$partial, weights, kinds, zeros_missing, arg, negative)
}

kinds_of <- function(weights) {
  kinds <- c("entries", "rows", "columns")
  kinds[!vapply(weights[kinds], is.null, NA)]
}

# `weights$entries`: of what `x` stores; `kinds` of weights that were given.
fill_input <- function(given, x, partial, weights, kinds = kinds_of(weights), zeros_missing = FALSE,
                       arg = "x",
                       negative = isTRUE(given$negative)) {
  scan <- scan_storage(x)
  if (scan$n_nan + scan$n_infinite + scan$n_negative > 0) {
    x <- without_weightless(x, weights)
    scan <- scan_storage(x)
  }
  check_cells(x, scan, arg, na_ok = TRUE, negative = negative)
  # The size of the largest, whatever its sign, is what units go by; for blocks a bound of it.
  if (scan$n_negative > 0) {
    scan$max <- if (by_blocks(x)) sqrt(scan$sumsq) else max(abs(range(values_of(x), na.rm = TRUE)))
  }
  total <- if (partial) length(x@x) else prod(as.double(dim(x)))
  input <- structure(
    list(
      x = x, class = given$class, assay = given$assay, layer = given$layer, dim = dim(x),
      dimnames = names_of(x),
      documents = given$documents, weighting = given$weighting, scan = scan, missing = scan$n_na > 0,
      partial = partial, observed = total - scan$n_na, entry_weights = weights$entries,
      row_weights = weights$rows, column_weights = weights$columns, weights = kinds,
      weighted = length(kinds) > 0, sumsq = scan$sumsq, zeros_missing = zeros_missing, negative = negative,
      mask = NULL
    ),
    class = "nmf_input"
  )
  if (input$weighted) input$sumsq <- weighted_sumsq(input)
  input
}

# Rows and columns of the weight 0 may hold anything: it is taken as missing.
without_weightless <- function(x, weights) {
  rows <- which(weights$rows == 0)
  columns <- which(weights$columns == 0)
  if (by_blocks(x) || !length(rows) && !length(columns)) {
    return(x)
  }
  if (is_dense(x)) {
    x[rows, ] <- NA
    x[, columns] <- NA
    return(x)
  }
  at <- cells_of(x)
  value <- values_of(x)
  value[row_of_cell(at, nrow(x)) %in% rows | column_of_cell(at, nrow(x)) %in% columns] <- NA
  with_values(x, value)
}

# The same data with weights, given by the user. Where less than half of a dense matrix is there, only that is
# kept: what a fit looks at.
weigh_data <- function(data, weights, arg = "weights") {
  if (!is.null(weights)) data <- new_input(data, check_weights(weights, data, arg), data$zeros_missing)
  compact(data)
}

# Other values in the place of `x`, without weights.
restored <- function(data, x, arg = "x") {
  data$x <- x
  new_input(data, arg = arg)
}

# Some rows and columns, with their weights; `held`: in memory, in any case.
part_of <- function(data, rows = seq_len(data$dim[1]), columns = seq_len(data$dim[2]), held = FALSE) {
  cut <- function(x) if (held) rows_of(columns_of(x, columns), rows) else cut_storage(x, rows, columns)
  entries <- data$entry_weights
  if (is.matrix(entries)) {
    entries <- cut(entries)
  } else if (!is.null(entries)) {
    entries <- values_of(cut(with_values(data$x, entries)))
  }
  weights <- list(entries = entries, rows = data$row_weights[rows], columns = data$column_weights[columns])
  fill_input(data, cut(data$x), data$partial, weights, data$weights, data$zeros_missing)
}

# Only what is there, where that is less than half.
compact <- function(data) {
  # Facts of what several machines have would become those of one.
  if (!is.null(data$share) || !data$missing || !is_dense(data$x) || by_blocks(data$x) ||
    data$observed >= prod(data$dim) / 2) {
    return(data)
  }
  at <- which(!is.na(data$x))
  weights <- list(entries = data$entry_weights[at], rows = data$row_weights, columns = data$column_weights)
  fill_input(data, cells_only(data$x, at), TRUE, weights, data$weights, data$zeros_missing)
}

# Some columns as they count: a double matrix, NA for what is missing, or has the weight 0.
observed_columns <- function(data, j) {
  x <- dense_columns(data$x, j)
  if (data$partial) {
    there <- dense_columns(with_values(data$x, rep(1, length(data$x@x))), j)
    x[there == 0] <- NA
  }
  w <- weights_of_columns(data, j)
  if (!is.null(w)) x[w == 0] <- NA
  x
}

# Single entries likewise.
observed_at <- function(data, row, column) {
  value <- values_at(data$x, row, column)
  gone <- rep(FALSE, length(value))
  if (data$partial) gone <- values_at(with_values(data$x, rep(1, length(data$x@x))), row, column) == 0
  entries <- data$entry_weights
  if (is.matrix(entries)) gone <- gone | entries[cbind(row, column)] == 0
  if (!is.null(entries) && !is.matrix(entries)) {
    gone <- gone | values_at(with_values(data$x, entries), row, column) == 0
  }
  if (!is.null(data$row_weights)) gone <- gone | data$row_weights[row] == 0
  if (!is.null(data$column_weights)) gone <- gone | data$column_weights[column] == 0
  value[gone] <- NA
  value
}

# Their weights, all three multiplied, as a matrix; NULL without.
weights_of_columns <- function(data, j) {
  if (!data$weighted) {
    return(NULL)
  }
  w <- matrix(1, data$dim[1], length(j))
  entries <- data$entry_weights
  if (is.matrix(entries)) w <- entries[, j, drop = FALSE]
  if (!is.null(entries) && !is.matrix(entries)) w <- dense_columns(with_values(data$x, entries), j)
  if (!is.null(data$row_weights)) w <- w * data$row_weights
  if (!is.null(data$column_weights)) w <- w * rep(data$column_weights[j], each = data$dim[1])
  unname(w)
}

# Reads blocks into memory, for what needs more than one column at a time.
hold_data <- function(data, what = "this", arg = "x") {
  if (!by_blocks(data$x)) {
    return(data)
  }
  data$x <- hold_storage(data$x, data$scan$nnz + data$scan$n_na, what, arg)
  data
}

# Likewise for many fits, which read their data again and again; but a store stays where it is unless it is
# small.
hold_for_many <- function(data, what, arg = "x") {
  if (is_store(data$x) && bytes_of(data$x) > memory_limit() / 4) data else hold_data(data, what, arg)
}

size_text <- function(bytes) {
  unit <- max(1, findInterval(bytes, c(1, 1e3, 1e6, 1e9, 1e12)))
  paste(format(signif(bytes / 1000^(unit - 1), 2)), c("bytes", "kB", "MB", "GB", "TB")[unit])
}

# What may be read into memory, in bytes.
memory_limit <- function() {
  check_number(getOption("nonneg.memory", 4e9), "options(nonneg.memory)", min = 0, finite = FALSE)
}

hold_storage <- function(x, nnz, what, arg = "x") {
  bytes <- bytes_of(x, nnz)
  limit <- memory_limit()
  if (bytes > limit) {
    abort_input(c(
      "The blocks of {.arg {arg}} must be in memory for {what}, which would take {size_text(bytes)}.",
      "i" = "The limit is {size_text(limit)}: raise {.code options(nonneg.memory = )} where there is room, \\
             or take some of \\
             the columns."
    ))
  }
  if (bytes > 1e8) {
    tell_user(
      "The blocks of {.arg {arg}} are read into memory for {what}: {size_text(bytes)}.",
      class = "nonneg_message_memory"
    )
  }
  held(x)
}
