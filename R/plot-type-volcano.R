# plot(differences): volcano plots.

# p-values below this are drawn there.
least_p <- 1e-50

volcano_data <- function(x, a) {
  pages <- first_panels(a$components)
  t <- x$table
  t <- t[as.integer(t$component) %in% pages$shown, ]
  t$y <- -log10(pmax(t$p, least_p))
  t$panel <- as.integer(t$component)
  t$sure <- t$adjusted <= 0.05
  named <- unlist(lapply(pages$shown, function(k) {
    own <- which(t$panel == k & t$sure & t$lfc > 0)
    utils::head(own[order(-t$z[own], method = "radix")], a$n)
  }))
  t$label <- NA_character_
  t$label[named] <- t$feature[named]
  list(
    points = t[c("panel", "feature", "lfc", "y", "sure", "label")], shown = pages$shown, note = pages$note,
    titles = levels(x$table$component), colours = component_colours(nlevels(x$table$component)),
    xlab = "log2 fold change", ylab = "-log10 p"
  )
}

plot_volcano <- function(d, a, top) {
  line <- line_height()
  foot <- foot_height(d$note) + 1.5 * line
  cells <- grid_cells(length(d$shown), top, foot, shape = 1)
  for (k in seq_along(d$shown)) {
    one <- d$points[d$points$panel == d$shown[k], ]
    xlim <- c(-1.06, 1.06) * max(abs(one$lfc), 1e-8)
    ylim <- c(0, 1.08 * max(one$y, 1))
    at <- ticks(ylim, 4)
    left <- y_margin(format_ticks(at))
    panel(
      cells$bottom[k] + 1.2 * line, cells$left[k] + left, cells$top[k] + 1.2 * line, cells$right[k] + 0.12,
      xlim, ylim
    )
    panel_title(d$titles[d$shown[k]], left)
    grid_lines(h = at)
    graphics::abline(v = 0, col = "grey60", xpd = FALSE)
    graphics::points(
      one$lfc, one$y, pch = 16, cex = 0.4, col = ifelse(one$sure, d$colours[d$shown[k]], "grey75")
    )
    lab <- one[!is.na(one$label), ]
    if (nrow(lab)) {
      draw_point_names(lab[order(-lab$y, -lab$lfc), ], xlim)
    }
    graphics::box(bty = "l", col = "grey40")
    small_axis(1)
    small_axis(2, at = at, labels = format_ticks(at))
    y_title(d$ylab, format_ticks(at))
  }
  size <- graphics::par("fin")
  inch_panel(foot_height(d$note), 0, size[2] - foot, 0)
  graphics::text(size[1] / 2, 0.9 * line, d$xlab, cex = 0.9)
  draw_foot(d$note)
}

# Names of points, in order, each on the side with room; none over another.
draw_point_names <- function(points, xlim, cex = 0.65) {
  text <- shorten(points$label, 16)
  wide <- graphics::strwidth(text, cex = cex)
  tall <- 1.3 * graphics::strheight("M", cex = cex)
  gap <- inch_x(0.05)
  right <- points$lfc + gap + wide <= xlim[2]
  from <- ifelse(right, points$lfc + gap, pmax(points$lfc - gap - wide, xlim[1]))
  placed <- integer()
  for (i in seq_along(text)) {
    near <- placed[abs(points$y[placed] - points$y[i]) < tall]
    if (any(from[near] < from[i] + wide[i] & from[i] < from[near] + wide[near])) next
    placed <- c(placed, i)
    graphics::text(from[i], points$y[i], text[i], adj = c(0, 0.5), cex = cex)
  }
}

ggplot_volcano <- function(d, a) {
  df <- d$points
  df$title <- factor(df$panel, levels = d$shown, labels = d$titles[d$shown])
  df$colour <- ifelse(df$sure, d$colours[df$panel], "grey75")
  # Names end at their points, to the right of 0, where the other half of the panel is free; those near 0
  # begin there.
  df$side <- ifelse(df$lfc > 0.15 * stats::ave(df$lfc, df$panel, FUN = max), 1.1, -0.1)
  ggplot2::ggplot(df, ggplot2::aes(.data$lfc, .data$y)) +
    ggplot2::geom_vline(xintercept = 0, colour = "grey60", linewidth = 0.3) +
    ggplot2::geom_point(colour = df$colour, size = 0.7) +
    ggplot2::geom_text(
      data = df[!is.na(df$label), ], ggplot2::aes(label = shorten(.data$label, 16), hjust = .data$side),
      size = 2.6, check_overlap = TRUE
    ) +
    ggplot2::facet_wrap("title", scales = "free", ncol = ceiling(sqrt(length(d$shown)))) +
    ggplot2::scale_x_continuous(expand = ggplot2::expansion(c(0.05, 0.15))) +
    ggplot2::labs(x = d$xlab, y = d$ylab, caption = d$note) +
    paper_theme()
}

difference_components <- function(value, arg, x) {
  names <- levels(x$table$component)
  if (is.null(value)) seq_along(names) else check_subset(value, names, length(names), arg, "component")
}

register_plot_type("nmf_differences", "volcano",
  arguments = list(n = count_argument(8), components = difference_components),
  data = volcano_data, base = plot_volcano, gg = ggplot_volcano
)
