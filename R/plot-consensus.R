#' Plot a consensus matrix
#'
#' `plot()` draws a heat map of the consensus with the tree of average linkage that orders it, the
#' classes that the
#' tree gives, and bars for what is known of the observations; or the silhouette of the classes. Pairs that
#' were in no fit together are beige.
#'
#' @param x A consensus, see [consensus()].
#' @param type `"map"` or `"silhouette"`.
#' @param groups Known classes of the observations, which are drawn as bars of colours: a factor or
#'   vector, or a
#'   data frame with one column per bar. One element per observation of the data.
#' @param palette Colours from 0 to 1; `NULL` is from white to dark blue.
#' @param engine What draws the map: base graphics, or package pheatmap or ComplexHeatmap, which
#'   must be installed.
#' @param main Title.
#' @param ... For base graphics: parameters of [graphics::par()]. Otherwise arguments of
#'   `pheatmap::pheatmap()` or `ComplexHeatmap::Heatmap()`.
#' @return `x`, invisibly; what the other package returns if `engine` names one.
#' @examplesIf requireNamespace("clue", quietly = TRUE) && requireNamespace("cluster", quietly = TRUE)
#' set.seed(1)
#' survey <- nmf_survey(sqrt(leukemia$x), ranks = 3, nrun = 2, times = 10)
#' C <- consensus(survey, rank = 3)
#' plot(C, groups = leukemia$class)
#' plot(C, "silhouette")
#' @export
plot.nmf_consensus <- function(x, type = c("map", "silhouette"), groups = NULL, palette = NULL,
                               engine = c("base", "pheatmap", "ComplexHeatmap"), main = NULL, ...) {
  type <- pick(type, c("map", "silhouette"), "type")
  engine <- pick(engine, c("base", "pheatmap", "ComplexHeatmap"), "engine")
  bars <- consensus_bars(x, groups)
  palette <- check_palette(palette)
  if (type == "map" && engine != "base") {
    return(consensus_elsewhere(x, bars, palette, engine, main, ...))
  }
  old <- begin_figure(list(...), main)
  on.exit(graphics::par(old))
  top <- if (is.null(main)) 0.15 else 1.6 * line_height() + 0.1
  if (type == "map") plot_consensus_map(x, bars, palette, top) else plot_silhouette(x, bars, top)
  invisible(x)
}

# Known groups of the observations that the consensus has, and its own classes. Groups of other
# lengths than the
# data are an error.
consensus_bars <- function(x, groups) {
  known <- lapply(check_annotation(groups, x$total), function(g) g[x$observations])
  c(list(class = factor(x$class)), known)
}

consensus_order <- function(x) if (is.null(x$tree)) 1L else x$tree$order

# Classes are shades of one colour that no group has: they do not mean what is known.
bar_colours <- function(bars) {
  count <- nlevels(bars[[1]])
  shades <- grDevices::hcl.colors(count + 2, "Purples 3")[seq_len(count)]
  # Neighbours apart.
  shades <- shades[order(seq_len(count) %% 2, seq_len(count))]
  c(list(shades), lapply(seq_along(bars)[-1], function(k) annotation_colours(bars[[k]], k - 1)))
}

plot_consensus_map <- function(x, bars, palette, top) {
  order <- consensus_order(x)
  bars <- lapply(bars, `[`, order)
  colours <- bar_colours(bars)
  size <- graphics::par("fin")
  line <- line_height()
  right <- max(legend_width(bars), text_width("consensus", 0.75)) + 0.4
  left <- max(0.15, text_width(shorten(names(bars), 16), 0.75) + 0.12)
  names <- rownames(x$matrix)
  above <- annotation_height(bars)
  tree <- if (is.null(x$tree)) 0 else min(0.9, 0.16 * size[2])
  side <- min(size[1] - left - right, size[2] - top - above - tree - 0.2)
  name_cex <- if (is.null(names)) 0 else label_cex(side / length(names), most = 0.7)
  under <- if (name_cex > 0) {
    names <- shorten_to(shorten(names), 0.25 * size[2], name_cex)
    text_width(names, name_cex) + 0.12
  } else {
    1.4 * line
  }
  side <- min(side, size[2] - top - above - tree - under - 0.05)
  side <- max(side, 0.5)
  # The square in the middle of its room.
  spare <- max(0, size[1] - left - right - side) / 2
  left <- left + spare
  right <- size[1] - left - side
  bottom <- size[2] - top - above - tree - side

  panel(bottom, left, top + above + tree, right, c(0, 1), c(0, 1))
  C <- x$matrix[order, order, drop = FALSE]
  draw_cells(C, c(0, 1), palette)
  n <- nrow(C)
  if (name_cex > 0) {
    graphics::text(
      (seq_len(n) - 0.5) / n, -inch_y(0.06), names[order], adj = c(1, 0.5), srt = 90, cex = name_cex
    )
  } else {
    graphics::text(0.5, -inch_y(0.7 * line), count_of(n, "observation"), cex = 0.85)
  }
  draw_annotation(bars, colours)
  # From the top of the figure.
  y <- draw_colour_key(c(0, 1), palette, "consensus", side + above + tree)
  draw_legends(bars, colours, y)
  if (tree > 0) {
    panel(size[2] - top - tree + 0.03, left, top, right, c(0, n), c(0, max(x$tree$height, 1e-8)))
    draw_tree(x$tree)
  }
}

# A key from the top of a panel of this height, in inches; returns where it ends.
draw_colour_key <- function(limits, palette, title, y) {
  line <- line_height() * 0.75
  x0 <- 1 + inch_x(0.2)
  graphics::text(x0, inch_y(y - 0.5 * line), title, adj = c(0, 0.5), cex = 0.75, font = 2)
  y <- y - 1.3 * line
  height <- min(1.2, 0.3 * y)
  k <- length(palette)
  edge <- inch_y(y - height) + (0:k) / k * inch_y(height)
  graphics::rect(x0, edge[-(k + 1)], x0 + inch_x(0.16), edge[-1], col = palette, border = palette, lwd = 0.3)
  graphics::rect(x0, edge[1], x0 + inch_x(0.16), edge[k + 1], border = "grey40", lwd = 0.8)
  at <- pretty(limits, 2)
  at_y <- edge[1] + (at - limits[1]) / diff(limits) * inch_y(height)
  graphics::text(x0 + inch_x(0.24), at_y, format(at), adj = c(0, 0.5), cex = 0.75)
  y - height - 1.2 * line
}

# Leaves at 0.5, 1.5, ..., each merge a bracket at its height.
draw_tree <- function(tree) {
  n <- length(tree$order)
  place <- match(seq_len(n), tree$order) - 0.5
  at <- height <- numeric(nrow(tree$merge))
  of <- function(k) if (k < 0) c(place[-k], 0) else c(at[k], height[k])
  for (m in seq_len(nrow(tree$merge))) {
    a <- of(tree$merge[m, 1])
    b <- of(tree$merge[m, 2])
    h <- tree$height[m]
    graphics::lines(c(a[1], a[1], b[1], b[1]), c(a[2], h, h, b[2]), col = "grey30", lwd = 0.8)
    at[m] <- (a[1] + b[1]) / 2
    height[m] <- h
  }
}

# Bars from wide to narrow within each class, the classes one under the other.
plot_silhouette <- function(x, bars, top) {
  colours <- bar_colours(bars)[[1]]
  width <- x$silhouette
  size <- graphics::par("fin")
  line <- line_height()
  if (anyNA(width)) {
    panel(0, 0, top, 0, c(0, 1), c(0, 1))
    graphics::text(0.5, 0.5, "no silhouette: fewer than two classes", col = "grey40", cex = 0.9)
    return()
  }
  order <- order(x$class, -width)
  n <- length(width)
  names <- rownames(x$matrix)
  bottom <- 3 * line
  cex <- if (is.null(names)) 0 else label_cex((size[2] - top - bottom) / n)
  names <- if (cex > 0) shorten_to(shorten(names), 0.3 * size[1], cex)
  left <- if (cex > 0) text_width(names, cex) + 0.15 else 0.3
  mean_of <- tapply(width, x$class, mean)
  labels <- sprintf("class %s: %d, mean %.2f", names(mean_of), tabulate(x$class), mean_of)
  right <- text_width(labels, 0.75) + 0.3
  low <- min(0, width)
  panel(bottom, left, top, right, c(low, 1), c(n, 0))
  at <- seq(if (low < 0) -1 else 0, 1, by = 0.25)
  graphics::abline(v = at[at >= low], col = "grey90", lwd = 0.8, xpd = FALSE)
  i <- seq_len(n)
  graphics::rect(
    0, i - 0.9, width[order], i - 0.1, col = colours[as.integer(bars[[1]])[order]], border = NA
  )
  graphics::abline(v = mean(width), lty = 2, col = "grey30", xpd = FALSE)
  if (cex > 0) graphics::text(low - inch_x(0.05), i - 0.5, names[order], adj = c(1, 0.5), cex = cex)
  middle <- tapply(i - 0.5, x$class[order], mean)
  graphics::text(1 + inch_x(0.1), middle, labels, adj = c(0, 0.5), cex = 0.75)
  small_axis(1, at = at[at >= low])
  graphics::title(xlab = sprintf("silhouette width (mean %.2f)", mean(width)), line = 1.6, cex.lab = 0.9)
}

consensus_elsewhere <- function(x, bars, palette, engine, main, ...) {
  need_package(engine, paste0("for engine = \"", engine, "\""))
  C <- x$matrix
  if (is.null(rownames(C))) dimnames(C) <- list(seq_len(nrow(C)), seq_len(nrow(C)))
  colours <- bar_colours(bars)
  colours <- stats::setNames(lapply(seq_along(bars), function(k) {
    stats::setNames(colours[[k]], group_names(bars[[k]]))
  }), names(bars))
  frame <- as.data.frame(lapply(bars, function(b) {
    factor(group_names(b)[as.integer(b)], group_names(b))
  }), check.names = FALSE, row.names = rownames(C))
  tree <- if (is.null(x$tree)) FALSE else x$tree
  named <- nrow(C) <= 50
  size <- max(5, min(9, 330 / nrow(C)))
  # What the user gives goes first.
  given <- list(...)
  draw <- function(draw, settings) do.call(draw, c(given, settings[setdiff(names(settings), names(given))]))
  if (engine == "pheatmap") {
    return(draw(pheatmap::pheatmap, list(
      mat = C, color = palette, breaks = seq(0, 1, length.out = length(palette) + 1), cluster_rows = tree,
      cluster_cols = tree, annotation_col = frame, annotation_colors = colours, border_color = NA,
      show_rownames = named, show_colnames = named, na_col = unknown_colour, fontsize = 9, fontsize_row = size,
      fontsize_col = size, main = if (is.null(main)) NA else main
    )))
  }
  draw(ComplexHeatmap::Heatmap, list(
    matrix = C, name = "consensus", col = palette, cluster_rows = tree, cluster_columns = tree,
    show_row_names = FALSE, show_column_names = named, na_col = unknown_colour,
    column_names_gp = getExportedValue("grid", "gpar")(fontsize = size),
    top_annotation = ComplexHeatmap::HeatmapAnnotation(df = frame, col = colours),
    column_title = if (is.null(main)) character(0) else main
  ))
}
