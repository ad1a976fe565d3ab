# The pictures of make demo, in base graphics.

ink <- "#1f2933"
faint <- "#8a94a0"
# One colour per class and the component that matches it.
palette_of <- function(names) {
  colours <- c("#2b6cb0", "#dd8a1d", "#2f8f6b", "#8e5ea2", "#c0504d", "#6b7b8c")
  stats::setNames(colours[seq_along(names)], names)
}

# Writes what `code` draws as a PNG of width x height inches, sharp on any screen.
draw <- function(file, width, height, code) {
  if (!capabilities("png")) fail("this R cannot write PNG files: capabilities(\"png\") is FALSE")
  type <- if (capabilities("cairo")) "cairo" else getOption("bitmapType")
  grDevices::png(file, width, height, units = "in", res = 192, type = type, bg = "white")
  on.exit(grDevices::dev.off())
  graphics::par(
    family = "sans", col.axis = ink, col.lab = ink, fg = faint, las = 1, cex = 0.85,
    mgp = c(2.4, 0.6, 0), tcl = -0.25
  )
  force(code)
}

# The part that each component makes of each fitted column.
parts_of_columns <- function(fit) {
  parts <- coef(fit) * colSums(basis(fit))
  sweep(parts, 2, colSums(parts), "/")
}

# Samples sorted by class, and within a class by the part of its component.
order_samples <- function(fit, class, matched) {
  parts <- parts_of_columns(fit)
  own <- parts[cbind(matched[as.integer(class)], names(class))]
  order(class, -own)
}

class_legend <- function(colours, x, y, ...) {
  graphics::legend(x, y,
    legend = names(colours), fill = colours, border = NA, bty = "n", horiz = TRUE, xpd = NA,
    text.col = ink, ...
  )
}

# A strip in the colours of the classes, with their names below.
class_strip <- function(class, left, right, bottom, top, colours) {
  graphics::rect(left, bottom, right, top,
    col = colours[as.character(class)], border = "white", lwd = 0.6, xpd = NA
  )
  for (level in levels(class)) {
    at <- which(class == level)
    graphics::text((left[at[1]] + right[at[length(at)]]) / 2, bottom - (top - bottom) * 0.9,
      sprintf("%s (%d)", level, length(at)),
      col = ink, xpd = NA, font = 2
    )
  }
}

# One stacked bar per sample. matched: the component of each class, in the order
# of the levels.
draw_samples <- function(fit, class, matched) {
  order <- order_samples(fit, class, matched)
  parts <- 100 * parts_of_columns(fit)[matched, order]
  class <- class[order]
  colours <- palette_of(levels(class))
  graphics::par(mar = c(3, 4, 2.4, 0.5))
  # A gap between classes.
  space <- c(0, ifelse(diff(as.integer(class)) > 0, 0.9, 0.12))
  mid <- graphics::barplot(parts,
    col = colours, border = NA, space = space, axisnames = FALSE, ylab = "part of the sample (%)",
    xaxs = "i", yaxs = "i", ylim = c(0, 100), axes = FALSE
  )
  graphics::axis(2, at = seq(0, 100, 25), lwd = 0, lwd.ticks = 1)
  class_strip(class, mid - 0.5, mid + 0.5, -9, -4, colours)
  names(colours) <- paste0(matched, ", matched with ", levels(class))
  class_legend(colours,
    graphics::grconvertX(-0.01, "npc"), graphics::grconvertY(1.13, "npc"),
    x.intersp = 0.6
  )
}

# The genes that are most specific to each component, in all samples.
draw_genes <- function(fit, x, data, matched, n = 12) {
  top <- nonneg::top_features(fit, n, by = "specificity")
  top <- top[order(match(top$component, matched), top$rank), ]
  order <- order_samples(fit, data$class, matched)
  class <- data$class[order]
  colours <- palette_of(levels(class))

  level <- x[top$feature, order]
  level <- (level - apply(level, 1, min)) / apply(level, 1, function(v) max(1e-9, diff(range(v))))
  m <- nrow(level)
  p <- ncol(level)
  description <- data$genes$description[match(top$feature, data$genes$probe)]
  label <- ifelse(nchar(description) > 44, paste0(substr(description, 1, 42), "\u2026"), description)

  graphics::par(mar = c(3, 19, 0.5, 0.5))
  ramp <- grDevices::colorRampPalette(c("#f7f9fb", "#cfe0ef", "#7fb0d6", "#2b6cb0", "#153a66"))(64)
  graphics::image(seq_len(p), seq_len(m), t(level[m:1, ]),
    col = ramp, axes = FALSE, xlab = "", ylab = "", zlim = c(0, 1)
  )
  graphics::mtext(rev(label), 2, line = 0.9, at = seq_len(m), cex = 0.66, col = ink)
  graphics::rect(-0.1, m:1 - 0.5, 0.25, m:1 + 0.5,
    col = colours[match(top$component, matched)], border = NA, xpd = NA
  )
  # White lines between components and between classes.
  rows <- cumsum(table(factor(top$component, matched)))
  columns <- cumsum(table(class))
  graphics::abline(
    h = m - rows[-length(rows)] + 0.5, v = columns[-length(columns)] + 0.5, col = "white", lwd = 3
  )
  unit <- diff(graphics::par("usr")[3:4]) / 60
  class_strip(class, seq_len(p) - 0.5, seq_len(p) + 0.5, 0.5 - 1.9 * unit, 0.5 - 0.5 * unit, colours)
}

# How fast the objective falls, and how near the factors are to optimal.
draw_convergence <- function(fit) {
  history <- fit$history
  graphics::par(mfrow = c(1, 2), mar = c(3.6, 4, 2.2, 1), cex = 0.85)
  panel <- function(y, title, col) {
    keep <- is.finite(y) & y > 0
    graphics::plot(history$iteration[keep], y[keep],
      log = "y", type = "n", xlab = "iteration", ylab = "", bty = "n", yaxt = "n",
      xlim = range(history$iteration)
    )
    decades <- 10^seq(floor(log10(min(y[keep]))), ceiling(log10(max(y[keep]))))
    graphics::abline(h = decades, col = "#e4e8ec")
    graphics::axis(2,
      at = decades, lwd = 0,
      labels = parse(text = sprintf("10^%d", as.integer(round(log10(decades)))))
    )
    graphics::lines(history$iteration[keep], y[keep], col = col, lwd = 2.2)
    if (sum(keep) < 40) graphics::points(history$iteration[keep], y[keep], pch = 16, cex = 0.7, col = col)
    graphics::mtext(title, 3, line = 0.6, adj = 0, col = ink, font = 2, cex = 0.85)
  }
  best <- min(history$objective)
  panel((history$objective - best) / best, "objective above the best (relative)", "#2b6cb0")
  panel(history$kkt, "KKT residual", "#dd8a1d")
  graphics::abline(h = fit$settings$tol, lty = 2, col = ink)
  graphics::text(0, fit$settings$tol, "tol", pos = 3, offset = 0.25, col = ink, cex = 0.85)
}
