# Graphs of package igraph: the adjacency matrix, of the weights of the edges where there are any.

#' @exportS3Method nmf_matrix igraph
nmf_matrix.igraph <- function(x, ...) {
  need_package("igraph", "for its graphs")
  weight <- if ("weight" %in% igraph::edge_attr_names(x)) "weight"
  igraph::as_adjacency_matrix(x, attr = weight, sparse = TRUE)
}
