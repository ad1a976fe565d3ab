# plot(programs, "similarity") and "coverage".

# The similarity of components in the order of programs, with bars.
similarity_data <- function(x, a) {
  about <- x$components
  kept <- if (a$all) seq_len(nrow(about)) else which(!is.na(about$program))
  if (!length(kept)) {
    abort_input("There are no programs to draw: {.code all = TRUE} draws components that are in none.")
  }
  program <- as.integer(about$program)[kept]
  key <- ifelse(is.na(about$similarity[kept]), 0, about$similarity[kept])
  order <- order(program, -key)
  # What is in no program goes by likeness.
  rest <- which(is.na(program[order]))
  if (length(rest) > 2) {
    alone <- kept[order][rest]
    tree <- stats::hclust(stats::as.dist(1 - x$similarity[alone, alone]), "average")
    order[rest] <- order[rest][tree$order]
  }
  place <- kept[order]
  shown <- droplevels(about$program[place])
  if (anyNA(shown)) shown <- addNA(shown)
  rank <- factor(about$rank[place], sort(unique(about$rank)), ordered = TRUE)
  bars <- list(program = shown, sample = droplevels(about$sample[place]), rank = rank)
  count <- sum(!is.na(levels(shown)))
  colours <- annotation_colours(bars)
  colours[[1]] <- c(component_colours(max(count, 1))[seq_len(count)], if (anyNA(levels(shown))) "grey75")
  list(
    cells = unname(x$similarity[place, place]), names = NULL, tree = NULL, bars = bars, colours = colours,
    title = if (x$settings$similarity == "overlap") "overlap" else "cosine", what = "component"
  )
}

coverage_data <- function(x, a) {
  programs_model(x, "x")
  list(
    cells = unname(t(x$coverage)), components = colnames(x$coverage), datasets = rownames(x$coverage),
    limits = c(0, max(x$coverage, 1)), title = "components\nof the sample"
  )
}

register_plot_type("nmf_programs", "similarity",
  arguments = list(all = flag_argument(FALSE), palette = palette_argument),
  data = similarity_data, base = plot_consensus_map, gg = ggplot_consensus_map
)

register_plot_type("nmf_programs", "coverage",
  arguments = list(palette = palette_argument), data = coverage_data, base = plot_datasets,
  gg = ggplot_datasets
)
