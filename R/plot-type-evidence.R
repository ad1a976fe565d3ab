# plot() of best_rank(): the measure of the rule against rank.

evidence_data <- function(x, a) {
  e <- x$evidence
  value <- e[[x$by]]
  if (!nrow(e)) abort_input(c("There is no evidence to draw.", "x" = "{x$reason}"))
  se <- e$shortfall_se
  if (is.null(se)) se <- e$excess_se
  if (is.null(se)) se <- rep(NA_real_, nrow(e))
  list(
    points = data.frame(rank = e$rank, value = value, se = ifelse(is.na(se), 0, se)), best = x$rank,
    ylab = if (x$by %in% names(measure_titles)) measure_titles[[x$by]] else "mean held-out loss per entry",
    note = paste0("best rank: ", if (is.na(x$rank)) paste0("none singled out, ", x$reason) else x$rank)
  )
}

plot_evidence <- function(d, a, top) {
  p <- d$points
  line <- line_height()
  ylim <- range(p$value - p$se, p$value + p$se)
  ylim <- ylim + c(-0.06, 0.06) * if (diff(ylim) > 1e-8 * abs(ylim[1])) diff(ylim) else max(abs(ylim), 1e-12)
  at <- ticks(ylim, 5)
  labels <- format_ticks(at)
  foot <- foot_height(d$note)
  panel(2.8 * line + foot, y_margin(labels), top + 0.1, 0.15, range(p$rank) + c(-0.3, 0.3), ylim)
  grid_lines(h = at)
  if (!is.na(d$best)) graphics::abline(v = d$best, lty = 3, col = "grey30", xpd = FALSE)
  known <- which(p$se > 0)
  graphics::segments(
    p$rank[known], (p$value - p$se)[known], p$rank[known], (p$value + p$se)[known], col = bar_colour
  )
  graphics::lines(p$rank, p$value, col = bar_colour, lwd = 1.6)
  graphics::points(p$rank, p$value, col = bar_colour, pch = 19, cex = ifelse(p$rank %in% d$best, 1.3, 0.8))
  graphics::box(bty = "l", col = "grey40")
  small_axis(1, at = if (nrow(p) > 12) whole_ticks(p$rank) else p$rank)
  small_axis(2, at = at, labels = labels)
  x_title("rank")
  y_title(d$ylab, labels)
  draw_foot(d$note)
}

ggplot_evidence <- function(d, a) {
  p <- d$points
  out <- ggplot2::ggplot(p, ggplot2::aes(.data$rank, .data$value)) +
    ggplot2::geom_linerange(
      ggplot2::aes(ymin = .data$value - .data$se, ymax = .data$value + .data$se), colour = bar_colour
    ) +
    ggplot2::geom_point(colour = bar_colour, size = ifelse(p$rank %in% d$best, 2.4, 1.4)) +
    ggplot2::scale_x_continuous(
      breaks = if (nrow(p) > 12) whole_ticks(p$rank) else p$rank, minor_breaks = NULL
    ) +
    ggplot2::scale_y_continuous(labels = format_ticks) +
    ggplot2::labs(x = "rank", y = d$ylab, caption = paste(strwrap(d$note, 70), collapse = "\n")) +
    paper_theme()
  if (nrow(p) > 1) out <- out + ggplot2::geom_line(colour = bar_colour, linewidth = 0.6)
  if (is.na(d$best)) out else out + ggplot2::geom_vline(
    xintercept = d$best, linetype = "dotted", colour = "grey30"
  )
}

register_plot_type(
  "nmf_best_rank", "evidence", data = evidence_data, base = plot_evidence, gg = ggplot_evidence
)
