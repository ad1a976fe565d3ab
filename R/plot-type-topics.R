# plot() of a topic model: like features and composition of a fit, in probabilities.

topic_terms_data <- function(x, a) {
  pages <- first_panels(a$components)
  names <- entry_names(rownames(x$terms), nrow(x$terms))
  bars <- lapply(pages$shown, function(k) {
    p <- x$terms[, k]
    i <- utils::head(order(p, decreasing = TRUE, method = "radix"), a$n)
    i <- i[p[i] > 0]
    data.frame(component = rep(k, length(i)), rank = seq_along(i), feature = names[i], score = unname(p[i]))
  })
  list(
    bars = do.call(rbind, bars), shown = pages$shown, note = pages$note, rows = a$n,
    titles = sprintf("%s (%.1f%%)", colnames(x$terms), 100 * x$share),
    xlab = "probability of the term in the topic",
    colours = component_colours(ncol(x$terms))
  )
}

register_plot_type("nmf_topics", "terms",
  arguments = list(
    n = count_argument(10),
    components = function(value, arg, x) components_argument(value, arg, list(W = x$terms))
  ),
  data = topic_terms_data, base = plot_features, gg = ggplot_features
)

register_plot_type("nmf_topics", "documents",
  arguments = list(
    groups = function(value, arg, x) check_annotation(value, ncol(x$documents), colnames(x$documents)),
    sort = flag_argument(TRUE), palette = component_palette_argument
  ),
  data = function(x, a) {
    share <- t(x$documents)
    share[is.na(share)] <- 0
    d <- stacked_shares(share, a, colnames(x$documents))
    d$ylab <- "probability of the topic"
    d$entries <- count_of(nrow(share), "document")
    d
  },
  base = plot_composition, gg = ggplot_composition
)
