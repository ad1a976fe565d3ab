# plot(fit, "metagenes", data = x): the data of the top features of each component; see model-metagene-map.R.

metagene_argument <- function(value, arg, x) {
  if (is.null(value)) {
    abort_input(c(
      "{.code type = \"metagenes\"} needs {.arg data}, the data that was factorized.",
      "i" = "A fit does not hold it: {.code plot(fit, \"metagenes\", data = x)}."
    ))
  }
  data_of_fit(value, x, arg, negative = TRUE, weighed = FALSE)
}

ggplot_metagenes <- function(d, a) {
  m <- nrow(d$level)
  n <- ncol(d$level)
  df <- data.frame(column = rep(seq_len(n), each = m), row = rep(seq_len(m), n), value = as.vector(d$level))
  named <- !is.null(d$names) && n <= 70
  runs <- group_runs(d$top$component)
  blank <- ggplot2::element_blank()
  several <- data.frame(edge = runs$last[-nrow(runs)] + 0.5)
  size <- max(5, min(7, 330 / m))
  # Names may be equal, rows are not.
  down <- gg_names_at(seq_len(m), d$text, size, "left", 0.7, most = 40)
  along <- if (named) gg_names_at(seq_len(n), d$names, gg_text_size(n, 8), part = 0.45)
  middle <- (runs$first + runs$last) / 2
  of <- apart(middle, 0.03 * m)
  right <- gg_names_at(middle[of], levels(d$top$component)[runs$group][of], 7, "left", 0.7, most = 12)
  p <- ggplot2::ggplot(df, ggplot2::aes(.data$column, .data$row)) +
    ggplot2::geom_raster(ggplot2::aes(fill = .data$value)) +
    (if (nrow(several)) {
      ggplot2::geom_hline(data = several, ggplot2::aes(yintercept = .data$edge), colour = "white",
        linewidth = 1.2)
    }) +
    ggplot2::scale_x_continuous(
      breaks = along$breaks, labels = along$labels, expand = c(0, 0), guide = gg_thin()
    ) +
    ggplot2::scale_y_reverse(
      breaks = down$breaks, labels = down$labels, expand = c(0, 0), guide = gg_thin(),
      sec.axis = ggplot2::dup_axis(
        breaks = right$breaks, labels = right$labels, name = NULL, guide = gg_thin()
      )
    ) +
    ggplot2::scale_fill_gradientn(
      colours = a$palette, limits = c(0, 1), name = "part of\nrange\n",
      guide = gg_key(d$groups)
    ) +
    ggplot2::labs(x = if (!named) count_of(n, "observation"), y = NULL) +
    paper_theme() +
    ggplot2::theme(
      panel.grid = blank, axis.ticks = blank, axis.text.y = ggplot2::element_text(size = size),
      axis.text.y.right = if (nrow(runs) > 6) {
        ggplot2::element_text(size = 7, face = "bold", hjust = 0)
      } else {
        ggplot2::element_text(size = 7, face = "bold", angle = 270, hjust = 0.5)
      },
      axis.text.x = if (named) {
        ggplot2::element_text(angle = 90, hjust = 1, vjust = 0.5, size = gg_text_size(n, 8))
      } else {
        blank
      }
    )
  if (length(d$groups)) p + ggplot_group_bars(d$groups, m, 0.5) else p
}

register_plot_type("nmf", "metagenes",
  arguments = list(
    data = metagene_argument, n = count_argument(8), by = choice_argument(c("specificity", "weight")),
    groups = groups_argument, labels = own_labels_argument, palette = palette_argument
  ),
  data = function(x, a) {
    need_observations(x, "x")
    metagene_data(x, a)
  },
  base = plot_metagenes, gg = ggplot_metagenes
)
