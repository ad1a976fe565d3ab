#' Fill in missing entries
#'
#' Replaces the missing entries of the data by those of the fitted `W H`; all
#' others stay as they are.
#'
#' A fit does not hold the data, so `x` must be given again. The result has the
#' storage of `x`. A sparse matrix is filled where it stores `NA`; a position that it does not store
#' is 0, not missing, unless it was missing by its weight in [nmf()]: give a dense
#' matrix with `NA` there, or look at [fitted()][fitted.nmf].
#'
#' @param object A fit of class `"nmf"`, see [nmf-class].
#' @param x The data that was factorized, with `NA` for what is missing: a
#'   matrix, a data frame of numbers or a matrix of the package Matrix, `l` x `n`.
#' @param ... Must be empty.
#' @return `x` without missing entries: a matrix (also for a data frame) or a matrix of the package Matrix.
#' @seealso [nmf()], whose section on missing entries tells how they are treated.
#' @examples
#' x <- leukemia$x[1:500, ]
#' set.seed(1)
#' hidden <- sample(length(x), 1000)
#' holes <- x
#' holes[hidden] <- NA
#' fit <- nmf(holes, rank = 3)
#' full <- impute(fit, holes)
#' # Error of the entries that were hidden, next to that of the mean of their gene
#' sqrt(mean((full[hidden] - x[hidden])^2))
#' means <- rowMeans(holes, na.rm = TRUE)[row(x)[hidden]]
#' sqrt(mean((means - x[hidden])^2))
#' @export
impute <- function(object, ...) UseMethod("impute")

#' @rdname impute
#' @export
impute.nmf <- function(object, x, ...) {
  check_dots_empty(...)
  if (missing(x)) {
    abort_input(c(
      "{.arg x}, the matrix with the missing entries, must be given.",
      "i" = "A fit does not hold its data: use {.code impute(fit, x)}."
    ))
  }
  x <- data_of_fit(x, object, "x")
  if (inherits(x, "sparseMatrix")) {
    x <- as_sorted_dgC(as_dgC(x), "x")
    at <- which(is.na(x@x))
    x@x[at] <- entries_of_product(object, x@i[at] + 1L, rep(seq_len(ncol(x)), diff(x@p))[at])
    return(x)
  }
  x <- as.matrix(x)
  at <- which(is.na(x))
  if (length(at)) {
    storage.mode(x) <- "double"
    x[at] <- entries_of_product(object, (at - 1) %% nrow(x) + 1, (at - 1) %/% nrow(x) + 1)
  }
  x
}

# Single entries of W H.
entries_of_product <- function(object, row, column) {
  q <- numeric(length(row))
  for (k in seq_len(ncol(object$W))) q <- q + object$W[row, k] * object$H[k, column]
  unname(q)
}
