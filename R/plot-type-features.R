# plot(fit, "features"): bars for the top features of each component.

# One row per bar: panel (title of the component), rank, feature (as printed), score.
features_data <- function(x, a) {
  pages <- first_panels(a$components)
  titles <- component_titles(x)
  if (is.null(a$features)) {
    plain <- x
    # Names may be repeated, rows are not.
    rownames(plain$W) <- NULL
    df <- top_features(plain, a$n, a$by)
    df$row <- as.integer(df$feature)
    rows <- a$n
  } else {
    score <- feature_score(x$W, a$by, component_share(x$W, x$H))
    r <- ncol(x$W)
    rows <- length(a$features)
    df <- data.frame(
      component = factor(rep(seq_len(r), each = rows), labels = colnames(x$W)), rank = rep(seq_len(rows), r),
      score = as.vector(score[a$features, ]), row = rep(a$features, r)
    )
  }
  df$feature <- a$labels[df$row]
  df$component <- as.integer(df$component)
  df <- df[df$component %in% pages$shown, c("component", "rank", "feature", "score")]
  list(
    bars = df, shown = pages$shown, titles = titles, note = pages$note, rows = rows,
    xlab = score_title(a$by), colours = component_colours(ncol(x$W))
  )
}

plot_features <- function(d, a, top) {
  line <- line_height()
  count <- length(d$shown)
  foot <- foot_height(d$note) + 1.5 * line
  cells <- grid_cells(count, top, foot, shape = 0.9)
  rows <- min(d$rows, max(d$bars$rank, 1))
  room <- cells$height[1] - 2.6 * line
  cex <- max(label_cex(room / rows), 0.42)
  named <- every_few(rows, room / (0.36 * line))
  for (k in seq_len(count)) {
    bars <- d$bars[d$bars$component == d$shown[k], ]
    names <- shorten_to(bars$feature, 0.55 * cells$width[k], cex, 36)
    left <- text_width(names, cex) + 0.12
    limit <- max(bars$score, if (nrow(bars)) 0 else 1)
    if (limit == 0) limit <- 1
    panel(
      cells$bottom[k] + 1.2 * line, cells$left[k] + left, cells$top[k] + 1.2 * line, cells$right[k] + 0.12,
      c(0, 1.04 * limit), c(rows + 0.5, 0.5)
    )
    panel_title(d$titles[d$shown[k]], left)
    if (nrow(bars) == 0) {
      graphics::text(0, 1, "no feature", adj = c(0, 0.5), cex = 0.8, col = "grey40")
      next
    }
    at <- ticks(c(0, limit), 2)
    grid_lines(v = at)
    graphics::rect(
      0, bars$rank - 0.4, bars$score, bars$rank + 0.4, col = d$colours[d$shown[k]], border = NA
    )
    shown <- bars$rank %in% named
    graphics::text(-inch_x(0.05), bars$rank[shown], names[shown], adj = c(1, 0.5), cex = cex)
    small_axis(1, at = at, labels = format_ticks(at))
  }
  size <- graphics::par("fin")
  inch_panel(foot_height(d$note), 0, size[2] - foot, 0)
  graphics::text(size[1] / 2, 0.9 * line, d$xlab, cex = 0.9)
  draw_foot(d$note)
}

ggplot_features <- function(d, a) {
  df <- d$bars
  none <- setdiff(d$shown, df$component)
  if (length(none) > 0) {
    # A panel cannot be empty.
    df <- rbind(df, data.frame(component = none, rank = 1L, feature = "no feature", score = 0))
  }
  df$panel <- factor(df$component, levels = d$shown, labels = d$titles[d$shown])
  # One level per bar, the best on top; its label is the feature.
  bars <- paste(df$component, df$rank)
  df$bar <- factor(bars, levels = rev(bars))
  count <- length(d$shown)
  columns <- gg_columns(df$feature, count)
  ggplot2::ggplot(df, ggplot2::aes(.data$score, .data$bar)) +
    ggplot2::geom_col(fill = d$colours[df$component], width = 0.8) +
    ggplot2::facet_wrap(
      "panel", scales = "free", ncol = columns, drop = FALSE,
      labeller = gg_titles(columns, gg_title_size(count), 0.65)
    ) +
    ggplot2::scale_y_discrete(
      breaks = gg_panel_breaks(ceiling(count / columns)), labels = gg_panel_names(df$feature, bars, columns)
    ) +
    ggplot2::scale_x_continuous(
      expand = ggplot2::expansion(c(0, 0.05)),
      breaks = function(limits) pretty(limits, 2), labels = format_ticks,
      guide = ggplot2::guide_axis(check.overlap = TRUE)
    ) +
    ggplot2::labs(x = d$xlab, y = NULL, caption = d$note) +
    paper_theme() +
    ggplot2::theme(
      panel.grid.major.y = ggplot2::element_blank(),
      axis.ticks.y = ggplot2::element_blank(), axis.text.y = ggplot2::element_text(size = 7)
    ) +
    gg_panel_titles(count)
}

register_plot_type("nmf", "features",
  arguments = list(
    n = count_argument(10), by = choice_argument(feature_rules), components = components_argument,
    features = features_argument, labels = labels_argument
  ),
  data = features_data, base = plot_features, gg = ggplot_features
)
