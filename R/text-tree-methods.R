#' Clusters from a tree
#'
#' `cut()` gives the clusters that a tree had when it had `k` leaves: the tree is undone
#' from its last division on, as [stats::cutree()] does with others. `predict()` gives the cluster of new observations.
#'
#' New observations go down the tree: at each division they follow the component of the larger part, with the
#' two columns of `W` there and nonnegative least squares. Observations without known features are `NA`. For observations
#' of the tree itself this can differ from `cut()` where the two parts are nearly equal.
#'
#' @param x,object A tree from [nmf_tree()].
#' @param k Number of clusters, from 1 to the number of leaves; `NULL` is all leaves.
#' @param newdata New observations in columns, matched as in [predict.nmf()]. `NULL` is the observations of the tree.
#' @param threads See [nmf()].
#' @param ... Must be empty.
#' @return A factor with one element per observation. Levels are `"node"` and the number of the node, in the order of the
#'   tree from left to right. `NA` for columns of zeros and for outliers, see [nmf_tree()].
#' @examples
#' tree <- nmf_tree(tf_idf(austen$x), leaves = 6)
#' table(cut(tree, 3), cut(tree))
#' @name cut.nmf_tree
NULL

#' @rdname cut.nmf_tree
#' @export
cut.nmf_tree <- function(x, k = NULL, ...) {
  check_dots_empty(...)
  leaves <- leaves_at(x, check_leaves(x, k))
  # Nodes below a leaf of the cut belong to it.
  home <- rep(NA_integer_, nrow(x$nodes))
  for (node in seq_len(nrow(x$nodes))) {
    parent <- x$nodes$parent[node]
    home[node] <- if (node %in% leaves) node else if (!is.na(parent)) home[parent] else NA
  }
  cluster_factor(home[x$member], leaves, names(x$member))
}

#' @rdname cut.nmf_tree
#' @export
predict.nmf_tree <- function(object, newdata = NULL, k = NULL, threads = NULL, ...) {
  check_dots_empty(...)
  leaves <- leaves_at(object, check_leaves(object, k))
  if (is.null(newdata)) {
    return(cut.nmf_tree(object, k))
  }
  threads <- check_threads(threads)
  data <- complete_data(newdata, "newdata")
  if (isTRUE(data$documents)) {
    data <- match_documents(data, rownames(object$W), nrow(object$W))
  } else {
    data <- match_features(data, object$W)
  }
  x <- data$x
  at <- ifelse((if (is.matrix(x)) colSums(x) else Matrix::colSums(x)) > 0, 1L, NA_integer_)
  inner <- setdiff(which(!is.na(object$nodes$split)), leaves)
  for (node in inner[order(object$nodes$split[inner])]) {
    here <- which(at == node)
    if (!length(here)) next
    below <- c(object$nodes$left[node], object$nodes$right[node])
    W <- object$W[, below, drop = FALSE]
    H <- nnls(W, x[, here, drop = FALSE], threads = threads)
    side <- as.integer(component_class(W, unname(H)))
    side[is.na(side)] <- which.max(object$nodes$size[below])
    at[here] <- below[side]
  }
  at[!at %in% leaves] <- NA
  cluster_factor(at, leaves, colnames(x))
}

check_leaves <- function(tree, k) {
  most <- sum(is.na(tree$nodes$split))
  if (is.null(k)) most else check_count(k, "k", max = most)
}

# The leaves after the first k - 1 divisions, from left to right.
leaves_at <- function(tree, k) {
  found <- integer()
  visit <- function(node) {
    split <- tree$nodes$split[node]
    if (is.na(split) || split >= k) {
      found <<- c(found, node)
    } else {
      visit(tree$nodes$left[node])
      visit(tree$nodes$right[node])
    }
  }
  visit(1L)
  found
}

cluster_factor <- function(node, leaves, names) {
  stats::setNames(factor(node, levels = leaves, labels = paste0("node", leaves)), names)
}

#' @rdname top_features
#' @export
top_features.nmf_tree <- function(object, n = 10, ...) {
  check_dots_empty(...)
  n <- check_count(n, "n")
  best <- lapply(seq_len(ncol(object$W)), function(k) {
    utils::head(order(object$W[, k], decreasing = TRUE, method = "radix"), min(n, sum(object$W[, k] > 0)))
  })
  i <- unlist(best)
  k <- rep(seq_along(best), lengths(best))
  data.frame(
    node = k, rank = sequence(lengths(best)),
    feature = entry_names(rownames(object$W), nrow(object$W))[i], weight = unname(object$W[cbind(i, k)])
  )
}

#' @export
print.nmf_tree <- function(x, n = 5, ...) {
  check_dots_empty(...)
  leaves <- sum(is.na(x$nodes$split))
  print_line(
    "Tree of factorizations of rank 2: ", count_of(nrow(x$W), "feature"), " x ",
    count_of(length(x$member), "observation"), ", ", leaves, if (leaves == 1) " leaf" else " leaves",
    sprintf(", %s s", format(signif(x$seconds, 3)))
  )
  outside <- sum(is.na(cut.nmf_tree(x)))
  if (outside) print_line("  ", count_of(outside, "observation"), " in no leaf (zero, or set aside as outliers)")
  top <- top_features.nmf_tree(x, n)
  words <- vapply(split(top$feature, factor(top$node, seq_len(nrow(x$nodes)))), paste, "", collapse = ", ")
  width <- getOption("width")
  show <- function(node, indent) {
    left <- x$nodes$left[node]
    label <- sprintf("%s%s%d (%s)", indent, if (is.na(left)) "- " else "+ ", node, format(x$nodes$size[node], big.mark = ","))
    cat(strtrim(paste0(formatC(label, width = -24), " ", words[[node]]), width), "\n", sep = "")
    if (!is.na(left)) {
      show(left, paste0(indent, "  "))
      show(x$nodes$right[node], paste0(indent, "  "))
    }
  }
  show(1L, "  ")
  invisible(x)
}

#' Plot a tree of clusters
#'
#' Draws the tree from left (the root) to right (the leaves), with the strongest features and the size of each leaf.
#' Divisions are in their order from left to right, each half-way between two numbers, so that a vertical
#' line at `k` crosses the `k` clusters of `cut(x, k)`. Lines are as thick as the node is large.
#'
#' @param x A tree from [nmf_tree()].
#' @param k Leaves to draw; `NULL` is all.
#' @param n Features per leaf.
#' @param groups `NULL`, or the known class of each observation: the most frequent one of each leaf is added, with its
#'   share.
#' @param main Title.
#' @param ... Graphical parameters of [graphics::par()], set for this plot only.
#' @return `x`, invisibly.
#' @examples
#' plot(nmf_tree(tf_idf(austen$x), leaves = 6), groups = austen$class)
#' @export
plot.nmf_tree <- function(x, k = NULL, n = 5, groups = NULL, main = NULL, ...) {
  k <- check_leaves(x, k)
  n <- check_count(n, "n")
  groups <- check_groups(groups, length(x$member))
  leaves <- leaves_at(x, k)
  place <- tree_layout(x, leaves)
  labels <- leaf_labels(x, leaves, n, groups)

  old <- begin_figure(list(...), main)
  on.exit(graphics::par(old))
  line <- line_height()
  top <- if (is.null(main)) 0.15 else 1.6 * line + 0.1
  bottom <- 3 * line
  size <- graphics::par("fin")
  cex <- max(0.3, label_cex((size[2] - top - bottom) / length(leaves), most = 0.85))
  labels <- shorten_to(labels, 0.68 * size[1], cex)
  panel(bottom, 0.15, top, text_width(labels, cex) + 0.25, c(0.5, k + 0.5), c(length(leaves) + 0.6, 0.4))
  graphics::abline(v = pretty(c(1, k), 5), col = "grey92", lwd = 0.8, xpd = FALSE)
  width <- 0.6 + 6 * sqrt(x$nodes$size / max(x$nodes$size))
  at <- function(split) split + 0.5
  end <- function(node) if (node %in% leaves) at(k) else at(x$nodes$split[node])
  for (node in place$node[order(place$node)]) {
    parent <- x$nodes$parent[node]
    from <- if (is.na(parent)) 0.5 else at(x$nodes$split[parent])
    y <- place$y[place$node == node]
    graphics::segments(from, y, end(node), y, col = bar_colour, lwd = width[node], lend = 1)
    if (!is.na(parent)) {
      graphics::segments(from, place$y[place$node == parent], from, y, col = bar_colour, lwd = width[node], lend = 2)
    }
  }
  graphics::text(at(k) + inch_x(0.08), place$y[match(leaves, place$node)], labels, adj = c(0, 0.5), cex = cex)
  ticks <- pretty(c(1, k), 5)
  small_axis(1, at = ticks[ticks >= 1 & ticks <= k & ticks == round(ticks)])
  graphics::title(xlab = "number of clusters", line = 1.6, cex.lab = 0.9)
  invisible(x)
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
  words <- vapply(leaves, function(node) paste(top$feature[top$node == node], collapse = ", "), "")
  size <- format(x$nodes$size[leaves], big.mark = ",", trim = TRUE)
  if (is.null(groups)) {
    return(sprintf("%s: %s", size, words))
  }
  counts <- table(cut.nmf_tree(x, length(leaves)), groups, useNA = "no")
  common <- max.col(counts, ties.method = "first")
  part <- apply(counts, 1, max) / pmax(rowSums(counts), 1)
  sprintf("%s, %.0f%% %s: %s", size, 100 * part, group_names(groups)[common], words)
}
