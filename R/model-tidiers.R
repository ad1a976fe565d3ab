#' Fits as data frames
#'
#' Methods for the generics of the package generics, which broom uses as well.
#'
#' @param x A fit of class `"nmf"`, see [nmf-class].
#' @param matrix The factor to return, `"W"` or `"H"`.
#' @param data `NULL` or the matrix that was factorized, `l` x `n`, dense or
#'   sparse. A fit does not hold its data.
#' @param ... Must be empty.
#' @return A data frame, which is a tibble where that package is installed.
#'
#' `tidy()`: one row per entry of the factor, zeros included: `feature` (or
#' `observation`), `component` (factor) and `value`.
#'
#' `glance()`: one row: `nrow` and `ncol` of the data, `rank`, `loss_function`,
#' `solver`, `init`, `objective`, `loss`, `penalty`, `rss`, `explained` (both as in
#' [summary()][summary.nmf]), `kkt`, `gap_W`, `gap_H`, `iterations`, `converged`,
#' `reason`, `nrun` (runs that were made) and `seconds`.
#'
#' `augment()`: one row per observation, in the order of the data:
#' `.observation`, `.class` (factor: the component that makes the largest part of
#' the fitted column, `H[k, j] * sum(W[, k])`, `NA` for a zero column of the fit),
#' the entries of `H`, one column per component, and, if `data` is given, `.rss`,
#' the residual sum of squares of the observation. The rows of `data` are
#' features, so its columns are not bound to the result as other `augment()`
#' methods do.
#'
#' Features and observations without names are called by their numbers, as text.
#' @examples
#' set.seed(1)
#' x <- matrix(rexp(200), 20)
#' fit <- nmf(x, rank = 2)
#' tidy(fit, "W")
#' glance(fit)
#' augment(fit, x)
#' @name tidiers
#' @aliases tidy.nmf glance.nmf augment.nmf
NULL

#' @importFrom generics tidy
#' @export
generics::tidy

#' @importFrom generics glance
#' @export
generics::glance

#' @importFrom generics augment
#' @export
generics::augment

#' @rdname tidiers
#' @method tidy nmf
#' @export
tidy.nmf <- function(x, matrix = c("W", "H"), ...) {
  check_dots_empty(...)
  matrix <- pick(matrix, c("W", "H"), "matrix")
  components <- colnames(x$W)
  r <- length(components)
  one_each <- factor(seq_len(r), labels = components)
  if (matrix == "W") {
    df <- data.frame(
      feature = rep(feature_names(x), times = r),
      component = rep(one_each, each = nrow(x$W)),
      value = as.vector(x$W)
    )
  } else {
    df <- data.frame(
      observation = rep(observation_names(x), each = r),
      component = rep(one_each, times = ncol(x$H)),
      value = as.vector(x$H)
    )
  }
  as_tidy(df)
}

#' @rdname tidiers
#' @method glance nmf
#' @export
glance.nmf <- function(x, ...) {
  check_dots_empty(...)
  quality <- fit_quality(x)
  as_tidy(data.frame(
    nrow = nrow(x$W),
    ncol = ncol(x$H),
    rank = ncol(x$W),
    loss_function = x$settings$loss,
    solver = x$settings$solver,
    init = x$settings$init,
    objective = x$objective,
    loss = x$loss,
    penalty = x$penalty,
    rss = quality$rss,
    explained = quality$explained,
    kkt = x$certificate$kkt,
    gap_W = x$certificate$gap_W,
    gap_H = x$certificate$gap_H,
    iterations = iterations_of(x),
    converged = x$converged,
    reason = x$reason,
    nrun = runs_made(x),
    seconds = as.numeric(x$seconds)
  ))
}

#' @rdname tidiers
#' @method augment nmf
#' @export
augment.nmf <- function(x, data = NULL, ...) {
  check_dots_empty(...)
  df <- data.frame(
    .observation = observation_names(x),
    .class = unname(component_class(x$W, x$H)),
    unname(t(x$H))
  )
  names(df)[-(1:2)] <- rownames(x$H)
  if (!is.null(data)) {
    df$.rss <- column_rss(data_of_fit(data, x, "data"), x$W, x$H)
  }
  as_tidy(df)
}

# Residual sum of squares of each column of X, without the whole of WH. A dense
# X goes by blocks of columns. A sparse x, with f = Wh, by |x|^2 - 2 x'f + |f|^2,
# which reads nonzeros only and is exact to rounding errors of |x|^2. What is
# missing does not count.
column_rss <- function(X, W, H) {
  n <- ncol(X)
  if (!inherits(X, "sparseMatrix")) {
    X <- as.matrix(X)
    width <- max(1, floor(1e6 / nrow(X)))
    blocks <- split(seq_len(n), ceiling(seq_len(n) / width))
    rss <- lapply(blocks, function(j) {
      colSums((X[, j, drop = FALSE] - W %*% H[, j, drop = FALSE])^2, na.rm = TRUE)
    })
    return(unlist(rss, use.names = FALSE))
  }
  missing <- 0
  if (anyNA(X)) {  # as if they were fitted exactly
    X <- as_dgC(X)
    at <- which(is.na(X@x))
    column <- rep(seq_len(n), diff(X@p))[at]
    q <- entries_of_product(list(W = W, H = H), X@i[at] + 1L, column)
    missing <- tapply(q^2, factor(column, seq_len(n)), sum, default = 0)
    X@x[at] <- 0
  }
  xx <- as.vector(Matrix::colSums(X^2))
  xf <- colSums(as.matrix(Matrix::crossprod(W, X)) * H)
  ff <- colSums(H * (crossprod(W) %*% H))
  pmax(xx - 2 * xf + ff - as.vector(missing), 0)
}
