#' Weights for counts of terms
#'
#' `tf_idf()` weighs down terms that are in many documents, `ncut_weight()` documents that
#' resemble many others. Both keep a sparse matrix sparse, and what they learn
#' from a corpus can be applied to new documents with `weight_like()`, before
#' [predict()][predict.nmf].
#'
#' With \eqn{x_{ij}} the count of term i in document j, n documents, and \eqn{n_i} those with term i:
#' * `tf_idf()` returns \eqn{f(x_{ij}) \cdot g_i}{f(x[i, j]) * g[i]}, each document divided by its Euclidean
#'   norm if `unit = TRUE`. `tf = "log"` is \eqn{f(x) = \log(1 + x)}{f(x) = log(1 + x)}, `"count"`
#'   \eqn{f(x) = x}, `"binary"` \eqn{f(x) = 1} for x > 0. `idf = "plain"` is
#'   \eqn{g_i = \log(n / n_i)}{g[i] = log(n / n[i])}, which is 0 for a term of all documents; `"smooth"` is
#'   \eqn{g_i = \log((1 + n) / (1 + n_i)) + 1}{g[i] = log((1 + n) / (1 + n[i])) + 1}, the default of
#'   scikit-learn; `"none"` is \eqn{g_i = 1}{g[i] = 1}. A term without documents has weight 0.
#' * `ncut_weight()` divides document \eqn{x_j} by \eqn{\sqrt{d_j}}{sqrt(d[j])}, where
#'   \eqn{d_j = \sum_k x_j^\top x_k}{d[j] = sum over k of x_j'x_k} is its similarity to all documents (Xu et
#'   al. 2003). A factorization of the result is one of the normalised cut of the graph of similarities. It
#'   is meant for documents of unit norm: `ncut_weight(tf_idf(x))`.
#'
#' Empty documents stay empty.
#'
#' `weight_like(x, like)` applies the steps that made `like` to other documents, with what was learnt there:
#' the \eqn{g_i}{g[i]} of `tf_idf()`, and for `ncut_weight()` the sum of all documents, so that
#' \eqn{d_j}{d[j]} is the similarity of a new document to the old ones. Terms are matched by name, see
#' [documents()]; the result has the terms of `like`. A fit knows the weights of its data, and
#' [predict()][predict.nmf] takes this step by itself for counts.
#'
#' @param x Counts: an object of a text package or of [documents()], or a matrix with terms
#'   in rows and documents in columns, of the kinds that [nmf()] takes, none missing.
#' @param tf,idf,unit The weights, see below. `unit`: `TRUE` or `FALSE`.
#' @param assay,layer See [adapters].
#' @param like A result of `tf_idf()` or `ncut_weight()`.
#' @param ... Must be empty.
#' @return An object of class `"nmf_documents"`, terms x documents, see [documents()]. Its
#'   `weighting` has one element per step, with what was learnt.
#' @references
#' Xu W, Liu X, Gong Y (2003). Document clustering based on non-negative matrix
#' factorization. *SIGIR 2003*, 267--273. \doi{10.1145/860435.860485}
#' @examples
#' train <- tf_idf(austen$x[, 1:200])
#' train
#' fit <- nmf(train, rank = 6)
#' new <- weight_like(austen$x[, 201:269], train)
#' table(predict(fit, new, type = "class"))
#'
#' ncut_weight(train)
#' @export
tf_idf <- function(x, tf = c("log", "count", "binary"), idf = c("plain", "smooth", "none"), unit = TRUE,
                   assay = NULL, layer = NULL, ...) {
  need_arguments(x)
  check_dots_empty(...)
  tf <- pick(tf, c("log", "count", "binary"), "tf")
  idf <- pick(idf, c("plain", "smooth", "none"), "idf")
  check_flag(unit, "unit")
  given <- weighable(x, assay, layer)
  n <- ncol(given$x)
  with_term <- tabulate(given$x@i[given$x@x > 0] + 1L, nrow(given$x))
  g <- switch(idf,
    plain = ifelse(with_term > 0, log(n / pmax(with_term, 1)), 0),
    smooth = ifelse(with_term > 0, log((1 + n) / (1 + with_term)) + 1, 0),
    none = as.double(with_term > 0)
  )
  step <- list(name = "tf_idf", tf = tf, idf = idf, unit = unit, term = stats::setNames(g, rownames(given$x)))
  new_documents(apply_weighting(given$x, step), c(given$weighting, list(step)))
}

#' @rdname tf_idf
#' @export
ncut_weight <- function(x, assay = NULL, layer = NULL, ...) {
  need_arguments(x)
  check_dots_empty(...)
  given <- weighable(x, assay, layer)
  step <- list(name = "ncut", term = Matrix::rowSums(given$x))
  new_documents(apply_weighting(given$x, step), c(given$weighting, list(step)))
}

#' @rdname tf_idf
#' @export
weight_like <- function(x, like, assay = NULL, layer = NULL, ...) {
  need_arguments(x, like)
  check_dots_empty(...)
  if (!inherits(like, "nmf_documents") || !length(like$weighting)) {
    abort_input("{.arg like} must be a result of {.fn tf_idf} or {.fn ncut_weight}, not {describe(like)}.")
  }
  if (inherits(x, "nmf_documents") && length(x$weighting)) {
    abort_input("{.arg x} must be counts, but has weights already: see {.code x$weighting}.")
  }
  data <- hold_data(complete_data(x, "x", assay, layer), "weights of terms")
  data <- match_documents(data, rownames(like$x), nrow(like$x), arg = "x")
  weighted <- as_sparse(data$x)
  for (step in like$weighting) weighted <- apply_weighting(weighted, step)
  new_documents(weighted, like$weighting)
}

# Counts for a fit of weighted terms get its weights.
weighted_terms <- function(data, fit, arg = "newdata") {
  steps <- fit$data$weighting
  if (!length(steps) || identical(data$weighting, steps)) {
    return(data)
  }
  names <- paste(vapply(steps, describe_weighting, ""), collapse = ", then ")
  if (length(data$weighting) || data$missing || data$weighted || !is_whole(values_of(data$x))) {
    warn_user(c(
      "The data of the fit had weights, {names}; {.arg {arg}} is taken as it is.",
      "x" = if (length(data$weighting)) {
        "It has other weights."
      } else {
        "It does not look like counts, which would get the same."
      },
      "i" = "{.code weight_like(counts, like)} gives new documents the weights of old ones."
    ), class = "nonneg_warning_weighting")
    return(data)
  }
  tell_user(
    "{.arg {arg}} gets the weights that the data of the fit had: {names}.", class = "nonneg_message_weighting"
  )
  x <- as_sparse(data$x)
  for (step in steps) x <- apply_weighting(x, step)
  data$weighting <- steps
  restored(data, x, arg)
}

is_whole <- function(values) all(values == trunc(values))

# A sparse matrix of terms by documents, checked, and the weights it has already.
weighable <- function(x, assay = NULL, layer = NULL) {
  list(
    x = as_sparse(hold_data(complete_data(x, "x", assay, layer), "weights of terms")$x),
    weighting = if (inherits(x, "nmf_documents")) x$weighting else list()
  )
}

# nmf_data() for what has no use for missing entries.
complete_data <- function(x, arg = "x", assay = NULL, layer = NULL) {
  data <- nmf_data(x, arg, assay, layer)
  check_cells(data$x, data$scan, arg)
  data
}

# One step, with what it has learnt.
apply_weighting <- function(x, step) {
  if (step$name == "tf_idf") {
    x@x <- switch(step$tf, log = log1p(x@x), count = x@x, binary = as.double(x@x > 0)) *
      unname(step$term)[x@i + 1L]
    x <- Matrix::drop0(x)
    if (step$unit) x <- divide_columns(x, column_sizes(x))
  } else {
    similarity <- as.vector(Matrix::crossprod(x, step$term))
    x <- divide_columns(x, sqrt(similarity))
  }
  x
}

divide_columns <- function(x, by) {
  by[by == 0] <- 1
  x@x <- x@x / rep(by, diff(x@p))
  x
}

# Euclidean norms, of numbers whose squares may be out of range.
column_sizes <- function(x) {
  top <- if (length(x@x)) max(x@x) else 1
  if (top == 0) top <- 1
  x@x <- (x@x / top)^2
  sqrt(Matrix::colSums(x)) * top
}

describe_weighting <- function(step) {
  if (step$name == "tf_idf") {
    sprintf("tf-idf (tf %s, idf %s%s)", step$tf, step$idf, if (step$unit) ", unit norm" else "")
  } else {
    "normalised cut"
  }
}
