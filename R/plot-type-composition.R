# plot(fit, "composition"): what each observation is made of, as stacked bars.

# `share`: one row per observation in the order to draw, one column per component, of the first of `groups`
# next to each other. Within a group they go by the component that makes the largest part of them, the one
# with the largest part of the group first, then by that part.
composition_data <- function(x, a) {
  need_observations(x, "x")
  stacked_shares(contribution(x$W, x$H, "H"), a, colnames(x$H))
}

stacked_shares <- function(share, a, names) {
  n <- nrow(share)
  known <- rowSums(share) > 0
  class <- max.col(share, ties.method = "first")
  group <- if (length(a$groups)) a$groups[[1]] else factor(rep("", n))
  code <- as.integer(group)
  place <- order(code)
  if (a$sort) {
    level <- rowsum(share, code, reorder = TRUE)
    # Rank of the component in its group.
    first <- level
    for (g in seq_len(nrow(level))) first[g, ] <- rank(-level[g, ], ties.method = "first")
    own <- first[cbind(match(code, sort(unique(code))), class)]
    place <- order(code, !known, own, -share[cbind(seq_len(n), class)])
  }
  list(
    share = unname(share[place, , drop = FALSE]), groups = lapply(a$groups, `[`, place),
    components = colnames(share), names = names[place], grouped = length(a$groups) > 0,
    entries = count_of(n, "observation"), ylab = "part of the fitted sum",
    colours = if (is.null(a$palette)) component_colours(ncol(share)) else a$palette
  )
}

component_palette_argument <- function(value, arg, x) {
  count <- nrow(if (is.null(x$H)) x$documents else x$H)
  if (is.null(value)) {
    return(NULL)
  }
  if (!is.character(value) || length(value) != count || !all(are_colours(value))) {
    abort_input("{.arg {arg}} must be {count} colour{?s}, one per component, not {describe(value)}.")
  }
  unname(value)
}

# Colours of the picture, one row of pixels per step from 1 (top) to 0.
stack_colours <- function(share, colours, steps = 600) {
  n <- nrow(share)
  out <- matrix("#FFFFFF00", steps, n)
  level <- (seq_len(steps) - 0.5) / steps
  for (j in seq_len(n)) {
    k <- findInterval(level, cumsum(share[j, ])) + 1
    inside <- k <= length(colours)
    out[steps + 1 - which(inside), j] <- colours[k[inside]]
  }
  out
}

plot_composition <- function(d, a, top) {
  line <- line_height()
  size <- graphics::par("fin")
  n <- nrow(d$share)
  bars <- d$groups[-1]
  colours <- annotation_colours(d$groups)[-1]
  # Legends go from the last bar to the first.
  strip <- side_strip(
    NULL, c(bars, list(groups = factor(d$components, d$components))), c(colours, list(d$colours)), top = top
  )
  left <- y_margin(c("0", "0.5", "1"))
  runs <- if (d$grouped) group_runs(d$groups[[1]])
  width <- size[1] - left - strip$width
  # Groups are apart, by no more than a fifth of the width in all.
  gap <- if (d$grouped) min(0.06, 0.2 * width / max(1, nrow(runs) - 1)) / width * n else 0
  if (d$grouped) {
    first <- runs$first - 1 + (seq_len(nrow(runs)) - 1) * gap
    last <- first + runs$last - runs$first + 1
    text <- group_names(d$groups[[1]])[runs$group]
    names <- group_labels(text, (last - first) / max(last) * width, width, 0.35 * size[2])
  } else {
    first <- 0
    last <- n
    runs <- data.frame(first = 1, last = n)
    names <- along_labels(d$names, width, 0.3 * size[2], thin = FALSE)
  }
  above <- annotation_height(bars)
  bottom <- names$height + if (d$grouped) 0.1 else 1.4 * line
  panel(bottom, left, top + above, strip$width, c(0, max(last)), c(0, 1))
  steps <- seq_len(nrow(runs))
  # Bars that are finer than a point are mixed into pixels.
  if (n <= 60 * width) {
    for (g in steps) draw_stacks(d$share[runs$first[g]:runs$last[g], , drop = FALSE], first[g], d$colours)
  } else {
    for (g in steps) {
      part <- bin_rows(d$share[runs$first[g]:runs$last[g], , drop = FALSE], max(10, ceiling(100 * width)))
      graphics::rasterImage(
        grDevices::as.raster(stack_colours(part, d$colours)), first[g], 0, last[g], 1, interpolate = FALSE
      )
    }
  }
  graphics::rect(first, 0, last, 1, border = "grey40", lwd = 0.6)
  small_axis(2, at = c(0, 0.5, 1), labels = c("0", "0.5", "1"))
  y_title(d$ylab, c("0", "0.5", "1"))
  if (d$grouped) {
    draw_group_labels(names, (first + last) / 2)
  } else {
    draw_along(names, seq_len(n) - 0.5)
    graphics::text(n / 2, -inch_y(bottom - 0.65 * line), d$entries, cex = 0.9)
  }
  if (length(bars)) {
    for (g in steps) {
      draw_annotation_part(bars, colours, runs$first[g]:runs$last[g], first[g])
    }
  }
  draw_strip(strip)
}

draw_stacks <- function(share, from, colours) {
  s <- stack_rectangles(share)
  graphics::rect(from + s$left, s$lower, from + s$right, s$upper, col = colours[s$component], border = NA)
}

# One rectangle per observation and component, the highest first. Each reaches a little under the one below it
# and under the next observations, which are drawn later, if those are as high: where edges only touch,
# screens let lines of the background through.
stack_rectangles <- function(share) {
  n <- nrow(share)
  r <- ncol(share)
  upper <- matrix(apply(share, 1, cumsum), r, n)
  lower <- rbind(0, upper)[seq_len(r), , drop = FALSE]
  below <- rbind(0, t(share))[seq_len(r), , drop = FALSE]
  total <- upper[r, ]
  later <- function(k) c(total[-seq_len(k)], rep(Inf, k))[seq_len(n)]
  covered <- pmin(later(1), later(2), later(3)) >= total - 1e-9
  right <- pmin(seq_len(n) + ifelse(covered, 2.5, 0), n)
  data.frame(
    left = rep(seq_len(n) - 1, each = r), right = rep(right, each = r),
    lower = as.vector((lower - pmin(below / 2, 0.005))[r:1, ]), upper = as.vector(upper[r:1, ]),
    component = rep(r:1, n)
  )
}

draw_annotation_part <- function(bars, colours, which, from) {
  pitch <- bar_pitch(bars)
  for (k in seq_along(bars)) {
    low <- 1 + inch_y(0.05 + (k - 1) * pitch)
    runs <- group_runs(bars[[k]][which])
    graphics::rect(
      from + runs$first - 1, low, from + runs$last, low + inch_y(0.79 * pitch),
      col = colours[[k]][runs$group], border = NA
    )
  }
}

# Names of groups under them: flat if each fits, else upright, spread so that they do not touch.
group_labels <- function(text, own, width, most_height) {
  line <- line_height()
  wide <- graphics::strwidth(shorten(text, 30), "inches", cex = 0.8)
  if (all(wide <= own + 0.04)) {
    return(list(text = shorten(text, 30), cex = 0.8, flat = TRUE, height = 1.2 * line))
  }
  cex <- label_cex(width / length(text), least = 0.36)
  shown <- rep(TRUE, length(text))
  if (cex == 0) {
    cex <- 0.42
    shown <- seq_along(text) %in% every_few(length(text), width / (0.36 * line))
  }
  text <- shorten_to(text, most_height, cex, 30)
  list(
    text = text, cex = cex, flat = FALSE, shown = shown, height = text_width(text, cex) + 0.22,
    width = width, need = 0.85 * line * cex
  )
}

draw_group_labels <- function(names, centre) {
  if (names$flat) {
    graphics::text(centre, -inch_y(0.12), names$text, cex = names$cex)
    return(invisible())
  }
  shown <- which(names$shown)
  at <- spread(centre[shown], inch_x(names$need), graphics::par("usr")[1:2])
  graphics::segments(centre[shown], -inch_y(0.02), at, -inch_y(0.12), col = "grey60", lwd = 0.6)
  graphics::text(at, -inch_y(0.14), names$text[shown], adj = c(1, 0.5), srt = 90, cex = names$cex)
}

# Places near `at` (increasing), at least `apart` from each other and within limits: blocks of touching ones
# are moved about their mean.
spread <- function(at, apart, limits) {
  n <- length(at)
  if (n < 2 || apart * (n - 1) >= diff(limits)) {
    return(if (n < 2) at else seq(limits[1], limits[2], length.out = n))
  }
  # Isotonic regression of the places, less their steps.
  step <- (seq_len(n) - 1) * apart
  low <- stats::isoreg(at - step)$yf
  pmin(pmax(low, limits[1]), limits[2] - (n - 1) * apart) + step
}

ggplot_composition <- function(d, a) {
  share <- d$share
  n <- nrow(share)
  r <- ncol(share)
  runs <- if (d$grouped) group_runs(d$groups[[1]]) else data.frame(first = 1, last = n)
  # Groups are apart, by no more than a fifth of the width in all.
  steps <- seq_len(nrow(runs)) - 1
  gap <- min(0.008, 0.2 / max(1, nrow(runs) - 1)) * n
  left <- runs$first - 1 + steps * gap
  right <- runs$last + steps * gap
  place <- seq_len(n) - 0.5 + rep(steps * gap, runs$last - runs$first + 1)
  parts <- lapply(seq_len(nrow(runs)), function(g) {
    s <- stack_rectangles(share[runs$first[g]:runs$last[g], , drop = FALSE])
    from <- left[g]
    data.frame(
      left = from + s$left, right = pmin(from + s$right, right[g]), lower = s$lower,
      upper = s$upper,
      component = factor(s$component, levels = rev(seq_len(r)), labels = rev(d$components))
    )
  })
  df <- do.call(rbind, parts)
  bars <- d$groups[-1]
  pitch <- min(0.065, 0.4 / max(1, length(bars)))
  named <- !d$grouped && !is.null(d$names) && n <= 70
  breaks <- if (named) place else if (d$grouped) (left + right) / 2
  names <- if (named) d$names else if (d$grouped) group_names(d$groups[[1]])[runs$group]
  # Flat where each name is over its own part of about 45 letters.
  flat <- d$grouped && all(nchar(names) <= 45 * (right - left) / max(right))
  own <- if (length(names)) {
    size <- gg_text_size(length(names))
    if (flat) list(breaks = breaks, labels = names) else gg_names_at(breaks, names, size)
  }
  blank <- ggplot2::element_blank()
  p <- ggplot2::ggplot(df) +
    ggplot2::geom_rect(
      ggplot2::aes(
        xmin = .data$left, xmax = .data$right, ymin = .data$lower, ymax = .data$upper,
        fill = .data$component
      ),
      show.legend = c(colour = FALSE, fill = TRUE)
    ) +
    ggplot2::geom_rect(
      data = data.frame(left = left, right = right),
      ggplot2::aes(xmin = .data$left, xmax = .data$right, ymin = 0, ymax = 1),
      inherit.aes = FALSE, fill = NA, colour = "grey40", linewidth = 0.3
    ) +
    ggplot2::scale_fill_manual(
      values = stats::setNames(d$colours, d$components), breaks = d$components, name = NULL,
      labels = gg_legend_names(r),
      guide = gg_legend(r, per = if (length(bars)) 8 else 18)
    ) +
    ggplot2::scale_y_continuous(breaks = c(0, 0.5, 1), expand = c(0, 0),
      limits = c(0, 1.002 + length(bars) * pitch)) +
    ggplot2::scale_x_continuous(
      breaks = own$breaks, labels = own$labels, expand = c(0, 0),
      limits = c(0, max(right)),
      guide = gg_thin()
    ) +
    ggplot2::labs(x = if (!d$grouped) d$entries, y = d$ylab) +
    paper_theme() +
    ggplot2::theme(
      panel.grid = blank, axis.ticks.x = if (d$grouped &&
        !flat) ggplot2::element_line(linewidth = 0.3) else blank,
      panel.border = blank,
      axis.text.x = if (!length(names)) {
        blank
      } else if (flat) {
        ggplot2::element_text(size = 8)
      } else {
        ggplot2::element_text(angle = 90, hjust = 1, vjust = 0.5, size = gg_text_size(length(names)))
      }
    )
  if (length(bars)) p + ggplot_bars_above(bars, runs, steps * gap, pitch) else p
}

# Bars over a composition, in fixed colours, since fill is taken; points that are not seen carry their legend.
ggplot_bars_above <- function(bars, parts, shift, pitch) {
  colours <- annotation_colours(c(list(NULL), bars))[-1]
  named <- function(k) paste0(names(bars)[k], ": ", group_names(bars[[k]]))
  runs <- do.call(rbind, lapply(seq_along(bars), function(k) {
    do.call(rbind, lapply(seq_len(nrow(parts)), function(g) {
      own <- group_runs(bars[[k]][parts$first[g]:parts$last[g]])
      data.frame(
        left = own$first + parts$first[g] - 2 + shift[g], right = own$last + parts$first[g] - 1 + shift[g],
        low = 1 + (k - 1) * pitch + 0.3 * pitch, high = 1 + k * pitch, name = named(k)[own$group],
        colour = colours[[k]][own$group]
      )
    }))
  }))
  legend <- gg_bar_legend(bars, colours, named)
  shown <- legend$name[legend$shown]
  runs$name <- factor(runs$name, levels = legend$name)
  list(
    ggplot2::geom_rect(
      data = runs, ggplot2::aes(xmin = .data$left, xmax = .data$right, ymin = .data$low, ymax = .data$high),
      fill = runs$colour, inherit.aes = FALSE
    ),
    ggplot2::geom_point(
      data = runs, ggplot2::aes(x = .data$left, y = .data$low, colour = .data$name), inherit.aes = FALSE,
      shape = NA,
      na.rm = TRUE, show.legend = c(colour = TRUE, fill = FALSE)
    ),
    ggplot2::scale_colour_manual(
      values = stats::setNames(legend$colour, legend$name), name = NULL, breaks = shown,
      labels = gg_legend_names(length(shown)),
      guide = gg_legend(length(shown), per = 8, override.aes = list(shape = 15, size = 3), order = 2)
    )
  )
}

register_plot_type("nmf", "composition",
  arguments = list(
    groups = groups_argument, sort = flag_argument(TRUE), palette = component_palette_argument
  ),
  data = composition_data, base = plot_composition, gg = ggplot_composition
)
