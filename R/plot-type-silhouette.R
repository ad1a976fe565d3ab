# Silhouettes of the classes of a consensus, of a survey too.

# Bars from wide to narrow within each class, the classes one under the other, each bar in the colour of
# its observation's component, or of its class where components are not known.
silhouette_data <- function(C) {
  width <- C$silhouette
  if (anyNA(width)) {
    return(list(none = TRUE))
  }
  bars <- consensus_bars(C, list())
  colours <- bar_colours(bars, C$rank)
  own <- if (length(bars) > 1) 2 else 1
  order <- order(C$class, -width)
  mean_of <- tapply(width, C$class, mean)
  list(
    none = FALSE, width = unname(width)[order], class = C$class[order],
    colour = colours[[own]][bars[[own]]][order],
    group = bars[[own]][order], names = rownames(C$matrix)[order], mean = mean(width),
    labels = sprintf("class %s: %d, mean %.2f", names(mean_of), tabulate(C$class), mean_of),
    brief = sprintf("%s: %d, %.2f", names(mean_of), tabulate(C$class), mean_of),
    legend = if (own == 2) bars["component"], legend_colours = colours[2]
  )
}

plot_silhouette <- function(d, a, top) {
  size <- graphics::par("fin")
  line <- line_height()
  if (d$none) {
    panel(0, 0, top, 0, c(0, 1), c(0, 1))
    graphics::text(0.5, 0.5, "no silhouette: fewer than two classes", col = "grey40", cex = 0.9)
    return(invisible())
  }
  n <- length(d$width)
  bottom <- 2.8 * line
  cex <- if (is.null(d$names)) 0 else label_cex((size[2] - top - bottom) / n)
  names <- if (cex > 0) shorten_to(d$names, 0.25 * size[1], cex, 28)
  left <- if (cex > 0) text_width(names, cex) + 0.15 else 0.2
  strip <- if (is.null(d$legend)) list(width = 0) else side_strip(NULL, d$legend, d$legend_colours, top)
  label_size <- label_cex((size[2] - top - bottom) / length(d$labels), most = 0.75)
  # On a small page the bars come first.
  brief <- text_width(d$labels, label_size) > 0.2 * size[1]
  if (brief) d$labels <- d$brief
  right <- strip$width + 0.1 + if (label_size > 0) text_width(d$labels, label_size) + 0.1 else 0
  low <- min(0, d$width)
  panel(bottom, left, top, right, c(low, 1), c(n, 0))
  at <- seq(-1, 1, by = if (graphics::par("pin")[1] < 2) 0.5 else 0.25)
  at <- at[at >= low]
  grid_lines(v = at)
  i <- seq_len(n)
  gap <- if (n > 150) 0 else 0.1
  graphics::rect(
    0, i - 1 + gap, d$width, i - gap, col = d$colour, border = if (n > 150) d$colour else NA, lwd = 0.2
  )
  graphics::abline(v = d$mean, lty = 2, col = "grey30", xpd = FALSE)
  if (cex > 0) graphics::text(low - inch_x(0.05), i - 0.5, names, adj = c(1, 0.5), cex = cex)
  if (label_size > 0) {
    middle <- tapply(i - 0.5, d$class, mean)
    middle <- spread(middle, abs(inch_y(0.9 * line * label_size)), c(0, n))
    graphics::text(1 + inch_x(0.1), middle, d$labels, adj = c(0, 0.5), cex = label_size)
  }
  small_axis(1, at = at, labels = format_ticks(at))
  x_title(sprintf("silhouette width (mean %.2f)%s", d$mean, if (brief) "; class: size, mean" else ""))
  draw_strip(strip)
}

ggplot_silhouette <- function(d, a) {
  if (d$none) {
    return(ggplot2::ggplot() + ggplot2::labs(title = "no silhouette: fewer than two classes") + paper_theme())
  }
  n <- length(d$width)
  df <- data.frame(
    place = seq_len(n), width = d$width, class = factor(d$class, labels = d$labels),
    component = d$group
  )
  palette <- stats::setNames(d$colour[match(levels(d$group), d$group)], levels(d$group))
  # Of components that are the largest of nobody.
  if (!is.null(d$legend)) palette[] <- d$legend_colours[[1]]
  named <- !is.null(d$names) && n <= 70
  own <- if (named) gg_names_at(seq_len(n), d$names, gg_text_size(n), "left", 0.75)
  ggplot2::ggplot(df, ggplot2::aes(.data$width, .data$place, fill = .data$component)) +
    ggplot2::geom_col(orientation = "y", width = if (n > 150) 1 else 0.8) +
    ggplot2::geom_vline(xintercept = d$mean, linetype = "22", colour = "grey30") +
    ggplot2::facet_grid(
      rows = "class", scales = "free_y", space = "free_y",
      labeller = ggplot2::as_labeller(function(text) {
        if (gg_page()[1] < 6) d$brief[match(text, d$labels)] else text
      })
    ) +
    ggplot2::scale_fill_manual(
      values = palette, name = NULL, drop = FALSE, labels = gg_legend_names(length(palette)),
      guide = if (is.null(d$legend)) "none" else gg_legend(length(palette))
    ) +
    ggplot2::scale_y_reverse(
      breaks = own$breaks, labels = own$labels, guide = gg_thin(),
      # A class of few has room for its title.
      expand = ggplot2::expansion(add = if (min(table(d$class)) < 0.05 * n) 0.015 * n else 0)
    ) +
    ggplot2::scale_x_continuous(breaks = seq(-1, 1, by = 0.5), labels = format_ticks) +
    ggplot2::labs(x = sprintf("silhouette width (mean %.2f)", d$mean), y = NULL,
      caption = "for each class its size and mean") +
    paper_theme() +
    ggplot2::theme(
      strip.text.y = ggplot2::element_text(angle = 0, face = "plain", size = 8),
      axis.text.y = ggplot2::element_text(size = gg_text_size(n)), axis.ticks.y = ggplot2::element_blank()
    )
}

register_plot_type("nmf_consensus", "silhouette",
  data = function(x, a) silhouette_data(x), base = plot_silhouette, gg = ggplot_silhouette
)

register_plot_type("nmf_survey", "silhouette",
  arguments = list(rank = survey_rank_argument, from = from_argument),
  data = function(x, a) {
    if (is.null(a$rank) && length(x$ranks) > 1) abort_input("{.arg rank} must be given: one of {x$ranks}.")
    rank <- if (is.null(a$rank)) x$ranks else a$rank
    silhouette_data(consensus(x, rank, from = a$from, max_n = x$settings$max_n))
  },
  base = plot_silhouette, gg = ggplot_silhouette
)
