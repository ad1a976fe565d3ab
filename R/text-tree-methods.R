#' Clusters from a tree
#'
#' `cut()` gives the clusters that a tree had when it had `k` leaves: the tree is undone from its last
#' division on, as [stats::cutree()] does with others. `predict()` gives the cluster of new observations.
#'
#' New observations go down the tree: at each division they follow the component of the larger part, with the
#' two columns of `W` there and nonnegative least squares. Observations without known features are `NA`. For
#' observations of the tree itself this can differ from `cut()` where the two parts are nearly equal.
#'
#' @param x,object A tree from [nmf_tree()].
#' @param k Number of clusters, from 1 to the number of leaves; `NULL` is all leaves.
#' @param newdata New observations in columns, matched as in [predict.nmf()]. `NULL` is the observations of
#'   the tree.
#' @param threads See [nmf()].
#' @param assay,layer See [adapters]. `NULL` is what the tree was made from.
#' @param ... Must be empty.
#' @return A factor with one element per observation. Levels are `"node"` and the number of the node, in the
#'   order of the tree from left to right. `NA` for columns of zeros and for outliers, see [nmf_tree()].
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
predict.nmf_tree <- function(object, newdata = NULL, k = NULL, threads = NULL, assay = NULL, layer = NULL,
                             ...) {
  check_dots_empty(...)
  leaves <- leaves_at(object, check_leaves(object, k))
  if (is.null(newdata)) {
    return(cut.nmf_tree(object, k))
  }
  threads <- check_threads(threads)
  chosen <- remembered(newdata, object, assay, layer)
  data <- complete_data(newdata, "newdata", chosen$assay, chosen$layer)
  data <- if (data$documents) {
    match_documents(data, rownames(object$W), nrow(object$W))
  } else {
    match_features(data, list(W = object$W))$data
  }
  data <- hold_data(weighted_terms(data, object), "a tree", "newdata")
  x <- data$x
  at <- ifelse(column_sums(x) > 0, 1L, NA_integer_)
  inner <- setdiff(which(!is.na(object$nodes$split)), leaves)
  for (node in inner[order(object$nodes$split[inner])]) {
    here <- which(at == node)
    if (!length(here)) next
    below <- c(object$nodes$left[node], object$nodes$right[node])
    W <- object$W[, below, drop = FALSE]
    H <- nnls(W, unname_matrix(columns_of(x, here)), threads = threads)
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
  if (isFALSE(x$complete)) {
    print_line("  incomplete: interrupted at ", leaves, " of ", x$settings$leaves,
      " leaves; update() goes on")
  }
  outside <- sum(is.na(cut.nmf_tree(x)))
  if (outside) print_line("  ", count_of(outside, "observation"),
    " in no leaf (zero, or set aside as outliers)")
  top <- top_features.nmf_tree(x, n)
  words <- vapply(split(top$feature, factor(top$node, seq_len(nrow(x$nodes)))), paste, "", collapse = ", ")
  width <- getOption("width")
  show <- function(node, indent) {
    left <- x$nodes$left[node]
    label <- sprintf("%s%s%d (%s)", indent, if (is.na(left)) "- " else "+ ", node,
      format(x$nodes$size[node], big.mark = big_mark()))
    cat(strtrim(paste0(formatC(label, width = -24), " ", words[[node]]), width), "\n", sep = "")
    if (!is.na(left)) {
      show(left, paste0(indent, "  "))
      show(x$nodes$right[node], paste0(indent, "  "))
    }
  }
  show(1L, "  ")
  invisible(x)
}
