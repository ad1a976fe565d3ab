#' Plot stability and intervals
#'
#' * `"W"`: for each component the features with the highest score, with the intervals of their weights.
#' * `"H"`: coefficients of all observations, one panel per component, with their intervals.
#' * `"stability"`: similarity of each component to its partners in the resamples.
#'
#' `plot()` draws with base graphics, `autoplot()` makes the same as a ggplot.
#'
#' @section Arguments of types:
#' \describe{
#'   \item{`n`, `by`}{For `"W"`: number of features per component and their score, `"weight"` or
#'   `"specificity"`, see
#'     [top_features()].}
#'   \item{`features`, `labels`}{For `"W"`: which features, and names to print for them, see [plot.nmf()].}
#'   \item{`components`}{For `"W"` and `"H"`: names or numbers of components; up to 12 are drawn.}
#'   \item{`groups`}{For `"H"`: known class of each observation, which orders and colours them.}
#' }
#' @param x,object A result of [nmf_bootstrap()].
#' @param type Type of plot.
#' @param main Title.
#' @param ... Arguments of the type, by name, see below. For `plot()` also graphical parameters of
#'   [graphics::par()].
#' @return `plot()`: `x`, invisibly. `autoplot()`: a ggplot.
#' @inherit nmf_bootstrap examples
#' @export
plot.nmf_bootstrap <- function(x, type = c("W", "H", "stability"), ..., main = NULL) {
  draw_plot(x, "nmf_bootstrap", type, list(...), main)
}

#' @rdname plot.nmf_bootstrap
#' @exportS3Method ggplot2::autoplot
autoplot.nmf_bootstrap <- function(object, type = c("W", "H", "stability"), ..., main = NULL) {
  auto_plot(object, "nmf_bootstrap", type, list(...), main)
}

# Arguments of types that look at W and H of a fit, for the estimates of a bootstrap.
of_estimates <- function(argument) {
  force(argument)
  function(value, arg, x) argument(value, arg, list(W = x$W$estimate, H = x$H$estimate))
}
