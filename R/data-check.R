# What there is to know about data before a fit: nothing here is needed by one.

#' Look at data before a fit
#'
#' Tells what a fit would not: names that are no names, features and observations that are zero or multiples
#' of one another, how much of the sum the largest feature has, whether the data are counts. None of it is an
#' error. [nmf()] checks for itself what is one.
#'
#' * **Names** label `W`, `H`, tables and plots. Names that were made up on the way, such as `"V1"`, `"X2"` or
#'   `"3"` in the third place, count as none.
#' * **Multiples.** Columns that are multiples of one another (perfectly collinear) have the same composition,
#'   rows likewise the same profile; copies of an observation are the usual cause. A fit takes them as they
#'   are: the observation counts twice, and resampling and held-out entries will find its copy, so that they
#'   seem better than they are. They are found by products with two fixed vectors and then compared, to 1e-10
#'   of their largest entry. Not looked for where entries are missing.
#' * **Large features.** The squared error is ruled by large values, other losses less, see
#'   [losses]. If one feature has most of the sum, transform the data (root, logarithm), divide the rows, give
#'   `weights`, or take another loss. Nothing of that is done by default.
#' * **Counts** have a likelihood under `loss = "kl"`.
#'
#' @param x Data of the kinds that [nmf()] takes. Entries below 0 are counted, not refused.
#' @param assay,layer See [adapters].
#' @param missing See [nmf()].
#' @param ... Must be empty.
#' @return A list of class `"nmf_data_check"`: `dim`, `class`, `nonzero` and `missing` (numbers of entries),
#'   `negative`, `names` (for rows and columns `"given"`, `"default"` or `"none"`), `zero_rows` and
#'   `zero_columns` (their numbers), `equal_rows` and `equal_columns` (lists of numbers of rows, or columns,
#'   that are multiples of one another; `NULL` if that was not looked for), `largest` (the row with the
#'   largest sum, of absolute values if some are negative, and its part of the whole), `counts`.
#' @seealso [nmf()], `vignette("choosing-a-loss", package = "nonneg")`
#' @examples
#' check_data(leukemia$x)
#'
#' x <- cbind(a = 1:4, b = c(2, 0, 1, 1), a_again = 2 * (1:4))
#' check_data(x)$equal_columns
#' @export
check_data <- function(x, assay = NULL, layer = NULL, missing = "NA", ...) {
  need_arguments(x)
  check_dots_empty(...)
  data <- nmf_data(x, assay = assay, layer = layer, missing = missing, negative = TRUE)
  size <- sizes_of(data$x, data$scan$n_negative > 0)
  look <- !data$missing && !data$partial
  structure(
    list(
      dim = data$dim, class = data$class, nonzero = data$scan$nnz,
      missing = prod(as.double(data$dim)) - data$observed, negative = data$scan$n_negative,
      names = c(rows = kind_of_names(data$dimnames[[1]]), columns = kind_of_names(data$dimnames[[2]])),
      zero_rows = which(size$rows == 0), zero_columns = which(size$columns == 0),
      equal_rows = if (look) multiples(data$x, rows = TRUE),
      equal_columns = if (look) multiples(data$x, rows = FALSE),
      largest = if (sum(size$rows) > 0) c(row = which.max(size$rows), part = max(size$rows) / sum(size$rows)),
      counts = are_counts(data$x)
    ),
    class = "nmf_data_check"
  )
}

# Names of data.frame(), read.table(), as.matrix() and the like, numbered as they stand.
kind_of_names <- function(names) {
  if (is.null(names)) {
    return("none")
  }
  k <- as.character(seq_along(names))
  plain <- sub("^(V|X|Var|col|row|sample|feature|observation|[.][.][.])?[._ ]?0*", "", names,
    ignore.case = TRUE)
  if (all(plain == k)) "default" else "given"
}

# Sums of rows and columns; of absolute values, where some are negative.
sizes_of <- function(x, negative) {
  if (negative && by_blocks(x)) {
    parts <- lapply(column_blocks(x), function(j) sizes_of(columns_of(x, j), TRUE))
    rows <- Reduce(`+`, lapply(parts, `[[`, "rows"))
    return(list(rows = rows, columns = unlist(lapply(parts, `[[`, "columns"))))
  }
  if (negative) x <- with_values(x, abs(values_of(x)))
  list(rows = row_sums(x), columns = column_sums(x))
}

# Rows, or columns, that are multiples of one another: their products with any vectors have the same ratios.
# Those that agree in two such ratios are looked at themselves.
multiples <- function(x, rows, tolerance = 1e-10) {
  size <- if (rows) dim(x)[2] else dim(x)[1]
  # Fractional parts of multiples of irrational numbers, between 1 and 2: no random numbers of the user.
  test <- 1 + outer(seq_len(size), sqrt(c(2, 3, 5))) %% 1
  products <- if (rows) x_times(x, test) else tx_times(x, test)
  by <- products[, 1]
  keys <- products[, -1, drop = FALSE] / by
  there <- which(by != 0 & is.finite(rowSums(keys)))
  there <- there[order(keys[there, 1])]
  near <- function(k) abs(diff(keys[there, k])) <= tolerance * abs(keys[there[-1], k])
  if (length(there) < 2) {
    return(list())
  }
  candidates <- split(there, cumsum(c(TRUE, !(near(1) & near(2)))))
  candidates <- candidates[lengths(candidates) > 1]
  found <- lapply(candidates, function(those) {
    part <- if (rows) t(dense(rows_of(x, those))) else dense_columns(x, those)
    part <- sweep(part, 2, by[those], "/")
    off <- apply(abs(part - part[, 1]), 2, max)
    sort(those[off <= tolerance * max(abs(part[, 1]))])
  })
  found <- unname(found[lengths(found) > 1])
  found[order(vapply(found, `[`, 1L, 1L))]
}

are_counts <- function(x) {
  whole <- function(x) {
    v <- values_of(x)
    v <- v[!is.na(v)]
    length(v) > 0 && all(v >= 0) && all(v == trunc(v))
  }
  if (!by_blocks(x)) {
    return(whole(x))
  }
  for (j in column_blocks(x)) if (!whole(columns_of(x, j))) return(FALSE)
  TRUE
}

#' @rdname check_data
#' @param ... Must be empty.
#' @export
print.nmf_data_check <- function(x, ...) {
  check_dots_empty(...)
  cells <- prod(as.double(x$dim))
  print_line(paste0("Data: ", count_of(x$dim[1], "feature"), " x ", count_of(x$dim[2], "observation"), ", ",
    x$class))
  percent <- function(part) paste0(format(100 * part, digits = 3), "%")
  say <- function(groups, what) {
    if (is.null(groups)) {
      return("not looked for, as entries are missing")
    }
    if (!length(groups)) {
      return(paste("no", what, "are multiples of one another"))
    }
    shown <- vapply(utils::head(groups, 3), function(g) {
      paste0("(", paste(utils::head(g, 5), collapse = ", "), if (length(g) > 5) ", ...", ")")
    }, "")
    paste0(
      count_of(sum(lengths(groups)), sub("s$", "", what)), " in ", count_of(length(groups), "group"), ": ",
      paste(shown, collapse = ", "), if (length(groups) > 3) ", ..."
    )
  }
  names <- c(none = "none", default = "default ones, taken as none", given = "given")
  print_fields(c(
    entries = paste0(
      percent(x$nonzero / cells), " nonzero", if (x$missing > 0) paste0(", ", percent(x$missing / cells),
        " missing"),
      if (x$counts) ", whole numbers"
    ),
    negative = if (x$negative > 0) paste0(count_of(x$negative, "entry", "entries"),
      ", see the argument negative of nmf()"),
    names = paste0("of features: ", names[[x$names[["rows"]]]], "; of observations: ",
      names[[x$names[["columns"]]]]),
    zero = if (length(x$zero_rows) + length(x$zero_columns) > 0) {
      paste0(count_of(length(x$zero_rows), "feature"), ", ", count_of(length(x$zero_columns), "observation"))
    },
    features = say(x$equal_rows, "features"), observations = say(x$equal_columns, "observations"),
    largest = if (!is.null(x$largest)) {
      paste0("feature ", x$largest[["row"]], " has ", percent(x$largest[["part"]]), " of the sum")
    }
  ))
  invisible(x)
}
