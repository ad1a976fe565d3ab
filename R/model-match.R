#' Match the components of two factorizations
#'
#' Components come in no order that two fits must share. This pairs those of `y` with those
#' of `x` such that the sum of the similarities of the pairs is as large as it can be (the
#' assignment problem, solved by the Hungarian method of package clue). Similarity is the
#' cosine of the angle between columns of `W`, from 0 to 1; it does not depend on the scale
#' of components.
#'
#' @param x,y Fits from [nmf()], or matrices `W` with the same features in rows. They may
#'   have different numbers of components: those of the larger one that are left over have no
#'   partner.
#' @param ... Not used; anything here is an error.
#' @return A data frame with one row per component of `x`: `component`, `match` (its partner
#'   in `y`, a position, or `NA`) and `similarity` (`NA` without a partner).
#' @seealso [nmf_bootstrap()], which does this for many resamples of the data.
#' @examplesIf requireNamespace("clue", quietly = TRUE)
#' fit <- nmf(leukemia$x, rank = 3)
#' match_components(fit, fit[3:1])
#'
#' # How a rank of 4 splits the components of a rank of 3
#' match_components(fit, nmf(leukemia$x, rank = 4))
#' @export
match_components <- function(x, y, ...) {
  need_arguments(x, y)
  check_dots_empty(...)
  need_package("clue", "for match_components()")
  W <- columns_to_match(x, "x")
  V <- columns_to_match(y, "y")
  if (nrow(W) != nrow(V)) {
    abort_input("{.arg y} must have {nrow(W)} features like {.arg x}, not {nrow(V)}.")
  }
  if (!is.null(rownames(W)) && !is.null(rownames(V))) {
    rows <- feature_places(rownames(V), rownames(W), nrow(V), nrow(W), "y")
    if (!is.null(rows)) V <- V[rows, , drop = FALSE]
  }
  pair <- pair_columns(W, V)
  names <- if (is.null(colnames(W))) as.character(seq_len(ncol(W))) else colnames(W)
  data.frame(component = names, match = pair$match, similarity = pair$similarity)
}

columns_to_match <- function(x, arg) {
  if (is_nmf(x)) {
    check_fit(x, arg)
    return(x$W)
  }
  if (!is.matrix(x) || !is.numeric(x) || anyNA(x) || any(x < 0)) {
    abort_input("{.arg {arg}} must be a fit or a matrix of nonnegative numbers, not {describe(x)}.")
  }
  x
}

# For every column of W the column of V that is its partner, and the cosine between them.
pair_columns <- function(W, V) {
  S <- cosines(W, V)
  match <- rep(NA_integer_, ncol(W))
  if (ncol(W) <= ncol(V)) {
    match[] <- as.integer(clue::solve_LSAP(S, maximum = TRUE))
  } else {
    match[as.integer(clue::solve_LSAP(t(S), maximum = TRUE))] <- seq_len(ncol(V))
  }
  list(match = match, similarity = S[cbind(seq_len(ncol(W)), match)])
}

# Of every column of A with every column of B; 0 with a column of zeros.
cosines <- function(A, B) {
  A <- in_range(A)
  B <- in_range(B)
  S <- crossprod(A$columns, B$columns) / outer(one_for_zero(A$norms), one_for_zero(B$norms))
  dimnames(S) <- NULL
  S[] <- pmin(pmax(S, 0), 1)
  S
}

one_for_zero <- function(size) ifelse(size > 0, size, 1)

# list(columns, norms): columns whose squares could be out of range get a largest entry of 1.
in_range <- function(A) {
  square <- colSums(A^2)
  if (all(square > 1e-200 & square < 1e200)) {
    return(list(columns = A, norms = sqrt(square)))
  }
  top <- vapply(seq_len(ncol(A)), function(k) max(A[, k]), 0)
  far <- top > 0 & (top < 1e-100 | top > 1e100)
  if (any(far)) A[, far] <- A[, far, drop = FALSE] / rep(top[far], each = nrow(A))
  list(columns = A, norms = column_norms(A))
}

unit_columns <- function(A) {
  A <- in_range(A)
  A$columns / rep(one_for_zero(A$norms), each = nrow(A$columns))
}
