#' Plot a survey or a cross-validation
#'
#' Types of plot for a survey:
#' * `"measures"`: one panel per measure against rank, for resamples and for restarts. Bars are
#'   standard errors. The residual is the residual sum of squares for the Frobenius loss, otherwise the loss.
#' * `"consensus"`: the consensus as a heat map, see [plot.nmf_consensus()]; without `rank`, small
#'   maps of all ranks, their
#'   observations in the order of each tree.
#' * `"silhouette"`: silhouettes of the consensus classes of one rank.
#' * `"components"`: for every rank the stability of each component of the best fit.
#'
#' For a cross-validation, the held-out error against rank, with the standard error of its excess
#' over
#' the lowest, and the rank that [best_rank()] gives.
#'
#' @param x,object A survey from [nmf_survey()] or a result of [cross_validate()].
#' @param type Type of plot.
#' @param rank For `"consensus"` and `"silhouette"`: which rank.
#' @param from For `"consensus"` and `"silhouette"`: from resamples or restarts, see [consensus()].
#' @param groups For `"consensus"`: known classes of the observations, see [plot.nmf_consensus()].
#' @param main Title.
#' @param ... For `plot()`: graphical parameters of [graphics::par()]. For `autoplot()`: must be
#'   empty.
#' @return `plot()`: `x`, invisibly. `autoplot()`: a ggplot of the measures (of the error).
#' @inherit nmf_survey examples
#' @export
plot.nmf_survey <- function(x, type = c("measures", "consensus", "silhouette", "components"), rank = NULL,
                            from = NULL, groups = NULL, main = NULL, ...) {
  type <- pick(type, c("measures", "consensus", "silhouette", "components"), "type")
  if (!is.null(rank) && type %in% c("measures", "components")) {
    abort_input("{.code type = \"{type}\"} has no argument {.arg rank}.")
  }
  if (!is.null(groups) && type != "consensus") abort_input(
    "{.code type = \"{type}\"} has no argument {.arg groups}."
  )
  if (type %in% c("consensus", "silhouette") && (type == "silhouette" || !is.null(rank) || length(x$ranks) == 1)) {
    if (is.null(rank)) {
      if (length(x$ranks) > 1) abort_input("{.arg rank} must be given: one of {x$ranks}.")
      rank <- x$ranks
    }
    kind <- if (type == "consensus") "map" else "silhouette"
    plot(consensus(x, rank, from = from, max_n = x$settings$max_n), kind, groups = groups, main = main, ...)
    return(invisible(x))
  }
  old <- begin_figure(list(...), main)
  on.exit(graphics::par(old))
  top <- if (is.null(main)) 0.1 else 1.6 * line_height() + 0.1
  switch(type,
    measures = plot_measures(measures_data(x), x$ranks, top),
    consensus = plot_consensus_maps(x, from, groups, top),
    components = plot_components(x, top)
  )
  invisible(x)
}

measure_titles <- c(
  explained = "explained part", residual = "residual", sparseness = "sparseness", agreement = "class agreement",
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
  stable <- lapply(c("agreement", "similarity", "cophenetic", "dispersion", "silhouette", "pac"), function(name) {
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

line_styles <- list(
  colour = c(resamples = "#2C6E9B", restarts = "#D55E00", `best fit` = "grey20", W = "grey20", H = "grey55"),
  type = c(resamples = 1, restarts = 2, `best fit` = 1, W = 1, H = 5)
)

plot_measures <- function(df, ranks, top) {
  measures <- levels(droplevels(df$measure))
  size <- graphics::par("fin")
  line <- line_height()
  columns <- if (size[1] < 4.5) 2 else if (size[1] < 10) 3 else 5
  rows <- ceiling(length(measures) / columns)
  foot <- 2.6 * line
  width <- (size[1] - 0.1) / columns
  height <- (size[2] - top - foot) / rows
  for (k in seq_along(measures)) {
    d <- df[df$measure == measures[k], ]
    row <- (k - 1) %/% columns
    column <- (k - 1) %% columns
    low <- d$value - ifelse(is.na(d$se), 0, d$se)
    high <- d$value + ifelse(is.na(d$se), 0, d$se)
    span <- max(high) - min(low)
    ylim <- c(min(low), max(high)) + c(-1, 1) * max(0.06 * span, 0.002)
    xlim <- range(ranks) + c(-0.3, 0.3)
    two <- measures[k] == "sparseness"
    # Room for the names of the lines, at their ends.
    if (two) xlim[2] <- xlim[2] + 0.08 * diff(xlim)
    at <- pretty(ylim, if (height < 1.5) 3 else 4)
    at <- at[at >= ylim[1] & at <= ylim[2]]
    labels <- format_ticks(at)
    left <- max(2.2 * line, text_width(labels, 0.75) + 0.8 * line)
    panel(
      size[2] - top - (row + 1) * height + 1.3 * line, column * width + left,
      top + row * height + 1.4 * line,
      size[1] - (column + 1) * width + 0.05, xlim, ylim
    )
    graphics::abline(h = at, col = "grey90", lwd = 0.8, xpd = FALSE)
    for (name in intersect(levels(d$line), d$line)) {
      one <- d[d$line == name, ]
      colour <- line_styles$colour[[name]]
      known <- which(one$se > 0)
      graphics::segments(
        one$rank[known], (one$value - one$se)[known], one$rank[known], (one$value + one$se)[known],
        col = colour
      )
      graphics::lines(one$rank, one$value, col = colour, lty = line_styles$type[[name]], lwd = 1.5)
      graphics::points(one$rank, one$value, col = colour, pch = 19, cex = 0.6)
    }
    if (two) {
      last <- d[d$rank == max(d$rank), ]
      graphics::text(last$rank, last$value, last$line, pos = 4, cex = 0.75, offset = 0.4)
    }
    graphics::box(bty = "l", col = "grey40")
    small_axis(2, at = at, labels = labels)
    small_axis(1, at = if (length(ranks) > 8) pretty(ranks) else ranks)
    usr <- graphics::par("usr")
    title <- shorten_to(measure_titles[[measures[k]]], width - 0.1, 0.8)
    graphics::text(
      usr[1] - inch_x(left - 0.1), usr[4] + inch_y(0.6 * line), title, adj = c(0, 0.5), font = 2, cex = 0.8
    )
  }
  panel(0, 0, size[2] - foot, 0, c(0, 1), c(0, 1))
  graphics::text(0.5, 1 - inch_y(0.6 * line), "rank", cex = 0.9)
  lines <- intersect(c("resamples", "restarts"), df$line)
  if (length(lines)) {
    graphics::legend(
      0.5, 1 - inch_y(1.5 * line), lines, col = line_styles$colour[lines], lty = line_styles$type[lines],
      lwd = 1.5,
      horiz = TRUE, bty = "n", cex = 0.8, xjust = 0.5, yjust = 0.5
    )
  }
}

plot_consensus_maps <- function(survey, from, groups, top) {
  size <- graphics::par("fin")
  line <- line_height()
  count <- length(survey$ranks)
  known <- unique(survey$stability$from)
  wanted <- if (is.null(from)) known else check_choice(from, known, "from")
  bars <- check_annotation(groups, survey$data$ncol)
  colours <- lapply(seq_along(bars), function(k) annotation_colours(bars[[k]], k))
  right <- if (length(bars)) legend_width(bars) + 0.4 else 0.05
  above <- 1.3 * line + if (length(bars)) annotation_height(bars) else 0.05
  room <- function(columns) {
    min((size[1] - right) / columns - 0.1, (size[2] - top) / ceiling(count / columns) - above - 0.1)
  }
  columns <- which.max(vapply(seq_len(count), room, 0))
  side <- room(columns)
  if (side < 0.3) {
    abort_input("There is no room for {count} maps: use a larger device, or {.arg rank} for one of them.")
  }
  for (k in seq_len(count)) {
    x0 <- (k - 1) %% columns * (side + 0.1) + 0.05
    y0 <- size[2] - top - ((k - 1) %/% columns + 1) * (side + above + 0.1) + 0.05
    panel(y0, x0, size[2] - y0 - side, size[1] - x0 - side, c(0, 1), c(0, 1))
    if (any(lengths(survey$members[[k]][wanted]) > 0)) {
      C <- consensus(survey, survey$ranks[k], from = from, max_n = survey$settings$max_n)
      order <- consensus_order(C)
      draw_cells(C$matrix[order, order, drop = FALSE], c(0, 1), map_palette())
      draw_annotation(lapply(bars, function(b) b[C$observations][order]), colours, labelled = FALSE)
    } else {
      graphics::text(0.5, 0.5, "no fit", col = "grey40", cex = 0.85)
    }
    graphics::text(
      0, 1 + inch_y(above - 0.6 * line), paste("rank", survey$ranks[k]), adj = c(0, 0.5), cex = 0.85, font = 2
    )
  }
  if (length(bars)) {
    side_x <- columns * (side + 0.1)
    panel(0.05, side_x - 0.2, top, 0, c(0, 1), c(0, 1))
    draw_legends(bars, colours, size[2] - top - 0.05 - above, x0 = inch_x(0.25))
  }
}

plot_components <- function(survey, top) {
  df <- survey$components
  line <- line_height()
  ranks <- unique(df$rank)
  low <- min(df$similarity, df$low)
  ylim <- c(min(0.95, low - 0.03), 1.005)
  panel(3.2 * line, 3.4 * line, top + 0.1, 0.1, range(ranks) + c(-0.5, 0.5), ylim)
  at <- pretty(ylim, 5)
  at <- at[at >= ylim[1] & at <= 1]
  graphics::abline(h = at, col = "grey90", lwd = 0.8, xpd = FALSE)
  for (rank in ranks) {
    d <- df[df$rank == rank, ]
    x <- rank + if (nrow(d) > 1) seq(-0.3, 0.3, length.out = nrow(d)) else 0
    graphics::segments(x, d$low, x, d$similarity, col = bar_colour, lwd = 1.5)
    graphics::points(x, d$similarity, pch = 19, cex = 0.8, col = bar_colour)
    graphics::points(x, d$low, pch = "-", cex = 1, col = bar_colour)
  }
  graphics::box(bty = "l", col = "grey40")
  small_axis(1, at = ranks)
  small_axis(2, at = at, labels = format(at))
  graphics::title(xlab = "rank, one line per component", line = 1.6, cex.lab = 0.9)
  graphics::title(ylab = "similarity: mean and lowest tenth", line = 2.2, cex.lab = 0.9)
}

#' @rdname plot.nmf_survey
#' @exportS3Method ggplot2::autoplot
autoplot.nmf_survey <- function(object, main = NULL, ...) {
  need_package("ggplot2", "for autoplot()")
  check_dots_empty(...)
  df <- measures_data(object)
  levels(df$measure) <- measure_titles[levels(df$measure)]
  lines <- levels(droplevels(df$line))
  # What needs a name: the only line of a panel does not.
  breaks <- intersect(c("resamples", "restarts", "W", "H"), lines)
  ggplot2::ggplot(df, ggplot2::aes(.data$rank, .data$value, colour = .data$line, linetype = .data$line)) +
    ggplot2::geom_linerange(
      data = df[!is.na(df$se), ],
      ggplot2::aes(ymin = .data$value - .data$se, ymax = .data$value + .data$se), linetype = "solid",
      show.legend = FALSE
    ) +
    ggplot2::geom_line(linewidth = 0.6) +
    ggplot2::geom_point(size = 1.2) +
    ggplot2::facet_wrap("measure", scales = "free_y", ncol = 3) +
    ggplot2::scale_colour_manual(
      values = line_styles$colour[lines], breaks = breaks, name = NULL
    ) +
    ggplot2::scale_linetype_manual(
      values = c(resamples = "solid", restarts = "22", `best fit` = "solid", W = "solid", H = "42")[lines],
      breaks = breaks, name = NULL
    ) +
    ggplot2::scale_x_continuous(
      breaks = if (length(object$ranks) > 8) pretty(object$ranks) else object$ranks, minor_breaks = NULL
    ) +
    ggplot2::scale_y_continuous(labels = format_ticks) +
    ggplot2::labs(x = "rank", y = NULL, title = main) +
    paper_theme() +
    ggplot2::theme(legend.position = "bottom")
}

#' @rdname plot.nmf_survey
#' @export
plot.nmf_cv <- function(x, main = NULL, ...) {
  old <- begin_figure(list(...), main)
  on.exit(graphics::par(old))
  top <- if (is.null(main)) 0.1 else 1.6 * line_height() + 0.1
  best <- best_rank(x)
  df <- cv_plot_data(x, best)
  line <- line_height()
  # What is held out of thinned counts has another scale than the rest.
  both <- x$settings$method == "entries"
  ylim <- range(df$error - df$se, df$error + df$se, if (both) df$train)
  # Too many components predict what is missing at random, and far off.
  log <- if (cv_on_log(df)) "y" else ""
  low <- pmax(df$error - df$se, if (log == "y") 0.5 * min(df$error, df$train) else -Inf)
  if (log == "y") ylim <- c(0.9, 1.1) * range(low, df$error + df$se, if (both) df$train)
  if (log != "y") ylim <- ylim + c(-0.05, 0.05) * max(diff(ylim), 1e-8 * abs(ylim[1]), 1e-300)
  at <- if (log == "y") grDevices::axisTicks(log10(ylim), log = TRUE, nint = 5) else pretty(ylim, 5)
  at <- at[at >= ylim[1] & at <= ylim[2]]
  labels <- format_ticks(at)
  left <- text_width(labels, 0.75) + 2.2 * line
  panel(3.2 * line, left, top + 0.1, 0.15, range(df$rank) + c(-0.3, 0.3), ylim, log = log)
  graphics::abline(h = at, col = "grey90", lwd = 0.8, xpd = FALSE)
  if (!is.na(best$rank)) graphics::abline(v = best$rank, lty = 2, col = "grey30", xpd = FALSE)
  if (both) graphics::lines(df$rank, df$train, col = "grey60", lty = 2, lwd = 1.5)
  graphics::segments(df$rank, low, df$rank, df$error + df$se, col = bar_colour)
  graphics::lines(df$rank, df$error, col = bar_colour, lwd = 1.6)
  graphics::points(df$rank, df$error, col = bar_colour, pch = 19, cex = 0.8)
  graphics::box(bty = "l", col = "grey40")
  small_axis(1, at = if (nrow(df) > 12) pretty(df$rank) else df$rank)
  small_axis(2, at = at, labels = labels)
  graphics::title(xlab = "rank", line = 1.6, cex.lab = 0.9)
  graphics::title(
    ylab = cv_title(both), line = 0.75 + text_width(labels, 0.75) / line + 0.4, cex.lab = 0.9
  )
  if (both) {
    graphics::legend(
      if (log == "y") "topleft" else "topright", c("held out", "fitted"), col = c(bar_colour, "grey60"),
      lty = 1:2, lwd = 1.6, bty = "n", cex = 0.8
    )
  }
  invisible(x)
}

cv_on_log <- function(df) min(df$error, df$train) > 0 && max(df$error) > 5 * min(df$error)

cv_title <- function(both) if (both) "mean loss per entry" else "mean held-out loss per entry"

cv_plot_data <- function(x, best) {
  df <- best$evidence[c("rank", "error", "train", "excess_se")]
  names(df)[4] <- "se"
  df
}

#' @rdname plot.nmf_survey
#' @exportS3Method ggplot2::autoplot
autoplot.nmf_cv <- function(object, main = NULL, ...) {
  need_package("ggplot2", "for autoplot()")
  check_dots_empty(...)
  best <- best_rank(object)
  df <- cv_plot_data(object, best)
  lines <- rbind(
    data.frame(rank = df$rank, value = df$error, se = df$se, line = "held out"),
    if (object$settings$method == "entries") {
      data.frame(rank = df$rank, value = df$train, se = NA, line = "fitted")
    }
  )
  both <- nrow(lines) > nrow(df)
  p <- ggplot2::ggplot(lines, ggplot2::aes(.data$rank, .data$value, colour = .data$line, linetype = .data$line)) +
    ggplot2::geom_linerange(
      data = lines[!is.na(lines$se), ],
      ggplot2::aes(ymin = pmax(.data$value - .data$se, 0.1 * .data$value), ymax = .data$value + .data$se),
      show.legend = FALSE
    ) +
    ggplot2::geom_line(linewidth = 0.6) +
    ggplot2::geom_point(data = lines[lines$line == "held out", ], size = 1.4, show.legend = FALSE) +
    ggplot2::scale_colour_manual(values = c("held out" = bar_colour, fitted = "grey60"), name = NULL) +
    ggplot2::scale_linetype_manual(values = c("held out" = "solid", fitted = "22"), name = NULL) +
    ggplot2::scale_x_continuous(breaks = df$rank, minor_breaks = NULL) +
    ggplot2::labs(x = "rank", y = cv_title(both), title = main) +
    paper_theme() +
    ggplot2::theme(legend.position = if (both) "top" else "none")
  if (cv_on_log(df)) p <- p + ggplot2::scale_y_log10(labels = format_ticks)
  if (!is.na(best$rank)) p <- p + ggplot2::geom_vline(
    xintercept = best$rank, linetype = "22", colour = "grey30"
  )
  p
}
