# Objects of package tm: a simple triplet matrix of package slam under a class that tells
# where the documents are. Neither package is needed to read them.

#' @export
text_data.DocumentTermMatrix <- function(x, arg) {
  list(x = triplets_to_dgC(x, arg, turn = TRUE), in_rows = TRUE, weighting = list())
}

#' @export
text_data.TermDocumentMatrix <- function(x, arg) {
  list(x = triplets_to_dgC(x, arg), in_rows = FALSE, weighting = list())
}

#' @export
nmf_storage.DocumentTermMatrix <- function(x, arg = "x") documents_storage(x, arg)

#' @export
nmf_storage.TermDocumentMatrix <- function(x, arg = "x") documents_storage(x, arg)

# One that is no corpus is a matrix like any other.
#' @export
nmf_storage.simple_triplet_matrix <- function(x, arg = "x") {
  kind <- class(x)[1]
  stored(triplets_to_dgC(x, arg), kind)
}

# Repeated entries add up, as in the dense matrix that slam would make.
triplets_to_dgC <- function(x, arg, turn = FALSE) {
  parts <- c("i", "j", "v", "nrow", "ncol")
  sound <- is.list(x) && all(parts %in% names(x)) && length(x$i) == length(x$v) && length(x$j) == length(x$v)
  inside <- sound && !anyNA(x$i) && !anyNA(x$j) &&
    (length(x$i) == 0 || (min(x$i, x$j) >= 1 && max(x$i) <= x$nrow && max(x$j) <= x$ncol))
  if (!inside || !is_numeric_column(x$v)) {
    abort_input("{.arg {arg}} is not a valid {.cls simple_triplet_matrix} of numbers.")
  }
  names <- unname(x$dimnames)
  if (is.null(names)) names <- list(NULL, NULL)
  if (turn) {
    Matrix::sparseMatrix(
      i = x$j, j = x$i, x = as.double(x$v), dims = c(x$ncol, x$nrow), dimnames = rev(names), repr = "C"
    )
  } else {
    Matrix::sparseMatrix(
      i = x$i, j = x$j, x = as.double(x$v), dims = c(x$nrow, x$ncol), dimnames = names, repr = "C"
    )
  }
}
