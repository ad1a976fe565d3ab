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
#' * `by = "lift"`: the score is `u[i, k]` over the share of feature `i` in the whole fit,
#'   `sum(u[i, ] * share)`. 1 means as frequent as in all, and the largest possible value, for a
#'   feature of one component only, is `1 / share[k]`. It favours rare features.
#' * `by = "frex"`: frequent and exclusive (Bischof and Airoldi 2012). The score is the harmonic mean of
#'   two ranks among the features of the component (their empirical distribution functions, the best being 1):
#'   that of `u[i, k]`, and that of the exclusivity `u[i, k] / sum(u[i, ])`.
#'
#' `top_terms()` returns the names alone, one column per component, to read.
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
#' @return `top_features()`: a data frame with one row per component and feature: `component`
#'   (factor), `rank` (1 is the highest score), `feature` (row name of the data, or
#'   row number as text), `weight` (entry of `W`) and `score`.
#'
#'   `top_terms()`: a character matrix with `n` rows (less if no component has as many) and one column per
#'   component, `NA` where a component has no more features.
#' @references
#' Bischof JM, Airoldi EM (2012). Summarizing topical content with word frequency and
#' exclusivity. *ICML 2012*, 201--208.
#'
#' Dey KK, Hsiao CJ, Stephens M (2017). Visualizing the structure of RNA-seq
#' expression data using grade of membership models. *PLOS Genetics* 13(3),
#' e1006599. \doi{10.1371/journal.pgen.1006599}
#' @examples
#' set.seed(1)
#' x <- matrix(rexp(200), 20, dimnames = list(letters[1:20], NULL))
#' fit <- nmf(x, rank = 2)
#' top_features(fit, 3)
#' top_features(fit, 3, by = "specificity")
#' top_terms(fit, 3, by = "frex")
#' @export
top_features <- function(object, ...) {
  need_arguments(object)
  UseMethod("top_features")
}

#' @rdname top_features
#' @export
top_features.nmf <- function(object, n = 10, by = c("weight", "specificity", "lift", "frex"),
                             ...) {
  check_dots_empty(...)
  check_fit(object)
  n <- check_count(n, "n")
  by <- pick(by, feature_scores, "by")

  W <- object$W
  score <- feature_score(W, by, component_share(W, object$H))
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

#' @rdname top_features
#' @export
top_terms <- function(object, n = 10, by = c("weight", "specificity", "lift", "frex")) {
  need_arguments(object)
  if (!is_nmf(object)) abort_input("{.arg object} must be a fit of class {.cls nmf}, not {describe(object)}.")
  top <- top_features.nmf(object, n, by)
  names <- colnames(object$W)
  most <- if (nrow(top)) max(top$rank) else 0
  terms <- matrix(NA_character_, most, length(names), dimnames = list(NULL, names))
  terms[cbind(top$rank, as.integer(top$component))] <- top$feature
  terms
}

# What top_features() can rank by.
feature_scores <- c("weight", "specificity", "lift", "frex")

feature_score <- function(W, by, share) {
  total <- colSums(W)
  total[total == 0] <- 1
  U <- sweep(W, 2, total, "/")
  switch(by,
    weight = U,
    specificity = specificity_score(U),
    lift = lift_score(U, share),
    frex = frex_score(U)
  )
}

lift_score <- function(U, share) {
  overall <- as.vector(U %*% share)
  U / ifelse(overall > 0, overall, 1)
}

# Ranks among the features that the component has, of equal ones the highest.
frex_score <- function(U) {
  all <- rowSums(U)
  for (k in seq_len(ncol(U))) {
    used <- which(U[, k] > 0)
    place <- function(v) rank(v, ties.method = "max") / length(v)
    frequency <- place(U[used, k])
    # Rounded, as the exclusivity of features that no other component has is one number.
    exclusivity <- place(signif(U[used, k] / all[used], 12))
    U[used, k] <- 2 / (1 / frequency + 1 / exclusivity)
  }
  U
}

specificity_score <- function(U) {
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
