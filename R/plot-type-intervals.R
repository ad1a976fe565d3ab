# plot(bootstrap): intervals of W and of H, stability of components.

intervals_W <- function(x, a) {
  W <- x$W$estimate
  pages <- first_panels(a$components)
  score <- if (a$by == "weight") W else feature_score(W, a$by)
  n <- min(a$n, nrow(W))
  rows <- lapply(pages$shown, function(k) {
    i <- a$features
    if (is.null(i)) i <- utils::head(order(score[, k], decreasing = TRUE, method = "radix"), n)
    data.frame(
      component = k, rank = seq_along(i), feature = a$labels[i], estimate = W[i, k], lower = x$W$lower[i, k],
      upper = x$W$upper[i, k], row.names = NULL
    )
  })
  list(
    rows = do.call(rbind, rows), shown = pages$shown, note = pages$note,
    titles = sprintf("%s (stability %.2f)", colnames(W), x$components$stability),
    xlab = sprintf(
      "weight (sum of component = 1), %s%% interval", format(100 * x$settings$level, decimal.mark = ".")
    )
  )
}

plot_intervals_W <- function(d, a, top) {
  line <- line_height()
  foot <- foot_height(d$note) + 1.5 * line
  cells <- grid_cells(length(d$shown), top, foot, shape = 0.9)
  n <- max(d$rows$rank)
  room <- cells$height[1] - 2.6 * line
  cex <- max(label_cex(room / n), 0.42)
  named <- every_few(n, room / (0.36 * line))
  for (k in seq_along(d$shown)) {
    one <- d$rows[d$rows$component == d$shown[k], ]
    names <- shorten_to(one$feature, 0.5 * cells$width[k], cex, 40)
    left <- text_width(names, cex) + 0.15
    limit <- max(one$upper, one$estimate, 1e-300, na.rm = TRUE)
    panel(
      cells$bottom[k] + 1.2 * line, cells$left[k] + left, cells$top[k] + 1.2 * line, cells$right[k] + 0.14,
      c(0, 1.04 * limit), c(n + 0.5, 0.5)
    )
    at <- ticks(c(0, limit), 2)
    grid_lines(v = at)
    graphics::segments(one$lower, one$rank, one$upper, one$rank, col = bar_colour, lwd = 1.6)
    graphics::points(one$estimate, one$rank, pch = 19, cex = 0.6, col = bar_colour)
    shown <- one$rank %in% named
    graphics::text(-inch_x(0.05), one$rank[shown], names[shown], adj = c(1, 0.5), cex = cex)
    panel_title(d$titles[d$shown[k]], left)
    small_axis(1, at = at, labels = format_ticks(at))
  }
  size <- graphics::par("fin")
  inch_panel(foot_height(d$note), 0, size[2] - foot, 0)
  cex <- min(0.85, 0.85 * (size[1] - 0.1) / graphics::strwidth(d$xlab, "inches", cex = 0.85))
  graphics::text(size[1] / 2, 0.9 * line, d$xlab, cex = cex)
  draw_foot(d$note)
}

ggplot_intervals_W <- function(d, a) {
  df <- d$rows
  titles <- d$titles[d$shown]
  df$panel <- factor(df$component, d$shown, titles)
  bars <- paste(df$component, df$rank)
  df$bar <- factor(bars, levels = rev(bars))
  count <- length(d$shown)
  columns <- gg_columns(df$feature, count)
  ggplot2::ggplot(df, ggplot2::aes(.data$estimate, .data$bar)) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$lower, xend = .data$upper, yend = .data$bar), colour = bar_colour,
      linewidth = 0.6
    ) +
    ggplot2::geom_point(colour = bar_colour, size = 1.2) +
    ggplot2::facet_wrap(
      "panel", scales = "free", ncol = columns,
      labeller = gg_titles(columns, gg_title_size(count), 0.55, "stability ")
    ) +
    ggplot2::scale_y_discrete(
      breaks = gg_panel_breaks(ceiling(count / columns)), labels = gg_panel_names(df$feature, bars, columns)
    ) +
    ggplot2::scale_x_continuous(
      limits = c(0, NA), breaks = function(limits) pretty(limits, 2), labels = format_ticks,
      guide = gg_thin()
    ) +
    ggplot2::labs(x = d$xlab, y = NULL, caption = d$note) +
    paper_theme() +
    ggplot2::theme(
      axis.text.y = ggplot2::element_text(size = 7), axis.ticks.y = ggplot2::element_blank()
    ) +
    gg_panel_titles(count)
}

register_plot_type("nmf_bootstrap", "W",
  arguments = list(
    n = count_argument(10), by = choice_argument(c("weight", "specificity")),
    components = of_estimates(components_argument), features = of_estimates(features_argument),
    labels = of_estimates(labels_argument)
  ),
  data = intervals_W, base = plot_intervals_W, gg = ggplot_intervals_W
)

intervals_H <- function(x, a) {
  H <- x$H$estimate
  pages <- first_panels(a$components)
  groups <- if (length(a$groups)) a$groups[[1]]
  order <- if (is.null(groups)) seq_len(ncol(H)) else order(groups)
  part <- function(A) unname(A[pages$shown, order, drop = FALSE])
  list(
    estimate = part(H), lower = part(x$H$lower), upper = part(x$H$upper), names = colnames(H)[order],
    groups = groups[order], components = rownames(H)[pages$shown], note = pages$note
  )
}

plot_intervals_H <- function(d, a, top) {
  size <- graphics::par("fin")
  line <- line_height()
  n <- ncol(d$estimate)
  # As many as can be read.
  count <- min(nrow(d$estimate), max(1, floor((size[2] - top - 0.5) / 0.45)))
  note <- if (count < nrow(d$estimate)) sprintf("the first %d; the figure is small", count) else d$note
  bars <- if (!is.null(d$groups)) list(groups = d$groups)
  colours <- if (is.null(bars)) rep(bar_colour, n) else group_colours(d$groups)[as.integer(d$groups)]
  strip <- side_strip(NULL, bars, top = top)
  limits <- vapply(seq_len(count), function(k) max(d$upper[k, ], d$estimate[k, ], 1e-300, na.rm = TRUE), 0)
  high <- (size[2] - top) / count
  at <- lapply(limits, function(limit) ticks(c(0, limit), if (high < 1) 2 else 3))
  labels <- lapply(at, format_ticks)
  left <- max(vapply(labels, y_margin, 0))
  names <- along_labels(d$names, size[1] - left - strip$width, 0.3 * size[2], thin = FALSE)
  foot <- foot_height(note) + if (is.null(names$names)) 1.4 * line else names$height
  cells <- grid_cells(count, top, foot, columns = 1)
  # Hundreds of columns have thin bars, which would be one area otherwise.
  thin <- min(1, (size[1] - left - strip$width) / n / 0.05)
  for (k in seq_len(count)) {
    panel(
      cells$bottom[k] + 0.2 * line, left, cells$top[k] + 0.3 * line, strip$width, c(0.3, n + 0.7),
      c(0, 1.05 * limits[k])
    )
    grid_lines(h = at[[k]])
    j <- seq_len(n)
    graphics::segments(j, d$lower[k, ], j, d$upper[k, ], col = colours, lwd = 1.4 * thin)
    graphics::points(j, d$estimate[k, ], pch = 19, cex = max(0.12, 0.5 * thin), col = colours)
    graphics::box(bty = "l", col = "grey40")
    small_axis(2, at = at[[k]], labels = labels[[k]])
    y_title(shorten(d$components[k], 16), labels[[which.max(vapply(labels, y_margin, 0))]], cex = 0.85)
  }
  if (is.null(names$names)) {
    graphics::text(mean(j), -inch_y(0.75 * line), count_of(n, "observation"), cex = 0.85)
  } else {
    draw_along(names, seq_len(n))
  }
  draw_strip(strip)
  draw_foot(note)
}

ggplot_intervals_H <- function(d, a) {
  n <- ncol(d$estimate)
  r <- nrow(d$estimate)
  df <- data.frame(
    place = rep(seq_len(n), each = r), component = factor(rep(d$components, n), d$components),
    estimate = as.vector(d$estimate), lower = as.vector(d$lower), upper = as.vector(d$upper)
  )
  names <- group_names(d$groups)
  df$group <- if (is.null(d$groups)) factor("all") else rep(factor(names[d$groups], names), each = r)
  colours <- if (is.null(d$groups)) bar_colour else group_colours(d$groups)
  named <- !is.null(d$names) && n <= 70
  own <- if (named) gg_names_at(seq_len(n), d$names, gg_text_size(n), part = 0.65)
  components <- shorten(d$components, 16)
  ggplot2::ggplot(df, ggplot2::aes(.data$place, .data$estimate, colour = .data$group)) +
    ggplot2::geom_linerange(
      ggplot2::aes(ymin = .data$lower, ymax = .data$upper), linewidth = min(0.6, 40 / n), show.legend = FALSE
    ) +
    ggplot2::geom_point(size = max(0.1, min(1, 60 / n))) +
    ggplot2::facet_wrap(
      "component", ncol = 1, scales = "free_y", strip.position = "left",
      labeller = ggplot2::as_labeller(stats::setNames(components, d$components))
    ) +
    ggplot2::scale_colour_manual(
      values = stats::setNames(colours, levels(df$group)), name = NULL,
      labels = gg_legend_names(length(colours)),
      guide = if (is.null(d$groups)) "none" else gg_legend(length(colours), override.aes = list(size = 2))
    ) +
    ggplot2::scale_y_continuous(limits = c(0, NA), labels = format_ticks, breaks = gg_few_ticks(r)) +
    ggplot2::scale_x_continuous(
      breaks = own$breaks, labels = own$labels, guide = gg_thin()
    ) +
    ggplot2::labs(x = if (named) NULL else count_of(n, "observation"), y = NULL, caption = d$note) +
    paper_theme() +
    ggplot2::theme(
      strip.placement = "outside",
      # Upright where the panels are high.
      strip.text.y.left = ggplot2::element_text(
        face = "plain", hjust = if (r > 5) 1 else 0.5, angle = if (r > 5) 0 else 90
      ),
      axis.text.x = ggplot2::element_text(angle = 90, hjust = 1, vjust = 0.5, size = gg_text_size(n)),
      panel.grid.major.x = ggplot2::element_blank(), panel.spacing = ggplot2::unit(8, "pt")
    )
}

register_plot_type("nmf_bootstrap", "H",
  arguments = list(components = of_estimates(components_argument), groups = of_estimates(groups_argument)),
  data = intervals_H, base = plot_intervals_H, gg = ggplot_intervals_H
)

stability_data <- function(x, a) {
  S <- x$similarity
  if (!any(is.finite(S))) abort_input(
    "No component has a partner in the resamples: there is nothing to draw."
  )
  low <- min(S, na.rm = TRUE)
  list(similarity = S, limits = c(min(0.95, low - 0.03), 1.005), ylab = "cosine with the partner")
}

plot_stability <- function(d, a, top) {
  S <- d$similarity
  line <- line_height()
  size <- graphics::par("fin")
  at <- ticks(c(d$limits[1], 1), 5)
  labels <- format_ticks(at)
  left <- y_margin(labels)
  x <- along_labels(colnames(S), size[1] - left - 0.1, 0.3 * size[2], thin = TRUE)
  panel(x$height + 0.1, left, top + 0.1, 0.1, c(0.4, ncol(S) + 0.6), d$limits)
  grid_lines(h = at)
  graphics::boxplot(
    S, add = TRUE, axes = FALSE, boxwex = 0.5, col = "#C9DDEA", border = bar_colour, outcex = 0.5,
    outpch = 19, outcol = bar_colour, medlwd = 2, whisklty = 1
  )
  graphics::box(bty = "l", col = "grey40")
  draw_along(x, seq_len(ncol(S)))
  small_axis(2, at = at, labels = labels)
  y_title(d$ylab, labels)
}

ggplot_stability <- function(d, a) {
  S <- d$similarity
  df <- data.frame(
    component = factor(rep(colnames(S), each = nrow(S)), colnames(S)), similarity = as.vector(S)
  )
  df <- df[is.finite(df$similarity), ]
  ggplot2::ggplot(df, ggplot2::aes(.data$component, .data$similarity)) +
    ggplot2::geom_boxplot(fill = "#C9DDEA", colour = bar_colour, width = 0.5, outlier.size = 0.8) +
    ggplot2::scale_x_discrete(
      labels = gg_names(gg_text_size(ncol(S))), guide = gg_thin(), drop = FALSE
    ) +
    ggplot2::coord_cartesian(ylim = d$limits) +
    ggplot2::labs(x = NULL, y = d$ylab) +
    paper_theme() +
    ggplot2::theme(axis.text.x = if (sum(nchar(colnames(S)) + 1) > 60) {
      ggplot2::element_text(angle = 90, hjust = 1, vjust = 0.5, size = gg_text_size(ncol(S)))
    } else {
      ggplot2::element_text()
    })
}

register_plot_type(
  "nmf_bootstrap", "stability", data = stability_data, base = plot_stability, gg = ggplot_stability
)
