# plot(joint, "datasets"): what each data set is made of, as a heat map.

datasets_data <- function(x, a) {
  share <- joint_shares(x)$each
  list(
    cells = unname(share), components = rownames(share), datasets = colnames(share), limits = c(
      0, max(share, 1e-12)
    ),
    title = "part of the\nfitted sum"
  )
}

plot_datasets <- function(d, a, top) {
  size <- graphics::par("fin")
  line <- line_height()
  strip <- side_strip(list(title = d$title, limits = d$limits, palette = a$palette), top = top)
  count <- length(d$components)
  high <- size[2] - top - 0.3 * size[2]
  cex <- label_cex(high / count)
  labels <- shorten_to(d$components, 0.3 * size[1], cex)
  left <- text_width(labels, cex) + 0.15
  names <- along_labels(d$datasets, size[1] - left - strip$width, 0.3 * size[2], thin = FALSE)
  bottom <- max(names$height, 0.4 * line) + 0.05
  panel(bottom, left, top, strip$width, c(0, 1), c(0, 1))
  draw_cells(d$cells, d$limits, a$palette)
  graphics::text(-inch_x(0.05), 1 - (seq_len(count) - 0.5) / count, labels, adj = c(1, 0.5), cex = cex)
  draw_along(names)
  draw_strip(strip)
}

ggplot_datasets <- function(d, a) {
  df <- data.frame(
    component = factor(rep(d$components, length(d$datasets)), rev(d$components)),
    dataset = factor(rep(d$datasets, each = length(d$components)), d$datasets), value = as.vector(d$cells)
  )
  ggplot2::ggplot(df, ggplot2::aes(.data$dataset, .data$component, fill = .data$value)) +
    ggplot2::geom_raster() +
    ggplot2::scale_fill_gradientn(colours = a$palette, limits = d$limits, name = d$title, guide = gg_key()) +
    ggplot2::scale_x_discrete(expand = c(0, 0), guide = gg_thin(),
      labels = gg_names(gg_text_size(length(d$datasets)))) +
    ggplot2::scale_y_discrete(expand = c(0, 0), guide = gg_thin(), labels = gg_names(9, "left")) +
    ggplot2::labs(x = NULL, y = NULL) +
    paper_theme() +
    ggplot2::theme(panel.grid = ggplot2::element_blank(), axis.ticks = ggplot2::element_blank()) +
    if (sum(nchar(d$datasets)) > 50) ggplot2::theme(axis.text.x = ggplot2::element_text(
      angle = 90, hjust = 1, vjust = 0.5, size = gg_text_size(length(d$datasets))
    ))
}

register_plot_type("nmf_joint", "datasets",
  arguments = list(palette = palette_argument), data = datasets_data, base = plot_datasets,
  gg = ggplot_datasets
)
