# What a function of fits says to anything else. (Those that share their name with generics of other packages
# hand their objects on instead, see basis.default() and normalize.default().)

not_for <- function(object, what) {
  abort_input(paste0("{.arg object} must be ", what, ", not {describe(object)}."))
}

#' @export
impute.default <- function(object, ...) not_for(object, "a fit from {.fn nmf}")

#' @export
as_topics.default <- function(object, ...) not_for(object, "a fit from {.fn nmf}")

#' @export
component_shares.default <- function(object, ...) not_for(object,
  "a fit from {.fn nmf} or a model from {.fn as_nmf}")

#' @export
top_features.default <- function(object, ...) not_for(object,
  "a fit from {.fn nmf} or a tree from {.fn nmf_tree}")

#' @export
best_rank.default <- function(object, ...) {
  not_for(object, "a result of {.fn nmf_survey} or {.fn cross_validate}")
}
