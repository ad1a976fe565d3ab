# Base graphics: several panels in one figure region, placed in inches, so that
# a plot also works as one cell of par(mfrow = ) or layout().

# One figure: `draw(top)` draws its panels, `top` inches below the upper edge. Settings of par() hold for it
# alone.
figure <- function(settings, main, draw) {
  if (!is.null(main)) check_title(main)
  old <- graphics::par(c(list(mar = c(0, 0, 0, 0), xpd = NA), settings))
  on.exit(graphics::par(old))
  graphics::plot.new()
  top <- 0.12
  if (!is.null(main)) {
    graphics::plot.window(c(0, 1), c(0, 1), xaxs = "i", yaxs = "i")
    size <- graphics::par("fin")
    cex <- min(1, (size[1] - 0.2) / graphics::strwidth(main, "inches", font = 2))
    graphics::text(
      0.12 / size[1], 1 - 0.5 * line_height() / size[2] - 0.08 / size[2],
      main, adj = c(0, 0.5), font = 2, cex = cex
    )
    top <- 1.6 * line_height() + 0.1
  }
  draw(top)
}

# Height of a line of text, in inches.
line_height <- function() graphics::par("cin")[2] * graphics::par("cex")

text_width <- function(text, cex, font = 1) {
  if (length(text) == 0) 0 else max(graphics::strwidth(text, "inches", cex = cex, font = font))
}

# A plot region inside the figure, by its margins in inches.
panel <- function(bottom, left, top, right, xlim, ylim, log = "") {
  size <- graphics::par("fin")
  if (left + right > size[1] - 0.1 || bottom + top > size[2] - 0.1) {
    abort_input(c(
      "There is no room for this plot.",
      "x" = "The device, or its part, is {round(size[1], 1)} x {round(size[2], 1)} inches."
    ))
  }
  graphics::par(
    plt = c(left / size[1], 1 - right / size[1], bottom / size[2], 1 - top / size[2]),
    new = TRUE
  )
  graphics::plot.new()
  graphics::plot.window(xlim, ylim, log = log, xaxs = "i", yaxs = "i")
}

# A panel whose units are inches, for text: `bottom` etc. as above.
inch_panel <- function(bottom, left, top, right) {
  size <- graphics::par("fin")
  panel(bottom, left, top, right, c(0, size[1] - left - right), c(0, size[2] - bottom - top))
}

# Cells of a grid for `count` panels between the margins (inches), as wide as `shape` times their height if
# they can: a data frame with margins of each cell, row by row.
grid_cells <- function(count, top, bottom, left = 0, right = 0.05, columns = NULL, shape = 1.3) {
  size <- graphics::par("fin")
  width <- size[1] - left - right
  height <- size[2] - top - bottom
  if (is.null(columns)) {
    # The largest panels of that shape.
    tried <- seq_len(count)
    side <- pmin(width / tried / shape, height / ceiling(count / tried))
    columns <- tried[which.max(round(side, 6))]
  }
  rows <- ceiling(count / columns)
  k <- seq_len(count) - 1
  row <- k %/% columns
  column <- k %% columns
  w <- width / columns
  h <- height / rows
  data.frame(
    bottom = size[2] - top - (row + 1) * h, left = left + column * w, top = top + row * h,
    right = size[1] - left - (column + 1) * w, row = row, column = column, width = w, height = h,
    lowest = k + columns >= count
  )
}

# Inches to user units, along x and y of the present panel (linear axes).
inch_x <- function(d) d * diff(graphics::par("usr")[1:2]) / graphics::par("pin")[1]
inch_y <- function(d) d * diff(graphics::par("usr")[3:4]) / graphics::par("pin")[2]

# Size of labels that are one above the other, each with `room` inches; 0 if
# they would be too small to read.
label_cex <- function(room, most = 0.8, least = 0.42) {
  cex <- min(most, room / (0.85 * line_height()))
  if (cex < least) 0 else cex
}

# Axis without a box, thin ticks and text close to them. Labels that would touch are left out by R along the
# axis; across it they are thinned here.
small_axis <- function(side, at = NULL, labels = TRUE, cex = 0.75, ...) {
  graphics::axis(
    side, at = at, labels = labels, cex.axis = cex, tcl = -0.25,
    mgp = c(3, if (side %in% c(1, 3)) 0.25 else 0.45, 0), las = 1, lwd = 0,
    lwd.ticks = 0.8, col.ticks = "grey40", ...
  )
}

# Round numbers inside the limits, about `count`.
ticks <- function(limits, count = 5) {
  at <- pretty(limits, max(1, count))
  at[at >= limits[1] - 1e-9 * diff(limits) & at <= limits[2] + 1e-9 * diff(limits)]
}

grid_lines <- function(h = NULL, v = NULL) {
  graphics::abline(h = h, v = v, col = "grey90", lwd = 0.8, xpd = FALSE)
}

# Title of the y axis, left of its labels. `margin`: what y_margin() has left for both.
y_margin <- function(labels, title = TRUE) {
  0.75 * line_height() * 0.75 + text_width(labels, 0.75) + (if (title) 1.35 else 0.3) * line_height()
}

y_title <- function(text, labels, cex = 0.9) {
  pin <- graphics::par("pin")
  usr <- graphics::par("usr")
  x <- usr[1] - inch_x(y_margin(labels) - 0.6 * line_height())
  y <- mean(usr[3:4])
  if (graphics::par("ylog")) y <- 10^y
  wide <- graphics::strwidth(text, "inches", cex = cex)
  graphics::text(x, y, text, srt = 90, cex = min(cex, max(0.4, cex * (pin[2] + 0.05) / wide)))
}

# Title under the x axis and its labels, inside the figure where it is wider than the panel.
x_title <- function(text) {
  plt <- graphics::par("plt")
  size <- graphics::par("fin")
  usr <- graphics::par("usr")
  wide <- graphics::strwidth(text, "inches", cex = 0.9)
  middle <- sum(plt[1:2]) / 2 * size[1]
  middle <- max(min(middle, size[1] - wide / 2 - 0.05), wide / 2 + 0.05)
  x <- usr[1] + inch_x(middle - plt[1] * size[1])
  y <- usr[3] - inch_y(1.9 * line_height())
  if (graphics::par("ylog")) y <- 10^y
  graphics::text(x, y, text, cex = 0.9)
}

# Title of a panel, at its left end. One that is longer starts further left, down to `left` inches, and is
# then made smaller.
panel_title <- function(text, left = 0, cex = 0.85) {
  usr <- graphics::par("usr")
  pin <- graphics::par("pin")
  wide <- graphics::strwidth(text, "inches", cex = cex, font = 2)
  if (wide > pin[1] + left) {
    cex <- max(0.42, cex * (pin[1] + left) / wide)
    wide <- graphics::strwidth(text, "inches", cex = cex, font = 2)
    if (wide > pin[1] + left) text <- shorten_to(text, pin[1] + left, cex * 1.08)
    wide <- graphics::strwidth(text, "inches", cex = cex, font = 2)
  }
  top <- usr[4]
  x <- usr[1] - inch_x(min(left, max(0, wide - pin[1])))
  y <- top + inch_y(0.55 * line_height())
  if (graphics::par("ylog")) y <- 10^y
  graphics::text(x, y, text, adj = c(0, 0.5), font = 2, cex = cex)
}

# A heat map in the present panel: row 1 of A on top.
draw_cells <- function(A, limits, palette) draw_colours(colours_of(A, limits, palette))

draw_colours <- function(colours, frame = TRUE) {
  usr <- graphics::par("usr")
  if (length(colours) > 2500) {
    graphics::rasterImage(
      grDevices::as.raster(colours), usr[1], usr[3], usr[2], usr[4],
      interpolate = FALSE
    )
  } else {
    x <- seq(usr[1], usr[2], length.out = ncol(colours) + 1)
    y <- seq(usr[4], usr[3], length.out = nrow(colours) + 1)
    # Each reaches a little under the next ones, which are drawn later: where edges only touch, screens
    # let the background through as lines that look like data.
    under_x <- min(diff(x[1:2]) / 2, inch_x(0.015))
    under_y <- max(diff(y[1:2]) / 2, -inch_y(0.015))
    graphics::rect(
      x[col(colours)], pmax(y[row(colours) + 1] + under_y, usr[3]),
      pmin(x[col(colours) + 1] + under_x, usr[2]), y[row(colours)], col = colours, border = NA
    )
  }
  if (frame) graphics::rect(usr[1], usr[3], usr[2], usr[4], border = "grey40", lwd = 0.8)
}

# Right of a figure: colour key and legends -----------------------------------

# What a strip at the right holds, and how wide it is: a key of colours for numbers, list(title, limits,
# palette), or NULL, and legends for bars, a named list of factors, with their colours. All names are there:
# in several columns, smaller or shortened where they would not fit otherwise.
side_strip <- function(key = NULL, bars = list(), colours = annotation_colours(bars), top = 0.12) {
  if (is.null(key) && !length(bars)) {
    return(list(width = 0.08))
  }
  size <- graphics::par("fin")
  height <- size[2] - top - 0.08
  strip <- list(key = key, top = top, width = 0)
  used <- 0
  if (!is.null(key)) {
    line <- line_height() * 0.75
    strip$lines <- strsplit(key$title, "\n", fixed = TRUE)[[1]]
    strip$key_height <- min(1.5, (if (length(bars)) 0.25 else 0.5) * height)
    strip$at <- ticks(key$limits, floor(strip$key_height / 0.3))
    strip$key_labels <- if (is.null(key$labels)) format_ticks(strip$at) else key$labels(strip$at)
    used <- (length(strip$lines) + 1.7) * line + strip$key_height
    strip$width <- max(text_width(strip$lines, 0.75), text_width(strip$key_labels, 0.75) + 0.24)
  }
  if (length(bars)) {
    strip$legend <- legend_layout(bars, colours, height - used - 0.1, max(0.42 * size[1], 0.9))
    strip$width <- max(strip$width, strip$legend$width)
  }
  strip$width <- strip$width + 0.3
  strip
}

draw_strip <- function(strip) {
  if (is.null(strip$key) && is.null(strip$legend)) {
    return(invisible())
  }
  size <- graphics::par("fin")
  inch_panel(0.03, size[1] - strip$width, strip$top, 0)
  y <- graphics::par("usr")[4]
  x0 <- 0.2
  if (!is.null(strip$key)) {
    line <- line_height() * 0.75
    graphics::text(x0, y - (seq_along(strip$lines) - 0.5) * line, strip$lines, adj = c(0, 0.5), cex = 0.75)
    y <- y - (length(strip$lines) + 0.7) * line
    low <- y - strip$key_height
    draw_key(x0, low, y, strip$key, strip$at, strip$key_labels)
    y <- low - line
  }
  if (!is.null(strip$legend)) draw_legend(strip$legend, x0, y)
}

# The one colour key: a column of colours from `low` to `high`, inches in the present panel.
draw_key <- function(x0, low, high, key, at, labels) {
  k <- length(key$palette)
  edge <- low + (0:k) / k * (high - low)
  graphics::rect(
    x0, edge[-(k + 1)], x0 + 0.16, edge[-1], col = key$palette, border = key$palette, lwd = 0.3
  )
  graphics::rect(x0, low, x0 + 0.16, high, border = "grey40", lwd = 0.8)
  at_y <- low + (at - key$limits[1]) / max(diff(key$limits), .Machine$double.xmin) * (high - low)
  graphics::segments(x0 + 0.16, at_y, x0 + 0.2, at_y, col = "grey40", lwd = 0.8)
  graphics::text(x0 + 0.24, at_y, labels, adj = c(0, 0.5), cex = 0.75)
}

# Lines of all legends, one under the other, in as many columns as they need: the largest text that fits into
# `height` x `most` inches. Only where nothing fits does the last line tell how many more there are.
legend_layout <- function(bars, colours, height, most) {
  lines <- legend_lines(bars, colours)
  unit <- line_height() * 1.2
  for (try in list(c(0.75, 24), c(0.65, 24), c(0.65, 16), c(0.55, 16), c(0.45, 14), c(0.4, 10))) {
    cex <- try[1]
    text <- lines$text
    named <- lines$text != ""
    text[named] <- shorten(text[named], try[2])
    rows <- floor(height / (unit * cex))
    if (rows < 1) next
    columns <- ceiling(nrow(lines) / rows)
    place <- legend_columns(lines, rows)
    columns <- max(place$column)
    width <- vapply(seq_len(columns), function(c) {
      here <- place$column == c & named
      if (!any(here)) 0 else max(graphics::strwidth(text[here], "inches", cex, font = 2)) + 0.3
    }, 0)
    layout <- list(
      text = text, colour = lines$colour, title = lines$title, cex = cex, unit = unit * cex,
      column = place$column, row = place$row, left = c(0, cumsum(width))[seq_len(columns)], width = sum(width)
    )
    if (sum(width) <= most) {
      return(layout)
    }
  }
  if (rows < 1) {
    return(list(text = character(), width = 0, cex = cex, unit = unit * cex))
  }
  # As many columns as fit.
  fits <- max(1, sum(cumsum(width) <= most))
  shown <- place$column <= fits
  last <- max(which(shown))
  rest <- sum(!lines$title[seq_along(text) >= last] & named[seq_along(text) >= last])
  text[last] <- sprintf("... %d more", rest)
  layout$text <- text
  layout$colour[last] <- NA
  for (part in c("text", "colour", "title", "column", "row")) layout[[part]] <- layout[[part]][shown]
  layout$left <- layout$left[seq_len(fits)]
  layout$width <- max(sum(width[seq_len(fits)]), text_width(text[last], cex))
  layout
}

# One row per line: a title, names with their colours, an empty line between legends.
legend_lines <- function(bars, colours) {
  # The bars are one over the other, the first one lowest.
  parts <- lapply(rev(seq_along(bars)), function(k) {
    shown <- legend_levels(bars[[k]])
    names <- group_names(bars[[k]])[shown]
    title <- names(bars)[k]
    if (is.null(title) || title == "groups") title <- NULL
    data.frame(
      text = c(title, names, ""), colour = c(if (!is.null(title)) NA, colours[[k]][shown], NA),
      title = c(if (!is.null(title)) TRUE, rep(FALSE, length(names) + 1))
    )
  })
  lines <- do.call(rbind, parts)
  lines[-nrow(lines), ]
}

# Column and row of each line. No title is the last of a column, no empty line the first.
legend_columns <- function(lines, rows) {
  column <- row <- integer(nrow(lines))
  c <- 1
  r <- 0
  for (i in seq_len(nrow(lines))) {
    empty <- lines$text[i] == "" && is.na(lines$colour[i])
    if (r >= rows || (r == rows - 1 && rows > 1 && lines$title[i])) {
      c <- c + 1
      r <- 0
    }
    if (!(empty && r == 0)) r <- r + 1
    column[i] <- c
    row[i] <- r
  }
  list(column = column, row = row)
}

draw_legend <- function(layout, x0, y) {
  if (!length(layout$text)) {
    return(invisible())
  }
  x <- x0 + layout$left[layout$column]
  y <- y - (layout$row - 0.5) * layout$unit
  box <- which(!is.na(layout$colour))
  half <- 0.35 * layout$unit
  side <- min(0.16, 2 * half)
  graphics::rect(x[box], y[box] - half, x[box] + side, y[box] + half, col = layout$colour[box], border = NA)
  graphics::text(
    x + ifelse(is.na(layout$colour), 0, side + 0.07), y, layout$text, adj = c(0, 0.5),
    cex = layout$cex, font = ifelse(layout$title, 2, 1)
  )
}
