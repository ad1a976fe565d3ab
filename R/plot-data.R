# What several types of plot share: titles of components, scores, binning, what a name or number selects.

# At most `most` rows, each the mean of neighbours: finer than any screen.
bin_rows <- function(A, most = 2000) {
  m <- nrow(A)
  if (m <= most) {
    return(A)
  }
  bin <- ceiling(seq_len(m) / m * most)
  unname(rowsum(A, bin) / tabulate(bin, most))
}

# Panels with names or axes of their own on one page.
most_panels <- 12

# The first of the components, and a note where these are not all.
first_panels <- function(components, most = most_panels) {
  list(
    shown = utils::head(components, most),
    note = if (length(components) > most) {
      sprintf("%d of %d components; choose others by components =", most, length(components))
    }
  )
}

component_titles <- function(x) {
  if (!has_observations(x)) {
    return(colnames(x$W))
  }
  share <- component_share(x$W, x$H)
  sprintf("%s (%.1f%%)", colnames(x$W), 100 * share)
}

score_title <- function(by) {
  switch(by,
    weight = "weight (sum of component = 1)",
    specificity = "specificity score",
    lift = "lift: weight over share in the whole fit",
    frex = "FREX: frequent and exclusive",
    "kim-park" = "Kim-Park score"
  )
}

# A note in grey at the foot of a figure, and the room that it takes.
foot_height <- function(note) if (is.null(note)) 0 else 1.1 * line_height()

draw_foot <- function(note) {
  if (!is.null(note)) {
    size <- graphics::par("fin")
    inch_panel(0, 0, size[2] - 1.1 * line_height(), 0)
    cex <- min(0.75, (size[1] - 0.1) / graphics::strwidth(note, "inches"))
    graphics::text(size[1] / 2, 0.6 * line_height(), note, cex = cex, col = "grey30")
  }
}

# ggplots -----------------------------------------------------------------

# Column names inside aes() are looked up in the data by ggplot2's pronoun.
utils::globalVariables(c(".data", "fill"))

paper_theme <- function() {
  ggplot2::theme_bw(base_size = 10) +
    ggplot2::theme(
      panel.grid.minor = ggplot2::element_blank(),
      strip.background = ggplot2::element_blank(),
      strip.text = ggplot2::element_text(face = "bold", hjust = 0, size = 8),
      strip.clip = "off",
      panel.border = ggplot2::element_rect(colour = "grey40", fill = NA),
      plot.title = ggplot2::element_text(face = "bold", size = 11),
      plot.title.position = "plot",
      plot.caption = ggplot2::element_text(size = 7),
      plot.caption.position = "plot",
      plot.margin = ggplot2::margin(6, 10, 6, 6)
    )
}

# Legends with many names in smaller text, then in several columns.
gg_legend <- function(count, ..., per = 18) {
  size <- if (count <= per) 1 else if (count <= 2 * per) 2 else 3
  columns <- ceiling(count / c(per, 12, 15)[size])
  key <- ggplot2::unit(c(0.75, 0.55, 0.38)[size], "lines")
  ggplot2::guide_legend(
    ncol = columns, keywidth = key, keyheight = key,
    label.theme = ggplot2::element_text(size = c(8, 6.5, 4.5)[size]), ...
  )
}

# The legend of bars of groups: names, colours, and which of them are printed.
gg_bar_legend <- function(bars, colours, named) {
  do.call(rbind, lapply(seq_along(bars), function(k) {
    shown <- seq_along(colours[[k]]) %in% legend_levels(bars[[k]])
    data.frame(name = named(k), colour = colours[[k]], shown = shown)
  }))
}

# The key of colours of a map, which leaves room for a legend below: where that has many names, for 15 lines of
# it on a page of three inches.
gg_key <- function(bars = NULL) {
  many <- gg_many(bars)
  size <- if (many) c(6.5, 5) else c(8, 7)
  ggplot2::guide_colourbar(
    order = 1, barheight = ggplot2::unit(if (many) 2.6 else 4.2, "lines"),
    barwidth = ggplot2::unit(if (many) 0.6 else 0.8, "lines"),
    title.theme = ggplot2::element_text(
      size = size[1], margin = if (many) ggplot2::margin(0, 0, 4, 0)
    ),
    label.theme = ggplot2::element_text(size = size[2])
  )
}

# Does the legend of these bars of groups take names of the smallest size?
gg_many <- function(bars) sum(lengths(lapply(bars, legend_levels))) > 36

gg_near <- function(bars) {
  if (gg_many(bars)) {
    ggplot2::theme(legend.spacing.y = ggplot2::unit(1, "pt"), legend.margin = ggplot2::margin(0, 0, 3, 0))
  }
}

# What a legend prints of `count` names in all, which may take columns beside each other.
gg_legend_names <- function(count) {
  force(count)
  function(names) {
    columns <- ceiling(count / if (count > 36) 15 else if (count > 18) 12 else 18)
    size <- if (count > 36) 4.5 else if (count > 18) 6.5 else 8
    shorten(names, max(8, min(24, gg_letters(0.3 * gg_page()[1] / columns, size))))
  }
}

# How large the page is, and with it how much text has room, is known when a ggplot is drawn. So breaks and
# labels are functions, which ggplot2 calls then.
gg_page <- function() if (grDevices::dev.cur() > 1) grDevices::dev.size("in") else c(7, 7)

# Letters of `size` points in so many inches, lines of text in so many.
gg_letters <- function(inches, size) floor(inches * 72 / (0.55 * size))
gg_lines <- function(inches, size) inches * 72 / (1.15 * size)

# Names that take no more than a quarter of the page, at its side or below.
gg_names <- function(size, side = "bottom", most = 28) {
  force(list(size, side, most))
  function(names) {
    room <- 0.26 * gg_page()[if (side == "bottom") 2 else 1]
    shorten(names, max(8, min(most, gg_letters(room, size))))
  }
}

# Names at places along an axis, as arguments of a scale: thinned where lines of text would touch. `part`:
# of the page, for the axis.
gg_names_at <- function(places, names, size, side = "bottom", part = 0.6, most = 28) {
  force(list(places, names, part))
  short <- gg_names(size, side, most)
  along <- if (side == "bottom") 1 else 2
  list(
    breaks = function(limits) places[every_few(length(places), gg_lines(part * gg_page()[along], size))],
    labels = function(at) short(names)[match(round(at, 6), round(places, 6))]
  )
}

# Titles of panels, `columns` beside each other; with names at the left of the panels there is less room.
# `brief`: a word that they do without on a small page.
gg_titles <- function(columns, size, part = 0.9, brief = NULL) {
  force(list(columns, size, part, brief))
  ggplot2::as_labeller(function(text) {
    room <- max(10, gg_letters(part * gg_page()[1] / columns, 1.1 * size))
    if (!is.null(brief) && any(nchar(text) > room)) text <- sub(brief, "", text, fixed = TRUE)
    shorten(text, room)
  })
}

# Size of text for names along an axis; those that would touch are left out.
gg_text_size <- function(count, most = 9) max(4, min(most, 330 / count))

gg_thin <- function() ggplot2::guide_axis(check.overlap = TRUE)

# Names of bars at the left of panels, `columns` beside each other.
gg_panel_names <- function(names, bars, columns, size = 7) {
  force(list(names, bars, columns, size))
  function(shown) {
    text <- shorten(names, max(8, min(28, gg_letters(0.4 * gg_page()[1] / columns, size))))
    text[match(shown, bars)]
  }
}

# Ticks of an axis upwards, of `rows` panels one above the other: with little room no more than the ends.
gg_few_ticks <- function(rows) {
  force(rows)
  function(limits) {
    room <- gg_lines((gg_page()[2] - 1) / rows - 0.25, 9)
    for (wanted in max(1, min(3, floor(room / 2))):5) {
      at <- pretty(limits, wanted)
      at <- at[at >= limits[1] & at <= limits[2]]
      if (length(at) > 1) break
    }
    # With room for one line the upper one.
    if (room < 2) at[length(at)] else if (length(at) > room) at[c(1, length(at))] else at
  }
}

# The bars of a panel that are named: those that have room, of `rows` panels one above the other.
gg_panel_breaks <- function(rows, size = 7) {
  force(list(rows, size))
  function(limits) {
    rev(rev(limits)[every_few(length(limits), gg_lines((gg_page()[2] - 0.6) / rows - 0.5, size))])
  }
}

gg_title_size <- function(count) if (count > 6) 6 else if (count > 4) 7 else 8

gg_panel_titles <- function(count) {
  ggplot2::theme(
    strip.text = ggplot2::element_text(size = gg_title_size(count)),
    # The title of the last column may be wider than its panel.
    plot.margin = ggplot2::margin(6, if (count > 6) 18 else 10, 6, 6)
  )
}

# Panels beside each other, fewer where they begin with long names.
gg_columns <- function(names, count) {
  if (max(nchar(names), 0) > 12) min(count, if (count > 4) 3 else 2) else ceiling(sqrt(count))
}
