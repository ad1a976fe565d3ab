# plot() of a cross-validation: the held-out error of each rank.

errors_data <- function(x, a) {
  best <- best_rank(x)
  df <- cv_plot_data(x, best)
  if (!nrow(df)) abort_input("No rank has a finite error: there is nothing to draw.")
  list(
    errors = df, best = best$rank, log = cv_on_log(df),
    # What is held out of thinned counts has another scale than the rest.
    both = x$settings$method == "entries"
  )
}

# Too many components predict what is missing at random, and far off.
cv_on_log <- function(df) min(df$error, df$train) > 0 && max(df$error) > 5 * min(df$error)

cv_title <- function(both) if (both) "mean loss per entry" else "mean held-out loss per entry"

cv_plot_data <- function(x, best) {
  df <- best$evidence[c("rank", "error", "train", "excess_se")]
  names(df)[4] <- "se"
  df
}

plot_errors <- function(d, a, top) {
  df <- d$errors
  line <- line_height()
  low <- pmax(df$error - df$se, if (d$log) 0.5 * min(df$error, df$train) else -Inf)
  ylim <- range(low, df$error + df$se, if (d$both) df$train)
  ylim <- if (d$log) c(0.9, 1.1) * ylim else ylim + c(-0.05, 0.05) * max(
    diff(ylim), 1e-8 * abs(ylim[1]), 1e-300
  )
  at <- if (d$log) grDevices::axisTicks(log10(ylim), log = TRUE, nint = 5) else ticks(ylim, 5)
  at <- at[at >= ylim[1] & at <= ylim[2]]
  labels <- format_ticks(at)
  # The legend is over the panel, where no bar can be.
  above <- 0.1 + if (d$both || !is.na(d$best)) 1.1 * line else 0
  panel(
    2.8 * line, y_margin(labels), top + above, 0.15, range(df$rank) + c(-0.3, 0.3), ylim,
    log = if (d$log) "y" else ""
  )
  grid_lines(h = at)
  if (!is.na(d$best)) graphics::abline(v = d$best, lty = 3, col = "grey30", xpd = FALSE)
  if (d$both) graphics::lines(df$rank, df$train, col = "grey60", lty = 2, lwd = 1.5)
  graphics::segments(df$rank, low, df$rank, df$error + df$se, col = bar_colour)
  graphics::lines(df$rank, df$error, col = bar_colour, lwd = 1.6)
  graphics::points(df$rank, df$error, col = bar_colour, pch = 19, cex = 0.8)
  graphics::box(bty = "l", col = "grey40")
  small_axis(1, at = if (nrow(df) > 12) whole_ticks(df$rank) else df$rank)
  small_axis(2, at = at, labels = labels)
  x_title("rank")
  y_title(cv_title(d$both), labels)
  text <- c("held out", if (d$both) "fitted", if (!is.na(d$best)) "best rank")
  if (length(text) > 1) {
    size <- graphics::par("fin")
    inch_panel(size[2] - top - above - 0.02, 0, top, 0)
    look <- match(text, c("held out", "fitted", "best rank"))
    graphics::legend(
      size[1] / 2, above / 2, text, col = c(bar_colour, "grey60", "grey30")[look], lty = look, lwd = 1.6,
      bty = "n", cex = 0.8, horiz = TRUE, xjust = 0.5, yjust = 0.5
    )
  }
}

ggplot_errors <- function(d, a) {
  df <- d$errors
  lines <- rbind(
    data.frame(rank = df$rank, value = df$error, se = df$se, line = "held out"),
    if (d$both) data.frame(rank = df$rank, value = df$train, se = NA, line = "fitted")
  )
  p <- ggplot2::ggplot(
    lines, ggplot2::aes(.data$rank, .data$value, colour = .data$line, linetype = .data$line)
  ) +
    ggplot2::geom_linerange(
      data = lines[!is.na(lines$se), ],
      ggplot2::aes(ymin = pmax(.data$value - .data$se, 0.1 * .data$value), ymax = .data$value + .data$se),
      show.legend = FALSE
    ) +
    ggplot2::geom_line(linewidth = 0.6) +
    ggplot2::geom_point(data = lines[lines$line == "held out", ], size = 1.4, show.legend = FALSE) +
    ggplot2::scale_colour_manual(values = c("held out" = bar_colour, fitted = "grey60"), name = NULL) +
    ggplot2::scale_linetype_manual(values = c("held out" = "solid", fitted = "22"), name = NULL) +
    ggplot2::scale_x_continuous(
      breaks = if (nrow(df) > 12) whole_ticks(df$rank) else df$rank, minor_breaks = NULL
    ) +
    ggplot2::labs(
      x = "rank", y = cv_title(d$both), caption = if (!is.na(d$best)) "dotted: best rank"
    ) +
    paper_theme() +
    ggplot2::theme(legend.position = if (d$both) "top" else "none")
  p <- p + if (d$log) {
    ggplot2::scale_y_log10(labels = format_ticks)
  } else {
    ggplot2::scale_y_continuous(labels = format_ticks)
  }
  if (is.na(d$best)) p else p + ggplot2::geom_vline(
    xintercept = d$best, linetype = "dotted", colour = "grey30"
  )
}

register_plot_type("nmf_cv", "errors", data = errors_data, base = plot_errors, gg = ggplot_errors)
