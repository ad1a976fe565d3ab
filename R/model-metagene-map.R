#' Map of the top features of each component
#'
#' Draws the data, not the fit: the features with the highest score in each component (see
#' [top_features()]), in all observations. Each feature goes from its lowest (light) to its highest
#' value (dark). Observations are ordered by `groups`, or by the component that makes the largest
#' part of them, and then by how large that part is. `plot(fit, "metagenes", data = x)` draws the same, and
#' `autoplot()` makes a ggplot of it, see [plot.nmf()].
#'
#' @param object A fit from [nmf()].
#' @param x The data that was factorized, or the same observations and features on another scale, which may
#'   have negative values. Rows and columns are matched by name where both have names.
#' @param n,by Number of features per component and their score, see [top_features()].
#' @param groups Known classes of observations, drawn as bars of colours: a factor or vector, or a
#'   data frame with one column per bar. The first orders the observations.
#' @param labels Names to print for the features, one per row of `x`, such as symbols of genes.
#'   `NULL` for row names.
#' @param palette Colours from low to high.
#' @param main Title.
#' @param assay,layer See [adapters]. `NULL` is what the fit was made from.
#' @param ... Graphical parameters of [graphics::par()].
#' @return The data frame of [top_features()], with the component of each row of the map, invisibly.
#' @examples
#' x <- sqrt(leukemia$x)
#' fit <- nmf(x, rank = 3)
#' metagene_map(fit, x, n = 6, groups = leukemia$class, labels = leukemia$genes$description)
#' @export
metagene_map <- function(object, x, n = 8, by = c("specificity", "weight"), groups = NULL, labels = NULL,
                         palette = NULL, main = NULL, assay = NULL, layer = NULL, ...) {
  need_arguments(object)
  if (missing(x)) abort_input("{.arg x}, the data, must be given.")
  n <- check_count(n, "n")
  by <- pick(by, c("specificity", "weight"), "by")
  data <- data_of_fit(x, object, "x", assay, layer, negative = TRUE, weighed = FALSE)
  bars <- check_annotation(groups, data$dim[2], data$dimnames[[2]], object$data$annotation)
  palette <- check_palette(palette)
  if (!is.null(labels)) {
    if (!is.atomic(labels) || length(labels) != data$dim[1]) {
      abort_input("{.arg labels} must have one element per row of {.arg x}, {data$dim[1]}, not \\
                   {describe(labels)}.")
    }
    labels <- vector_by_name(labels, data$dimnames[[1]], "labels", "element")
  }
  a <- list(data = data, n = n, by = by, groups = bars, labels = labels, palette = palette)
  d <- metagene_data(object, a)
  figure(check_par(list(...)), main, function(upper) plot_metagenes(d, a, upper))
  invisible(d$top)
}

# `level`: one row per top feature, from its lowest (0) to its highest value (1), one column per observation
# in the order to draw.
metagene_data <- function(x, a) {
  found <- feature_name_positions(x, a$n, a$by)
  top <- found$top
  if (!nrow(top)) abort_input("No component has a feature with a positive score.")
  class <- component_class(x$W, x$H)
  columns <- order_by_class(class, contribution(x$W, x$H, "H"), a$groups)
  level <- dense(rows_of(a$data$x, found$row))[, columns, drop = FALSE]
  low <- apply(level, 1, min, na.rm = TRUE)
  span <- apply(level, 1, max, na.rm = TRUE) - low
  level <- (level - low) / ifelse(span > 0, span, 1)
  level[is.na(level)] <- 0
  list(
    level = unname(level), text = if (is.null(a$labels)) top$feature else as.character(a$labels)[found$row],
    top = top,
    groups = lapply(a$groups, `[`, columns), names = a$data$dimnames[[2]][columns]
  )
}

plot_metagenes <- function(d, a, top) draw_metagenes(d$level, d$text, d$top, d$groups, d$names, a$palette,
  top)

# The top features and their rows of W: names may be repeated, rows are not.
feature_name_positions <- function(object, n, by) {
  plain <- object
  rownames(plain$W) <- NULL
  row <- as.integer(top_features(plain, n, by)$feature)
  list(top = top_features(object, n, by), row = row)
}

draw_metagenes <- function(level, text, top, bars, names, palette, upper) {
  size <- graphics::par("fin")
  line <- line_height()
  m <- nrow(level)
  above <- upper + annotation_height(bars)
  colours <- annotation_colours(bars)
  strip <- side_strip(list(title = "part of\nrange", limits = c(0, 1), palette = palette), bars, colours,
    upper)
  right <- strip$width
  # The height of the map is known first, then its width, then if observations can have names.
  named_foot <- if (is.null(names)) 0 else text_width(shorten_to(names, 0.2 * size[2], 0.7, 28), 0.7) + 0.12
  high <- size[2] - above - max(named_foot, 1.5 * line)
  cex <- max(label_cex(high / m), 0.42)
  shown <- every_few(m, high / (0.42 * line))
  runs <- group_runs(top$component)
  components <- levels(top$component)[runs$group]
  of <- shorten(components, 16)
  # Components stand upright where all have the room, else they lie, those that fit.
  along <- high / m * (runs$last - runs$first + 1)
  upright <- all(graphics::strwidth(of, "inches", cex = 0.8, font = 2) < along)
  if (!upright) of <- shorten_to(components, 0.15 * size[1], 0.7, 16)
  of_width <- if (upright) line else text_width(of, 0.7) + 0.1
  middle <- 1 - (runs$first - 1 + runs$last) / 2 / m
  of_shown <- if (upright) seq_along(of) else apart(middle, 0.75 * line / high)
  # What is left is for the map, at least half of it.
  text <- shorten_to(text, 0.5 * (size[1] - right - of_width - 0.5 * line - 0.15), cex, 60)
  left <- text_width(text, cex) + of_width + 0.5 * line + 0.15
  cex_names <- if (is.null(names)) 0 else label_cex((size[1] - left - right) / length(names), most = 0.7)
  if (cex_names > 0) names <- shorten_to(names, 0.2 * size[2], cex_names, 28)
  bottom <- if (cex_names > 0) text_width(names, cex_names) + 0.12 else 1.5 * line
  panel(bottom, left, above, right, c(0, 1), c(0, 1))
  draw_cells(level, c(0, 1), palette)
  y <- 1 - (seq_len(m) - 0.5) / m
  graphics::text(-inch_x(0.06), y[shown], text[shown], adj = c(1, 0.5), cex = cex)
  edges <- 1 - runs$last[-nrow(runs)] / m
  if (length(edges)) {
    graphics::segments(0, edges, 1, edges, col = "white", lwd = 3)
    graphics::segments(-inch_x(left - of_width - 0.4 * line), edges, 0, edges, col = "grey60", lwd = 0.8)
  }
  graphics::text(
    -inch_x(left - if (upright) 0.7 * line else 0.05), middle[of_shown],
    of[of_shown], srt = if (upright) 90 else 0, adj = if (!upright) c(0, 0.5),
    cex = if (upright) 0.8 else 0.7, font = 2
  )
  k <- ncol(level)
  if (length(bars)) {
    ends <- group_runs(bars[[1]])$last
    ends <- ends[-length(ends)] / k
    if (length(ends)) graphics::segments(ends, 0, ends, 1, col = "white", lwd = 3)
  }
  if (cex_names > 0) {
    graphics::text((seq_len(k) - 0.5) / k, -inch_y(0.06), names, adj = c(1, 0.5), srt = 90, cex = cex_names)
  } else {
    graphics::text(0.5, -inch_y(0.8 * line), count_of(k, "observation"), cex = 0.85)
  }
  draw_annotation(bars, colours, labelled = FALSE)
  draw_strip(strip)
}
