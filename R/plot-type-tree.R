# plot() of a tree of clusters.

tree_data <- function(x, a) {
  k <- a$k
  leaves <- leaves_at(x, k)
  place <- tree_layout(x, leaves)
  width <- sqrt(x$nodes$size / max(x$nodes$size))
  at <- function(split) split + 0.5
  lines <- lapply(place$node[order(place$node)], function(node) {
    parent <- x$nodes$parent[node]
    from <- if (is.na(parent)) 0.5 else at(x$nodes$split[parent])
    end <- if (node %in% leaves) at(k) else at(x$nodes$split[node])
    y <- place$y[place$node == node]
    rbind(
      data.frame(x0 = from, y0 = y, x1 = end, y1 = y, width = width[node], across = FALSE),
      if (!is.na(parent)) {
        data.frame(
          x0 = from, y0 = place$y[place$node == parent], x1 = from, y1 = y, width = width[node], across = TRUE
        )
      }
    )
  })
  list(
    lines = do.call(rbind, lines), y = place$y[match(leaves, place$node)],
    labels = leaf_labels(x, leaves, a$n, a$groups), k = k, leaves = length(leaves)
  )
}

plot_tree <- function(d, a, top) {
  line <- line_height()
  size <- graphics::par("fin")
  bottom <- 2.8 * line
  room <- size[2] - top - bottom
  cex <- max(0.3, label_cex(room / d$leaves, most = 0.85))
  labels <- tree_labels(d$labels, 0.68 * size[1] - 0.3, cex)
  panel(
    bottom, 0.15, top, text_width(labels, cex) + 0.3, c(0.5, d$k + 0.5), c(d$leaves + 0.6, 0.4)
  )
  grid_lines(v = ticks(c(1, d$k), 5))
  # Not thicker than the leaves are apart.
  thick <- min(6, 72 * room / d$leaves * 0.5)
  s <- d$lines
  for (across in c(FALSE, TRUE)) {
    part <- s[s$across == across, ]
    if (!nrow(part)) next
    graphics::segments(
      part$x0, part$y0, part$x1, part$y1, col = bar_colour, lwd = 0.6 + thick * part$width,
      lend = if (across) 2 else 1
    )
  }
  graphics::text(d$k + 0.5 + inch_x(0.1), d$y, labels, adj = c(0, 0.5), cex = cex)
  small_axis(1, at = whole_ticks(seq_len(d$k)))
  x_title("number of clusters")
}

# Labels lose words at their end, not letters in the middle.
tree_labels <- function(labels, room, cex) {
  shorten_to(fewer_words(labels, function(label) text_width(label, cex) > room), room, cex)
}

# One word stays, as what is before the colon does.
fewer_words <- function(labels, too_long) {
  vapply(labels, function(label) {
    while (too_long(label) && grepl(": .*, [^,]*$", label)) label <- sub(", [^,]*$", "", label)
    label
  }, "", USE.NAMES = FALSE)
}

ggplot_tree <- function(d, a) {
  size <- gg_text_size(2 * d$leaves)
  labels <- function(at) {
    most <- max(12, min(48, gg_letters(0.62 * gg_page()[1], size)))
    text <- shorten(fewer_words(d$labels, function(label) nchar(label) > most), most)
    text[match(round(at, 6), round(d$y, 6))]
  }
  ggplot2::ggplot(d$lines) +
    ggplot2::geom_segment(
      ggplot2::aes(
        x = .data$x0, y = .data$y0, xend = .data$x1, yend = .data$y1, linewidth = 0.2 + 2 * .data$width
      ), colour = bar_colour, lineend = "square"
    ) +
    ggplot2::scale_linewidth_identity() +
    ggplot2::scale_y_continuous(
      trans = "reverse", breaks = NULL,
      sec.axis = ggplot2::dup_axis(breaks = d$y, labels = labels, guide = gg_thin())
    ) +
    ggplot2::scale_x_continuous(
      breaks = whole_ticks(seq_len(d$k)), limits = c(0.5, d$k + 0.5), expand = c(0, 0)
    ) +
    ggplot2::labs(x = "number of clusters", y = NULL) +
    paper_theme() +
    ggplot2::theme(
      panel.grid.major.y = ggplot2::element_blank(), panel.border = ggplot2::element_blank(),
      axis.ticks.y = ggplot2::element_blank(), axis.title.y.right = ggplot2::element_blank(),
      axis.text.y.right = ggplot2::element_text(size = size)
    )
}

# Leaves at 1, 2, ... from the top; a node in the middle of its children.
tree_layout <- function(x, leaves) {
  place <- list()
  visit <- function(node) {
    y <- if (node %in% leaves) {
      match(node, leaves)
    } else {
      (visit(x$nodes$left[node]) + visit(x$nodes$right[node])) / 2
    }
    place[[length(place) + 1]] <<- data.frame(node = node, y = y)
    y
  }
  visit(1L)
  do.call(rbind, place)
}

leaf_labels <- function(x, leaves, n, groups) {
  top <- top_features.nmf_tree(x, n)
  feature <- shorten(top$feature, 22)
  words <- vapply(leaves, function(node) paste(feature[top$node == node], collapse = ", "), "")
  size <- format(x$nodes$size[leaves], big.mark = big_mark(), trim = TRUE)
  if (is.null(groups)) {
    return(sprintf("%s: %s", size, words))
  }
  counts <- table(cut.nmf_tree(x, length(leaves)), groups, useNA = "no")
  common <- max.col(counts, ties.method = "first")
  part <- apply(counts, 1, max) / pmax(rowSums(counts), 1)
  sprintf("%s, %.0f%% %s: %s", size, 100 * part, shorten(group_names(groups), 22)[common], words)
}

register_plot_type("nmf_tree", "tree",
  arguments = list(
    k = function(value, arg, x) check_leaves(x, value), n = count_argument(5),
    groups = function(value, arg, x) check_groups(value, length(x$member), names(x$member))
  ),
  data = tree_data, base = plot_tree, gg = ggplot_tree
)
