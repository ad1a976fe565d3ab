# plot(fit, "W") and plot(fit, "H"): heat maps of the factors.

# A heat map: values, one row per feature or observation in the order to draw and one column per
# component; their names; groups, from check_annotation(), in the same order. The first of these orders
# the map. `kept`: which features or observations.
map_data <- function(x, type, scale = "share", sort = TRUE, groups = list(), components = seq_len(ncol(x$W)),
                     kept = NULL, labels = NULL, at = NULL, title = NULL) {
  share <- contribution(x$W, x$H, type)
  class <- match(as.integer(component_class(x$W, x$H, type)), components)
  A <- if (type == "W") x$W else t(x$H)
  top <- apply(A, 2, max)
  values <- switch(scale,
    share = share,
    max = sweep(A, 2, ifelse(top > 0, top, 1), "/"),
    none = A
  )[, components, drop = FALSE]
  share <- share[, components, drop = FALSE]
  place <- if (is.null(at)) order_by_class(class, share, groups, sort) else seq_along(class)
  if (!is.null(kept)) place <- if (sort) place[place %in% kept] else kept
  names <- labels
  if (is.null(names)) {
    names <- if (type == "W") rownames(x$W) else colnames(x$H)
    if (!is.null(names)) names <- entry_names(names, length(class))
  }
  if (is.null(title)) title <- count_of(length(place), if (type == "W") "feature" else "observation")
  list(
    type = type,
    values = unname(values[place, , drop = FALSE]),
    names = if (is.null(at)) names[place],
    components = colnames(x$W)[components],
    groups = lapply(groups, `[`, place),
    at = at,
    entries = title,
    key = switch(scale,
      share = paste0(
        "part of the\n", if (type == "W") "feature's" else "observation's",
        if (has_observations(x)) "\nfitted sum" else "\nweights"
      ),
      max = "weight,\nlargest of\ncomponent = 1",
      none = "weight"
    )
  )
}

map_data_W <- function(x, a) {
  l <- nrow(x$W)
  chosen <- map_features(x, a)
  shown <- count_of(if (is.null(chosen)) l else length(chosen), "feature")
  if (!is.null(chosen) && length(chosen) < l) shown <- paste0(shown, " of ", format(l, big.mark = big_mark()))
  map_data(
    x, "W", a$scale, a$sort && is.null(a$features), list(), a$components, chosen, a$labels, title = shown
  )
}

# The features to draw: those that were named, else the top ones, else (NULL) all.
map_features <- function(x, a) {
  l <- nrow(x$W)
  if (!is.null(a$features)) {
    return(a$features)
  }
  n <- a$n
  if (is.null(n)) n <- if (l <= 100) Inf else max(2, floor(60 / length(a$components)))
  if (n >= l) {
    return(NULL)
  }
  score <- feature_score(x$W, a$by, component_share(x$W, x$H))[, a$components, drop = FALSE]
  best <- lapply(seq_len(ncol(score)), function(k) {
    i <- order(score[, k], decreasing = TRUE, method = "radix")
    utils::head(i[score[i, k] > 0], n)
  })
  chosen <- sort(unique(unlist(best)))
  if (length(chosen)) chosen
}

map_data_H <- function(x, a) {
  need_observations(x, "x")
  map_data(x, "H", a$scale, a$sort, a$groups, a$components, at = a$at)
}

plot_map <- function(m, a, top) {
  line <- line_height()
  size <- graphics::par("fin")
  type <- m$type
  cells <- bin_rows(m$values)
  if (type == "H") cells <- t(cells)
  limits <- map_limits(m)
  strip <- side_strip(list(title = m$key, limits = limits, palette = a$palette), m$groups, top = top)
  if (length(m$groups)) top <- top + annotation_height(m$groups)
  right <- strip$width

  # Components may be thinned, others are named all or not at all.
  down <- if (type == "W") m$names else m$components
  along <- if (type == "W") m$components else m$names
  bottom <- 2.6 * line
  down_cex <- 0
  at_down <- seq_along(down)
  if (length(down)) {
    room <- (size[2] - top - bottom) / length(down)
    down_cex <- label_cex(room)
    if (down_cex == 0 && type == "H") {
      at_down <- every_few(length(down), (size[2] - top - bottom) / (0.5 * line))
      down_cex <- 0.5
    }
    if (down_cex > 0) down <- shorten_to(down, 0.33 * size[1], down_cex, 28)
  }
  left <- (
    if (down_cex > 0) text_width(down, down_cex) + 0.06 else 0
  ) + (if (type == "W") 1.3 else 0.3) * line
  # Several bars have names.
  if (length(m$groups) > 1) left <- max(left, annotation_width(m$groups))
  x <- along_labels(along, size[1] - left - right, 0.3 * size[2], thin = type == "W")
  bottom <- x$height + (if (type == "H") 1.5 else 0.3) * line + if (!is.null(m$at)) 1.1 * line else 0

  panel(bottom, left, top, right, c(0, 1), c(0, 1))
  draw_cells(cells, limits, a$palette)
  if (down_cex > 0) {
    graphics::text(
      -inch_x(0.06), 1 - (at_down - 0.5) / length(down), down[at_down], adj = c(1, 0.5), cex = down_cex
    )
  }
  draw_along(x)
  if (!is.null(m$at)) {
    values <- ticks(range(m$at), floor(graphics::par("pin")[1] / 0.7))
    place <- stats::approx(m$at, (seq_along(m$at) - 0.5) / length(m$at), values)$y
    small_axis(1, at = place, labels = format_ticks(values))
  }
  title <- if (type == "W") c(-inch_x(left - 0.6 * line), 0.5) else c(0.5, -inch_y(bottom - 0.7 * line))
  graphics::text(title[1], title[2], m$entries, srt = if (type == "W") 90 else 0, cex = 0.9)
  draw_annotation(m$groups, annotation_colours(m$groups), labelled = length(m$groups) > 1)
  draw_strip(strip)
}

map_limits <- function(m) if (is.null(m$limits)) range(0, m$values, finite = TRUE) else m$limits

# Names under the columns of a map that is `width` inches wide: flat if they fit, else upright; thinned if
# they may be, else none where they cannot be read.
along_labels <- function(names, width, most_height, thin) {
  n <- length(names)
  line <- line_height()
  if (!n) {
    return(list(height = 0.05))
  }
  room <- width / n
  flat <- shorten(names)
  if (text_width(flat, 0.8) < 0.92 * room) {
    return(list(names = flat, at = seq_len(n), n = n, cex = 0.8, flat = TRUE, height = 1.2 * line))
  }
  cex <- label_cex(room)
  at <- seq_len(n)
  if (cex == 0) {
    if (!thin) {
      return(list(height = 0.05))
    }
    cex <- 0.6
    at <- every_few(n, width / (0.6 * line))
  }
  names <- shorten_to(names, most_height, cex, 28)
  list(names = names, at = at, n = n, cex = cex, flat = FALSE, height = text_width(names, cex) + 0.12)
}

draw_along <- function(x, centres = (seq_len(x$n) - 0.5) / x$n) {
  if (is.null(x$names)) {
    return(invisible())
  }
  low <- graphics::par("usr")[3]
  graphics::text(
    centres[x$at], low - inch_y(if (x$flat) 0.12 else 0.06), x$names[x$at],
    adj = if (x$flat) c(0.5, 0.5) else c(1, 0.5), srt = if (x$flat) 0 else 90, cex = x$cex
  )
}

ggplot_map <- function(m, a) {
  type <- m$type
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
  breaks <- if (named) seq_len(n)
  labels <- NULL
  size <- gg_text_size(n)
  component_size <- gg_text_size(r)
  if (named) {
    own <- gg_names_at(seq_len(n), m$names, size, if (type == "W") "left" else "bottom", 0.7)
    breaks <- own$breaks
    labels <- own$labels
  }
  if (!is.null(m$at)) {
    labels <- ticks(range(m$at), 6)
    breaks <- stats::approx(m$at, seq_len(n), labels)$y
    # Times that are not evenly spaced may be close to each other here.
    kept <- apart(breaks, 0.14 * n)
    breaks <- breaks[kept]
    labels <- format_ticks(labels)[kept]
  }
  blank <- ggplot2::element_blank()
  upright <- function(size) ggplot2::element_text(angle = 90, hjust = 1, vjust = 0.5, size = size)
  entries <- list(breaks = breaks, labels = labels, expand = c(0, 0), guide = gg_thin())
  components <- c(
    gg_names_at(seq_len(r), m$components, component_size, if (type == "W") "bottom" else "left", 0.7),
    list(expand = c(0, 0), guide = gg_thin())
  )
  # Tiles would let the background through between them.
  cells <- ggplot2::geom_raster(ggplot2::aes(fill = .data$value))
  # Beside each other where they are short; long names of features leave little room for the map.
  wide <- sum(nchar(m$components) + 1)
  components_flat <- wide <= if (named && max(nchar(m$names)) > 12) 20 else 44
  if (type == "W") {
    p <- ggplot2::ggplot(df, ggplot2::aes(.data$component, .data$entry)) +
      cells +
      do.call(ggplot2::scale_x_continuous, components) +
      do.call(ggplot2::scale_y_reverse, entries) +
      ggplot2::labs(x = NULL, y = m$entries)
    text <- ggplot2::theme(
      axis.text.y = if (named) ggplot2::element_text(size = size) else blank,
      axis.text.x = if (components_flat) ggplot2::element_text(size = 9) else upright(component_size)
    )
  } else {
    p <- ggplot2::ggplot(df, ggplot2::aes(.data$entry, .data$component)) +
      cells +
      do.call(ggplot2::scale_x_continuous, entries) +
      do.call(ggplot2::scale_y_reverse, components) +
      ggplot2::labs(x = m$entries, y = NULL)
    flat <- !is.null(m$at) || named && n * max(nchar(m$names)) <= 40
    text <- ggplot2::theme(
      axis.text.y = ggplot2::element_text(size = component_size),
      axis.text.x = if (flat) ggplot2::element_text(size = 9) else if (named) upright(size) else blank
    )
  }
  p <- p +
    ggplot2::scale_fill_gradientn(
      colours = a$palette, limits = map_limits(m),
      name = paste0(m$key, "\n"), guide = gg_key(m$groups)
    ) +
    paper_theme() +
    ggplot2::theme(
      panel.grid = blank,
      axis.ticks = if (is.null(m$at)) blank else ggplot2::element_line(),
      legend.justification = "top",
      legend.margin = ggplot2::margin(0, 0, 8, 0)
    ) +
    text
  if (length(m$groups)) p + ggplot_group_bars(m$groups, r, 0.5) else p
}

# Bars above a map whose y axis is reversed, in fixed colours, since fill is taken by the map; points
# that are not seen carry their legend, with the name of the bar where there are several. The frame of the
# panel would go round the bars as well, so the map gets its own. `height`: of the map, which begins at
# `edge`.
ggplot_group_bars <- function(bars, height, edge, colours = annotation_colours(bars)) {
  several <- length(bars) > 1
  pitch <- min(0.065, 0.4 / length(bars)) * height
  named <- function(k) {
    names <- group_names(bars[[k]])
    if (several) paste0(names(bars)[k], ": ", names) else names
  }
  runs <- do.call(rbind, lapply(seq_along(bars), function(k) {
    runs <- group_runs(bars[[k]])
    runs$name <- named(k)[runs$group]
    runs$colour <- colours[[k]][runs$group]
    runs$low <- edge - 0.3 * pitch - (k - 1) * pitch
    runs$high <- runs$low - 0.77 * pitch
    runs
  }))
  legend <- gg_bar_legend(bars, colours, named)
  shown <- legend$name[legend$shown]
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
      data = data.frame(right = length(bars[[1]]) + 0.5, bottom = edge + height),
      ggplot2::aes(xmin = 0.5, xmax = .data$right, ymin = edge, ymax = .data$bottom),
      fill = NA, colour = "grey40", linewidth = 0.3, inherit.aes = FALSE
    ),
    ggplot2::geom_point(
      data = runs,
      ggplot2::aes(x = .data$first, y = .data$low, colour = .data$name),
      inherit.aes = FALSE, shape = NA, na.rm = TRUE
    ),
    ggplot2::scale_colour_manual(
      values = stats::setNames(legend$colour, legend$name), name = NULL, breaks = shown,
      labels = gg_legend_names(length(shown)),
      guide = gg_legend(length(shown), per = 8, override.aes = list(shape = 15, size = 3), order = 2)
    ),
    ggplot2::theme(panel.border = ggplot2::element_blank()),
    gg_near(bars)
  )
}

# All shares of a single component are 1.
map_scale <- function(value, arg, x) {
  if (is.null(value)) {
    return(if (ncol(x$W) == 1) "max" else "share")
  }
  check_choice(value, c("share", "max", "none"), arg)
}

register_plot_type("nmf", "W",
  arguments = list(
    components = components_argument, features = features_argument, n = top_argument(NULL),
    by = choice_argument(feature_rules), labels = own_labels_argument,
    scale = map_scale, sort = flag_argument(TRUE), palette = palette_argument
  ),
  data = map_data_W, base = plot_map, gg = ggplot_map
)

register_plot_type("nmf", "H",
  arguments = list(
    components = components_argument, groups = groups_argument, at = at_argument("H"),
    scale = map_scale, sort = flag_argument(TRUE), palette = palette_argument
  ),
  data = map_data_H, base = plot_map, gg = ggplot_map
)
