#' The parts of a fit
#'
#' * `basis()` returns `W`, `coef()` returns `H`.
#' * `fitted()` returns `W H`, a dense `l` x `n` matrix, or its entries `at` some places.
#' * `residuals()` returns `x - W H`, likewise.
#' * `deviance()` is twice the loss, without penalties: the residual sum of squares, or the deviance of the
#'   Poisson, gamma or other model that the loss is the likelihood of. `NA` for some of the components, see
#'   [extract_nmf].
#' * `logLik()`, which `AIC()` and `BIC()` ask for, is an error: see [cross_validate()] for the number of
#'   components. A model from [as_topics()] has one.
#' * `nobs()` is `n`, the number of observations (columns of the data).
#' * `dim()` is `c(l, n, r)`: features, observations, components. So `nrow(fit)`
#'   and `ncol(fit)` are those of the data. `dimnames()` are their names.
#'
#' A fit does not hold the data, so `residuals()` needs `x`. It must be the data that was factorized: rows
#' and columns are matched by name where both have names, and the result has the order of `x`. Where an
#' entry is missing, is 0 in a fit with `missing = "zeros"` or has the weight 0, the residual is `NA`.
#' `fitted()` and `residuals()` fill `8 * l * n` bytes, also for a sparse `x`: above 500 MB a message says
#' so, and above the option `nonneg.memory`, by default 4e9 bytes, it is an error. `at` gives the entries
#' that are asked for, without the rest, and [augment()][augment.nmf] the residual sum of squares of each
#' observation.
#'
#' @param object A fit of class `"nmf"`, see [nmf-class].
#' @param x For `dim()` and `dimnames()`, the fit. For `residuals()`, the data, `l` x `n`, of the kinds that
#'   [nmf()] takes.
#' @param at `NULL` for all entries, or pairs of a row and a column: a matrix of two columns, with their
#'   numbers or their names.
#' @param weights Weights of the entries, see [nmf()]. `NULL` is those of rows and columns that the fit had;
#'   it does not hold those of entries, and a warning (class `"nonneg_warning_weights"`) says so.
#' @param assay,layer See [adapters]. `NULL` is what the fit was made from.
#' @param ... Must be empty.
#' @return See above. Matrices have the dimnames of the data and of the
#'   components; with `at`, a vector with one number for each of its rows.
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
basis <- function(object, ...) {
  need_arguments(object)
  UseMethod("basis")
}

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
fitted.nmf <- function(object, at = NULL, ...) {
  check_dots_empty(...)
  check_fit(object)
  if (!is.null(at)) {
    at <- check_pairs(at, dim(object)[1:2], dimnames(object)[1:2])
    return(entries_of_product(object, at$row, at$column))
  }
  announce_dense(dim(object)[1:2], "The product of W and H",
    "{.code fitted(fit, at = cbind(i, j))} gives single entries.")
  object$W %*% object$H
}

#' @rdname basis
#' @importFrom stats residuals
#' @export
residuals.nmf <- function(object, x, at = NULL, weights = NULL, assay = NULL, layer = NULL, ...) {
  check_dots_empty(...)
  if (missing(x)) {
    abort_input(c(
      "{.arg x}, the matrix that was factorized, must be given.",
      "i" = "A fit does not hold its data: use {.code residuals(fit, x)}."
    ))
  }
  data <- data_of_fit(x, object, "x", assay, layer, weights)
  if (!is.null(at)) {
    at <- check_pairs(at, data$dim, dimnames(object)[1:2])
    return(observed_at(data, at$row, at$column) - entries_of_product(object, at$row, at$column))
  }
  announce_dense(
    data$dim, "What is left", "{.code residuals(fit, x, at = cbind(i, j))} gives single entries."
  )
  as_given(observed_columns(data, seq_len(data$dim[2])) - object$W %*% object$H, data)
}

#' @rdname basis
#' @importFrom stats nobs
#' @export
nobs.nmf <- function(object, ...) {
  check_dots_empty(...)
  ncol(object$H)
}

#' @rdname basis
#' @importFrom stats deviance
#' @export
deviance.nmf <- function(object, ...) {
  check_dots_empty(...)
  2 * object$loss
}

# AIC() and BIC() meet it, too.
#' @export
logLik.nmf <- function(object, ...) {
  counts <- is.list(object) && identical(object$settings$loss, "kullback-leibler")
  abort_input(c(
    "A fit has no log-likelihood, so {.fn AIC} and {.fn BIC} are not defined: coefficients that are \\
     0 because they may not be negative are no free parameters, and the likelihood of the data is not known \\
     to the fit.",
    "i" = "How many components: {.fn cross_validate} or {.fn nmf_survey}, and {.fn best_rank} of the result.",
    "i" = "{.fn deviance} is twice the loss.",
    "i" = if (counts) "Topic models of counts have one: {.code AIC(as_topics(fit, x))}."
  ))
}

#' @rdname basis
#' @export
dim.nmf <- function(x) c(nrow(x$W), ncol(x$H), ncol(x$W))

#' @rdname basis
#' @export
dimnames.nmf <- function(x) list(rownames(x$W), colnames(x$H), colnames(x$W))
