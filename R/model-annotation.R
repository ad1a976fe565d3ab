# Bars of colours above a heat map that tell what is known of each observation.

# `groups`: NULL, a factor or vector, or a data frame of these; to a named list of factors, one
# element per
# observation each.
check_annotation <- function(groups, n) {
  if (is.null(groups)) {
    return(list())
  }
  if (!is.data.frame(groups)) {
    return(list(groups = check_groups(groups, n)))
  }
  if (nrow(groups) != n || ncol(groups) == 0) {
    abort_input(c(
      "A data frame given as {.arg groups} must have one row per observation, {n} in all, and columns.",
      "x" = "It is {nrow(groups)} x {ncol(groups)}."
    ))
  }
  lapply(groups, check_groups, n = n)
}

# Colours of the levels of the k-th bar: each bar has its own family.
annotation_colours <- function(groups, k) {
  if (k == 1) {
    return(group_colours(groups))
  }
  names <- levels(groups)
  known <- sum(!is.na(names))
  family <- c("Set 2", "Dark 3", "Pastel 1", "Harmonic")[(k - 2) %% 4 + 1]
  c(grDevices::hcl.colors(max(known, 1), family)[seq_len(known)], rep("grey75", sum(is.na(names))))
}

# Height of a bar and the space above it, in inches.
bar_height <- 0.15
bar_space <- 0.04

# Bars over the present panel, the first one lowest; names at their left end.
draw_annotation <- function(bars, colours, labelled = TRUE) {
  low <- 1 + inch_y(0.05)
  for (k in seq_along(bars)) {
    runs <- group_runs(bars[[k]])
    n <- length(bars[[k]])
    graphics::rect(
      (runs$first - 1) / n, low, runs$last / n, low + inch_y(bar_height),
      col = colours[[k]][runs$group], border = NA
    )
    if (labelled) {
      graphics::text(
        -inch_x(0.06), low + inch_y(bar_height / 2), shorten(names(bars)[k], 16),
        adj = c(1, 0.5), cex = 0.75
      )
    }
    low <- low + inch_y(bar_height + bar_space)
  }
}

annotation_height <- function(bars) length(bars) * (bar_height + bar_space) + 0.05

# Names of levels with their colours, one block under the other, from `y` inches above the bottom of
# the panel down to that of the figure. Where there is no room for all names, the last line tells how many more.
# Returns where they end.
draw_legends <- function(bars, colours, y, x0 = 1 + inch_x(0.2)) {
  if (!length(bars)) {
    return(y)
  }
  line <- line_height() * 0.75
  low <- 0.05 - graphics::par("plt")[3] * graphics::par("fin")[2]
  most <- legend_entries(vapply(bars, function(b) length(group_names(b)), 0L), (y - low) / line)
  for (k in rev(seq_along(bars))) {
    names <- shorten(group_names(bars[[k]]), 24)
    graphics::text(
      x0, inch_y(y - 0.5 * line), shorten(names(bars)[k], 24), adj = c(0, 0.5), cex = 0.75, font = 2
    )
    y <- y - 1.25 * line
    all <- length(names) <= most
    shown <- if (all) seq_along(names) else seq_len(most - 1)
    at <- inch_y(y - (shown - 0.5) * 1.2 * line)
    if (length(shown)) {
      graphics::rect(
        x0, at - inch_y(0.06), x0 + inch_x(0.16), at + inch_y(0.06), col = colours[[k]][shown], border = NA
      )
      graphics::text(x0 + inch_x(0.24), at, names[shown], adj = c(0, 0.5), cex = 0.75)
    }
    if (!all) {
      more <- sprintf(if (length(shown)) "... and %d more" else "%d groups", length(names) - length(shown))
      graphics::text(x0, inch_y(y - (most - 0.5) * 1.2 * line), more, adj = c(0, 0.5), cex = 0.75, col = "grey30")
    }
    y <- y - (if (all) length(names) else most) * 1.2 * line - 0.6 * line
  }
  y
}

# How many lines each legend can have, in `room` lines for all, of `counts` names.
legend_entries <- function(counts, room) {
  most <- max(counts, 1)
  while (most > 1 && sum(1.85 + 1.2 * pmin(counts, most)) > room + 0.6) most <- most - 1
  most
}

legend_width <- function(bars) {
  if (!length(bars)) {
    return(0)
  }
  max(
    vapply(bars, function(b) text_width(shorten(group_names(b), 24), 0.75), 0) + 0.3,
    if (any(vapply(bars, nlevels, 0L) > 6)) text_width("... and 10 more", 0.75),
    text_width(shorten(names(bars), 24), 0.85)
  )
}
