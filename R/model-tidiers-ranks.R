#' Surveys, bootstraps and trees as data frames
#'
#' `tidy()` for the results that are not fits; for fits see [tidiers].
#'
#' @param x A survey from [nmf_survey()], a result of [cross_validate()], [best_rank()] or [nmf_bootstrap()],
#' a
#'   consensus or a tree from [nmf_tree()].
#' @param matrix For a bootstrap: the factor, `"W"` or `"H"`.
#' @param n For a tree: how many features tell what a node is about.
#' @param ... Must be empty.
#' @return A data frame, which is a tibble where that package is installed.
#' * A survey: one row per rank, measure and set of fits, with `rank`, `measure`, `from`, `value` and its
#'   `std.error`, `NA` where there is none.
#' * A cross-validation: one row per rank, with `rank`, `error`, `std.error` and `train`.
#' * A result of `best_rank()`: its evidence, one row per rank.
#' * A bootstrap: one row per entry of the factor, with `feature` (or `observation`), `component`,
#'   `estimate`, `conf.low` and `conf.high`.
#' * A consensus: one row per observation, with `observation`, `class`, `component` where it is known, and
#'   `silhouette`.
#' * A tree: one row per node, with `node`, `parent`, `leaf`, `size` and its strongest `features`.
#' @examplesIf requireNamespace("clue", quietly = TRUE) && requireNamespace("cluster", quietly = TRUE)
#' set.seed(1)
#' survey <- nmf_survey(sqrt(leukemia$x), ranks = 2:3, nrun = 2, times = 5, max_iter = 50)
#' tidy(survey)
#' tidy(best_rank(survey))
#' tidy(consensus(survey, 3))
#' tidy(nmf_tree(austen$x, leaves = 3))
#' @name tidiers_of_ranks
NULL

#' @rdname tidiers_of_ranks
#' @method tidy nmf_survey
#' @export
tidy.nmf_survey <- function(x, ...) {
  check_dots_empty(...)
  df <- measures_data(x)
  df <- data.frame(
    rank = df$rank, measure = as.character(df$measure), from = as.character(df$line), value = df$value,
    std.error = df$se
  )
  as_tidy(df)
}

#' @rdname tidiers_of_ranks
#' @method tidy nmf_cv
#' @export
tidy.nmf_cv <- function(x, ...) {
  check_dots_empty(...)
  e <- x$errors
  as_tidy(data.frame(rank = e$rank, error = e$error, std.error = e$se, train = e$train))
}

#' @rdname tidiers_of_ranks
#' @method tidy nmf_best_rank
#' @export
tidy.nmf_best_rank <- function(x, ...) {
  check_dots_empty(...)
  as_tidy(x$evidence)
}

#' @rdname tidiers_of_ranks
#' @method tidy nmf_bootstrap
#' @export
tidy.nmf_bootstrap <- function(x, matrix = c("W", "H"), ...) {
  check_dots_empty(...)
  matrix <- pick(matrix, c("W", "H"), "matrix")
  df <- confint.nmf_bootstrap(x, matrix)
  names(df)[match(c("lower", "upper"), names(df))] <- c("conf.low", "conf.high")
  df
}

#' @rdname tidiers_of_ranks
#' @method tidy nmf_consensus
#' @export
tidy.nmf_consensus <- function(x, ...) {
  check_dots_empty(...)
  df <- data.frame(
    observation = entry_names(rownames(x$matrix), nrow(x$matrix)), class = factor(unname(x$class))
  )
  if (!is.null(x$component)) df$component <- unname(x$component)
  df$silhouette <- unname(x$silhouette)
  as_tidy(df)
}

#' @rdname tidiers_of_ranks
#' @method tidy nmf_tree
#' @export
tidy.nmf_tree <- function(x, n = 5, ...) {
  check_dots_empty(...)
  n <- check_count(n, "n")
  top <- top_features.nmf_tree(x, n)
  words <- split(top$feature, factor(top$node, seq_len(nrow(x$nodes))))
  as_tidy(data.frame(
    node = seq_len(nrow(x$nodes)), parent = x$nodes$parent, leaf = is.na(x$nodes$split), size = x$nodes$size,
    features = vapply(words, paste, "", collapse = ", ", USE.NAMES = FALSE)
  ))
}

#' Summary of a bootstrap
#'
#' What the intervals of [nmf_bootstrap()] say about each component.
#'
#' @param object A result of [nmf_bootstrap()].
#' @param x A summary.
#' @param digits Significant digits.
#' @param ... Must be empty.
#' @return A list of class `"summary.nmf_bootstrap"` with `components`, a data frame with one row per
#' component, and the `settings` and number of `failed` fits. Columns of `components`: `component`;
#' `stability`, the mean similarity to its partners; `low`, its lowest tenth; `lost`, the part of resamples
#' in which it has no similar partner (below 0.8); `width_W` and `width_H`, the median width of the
#' intervals over the entry itself, of entries above 0; `sure_W` and `sure_H`, how many entries have an
#' interval above 0.
#' @inherit nmf_bootstrap examples
#' @export
summary.nmf_bootstrap <- function(object, ...) {
  check_dots_empty(...)
  width <- function(part, margin) {
    vapply(seq_len(nrow(object$components)), function(k) {
      of <- function(A) if (margin == 2) A[, k] else A[k, ]
      estimate <- of(part$estimate)
      known <- estimate > 0
      if (!any(known)) NA_real_ else stats::median(
        ((of(part$upper) - of(part$lower)) / estimate)[known], na.rm = TRUE
      )
    }, 0)
  }
  sure <- function(A) as.integer(A)
  structure(
    list(
      components = data.frame(
        object$components,
        lost = colMeans(object$similarity < 0.8, na.rm = TRUE),
        width_W = width(object$W, 2), width_H = width(object$H, 1),
        sure_W = sure(colSums(object$W$lower > 0, na.rm = TRUE)),
        sure_H = sure(rowSums(object$H$lower > 0, na.rm = TRUE)),
        row.names = NULL
      ),
      settings = object$settings, failed = sum(!is.na(object$runs$error)),
      dim = c(dim(object$W$estimate), ncol(object$H$estimate))
    ),
    class = "summary.nmf_bootstrap"
  )
}

#' @rdname summary.nmf_bootstrap
#' @export
print.summary.nmf_bootstrap <- function(x, digits = 3, ...) {
  check_dots_empty(...)
  check_digits(digits)
  print_line(
    "Resampled factorization: ", count_of(x$dim[1], "feature"), " x ", count_of(x$dim[3], "observation"),
    ", rank ", x$dim[2]
  )
  print_fields(c(
    resamples = paste0(x$settings$times, " (", x$settings$type, "), starts: ", x$settings$start),
    if (x$failed) c(failed = sprintf("%d of %d fits", x$failed, x$settings$times)),
    intervals = paste0(format(100 * x$settings$level), "%")
  ))
  cat("\n")
  shown <- x$components
  for (name in c("stability", "low", "lost", "width_W", "width_H")) {
    shown[[name]] <- formatC(shown[[name]], digits = digits, format = "f")
  }
  names(shown) <- c(
    "component", "stability", "lowest tenth", "lost", "width W", "width H", "features > 0", "observations > 0"
  )
  print(shown, row.names = FALSE)
  print_line("\nwidth: median of interval over entry; > 0: entries whose interval is above 0")
  invisible(x)
}
