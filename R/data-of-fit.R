# Data given to a function of a fit, which does not hold its own: matched by names, from the same assay,
# weighed and weighted as the fit was, as far as it knows.

# The data that a fit was made from, given again, in the order of the fit; as_given() turns a matrix like it
# back. `weighed`: with the weights that the fit had; `terms`: counts with its weights of terms.
data_of_fit <- function(x, fit, arg = "x", assay = NULL, layer = NULL, weights = NULL, negative = FALSE,
                        weighed = TRUE, terms = weighed) {
  check_fit(fit)
  need_observations(fit)
  data <- data_for_fit(x, fit, arg, assay, layer, weights, negative, weighed)
  size <- dim(fit)[1:2]
  if (!identical(as.integer(data$dim), as.integer(size))) {
    abort_input(c(
      "{.arg {arg}} must have the size of the data of the fit, {size[1]} x {size[2]}.",
      "x" = "It is {data$dim[1]} x {data$dim[2]}.",
      "i" = if (identical(as.integer(rev(data$dim)), as.integer(size))) "Is it the wrong way round? \\
          {.code t({arg})}."
    ))
  }
  rows <- match_by_name(data$dimnames[[1]], rownames(fit$W), arg, "row", "the fit")
  columns <- match_by_name(data$dimnames[[2]], colnames(fit$H), arg, "column", "the fit")
  order <- NULL
  if (!is.null(rows) || !is.null(columns)) {
    if (is.null(rows)) rows <- seq_len(size[1])
    if (is.null(columns)) columns <- seq_len(size[2])
    data <- part_of(data, rows, columns)
    order <- list(order(rows), order(columns))
  }
  if (terms) data <- weighted_terms(data, fit, arg)
  if (is.null(weights) && weighed) data <- weighed_like(data, fit, c("rows", "columns"))
  attr(data, "order") <- order
  data
}

# Rows and columns as they were given.
as_given <- function(A, data) {
  order <- attr(data, "order")
  if (is.null(order)) A else A[order[[1]], order[[2]], drop = FALSE]
}

# From the assay and layer of the fit, where the object has several, with the fit's rule of what is missing.
data_for_fit <- function(x, fit, arg, assay = NULL, layer = NULL, weights = NULL, negative = FALSE,
                         weighed = TRUE) {
  chosen <- remembered(x, fit, assay, layer)
  missing <- if (isTRUE(fit$data$zeros_missing) && weighed) "zeros" else "NA"
  if (is.null(weights) && weighed) warn_forgotten_weights(fit, arg)
  nmf_data(x, arg, chosen$assay, chosen$layer, weights, missing, negative || isTRUE(fit$data$negative))
}

# A fit holds the weights of its rows and columns, not those of entries.
weighed_like <- function(data, fit, sides) {
  w <- list(rows = fit$settings$row_weights, columns = fit$settings$column_weights)[sides]
  if (all(vapply(w, is.null, NA))) {
    return(data)
  }
  new_input(data, w, data$zeros_missing)
}

warn_forgotten_weights <- function(fit, arg) {
  if ("entries" %in% fit$data$weights && !isTRUE(fit$data$zeros_missing)) {
    warn_user(c(
      "The fit had weights of entries, which it does not hold: without {.arg weights} all entries of \\
       {.arg {arg}} \\
       count, also those that had the weight 0.",
      "i" = "Give the {.arg weights} again. Where what was not observed is 0, or not stored, \\
             {.code nmf(missing = \"zeros\")} says so once for all."
    ), class = "nonneg_warning_weights")
  }
}

# A fit of the storage of `data` knows where that came from.
made_from <- function(fit, data) {
  if (!is.null(fit)) {
    for (part in c("class", "assay", "layer", "weighting")) fit$data[part] <- list(data[[part]])
  }
  fit
}

# A fit that someone made or changed by hand may be anything.
check_fit <- function(fit, arg = "object") {
  if (isS4(fit) && inherits(fit, "nmf")) {
    abort_input(c(
      "{.arg {arg}} must be a fit from {.fn nmf}, not an object of package RcppML.",
      "i" = "{.fn as_nmf} makes a model of it."
    ))
  }
  if (!is_nmf(fit)) abort_input("{.arg {arg}} must be a fit from {.fn nmf}, not {describe(fit)}.")
  validate_nmf(fit)
}

# Nothing is known of a column (or row) without any observation.
warn_nothing_known <- function(what, which, names, arg, then) {
  if (length(which)) {
    count <- length(which)
    first <- paste0(which[1], quoted(names, which[1]))
    warn_user(
      "{count} {what}{cli::qty(count)}{?s} of {.arg {arg}} {?has/have} no observed entry, the first is \\
       {what} {first}: \\
       {then}",
      class = "nonneg_warning_unobserved"
    )
  }
}

# Sizes of results.

# A dense matrix of this size: an error above the limit, a message if it is large.
announce_dense <- function(dim, what, instead) {
  bytes <- 8 * prod(as.double(dim))
  if (bytes > memory_limit()) {
    abort_input(c(
      "{what} would be a dense matrix of {dim[1]} x {dim[2]} and take {size_text(bytes)}.",
      "i" = instead,
      "i" = "The limit is {size_text(memory_limit())}: {.code options(nonneg.memory = )} raises it."
    ))
  }
  if (bytes >= 5e8) {
    tell_user(c("{what} is a dense matrix of {dim[1]} x {dim[2]}: {size_text(bytes)}.", "i" = instead),
      class = "nonneg_message_memory")
  }
}

# `at`: pairs of a row and a column, by number or by name, to list(row, column).
check_pairs <- function(at, dim, names, arg = "at") {
  if (is.data.frame(at)) at <- as.matrix(at)
  if (!is.matrix(at) || is.object(at) || ncol(at) != 2 || !(is.numeric(at) || is.character(at))) {
    abort_input(
      "{.arg {arg}} must be a matrix of two columns, rows and columns of the data by number or by name, not \\
       {describe(at)}."
    )
  }
  place <- lapply(1:2, function(side) {
    what <- c("row", "column")[side]
    if (is.character(at)) {
      found <- match(at[, side], names[[side]])
      unknown <- which(is.na(found))
      if (length(unknown)) {
        abort_input("{.arg {arg}} must name {what}s of the data; {.val {at[unknown[1], side]}} is none.")
      }
      return(found)
    }
    k <- at[, side]
    bad <- which(is.na(k) | k != trunc(k) | k < 1 | k > dim[side])
    if (length(bad)) {
      abort_input(
        "Column {side} of {.arg {arg}} must be numbers of {what}s from 1 to {dim[side]}; line {bad[1]} is \\
         {k[bad[1]]}."
      )
    }
    as.integer(k)
  })
  list(row = place[[1]], column = place[[2]])
}
