#' Plot a consensus matrix
#'
#' `plot()` draws a heat map of the consensus with the tree of average linkage that orders it and bars of
#' colours: the classes that the tree gives, the component of each observation (of a survey: in the best fit
#' of the rank) and what is known of the observations; or the silhouette of the classes. Components have the
#' colours that they have in other pictures, see [plot.nmf()]; a class has that of the component that most
#' of it belongs to. Pairs that were in no fit together are beige.
#'
#' `autoplot()` makes the same as a ggplot; more than 300 observations are drawn as means of neighbours.
#'
#' @section Arguments of types:
#' \describe{
#'   \item{`groups`}{For `"map"`: known classes of the observations, which are drawn as bars of colours: a
#'   factor or vector, or a data frame with one column per bar. One element per observation of the data; by
#'   name where both have names.}
#'   \item{`palette`}{For `"map"`: colours from 0 to 1; `NULL` is from white to dark blue.}
#' }
#' @param x,object A consensus, see [consensus()].
#' @param type `"map"` or `"silhouette"`.
#' @param engine What draws the map: base graphics, or package pheatmap or ComplexHeatmap, which
#'   must be installed.
#' @param main Title.
#' @param ... Arguments of the type, by name, see below; for base graphics also parameters of
#' [graphics::par()], otherwise arguments of `pheatmap::pheatmap()` or `ComplexHeatmap::Heatmap()`.
#' @return `plot()`: `x`, invisibly; what the other package returns if `engine` names one. `autoplot()`: a
#' ggplot.
#' @examplesIf requireNamespace("clue", quietly = TRUE) && requireNamespace("cluster", quietly = TRUE)
#' set.seed(1)
#' survey <- nmf_survey(sqrt(leukemia$x), ranks = 3, nrun = 2, times = 10)
#' C <- consensus(survey, rank = 3)
#' plot(C, groups = leukemia$class)
#' plot(C, "silhouette")
#' @export
plot.nmf_consensus <- function(x, type = c("map", "silhouette"), ...,
                               engine = c("base", "pheatmap", "ComplexHeatmap"), main = NULL) {
  engine <- pick(engine, c("base", "pheatmap", "ComplexHeatmap"), "engine")
  if (engine == "base") {
    return(draw_plot(x, "nmf_consensus", type, list(...), main))
  }
  type <- plot_type("nmf_consensus", type)
  if (type$name != "map") abort_input("{.arg engine} is for {.code type = \"map\"}.")
  dots <- list(...)
  own <- belongs_to(type, dots)
  a <- plot_arguments(x, "nmf_consensus", type, dots[own], list())
  consensus_elsewhere(x, consensus_bars(x, a$groups), a$palette, engine, main, dots[!own])
}

#' @rdname plot.nmf_consensus
#' @exportS3Method ggplot2::autoplot
autoplot.nmf_consensus <- function(object, type = c("map", "silhouette"), ..., main = NULL) {
  auto_plot(object, "nmf_consensus", type, list(...), main)
}

# Known groups of the observations that the consensus has. By name, or one for each of the data.
consensus_groups <- function(value, arg, x) {
  names <- rownames(x$matrix)
  named <- if (is.data.frame(value)) has_row_names(value) else !is.null(names(value))
  if (named && !is.null(names)) {
    return(check_annotation(value, nrow(x$matrix), names))
  }
  lapply(check_annotation(value, x$total), function(g) as_groups(g[x$observations]))
}

# The bars of a map: its own classes, the components of the observations where they are known, groups.
consensus_bars <- function(x, groups) {
  component <- unname(x$component)
  if (anyNA(component)) component <- addNA(component)
  own <- list(class = factor(unname(x$class)), component = component)[c(TRUE, !is.null(component))]
  # Not to be taken for what is known.
  taken <- names(own) %in% names(groups)
  names(own)[taken] <- paste("found", names(own)[taken])
  c(own, groups)
}

consensus_order <- function(x) if (is.null(x$tree)) 1L else x$tree$order

# Colours of consensus_bars(): those of components, each class that of the component most of it belongs to,
# as far as these differ.
bar_colours <- function(bars, rank = nlevels(bars[[1]])) {
  component <- if (length(bars) > 1 && names(bars)[2] %in% c("component", "found component")) bars[[2]]
  classes <- nlevels(bars[[1]])
  count <- sum(!is.na(levels(component)))
  palette <- component_colours(max(rank, classes, count))
  of_class <- seq_len(classes)
  if (is.null(component)) {
    return(c(list(palette[of_class]), annotation_colours(bars[-1])))
  }
  if (count > 0) of_class <- component_of_class(table(bars[[1]], component)[, seq_len(count), drop = FALSE])
  own <- c(palette[seq_len(count)], if (nlevels(component) > count) "grey75")
  c(list(palette[of_class], own), annotation_colours(bars[-(1:2)]))
}

# For each row of `counts` a column of its own, the largest counts first; rows that are left get those that
# are left.
component_of_class <- function(counts) {
  out <- rep(NA_integer_, nrow(counts))
  for (step in seq_len(min(dim(counts)))) {
    at <- arrayInd(which.max(counts), dim(counts))
    out[at[1]] <- at[2]
    counts[at[1], ] <- -1
    counts[, at[2]] <- -1
  }
  rest <- setdiff(seq_len(max(dim(counts))), out)
  out[is.na(out)] <- rest[seq_len(sum(is.na(out)))]
  out
}

consensus_elsewhere <- function(x, bars, palette, engine, main, given) {
  need_package(engine, paste0("for engine = \"", engine, "\""))
  C <- x$matrix
  if (is.null(rownames(C))) dimnames(C) <- list(seq_len(nrow(C)), seq_len(nrow(C)))
  colours <- bar_colours(bars, x$rank)
  colours <- stats::setNames(lapply(seq_along(bars), function(k) {
    stats::setNames(colours[[k]], group_names(bars[[k]]))
  }), names(bars))
  frame <- as.data.frame(lapply(bars, function(b) {
    factor(group_names(b)[as.integer(b)], group_names(b))
  }), check.names = FALSE, row.names = rownames(C))
  tree <- if (is.null(x$tree)) FALSE else x$tree
  named <- nrow(C) <= 50
  size <- max(5, min(9, 330 / nrow(C)))
  # What the user gives goes first.
  draw <- function(draw, settings) do.call(draw, c(given, settings[setdiff(names(settings), names(given))]))
  if (engine == "pheatmap") {
    return(draw(pheatmap::pheatmap, list(
      mat = C, color = palette, breaks = seq(0, 1, length.out = length(palette) + 1), cluster_rows = tree,
      cluster_cols = tree, annotation_col = frame, annotation_colors = colours, border_color = NA,
      show_rownames = named, show_colnames = named, na_col = unknown_colour, fontsize = 9,
      fontsize_row = size,
      fontsize_col = size, main = if (is.null(main)) NA else main
    )))
  }
  draw(ComplexHeatmap::Heatmap, list(
    matrix = C, name = "consensus", col = palette, cluster_rows = tree, cluster_columns = tree,
    show_row_names = FALSE, show_column_names = named, na_col = unknown_colour,
    column_names_gp = getExportedValue("grid", "gpar")(fontsize = size),
    top_annotation = ComplexHeatmap::HeatmapAnnotation(df = frame, col = colours),
    column_title = if (is.null(main)) character(0) else main
  ))
}
