#' Move the scale between W and H
#'
#' `W H` does not change if a column of `W` is divided by a number and the row
#' of `H` multiplied by it. `normalize()` uses this freedom: it gives the
#' columns of `W`, or the rows of `H`, norm one.
#'
#' With `which = "W"` and `norm = "l1"` the columns of `W` are distributions over
#' the features, and `H` holds amounts in units of `x`.
#'
#' A zero column of `W` (or row of `H`) has no norm to speak of and its component
#' is left alone. `W H` changes by rounding errors only.
#'
#' A penalty on `W` and `H` does depend on the scale, which it fixes by itself:
#' a penalised fit leaves its optimum when it is normalised. Therefore a fit
#' keeps in `scale` the number by which each column of `W` was divided since the
#' fit. `objective`, `loss`, `penalty`, `certificate` and `history` remain those
#' of the factors in the scale of the fit, column `k` of `W` times `scale[k]` and row
#' `k` of `H` divided by `scale[k]`.
#'
#' Packages BiocGenerics and tuneR have another `normalize()`. Whichever was attached last, it takes fits, and
#' the objects of those packages. That of tuneR has other names of arguments, though: give ours by position,
#' `normalize(fit, "W", "l2")`, or call `nonneg::normalize()`.
#'
#' @param x A fit of class `"nmf"`, see [nmf-class].
#' @param which `"W"` or `"H"`: the factor that gets norm one.
#' @param norm `"l1"` (sum), `"l2"` (root of the sum of squares) or `"max"`
#'   (largest entry).
#' @param ... Must be empty.
#' @return An object of class `"nmf"`.
#' @examples
#' set.seed(1)
#' fit <- nmf(matrix(rexp(200), 20), rank = 2)
#' fit <- normalize(fit, "W")
#' colSums(basis(fit))
#' @export
normalize <- function(x, ...) {
  need_arguments(x)
  UseMethod("normalize")
}

#' @rdname normalize
#' @export
normalize.nmf <- function(x, which = c("W", "H"), norm = c("l1", "l2", "max"),
                          ...) {
  check_dots_empty(...)
  check_fit(x, "x")
  which <- pick(which, c("W", "H"), "which")
  norm <- pick(norm, c("l1", "l2", "max"), "norm")

  if (which == "W") {
    size <- apply(x$W, 2, norm_of, norm)
  } else {
    size <- 1 / apply(x$H, 1, norm_of, norm)
  }
  size[!is.finite(size) | size == 0] <- 1
  x$W <- sweep(x$W, 2, size, "/")
  x$H <- x$H * size
  x$scale <- x$scale * size
  validate_nmf(x)
}

# Norm of a nonnegative vector, without overflow or underflow on the way.
norm_of <- function(v, norm) {
  top <- max(v)
  if (top == 0) {
    return(0)
  }
  switch(norm,
    l1 = top * sum(v / top),
    l2 = top * sqrt(sum((v / top)^2)),
    max = top
  )
}

# W in the scale of the fit, in which its penalties are meant.
fit_scale_W <- function(x) sweep(x$W, 2, x$scale, "*")
