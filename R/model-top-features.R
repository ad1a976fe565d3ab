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
#' * `by = "kim-park"`: the score of Kim and Park (2007), which a feature has once, in its class, the
#'   component with its largest `u[i, k]`: with `p[k] = u[i, k] / sum(u[i, ])` and `r` components, `1 +
#'   sum(p * log2(p)) / log2(r)`, from 0 (the same in all) to 1 (in one component only). It does not tell
#'   strong features from weak ones.
#'
#' With `n = "auto"` the number is not given but found, by the rule of Kim and Park (2007). A feature is
#' selected if its score of that name is at least the median of all scores plus three times their median
#' absolute deviation ([stats::mad()]), and its largest `u[i, k]` is at least the median of all of `u`. It
#' is listed in its class alone, and `by` gives the order, where it is also a condition: a score of zero
#' leaves it out. The rule needs a `W` in which most features are in several components. Where more than
#' half of them have all their weight in one, as words under a lasso may, the median is 1, and all of these
#' are selected.
#'
#' `feature_scores()` has all of this as a table, to sort and to export.
#'
#' `top_terms()` returns the names alone, one column per component, to read.
#'
#' Features with score zero are left out: weight zero or, for specificity,
#' another component in which the feature is at least as strong. So a
#' component may have less than `n` rows, a zero component has none. Equal
#' scores are in the order of the data.
#'
#' @param object A fit of class `"nmf"`, see [nmf-class].
#' @param n Features per component, at most; or `"auto"`, see below.
#' @param by What to rank by.
#' @param components Names or numbers of components, in the order to list them; `NULL` for all. Scores are
#'   those among all components.
#' @param ... Must be empty.
#' @return `top_features()`: a data frame with one row per component and feature: `component`
#'   (factor), `rank` (1 is the highest score), `feature` (row name of the data, or
#'   row number as text), `weight` (entry of `W`) and `score`.
#'
#'   `top_terms()`: a character matrix with `n` rows (less if no component has as many) and one column per
#'   component, `NA` where a component has no more features.
#'
#'   `feature_scores()`: a data frame with one row per component and feature, all of the first component
#'   first: `component`, `feature`, `weight` (entry of `W`), `share` (`u[i, k]`, the score `"weight"`),
#'   `specificity`, `lift`, `frex`, `kim_park` (of the feature, so the same in all its rows), `class`
#'   (`TRUE` in the row of its class, the component with its largest share, of equal ones the first) and
#'   `selected` (`TRUE` there if `n = "auto"` selects it). A feature without weight has the Kim-Park score 0
#'   and no class.
#' @references
#' Bischof JM, Airoldi EM (2012). Summarizing topical content with word frequency and
#' exclusivity. *ICML 2012*, 201--208.
#'
#' Kim H, Park H (2007). Sparse non-negative matrix factorizations via alternating non-negativity-constrained
#' least squares for microarray data analysis. *Bioinformatics* 23(12), 1495--1502.
#' \doi{10.1093/bioinformatics/btm134}
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
#'
#' # As many genes as the rule of Kim and Park selects
#' fit <- nmf(leukemia$x, rank = 3)
#' table(top_features(fit, "auto")$component)
#' head(feature_scores(fit))
#' @seealso [consensus_features()] for features that come back in fits to resamples.
#' @export
top_features <- function(object, ...) {
  need_arguments(object)
  UseMethod("top_features")
}

#' @rdname top_features
#' @export
top_features.nmf <- function(object, n = 10, by = c("weight", "specificity", "lift", "frex", "kim-park"),
                             components = NULL, ...) {
  check_dots_empty(...)
  check_fit(object)
  auto <- identical(n, "auto")
  n <- if (auto) nrow(object$W) else check_top(n, "n")
  by <- pick(by, feature_rules, "by")
  shown <- components_argument(components, "components", object)

  W <- object$W
  score <- feature_score(W, by, component_share(W, object$H))
  if (auto) score <- score * selected_features(W)
  best <- lapply(shown, function(k) {
    positive <- which(score[, k] > 0)
    i <- positive[order(score[positive, k], decreasing = TRUE, method = "radix")]
    utils::head(i, n)
  })
  i <- unlist(best)
  k <- rep(shown, lengths(best))
  data.frame(
    component = factor(k, levels = shown, labels = colnames(W)[shown]),
    rank = sequence(lengths(best)),
    feature = feature_names(object)[i],
    weight = unname(W[cbind(i, k)]),
    score = unname(score[cbind(i, k)])
  )
}

#' @rdname top_features
#' @export
top_terms <- function(object, n = 10, by = c("weight", "specificity", "lift", "frex", "kim-park"),
                      components = NULL, ...) {
  need_arguments(object)
  check_dots_empty(...)
  if (!is_nmf(object)) abort_input("{.arg object} must be a fit of class {.cls nmf}, not {describe(object)}.")
  top <- top_features.nmf(object, n, by, components)
  names <- levels(top$component)
  most <- if (nrow(top)) max(top$rank) else 0
  terms <- matrix(NA_character_, most, length(names), dimnames = list(NULL, names))
  terms[cbind(top$rank, as.integer(top$component))] <- top$feature
  terms
}

#' @rdname top_features
#' @export
feature_scores <- function(object, ...) {
  need_arguments(object)
  UseMethod("feature_scores")
}

#' @export
feature_scores.default <- function(object, ...) not_for(object, "a fit from {.fn nmf}")

#' @rdname top_features
#' @export
feature_scores.nmf <- function(object, ...) {
  check_dots_empty(...)
  check_fit(object)
  W <- object$W
  share <- component_share(W, object$H)
  class <- in_class(W)
  scores <- lapply(feature_rules[1:4], function(by) as.vector(feature_score(W, by, share)))
  names(scores) <- c("share", feature_rules[2:4])
  data.frame(
    component = factor(
      rep(seq_len(ncol(W)), each = nrow(W)), levels = seq_len(ncol(W)), labels = colnames(W)
    ),
    feature = rep(feature_names(object), ncol(W)), weight = as.vector(W), scores,
    kim_park = rep(kim_park(shares_of(W)), ncol(W)), class = as.vector(class),
    selected = as.vector(selected_features(W))
  )
}

# What top_features() can rank by.
feature_rules <- c("weight", "specificity", "lift", "frex", "kim-park")

check_top <- function(n, arg) {
  if (is.character(n)) abort_input("{.arg {arg}} must be a whole number or \"auto\", not {describe(n)}.")
  check_count(n, arg)
}

feature_score <- function(W, by, share) {
  U <- shares_of(W)
  switch(by,
    weight = U,
    specificity = specificity_score(U),
    lift = lift_score(U, share),
    frex = frex_score(U),
    "kim-park" = kim_park(U) * in_class(W)
  )
}

# Components as distributions over the features.
shares_of <- function(W) {
  total <- colSums(W)
  total[!(total > 0)] <- 1
  W / rep(total, each = nrow(W))
}

# Is component k the class of feature i, the one with its largest share?
in_class <- function(W) {
  U <- shares_of(W)
  rows <- seq_len(nrow(U))
  at <- matrix(FALSE, nrow(U), ncol(U))
  at[cbind(rows, max.col(U, ties.method = "first"))] <- rowSums(U) > 0
  at
}

# One minus the entropy of a feature's shares, as a part of the largest that it could be; 0 without any
# weight.
kim_park <- function(U) {
  all <- rowSums(U)
  P <- U / ifelse(all > 0, all, 1)
  entropy <- -rowSums(ifelse(P > 0, P * log2(P), 0))
  # Rounded, as features that all have in equal parts may differ in the last bit.
  score <- 1 - zapsmall(entropy / max(log2(ncol(U)), 1), 14)
  ifelse(all > 0, pmin(pmax(score, 0), 1), 0)
}

# Of what the rule of Kim and Park selects, each feature in its class.
selected_features <- function(W) {
  U <- shares_of(W)
  score <- kim_park(U)
  above <- score >= stats::median(score) + 3 * stats::mad(score)
  in_class(W) & above & largest_in_row(U) >= stats::median(U)
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
  S <- matrix(0, nrow(U), ncol(U), dimnames = dimnames(U))
  top <- largest_in_row(U)
  for (k in seq_len(ncol(U))) {
    # In all other rows it is 0. So it is where two share the largest.
    i <- which(U[, k] == top & top > 0)
    a <- U[i, k]
    b <- if (ncol(U) > 1) largest_in_row(U[i, -k, drop = FALSE]) else 0
    S[i, k] <- a * log(2 * a / (a + b)) - (a - b) / 2
  }
  S
}

largest_in_row <- function(A) {
  do.call(pmax.int, lapply(seq_len(ncol(A)), function(k) A[, k]))
}
