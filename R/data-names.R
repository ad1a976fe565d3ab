# Names decide wherever both sides have them, in any order; positions only where a side has none.

# The places in `own` of the names in `want`, NULL where positions are meant. `what` has names, such as "row";
# `like` is whose they should be, in the markup of cli. `all`: is it an error if `own` has more?
match_by_name <- function(own, want, arg, what, like = "{.arg x}", all = TRUE) {
  if (is.null(own) || is.null(want) || identical(own, want)) {
    return(NULL)
  }
  absent <- setdiff(want, own)
  unknown <- if (all) setdiff(own, want)
  twice <- c(own[own %in% want & duplicated(own)], want[duplicated(want)])
  if (length(absent) || length(unknown) || length(twice)) {
    abort_input(c(
      paste0("The {what} names of {.arg {arg}} must be those of ", like, ", in any order."),
      "x" = if (length(absent)) {
        "{length(absent)} {?is/are} missing, such as {quote_each(utils::head(absent, 3))}."
      },
      "x" = if (length(unknown)) {
        "{length(unknown)} {?is/are} unknown, such as {quote_each(utils::head(unknown, 3))}."
      },
      "x" = if (!length(absent) && !length(unknown)) "{quote_each(twice[1])} is there twice.",
      "i" = "Without names on one side, positions count: {.fn unname}."
    ))
  }
  match(want, own)
}

# A vector with names in the order of `want`.
vector_by_name <- function(x, want, arg, what, like = "{.arg x}", all = TRUE) {
  place <- match_by_name(names(x), want, arg, what, like, all)
  if (is.null(place)) x else x[place]
}

# Advice where the sizes tell it.
if_turned <- function(given, wanted, arg) {
  if (given[1] != given[2] && identical(as.numeric(rev(given)), as.numeric(wanted))) {
    paste0("Is it the wrong way round? {.code t(", arg, ")}.")
  }
}

# The storage of an input likewise.
storage_by_name <- function(data, want, arg, like = "{.arg x}") {
  rows <- match_by_name(data$dimnames[[1]], want[[1]], arg, "row", like)
  columns <- match_by_name(data$dimnames[[2]], want[[2]], arg, "column", like)
  x <- data$x
  if (!is.null(columns)) x <- columns_of(x, columns)
  if (!is.null(rows)) x <- rows_of(x, rows)
  x
}

# A matrix with names in the order of those of the rows, and of the columns.
matrix_by_name <- function(x, want, arg, like = "{.arg x}") {
  like <- rep_len(like, 2)
  rows <- match_by_name(rownames(x), want[[1]], arg, "row", like[1])
  columns <- match_by_name(colnames(x), want[[2]], arg, "column", like[2])
  if (!is.null(rows)) x <- x[rows, , drop = FALSE]
  if (!is.null(columns)) x <- x[, columns, drop = FALSE]
  x
}
