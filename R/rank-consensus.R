#' Consensus matrix of a survey
#'
#' How often two observations are in the same component, over the fits of one rank in which both take part
#' (Brunet et al. 2004; Monti et al. 2003). An observation is in the component that makes the largest part of
#' it, as in [predict()][predict.nmf] with `type = "class"`.
#'
#' `measures` are:
#' * **cophenetic**: correlation between the distances `1 - consensus` and those in the tree of average
#'   linkage (Brunet et al. 2004); 1 where all distances are equal.
#' * **dispersion**: mean of `4 * (consensus - 1/2)^2` over the whole matrix (Kim and Park 2007).
#' * **silhouette**: mean silhouette width of the classes that the tree, cut into as many classes as there are
#'   components, gives, with those distances; 1 where all fits agree, also if there is one class, or one for
#'   each observation, of which a silhouette is not defined.
#' * **pac**: proportion of ambiguous pairs, those with a consensus above 0.1 and below 0.9 (Șenbabaoğlu et
#'   al. 2014). Low is good; the other three are high where fits agree.
#'
#' A consensus of n observations has n^2 entries. A survey does not hold them: it keeps the classes of every
#' fit, and this function makes the matrix. With more than `max_n` observations that is done for a sample of
#' `max_n` of them, evenly spaced in the data.
#'
#' @param object A survey from [nmf_survey()], or a matrix with the classes of observations: one row per
#'   observation, one column per fit, `NA` where an observation takes no part in a fit.
#' @param rank For a survey: which rank; that of the survey where it has but one.
#' @param from For a survey: the fits to resamples of the data, or the restarts on the whole of it. `NULL` is
#'   `"resamples"` where there are any.
#' @param max_n Most observations of the matrix. `Inf` asks for all, whatever the memory.
#' @param ... Not used; anything here is an error.
#' @return An object of class `"nmf_consensus"`: a list of
#' \describe{
#'   \item{`matrix`}{the consensus, `NA` for pairs that were in no fit together.}
#'   \item{`class`}{integer class of each observation, from the tree.}
#'   \item{`tree`}{the tree, from [stats::hclust()] (`NULL` for a single observation).}
#'   \item{`silhouette`}{silhouette width of each observation.}
#'   \item{`component`}{of a survey: the component of each observation in the best fit of the rank.}
#'   \item{`measures`}{see above.}
#'   \item{`rank`, `fits`, `observations`, `total`}{the rank, the number of fits, which observations of the
#'     data these are, and how many the data has.}
#' }
#' @references Brunet JP, Tamayo P, Golub TR, Mesirov JP (2004). Metagenes and molecular pattern discovery
#'   using matrix factorization. *PNAS* 101(12), 4164--4169. \doi{10.1073/pnas.0308531101}
#'
#' Kim H, Park H (2007). Sparse non-negative matrix factorizations via alternating non-negativity-constrained
#' least squares for microarray data analysis. *Bioinformatics* 23(12), 1495--1502.
#' \doi{10.1093/bioinformatics/btm134}
#'
#' Monti S, Tamayo P, Mesirov J, Golub T (2003). Consensus clustering. *Machine Learning* 52, 91--118.
#' \doi{10.1023/A:1023949509487}
#'
#' Șenbabaoğlu Y, Michailidis G, Li JZ (2014). Critical limitations of consensus clustering in class
#' discovery. *Scientific Reports* 4, 6207. \doi{10.1038/srep06207}
#' @seealso [nmf_survey()], [plot.nmf_consensus()]
#' @examplesIf requireNamespace("clue", quietly = TRUE) && requireNamespace("cluster", quietly = TRUE)
#' # Three observations, four fits: the first two are always together.
#' classes <- rbind(c(1, 1, 2, 1), c(1, 1, 2, 1), c(2, 1, 1, 2))
#' consensus(classes, rank = 2)$matrix
#' @export
consensus <- function(object, ...) {
  need_arguments(object)
  UseMethod("consensus")
}

#' @rdname consensus
#' @export
consensus.default <- function(object, rank, max_n = 2000, ...) {
  if (isS4(object) && !methods::is(object, "matrix")) {
    return(hand_on("consensus", object, ...))
  }
  check_dots_empty(...)
  if (!is.matrix(object) || !(is.numeric(object) || is.character(object)) || any(dim(object) == 0)) {
    abort_input(
      "{.arg object} must be a survey or a matrix of classes, observations in rows, not {describe(object)}."
    )
  }
  if (missing(rank)) abort_input("{.arg rank}, the number of classes, must be given.")
  rank <- check_count(rank, "rank")
  members <- matrix(
    match(object, unique(c(object)[!is.na(object)])), nrow(object), dimnames = dimnames(object)
  )
  new_consensus(members, rank, check_most(max_n))
}

#' @rdname consensus
#' @export
consensus.nmf_survey <- function(object, rank, from = NULL, max_n = 2000, ...) {
  check_dots_empty(...)
  if (missing(rank)) {
    if (length(object$ranks) > 1) abort_input("{.arg rank} must be given: one of {object$ranks}.")
    rank <- object$ranks
  }
  at <- survey_rank(object, rank)
  known <- names(Filter(function(m) !is.null(m) && ncol(m) > 0, object$members[[at]]))
  if (!length(known)) abort_input("No fit of rank {rank} succeeded.")
  if (is.null(from)) from <- known[1]
  from <- check_choice(from, known, "from")
  out <- new_consensus(object$members[[at]][[from]], object$ranks[at], check_most(max_n))
  best <- object$fits[[at]]
  if (!is.null(best)) out$component <- component_class(best$W, best$H)[out$observations]
  out
}

check_most <- function(max_n) {
  if (identical(max_n, Inf)) .Machine$integer.max else check_count(max_n, "max_n")
}

new_consensus <- function(members, rank, max_n) {
  total <- nrow(members)
  kept <- spaced(total, max_n)
  members <- members[kept, , drop = FALSE]
  C <- co_membership(members)
  n <- nrow(C)
  tree <- NULL
  class <- rep(1L, n)
  width <- rep(NA_real_, n)
  if (n > 1) {
    tree <- stats::hclust(consensus_distance(C), "average")
    class <- unname(stats::cutree(tree, min(rank, n)))
    if (length(unique(class)) > 1 && n > 2 && length(unique(class)) < n) {
      need_package("cluster", "for the silhouette of a consensus")
      width <- unname(cluster::silhouette(class, consensus_distance(C))[, "sil_width"])
    }
  }
  # Fits that agree about every pair: no grouping could be clearer, also with one class, or one for each.
  if (all(C %in% c(0, 1, NA))) width[] <- 1
  names(class) <- names(width) <- rownames(members)
  structure(
    list(
      matrix = C, class = class, tree = tree, silhouette = width,
      measures = consensus_measures(C, tree, width), rank = rank, fits = ncol(members),
      observations = kept, total = total
    ),
    class = "nmf_consensus"
  )
}

spaced <- function(n, most) {
  if (n <= most) seq_len(n) else unique(round(seq(1, n, length.out = most)))
}

# Pairs never seen together count as undecided.
consensus_distance <- function(C) {
  C[is.na(C)] <- 0.5
  stats::as.dist(1 - C)
}

# With Z the 0/1 matrix of observations x (fit, class), ZZ' counts how often two are together. Fits go in
# groups, so that Z is never larger than the result.
co_membership <- function(members) {
  n <- nrow(members)
  together <- both <- matrix(0, n, n)
  k <- max(0, members, na.rm = TRUE)
  size <- max(1, n %/% max(1, k))
  for (fits in split(seq_len(ncol(members)), (seq_len(ncol(members)) - 1) %/% size)) {
    m <- members[, fits, drop = FALSE]
    there <- !is.na(m)
    Z <- matrix(0, n, length(fits) * k)
    Z[cbind(row(m)[there], (col(m)[there] - 1) * k + m[there])] <- 1
    together <- together + tcrossprod(Z)
    both <- both + tcrossprod(there + 0)
  }
  C <- together / both
  C[both == 0] <- NA
  dimnames(C) <- list(rownames(members), rownames(members))
  C
}

consensus_measures <- function(C, tree, width) {
  pairs <- C[upper.tri(C)]
  pairs <- pairs[!is.na(pairs)]
  c(
    cophenetic = cophenetic_correlation(C, tree),
    dispersion = mean(4 * (C - 0.5)^2, na.rm = TRUE),
    silhouette = mean(width),
    pac = if (length(pairs)) mean(pairs > 0.1 & pairs < 0.9) else 0
  )
}

cophenetic_correlation <- function(C, tree) {
  if (is.null(tree)) {
    return(1)
  }
  d <- consensus_distance(C)
  if (diff(range(d)) == 0) {
    return(1)
  }
  # A tree that has all distances exactly may miss 1 by rounding.
  r <- stats::cor(d, stats::cophenetic(tree))
  if (r > 1 - 1e-12) 1 else r
}

#' @export
print.nmf_consensus <- function(x, digits = 3, ...) {
  check_dots_empty(...)
  check_digits(digits)
  print_line(
    "Consensus of ", count_of(x$fits, "fit"), " of rank ", x$rank, ": ",
    count_of(nrow(x$matrix), "observation")
  )
  print_fields(c(
    classes = paste(sprintf("%d: %d", sort(unique(x$class)), tabulate(x$class)), collapse = ", "),
    measures = paste(
      names(x$measures), formatC(x$measures, digits = digits, format = "f"), collapse = ", "
    )
  ))
  invisible(x)
}

# How alike two groupings are, whatever their classes are called (Hubert and Arabie 1985): 1 if they are the
# same, about 0 if they are unrelated. Over what has a class in both.
adjusted_rand <- function(a, b) {
  known <- !is.na(a) & !is.na(b)
  a <- match(a[known], unique(a[known]))
  b <- match(b[known], unique(b[known]))
  # (A table() of them takes ten times as long.)
  counts <- matrix(tabulate(a + max(0, a) * (b - 1), max(0, a) * max(0, b)), max(0, a))
  pairs <- function(v) sum(v * (v - 1) / 2)
  rows <- pairs(rowSums(counts))
  columns <- pairs(colSums(counts))
  total <- pairs(sum(counts))
  if (total == 0) {
    return(if (length(a)) 1 else NA_real_)  # one alone is grouped alike
  }
  most <- (rows + columns) / 2
  if (most == rows * columns / total) 1 else (pairs(counts) - rows * columns / total) / (
    most - rows * columns / total
  )
}
