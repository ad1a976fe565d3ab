# Fits of models beside nmf(), such as nmf_semi(): lists with W, H, objective and the rest, of the class
# "nmf_relative" behind their own. Where a method looks at these fields only, it is that of a fit.

#' @export
basis.nmf_relative <- basis.nmf

#' @export
coef.nmf_relative <- coef.nmf

#' @export
fitted.nmf_relative <- function(object, ...) {
  check_dots_empty(...)
  announce_dense(dim(object)[1:2], "The product of W and H", "{.fn basis} and {.fn coef} give the factors.")
  object$W %*% object$H
}

#' @export
residuals.nmf_relative <- function(object, x, assay = NULL, layer = NULL, ...) {
  check_dots_empty(...)
  if (missing(x)) abort_input("{.arg x}, the matrix that was factorized, must be given.")
  chosen <- remembered(x, object, assay, layer)
  data <- nmf_data(x, "x", chosen$assay, chosen$layer, negative = TRUE)
  size <- dim(object)[1:2]
  if (!identical(as.integer(data$dim), as.integer(size))) {
    abort_input(
      "{.arg x} must have the size of the data of the fit, {size[1]} x {size[2]}, not \\
       {data$dim[1]} x {data$dim[2]}."
    )
  }
  rows <- match_by_name(data$dimnames[[1]], rownames(object$W), "x", "row", "the fit")
  columns <- match_by_name(data$dimnames[[2]], colnames(object$H), "x", "column", "the fit")
  announce_dense(size, "What is left", "A smaller {.arg x} has a smaller one.")
  off <- dense(data$x)
  if (!is.null(rows)) off <- off[rows, , drop = FALSE]
  if (!is.null(columns)) off <- off[, columns, drop = FALSE]
  off <- unname(off) - object$W %*% object$H
  # In the order of the data that was given.
  if (!is.null(rows)) off <- off[order(rows), , drop = FALSE]
  if (!is.null(columns)) off <- off[, order(columns), drop = FALSE]
  off
}

#' @export
nobs.nmf_relative <- nobs.nmf

#' @export
deviance.nmf_relative <- deviance.nmf

#' @export
logLik.nmf_relative <- logLik.nmf

#' @export
dim.nmf_relative <- dim.nmf

#' @export
dimnames.nmf_relative <- dimnames.nmf

#' @method tidy nmf_relative
#' @export
tidy.nmf_relative <- function(x, matrix = c("W", "H"), ...) {
  check_dots_empty(...)
  tidy_factor(x, pick(matrix, c("W", "H"), "matrix"))
}

#' @method glance nmf_relative
#' @export
glance.nmf_relative <- function(x, ...) {
  check_dots_empty(...)
  quality <- fit_quality(x)
  as_tidy(data.frame(
    nrow = nrow(x$W), ncol = ncol(x$H), rank = ncol(x$W), init = x$settings$init, objective = x$objective,
    loss = x$loss, penalty = x$penalty, rss = quality$rss, explained = quality$explained,
    kkt = x$certificate$kkt,
    iterations = max(x$history$iteration), converged = x$converged, reason = x$reason, nrun = nrow(x$runs),
    seconds = as.numeric(x$seconds)
  ))
}
