#' Features that come back in the fits of a survey
#'
#' Which features describe a component is known as well as they are the same ones in fits to other samples.
#' This counts, over the fits of one rank, how often a feature is among the first `n` of a component, by
#' [top_features()]. Components of a fit are those of the best fit of the rank that they are matched with,
#' as in [match_components()].
#'
#' `frequency` is over the fits in which the feature takes part: a resample of rows leaves some out. It is
#' the selection frequency of stability selection (Meinshausen and Bühlmann 2010), for lists of a fixed
#' length, which bounds how many unstable features a list can have: of `l` features, the expected number of
#' those with a frequency of at least \eqn{\pi}{p} that enter such a list no more often than by chance is at
#' most
#' \eqn{n^2 / ((2\pi - 1) l)}{n^2 / ((2p - 1) l)}. That holds for resamples of half of the observations
#' (`part = 0.5` in [nmf_survey()]), and with larger ones lists agree more than it supposes.
#'
#' @param object A survey from [nmf_survey()].
#' @param rank Which rank; that of the survey where it has but one.
#' @param n Length of the lists of features, at most 50.
#' @param by What lists are ranked by: `"weight"` or `"specificity"`, see [top_features()].
#' @param min_frequency Least frequency of a feature to be told of. 0 is all that are in any list.
#' @param from The fits to resamples of the data, or the restarts on the whole of it. `NULL` is `"resamples"`
#'   where there are any.
#' @param ... Must be empty.
#' @return A data frame with one row per component and feature: `component` (factor, that of the best fit),
#'   `feature`, `frequency` (which part of the fits has the feature in the list of the component), `place`
#'   (its mean place in those lists), `best` (its place in the best fit, `NA` if it is not in that list),
#'   `class_frequency` (in which part of the fits the component is the class of the feature, the one with
#'   its largest share). The most frequent come first, then those with the lowest mean place.
#' @references Meinshausen N, Bühlmann P (2010). Stability selection. *Journal of the Royal Statistical
#'   Society B* 72(4), 417--473. \doi{10.1111/j.1467-9868.2010.00740.x}
#' @seealso [top_features()], [consensus()] for the observations, [nmf_bootstrap()] for intervals of weights.
#' @examplesIf requireNamespace("clue", quietly = TRUE) && requireNamespace("cluster", quietly = TRUE)
#' set.seed(1)
#' survey <- nmf_survey(sqrt(leukemia$x), ranks = 3, nrun = 3, times = 10)
#' consensus_features(survey, n = 5)
#' @export
consensus_features <- function(object, rank, n = 10, by = c("weight", "specificity"), min_frequency = 0.5,
                               from = NULL, ...) {
  need_arguments(object)
  check_dots_empty(...)
  if (!inherits(object, "nmf_survey")) {
    abort_input("{.arg object} must be a survey from {.fn nmf_survey}, not {describe(object)}.")
  }
  if (missing(rank)) {
    if (length(object$ranks) > 1) abort_input("{.arg rank} must be given: one of {object$ranks}.")
    rank <- object$ranks
  }
  at <- survey_rank(object, rank)
  n <- check_count(n, "n", max = most_kept)
  by <- pick(by, c("weight", "specificity"), "by")
  min_frequency <- check_number(min_frequency, "min_frequency", min = 0, max = 1)
  known <- names(Filter(Negate(is.null), object$features[[at]]))
  if (!length(known)) {
    abort_input(c(
      "{.arg object} has no features of rank {rank}.",
      "i" = "No fit of that rank succeeded, or the survey was made by an earlier version."
    ))
  }
  from <- check_choice(if (is.null(from)) known[1] else from, known, "from")
  stable_features(object$fits[[at]], object$features[[at]][[from]], n, by, min_frequency)
}

# So many of each component are kept of every fit.
most_kept <- 50L

# `counts`: from count_features().
stable_features <- function(best, counts, n, by, min_frequency) {
  lists <- counts$top[[by]]
  lists <- lists[seq_len(min(n, dim(lists)[1])), , , drop = FALSE]
  l <- nrow(best$W)
  names <- feature_names(best)
  own <- leading_features(best$W)[[by]]
  rows <- lapply(seq_len(ncol(best$W)), function(k) {
    list <- matrix(lists[, k, ], dim(lists)[1])
    place <- row(list)[!is.na(list)]
    feature <- list[!is.na(list)]
    times <- tabulate(feature, l)
    there <- which(times > 0)
    sum <- vapply(split(place, factor(feature, there)), sum, 0)
    found <- data.frame(
      component = factor(rep(k, length(there)), levels = seq_len(ncol(best$W)), labels = colnames(best$W)),
      feature = names[there], frequency = times[there] / counts$fits[there],
      place = unname(sum) / times[there],
      best = match(there, utils::head(own[, k], n)),
      class_frequency = counts$class[there, k] / counts$fits[there]
    )
    found <- found[found$frequency >= min_frequency, ]
    found[order(-found$frequency, found$place, method = "radix"), ]
  })
  out <- do.call(rbind, rows)
  rownames(out) <- NULL
  out
}

# Of a fit to the features in `rows` (NULL: all `l` of them): the class of each, 0 where it took no part, one
# more than there are components where it has none; and the places of the first ones of each component.
features_kept <- function(W, rows, l) {
  leading <- leading_features(W)
  class <- leading$class
  top <- leading[c("weight", "specificity")]
  if (!is.null(rows)) {
    class <- integer(l)
    class[rows] <- leading$class
    top <- lapply(top, function(places) {
      places[] <- rows[places]
      places
    })
  }
  # A byte each: there are as many of them as fits times features.
  list(class = if (ncol(W) < 255) as.raw(class) else class, top = top)
}

# The class of each row of W, and by each score the rows that lead each component, a column of places each, NA
# where it has no more; equal ones in the order of the data. As shares_of() and feature_score() have it, but
# for hundreds of fits.
leading_features <- function(W) cpp_leading(W, min(most_kept, nrow(W)))

# Of what was kept of the fits of a rank: `fits`, in how many each feature takes part; `class`, in how many of
# these its class is each component of the best fit; `top`, the lists of all fits, in the order of these
# components. NULL if there is none.
count_features <- function(kept, best) {
  kept <- Filter(function(k) !is.null(k$match), kept)
  if (is.null(best) || !length(kept)) {
    return(NULL)
  }
  r <- ncol(best$W)
  l <- nrow(best$W)
  fits <- integer(l)
  class <- integer(l * r)
  for (k in kept) {
    own <- as.integer(k$features$class)
    fits <- fits + (own > 0)
    # From the number of a component to that of its partner.
    partner <- order(k$match)
    at <- which(own > 0 & own <= r)
    class <- class + tabulate(at + l * (partner[own[at]] - 1L), l * r)
  }
  class <- matrix(class, l)
  top <- lapply(c(weight = "weight", specificity = "specificity"), function(by) {
    lists <- lapply(kept, function(k) k$features$top[[by]][, k$match, drop = FALSE])
    long <- max(vapply(lists, nrow, 0L))
    filled <- vapply(lists, function(p) rbind(p, matrix(NA, long - nrow(p), r)), matrix(0L, long, r))
    array(filled, c(long, r, length(lists)))
  })
  list(fits = fits, class = class, top = top)
}
