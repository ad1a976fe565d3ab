#' Plot a fit
#'
#' `plot()` draws with base graphics, `autoplot()` returns a ggplot (package
#' ggplot2, which must be installed). Both draw the same types:
#' * `"history"`: how far the objective of each iteration is above the lowest and, below, the relative KKT
#'   residual where it was computed, both on a logarithmic scale, which leaves out zeros. The dashed line
#'   is `tol`.
#' * `"composition"`: one bar per observation, divided by how much of it each component makes (the structure
#'   plot of topic models).
#' * `"H"`: a heat map with one row per component and one column per observation. With `sort = FALSE` and
#'   `at`, the times of the observations, it is a piano roll.
#' * `"W"`: a heat map with one row per feature and one column per component.
#' * `"features"`: for each component bars for the features with the highest score, see [top_features()].
#' * `"profile"`: for each component a line of its weights in `W` over the features in their order, or in `H`
#'   over the observations, such as times.
#' * `"parts"`: for each component the picture that its weights in `W` make.
#' * `"metagenes"`: the data itself, given again as `data`, of the features with the highest score in each
#'   component, see [metagene_map()].
#'
#' Types with one panel per component draw up to 12 components (`"parts"`: 100); `components` chooses others.
#' Maps name features and observations if there is room, and draw more than 2000 as 2000 means of neighbours.
#' Long names lose their middle.
#'
#' Each component has its colour, the same in all pictures. Groups have others. Groups that are in order (an
#' ordered factor, or more than seven numbers) have colours from light to dark.
#'
#' @section Arguments of all types that have them:
#' \describe{
#'   \item{`components`}{For all types but `"history"`, `"composition"` and `"metagenes"`: names or numbers of
#'     components, in the order to draw them. The default is all.}
#'   \item{`groups`}{For `"H"`, `"composition"` and `"metagenes"`: a factor, or vector, with the known class
#'     of each observation, or a data frame of these, which make one bar of colours each above a map. The
#'     first orders the observations. Where `groups` and the fit have names of observations, they go by name,
#'     in any order. A fit to an object with a table of its observations (`SummarizedExperiment`,
#'     `ExpressionSet`, `Seurat`, `phyloseq`) remembers its columns with up to 100 different values: name one,
#'     or several, as in `groups = "celltype"`.}
#'   \item{`sort`}{For maps and `"composition"`: put features (observations) with the same largest share
#'   next to each other, the clearest first. `FALSE` keeps the order of the data (within groups).}
#'   \item{`at`}{For `"H"` and `"profile"`: a number for each observation (for a profile of `W`: for each
#'     feature), such as the time in seconds, which must increase. Makes a numeric axis, and keeps the order
#'     of the data. Names that are increasing numbers are used for a profile.}
#'   \item{`scale`}{For `"W"` and `"H"`: what colours mean. `"share"`: the part of the sum of the fitted row
#'   (for `"W"`) or fitted column (`"H"`) that the component makes, `W[i, k] * sum(H[k, ])` or `H[k, j] *
#'   sum(W[, k])` over the sum of this for all `k`; it does not depend on the scale between `W` and `H`.
#'   `"max"`: weights, divided by the largest of the component. `"none"`: weights. For `"parts"` and
#'   `"profile"` `"max"` or `"none"`.}
#'   \item{`palette`}{For maps and `"parts"`: colours from low to high, as from [grDevices::hcl.colors()].}
#'   \item{`labels`}{For `"W"`, `"features"`, `"profile"` and `"metagenes"`: names to print for the features,
#'   such as symbols of
#'     genes: one per feature, or named by the features.}
#' }
#'
#' @section Arguments of one type:
#' \describe{
#'   \item{`"history"`}{`time`: count it in `"iteration"`s or `"seconds"`. `above`: `FALSE` draws the
#'   objective itself, with the loss as a second line if there is a penalty.}
#'   \item{`"W"`}{`features`: names or numbers of the features to draw. `n`: the features with the highest
#'   score of each component, as many; `Inf` is all. The default is all of up to 100 features, else about 60.
#'   `by`: the score, see [top_features()].}
#'   \item{`"features"`}{`n = 10` and `by`, see [top_features()]. `features`: the same features, in that
#'   order, for
#'     all components.}
#'   \item{`"profile"`}{`matrix`: `"W"` or `"H"`.}
#'   \item{`"metagenes"`}{`data`, `n = 8`, `by`: see [metagene_map()].}
#'   \item{`"parts"`}{`shape`: height and width of the pictures, `c(h, w)`, so that column `k` of `W` is
#'     `matrix(W[, k], h, w)`, drawn with its first row on top. `byrow = TRUE` if features go along the rows
#'     of the picture. `values`: other pictures to draw instead of `W`, one per column, such as the axes of
#'     a principal component analysis; if some numbers are negative, red is above and blue below zero.}
#' }
#'
#' @param x,object A fit of class `"nmf"`, see [nmf-class].
#' @param type Type of plot.
#' @param ... Arguments of the type, by name, see below. For `plot()` also graphical parameters of
#'   [graphics::par()], set for this plot only, such as `cex` or `family`.
#' @param main Title.
#' @return `plot()`: `x`, invisibly. `autoplot()`: a ggplot.
#' @examples
#' fit <- nmf(leukemia$x, rank = 3, verbose = FALSE)
#' plot(fit)
#' plot(fit, "composition", groups = leukemia$class)
#' plot(fit, "H", groups = leukemia$class)
#' plot(fit, "W", labels = leukemia$genes$description)
#' plot(fit, "features", n = 5, by = "specificity")
#' if (requireNamespace("ggplot2", quietly = TRUE)) {
#'   ggplot2::autoplot(fit, "H", groups = leukemia$class)
#' }
#'
#' # Pictures of 2 x 3 pixels.
#' set.seed(1)
#' small <- nmf(matrix(rexp(60), 6), rank = 2)
#' plot(small, "parts", shape = c(2, 3))
#' plot(small, "profile", matrix = "H", at = seq(0, 0.9, by = 0.1))
#' @export
plot.nmf <- function(x, type = c("history", "composition", "H", "W", "features", "profile", "parts",
                              "metagenes"), ..., main = NULL) {
  check_fit(x, "x")
  draw_plot(x, "nmf", type_of_fit(x, type), list(...), main)
}

#' @rdname plot.nmf
#' @exportS3Method ggplot2::autoplot
autoplot.nmf <- function(object, type = c("history", "composition", "H", "W", "features", "profile", "parts",
                                      "metagenes"), ..., main = NULL) {
  check_fit(object)
  auto_plot(object, "nmf", type_of_fit(object, type), list(...), main)
}

# A model from known factors has no history.
type_of_fit <- function(x, type) if (is_given(x) && length(type) > 1) "W" else type
