#' Plot stability and intervals
#'
#' * `"W"`: for each component the features with the highest score, with the intervals of their weights.
#' * `"H"`: coefficients of all observations, one panel per component, with their intervals.
#' * `"stability"`: similarity of each component to its partners in the resamples.
#'
#' @param x A result of [nmf_bootstrap()].
#' @param type Type of plot.
#' @param n,by For `"W"`: number of features per component and their score, see [top_features()].
#' @param labels For `"W"`: names to print for the features, one per row of `W`. `NULL` for row names.
#' @param groups For `"H"`: known class of each observation, which orders and colours them.
#' @param main Title.
#' @param ... Graphical parameters of [graphics::par()].
#' @return `x`, invisibly.
#' @inherit nmf_bootstrap examples
#' @export
plot.nmf_bootstrap <- function(x, type = c("W", "H", "stability"), n = 10, groups = NULL,
                               by = c("weight", "specificity"), labels = NULL, main = NULL, ...) {
  type <- pick(type, c("W", "H", "stability"), "type")
  n <- check_count(n, "n")
  if (!is.null(groups) && type != "H") abort_input("{.code type = \"{type}\"} has no argument {.arg groups}.")
  extra <- c("by", "labels")[c(!missing(by), !is.null(labels))]
  if (length(extra) && type != "W") abort_input("{.code type = \"{type}\"} has no argument {.arg {extra}}.")
  by <- pick(by, c("weight", "specificity"), "by")
  features <- nrow(x$W$estimate)
  if (!is.null(labels) && length(labels) != features) {
    abort_input(
      "{.arg labels} must have one element per feature, {features}, not {length(labels)}."
    )
  }
  groups <- check_groups(groups, ncol(x$H$estimate))
  old <- begin_figure(list(...), main)
  on.exit(graphics::par(old))
  top <- if (is.null(main)) 0.1 else 1.6 * line_height() + 0.1
  switch(type,
    W = plot_intervals_W(x, n, top, by, labels),
    H = plot_intervals_H(x, groups, top),
    stability = plot_stability(x, top)
  )
  invisible(x)
}

plot_intervals_W <- function(x, n, top, by, labels) {
  W <- x$W$estimate
  if (is.null(labels)) labels <- entry_names(rownames(W), nrow(W))
  score <- if (by == "weight") W else feature_score(W, by)
  count <- min(ncol(W), most_panels)
  n <- min(n, nrow(W))
  columns <- if (count <= 3) count else if (count <= 4) 2 else if (count <= 9) 3 else 4
  rows <- ceiling(count / columns)
  size <- graphics::par("fin")
  line <- line_height()
  foot <- 1.6 * line
  width <- (size[1] - 0.1) / columns
  height <- (size[2] - top - foot) / rows
  cex <- max(label_cex((height - 2.6 * line) / n), 0.42)
  for (k in seq_len(count)) {
    i <- utils::head(order(score[, k], decreasing = TRUE, method = "radix"), n)
    names <- shorten_to(shorten(as.character(labels)[i], 40), 0.5 * width, cex)
    row <- (k - 1) %/% columns
    column <- (k - 1) %% columns
    limit <- max(x$W$upper[i, k], W[i, k], 1e-300)
    panel(
      size[2] - top - (row + 1) * height + 1.2 * line, column * width + text_width(names, cex) + 0.15,
      top + row * height + 1.4 * line, size[1] - (column + 1) * width + 0.14, c(0, 1.04 * limit), c(
        n + 0.5, 0.5
      )
    )
    at <- pretty(c(0, limit), 2)
    at <- at[at <= 1.04 * limit]
    graphics::abline(v = at, col = "grey90", lwd = 0.8, xpd = FALSE)
    y <- seq_along(i)
    graphics::segments(x$W$lower[i, k], y, x$W$upper[i, k], y, col = bar_colour, lwd = 1.6)
    graphics::points(W[i, k], y, pch = 19, cex = 0.6, col = bar_colour)
    graphics::text(-inch_x(0.05), y, names, adj = c(1, 0.5), cex = cex)
    usr <- graphics::par("usr")
    title <- sprintf("%s (stability %.2f)", colnames(W)[k], x$components$stability[k])
    over <- graphics::strwidth(title, cex = 0.85, font = 2) - diff(usr[1:2])
    graphics::text(
      usr[1] - max(0, over), usr[4] + inch_y(0.55 * line), title, adj = c(0, 0.5), font = 2, cex = 0.85
    )
    small_axis(1, at = at, labels = format_ticks(at))
  }
  panel(0, 0, size[2] - foot, 0, c(0, 1), c(0, 1))
  note <- sprintf("weight (sum of component = 1), %s%% interval", format(100 * x$settings$level))
  graphics::text(0.5, 1 - inch_y(0.9 * line), note, cex = 0.85)
}

plot_intervals_H <- function(x, groups, top) {
  H <- x$H$estimate
  count <- min(nrow(H), most_panels)
  order <- if (is.null(groups)) seq_len(ncol(H)) else order(groups)
  colours <- if (is.null(groups)) rep(bar_colour, ncol(H)) else group_colours(groups)[as.integer(groups)][order]
  size <- graphics::par("fin")
  line <- line_height()
  names <- colnames(H)
  right <- if (is.null(groups)) 0.1 else text_width(shorten(group_names(groups), 24), 0.75) + 0.5
  left <- 4.2 * line
  room <- size[1] - left - right
  cex <- if (is.null(names)) 0 else label_cex(room / length(names), most = 0.7)
  foot <- if (cex > 0) text_width(shorten(names), cex) + 0.15 else 1.5 * line
  height <- (size[2] - top - foot) / count
  for (k in seq_len(count)) {
    limit <- max(x$H$upper[k, ], H[k, ], 1e-300)
    panel(
      size[2] - top - k * height + 0.25 * line, left, top + (k - 1) * height + 0.45 * line, right,
      c(0.3, ncol(H) + 0.7), c(0, 1.05 * limit)
    )
    at <- pretty(c(0, limit), 3)
    at <- at[at <= 1.05 * limit]
    graphics::abline(h = at, col = "grey90", lwd = 0.8, xpd = FALSE)
    j <- seq_along(order)
    graphics::segments(j, x$H$lower[k, order], j, x$H$upper[k, order], col = colours, lwd = 1.4)
    graphics::points(j, H[k, order], pch = 19, cex = 0.5, col = colours)
    graphics::box(bty = "l", col = "grey40")
    small_axis(2, at = at, labels = format_ticks(at))
    graphics::text(-inch_x(left - 0.6 * line), limit / 2, rownames(H)[k], srt = 90, cex = 0.85)
    if (k == 1 && !is.null(groups)) {
      graphics::legend(
        graphics::par("usr")[2] + inch_x(0.1), graphics::par("usr")[4], shorten(group_names(groups), 24),
        pch = 19,
        col = group_colours(groups), bty = "n", cex = 0.75, x.intersp = 0.6
      )
    }
    if (k == count) {
      if (cex > 0) {
        graphics::text(j, -inch_y(0.08), shorten(names)[order], adj = c(1, 0.5), srt = 90, cex = cex)
      } else {
        graphics::text(mean(j), -inch_y(0.8 * line), count_of(ncol(H), "observation"), cex = 0.85)
      }
    }
  }
}

plot_stability <- function(x, top) {
  S <- x$similarity
  line <- line_height()
  low <- min(S, na.rm = TRUE)
  ylim <- c(min(0.95, low - 0.03), 1.005)
  panel(3 * line, 3.4 * line, top + 0.1, 0.1, c(0.4, ncol(S) + 0.6), ylim)
  at <- pretty(ylim, 5)
  at <- at[at >= ylim[1] & at <= 1]
  graphics::abline(h = at, col = "grey90", lwd = 0.8, xpd = FALSE)
  graphics::boxplot(
    S, add = TRUE, axes = FALSE, boxwex = 0.5, col = "#C9DDEA", border = bar_colour, outcex = 0.5,
    outpch = 19,
    outcol = bar_colour, medlwd = 2, whisklty = 1
  )
  graphics::box(bty = "l", col = "grey40")
  small_axis(1, at = seq_len(ncol(S)), labels = colnames(S))
  small_axis(2, at = at, labels = format(at))
  graphics::title(ylab = "cosine with the partner", line = 2.2, cex.lab = 0.9)
}
