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
  missing <- check_choice(missing, c("NA", "zeros"), "missing")
  weights <- check_weights(weights, c(given["x"], list(dim = dim(given$x), dimnames = names_of(given$x))),
    "weights")
  new_input(given, weights, missing == "zeros", arg, negative)
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
  if (!data$missing || !is_dense(data$x) || by_blocks(data$x) || data$observed >= prod(data$dim) / 2) {
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

# What a method of nmf_storage() returns.
stored <- function(x, class, documents = FALSE, weighting = list()) {
  list(x = x, class = class, assay = NULL, layer = NULL, documents = documents, weighting = weighting)
}

# A matrix in the object, if it has several, as nmf_matrix() takes it.
given_storage <- function(x, arg, assay = NULL, layer = NULL) {
  if (!has_matrices(x)) {
    if (!is.null(assay) || !is.null(layer)) {
      which <- if (is.null(assay)) "layer" else "assay"
      abort_input(
        "{.arg {which}} is for objects that hold several matrices, see {.code ?adapters}, not for \\
         {describe(x)}."
      )
    }
    return(nmf_storage(x, arg))
  }
  # Which assay is the default may change between two calls; the fit keeps to its own.
  if (is.null(assay) && inherits(x, "Seurat")) assay <- default_seurat_assay(x)
  chosen <- Filter(Negate(is.null), list(assay = assay, layer = layer))
  given <- nmf_storage(do.call(nmf_matrix, c(list(x), chosen)), arg)
  given$class <- class(x)[1]
  given["assay"] <- list(assay)
  given["layer"] <- list(layer)
  given
}

# Is there a method of nmf_matrix() for it?
has_matrices <- function(x) {
  if (!is.object(x)) {
    return(FALSE)
  }
  kinds <- if (isS4(x)) methods::is(x) else class(x)
  methods <- paste0("nmf_matrix.", kinds)
  # What utils::getS3method() finds, in a tenth of its time: those that are in sight, and those registered.
  registered <- get(".__S3MethodsTable__.", topenv())
  any(vapply(methods, function(name) exists(name, mode = "function") ||
    exists(name, registered, inherits = FALSE), NA))
}

# The assay and layer that the fit had, for objects that have some, unless told otherwise.
remembered <- function(x, fit, assay, layer) {
  if (!has_matrices(x)) {
    return(list(assay = assay, layer = layer))
  }
  list(
    assay = if (is.null(assay)) fit$data$assay else assay,
    layer = if (is.null(layer) && is.null(assay)) fit$data$layer else layer
  )
}

# To a storage, whose values are not looked at yet.
#' @noRd
#' @keywords internal
nmf_storage <- function(x, arg = "x") {
  UseMethod("nmf_storage")
}

#' @export
nmf_storage.matrix <- function(x, arg = "x") {
  stored(as_double_matrix(as_bare_matrix(x), arg), if (is.object(x)) class(x)[1] else "matrix")
}

#' @export
nmf_storage.nmf_blocks <- function(x, arg = "x") stored(x, "nmf_blocks")

#' @export
nmf_storage.data.frame <- function(x, arg = "x") {
  numeric <- vapply(x, is_numeric_column, NA)
  if (!all(numeric)) abort_columns(x, which(!numeric), arg)
  stored(as_double_matrix(as.matrix(x), arg), class(x)[1])
}

abort_columns <- function(x, bad, arg) {
  shown <- utils::head(bad, 5)
  rows <- sprintf(
    "column %d (%s): <%s>", shown, encodeString(names(x)[shown], quote = "\""),
    vapply(x[shown], function(col) class(col)[1], "")
  )
  text <- bad[vapply(x[bad], is_text, NA)]
  # One column of text, all different, next to numbers: names of the rows.
  labels <- if (length(bad) == 1 && length(text) == 1 && ncol(x) > 1 &&
    !anyDuplicated(x[[text]])) names(x)[text]
  abort_input(c(
    "All columns of {.arg {arg}} must be numeric or logical.",
    "x" = "{length(bad)} column{?s} {?is/are} not:",
    bullets(rows, length(bad)),
    "i" = if (length(labels)) {
      "Are these the names of the rows? \\
       {.code y <- as.matrix({arg}[-{text}]); rownames(y) <- {arg}[[{text}]]}"
    },
    "i" = if (any(vapply(x[bad], inherits, NA, "integer64"))) "Turn 64-bit integers into numbers: \\
        {.fn as.numeric}.",
    # Few columns, and text in one.
    "i" = if (ncol(x) <= 4 && any(vapply(x, is_text, NA))) {
      "If each row is a term of a document: see {.fn tidy_documents}."
    }
  ))
}

#' @export
nmf_storage.Matrix <- function(x, arg = "x") {
  kind <- class(x)[1]
  check_not_empty(x, arg)
  x <- if (methods::is(x, "sparseMatrix")) {
    as_sorted_dgC(as_dgC(x), arg)
  } else {
    as_double_matrix(plain_matrix(x), arg)
  }
  stored(x, kind)
}

#' @export
nmf_storage.default <- function(x, arg = "x") {
  # A matrix under another class, such as a contingency table.
  if (is.matrix(x) && is.object(x) && !inherits(x, "integer64")) {
    return(stored(as_double_matrix(as_bare_matrix(x), arg), class(x)[1]))
  }
  abort_input(c(
    "{.arg {arg}} must be a matrix, a data frame or a matrix of package {.pkg Matrix}, \\
     not {describe(x)}.",
    "i" = if (is.numeric(x) && is.null(dim(x)) && !is.object(x)) {
      "One observation is {.code as.matrix({arg})}: features are rows."
    },
    "i" = if (inherits(x, "integer64")) "Turn 64-bit integers into numbers: \\
        {.code array(as.numeric({arg}), dim({arg}), dimnames({arg}))}.",
    "i" = if (inherits(x, c("Assay", "StdAssay"))) {
      "Give the Seurat object with {.arg assay} and {.arg layer}, or \\
       {.code SeuratObject::LayerData({arg}, \"data\")}."
    },
    # As the data sets of this package are.
    "i" = if (is.list(x) && !is.object(x) && (is.matrix(x[["x"]]) || methods::is(x[["x"]], "Matrix"))) {
      "Its element {.field x} is one: did you mean {.code {list_name()}$x}?"
    }
  ))
}

# Without its class, of S3 or of S4 (which may hide a matrix, or an array of two dimensions).
as_bare_matrix <- function(x) {
  if (!is.object(x) || inherits(x, "integer64")) {
    return(x)
  }
  names <- dimnames(x)
  size <- dim(x)
  x <- if (isS4(x)) methods::getDataPart(x) else unclass(x)
  if (length(size) != 2) {
    return(x)
  }
  array(as.vector(x), size, if (length(unlist(names))) names)
}

# What the user called the data, if that is a name.
list_name <- function() {
  call <- user_call()
  given <- if (length(call) > 1) call[[2]]
  if (is.name(given)) as.character(given) else "..."
}

is_numeric_column <- function(col) {
  (is.numeric(col) || is.logical(col)) && is.null(dim(col)) && !inherits(col, "integer64")
}

is_text <- function(col) is.character(col) || is.factor(col)

# Older versions of Matrix give a matrix without names a list of two NULLs for names.
plain_matrix <- function(x) {
  x <- if (methods::is(x, "Matrix")) methods::as(x, "matrix") else as.matrix(x)
  if (is.list(dimnames(x)) && is.null(unlist(dimnames(x)))) dimnames(x) <- NULL
  x
}

# Integers and logicals are converted once; doubles are returned untouched.
as_double_matrix <- function(x, arg) {
  if (!typeof(x) %in% c("double", "integer", "logical")) {
    abort_input("{.arg {arg}} must hold numbers, not values of type {.cls {typeof(x)}}.")
  }
  check_not_empty(x, arg)
  if (typeof(x) != "double") storage.mode(x) <- "double"
  x
}

check_not_empty <- function(x, arg) {
  if (any(dim(x) == 0)) {
    abort_input(
      "{.arg {arg}} must have at least one row and one column, \\
       not {nrow(x)} row{?s} and {ncol(x)} column{?s}."
    )
  }
}

# Triplets become columns first, while the entries still have their own type:
# repeated entries add up in a numeric matrix, and mean TRUE in a logical one.
as_dgC <- function(x) {
  if (methods::is(x, "dgCMatrix")) {
    return(x)
  }
  for (virtual in c("CsparseMatrix", "dMatrix", "generalMatrix")) {
    x <- methods::as(x, virtual)
  }
  x
}

# The core relies on row indices that increase within each column. Matrices
# made by hand may break that; they are rebuilt once, adding repeated entries.
as_sorted_dgC <- function(x, arg) {
  if (!slots_fit(x)) {
    abort_input("{.arg {arg}} is not a valid {.cls dgCMatrix}: its slots do not fit together.")
  }
  ends <- x@p[ncol(x) + 1L]
  if (length(x@i) == ends && cpp_rows_increase(x@i, x@p)) {
    return(x)
  }
  used <- seq_len(ends)
  Matrix::sparseMatrix(
    i = x@i[used], p = x@p, x = x@x[used], dims = dim(x), dimnames = dimnames(x),
    index1 = FALSE, repr = "C"
  )
}

slots_fit <- function(x) {
  p <- x@p
  if (length(p) != ncol(x) + 1L || anyNA(p) || p[1L] != 0L || is.unsorted(p)) {
    return(FALSE)
  }
  entries <- length(x@i)
  length(x@x) == entries && entries >= p[length(p)] &&
    (entries == 0L || isTRUE(min(x@i) >= 0L && max(x@i) < nrow(x)))
}

check_cells <- function(x, scan, arg, na_ok = FALSE, negative = FALSE) {
  faults <- scan$n_nan + scan$n_infinite + scan$n_negative
  if (faults == 0 && !negative && scan$max > 1e305) {
    abort_input("{.arg {arg}} must not contain values above 1e305, but has {scan$max}: use other units.")
  }
  if (scan$n_na > 0 && !na_ok) {
    abort_input(c(
      "{.arg {arg}} must not contain missing values.",
      "x" = "{scan$n_na} cell{?s} {?is/are} NA:",
      cells(x, scan$na, scan$n_na)
    ))
  }
  if (scan$n_nan > 0) {
    abort_input(c(
      "{.arg {arg}} must not contain NaN.",
      "x" = "{scan$n_nan} cell{?s} {?is/are} NaN, the result of a calculation without one:",
      cells(x, scan$nan, scan$n_nan),
      "i" = if (na_ok) "A missing entry is {.code NA}."
    ))
  }
  if (scan$n_infinite > 0) {
    abort_input(c(
      "{.arg {arg}} must not contain infinite values.",
      "x" = "{scan$n_infinite} cell{?s} {?is/are} infinite:",
      cells(x, scan$infinite, scan$n_infinite)
    ))
  }
  if (scan$n_negative > 0 && !negative) {
    abort_input(c(
      "{.arg {arg}} must not contain negative values.",
      "x" = "{scan$n_negative} cell{?s} {?is/are} negative:",
      cells(x, scan$negative, scan$n_negative),
      negative_advice(x, scan, arg)
    ))
  }
}

# What to do about negative numbers: many of them are what centring makes of data, few small ones are noise.
negative_advice <- function(x, scan, arg) {
  if (!arg %in% c("x", "newdata")) {
    return(NULL)
  }
  if (scan$n_negative > max(20, 0.1 * prod(as.double(dim(x))))) {
    return(c(
      "i" = "Centred data, such as z-scores or {.val scale.data} of Seurat, have no nonnegative parts: give what was there \\
             before, counts or their logarithms ({.val data}), perhaps divided by the standard deviation of each row.",
      "i" = "Where the sign means something, as in log-ratios, {.fn nmf_semi} finds parts of any sign with nonnegative amounts."
    ))
  }
  at <- scan$negative
  value <- values_at(x, (at - 1) %% nrow(x) + 1, (at - 1) %/% nrow(x) + 1)
  if (arg == "x" && all(abs(value) <= 0.1 * scan$max)) {
    c("i" = "Noise about zero may stay as it is: {.code nmf(negative = \"allow\")}, under the Frobenius loss.")
  }
}

# One bullet per cell, by number and, where there are names, by name.
cells <- function(x, index, total) {
  row <- (index - 1) %% nrow(x) + 1
  col <- (index - 1) %/% nrow(x) + 1
  value <- vapply(values_at(x, row, col), format, "")
  at <- sprintf(
    "row %.0f%s, column %.0f%s: %s", row, quoted(rownames(x), row),
    col, quoted(colnames(x), col), value
  )
  bullets(at, total)
}

quoted <- function(names, k) {
  if (is.null(names)) {
    return(rep("", length(k)))
  }
  paste0(" (", encodeString(names[k], quote = "\""), ")")
}

# Bullets of a cli message for `lines`, the first of `total`.
bullets <- function(lines, total) {
  if (total > length(lines)) lines <- c(lines, "...")
  lines <- gsub("}", "}}", gsub("{", "{{", lines, fixed = TRUE), fixed = TRUE)
  stats::setNames(lines, rep("*", length(lines)))
}
