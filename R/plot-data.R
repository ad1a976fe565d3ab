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
      plot.margin = ggplot2::margin(6, 10, 6, 6)
    )
}

# Legends with many names in smaller text, then in several columns.
gg_legend <- function(count, ..., per = 18) {
  size <- if (count <= per) 1 else if (count <= 2 * per) 2 else 3
  columns <- ceiling(count / per / c(1, 1.8, 2.5)[size])
  key <- ggplot2::unit(c(1, 0.55, 0.38)[size], "lines")
  ggplot2::guide_legend(
    ncol = columns, keywidth = key, keyheight = key,
    label.theme = ggplot2::element_text(size = c(8, 6.5, 4.5)[size]), ...
  )
}

# What a legend prints of `count` names in all, which may take columns beside each other.
gg_legend_names <- function(count) {
  force(count)
  function(names) shorten(names, if (count > 36) 12 else 24)
}

# Size of text for names along an axis; those that would touch are left out.
gg_text_size <- function(count, most = 9) max(4, min(most, 330 / count))

gg_thin <- function() ggplot2::guide_axis(check.overlap = TRUE)

# Names at the left of `count` panels, and their titles above: the more panels, the less room.
gg_panel_names <- function(names, count) shorten(names, if (count > 4) 14 else 22)

gg_panel_titles <- function(count) {
  ggplot2::theme(
    strip.text = ggplot2::element_text(size = if (count > 6) 6 else if (count > 4) 7 else 8),
    # The title of the last column may be wider than its panel.
    plot.margin = ggplot2::margin(6, if (count > 6) 18 else 10, 6, 6)
  )
}

# Panels beside each other, fewer where they begin with long names.
gg_columns <- function(names, count) {
  if (max(nchar(names), 0) > 12) min(count, if (count > 4) 3 else 2) else ceiling(sqrt(count))
}
