#' Plot a survey or a cross-validation
#'
#' Types of plot for a survey:
#' * `"measures"`: one panel per measure against rank, for resamples and for restarts. Bars are standard
#'   errors. The residual is the residual sum of squares for the Frobenius loss, otherwise the loss. The
#'   dotted line is the rank that [best_rank()] picks by that measure, from resamples where there are any.
#'   Where restarts are so far from resamples that one would see no more of these, they are drawn at the
#'   edge, with their value.
#' * `"consensus"`: the consensus as a heat map, see [plot.nmf_consensus()]; without `rank`, small
#'   maps of all ranks, their observations in the order of each tree.
#' * `"silhouette"`: silhouettes of the consensus classes of one rank.
#' * `"components"`: for every rank the stability of each component of the best fit.
#'
#' For a cross-validation, the held-out error against rank, with the standard error of its excess
#' over the lowest, and the rank that [best_rank()] gives.
#'
#' `plot()` draws with base graphics, `autoplot()` makes the same as a ggplot.
#'
#' @section Arguments of types:
#' \describe{
#'   \item{`rank`}{For `"consensus"` and `"silhouette"`: which rank.}
#'   \item{`from`}{For these: from resamples or restarts, see [consensus()].}
#'   \item{`groups`}{For `"consensus"`: known classes of the observations, see [plot.nmf_consensus()].}
#'   \item{`palette`}{For `"consensus"`: colours from 0 to 1.}
#' }
#' @param x,object A survey from [nmf_survey()] or a result of [cross_validate()].
#' @param type Type of plot.
#' @param ... Arguments of the type, by name, see below. For `plot()` also graphical parameters of
#'   [graphics::par()].
#' @param main Title.
#' @return `plot()`: `x`, invisibly. `autoplot()`: a ggplot.
#' @inherit nmf_survey examples
#' @export
plot.nmf_survey <- function(x, type = c("measures", "consensus", "silhouette", "components"), ...,
                            main = NULL) {
  draw_plot(x, "nmf_survey", type, list(...), main)
}

#' @rdname plot.nmf_survey
#' @exportS3Method ggplot2::autoplot
autoplot.nmf_survey <- function(object, type = c("measures", "consensus", "silhouette", "components"), ...,
                                main = NULL) {
  auto_plot(object, "nmf_survey", type, list(...), main)
}

#' @rdname plot.nmf_survey
#' @export
plot.nmf_cv <- function(x, ..., main = NULL) draw_plot(x, "nmf_cv", "errors", list(...), main)

#' @rdname plot.nmf_survey
#' @exportS3Method ggplot2::autoplot
autoplot.nmf_cv <- function(object, ..., main = NULL) auto_plot(object, "nmf_cv", "errors", list(...), main)
