# Maps of a consensus: plot(consensus, "map"), and plot(survey, "consensus") for one rank or for all.

# What the colours of a map are, and what its rows are, of maps that say so.
map_title <- function(d) if (is.null(d$title)) "consensus" else d$title
map_entry <- function(d) if (is.null(d$what)) "observation" else d$what

# One map, in the order of its tree.
consensus_map <- function(C, groups) {
  order <- consensus_order(C)
  bars <- lapply(consensus_bars(C, groups), `[`, order)
  list(
    cells = unname(C$matrix[order, order, drop = FALSE]), names = rownames(C$matrix)[order], tree = C$tree,
    bars = bars, colours = bar_colours(bars, C$rank), rank = C$rank
  )
}

plot_consensus_map <- function(d, a, top) {
  size <- graphics::par("fin")
  line <- line_height()
  n <- nrow(d$cells)
  above <- annotation_height(d$bars)
  tree <- if (is.null(d$tree)) 0 else min(0.9, 0.16 * size[2])
  strip <- side_strip(
    list(title = map_title(d), limits = c(0, 1), palette = a$palette), d$bars, d$colours, top
  )
  left <- max(0.15, annotation_width(d$bars))
  room <- size[1] - left - strip$width
  names <- along_labels(d$names, room, 0.25 * size[2], thin = FALSE)
  bottom <- if (is.null(names$names)) 1.4 * line else names$height
  high <- size[2] - top - above - tree - bottom
  # Fills its room unless that is very wide.
  wide <- min(room, max(1.6 * high, 0.3))
  left <- left + (room - wide) / 2
  right <- size[1] - left - wide
  names <- along_labels(d$names, wide, bottom, thin = FALSE)
  panel(bottom, left, top + above + tree, right, c(0, 1), c(0, 1))
  draw_cells(d$cells, c(0, 1), a$palette)
  if (is.null(names$names)) {
    graphics::text(0.5, -inch_y(0.7 * line), count_of(n, map_entry(d)), cex = 0.85)
  } else {
    draw_along(names)
  }
  draw_annotation(d$bars, d$colours)
  if (tree > 0) {
    panel(size[2] - top - tree + 0.03, left, top, right, c(0, n), c(0, max(d$tree$height, 1e-8)))
    s <- tree_segments(d$tree)
    graphics::segments(s$x0, s$y0, s$x1, s$y1, col = "grey30", lwd = 0.8)
  }
  draw_strip(strip)
}

# Leaves at 0.5, 1.5, ..., each merge a bracket at its height: three segments.
tree_segments <- function(tree) {
  n <- length(tree$order)
  place <- match(seq_len(n), tree$order) - 0.5
  merges <- nrow(tree$merge)
  at <- height <- numeric(merges)
  out <- matrix(0, 3 * merges, 4, dimnames = list(NULL, c("x0", "y0", "x1", "y1")))
  of <- function(k) if (k < 0) c(place[-k], 0) else c(at[k], height[k])
  for (m in seq_len(merges)) {
    a <- of(tree$merge[m, 1])
    b <- of(tree$merge[m, 2])
    h <- tree$height[m]
    out[3 * m - 2:0, ] <- rbind(c(a, a[1], h), c(a[1], h, b[1], h), c(b[1], h, b))
    at[m] <- (a[1] + b[1]) / 2
    height[m] <- h
  }
  as.data.frame(out)
}

# Neighbours in rows and columns as means.
bin_square <- function(A, most = 300) t(bin_rows(t(bin_rows(A, most)), most))

ggplot_consensus_map <- function(d, a) {
  n <- nrow(d$cells)
  cells <- bin_square(d$cells)
  m <- nrow(cells)
  width <- n / m
  at <- (seq_len(m) - 0.5) * width + 0.5
  df <- data.frame(x = rep(at, each = m), y = rep(at, times = m), value = as.vector(cells))
  named <- !is.null(d$names) && n <= 70
  own <- if (named) gg_names_at(seq_len(n), d$names, gg_text_size(n), part = 0.55)
  p <- ggplot2::ggplot(df, ggplot2::aes(.data$x, .data$y)) +
    ggplot2::geom_raster(ggplot2::aes(fill = .data$value)) +
    ggplot2::scale_fill_gradientn(
      colours = a$palette, limits = c(0, 1), na.value = unknown_colour, name = map_title(d),
      guide = gg_key(d$bars)
    ) +
    ggplot2::scale_x_continuous(
      breaks = own$breaks, labels = own$labels, expand = c(0, 0), guide = gg_thin()
    ) +
    ggplot2::scale_y_reverse(breaks = NULL, expand = c(0, 0)) +
    ggplot2::labs(x = if (named) NULL else count_of(n, map_entry(d)), y = NULL) +
    paper_theme() +
    ggplot2::theme(panel.grid = ggplot2::element_blank(), axis.ticks = ggplot2::element_blank()) +
    ggplot_group_bars(d$bars, n, 0.5, d$colours)
  if (named) {
    p <- p + ggplot2::theme(
      axis.text.x = ggplot2::element_text(angle = 90, hjust = 1, vjust = 0.5, size = gg_text_size(n))
    )
  }
  if (!is.null(d$tree)) {
    s <- tree_segments(d$tree)
    base <- 0.5 - min(0.065 * length(d$bars), 0.4) * n - 0.03 * n
    scale <- 0.2 * n / max(d$tree$height, 1e-8)
    s[c("x0", "x1")] <- s[c("x0", "x1")] + 0.5
    s[c("y0", "y1")] <- base - s[c("y0", "y1")] * scale
    p <- p + ggplot2::geom_segment(
      data = s, ggplot2::aes(x = .data$x0, y = .data$y0, xend = .data$x1, yend = .data$y1), colour = "grey30",
      linewidth = 0.3, inherit.aes = FALSE
    )
  }
  p
}

register_plot_type("nmf_consensus", "map",
  arguments = list(groups = consensus_groups, palette = palette_argument),
  data = function(x, a) consensus_map(x, a$groups), base = plot_consensus_map, gg = ggplot_consensus_map
)

# Of a survey --------------------------------------------------------------

survey_rank_argument <- function(value, arg, x) if (!is.null(value)) x$ranks[survey_rank(x, value, arg)]

from_argument <- function(value, arg, x) {
  if (!is.null(value)) check_choice(value, unique(x$stability$from), arg)
}

survey_groups_argument <- function(value, arg, x) {
  check_annotation(value, x$data$ncol, rownames(x$members[[1]][[1]]), x$data$annotation)
}

survey_consensus_data <- function(x, a) {
  if (is.null(a$rank) && length(x$ranks) == 1) a$rank <- x$ranks
  of <- function(rank) consensus(x, rank, from = a$from, max_n = x$settings$max_n)
  bars_of <- function(C) lapply(a$groups, function(g) as_groups(g[C$observations]))
  if (!is.null(a$rank)) {
    C <- of(a$rank)
    return(consensus_map(C, bars_of(C)))
  }
  wanted <- if (is.null(a$from)) unique(x$stability$from) else a$from
  maps <- lapply(seq_along(x$ranks), function(k) {
    if (!any(lengths(x$members[[k]][wanted]) > 0)) {
      return(NULL)
    }
    C <- of(x$ranks[k])
    order <- consensus_order(C)
    list(
      cells = bin_square(unname(C$matrix[order, order, drop = FALSE]), 500),
      bars = lapply(a$groups, function(g) g[C$observations][order])
    )
  })
  list(ranks = x$ranks, maps = maps, groups = a$groups, colours = annotation_colours(a$groups))
}

plot_consensus_maps <- function(d, a, top) {
  if (!is.null(d$cells)) {
    return(plot_consensus_map(d, a, top))
  }
  size <- graphics::par("fin")
  line <- line_height()
  count <- length(d$ranks)
  strip <- side_strip(
    list(title = "consensus", limits = c(0, 1), palette = a$palette), d$groups, d$colours, top
  )
  above <- 1.2 * line + if (length(d$groups)) annotation_height(d$groups) else 0.03
  cells <- grid_cells(count, top, 0.05, left = 0.08, right = strip$width, shape = 0.9)
  if (cells$height[1] - above < 0.25 || cells$width[1] < 0.3) {
    abort_input("There is no room for {count} maps: use a larger device, or {.arg rank} for one of them.")
  }
  for (k in seq_len(count)) {
    high <- cells$height[k] - above - 0.08
    wide <- min(cells$width[k] - 0.1, max(1.6 * high, 0.2))
    panel(
      cells$bottom[k] + 0.08, cells$left[k], cells$top[k] + above, size[1] - cells$left[k] - wide, c(0, 1),
      c(0, 1)
    )
    map <- d$maps[[k]]
    if (is.null(map)) {
      graphics::text(0.5, 0.5, "no fit", col = "grey40", cex = 0.85)
    } else {
      draw_cells(map$cells, c(0, 1), a$palette)
      draw_annotation(map$bars, d$colours, labelled = FALSE)
    }
    graphics::text(
      0, 1 + inch_y(above - 0.6 * line), paste("rank", d$ranks[k]), adj = c(0, 0.5), cex = 0.85, font = 2
    )
  }
  draw_strip(strip)
}

ggplot_consensus_maps <- function(d, a) {
  if (!is.null(d$cells)) {
    return(ggplot_consensus_map(d, a))
  }
  panels <- factor(paste("rank", d$ranks), paste("rank", d$ranks))
  parts <- lapply(seq_along(d$ranks), function(k) {
    cells <- d$maps[[k]]$cells
    if (is.null(cells)) {
      return(NULL)
    }
    cells <- bin_square(cells, 150)
    m <- nrow(cells)
    at <- (seq_len(m) - 0.5) / m
    data.frame(x = rep(at, each = m), y = rep(at, times = m), value = as.vector(cells), rank = panels[k])
  })
  df <- do.call(rbind, parts)
  p <- ggplot2::ggplot(df, ggplot2::aes(.data$x, .data$y)) +
    ggplot2::geom_raster(ggplot2::aes(fill = .data$value)) +
    ggplot2::facet_wrap("rank", drop = FALSE, ncol = ceiling(sqrt(length(panels)))) +
    ggplot2::scale_fill_gradientn(
      colours = a$palette, limits = c(0, 1), na.value = unknown_colour, name = "consensus",
      guide = gg_key(d$groups)
    ) +
    ggplot2::scale_x_continuous(breaks = NULL, expand = c(0, 0)) +
    ggplot2::scale_y_reverse(breaks = NULL, expand = c(0, 0)) +
    ggplot2::labs(x = NULL, y = NULL) +
    paper_theme()
  if (!length(d$groups)) {
    return(p)
  }
  # Bars of each panel in its own order; colours are fixed, since fill is taken.
  several <- length(d$groups) > 1
  pitch <- min(0.09, 0.4 / length(d$groups))
  named <- function(k) {
    names <- group_names(d$groups[[k]])
    if (several) paste0(names(d$groups)[k], ": ", names) else names
  }
  runs <- do.call(rbind, lapply(seq_along(d$maps), function(m) {
    do.call(rbind, lapply(seq_along(d$maps[[m]]$bars), function(k) {
      bar <- d$maps[[m]]$bars[[k]]
      runs <- group_runs(bar)
      low <- -0.02 - (k - 1) * pitch
      data.frame(
        first = (runs$first - 1) / length(bar), last = runs$last / length(bar), low = low,
        high = low - 0.8 * pitch,
        colour = d$colours[[k]][runs$group], name = named(k)[runs$group], rank = panels[m]
      )
    }))
  }))
  legend <- gg_bar_legend(d$groups, d$colours, named)
  shown <- legend$name[legend$shown]
  runs$name <- factor(runs$name, legend$name)
  p +
    ggplot2::geom_rect(
      data = runs, ggplot2::aes(xmin = .data$first, xmax = .data$last, ymin = .data$low, ymax = .data$high),
      fill = runs$colour, inherit.aes = FALSE
    ) +
    ggplot2::geom_point(
      data = runs, ggplot2::aes(.data$first, .data$low, colour = .data$name), inherit.aes = FALSE, shape = NA,
      na.rm = TRUE
    ) +
    ggplot2::scale_colour_manual(
      values = stats::setNames(legend$colour, legend$name), name = NULL, breaks = shown,
      labels = gg_legend_names(length(shown)),
      guide = gg_legend(length(shown), per = 8, override.aes = list(shape = 15, size = 3), order = 2)
    ) +
    gg_near(d$groups)
}

register_plot_type("nmf_survey", "consensus",
  arguments = list(
    rank = survey_rank_argument, from = from_argument, groups = survey_groups_argument,
    palette = palette_argument
  ),
  data = survey_consensus_data, base = plot_consensus_maps, gg = ggplot_consensus_maps
)
