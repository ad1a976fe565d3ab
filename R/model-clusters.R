#' Clusters by the largest coefficient
#'
#' Each observation goes to the component with the largest coefficient in `H`, after columns of `W` are given
#' norm one, so that coefficients of different components can be compared.
#'
#' With `norm = "l2"` a coefficient is the Euclidean length of what the component adds to
#' the fitted column, with `"l1"` its sum; the latter is `predict(type = "class")`. They agree unless components
#' are spread over very different numbers of features. For documents with tf-idf weights `"l2"` has agreed
#' better with labels: tf-idf weights are lengths, not amounts. For counts under the
#' Kullback-Leibler loss, `"l1"` is the most probable topic, see [as_topics()].
#'
#' @param object A fit of class `"nmf"`.
#' @param newdata New observations in columns, as in [predict.nmf()]; `NULL` for those of the fit.
#' @param norm Norm of the columns of `W`: `"l2"`, `"l1"` or `"max"`, see [normalize()]. `NULL` is `"l1"` for
#'   the Kullback-Leibler loss, otherwise `"l2"`.
#' @param threads See [nmf()].
#' @return A factor with the names of the observations and the components as levels; `NA` where all
#'   coefficients are 0. Of equal ones the first counts.
#' @seealso [agreement()], [nmf_tree()]
#' @examples
#' fit <- nmf(tf_idf(austen$x), rank = 6)
#' table(assign_clusters(fit), austen$class)
#' @export
assign_clusters <- function(object, newdata = NULL, norm = NULL, threads = NULL) {
  if (!is_nmf(object)) abort_input("{.arg object} must be a fit of class {.cls nmf}, not {describe(object)}.")
  if (is.null(norm)) {
    norm <- if (identical(object$settings$loss, "kullback-leibler")) "l1" else "l2"
  }
  check_choice(norm, c("l2", "l1", "max"), "norm")
  H <- predict.nmf(object, newdata, threads = threads) * apply(object$W, 2, norm_of, norm)
  k <- max.col(t(H), ties.method = "first")
  k[colSums(H) == 0] <- NA
  stats::setNames(factor(k, levels = seq_len(nrow(H)), labels = colnames(object$W)), colnames(H))
}
