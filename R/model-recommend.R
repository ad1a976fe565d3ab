#' Recommendations
#'
#' For each observation (a user, say) the features (films, products) with the highest fitted values among
#' those of which nothing is known yet. `W %*% H` is never formed: columns are gone through a few at a time.
#'
#' What is known already is left out: entries of `x` that are observed or, where nothing in it is missing,
#' those above 0. Ratings in a sparse matrix have zeros where there are none, so they are best fitted with
#' `nmf(missing = "zeros")`, which the fit remembers; clicks and other counts, in which 0 means 0, without.
#'
#' Predictions for given pairs of a feature and an observation are `fitted(fit, at = )`, see
#' [fitted()][basis], without all the others. `t()` of the data, before the fit, recommends observations to
#' features.
#'
#' @param object A fit of class `"nmf"`, see [nmf-class].
#' @param x The data that was factorized, l x n, of the kinds that [nmf()] takes: the fit does not hold it.
#'   Rows and columns are matched by name where both have names.
#' @param n Recommendations per observation, at most.
#' @param columns Names or numbers of the observations to recommend to; `NULL` is all.
#' @param newdata In place of `x`: ratings of new users, the same features in rows; their coefficients are
#'   found by [predict()][predict.nmf].
#' @param threads,assay,layer See [predict()][predict.nmf].
#' @param ... Must be empty.
#' @return A data frame, which is a tibble where that package is installed, with one row per recommendation:
#'   `observation`, `rank` (1 is the best), `feature` and `prediction`, the entry of `W %*% H`. Features with
#'   a prediction of 0 are left out, as are observations without any observed entry, with a warning (class
#'   `"nonneg_warning_unobserved"`).
#' @seealso [fitted()][basis] for single pairs, [impute()].
#' @examples
#' # Ratings from 1 to 5 of 60 films by 40 people, most of them missing
#' set.seed(1)
#' taste <- matrix(rgamma(60 * 2, 1), 60) %*% matrix(rgamma(2 * 40, 1), 2)
#' ratings <- pmin(ceiling(taste), 5) * rbinom(60 * 40, 1, 0.4)
#' dimnames(ratings) <- list(paste0("film", 1:60), paste0("person", 1:40))
#' ratings <- Matrix::Matrix(ratings, sparse = TRUE)
#' fit <- nmf(ratings, rank = 2, missing = "zeros", alpha_W = 0.01)
#' recommend(fit, ratings, n = 3, columns = c("person1", "person2"))
#' fitted(fit, at = cbind("film7", "person1"))
#' @export
recommend <- function(object, ...) {
  need_arguments(object)
  UseMethod("recommend")
}

#' @export
recommend.default <- function(object, ...) {
  abort_input("{.arg object} must be a fit from {.fn nmf}, not {describe(object)}.")
}

#' @rdname recommend
#' @export
recommend.nmf <- function(object, x = NULL, n = 10, columns = NULL, newdata = NULL, threads = NULL,
                          assay = NULL, layer = NULL, ...) {
  check_dots_empty(...)
  check_fit(object)
  n <- check_count(n, "n")
  threads <- check_threads(threads)
  if (is.null(x) == is.null(newdata)) {
    abort_input(c(
      "One of {.arg x} and {.arg newdata} must be given, to tell what is known already.",
      "i" = "A fit does not hold its data: {.code recommend(fit, x)}."
    ))
  }
  if (is.null(newdata)) {
    need_observations(object)
    data <- data_of_fit(x, object, "x", assay, layer)
    W <- object$W
    H <- object$H
    names <- observation_names(object)
    own <- colnames(object$H)
  } else {
    new <- new_observations(object, newdata, NULL, assay, layer)
    data <- new$data
    W <- new$model$W
    H <- new_coefficients(new$model, data, threads)
    names <- entry_names(data$dimnames[[2]], data$dim[2])
    own <- data$dimnames[[2]]
  }
  count <- data$dim[2]
  all <- if (is.null(columns)) seq_len(count) else check_subset(columns, own, count, "columns", "observation")
  incomplete <- is_incomplete(data)
  if (incomplete || data$weighted) {
    empty <- all[count_observed(data)[[2]][all] == 0]
    if (is.null(newdata)) warn_nothing_known("column", empty, data$dimnames[[2]], "x",
      "nothing is recommended.")
    all <- setdiff(all, empty)
  }
  width <- max(1, floor(1e6 / data$dim[1]))
  best <- lapply(split(all, (seq_along(all) - 1) %/% width), function(j) {
    score <- W %*% H[, j, drop = FALSE]
    known <- observed_columns(data, j)
    known <- if (incomplete) !is.na(known) else known > 0
    score[which(known)] <- 0
    lapply(seq_along(j), function(k) best_of(score[, k], n))
  })
  best <- unlist(best, recursive = FALSE, use.names = FALSE)
  count <- lengths(best)
  i <- as.integer(unlist(best))
  j <- rep(all, count)
  as_tidy(data.frame(
    observation = names[j], rank = sequence(count), feature = entry_names(rownames(W), nrow(W))[i],
    prediction = entries_of_product(list(W = W, H = H), i, j)
  ))
}

# The places of the `n` largest numbers above 0, the first of equal ones first.
best_of <- function(score, n) {
  if (n < length(score)) {
    least <- -sort(-score, partial = n)[n]
    at <- which(score >= least & score > 0)
  } else {
    at <- which(score > 0)
  }
  utils::head(at[order(-score[at], at)], n)
}
