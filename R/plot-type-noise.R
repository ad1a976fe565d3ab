# plot() of choose_loss(): for each loss that was tried the squared error of hidden entries against their
# fitted mean, and what the loss believes.

noise_data <- function(x, a) {
  table <- x$table
  points <- x$groups
  # The negative binomial is held against what Kullback-Leibler leaves.
  if ("negative-binomial" %in% table$loss) {
    of_kl <- points[points$loss == "kullback-leibler", ]
    points <- rbind(points, transform(of_kl, loss = "negative-binomial"))
  }
  losses <- table$loss
  lines <- lapply(seq_along(losses), function(k) {
    p <- points[points$loss == losses[k], ]
    if (!nrow(p)) {
      return(NULL)
    }
    m <- exp(seq(log(min(p$mean)), log(max(p$mean)), length.out = 50))
    # Through the middle of the points.
    v <- if (is.na(table$believed[k])) {
      m + x$dispersion * m^2
    } else {
      exp(mean(log(p$variance)) + table$believed[k] * (log(m) - mean(log(p$mean))))
    }
    data.frame(loss = losses[k], mean = m, variance = v)
  })
  title <- sub("beta-divergence", "beta", losses, fixed = TRUE)
  power <- sprintf(": %.2f, believes %s", table$measured, as.character(table$believed))
  power[is.na(table$measured)] <- ""
  list(
    points = points, lines = do.call(rbind, lines), losses = losses, titles = paste0(title, power),
    chosen = table$chosen
  )
}

noise_colour <- function(chosen) ifelse(chosen, second_colour, "grey45")

plot_noise <- function(d, a, top) {
  count <- length(d$losses)
  line <- line_height()
  size <- graphics::par("fin")
  cells <- grid_cells(count, top, 1.3 * line, left = 1.2 * line, shape = 1.1)
  widest <- max(graphics::strwidth(d$titles, "inches", cex = 0.8, font = 2))
  cex <- max(0.4, min(0.8, 0.8 * (cells$width[1] - 0.15) / widest))
  for (k in seq_len(count)) {
    p <- d$points[d$points$loss == d$losses[k], ]
    l <- d$lines[d$lines$loss == d$losses[k], ]
    xlim <- range(p$mean) * c(0.8, 1.25)
    ylim <- range(p$variance, l$variance) * c(0.7, 1.4)
    at <- log_ticks(ylim)
    labels <- log_labels(at)
    left <- y_margin(labels, title = FALSE)
    panel(
      cells$bottom[k] + 1.5 * line, cells$left[k] + left, cells$top[k] + 1.3 * line, cells$right[k] + 0.12,
      xlim, ylim,
      log = "xy"
    )
    log_title(d$titles[k], left, d$chosen[k], cex)
    graphics::abline(h = at, col = "grey90", lwd = 0.8, xpd = FALSE)
    graphics::lines(l$mean, l$variance, col = noise_colour(d$chosen[k]), lwd = 2)
    graphics::points(p$mean, p$variance, pch = 19, cex = 0.7, col = bar_colour)
    graphics::box(bty = "l", col = "grey40")
    across <- log_ticks(xlim)
    small_axis(1, at = across, labels = log_labels(across))
    small_axis(2, at = at, labels = labels)
  }
  inch_panel(0, 0, 0, 0)
  graphics::text(size[1] / 2, 0.65 * line, "fitted mean of hidden entries", cex = 0.9)
  graphics::text(0.6 * line, (size[2] - top + 1.3 * line) / 2, "their mean squared error", srt = 90,
    cex = 0.9)
}

# Title over a panel with logarithmic axes, in the colour of the line where the loss is chosen.
log_title <- function(text, left, chosen, cex) {
  usr <- graphics::par("usr")
  pin <- graphics::par("pin")
  x <- 10^(usr[1] - left * diff(usr[1:2]) / pin[1])
  y <- 10^(usr[4] + 0.6 * line_height() * diff(usr[3:4]) / pin[2])
  graphics::text(x, y, text, adj = c(0, 0.5), font = 2, cex = cex,
    col = if (chosen) second_colour else "black")
}

ggplot_noise <- function(d, a) {
  named <- function(df) {
    df$panel <- factor(match(df$loss, d$losses), seq_along(d$losses), d$titles)
    df
  }
  points <- named(d$points)
  lines <- named(d$lines)
  lines$chosen <- d$chosen[match(lines$loss, d$losses)]
  ggplot2::ggplot(points, ggplot2::aes(.data$mean, .data$variance)) +
    ggplot2::geom_line(data = lines, colour = noise_colour(lines$chosen), linewidth = 0.8) +
    ggplot2::geom_point(colour = bar_colour, size = 1.2) +
    ggplot2::facet_wrap("panel", scales = "free", ncol = gg_columns(d$titles, length(d$titles))) +
    ggplot2::scale_x_log10(breaks = log_ticks, labels = log_labels, guide = gg_thin()) +
    ggplot2::scale_y_log10(breaks = log_ticks, labels = log_labels, guide = gg_thin()) +
    ggplot2::labs(x = "fitted mean of hidden entries", y = "their mean squared error") +
    paper_theme() +
    gg_panel_titles(length(d$titles) + if (max(nchar(d$titles)) > 24) 4 else 0)
}

register_plot_type("nmf_loss_choice", "noise", data = noise_data, base = plot_noise, gg = ggplot_noise)
