# Data input: whatever the user gives becomes a plain double matrix or a valid
# dgCMatrix of finite, nonnegative numbers, with the facts found on one scan.
# A double matrix or a valid dgCMatrix is used as it is, without a copy. Entries
# may be NA.
#
# Returns list(x, class, dim, dimnames, scan, missing, observed): whether there are
# NAs, and the number of other cells. A new storage is one new method.

#' @noRd
#' @keywords internal
nmf_data <- function(x, arg = "x") {
  UseMethod("nmf_data")
}

#' @export
nmf_data.matrix <- function(x, arg = "x") {
  scanned_data(as_double_matrix(x, arg), "matrix", arg)
}

#' @export
nmf_data.data.frame <- function(x, arg = "x") {
  numeric <- vapply(x, is_numeric_column, NA)
  if (!all(numeric)) {
    bad <- which(!numeric)
    shown <- utils::head(bad, 5)
    rows <- sprintf(
      "column %d (%s): <%s>", shown, encodeString(names(x)[shown], quote = "\""),
      vapply(x[shown], function(col) class(col)[1], "")
    )
    abort_input(c(
      "All columns of {.arg {arg}} must be numeric or logical.",
      "x" = "{length(bad)} column{?s} {?is/are} not:",
      bullets(rows, length(bad)),
      # Few columns, and text in one.
      "i" = if (ncol(x) <= 4 && any(vapply(x, is_text, NA))) {
        "If each row is a term of a document: see {.fn tidy_documents}."
      }
    ))
  }
  kind <- class(x)[1]
  scanned_data(as_double_matrix(as.matrix(x), arg), kind, arg)
}

#' @export
nmf_data.Matrix <- function(x, arg = "x") {
  kind <- class(x)[1]
  check_not_empty(x, arg)
  x <- if (methods::is(x, "sparseMatrix")) {
    as_sorted_dgC(as_dgC(x), arg)
  } else {
    as_double_matrix(plain_matrix(x), arg)
  }
  scanned_data(x, kind, arg)
}

#' @export
nmf_data.default <- function(x, arg = "x") {
  # A matrix under another class, such as a contingency table.
  if (is.matrix(x) && is.object(x) && !inherits(x, "integer64")) {
    kind <- class(x)[1]
    return(scanned_data(as_double_matrix(unclass(x), arg), kind, arg))
  }
  abort_input(c(
    "{.arg {arg}} must be a matrix, a data frame or a matrix of package {.pkg Matrix}, \\
     not {describe(x)}.",
    "i" = if (is.numeric(x) && is.null(dim(x)) && !is.object(x)) {
      "One observation is {.code as.matrix({arg})}: features are rows."
    },
    # As the data sets of this package are.
    "i" = if (is.list(x) && !is.object(x) && (is.matrix(x[["x"]]) || methods::is(x[["x"]], "Matrix"))) {
      "Its element {.field x} is one: did you mean {.code {list_name()}$x}?"
    }
  ))
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

scanned_data <- function(x, class, arg) {
  scan <- cpp_scan(x)
  check_cells(x, scan, arg, na_ok = TRUE)
  names <- dimnames(x)
  if (is.null(names)) names <- list(NULL, NULL)
  list(
    x = x, class = class, dim = dim(x), dimnames = names, scan = scan,
    missing = scan$n_na > 0, observed = prod(dim(x)) - scan$n_na
  )
}

check_cells <- function(x, scan, arg, na_ok = FALSE) {
  faults <- scan$n_nan + scan$n_infinite + scan$n_negative
  if (faults == 0 && scan$max > 1e305) {
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
  if (scan$n_negative > 0) {
    abort_input(c(
      "{.arg {arg}} must not contain negative values.",
      "x" = "{scan$n_negative} cell{?s} {?is/are} negative:",
      cells(x, scan$negative, scan$n_negative)
    ))
  }
}

# One bullet per cell, by number and, where there are names, by name.
cells <- function(x, index, total) {
  row <- (index - 1) %% nrow(x) + 1
  col <- (index - 1) %/% nrow(x) + 1
  value <- vapply(seq_along(index), function(k) format(x[row[k], col[k]]), "")
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
