# plot(fit, "history"): objective and KKT residual of each iteration.

history_data <- function(x, a) {
  if (is_given(x)) {
    abort_input(c(
      "{.arg x} is a model from known factors, which has no history.",
      "i" = "Try {.code type = \"W\"} or {.code type = \"features\"}."
    ))
  }
  h <- x$history
  penalised <- any(h$penalty > 0, na.rm = TRUE)
  finite <- h$objective[is.finite(h$objective)]
  objective <- if (a$above && length(finite)) h$objective - min(finite) else h$objective
  upper <- if (a$above) "objective above best" else "objective"
  part <- function(panel, line, y) {
    known <- which(y > 0 & is.finite(y))
    data.frame(
      time = h[[a$time]][known], value = y[known], line = rep(line, length(known)),
      panel = factor(rep(panel, length(known)), levels = c(upper, "KKT residual"))
    )
  }
  lines <- rbind(
    part(upper, "objective", objective),
    if (penalised && !a$above) part(upper, "loss", h$loss),
    part("KKT residual", "objective", h$kkt)
  )
  list(
    lines = lines, range = range(h[[a$time]], finite = TRUE), upper = upper, tol = x$settings$tol,
    two = penalised && !a$above, xlab = if (a$time == "seconds") "time (s)" else "iteration",
    few = nrow(h) <= 60
  )
}

plot_history <- function(d, a, top) {
  line <- line_height()
  panels <- c(if (any(d$lines$panel == d$upper) || !nrow(d$lines)) d$upper, if (
    any(d$lines$panel == "KKT residual")) "KKT residual")
  shown <- lapply(panels, function(panel) {
    one <- d$lines[d$lines$panel == panel, ]
    level <- if (panel == "KKT residual" && isTRUE(d$tol > 0)) d$tol
    y <- c(one$value, level)
    if (!length(y)) y <- c(1, 10)
    limits <- range(y) * c(0.9, 1.12)
    at <- log_ticks(limits)
    list(one = one, level = level, limits = limits, at = at, labels = log_labels(at))
  })
  left <- max(vapply(shown, function(s) y_margin(s$labels), 0))
  cells <- grid_cells(length(panels), top, 3 * line, columns = 1)
  xlim <- d$range + c(-0.02, 0.02) * max(diff(d$range), 1e-8)
  whole <- if (d$xlab == "iteration") whole_ticks(d$range)
  colours <- c(objective = bar_colour, loss = second_colour)
  for (k in seq_along(panels)) {
    s <- shown[[k]]
    panel(cells$bottom[k] + 0.3 * line, left, cells$top[k] + 0.2 * line, 0.15, xlim, s$limits, log = "y")
    grid_lines(h = s$at)
    small_axis(2, at = s$at, labels = s$labels)
    if (!is.null(s$level)) {
      graphics::abline(h = s$level, lty = 2, col = "grey30", xpd = FALSE)
      # Below the line where that is the upper edge.
      above <- s$level < 0.5 * s$limits[2]
      graphics::text(
        xlim[2], s$level, "tol", adj = c(1.2, if (above) -0.4 else 1.4), cex = 0.75, col = "grey30"
      )
    }
    for (name in rev(unique(s$one$line))) {
      part <- s$one[s$one$line == name, ]
      graphics::lines(
        part$time, part$value, col = colours[[name]], lty = match(name, names(colours)), lwd = 1.6
      )
      if (nrow(part) <= 60) graphics::points(
        part$time, part$value, col = colours[[name]], pch = 19, cex = 0.45
      )
    }
    graphics::box(bty = "l", col = "grey40")
    y_title(panels[k], s$labels)
    if (k == 1 && d$two) {
      graphics::legend(
        "topright", names(colours), col = colours, lty = c(1, 2), lwd = 1.6, bty = "n", cex = 0.8
      )
    }
  }
  small_axis(1, at = whole)
  x_title(d$xlab)
}

ggplot_history <- function(d, a) {
  df <- d$lines
  if (nrow(df) == 0) {
    # A plot needs a panel, also if all numbers are zero.
    df <- data.frame(
      time = 0, value = NA_real_, line = "objective", panel = factor(d$upper, levels(df$panel))
    )
  }
  # One point makes no line, and ggplot2 would say so.
  of <- paste(df$panel, df$line)
  lines <- df[of %in% of[duplicated(of)], ]
  breaks <- c("objective", if (d$two) "loss")
  p <- ggplot2::ggplot(df, ggplot2::aes(
    x = .data$time, y = .data$value, colour = .data$line, linetype = .data$line
  )) +
    ggplot2::geom_line(data = lines, linewidth = 0.6, na.rm = TRUE) +
    ggplot2::geom_point(
      data = if (d$few) df else df[df$panel == "KKT residual", ],
      size = 0.8, show.legend = FALSE, na.rm = TRUE
    ) +
    ggplot2::facet_wrap("panel", ncol = 1, scales = "free_y", strip.position = "left") +
    ggplot2::scale_y_log10(labels = format_ticks) +
    (if (d$xlab == "iteration") {
      ggplot2::scale_x_continuous(breaks = whole_ticks(d$range), limits = d$range)
    }) +
    ggplot2::scale_colour_manual(
      values = c(objective = bar_colour, loss = second_colour), breaks = breaks, name = NULL
    ) +
    ggplot2::scale_linetype_manual(
      values = c(objective = "solid", loss = "dashed"), breaks = breaks, name = NULL
    ) +
    ggplot2::labs(x = d$xlab, y = NULL) +
    paper_theme() +
    ggplot2::theme(
      strip.placement = "outside",
      strip.text = ggplot2::element_text(face = "plain", hjust = 0.5),
      legend.position = if (d$two) "top" else "none"
    )
  if (any(df$panel == "KKT residual") && isTRUE(d$tol > 0)) {
    tol <- data.frame(
      value = d$tol, time = d$range[2], panel = factor("KKT residual", levels(df$panel))
    )
    p <- p +
      ggplot2::geom_hline(
        data = tol, ggplot2::aes(yintercept = .data$value),
        linetype = "22", colour = "grey30", linewidth = 0.4
      ) +
      ggplot2::geom_text(
        data = tol, ggplot2::aes(x = .data$time, y = .data$value),
        label = "tol", inherit.aes = FALSE, hjust = 1, size = 3, colour = "grey30",
        vjust = if (all(d$lines$value[d$lines$panel == "KKT residual"] < 2 * d$tol)) 1.4 else -0.4
      )
  }
  p
}

history_arguments <- list(time = choice_argument(c("iteration", "seconds")), above = flag_argument(TRUE))

register_plot_type("nmf", "history",
  arguments = history_arguments,
  data = history_data, base = plot_history, gg = ggplot_history
)
