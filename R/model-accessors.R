#' The parts of a fit
#'
#' * `basis()` returns `W`, `coef()` returns `H`.
#' * `fitted()` returns `W H`, a dense `l` x `n` matrix.
#' * `residuals()` returns `x - W H`, dense as well.
#' * `nobs()` is `n`, the number of observations (columns of the data).
#' * `dim()` is `c(l, n, r)`: features, observations, components. So `nrow(fit)`
#'   and `ncol(fit)` are those of the data. `dimnames()` are their names.
#'
#' A fit does not hold the data, so `residuals()` needs `x`. It must be the
#' matrix that was factorized, or one of the same size whose row and column
#' names do not contradict those of the fit. Where `x` is `NA` so is the
#' residual. `fitted()` and `residuals()` fill `8 * l * n` bytes, also for a
#' sparse `x`; [augment()][augment.nmf] gives the residual sum of squares of
#' each observation without that.
#'
#' @param object A fit of class `"nmf"`, see [nmf-class].
#' @param x For `dim()` and `dimnames()`, the fit. For `residuals()`, the data: a matrix, a data
#'   frame of numbers or a matrix of the package Matrix, `l` x `n`.
#' @param ... Must be empty.
#' @return See above. Matrices have the dimnames of the data and of the
#'   components.
#' @examples
#' set.seed(1)
#' x <- matrix(rexp(200), 20)
#' fit <- nmf(x, rank = 2)
#' dim(fit)
#' head(basis(fit))
#' coef(fit)[, 1:3]
#' # Twice the loss:
#' sum(residuals(fit, x)^2)
#' @export
basis <- function(object, ...) UseMethod("basis")

#' @rdname basis
#' @export
basis.nmf <- function(object, ...) {
  check_dots_empty(...)
  object$W
}

#' @rdname basis
#' @importFrom stats coef
#' @export
coef.nmf <- function(object, ...) {
  check_dots_empty(...)
  object$H
}

#' @rdname basis
#' @importFrom stats fitted
#' @export
fitted.nmf <- function(object, ...) {
  check_dots_empty(...)
  object$W %*% object$H
}

#' @rdname basis
#' @importFrom stats residuals
#' @export
residuals.nmf <- function(object, x, ...) {
  check_dots_empty(...)
  if (missing(x)) {
    abort_input(c(
      "{.arg x}, the matrix that was factorized, must be given.",
      "i" = "A fit does not hold its data: use {.code residuals(fit, x)}."
    ))
  }
  x <- data_of_fit(x, object, "x")
  plain_matrix(x) - fitted(object)
}

#' @rdname basis
#' @importFrom stats nobs
#' @export
nobs.nmf <- function(object, ...) {
  check_dots_empty(...)
  ncol(object$H)
}

#' @rdname basis
#' @export
dim.nmf <- function(x) c(nrow(x$W), ncol(x$H), ncol(x$W))

#' @rdname basis
#' @export
dimnames.nmf <- function(x) list(rownames(x$W), colnames(x$H), colnames(x$W))

# The data that a fit was made from, given again: a numeric matrix or a Matrix
# of the right size, whose dimnames, if any, are those of the fit.
data_of_fit <- function(x, fit, arg) {
  need_observations(fit)
  if (is.data.frame(x)) x <- as.matrix(x)
  text <- known_documents(x, arg)
  if (!is.null(text)) x <- text$x
  is_numeric <- is.matrix(x) && (is.numeric(x) || is.logical(x))
  if (!is_numeric && !inherits(x, "Matrix")) {
    abort_input(c(
      "{.arg {arg}} must be a matrix of numbers, a data frame of numbers or a {.cls Matrix}.",
      "x" = "It is {describe(x)}."
    ))
  }
  size <- dim(fit)[1:2]
  if (!identical(as.integer(dim(x)), as.integer(size))) {
    abort_input(c(
      "{.arg {arg}} must have the size of the data of the fit, {size[1]} x {size[2]}.",
      "x" = "It is {nrow(x)} x {ncol(x)}."
    ))
  }
  check_same_names(rownames(x), rownames(fit$W), arg, "row")
  check_same_names(colnames(x), colnames(fit$H), arg, "column")
  x
}

check_same_names <- function(given, expected, arg, what) {
  if (is.null(given) || is.null(expected)) {
    return(invisible())
  }
  off <- which(given != expected | is.na(given) != is.na(expected))
  if (length(off) == 0) {
    return(invisible())
  }
  i <- off[1]
  abort_input(c(
    "{.arg {arg}} must have the {what} names of the data of the fit, in the same order.",
    "x" = "The name of {what} {i} is {.val {given[i]}}, in the fit {.val {expected[i]}}."
  ))
}
