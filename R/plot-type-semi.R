#' Plot a semi-nonnegative factorization
#'
#' `plot()` draws with base graphics, `autoplot()` returns a ggplot (package ggplot2).
#' * `"W"`: a heat map with one row per feature and one column per component, red above zero and blue below,
#'   each component relative to its largest entry. It has the features with the largest absolute weights,
#'   `n` of each component, or all with `n = Inf`; features are ordered by the component in which they are
#'   largest.
#' * `"H"`: a heat map with one row per component and one column per observation, `groups` as bars above it.
#' * `"history"`: objective and KKT residual of each iteration, see [plot.nmf()].
#'
#' @param x,object A fit from [nmf_semi()].
#' @param type Type of plot.
#' @param ... Arguments of the type, by name: `n` and `labels` (names of features) for `"W"`, `groups`
#'   (known classes of the observations) and `sort` for `"H"`, `time` and `above` for `"history"`; `palette`
#'   for both maps. For `plot()` also graphical parameters of [graphics::par()].
#' @param main Title.
#' @return `plot()`: `x`, invisibly. `autoplot()`: a ggplot.
#' @examples
#' x <- log(leukemia$x[1:500, ] + 1)
#' z <- t(scale(t(x[apply(x, 1, sd) > 0, ])))
#' fit <- nmf_semi(z, rank = 3)
#' plot(fit, n = 8)
#' plot(fit, "H", groups = leukemia$class)
#' @export
plot.nmf_semi <- function(x, type = c("W", "H", "history"), ..., main = NULL) {
  check_semi(x, "x")
  draw_plot(x, "nmf_semi", type, list(...), main)
}

#' @rdname plot.nmf_semi
#' @exportS3Method ggplot2::autoplot
autoplot.nmf_semi <- function(object, type = c("W", "H", "history"), ..., main = NULL) {
  check_semi(object)
  auto_plot(object, "nmf_semi", type, list(...), main)
}

semi_map_W <- function(x, a) {
  top <- one_for_zero(apply(abs(x$W), 2, max))
  values <- x$W / rep(top, each = nrow(x$W))
  size <- abs(values)
  l <- nrow(values)
  n <- a$n
  if (is.null(n)) n <- if (l <= 60) Inf else max(2, floor(60 / ncol(values)))
  chosen <- seq_len(l)
  if (n < l) {
    first <- function(k) utils::head(order(size[, k], decreasing = TRUE, method = "radix"), n)
    chosen <- sort(unique(unlist(lapply(seq_len(ncol(values)), first))))
  }
  class <- max.col(size[chosen, , drop = FALSE], ties.method = "first")
  place <- chosen[order(class, -values[cbind(chosen, class)], method = "radix")]
  shown <- count_of(length(place), "feature")
  if (length(place) < l) shown <- paste0(shown, " of ", format(l, big.mark = big_mark()))
  names <- if (is.null(a$labels)) rownames(x$W) else a$labels
  list(
    type = "W", values = unname(values[place, , drop = FALSE]), names = names[place],
    components = colnames(x$W),
    groups = list(), at = NULL, entries = shown, key = "weight,\nlargest of\ncomponent = 1", limits = c(-1, 1)
  )
}

semi_map_H <- function(x, a) {
  top <- one_for_zero(apply(x$H, 1, max))
  values <- t(x$H / top)
  place <- order_by_class(semi_class(x$W, x$H), values, a$groups, a$sort)
  list(
    type = "H", values = unname(values[place, , drop = FALSE]), names = colnames(x$H)[place],
    components = colnames(x$W), groups = lapply(a$groups, `[`, place), at = NULL,
    entries = count_of(length(place), "observation"), key = "coefficient,\nlargest of\ncomponent = 1"
  )
}

signed_palette_argument <- function(value, arg, x) check_palette(value, signed_palette())

register_plot_type("nmf_semi", "W",
  arguments = list(n = top_argument(NULL), labels = own_labels_argument, palette = signed_palette_argument),
  data = semi_map_W, base = plot_map, gg = ggplot_map
)

register_plot_type("nmf_semi", "H",
  arguments = list(groups = groups_argument, sort = flag_argument(TRUE), palette = palette_argument),
  data = semi_map_H, base = plot_map, gg = ggplot_map
)

register_plot_type("nmf_semi", "history",
  arguments = history_arguments, data = history_data, base = plot_history, gg = ggplot_history
)
