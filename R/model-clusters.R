#' Clusters by the largest coefficient
#'
#' Each observation goes to the component with the largest coefficient in `H`, after columns of `W` are given
#' norm one, so that coefficients of different components can be compared.
#'
#' With `norm = "l1"`, the default, a coefficient is the sum of what the component adds to the fitted
#' column, so that the class is the component that makes the largest part of it. This is the class
#' everywhere in this package: `predict(type = "class")`, [augment()][augment.nmf], surveys, consensus
#' matrices and plots. For counts under the Kullback-Leibler loss it is the most probable topic, see
#' [as_topics()]. With `"l2"` a coefficient is the Euclidean length of what the component adds. The two
#' agree unless components are spread over very different numbers of features. For documents with tf-idf
#' weights `"l2"` has agreed better with labels: these weights are lengths, not amounts.
#'
#' @param object A fit of class `"nmf"`.
#' @param newdata New observations in columns, as in [predict.nmf()]; `NULL` for those of the fit.
#' @param norm Norm of the columns of `W`: `"l1"`, `"l2"` or `"max"`, see [normalize()]. `NULL` is `"l1"`.
#' @param threads See [nmf()].
#' @param ... Must be empty.
#' @return A factor with the names of the observations and the components as levels; `NA` where all
#'   coefficients are 0. Of equal ones the first counts. Its attribute `"rule"` names the rule, such as
#'   `"l1"`.
#' @seealso [agreement()], [nmf_tree()]
#' @examples
#' fit <- nmf(tf_idf(austen$x), rank = 6)
#' table(assign_clusters(fit), austen$class)
#' @export
assign_clusters <- function(object, newdata = NULL, norm = c("l1", "l2", "max"), threads = NULL, ...) {
  need_arguments(object)
  check_dots_empty(...)
  if (!is_nmf(object)) abort_input("{.arg object} must be a fit of class {.cls nmf}, not {describe(object)}.")
  check_fit(object)
  norm <- if (is.null(norm)) "l1" else pick(norm, c("l1", "l2", "max"), "norm")
  H <- predict.nmf(object, newdata, threads = threads)
  if (norm == "l1") {
    return(with_rule(component_class(object$W, H), norm))
  }
  H <- H * apply(object$W, 2, norm_of, norm)
  with_rule(class_of_rows(t(H), colnames(object$W)), norm)
}

# Classes that tell by which norm of the columns of W they were found.
with_rule <- function(class, norm) {
  attr(class, "rule") <- norm
  class
}
