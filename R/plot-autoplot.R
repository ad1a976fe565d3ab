# The plots of plot.R as ggplots; both draw the data of plot-data.R.

# Column names inside aes() are looked up in the data by ggplot2's pronoun.
utils::globalVariables(".data")

#' @rdname plot.nmf
#' @exportS3Method ggplot2::autoplot
autoplot.nmf <- function(object, type = c("history", "W", "H", "features"),
                         groups = NULL, scale = c("share", "max", "none"),
                         sort = TRUE, palette = NULL, n = 10,
                         by = c("weight", "specificity", "lift", "frex"),
                         time = c("iteration", "seconds"), main = NULL, ...) {
  need_package("ggplot2", "for autoplot()")
  check_dots_empty(...)
  given <- c(
    groups = !is.null(groups), scale = !missing(scale), sort = !missing(sort),
    palette = !is.null(palette), n = !missing(n), by = !missing(by),
    time = !missing(time)
  )
  a <- check_plot_args(
    object, type, groups, n, by, time, scale, sort, palette,
    names(which(given))
  )
  p <- switch(a$type,
    history = ggplot_history(object, a),
    W = ggplot_map(map_data(object, "W", a$scale, a$sort), "W", a$palette),
    H = ggplot_map(
      map_data(object, "H", a$scale, a$sort, a$groups), "H", a$palette
    ),
    features = ggplot_features(object, a)
  )
  p + ggplot2::labs(title = main)
}

paper_theme <- function() {
  ggplot2::theme_bw(base_size = 10) +
    ggplot2::theme(
      panel.grid.minor = ggplot2::element_blank(),
      strip.background = ggplot2::element_blank(),
      strip.text = ggplot2::element_text(face = "bold", hjust = 0),
      panel.border = ggplot2::element_rect(colour = "grey40", fill = NA),
      plot.title = ggplot2::element_text(face = "bold", size = 11),
      plot.title.position = "plot",
      plot.margin = ggplot2::margin(6, 10, 6, 6)
    )
}

ggplot_history <- function(x, a) {
  h <- x$history
  panels <- c("objective", "KKT residual")
  part <- function(panel, line, y) {
    keep <- which(y > 0 & is.finite(y))
    data.frame(
      time = h[[a$time]][keep],
      value = y[keep],
      line = rep(line, length(keep)),
      panel = factor(rep(panel, length(keep)), levels = panels)
    )
  }
  penalised <- any(h$penalty > 0, na.rm = TRUE)
  df <- rbind(
    part("objective", "objective", h$objective),
    if (penalised) part("objective", "loss", h$loss),
    part("KKT residual", "objective", h$kkt)
  )
  if (nrow(df) == 0) {
    # A plot needs a panel, also if all numbers are zero.
    df <- data.frame(
      time = 0, value = NA_real_, line = "objective",
      panel = factor("objective", levels = panels)
    )
  }
  few <- nrow(h) <= 60
  # One point makes no line, and ggplot2 would say so.
  of <- paste(df$panel, df$line)
  lines <- df[of %in% of[duplicated(of)], ]
  p <- ggplot2::ggplot(df, ggplot2::aes(
    x = .data$time, y = .data$value, colour = .data$line, linetype = .data$line
  )) +
    ggplot2::geom_line(data = lines, linewidth = 0.6, na.rm = TRUE) +
    ggplot2::geom_point(
      data = if (few) df else df[df$panel == "KKT residual", ],
      size = 0.8, show.legend = FALSE, na.rm = TRUE
    ) +
    ggplot2::facet_wrap("panel", ncol = 1, scales = "free_y", strip.position = "left") +
    ggplot2::scale_y_log10(labels = format_ticks) +
    ggplot2::scale_colour_manual(
      values = c(objective = bar_colour, loss = "#D55E00"),
      breaks = c("objective", if (penalised) "loss"), name = NULL
    ) +
    ggplot2::scale_linetype_manual(
      values = c(objective = "solid", loss = "dashed"),
      breaks = c("objective", if (penalised) "loss"), name = NULL
    ) +
    ggplot2::labs(
      x = if (a$time == "seconds") "time (s)" else "iteration", y = NULL
    ) +
    paper_theme() +
    ggplot2::theme(
      strip.placement = "outside",
      strip.text = ggplot2::element_text(face = "plain", hjust = 0.5),
      legend.position = if (penalised) "top" else "none"
    )
  if (any(df$panel == "KKT residual") && isTRUE(x$settings$tol > 0)) {
    tol <- data.frame(
      value = x$settings$tol, time = max(h[[a$time]]),
      panel = factor("KKT residual", levels = panels)
    )
    p <- p +
      ggplot2::geom_hline(
        data = tol, ggplot2::aes(yintercept = .data$value),
        linetype = "22", colour = "grey30", linewidth = 0.4
      ) +
      ggplot2::geom_text(
        data = tol, ggplot2::aes(x = .data$time, y = .data$value),
        label = "tol", inherit.aes = FALSE, hjust = 1, vjust = -0.4, size = 3,
        colour = "grey30"
      )
  }
  p
}

ggplot_map <- function(m, type, palette) {
  values <- bin_rows(m$values)
  count <- nrow(values)
  r <- ncol(values)
  n <- nrow(m$values)
  # Entries lie at 1 ... n, whether binned or not.
  width <- n / count
  df <- data.frame(
    entry = rep((seq_len(count) - 0.5) * width + 0.5, times = r),
    component = rep(seq_len(r), each = count),
    value = as.vector(values)
  )
  named <- !is.null(m$names) && n <= 70
  entry_breaks <- if (named) seq_len(n)
  entry_labels <- if (named) shorten(m$names)
  size <- if (named) max(4, min(9, 330 / n))
  component_size <- max(4, min(9, 330 / r))
  text_entries <- if (named) ggplot2::element_text(size = size) else ggplot2::element_blank()

  if (type == "W") {
    p <- ggplot2::ggplot(df, ggplot2::aes(.data$component, .data$entry)) +
      ggplot2::geom_tile(ggplot2::aes(fill = .data$value), width = 1, height = width) +
      ggplot2::scale_x_continuous(
        breaks = seq_len(r), labels = m$components, expand = c(0, 0)
      ) +
      ggplot2::scale_y_reverse(
        breaks = entry_breaks, labels = entry_labels, expand = c(0, 0)
      ) +
      ggplot2::labs(x = NULL, y = m$entries)
    text <- ggplot2::theme(
      axis.text.y = text_entries,
      axis.text.x = if (r > 8) {
        ggplot2::element_text(angle = 90, hjust = 1, vjust = 0.5, size = component_size)
      } else {
        ggplot2::element_text(size = 9)
      }
    )
  } else {
    p <- ggplot2::ggplot(df, ggplot2::aes(.data$entry, .data$component)) +
      ggplot2::geom_tile(ggplot2::aes(fill = .data$value), width = width, height = 1) +
      ggplot2::scale_x_continuous(
        breaks = entry_breaks, labels = entry_labels, expand = c(0, 0)
      ) +
      ggplot2::scale_y_reverse(
        breaks = seq_len(r), labels = m$components, expand = c(0, 0)
      ) +
      ggplot2::labs(x = m$entries, y = NULL)
    text <- ggplot2::theme(
      axis.text.y = ggplot2::element_text(size = component_size),
      axis.text.x = if (named && n * max(nchar(m$names)) <= 70) {
        ggplot2::element_text(size = 9)
      } else if (named) {
        ggplot2::element_text(angle = 90, hjust = 1, vjust = 0.5, size = size)
      } else {
        ggplot2::element_blank()
      }
    )
  }
  p <- p +
    ggplot2::scale_fill_gradientn(
      colours = palette, limits = c(0, max(m$values)),
      name = paste0(m$key, "\n"), guide = ggplot2::guide_colourbar(order = 1)
    ) +
    paper_theme() +
    ggplot2::theme(
      panel.grid = ggplot2::element_blank(),
      axis.ticks = ggplot2::element_blank(),
      legend.title = ggplot2::element_text(size = 9),
      legend.key.height = ggplot2::unit(1, "lines"),
      legend.justification = "top",
      legend.margin = ggplot2::margin(0, 0, 8, 0)
    ) +
    text
  if (length(m$groups)) p + ggplot_group_bars(m$groups, r) else p
}

# Bars above the map, in fixed colours, since fill is taken by the map; points
# that are not seen carry their legend, with the name of the bar where there are several. The frame of the
# panel would go round the bars as well, so the map gets its own.
ggplot_group_bars <- function(bars, r) {
  several <- length(bars) > 1
  colours <- map_annotation_colours(bars)
  parts <- lapply(seq_along(bars), function(k) {
    runs <- group_runs(bars[[k]])
    runs$name <- group_names(bars[[k]])[runs$group]
    if (several) runs$name <- paste0(names(bars)[k], ": ", runs$name)
    runs$colour <- colours[[k]][runs$group]
    runs$low <- (0.5 - 0.02 * r) - (k - 1) * 0.065 * r
    runs$high <- runs$low - 0.05 * r
    runs
  })
  runs <- do.call(rbind, parts)
  legend <- do.call(rbind, lapply(seq_along(bars), function(k) {
    names <- group_names(bars[[k]])
    data.frame(name = if (several) paste0(names(bars)[k], ": ", names) else names, colour = colours[[k]])
  }))
  runs$name <- factor(runs$name, levels = legend$name)
  list(
    ggplot2::geom_rect(
      data = runs,
      ggplot2::aes(
        xmin = .data$first - 0.5, xmax = .data$last + 0.5,
        ymin = .data$low, ymax = .data$high
      ),
      fill = runs$colour, inherit.aes = FALSE
    ),
    ggplot2::geom_rect(
      data = data.frame(right = length(bars[[1]]) + 0.5, bottom = r + 0.5),
      ggplot2::aes(xmin = 0.5, xmax = .data$right, ymin = 0.5, ymax = .data$bottom),
      fill = NA, colour = "grey40", linewidth = 0.3, inherit.aes = FALSE
    ),
    ggplot2::geom_point(
      data = runs,
      ggplot2::aes(x = .data$first, y = .data$low, colour = .data$name),
      inherit.aes = FALSE, shape = NA, na.rm = TRUE
    ),
    ggplot2::scale_colour_manual(
      values = stats::setNames(legend$colour, legend$name), name = NULL,
      guide = ggplot2::guide_legend(
        override.aes = list(shape = 15, size = 4), order = 2
      )
    ),
    ggplot2::theme(panel.border = ggplot2::element_blank())
  )
}

ggplot_features <- function(x, a) {
  df <- top_features(x, a$n, a$by)
  titles <- component_titles(x)
  shown <- seq_len(min(ncol(x$W), most_panels))
  df <- df[as.integer(df$component) %in% shown, c("component", "rank", "feature", "score")]
  none <- setdiff(shown, as.integer(df$component))
  if (length(none) > 0) {
    # A panel cannot be empty.
    df <- rbind(df, data.frame(
      component = factor(colnames(x$W)[none], levels(df$component)),
      rank = 1L, feature = "no feature", score = 0
    ))
  }
  df$panel <- factor(
    as.integer(df$component), levels = shown, labels = titles[shown]
  )
  # One level per bar, the best on top; its label is the feature.
  bars <- paste(as.integer(df$component), df$rank)
  df$bar <- factor(bars, levels = rev(bars))
  label <- stats::setNames(shorten(df$feature, 24), bars)
  ggplot2::ggplot(df, ggplot2::aes(.data$score, .data$bar)) +
    ggplot2::geom_col(fill = bar_colour, width = 0.8) +
    ggplot2::facet_wrap("panel", scales = "free", drop = FALSE) +
    ggplot2::scale_y_discrete(labels = function(b) label[b]) +
    ggplot2::scale_x_continuous(
      expand = ggplot2::expansion(c(0, 0.05)),
      breaks = function(limits) pretty(limits, 2), labels = format_ticks,
      guide = ggplot2::guide_axis(check.overlap = TRUE)
    ) +
    ggplot2::labs(x = score_title(a$by), y = NULL, caption = features_note(x)) +
    paper_theme() +
    ggplot2::theme(
      panel.grid.major.y = ggplot2::element_blank(),
      axis.ticks.y = ggplot2::element_blank()
    )
}
