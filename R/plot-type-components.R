# plot(survey, "components"): stability of each component of the best fit of each rank.

components_data <- function(x, a) {
  df <- x$components
  df <- df[is.finite(df$similarity), ]
  if (!nrow(df)) abort_input("No component of the survey was found again: there is nothing to draw.")
  count <- stats::ave(df$rank, df$rank, FUN = length)
  place <- stats::ave(seq_len(nrow(df)), df$rank, FUN = seq_along)
  step <- match(df$rank, sort(unique(df$rank)))
  df$x <- step + ifelse(count > 1, -0.35 + 0.7 * (place - 1) / pmax(count - 1, 1), 0)
  low <- min(df$similarity, df$low)
  list(
    points = df, ranks = sort(unique(df$rank)), limits = c(min(0.95, low - 0.03), 1.005),
    xlab = "rank, one line per component", ylab = "similarity: mean and lowest tenth"
  )
}

plot_components <- function(d, a, top) {
  line <- line_height()
  at <- ticks(c(d$limits[1], 1), 5)
  labels <- format_ticks(at)
  n <- length(d$ranks)
  panel(2.8 * line, y_margin(labels), top + 0.1, 0.1, c(0.4, n + 0.6), d$limits)
  grid_lines(h = at)
  p <- d$points
  thin <- min(1, graphics::par("pin")[1] / nrow(p) / 0.06)
  graphics::segments(p$x, p$low, p$x, p$similarity, col = bar_colour, lwd = 1.5 * thin)
  graphics::points(p$x, p$similarity, pch = 19, cex = 0.8 * thin, col = bar_colour)
  tick <- inch_x(0.03) * thin
  graphics::segments(p$x - tick, p$low, p$x + tick, p$low, col = bar_colour, lwd = 1.5 * thin)
  graphics::box(bty = "l", col = "grey40")
  shown <- every_few(n, graphics::par("pin")[1] / 0.25)
  small_axis(1, at = shown, labels = d$ranks[shown])
  small_axis(2, at = at, labels = labels)
  x_title(d$xlab)
  y_title(d$ylab, labels)
}

ggplot_components <- function(d, a) {
  n <- length(d$ranks)
  ggplot2::ggplot(d$points, ggplot2::aes(.data$x, .data$similarity)) +
    ggplot2::geom_linerange(ggplot2::aes(ymin = .data$low, ymax = .data$similarity), colour = bar_colour) +
    ggplot2::geom_point(colour = bar_colour, size = min(2, 60 / nrow(d$points) + 0.6)) +
    ggplot2::scale_x_continuous(
      breaks = seq_len(n), labels = d$ranks, limits = c(0.4, n + 0.6), guide = gg_thin(), minor_breaks = NULL
    ) +
    ggplot2::coord_cartesian(ylim = d$limits) +
    ggplot2::labs(x = d$xlab, y = d$ylab) +
    paper_theme() +
    ggplot2::theme(panel.grid.major.x = ggplot2::element_blank())
}

register_plot_type(
  "nmf_survey", "components", data = components_data, base = plot_components, gg = ggplot_components
)
