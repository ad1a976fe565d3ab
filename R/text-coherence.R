#' Coherence of topics
#'
#' Do the top terms of a component occur together? For each component, two
#' measures from the documents themselves.
#'
#' For the `n` top terms \eqn{v_1, \dots, v_n} of a component, by weight, with \eqn{D(v)} the number of
#' documents that have term v, \eqn{D(v, w)} of those that have both, of N:
#' * **UMass** (Mimno et al. 2011): \eqn{\sum_{i=2}^n \sum_{j=1}^{i-1} \log\frac{D(v_i, v_j) + 1}{D(v_j)}}{
#'   sum over i > j of log((D(v_i, v_j) + 1) / D(v_j))}. Nearer to 0 is better. It depends on `n`.
#' * **NPMI** (Bouma 2009; Lau et al. 2014): the mean over pairs of
#'   \eqn{\log\frac{p(v, w)}{p(v) p(w)} \big/ -\log p(v, w)}{log(p(v, w) / (p(v) p(w))) / -log p(v, w)},
#'   with \eqn{p = D/N}. From -1 (never together, the value for \eqn{D(v, w) = 0}), over 0 (independent), to
#'   1 (always together). A pair that is in every document counts as 0: it tells nothing.
#'
#' Here documents are the windows in which terms meet; published values that use
#' sliding windows or another corpus are not comparable.
#'
#' @param object A fit of class `"nmf"`, or a list of character vectors (or a character matrix, one
#'   column per topic) of terms, best first.
#' @param x Counts or weights of terms, see [tf_idf()]; those of the fit or of another corpus. What counts
#'   is which entries are above 0.
#' @param assay,layer See [adapters]. `NULL` is what the fit was made from.
#' @param n Terms per component. Terms of weight 0 are left out.
#' @param ... Must be empty.
#' @return A data frame with one row per component: `component`, `n` (terms used), `umass` and
#'   `npmi`; `NA` for less than two terms, and for components with a term that `x` has in no document (in
#'   another corpus, say), which a warning of class `"nonneg_warning_terms"` names.
#' @references
#' Mimno D, Wallach HM, Talley E, Leenders M, McCallum A (2011). Optimizing semantic
#' coherence in topic models. *EMNLP 2011*, 262--272.
#'
#' Bouma G (2009). Normalized (pointwise) mutual information in collocation
#' extraction. *Proceedings of GSCL*, 31--40.
#'
#' Lau JH, Newman D, Baldwin T (2014). Machine reading tea leaves: automatically evaluating
#' topic coherence and topic model quality. *EACL 2014*, 530--539. \doi{10.3115/v1/E14-1056}
#' @examples
#' fit <- nmf(tf_idf(austen$x), rank = 6)
#' coherence(fit, austen$x)
#' @export
coherence <- function(object, x, n = 10, assay = NULL, layer = NULL, ...) {
  need_arguments(object)
  check_dots_empty(...)
  if (is_nmf(object)) check_fit(object)
  n <- check_count(n, "n", min = 2)
  if (missing(x)) abort_input("{.arg x}, the documents, must be given: a fit does not hold its data.")
  chosen <- if (is_nmf(object)) remembered(x, object, assay, layer) else list(assay = assay, layer = layer)
  data <- hold_data(complete_data(x, "x", chosen$assay, chosen$layer), "coherence")
  terms <- topic_terms(object, n, data)
  # Rows of x; of terms that no document has there are none.
  topics <- lapply(terms$names, match, terms$have)
  rows <- unique(stats::na.omit(unlist(topics)))
  used <- Matrix::drop0(Matrix::t(as_sparse(data$x))[, rows, drop = FALSE])
  used@x[] <- 1
  present <- diff(used@p) > 0
  rows <- rows[present]
  together <- as.matrix(Matrix::crossprod(used[, present, drop = FALSE]))
  topics <- lapply(topics, match, rows)
  warn_absent(unlist(terms$names)[is.na(unlist(topics))])
  values <- vapply(topics, function(place) {
    coherence_of(together[place, place, drop = FALSE], data$dim[2])
  }, c(umass = 0, npmi = 0))
  data.frame(
    component = factor(seq_along(topics), labels = names(topics)), n = lengths(topics, use.names = FALSE),
    umass = values["umass", ], npmi = values["npmi", ], row.names = NULL
  )
}

warn_absent <- function(terms) {
  terms <- unique(terms)
  if (length(terms)) {
    warn_user(c(
      "{length(terms)} top term{?s} {?is/are} in no document of {.arg x}, such as \\
       {quote_each(utils::head(terms, 3))}.",
      "i" = "The coherence of {cli::qty(length(terms))}{?its component/their components} is NA."
    ), class = "nonneg_warning_terms")
  }
}

# D: numbers of documents with each pair of terms, of N; on the diagonal with each term. NA for a term
# that no document has.
coherence_of <- function(D, N) {
  if (nrow(D) < 2 || anyNA(D)) {
    return(c(umass = NA_real_, npmi = NA_real_))
  }
  pair <- which(lower.tri(D), arr.ind = TRUE)
  both <- D[pair]
  first <- diag(D)[pair[, "col"]]
  second <- diag(D)[pair[, "row"]]
  npmi <- (log(both) + log(N) - log(first) - log(second)) / (log(N) - log(both))
  npmi[both == 0] <- -1
  npmi[both == N] <- 0
  c(umass = sum(log((both + 1) / first)), npmi = mean(npmi))
}

# The names of the terms of each topic, and those of the rows of x.
topic_terms <- function(object, n, data) {
  have <- data$dimnames[[1]]
  if (is_nmf(object)) {
    top <- top_features(object, n)
    terms <- split(top$feature, top$component)
    if (is.null(rownames(object$W)) || is.null(have)) {
      if (nrow(object$W) != data$dim[1]) {
        abort_input("{.arg x} must have {nrow(object$W)} terms, those of the fit, not {data$dim[1]}.")
      }
      have <- feature_names(object)
    }
  } else {
    if (is.matrix(object)) object <- as.data.frame(object)
    sound <- is.list(object) && length(object) && all(vapply(object, is.character, NA))
    if (!sound || is.null(have)) {
      abort_input(if (sound) {
        "{.arg x} must have row names, the terms."
      } else {
        "{.arg object} must be a fit, or a list of character vectors, not {describe(object)}."
      })
    }
    terms <- lapply(object, function(t) utils::head(t[!is.na(t)], n))
    if (is.null(names(terms))) names(terms) <- paste0("topic", seq_along(terms))
  }
  again <- unlist(lapply(terms, function(t) t[duplicated(t)]))
  if (length(again)) {
    abort_input(c(
      "No term may be twice among the top terms of a component.",
      "x" = "{quote_each(again[1])} is."
    ))
  }
  again <- intersect(have[duplicated(have)], unlist(terms))
  if (length(again)) {
    abort_input(c(
      "Top terms must be the name of one row of {.arg x} each.",
      "x" = "{quote_each(again[1])} is the name of several."
    ))
  }
  list(names = terms, have = have)
}
