# plot(fit, "profile"): lines of W over ordered features, or of H over observations such as times.

# `values`: one column per component.
profile_data <- function(x, a) {
  pages <- first_panels(a$components)
  over_features <- a$matrix == "W"
  if (!over_features) need_observations(x, "x")
  A <- if (over_features) x$W else t(x$H)
  names <- if (over_features && !is.null(a$labels)) a$labels else rownames(A)
  at <- a$at
  if (!is.null(at)) {
    at <- check_places(at, nrow(A), "at", if (over_features) "feature" else "observation")
  } else if (is.null(a$labels)) {
    at <- numbers_in(names)
  }
  # More names than anyone reads: their numbers.
  if (nrow(A) > 200) names <- NULL
  values <- A[, pages$shown, drop = FALSE]
  if (a$scale == "max") {
    top <- apply(values, 2, max)
    values <- sweep(values, 2, ifelse(top > 0, top, 1), "/")
  }
  list(
    values = unname(values), at = if (is.null(at)) seq_len(nrow(A)) else at,
    names = if (is.null(at)) names, titles = component_titles(x)[pages$shown], note = pages$note,
    count = length(a$components),
    colours = component_colours(ncol(x$W))[pages$shown],
    xlab = if (is.null(at)) count_of(nrow(A), if (over_features) "feature" else "observation") else "",
    ylab = if (a$scale == "max") "weight, largest = 1" else "weight", common = a$scale == "max"
  )
}

# Names that are increasing numbers, such as wavelengths.
numbers_in <- function(names) {
  if (is.null(names) || anyNA(names) || !all(grepl("^-?[0-9.]+([eE][-+]?[0-9]+)?$", names))) {
    return(NULL)
  }
  at <- suppressWarnings(as.numeric(names))
  if (anyNA(at) || any(diff(at) <= 0)) NULL else at
}

plot_profile <- function(d, a, top) {
  line <- line_height()
  size <- graphics::par("fin")
  n <- nrow(d$values)
  columns <- if (ncol(d$values) > 6 && size[1] > 5) 2 else 1
  limits <- lapply(seq_len(ncol(d$values)), function(k) c(0, 1.05 * max(d$values[, k], 1e-300)))
  if (d$common) limits[] <- list(c(0, 1.05))
  high <- (size[2] - top) / ceiling(ncol(d$values) / columns)
  at <- lapply(limits, ticks, count = if (high < 1.1) 2 else 3)
  labels <- lapply(at, format_ticks)
  left <- max(vapply(labels, y_margin, 0))
  room <- (size[1] - 0.1) / columns - left - 0.12
  x <- if (is.null(d$names)) list(height = 1.1 * line) else along_labels(d$names, room, 0.25 * size[2], TRUE)
  foot <- x$height + (if (nzchar(d$xlab)) 1.2 else 0.3) * line
  # As many as can be read.
  r <- min(ncol(d$values), columns * max(1, floor((size[2] - top - foot - 1.1 * line) / (2.4 * line))))
  note <- if (r < ncol(d$values)) sprintf("the first %d of %d; the figure is small", r, d$count) else d$note
  foot <- foot + foot_height(note)
  cells <- grid_cells(r, top, foot, columns = columns)
  xlim <- range(d$at) + c(-0.5, 0.5) * if (n > 1) diff(range(d$at)) / (n - 1) else 1
  for (k in seq_len(r)) {
    panel(cells$bottom[k] + 0.25 * line, cells$left[k] + left, cells$top[k] + 1.15 * line,
      cells$right[k] + 0.1, xlim, limits[[k]])
    grid_lines(h = at[[k]])
    if (n > 1) {
      graphics::lines(d$at, d$values[, k], col = d$colours[k], lwd = if (n > 500) 0.8 else 1.4)
    }
    if (n <= 30) graphics::points(d$at, d$values[, k], col = d$colours[k], pch = 19, cex = 0.5)
    graphics::box(bty = "l", col = "grey40")
    small_axis(2, at = at[[k]], labels = labels[[k]])
    panel_title(d$titles[k])
    if (cells$lowest[k]) {
      if (is.null(d$names)) {
        values <- ticks(xlim, floor(room / 0.6))
        small_axis(1, at = values, labels = format_ticks(values))
      } else {
        draw_along(x, d$at)
      }
    }
  }
  inch_panel(0, 0, top, 0)
  y <- (size[2] - top + foot) / 2
  graphics::text(0.55 * line, y, d$ylab, srt = 90, cex = 0.9)
  if (nzchar(d$xlab)) graphics::text(size[1] / 2, foot_height(note) + 0.6 * line, d$xlab, cex = 0.9)
  draw_foot(note)
}

ggplot_profile <- function(d, a) {
  n <- nrow(d$values)
  r <- ncol(d$values)
  df <- data.frame(
    at = rep(d$at, times = r), value = as.vector(d$values),
    component = factor(rep(d$titles, each = n), levels = d$titles)
  )
  columns <- if (r > 6) 2 else 1
  p <- ggplot2::ggplot(df, ggplot2::aes(.data$at, .data$value, colour = .data$component)) +
    ggplot2::facet_wrap(
      "component", ncol = columns, scales = if (d$common) "fixed" else "free_y",
      labeller = gg_titles(columns, 8)
    ) +
    ggplot2::scale_colour_manual(values = stats::setNames(d$colours, d$titles), guide = "none") +
    ggplot2::scale_y_continuous(
      limits = c(0, NA), labels = format_ticks, breaks = gg_few_ticks(ceiling(r / columns))
    ) +
    ggplot2::labs(x = if (nzchar(d$xlab)) d$xlab, y = d$ylab, caption = d$note) +
    paper_theme()
  if (n > 1) p <- p + ggplot2::geom_line(linewidth = if (n > 500) 0.3 else 0.5)
  if (n <= 30) p <- p + ggplot2::geom_point(size = 1)
  if (!is.null(d$names)) {
    own <- gg_names_at(d$at, d$names, gg_text_size(min(n, 60)), part = 0.8 / columns)
    p <- p +
      ggplot2::scale_x_continuous(
        breaks = own$breaks, labels = own$labels, guide = gg_thin(), minor_breaks = NULL
      ) +
      ggplot2::theme(axis.text.x = ggplot2::element_text(
        angle = 90, hjust = 1, vjust = 0.5, size = gg_text_size(min(n, 60))
      ))
  }
  p
}

# Checked in profile_data(), since it depends on `matrix`.
any_places_argument <- function(value, arg, x) value

register_plot_type("nmf", "profile",
  arguments = list(
    matrix = choice_argument(c("W", "H")), components = components_argument, at = any_places_argument,
    scale = choice_argument(c("none", "max")), labels = own_labels_argument
  ),
  data = profile_data, base = plot_profile, gg = ggplot_profile
)
