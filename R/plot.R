#' Plot a fit
#'
#' `plot()` draws with base graphics, `autoplot()` returns a ggplot (package
#' ggplot2, which must be installed). Both draw the same four types:
#' * `"history"`: the objective of each iteration and, below, the relative KKT
#'   residual where it was computed, both on a logarithmic scale, which leaves out
#'   zeros. The dashed line is `tol`. With a penalty, the loss is a second line.
#' * `"W"`: a heat map with one row per feature and one column per component.
#' * `"H"`: a heat map with one row per component and one column per observation.
#' * `"features"`: for each component bars for the features with the highest
#'   score, see [top_features()]. Up to 12 components; select others first, as
#'   in `plot(fit[13:24], "features")`.
#'
#' Heat maps name features and observations if there is room. More than 2000
#' are drawn as 2000 means of neighbours.
#'
#' @param x,object A fit of class `"nmf"`, see [nmf-class].
#' @param type Type of plot.
#' @param groups For `"H"`: a factor, or vector, with the known class of each
#'   observation. Columns are ordered by it and it is drawn as a bar of colours
#'   above the map. Or a data frame of these, one bar per column, ordered by the first.
#' @param scale For `"W"` and `"H"`: what colours mean.
#'   * `"share"`: the part of the sum of the fitted row (for `"W"`) or fitted column
#'     (`"H"`) that the component makes, `W[i, k] * sum(H[k, ])` or
#'     `H[k, j] * sum(W[, k])` over the sum of this for all `k`. It does not depend
#'     on the scale between `W` and `H`.
#'   * `"max"`: weights, divided by the largest of the component.
#'   * `"none"`: weights.
#' @param sort For `"W"` and `"H"`: put features (observations) with the same
#'   largest share next to each other, the clearest first. `FALSE` keeps the
#'   order of the data (within groups).
#' @param palette For `"W"` and `"H"`: colours from low to high, as from
#'   [grDevices::hcl.colors()]. `NULL` is from white to dark blue.
#' @param n,by For `"features"`: number of features per component and their
#'   score, see [top_features()].
#' @param time For `"history"`: count time in iterations or seconds.
#' @param main Title.
#' @param ... For `plot()`: graphical parameters of [graphics::par()], set for
#'   this plot only, such as `cex` or `family`. For `autoplot()`: must be empty.
#' @return `plot()`: `x`, invisibly. `autoplot()`: a ggplot.
#' @examples
#' fit <- nmf(leukemia$x, rank = 3, verbose = FALSE)
#' plot(fit)
#' plot(fit, "W")
#' plot(fit, "H", groups = leukemia$class)
#' plot(fit, "features", n = 5, by = "specificity")
#' if (requireNamespace("ggplot2", quietly = TRUE)) {
#'   ggplot2::autoplot(fit, "H", groups = leukemia$class)
#' }
#' @export
plot.nmf <- function(x, type = c("history", "W", "H", "features"),
                     groups = NULL, scale = c("share", "max", "none"),
                     sort = TRUE, palette = NULL, n = 10,
                     by = c("weight", "specificity", "lift", "frex"),
                     time = c("iteration", "seconds"), main = NULL, ...) {
  given <- c(
    groups = !is.null(groups), scale = !missing(scale), sort = !missing(sort),
    palette = !is.null(palette), n = !missing(n), by = !missing(by),
    time = !missing(time)
  )
  a <- check_plot_args(
    x, type, groups, n, by, time, scale, sort, palette, names(which(given))
  )
  old <- begin_figure(list(...), main)
  on.exit(graphics::par(old))
  top <- if (is.null(main)) 0.15 else 1.6 * line_height() + 0.1
  switch(a$type,
    history = plot_history(x, a, top),
    W = plot_map(map_data(x, "W", a$scale, a$sort), "W", a$palette, top),
    H = plot_map(map_data(x, "H", a$scale, a$sort, a$groups), "H", a$palette, top),
    features = plot_features(x, a, top)
  )
  invisible(x)
}

# History ------------------------------------------------------------------

plot_history <- function(x, a, top) {
  h <- x$history
  t <- h[[a$time]]
  line <- line_height()
  left <- 5.5 * line
  xlim <- range(t, finite = TRUE)
  xlim <- xlim + c(-0.02, 0.02) * max(diff(xlim), 1e-8)
  known <- which(h$kkt > 0)
  two <- length(known) > 0
  height <- graphics::par("fin")[2]
  middle <- if (two) 0.42 * height else 0

  penalised <- any(h$penalty > 0, na.rm = TRUE)
  lines <- if (penalised) list(h$objective, h$loss) else list(h$objective)
  bottom <- if (two) middle + 0.5 * line else 3.2 * line
  history_panel(bottom, left, top, t, lines, xlim, ylab = "objective")
  if (penalised) {
    graphics::legend(
      "topright", c("objective", "loss"), col = c(bar_colour, "#D55E00"),
      lty = c(1, 2), lwd = 1.6, bty = "n", cex = 0.8
    )
  }
  if (two) {
    history_panel(
      3.2 * line, left, height - middle + 0.5 * line, t, list(h$kkt), xlim,
      ylab = "KKT residual", level = x$settings$tol
    )
  }
  small_axis(1)
  graphics::title(
    xlab = if (a$time == "seconds") "time (s)" else "iteration",
    line = 1.6, cex.lab = 0.9
  )
}

history_panel <- function(bottom, left, top, t, lines, xlim, ylab, level = NULL) {
  y <- unlist(lines)
  y <- c(y[is.finite(y) & y > 0], if (isTRUE(level > 0)) level)
  if (length(y) == 0) y <- c(1, 10)
  ylim <- range(y) * c(0.97, 1.03)
  panel(bottom, left, top, 0.2, xlim, ylim, log = "y")
  at <- log_ticks(ylim)
  graphics::abline(h = at, col = "grey90", lwd = 0.8, xpd = FALSE)
  labels <- log_labels(at)
  small_axis(2, at = at, labels = labels)
  if (isTRUE(level > 0)) {
    graphics::abline(h = level, lty = 2, col = "grey30", xpd = FALSE)
    graphics::text(
      xlim[2], level, "tol", adj = c(1.2, -0.4), cex = 0.75, col = "grey30"
    )
  }
  colours <- c(bar_colour, "#D55E00")
  for (i in rev(seq_along(lines))) {
    known <- which(lines[[i]] > 0 & is.finite(lines[[i]]))
    graphics::lines(t[known], lines[[i]][known], col = colours[i], lty = i, lwd = 1.6)
    if (length(known) <= 60) {
      graphics::points(t[known], lines[[i]][known], col = colours[i], pch = 19, cex = 0.45)
    }
  }
  graphics::box(bty = "l", col = "grey40")
  graphics::title(
    ylab = ylab, cex.lab = 0.9,
    line = 0.75 + text_width(labels, 0.75) / line_height() + 0.4
  )
}

# Powers of ten for a wide range, else round numbers.
log_ticks <- function(limits) {
  at <- if (limits[2] / limits[1] > 50) {
    10^seq(ceiling(log10(limits[1])), floor(log10(limits[2])))
  } else {
    pretty(limits, 5)
  }
  at <- at[at >= limits[1] & at <= limits[2]]
  if (length(at) > 7) at[seq(1, length(at), by = ceiling(length(at) / 6))] else at
}

log_labels <- function(at) {
  power <- log10(at)
  if (length(at) > 1 && all(abs(power - round(power)) < 1e-9)) {
    as.expression(lapply(round(power), function(p) bquote(10^.(p))))
  } else {
    format_ticks(at)
  }
}

# All plain or all scientific.
format_ticks <- function(at) {
  size <- range(abs(at[!at %in% 0]), 1, na.rm = TRUE)
  text <- format(
    at, scientific = size[1] < 1e-4 || size[2] >= 1e6, drop0trailing = TRUE,
    digits = 6, trim = TRUE
  )
  ifelse(at %in% 0, "0", text)
}

# Heat maps ----------------------------------------------------------------

plot_map <- function(m, type, palette, top) {
  line <- line_height()
  size <- graphics::par("fin")
  cells <- bin_rows(m$values)
  if (type == "H") cells <- t(cells)

  entry_names <- if (!is.null(m$names)) shorten(m$names)
  x_names <- if (type == "W") m$components else entry_names
  y_names <- if (type == "W") entry_names else m$components
  entries_title <- m$entries

  right <- key_width(m)
  if (length(m$groups)) top <- top + annotation_height(m$groups)
  bottom <- 3 * line
  if (type == "W") y_names <- shorten_to(y_names, 0.35 * size[1], 0.8)
  y_cex <- if (is.null(y_names)) 0 else label_cex((size[2] - top - bottom) / length(y_names))
  left <- (if (y_cex > 0) text_width(y_names, y_cex) else 0) +
    (if (type == "W") 1.9 else 0.9) * line
  # Several bars have names.
  several <- length(m$groups) > 1
  if (several) left <- max(left, text_width(shorten(names(m$groups), 16), 0.75) + 0.15)
  x_room <- (size[1] - left - right) / length(x_names)
  flat <- text_width(x_names, 0.8) < 0.92 * x_room
  x_cex <- if (is.null(x_names)) 0 else if (flat) 0.8 else label_cex(x_room)
  if (x_cex > 0 && !flat) x_names <- shorten_to(x_names, 0.3 * size[2], x_cex)
  bottom <- (if (x_cex == 0) 0 else if (flat) 1.2 * line else text_width(x_names, x_cex) + 0.1) +
    (if (type == "H") 1.9 else 0.5) * line
  if (y_cex > 0) {
    y_cex <- min(y_cex, label_cex((size[2] - top - bottom) / length(y_names)))
  }

  panel(bottom, left, top, right, c(0, 1), c(0, 1))
  limits <- c(0, max(m$values))
  draw_cells(cells, limits, palette)

  middles <- function(n) (seq_len(n) - 0.5) / n
  if (y_cex > 0) {
    graphics::text(
      -inch_x(0.06), 1 - middles(length(y_names)), y_names,
      adj = c(1, 0.5), cex = y_cex
    )
  }
  if (x_cex > 0) {
    graphics::text(
      middles(length(x_names)), -inch_y(if (flat) 0.12 else 0.06), x_names,
      adj = if (flat) c(0.5, 0.5) else c(1, 0.5), srt = if (flat) 0 else 90,
      cex = x_cex
    )
  }
  if (type == "W") {
    graphics::text(-inch_x(left - 0.6 * line), 0.5, entries_title, srt = 90, cex = 0.9)
  } else {
    graphics::text(0.5, -inch_y(bottom - 0.7 * line), entries_title, cex = 0.9)
  }
  draw_annotation(m$groups, map_annotation_colours(m$groups), labelled = several)
  draw_key(limits, palette, m, bottom)
}

map_annotation_colours <- function(bars) lapply(seq_along(bars), function(k) annotation_colours(bars[[k]], k))

key_width <- function(m) {
  lines <- c(strsplit(m$key, "\n")[[1]])
  max(text_width(lines, 0.75), legend_width(m$groups), 0.8) + 0.35
}

# Colour key and names of groups, right of the map and of the margin under it.
draw_key <- function(limits, palette, m, bottom) {
  pin <- graphics::par("pin")
  line <- line_height() * 0.75
  x0 <- 1 + inch_x(0.2)
  # Beside the bars as well where there are several, whose names take room.
  several <- length(m$groups) > 1
  y <- pin[2] + if (several) annotation_height(m$groups) else 0
  lines <- length(strsplit(m$key, "\n")[[1]])
  graphics::text(x0, inch_y(y), m$key, adj = c(0, 1), cex = 0.75)
  y <- y - (lines + 0.6) * line

  height <- min(1.6, (if (several) 0.25 else 0.4) * (y + bottom))
  k <- length(palette)
  edge <- inch_y(y - height) + (0:k) / k * inch_y(height)
  graphics::rect(
    x0, edge[-(k + 1)], x0 + inch_x(0.16), edge[-1],
    col = palette, border = palette, lwd = 0.3
  )
  graphics::rect(x0, edge[1], x0 + inch_x(0.16), edge[k + 1], border = "grey40", lwd = 0.8)
  at <- pretty(limits, max(1, floor(height / 0.3)))
  at <- at[at >= limits[1] & at <= limits[2]]
  at_y <- edge[1] + (at - limits[1]) / max(diff(limits), .Machine$double.xmin) * inch_y(height)
  graphics::segments(x0 + inch_x(0.16), at_y, x0 + inch_x(0.2), at_y, col = "grey40", lwd = 0.8)
  graphics::text(x0 + inch_x(0.24), at_y, format(at), adj = c(0, 0.5), cex = 0.75)
  y <- y - height - (if (several) 0.9 else 1.5) * line

  draw_legends(m$groups, map_annotation_colours(m$groups), y)
}

# Top features -------------------------------------------------------------

plot_features <- function(x, a, top) {
  titles <- component_titles(x)
  df <- top_features(x, a$n, a$by)
  count <- min(ncol(x$W), most_panels)
  columns <- if (count <= 3) count else if (count <= 4) 2 else if (count <= 9) 3 else 4
  rows <- ceiling(count / columns)

  line <- line_height()
  size <- graphics::par("fin")
  note <- features_note(x)
  foot <- (if (is.null(note)) 1.6 else 2.6) * line
  width <- (size[1] - 0.1) / columns
  height <- (size[2] - top - foot) / rows
  inside <- height - 2.6 * line
  cex <- max(label_cex(inside / a$n), 0.42)

  for (k in seq_len(count)) {
    row <- (k - 1) %/% columns
    column <- (k - 1) %% columns
    d <- df[as.integer(df$component) == k, ]
    names <- shorten_to(shorten(d$feature, 24), 0.55 * width, cex)
    left <- text_width(names, cex) + 0.12
    limit <- if (nrow(d) > 0) max(d$score) else 1
    panel(
      size[2] - top - (row + 1) * height + 1.2 * line, column * width + left,
      top + row * height + 1.4 * line, size[1] - (column + 1) * width + 0.12,
      c(0, 1.04 * limit), c(a$n + 0.5, 0.5)
    )
    usr <- graphics::par("usr")
    # Over the bars; a title longer than these starts further left.
    over <- graphics::strwidth(titles[k], cex = 0.85, font = 2) - diff(usr[1:2])
    graphics::text(
      usr[1] - max(0, over), usr[4] + inch_y(0.55 * line), titles[k],
      adj = c(0, 0.5), font = 2, cex = 0.85
    )
    if (nrow(d) == 0) {
      graphics::text(0, 1, "no feature", adj = c(0, 0.5), cex = 0.8, col = "grey40")
      next
    }
    at <- pretty(c(0, limit), 2)
    at <- at[at <= 1.04 * limit]
    graphics::abline(v = at, col = "grey90", lwd = 0.8, xpd = FALSE)
    graphics::rect(0, d$rank - 0.4, d$score, d$rank + 0.4, col = bar_colour, border = NA)
    graphics::text(-inch_x(0.05), d$rank, names, adj = c(1, 0.5), cex = cex)
    small_axis(1, at = at, labels = format_ticks(at))
  }
  panel(0, 0, size[2] - foot, 0, c(0, 1), c(0, 1))
  graphics::text(0.5, 1 - inch_y(0.9 * line), score_title(a$by), cex = 0.9)
  if (!is.null(note)) {
    graphics::text(0.5, 1 - inch_y(2 * line), note, cex = 0.75, col = "grey30")
  }
}
