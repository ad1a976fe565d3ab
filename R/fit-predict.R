#' Coefficients, classes and reconstructions of new observations
#'
#' For fixed `W`, finds the `H` that minimises the objective of the fit for the
#' columns of `newdata`: the same loss, `alpha_H` and `l1_ratio`, over its observed entries
#' (`NA` is missing). Every column is solved by itself, so that its answer does not depend on the
#' others.
#'
#' For the Frobenius loss and for \eqn{\beta} from 1 to 2 the problem is convex, and `H` is its
#' solution. For other \eqn{\beta} it is a local minimum, that to which equal coefficients lead.
#' The Frobenius loss is solved exactly, the others by steps until the relative KKT residual of a column
#' is 1e-10, or no longer falls. A warning of class `"nonneg_warning_unsolved"` names columns with
#' more than 1e-6 after 3000 steps.
#'
#' @param object A fit from [nmf()].
#' @param newdata New observations in columns: a matrix of the kinds that [nmf()]
#'   accepts, with the same features in rows. If both it and the fit have row
#'   names, rows are matched by name, and a feature that is missing or unknown is
#'   an error; for corpora, see [documents()], unknown features are left out with a warning. Without
#'   `newdata`, the observations of the fit itself.
#' @param type `"H"`: coefficients, r x n. `"class"`: for every column the
#'   component that makes the largest part of its reconstruction, a factor
#'   (`NA` where the reconstruction is 0). `"reconstruction"`: `W %*% H`, l x n. `"proportion"`: r x n, the part
#'   that each component makes of the sum of each column's reconstruction; columns sum to 1 (`NA`
#'   where the reconstruction is 0). `"divergence"`: for each column of `newdata` how far it is from its
#'   reconstruction, in the loss of the fit, without penalties and with `weights`; together they are
#'   [divergence()]. With models of several classes, the smallest one tells the class.
#' @param weights Weights of the entries of `newdata`, as in [nmf()]. `NULL` is those of the rows if
#'   the fit had some, otherwise ones.
#' @param threads See [nmf()].
#' @param ... Not used; anything here is an error.
#' @return A matrix or, for `type = "class"`, a factor, for `"divergence"` a vector of n numbers, with the
#'   column names of `newdata`.
#' @examples
#' train <- leukemia$x[, -(1:5)]
#' fit <- nmf(train, rank = 3)
#' predict(fit, leukemia$x[, 1:5], type = "class")
#' predict(fit, leukemia$x[, 1:5], type = "proportion")
#'
#' # A patient unlike the others?
#' predict(fit, leukemia$x[, 1:5], type = "divergence")
#' @export
predict.nmf <- function(object, newdata = NULL,
                        type = c("H", "class", "reconstruction", "proportion", "divergence"),
                        weights = NULL, threads = NULL, ...) {
  check_dots_empty(...)
  type <- pick(type, c("H", "class", "reconstruction", "proportion", "divergence"), "type")
  threads <- check_threads(threads)
  if (is.null(newdata)) {
    need_observations(object)
    if (type == "divergence") {
      abort_input(c(
        "{.code type = \"divergence\"} needs {.arg newdata}: a fit does not hold its data.",
        "i" = "For those of the fit, {.code predict(fit, x, type = \"divergence\")}."
      ))
    }
    H <- object$H
  } else {
    data <- new_observations(object, newdata, weights)
    H <- new_coefficients(object, data, threads)
  }
  switch(type,
    H = H,
    class = component_class(object$W, H),
    reconstruction = object$W %*% H,
    proportion = proportions_of(object$W, H),
    divergence = column_divergence(data, object, H)
  )
}

proportions_of <- function(W, H) {
  P <- t(contribution(W, H, "H"))
  P[, colSums(P) == 0] <- NA
  P
}

# The loss of each column, as divergence() has it: what is below a floor counts as that.
column_divergence <- function(data, object, H) {
  floor <- object$settings$control$floor
  if (!is.null(floor)) data$x <- raise_to(dense(data$x), floor)
  loss <- divergence_of_columns(data, balanced(list(W = object$W, H = H)), fit_loss(object$settings))
  stats::setNames(loss, data$dimnames[[2]])
}

raise_to <- function(x, floor) {
  x[which(x < floor)] <- floor
  x
}

# `newdata` with the features of the model in its order, and weights.
new_observations <- function(object, newdata, weights) {
  data <- nmf_data(newdata, arg = "newdata")
  if (isTRUE(data$documents)) {
    data <- match_documents(data, rownames(object$W), nrow(object$W))
  } else {
    data <- match_features(data, object$W)
  }
  settings <- object$settings
  if (is.null(weights) && !is.null(settings$row_weights)) weights <- list(rows = settings$row_weights)
  data <- fit_data(weigh_data(data, weights), settings)
  check_zeros(data, fit_loss(settings), settings$control$floor, "newdata")
  data
}

new_coefficients <- function(object, data, threads) {
  settings <- object$settings
  settings$threads <- threads
  loss <- fit_loss(settings)
  settings$solver <- if (loss$quadratic) "bpp" else "cd"
  # normalize() moves scale between the factors; the objective is that of the fit.
  W <- sweep(object$W, 2, object$scale, "*")
  found <- cpp_project(data$x, W, coefficients_start(data, W, loss), core_options(data, settings))
  warn_if_unsolved(found$residual)
  H <- found$H * object$scale
  dimnames(H) <- list(colnames(object$W), data$dimnames[[2]])
  H
}

warn_if_unsolved <- function(residual) {
  slow <- which(is.na(residual) | residual > 1e-6)
  if (length(slow)) {
    count <- length(slow)
    some <- utils::head(slow, 5)
    worst <- format(max(residual[slow]), digits = 2)
    warn_user(c(
      "{count} column{?s} of {.arg newdata} {?is/are} not solved to a relative KKT residual of 1e-6 \\
       in 3000 steps.",
      "x" = "{cli::qty(count)}Column{?s} {some}{if (count > 5) ', ...'}: up to {worst}.",
      "i" = "Their coefficients are the best of these steps."
    ), class = "nonneg_warning_unsolved")
  }
}

# The exact solver of the Frobenius loss needs no start. The others begin with equal
# coefficients that give each column its sum: at 0 they might stay.
coefficients_start <- function(data, W, loss) {
  if (loss$quadratic) {
    return(matrix(0, ncol(W), data$dim[2]))
  }
  level <- ncol(W) * mean(W)
  matrix(if (level > 0) observed_means(data) / level else 0, ncol(W), data$dim[2], byrow = TRUE)
}

# Of columns, over what is observed; 0 where nothing is.
observed_means <- function(data) {
  seen <- if (is_incomplete(data)) count_observed(data)[[2]] else rep(data$dim[1], data$dim[2])
  ifelse(seen > 0, column_sums(data$x) / pmax(1, seen), 0)
}

# `data` with the rows of W.
match_features <- function(data, W, arg = "newdata") {
  rows <- feature_places(data$dimnames[[1]], rownames(W), data$dim[1], nrow(W), arg)
  if (is.null(rows)) data else part_of(data, rows = rows)
}

# Where the features that a fit `want`s are among those that there are; NULL if they are as they should be.
feature_places <- function(have, want, rows, wanted, arg = "newdata") {
  if (!is.null(have) && !is.null(want)) {
    if (identical(have, want)) {
      return(NULL)
    }
    absent <- setdiff(want, have)
    unknown <- setdiff(have, want)
    if (length(absent) || length(unknown) || anyDuplicated(have) || anyDuplicated(want)) {
      abort_input(c(
        "The rows of {.arg {arg}} must be the features of the fit.",
        "x" = if (length(absent)) {
          "{length(absent)} feature{?s} of the fit {?is/are} missing, \\
           such as {quote_each(utils::head(absent, 3))}."
        },
        "x" = if (length(unknown)) {
          "{length(unknown)} row{?s} {?is/are} unknown to the fit, \\
           such as {quote_each(utils::head(unknown, 3))}."
        },
        "x" = if (!length(absent) && !length(unknown)) "Row names are repeated, and their order differs."
      ))
    }
    return(match(want, have))
  }
  if (rows != wanted) {
    abort_input("{.arg {arg}} must have {wanted} rows, the features of the fit, not {rows}.")
  }
  NULL
}
