#' Plot the evidence for a rank
#'
#' The measure that the rule of [best_rank()] looked at, against rank, with the standard error of its
#' difference to the best rank where the rule uses it. The dotted line is the rank that was picked.
#'
#' @param x,object A result of [best_rank()].
#' @param main Title.
#' @param ... For `plot()`: graphical parameters of [graphics::par()]. For `autoplot()`: must be empty.
#' @return `plot()`: `x`, invisibly. `autoplot()`: a ggplot.
#' @inherit best_rank examples
#' @export
plot.nmf_best_rank <- function(x, ..., main = NULL) draw_plot(x, "nmf_best_rank", "evidence", list(...), main)

#' @rdname plot.nmf_best_rank
#' @exportS3Method ggplot2::autoplot
autoplot.nmf_best_rank <- function(object, ..., main = NULL) {
  auto_plot(object, "nmf_best_rank", "evidence", list(...), main)
}
