# One picture of the results, drawn from the CSV files; a panel whose file is
# missing is left out.

ink <- c(nonneg = "#0072B2", sklearn = "#D55E00", rcppml = "#009E73", nmf = "#7F7F7F")
shown_names <- c(nonneg = "nonneg", sklearn = "scikit-learn", rcppml = "RcppML")
pale <- "grey92"
guide <- "grey55"

draw_picture <- function(results) {
  read <- function(name) {
    file <- file.path(results, paste0(name, ".csv"))
    if (file.exists(file)) utils::read.csv(file)
  }
  growth <- read("growth")
  reached <- read("restarts_reached")
  panels <- list(
    with_data(panel_limits, read("dense")),
    with_data(panel_error, read("sparse_error"), read("sparse_goal")),
    with_data(panel_restarts, read("restarts"), reached),
    with_data(panel_growth, growth, "columns"),
    with_data(panel_growth, growth, "nonzeros"),
    with_data(panel_growth, growth, "rank")
  )
  panels <- Filter(Negate(is.null), panels)
  if (!length(panels)) {
    return(invisible())
  }
  across <- min(3, length(panels))
  down <- ceiling(length(panels) / across)
  grDevices::png(
    file.path(results, "benchmark.png"),
    width = 3.5 * across, height = 3.2 * down, units = "in", res = 200,
    type = if (capabilities("cairo")) "cairo" else getOption("bitmapType")
  )
  on.exit(grDevices::dev.off())
  graphics::par(
    mfrow = c(down, across), mgp = c(2.1, 0.5, 0), tcl = -0.25, las = 1,
    cex = 0.72, cex.main = 1.05, font.main = 1, lwd = 1.2, bty = "l"
  )
  for (k in seq_along(panels)) {
    graphics::par(mar = c(3.3, 3.9, 2.2, 0.9))
    panels[[k]]()
    corner <- graphics::grconvertX(0.02, "nfc", "user")
    graphics::mtext(letters[k], side = 3, line = 0.7, at = corner, adj = 0, font = 2, cex = 0.85)
  }
}

with_data <- function(panel, data, ...) {
  force(data)
  if (!is.null(data)) function() panel(data, ...)
}

# Medians, lowest and highest of `value` for every `by`, sorted.
spread_by <- function(value, by) {
  parts <- split(value, by)
  data.frame(
    by = as.numeric(names(parts)), middle = vapply(parts, stats::median, 0),
    low = vapply(parts, min, 0), high = vapply(parts, max, 0)
  )
}

# An empty plot, `log` as in plot(), labels of the axes like 10, 100, 1,000.
frame_plot <- function(xlim, ylim, xlab, ylab, main, log = "xy", xat = NULL, yat = NULL) {
  graphics::plot(
    NA,
    xlim = xlim, ylim = ylim, log = log, xlab = xlab, ylab = "", main = main, axes = FALSE
  )
  title_at <- if (grepl("y", log)) 2.9 else 3.1
  graphics::mtext(ylab, side = 2, line = title_at, las = 0, cex = 0.72)
  number <- function(at) format_number(at, 6)
  for (side in 1:2) {
    wanted <- list(xat, yat)[[side]]
    at <- if (is.null(wanted)) graphics::axTicks(side) else wanted
    graphics::axis(side, at, number(at), lwd = 0, lwd.ticks = 0.8)
  }
  graphics::box(lwd = 0.8)
}

add_spread <- function(s, colour, pch = 16, line = TRUE) {
  if (line) graphics::lines(s$by, s$middle, col = colour)
  wide <- s$high > 1.01 * s$low
  graphics::segments(s$by[wide], s$low[wide], s$by[wide], s$high[wide], col = colour)
  graphics::points(s$by, s$middle, col = colour, bg = "white", pch = pch)
}

panel_limits <- function(dense) {
  s <- spread_by(1e3 * dense$seconds, dense$rank)
  ratio <- spread_by(dense$ratio, dense$rank)$middle
  read <- 1e3 * stats::median(dense$read_seconds)
  flop <- 1e3 * stats::median(dense$flop_seconds / dense$rank)
  xlim <- range(s$by) * c(0.72, 1.5)
  r <- exp(seq(log(xlim[1]), log(xlim[2]), length.out = 200))
  limit <- pmax(read, flop * r)
  frame_plot(
    xlim, range(limit, s$high, 1.5 * limit, flop * xlim[1]) * c(0.95, 3), "rank r", "ms per iteration",
    "dense: limits of the machine",
    xat = s$by
  )
  graphics::polygon(c(r, rev(r)), c(limit, rev(1.5 * limit)), col = pale, border = NA)
  graphics::abline(h = read, col = guide, lty = 2)
  graphics::lines(r, flop * r, col = guide, lty = 3)
  add_spread(s, ink[["nonneg"]])
  own <- ink[["nonneg"]]
  graphics::text(s$by, s$middle, sprintf("%.2f", ratio), adj = c(-0.35, 1.1), col = own, cex = 0.9)
  graphics::legend(
    "topleft",
    c(
      "nonneg, and its ratio to the limit", "one read of X", "4lnr operations at dgemm peak",
      "up to 1.5 times the limit"
    ),
    col = c(own, guide, guide, pale), lty = c(1, 2, 3, NA), pch = c(16, NA, NA, 15), pt.cex = c(1, 1, 1, 2),
    bty = "n", cex = 0.85, inset = c(0.02, 0)
  )
}

panel_error <- function(curve, goal) {
  target <- if (is.null(goal)) NA else goal$target[1]
  who <- intersect(names(shown_names), curve$who)
  lines <- lapply(who, function(w) {
    part <- curve[curve$who == w, ]
    k <- sort(unique(part$iterations))
    middle <- function(v) vapply(k, function(i) stats::median(v[part$iterations == i]), 0)
    data.frame(seconds = middle(part$seconds), error = middle(part$error))
  })
  low <- min(curve$error)
  level <- if (is.na(target)) low else target
  ylim <- c(low, level + 12 * max(level - low, 0.001 * low))
  seconds <- unlist(lapply(lines, function(l) l$seconds[l$error <= ylim[2]]))
  frame_plot(
    range(seconds) * c(0.8, 1.25), ylim, "seconds", "relative error", "sparse: error against time",
    log = "x"
  )
  if (!is.na(target)) {
    graphics::abline(h = target, col = guide, lty = 2)
    graphics::mtext(
      format(target, digits = 4),
      side = 4, at = target, cex = 0.6, line = -1.6, padj = -0.7, col = guide
    )
  }
  for (k in seq_along(who)) {
    graphics::lines(lines[[k]]$seconds, lines[[k]]$error, col = ink[[who[k]]])
    graphics::points(lines[[k]]$seconds, lines[[k]]$error, col = ink[[who[k]]], pch = 16, cex = 0.7)
  }
  graphics::legend(
    "topright", shown_names[who],
    col = ink[who], lty = 1, pch = 16, bg = "white", box.col = NA, cex = 0.85
  )
}

panel_restarts <- function(restarts, reached) {
  values <- list(restarts$seconds[restarts$who == "nonneg"])
  label <- "nonneg: certified stop"
  colour <- ink[["nonneg"]]
  for (who in setdiff(unique(restarts$who), "nonneg")) {
    method <- sub("NMF ", "", who)
    values <- c(values, list(restarts$seconds[restarts$who == who], reached$seconds[reached$rival == who]))
    label <- c(label, paste0("NMF, ", method, ": its stop"), paste0("nonneg: to best of ", method))
    colour <- c(colour, ink[["nmf"]], ink[["nonneg"]])
  }
  at <- rev(seq_along(values))
  middle <- vapply(values, stats::median, 0, na.rm = TRUE)
  all <- range(unlist(values), na.rm = TRUE)
  low <- 10^floor(log10(all[1]))
  graphics::par(mar = c(3.3, 10.5, 2.2, 0.9))
  graphics::plot(
    NA,
    xlim = c(low, 6 * all[2]), ylim = c(0.5, length(values) + 0.5), log = "x",
    xlab = "seconds", ylab = "", main = "leukemia: random starts", axes = FALSE
  )
  graphics::abline(h = at, col = pale)
  ticks <- graphics::axTicks(1, nintLog = 4)
  graphics::axis(1, ticks, format_number(ticks, 6), lwd = 0, lwd.ticks = 0.8)
  graphics::box(lwd = 0.8)
  graphics::mtext(label, side = 2, at = at, las = 1, line = 0.5, cex = 0.66)
  graphics::segments(
    vapply(values, min, 0, na.rm = TRUE), at, vapply(values, max, 0, na.rm = TRUE), at,
    col = colour
  )
  graphics::points(middle, at, col = colour, pch = 16, cex = 1.2)
  graphics::text(middle, at, format_number(middle, 2), pos = 4, offset = 0.7, cex = 0.9, col = colour)
}

panel_growth <- function(growth, against) {
  part <- growth[growth$against == against, ]
  s <- spread_by(1e3 * part$seconds, part$size)
  if (against == "nonzeros") s$by <- s$by / 1e6
  rows <- format_number(part$rows[1], 6)
  columns <- format_number(part$columns[1], 6)
  rank <- part$rank[1]
  words <- switch(against,
    columns = list(x = "columns n", name = "columns", title = sprintf("dense, %s rows, r = %d", rows, rank)),
    nonzeros = list(
      x = "nonzeros (millions)", name = "nonzeros",
      title = sprintf("sparse %s x %s, r = %d", rows, columns, rank)
    ),
    rank = list(x = "rank r", name = "rank", title = sprintf("dense %s x %s", rows, columns))
  )
  # Time in proportion to what is on the axis, through the last point.
  last <- nrow(s)
  reference <- s$middle[last] / s$by[last] * s$by
  shown <- if (against == "rank") s$middle else reference
  ylim <- range(s$low, s$high, shown) * c(1, 1.8)
  xat <- if (against == "rank") intersect(c(2, 5, 10, 20, 40, 80), round(s$by)) else s$by
  frame_plot(range(s$by), ylim, words$x, "ms per iteration", words$title, xat = xat)
  graphics::lines(s$by, reference, col = guide, lty = 2)

  own <- ink[["nonneg"]]
  exact <- against == "rank" & part$solver[match(s$by, part$size)] %in% "bpp"
  add_spread(s, own, ifelse(exact, 21, 16))
  legend <- data.frame(
    text = c("nonneg", "nonneg, solver bpp", paste("in proportion to the", words$name)),
    colour = c(own, own, guide), lty = c(1, 1, 2), pch = c(16, 21, NA)
  )
  if (any(exact)) legend$text[1] <- "nonneg, solver cd" else legend <- legend[-2, ]
  graphics::legend(
    "topleft", legend$text,
    col = legend$colour, lty = legend$lty, pch = legend$pch, pt.bg = "white",
    bty = "n", cex = 0.85, inset = c(0.02, 0)
  )
}
