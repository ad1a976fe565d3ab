#' Plot a symmetric factorization
#'
#' * `"H"`: a heat map of the memberships, one row per group and one column per item, which are ordered by
#'   their class, with `groups` as bars above.
#' * `"similarity"`: a heat map of the data `data`, rows and columns ordered by class, with lines between
#'   the classes: a good partition has its large entries in blocks on the diagonal. Large matrices are shown
#'   by means.
#' * `"history"`: objective and KKT residual of each sweep, see [plot.nmf()].
#'
#' @param x,object A fit from [nmf_symmetric()].
#' @param type Type of plot.
#' @param ... Arguments of the type, by name: `groups` (known classes of the items) and `sort` for `"H"`,
#'   `data` (the matrix that was factorized) for `"similarity"`, `time` and `above` for `"history"`;
#'   `palette` for both maps. For `plot()` also graphical parameters of [graphics::par()].
#' @param main Title.
#' @return `plot()`: `x`, invisibly. `autoplot()`: a ggplot.
#' @examples
#' S <- cor(log(leukemia$x + 1))
#' fit <- nmf_symmetric(S - min(S), rank = 3)
#' plot(fit, groups = leukemia$class)
#' plot(fit, "similarity", data = S)
#' @export
plot.nmf_symmetric <- function(x, type = c("H", "similarity", "history"), ..., main = NULL) {
  check_symmetric_fit(x, "x")
  draw_plot(x, "nmf_symmetric", type, list(...), main)
}

#' @rdname plot.nmf_symmetric
#' @exportS3Method ggplot2::autoplot
autoplot.nmf_symmetric <- function(object, type = c("H", "similarity", "history"), ..., main = NULL) {
  check_symmetric_fit(object)
  auto_plot(object, "nmf_symmetric", type, list(...), main)
}

symmetric_map_H <- function(x, a) {
  H <- x$H
  values <- t(H / one_for_zero(apply(H, 1, max)))
  place <- order_by_class(symmetric_class(H), t(H), a$groups, a$sort)
  list(
    type = "H", values = unname(values[place, , drop = FALSE]), names = colnames(H)[place],
    components = rownames(H), groups = lapply(a$groups, `[`, place), at = NULL,
    entries = count_of(length(place), "item"), key = "membership,\nlargest of\ngroup = 1"
  )
}

# Cells of at most this many rows and columns are drawn.
most_similarity_cells <- 400L

symmetric_map_S <- function(x, a) {
  if (is.null(a$data)) abort_input(
    "{.code type = \"similarity\"} needs {.arg data}, the matrix that was factorized."
  )
  data <- symmetric_data(a$data, TRUE)
  n <- ncol(x$H)
  if (data$dim[1] != n) {
    abort_input("{.arg data} must have {n} rows and columns like the data of the fit, not {data$dim[1]}.")
  }
  class <- symmetric_class(x$H)
  place <- order_by_class(class, t(x$H))
  class <- as.integer(class)[place]
  bins <- min(n, most_similarity_cells)
  bin <- ceiling(seq_len(n) * bins / n)
  # Means of the cells: one product with the indicator of the bins from either side.
  B <- matrix(0, n, bins)
  B[cbind(place, bin)] <- 1
  B <- B / rep(tabulate(bin, bins), each = n)
  S <- crossprod(B, x_times(data$x, B))
  list(
    values = unname(S), edges = which(diff(ifelse(is.na(class), 0L, class)) != 0) / n, n = n,
    limits = range(0, S), key = if (bins < n) "mean\nentry" else "entry"
  )
}

plot_similarity <- function(d, a, top) {
  line <- line_height()
  strip <- side_strip(list(title = d$key, limits = d$limits, palette = a$palette), list(), top = top)
  size <- graphics::par("fin")
  side <- max(0.5, min(size[1] - strip$width - 0.3 * line, size[2] - top - 1.6 * line))
  panel(size[2] - top - side, 0.3 * line, top, size[1] - 0.3 * line - side, c(0, 1), c(0, 1))
  draw_cells(d$values, d$limits, a$palette)
  graphics::abline(v = d$edges, h = 1 - d$edges, col = "white", lwd = 1.5, xpd = FALSE)
  graphics::text(0.5, -inch_y(0.8 * line), count_of(d$n, "item"), cex = 0.9, xpd = NA)
  draw_strip(strip)
}

ggplot_similarity <- function(d, a) {
  m <- nrow(d$values)
  cells <- data.frame(
    column = rep((seq_len(m) - 0.5) / m, each = m), row = rep((seq_len(m) - 0.5) / m, m),
    value = as.vector(d$values)
  )
  ggplot2::ggplot(cells, ggplot2::aes(.data$column, .data$row, fill = .data$value)) +
    ggplot2::geom_raster() +
    ggplot2::geom_vline(xintercept = d$edges, colour = "white", linewidth = 0.6) +
    ggplot2::geom_hline(yintercept = d$edges, colour = "white", linewidth = 0.6) +
    ggplot2::scale_fill_gradientn(
      colours = a$palette, limits = d$limits, name = paste0(d$key, "\n"), guide = gg_key()
    ) +
    ggplot2::scale_x_continuous(expand = c(0, 0), breaks = NULL) +
    ggplot2::scale_y_reverse(expand = c(0, 0), breaks = NULL) +
    ggplot2::coord_equal() +
    ggplot2::labs(x = count_of(d$n, "item"), y = NULL) +
    paper_theme()
}

symmetric_groups <- function(value, arg, x) check_annotation(value, ncol(x$H), colnames(x$H))

register_plot_type("nmf_symmetric", "H",
  arguments = list(groups = symmetric_groups, sort = flag_argument(TRUE), palette = palette_argument),
  data = symmetric_map_H, base = plot_map, gg = ggplot_map
)

register_plot_type("nmf_symmetric", "similarity",
  arguments = list(data = function(value, arg, x) value, palette = palette_argument),
  data = symmetric_map_S, base = plot_similarity, gg = ggplot_similarity
)

register_plot_type("nmf_symmetric", "history",
  arguments = history_arguments, data = history_data, base = plot_history, gg = ggplot_history
)
