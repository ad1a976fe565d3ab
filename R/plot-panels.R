# Base graphics: several panels in one figure region, placed in inches, so that
# a plot also works as one cell of par(mfrow = ) or layout().

# Starts a figure; returns what to set back when done. An unknown name in
# `settings` is an error.
begin_figure <- function(settings, main) {
  unknown <- setdiff(names(settings), names(graphics::par(no.readonly = TRUE)))
  if (length(settings) > 0 && (is.null(names(settings)) || length(unknown) > 0)) {
    abort_input(c(
      "{.arg ...} takes graphical parameters of {.fn graphics::par}, by name.",
      "x" = if (length(unknown)) "There is no {.arg {unknown}}."
    ))
  }
  old <- graphics::par(c(list(mar = c(0, 0, 0, 0), xpd = NA), settings))
  graphics::plot.new()
  if (!is.null(main)) {
    graphics::plot.window(c(0, 1), c(0, 1), xaxs = "i", yaxs = "i")
    size <- graphics::par("fin")
    graphics::text(
      0.15 / size[1], 1 - 0.5 * line_height() / size[2] - 0.08 / size[2],
      main, adj = c(0, 0.5), font = 2
    )
  }
  old
}

# Height of a line of text, in inches.
line_height <- function() graphics::par("cin")[2] * graphics::par("cex")

text_width <- function(text, cex) {
  if (length(text) == 0) 0 else max(graphics::strwidth(text, "inches", cex = cex))
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

# Inches to user units, along x and y of the present panel (linear axes).
inch_x <- function(d) d * diff(graphics::par("usr")[1:2]) / graphics::par("pin")[1]
inch_y <- function(d) d * diff(graphics::par("usr")[3:4]) / graphics::par("pin")[2]

# Size of labels that are one above the other, each with `room` inches; 0 if
# they would be too small to read.
label_cex <- function(room, most = 0.8, least = 0.42) {
  cex <- min(most, room / (0.85 * line_height()))
  if (cex < least) 0 else cex
}

# Axis without a box, thin ticks and text close to them.
small_axis <- function(side, at = NULL, labels = TRUE, ...) {
  graphics::axis(
    side, at = at, labels = labels, cex.axis = 0.75, tcl = -0.25,
    mgp = c(3, if (side %in% c(1, 3)) 0.25 else 0.45, 0), las = 1, lwd = 0,
    lwd.ticks = 0.8, col.ticks = "grey40", ...
  )
}

# What is not known.
unknown_colour <- "#E9DFC9"

# A heat map in the present panel: row 1 of A on top.
draw_cells <- function(A, limits, palette) {
  step <- (A - limits[1]) / max(diff(limits), .Machine$double.xmin)
  at <- 1 + floor(pmin(pmax(step, 0), 1) * (length(palette) - 1) + 0.5)
  colours <- matrix(palette[at], nrow(A), ncol(A))
  colours[is.na(A)] <- unknown_colour
  usr <- graphics::par("usr")
  if (length(A) > 2500) {
    graphics::rasterImage(
      grDevices::as.raster(colours), usr[1], usr[3], usr[2], usr[4],
      interpolate = FALSE
    )
  } else {
    x <- seq(usr[1], usr[2], length.out = ncol(A) + 1)
    y <- seq(usr[4], usr[3], length.out = nrow(A) + 1)
    # Each reaches half a cell under the next ones, which are drawn later: where edges
    # only touch, screens let the background through as lines that look like data.
    graphics::rect(
      x[col(A)], pmax(y[row(A) + 1] + diff(y[1:2]) / 2, usr[3]),
      pmin(x[col(A) + 1] + diff(x[1:2]) / 2, usr[2]), y[row(A)],
      col = colours, border = NA
    )
  }
  graphics::rect(usr[1], usr[3], usr[2], usr[4], border = "grey40", lwd = 0.8)
}
