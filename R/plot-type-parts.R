# plot(fit, "parts"): the components as pictures.

# `pictures`: h x w x count, row 1 on top; `limits` of the colours, one pair for all.
parts_data <- function(x, a) {
  A <- a$values
  if (is.null(A)) A <- x$W
  names <- colnames(A)
  chosen <- a$components
  if (!is.null(a$values)) {
    chosen <- if (is.null(chosen)) seq_len(ncol(A)) else check_subset(
      chosen, names, ncol(A), "components", "column"
    )
  } else if (is.null(chosen)) {
    chosen <- seq_len(ncol(A))
  } else {
    chosen <- check_subset(chosen, names, ncol(A), "components", "component")
  }
  shape <- check_shape(a$shape, nrow(A), x)
  pages <- first_panels(chosen, 100)
  A <- unname(A[, pages$shown, drop = FALSE])
  signed <- any(A < 0)
  if (a$scale == "max") {
    top <- apply(abs(A), 2, max)
    A <- sweep(A, 2, ifelse(top > 0, top, 1), "/")
  }
  most <- max(abs(A), .Machine$double.xmin)
  count <- ncol(A)
  pictures <- if (a$byrow) {
    aperm(array(A, c(shape[2], shape[1], count)), c(2, 1, 3))
  } else {
    array(A, c(shape, count))
  }
  list(
    pictures = pictures, limits = c(if (signed) -most else 0, most),
    names = if (is.null(names)) as.character(pages$shown) else names[pages$shown], note = pages$note,
    palette = check_palette(
      a$palette, if (signed) signed_palette() else grDevices::hcl.colors(100, "Grays", rev = TRUE)
    ),
    key = if (a$scale == "max") paste0(
      if (signed) "value" else "weight", ",\nlargest of\npicture = 1"
    ) else "value"
  )
}

# Height and width of pictures with `size` pixels.
check_shape <- function(shape, size, x) {
  if (is.null(shape)) {
    side <- sqrt(size)
    if (side == trunc(side)) {
      return(c(side, side))
    }
    abort_input(c(
      "{.arg shape} must be given: height and width of the pictures, {.code c(h, w)}.",
      "x" = "{size} pixels do not make a square."
    ))
  }
  if (!is.numeric(shape) || length(shape) != 2 || anyNA(shape) || any(shape < 1 | shape != trunc(shape))) {
    abort_input("{.arg shape} must be two whole numbers, height and width, not {describe(shape)}.")
  }
  if (prod(shape) != size) {
    abort_input(
      "{.arg shape} must have {size} pixels, one per feature; {shape[1]} x {shape[2]} are {prod(shape)}."
    )
  }
  as.integer(shape)
}

values_argument <- function(value, arg, x) {
  if (is.null(value)) {
    return(NULL)
  }
  value <- if (is.data.frame(value)) as.matrix(value) else value
  if (!is.numeric(value) || !is.matrix(value) || ncol(value) == 0 || !all(is.finite(value))) {
    abort_input(
      "{.arg {arg}} must be a matrix of finite numbers, one picture per column, not {describe(value)}."
    )
  }
  if (nrow(value) != nrow(x$W)) {
    abort_input("{.arg {arg}} must have {nrow(x$W)} rows, one per feature, not {nrow(value)}.")
  }
  value
}

plain_argument <- function(value, arg, x) value

plot_parts <- function(d, a, top) {
  line <- line_height()
  size <- graphics::par("fin")
  count <- dim(d$pictures)[3]
  strip <- side_strip(list(title = d$key, limits = d$limits, palette = d$palette), top = top)
  ratio <- dim(d$pictures)[2] / dim(d$pictures)[1]
  foot <- foot_height(d$note) + 0.05
  # Names over the pictures if they can be read.
  width <- size[1] - strip$width - 0.05
  height <- size[2] - top - foot
  head <- 0.8 * line
  columns <- best_columns(count, width, height, ratio, head)
  cells <- grid_cells(count, top, foot, left = 0.05, right = strip$width, columns = columns)
  if (cells$width[1] < 0.45) {
    head <- 0
    columns <- best_columns(count, width, height, ratio, head)
    cells <- grid_cells(count, top, foot, left = 0.05, right = strip$width, columns = columns)
  }
  gap <- min(0.08, 0.12 * cells$width[1])
  w <- min(cells$width[1] - gap, (cells$height[1] - head - gap) * ratio)
  h <- w / ratio
  if (w < 0.02 || h < 0.02) {
    abort_input("There is no room for {count} pictures: use a larger device, or {.arg components}.")
  }
  cex <- 0.75
  names <- if (head > 0) shorten_to(d$names, cells$width[1] - 0.02, cex, 28)
  # Pictures stand together at the left, whatever the room.
  for (k in seq_len(count)) {
    x0 <- 0.05 + cells$column[k] * (w + max(gap, if (head > 0) cells$width[1] - w else 0))
    y0 <- top + cells$row[k] * (h + head + gap)
    panel(size[2] - y0 - head - h, x0, y0 + head, size[1] - x0 - w, c(0, 1), c(0, 1))
    draw_picture(colours_of(matrix(d$pictures[, , k], dim(d$pictures)[1]), d$limits, d$palette))
    if (head > 0) {
      graphics::text(0, 1 + inch_y(0.5 * head), names[k], adj = c(0, 0.5), cex = cex)
    }
  }
  draw_strip(strip)
  draw_foot(d$note)
}

draw_picture <- function(colours) {
  graphics::rasterImage(grDevices::as.raster(colours), 0, 0, 1, 1, interpolate = FALSE)
  graphics::rect(0, 0, 1, 1, border = "grey70", lwd = 0.5)
}

# The number of columns that makes the pictures largest.
best_columns <- function(count, width, height, ratio, head) {
  tried <- seq_len(count)
  side <- pmin(width / tried / ratio, height / ceiling(count / tried) - head)
  tried[which.max(round(side, 6))]
}

ggplot_parts <- function(d, a) {
  size <- dim(d$pictures)
  df <- data.frame(
    row = rep(seq_len(size[1]), times = size[2] * size[3]),
    column = rep(rep(seq_len(size[2]), each = size[1]), times = size[3]),
    part = factor(rep(seq_len(size[3]), each = size[1] * size[2])),
    value = as.vector(d$pictures)
  )
  names <- shorten(d$names, 20)
  ggplot2::ggplot(df, ggplot2::aes(.data$column, .data$row, fill = .data$value)) +
    ggplot2::geom_raster() +
    ggplot2::facet_wrap(
      "part", ncol = best_columns(size[3], 5, 4, size[2] / size[1], 0.2),
      labeller = function(v) list(names[as.integer(as.character(v[[1]]))])
    ) +
    ggplot2::scale_fill_gradientn(
      colours = d$palette, limits = d$limits, name = paste0(d$key, "\n"), guide = gg_key()
    ) +
    ggplot2::scale_x_continuous(expand = c(0, 0)) +
    ggplot2::scale_y_reverse(expand = c(0, 0)) +
    ggplot2::coord_fixed() +
    ggplot2::labs(x = NULL, y = NULL, caption = d$note) +
    paper_theme() +
    ggplot2::theme(
      axis.text = ggplot2::element_blank(), axis.ticks = ggplot2::element_blank(),
      panel.grid = ggplot2::element_blank(), legend.title = ggplot2::element_text(size = 9),
      strip.text = if (size[3] > 30) ggplot2::element_blank() else ggplot2::element_text(face = "plain",
        size = 8),
      panel.spacing = ggplot2::unit(3, "pt")
    )
}

register_plot_type("nmf", "parts",
  arguments = list(
    shape = plain_argument, components = plain_argument, byrow = flag_argument(FALSE),
    values = values_argument,
    scale = choice_argument(c("max", "none")), palette = plain_argument
  ),
  data = parts_data, base = plot_parts, gg = ggplot_parts
)
