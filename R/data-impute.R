#' Fill in missing entries
#'
#' Replaces the missing entries of the data by those of the fitted `W H`; all
#' others stay as they are.
#'
#' A fit does not hold the data, so `x` must be given again; its rows and columns are matched by name where
#' both have names. What is missing is what was so in [nmf()]: `NA`, what has the weight 0, and the zeros of a
#' fit with `missing = "zeros"`. A row or column without any observed entry tells nothing: its entries become
#' `NA`, with a warning (class `"nonneg_warning_unobserved"`).
#'
#' The result has the storage of `x`, where a sparse matrix is filled where it stores `NA`. If what a sparse
#' matrix does not store was missing, all of it is filled, and the result is a dense matrix:
#' [fitted()][fitted.nmf] with `at` gives single entries of a large one.
#'
#' @param object A fit of class `"nmf"`, see [nmf-class].
#' @param x The data that was factorized, with what is missing, `l` x `n`, of the kinds that [nmf()] takes.
#' @param weights Weights of the entries, if the fit had some, see [nmf()]: 0 is missing. `NULL` is those of
#'   rows and columns that the fit had; it does not hold those of entries, and a warning (class
#'   `"nonneg_warning_weights"`) says so.
#' @param assay,layer See [adapters]. `NULL` is what the fit was made from.
#' @param ... Must be empty.
#' @return `x` without missing entries: a matrix (also for a data frame) or a `dgCMatrix`.
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
impute <- function(object, ...) {
  need_arguments(object)
  UseMethod("impute")
}

#' @rdname impute
#' @export
impute.nmf <- function(object, x, weights = NULL, assay = NULL, layer = NULL, ...) {
  check_dots_empty(...)
  if (missing(x)) {
    abort_input(c(
      "{.arg x}, the matrix with the missing entries, must be given.",
      "i" = "A fit does not hold its data: use {.code impute(fit, x)}."
    ))
  }
  data <- hold_data(data_of_fit(x, object, "x", assay, layer, weights), "impute()")
  known <- object
  known[c("W", "H")] <- known_factors(object, data)
  if (is_dense(data$x) || data$partial || data$weighted) {
    announce_dense(
      data$dim, "The filled matrix", "{.code fitted(fit, at = cbind(i, j))} gives single entries."
    )
    full <- observed_columns(data, seq_len(data$dim[2]))
    cells <- which(is.na(full))
    full[cells] <- entries_at(known, cells)
  } else {
    full <- data$x
    value <- values_of(full)
    gone <- which(is.na(value))
    value[gone] <- entries_at(known, cells_of(full)[gone])
    full <- with_values(full, value)
  }
  as_given(full, data)
}

# W and H, NA in rows and columns of which no entry was observed.
known_factors <- function(object, data) {
  if (!is_incomplete(data) && !data$weighted) {
    return(list(object$W, object$H))
  }
  seen <- count_observed(data)
  empty <- lapply(seen, function(count) unname(which(count == 0)))
  warn_nothing_known("row", empty[[1]], data$dimnames[[1]], "x", "what is missing there stays so.")
  warn_nothing_known("column", empty[[2]], data$dimnames[[2]], "x", "what is missing there stays so.")
  W <- object$W
  H <- object$H
  W[empty[[1]], ] <- NA
  H[, empty[[2]]] <- NA
  list(W, H)
}

# Single entries of W H.
entries_of_product <- function(object, row, column) {
  q <- numeric(length(row))
  for (k in seq_len(ncol(object$W))) q <- q + object$W[row, k] * object$H[k, column]
  unname(q)
}

entries_at <- function(object, cell) {
  l <- nrow(object$W)
  entries_of_product(object, row_of_cell(cell, l), column_of_cell(cell, l))
}
