#' The features that describe each component
#'
#' For each component the `n` features with the highest score.
#'
#' Let `u[i, k] = W[i, k] / sum(W[, k])`, so that each component is a
#' distribution over the features; this makes components comparable, whatever
#' the scale between `W` and `H`.
#' * `by = "weight"`: the score is `u[i, k]`. Features that are strong in every
#'   component lead every list.
#' * `by = "specificity"`: with `a = u[i, k]` and `b` the largest `u[i, j]` of any
#'   other component `j`, the score is `a * log(2 * a / (a + b)) - (a - b) / 2`
#'   if `a > b`. It is high for features that are both strong in component `k` and
#'   weaker in all others. It is the Kullback-Leibler divergence between Poisson
#'   distributions of means `a` and `(a + b) / 2`. Dey et al. (2017) rank by the
#'   divergence from `b` itself, which is infinite for `b = 0`, the usual case in
#'   a sparse `W`.
#'
#' Features with score zero are left out: weight zero or, for specificity,
#' another component in which the feature is at least as strong. So a
#' component may have less than `n` rows, a zero component has none. Equal
#' scores are in the order of the data.
#'
#' @param object A fit of class `"nmf"`, see [nmf-class].
#' @param n Features per component, at most.
#' @param by What to rank by.
#' @param ... Must be empty.
#' @return A data frame with one row per component and feature: `component`
#'   (factor), `rank` (1 is the highest score), `feature` (row name of the data, or
#'   row number as text), `weight` (entry of `W`) and `score`.
#' @references
#' Dey KK, Hsiao CJ, Stephens M (2017). Visualizing the structure of RNA-seq
#' expression data using grade of membership models. *PLOS Genetics* 13(3),
#' e1006599. \doi{10.1371/journal.pgen.1006599}
#' @examples
#' set.seed(1)
#' x <- matrix(rexp(200), 20, dimnames = list(letters[1:20], NULL))
#' fit <- nmf(x, rank = 2)
#' top_features(fit, 3)
#' top_features(fit, 3, by = "specificity")
#' @export
top_features <- function(object, ...) UseMethod("top_features")

#' @rdname top_features
#' @export
top_features.nmf <- function(object, n = 10, by = c("weight", "specificity"),
                             ...) {
  check_dots_empty(...)
  n <- check_count(n, "n")
  by <- pick(by, c("weight", "specificity"), "by")

  W <- object$W
  score <- feature_score(W, by)
  best <- lapply(seq_len(ncol(W)), function(k) {
    positive <- which(score[, k] > 0)
    i <- positive[order(score[positive, k], decreasing = TRUE, method = "radix")]
    utils::head(i, n)
  })
  i <- unlist(best)
  k <- rep(seq_along(best), lengths(best))
  data.frame(
    component = factor(k, levels = seq_len(ncol(W)), labels = colnames(W)),
    rank = sequence(lengths(best)),
    feature = feature_names(object)[i],
    weight = unname(W[cbind(i, k)]),
    score = unname(score[cbind(i, k)])
  )
}

feature_score <- function(W, by) {
  total <- colSums(W)
  total[total == 0] <- 1
  U <- sweep(W, 2, total, "/")
  if (by == "weight") {
    return(U)
  }
  S <- U
  for (k in seq_len(ncol(U))) {
    a <- U[, k]
    b <- if (ncol(U) > 1) largest_in_row(U[, -k, drop = FALSE]) else 0
    S[, k] <- ifelse(a > b, a * log(2 * a / (a + b)) - (a - b) / 2, 0)
  }
  S
}

largest_in_row <- function(A) {
  do.call(pmax, lapply(seq_len(ncol(A)), function(k) A[, k]))
}
