#' Plot a topic model
#'
#' * `"terms"`: for each topic bars for its most probable terms.
#' * `"documents"`: one bar per document, divided by the probabilities of its topics. Documents that the fit
#'   makes 0 are empty.
#'
#' `plot()` draws with base graphics, `autoplot()` makes the same as a ggplot.
#'
#' @section Arguments of types:
#' \describe{
#'   \item{`n`}{For `"terms"`: terms per topic, 10 by default.}
#'   \item{`components`}{For `"terms"`: names or numbers of topics; up to 12 are drawn.}
#'   \item{`groups`, `sort`, `palette`}{For `"documents"`: as for `"composition"` in [plot.nmf()].}
#' }
#' @param x,object A topic model from [as_topics()].
#' @param type Type of plot.
#' @param main Title.
#' @param ... Arguments of the type, by name, see below. For `plot()` also graphical parameters of
#'   [graphics::par()].
#' @return `plot()`: `x`, invisibly. `autoplot()`: a ggplot.
#' @examples
#' topics <- as_topics(nmf(austen$x, rank = 6, loss = "kullback-leibler", max_iter = 50))
#' plot(topics, n = 8)
#' plot(topics, "documents", groups = austen$class)
#' @export
plot.nmf_topics <- function(x, type = c("terms", "documents"), ..., main = NULL) {
  draw_plot(x, "nmf_topics", type, list(...), main)
}

#' @rdname plot.nmf_topics
#' @exportS3Method ggplot2::autoplot
autoplot.nmf_topics <- function(object, type = c("terms", "documents"), ..., main = NULL) {
  auto_plot(object, "nmf_topics", type, list(...), main)
}
