# plot(survey, "measures"): how good each rank is, by all measures.

measure_titles <- c(
  explained = "explained part", residual = "residual", sparseness = "sparseness",
  agreement = "class agreement",
  similarity = "component similarity", cophenetic = "cophenetic correlation", dispersion = "dispersion",
  silhouette = "silhouette width", pac = "ambiguous pairs (PAC)"
)

# One row per point: measure, line, rank, value, se.
measures_data <- function(survey) {
  m <- survey$measures
  s <- survey$stability
  part <- function(measure, line, rank, value, se = NA_real_) {
    data.frame(measure = measure, line = line, rank = rank, value = value, se = se)
  }
  stable <- lapply(rank_measures, function(name) {
    se <- s[[paste0(name, "_se")]]
    part(name, s$from, s$rank, s[[name]], if (is.null(se)) NA_real_ else se)
  })
  df <- do.call(rbind, c(list(
    part("explained", "best fit", m$rank, m$explained),
    part("residual", "best fit", m$rank, if (survey$settings$loss == "frobenius") m$rss else m$loss),
    part("sparseness", "W", m$rank, m$sparseness_W), part("sparseness", "H", m$rank, m$sparseness_H)
  ), stable))
  df$measure <- factor(df$measure, names(measure_titles))
  df$line <- factor(df$line, c("resamples", "restarts", "best fit", "W", "H"))
  df[is.finite(df$value), ]
}

# The points; for each measure the limits of its axis, which leave restarts out that would squeeze the
# resamples; a note for those; and the best rank.
survey_panels <- function(x, a) {
  df <- measures_data(x)
  measures <- levels(droplevels(df$measure))
  limits <- lapply(measures, function(name) measure_limits(df[df$measure == name, ]))
  names(limits) <- measures
  notes <- lapply(measures, function(name) {
    d <- df[df$measure == name & df$line == "restarts", ]
    off <- d[d$value < limits[[name]][1] | d$value > limits[[name]][2], ]
    if (!nrow(off)) {
      return(NULL)
    }
    range <- format(unique(signif(range(off$value), 3)), trim = TRUE, decimal.mark = ".")
    high <- off$value[1] > limits[[name]][2]
    data.frame(
      measure = name, rank = min(off$rank), value = limits[[name]][if (high) 2 else 1], high = high,
      text = paste("restarts:", paste(range, collapse = " to "))
    )
  })
  best <- vapply(rank_measures, function(by) {
    if (by %in% measures) best_rank(x, by)$rank else NA_integer_
  }, 1L)
  best <- data.frame(measure = names(best), rank = unname(best))
  list(
    points = df, measures = measures, ranks = x$ranks, limits = limits, notes = do.call(rbind, notes),
    best = best[!is.na(best$rank), ]
  )
}

measure_limits <- function(d) {
  with_bars <- function(d) range(
    d$value - ifelse(is.na(d$se), 0, d$se), d$value + ifelse(is.na(d$se), 0, d$se)
  )
  widened <- function(l) l + c(-1, 1) * max(0.06 * diff(l), 0.002 * max(abs(l)), 1e-12)
  all <- with_bars(d)
  main <- d[d$line == "resamples", ]
  if (nrow(main) < 2) {
    return(widened(all))
  }
  own <- with_bars(main)
  if (diff(all) > 2.5 * max(diff(own), 1e-6)) widened(own) else widened(all)
}

line_styles <- list(
  colour = c(
    resamples = bar_colour, restarts = second_colour, `best fit` = "grey20", W = "grey20", H = "grey55"
  ),
  type = c(resamples = 1, restarts = 2, `best fit` = 1, W = 1, H = 5)
)

plot_measures <- function(s, a, top) {
  line <- line_height()
  foot <- 2.4 * line
  cells <- grid_cells(length(s$measures), top, foot, shape = 1.2)
  for (k in seq_along(s$measures)) {
    name <- s$measures[k]
    d <- s$points[s$points$measure == name, ]
    ylim <- s$limits[[name]]
    xlim <- range(s$ranks) + c(-0.3, 0.3)
    two <- name == "sparseness"
    # Room for the names of the lines, at their ends.
    if (two) xlim[2] <- xlim[2] + 0.08 * diff(xlim)
    at <- ticks(ylim, if (cells$height[k] < 1.5) 3 else 4)
    labels <- format_ticks(at)
    left <- y_margin(labels, title = FALSE) + 0.2 * line
    panel(
      cells$bottom[k] + 1.3 * line, cells$left[k] + left, cells$top[k] + 1.2 * line, cells$right[k] + 0.08,
      xlim, ylim
    )
    grid_lines(h = at)
    best <- s$best$rank[s$best$measure == name]
    if (length(best)) graphics::abline(v = best, lty = 3, col = "grey30", xpd = FALSE)
    for (line_name in intersect(levels(d$line), d$line)) {
      one <- d[d$line == line_name, ]
      colour <- line_styles$colour[[line_name]]
      known <- which(one$se > 0)
      graphics::segments(
        one$rank[known], (one$value - one$se)[known], one$rank[known], (one$value + one$se)[known],
        col = colour, xpd = FALSE
      )
      # What is off the axis is at its edge.
      value <- pmin(pmax(one$value, ylim[1]), ylim[2])
      graphics::lines(one$rank, value, col = colour, lty = line_styles$type[[line_name]], lwd = 1.5)
      graphics::points(one$rank, value, col = colour, pch = 19, cex = 0.6)
    }
    note <- s$notes[s$notes$measure == name, ]
    if (length(note) && nrow(note)) {
      cex <- min(0.7, 0.7 * graphics::par("pin")[1] / graphics::strwidth(note$text, "inches", cex = 0.7))
      graphics::text(
        xlim[1], note$value - inch_y(if (note$high) 0.11 else -0.11), note$text, adj = c(0, 0.5),
        cex = cex, col = second_colour
      )
    }
    if (two) {
      last <- d[d$rank == max(d$rank), ]
      y <- spread(sort(last$value), inch_y(0.6 * line), graphics::par("usr")[3:4])
      graphics::text(
        last$rank, y[rank(last$value, ties.method = "first")], last$line, pos = 4, cex = 0.75, offset = 0.4
      )
    }
    graphics::box(bty = "l", col = "grey40")
    small_axis(2, at = at, labels = labels)
    small_axis(1, at = if (length(s$ranks) > 8) whole_ticks(s$ranks) else s$ranks)
    panel_title(measure_titles[[name]], left - 0.1, cex = 0.8)
  }
  size <- graphics::par("fin")
  inch_panel(0, 0, size[2] - foot, 0)
  graphics::text(size[1] / 2, foot - 0.6 * line, "rank", cex = 0.9)
  lines <- intersect(c("resamples", "restarts"), s$points$line)
  marks <- c(line_styles$type[lines], if (nrow(s$best)) 3)
  text <- c(lines, if (nrow(s$best)) "best rank")
  if (length(text)) {
    cex <- min(
      0.8,
      0.8 * size[1] / (
        text_width("mmmm", 0.8) * length(text) + sum(graphics::strwidth(text, "inches", cex = 0.8)) + 0.5
      )
    )
    graphics::legend(
      size[1] / 2, foot - 1.6 * line, text, col = c(line_styles$colour[lines], if (nrow(s$best)) "grey30"),
      lty = marks, lwd = 1.5, horiz = TRUE, bty = "n", cex = cex, xjust = 0.5, yjust = 0.5
    )
  }
}

# Whole numbers only.
whole_ticks <- function(ranks, count = 5) {
  at <- pretty(ranks, count)
  at[at == round(at) & at >= min(ranks) & at <= max(ranks)]
}

ggplot_measures <- function(s, a) {
  df <- s$points
  low <- vapply(s$limits, `[`, 0, 1)[as.character(df$measure)]
  high <- vapply(s$limits, `[`, 0, 2)[as.character(df$measure)]
  df$shown <- pmin(pmax(df$value, low), high)
  titled <- function(d) {
    d$measure <- factor(d$measure, names(measure_titles))
    levels(d$measure) <- measure_titles[levels(d$measure)]
    d
  }
  df <- titled(df)
  lines <- levels(droplevels(df$line))
  # What needs a name: the only line of a panel does not.
  breaks <- intersect(c("resamples", "restarts", "W", "H"), lines)
  p <- ggplot2::ggplot(df, ggplot2::aes(.data$rank, .data$shown, colour = .data$line, linetype = .data$line))
  if (nrow(s$best)) {
    p <- p + ggplot2::geom_vline(
      data = titled(s$best), ggplot2::aes(xintercept = .data$rank), linetype = "dotted", colour = "grey30"
    )
  }
  p <- p +
    ggplot2::geom_linerange(
      data = df[!is.na(df$se) & df$shown == df$value, ],
      ggplot2::aes(ymin = .data$value - .data$se, ymax = .data$value + .data$se), linetype = "solid",
      show.legend = FALSE
    ) +
    (if (length(s$ranks) > 1) ggplot2::geom_line(linewidth = 0.6)) +
    ggplot2::geom_point(size = 1.2) +
    ggplot2::facet_wrap("measure", scales = "free_y", ncol = 3, labeller = gg_titles(3, 6.5, 0.8)) +
    ggplot2::scale_colour_manual(
      values = line_styles$colour[lines], breaks = breaks, name = NULL
    ) +
    ggplot2::scale_linetype_manual(
      values = c(resamples = "solid", restarts = "22", `best fit` = "solid", W = "solid", H = "42")[lines],
      breaks = breaks, name = NULL
    ) +
    ggplot2::scale_x_continuous(
      breaks = if (length(s$ranks) > 8) whole_ticks(s$ranks, 3) else s$ranks, minor_breaks = NULL,
      guide = gg_thin()
    ) +
    ggplot2::scale_y_continuous(labels = format_ticks, breaks = gg_few_ticks(3.4)) +
    ggplot2::labs(
      x = "rank", y = NULL, caption = if (nrow(s$best)) "dotted: best rank by that measure"
    ) +
    paper_theme() +
    ggplot2::theme(legend.position = "bottom", strip.text = ggplot2::element_text(size = 6.5),
      plot.margin = ggplot2::margin(6, 18, 6, 6))
  if (length(s$ranks) == 1) {
    # Around a single value ggplot2 goes up and down by one half, whatever its size.
    ends <- data.frame(measure = rep(names(s$limits), 2), rank = s$ranks, value = c(
      vapply(s$limits, `[`, 0, 1), vapply(s$limits, `[`, 0, 2)
    ))
    p <- p + ggplot2::geom_blank(
      data = titled(ends), ggplot2::aes(.data$rank, .data$value), inherit.aes = FALSE
    )
  }
  if (length(s$notes)) {
    notes <- titled(s$notes)
    p <- p + ggplot2::geom_text(
      data = notes, ggplot2::aes(
        .data$rank, .data$value, label = .data$text, vjust = ifelse(.data$high, 1.4, -0.6)
      ), hjust = 0, size = 2.6, colour = second_colour, inherit.aes = FALSE
    )
  }
  p
}

register_plot_type("nmf_survey", "measures", data = survey_panels, base = plot_measures, gg = ggplot_measures)
