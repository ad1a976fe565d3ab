#' Plot a tree of clusters
#'
#' Draws the tree from left (the root) to right (the leaves), with the strongest features and the size of
#' each leaf. Divisions are in their order from left to right, each half-way between two numbers, so that
#' a vertical line at `k` crosses the `k` clusters of `cut(x, k)`. Lines are as thick as the node is
#' large.
#'
#' `plot()` draws with base graphics, `autoplot()` makes the same as a ggplot.
#'
#' @section Arguments:
#' \describe{
#'   \item{`k`}{Leaves to draw; the default is all.}
#'   \item{`n`}{Features per leaf, 5 by default.}
#'   \item{`groups`}{The known class of each observation: the most frequent one of each leaf is added, with
#'   its share. By
#'     name where both have names.}
#' }
#' @param x,object A tree from [nmf_tree()].
#' @param main Title.
#' @param ... Arguments, by name, see below. For `plot()` also graphical parameters of [graphics::par()], set
#' for this
#'   plot only.
#' @return `plot()`: `x`, invisibly. `autoplot()`: a ggplot.
#' @examples
#' plot(nmf_tree(tf_idf(austen$x), leaves = 6), groups = austen$class)
#' @export
plot.nmf_tree <- function(x, ..., main = NULL) draw_plot(x, "nmf_tree", "tree", list(...), main)

#' @rdname plot.nmf_tree
#' @exportS3Method ggplot2::autoplot
autoplot.nmf_tree <- function(object, ..., main = NULL) auto_plot(object, "nmf_tree", "tree", list(...), main)
