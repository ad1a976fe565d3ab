# Clusters of graphs with known classes: nmf_symmetric() against spectral clustering. Two social networks of package
# igraphdata, and graphs of mutual neighbours in real data. Adjusted Rand index with the classes and seconds, for each
# seed. "njw": k-means (20 starts) on the rows of the leading eigenvectors of the normalized adjacency matrix, of unit
# length (Ng, Jordan and Weiss 2002); "specc": kernlab::specc() on the adjacency matrix as a kernel.

case_graphs <- function(settings, peers) {
  sets <- graph_sets()
  raw <- do.call(rbind, lapply(names(sets), function(name) {
    set <- sets[[name]]
    do.call(rbind, lapply(seq_len(settings$graphs$seeds), function(seed) graph_runs(name, set$A, set$class, seed)))
  }))
  list(raw = list(graphs = raw))
}

graph_runs <- function(name, A, class, seed) {
  k <- length(unique(class))
  one <- function(method, code) {
    set.seed(seed)
    seconds <- system.time(found <- code())[["elapsed"]]
    data.frame(
      graph = name, nodes = nrow(A), edges = sum(A > 0) / 2, classes = k, method = method, seed = seed,
      ari = if (is.null(found)) NA else nonneg::agreement(found, class)[["ari"]], seconds = seconds
    )
  }
  symmetric <- function(...) {
    as.integer(stats::predict(nonneg::nmf_symmetric(A, k, nrun = 10, verbose = FALSE, ...), type = "class"))
  }
  rbind(
    one("nmf_symmetric", function() symmetric()),
    one("nmf_symmetric, degree", function() symmetric(scale = "degree")),
    one("njw", function() spectral_classes(A, k)),
    if (requireNamespace("kernlab", quietly = TRUE)) {
      one("specc", function() {
        K <- kernlab::as.kernelMatrix(as.matrix(A))
        tryCatch(as.integer(kernlab::specc(K, centers = k)), error = function(e) NULL)
      })
    }
  )
}

spectral_classes <- function(A, k) {
  d <- 1 / sqrt(pmax(Matrix::rowSums(A), 1e-12))
  e <- eigen(as.matrix(A) * outer(d, d), symmetric = TRUE)$vectors[, seq_len(k)]
  stats::kmeans(e / pmax(sqrt(rowSums(e^2)), 1e-12), k, nstart = 20, iter.max = 100)$cluster
}

# Joined: each is among the `count` nearest of the other; and each with its nearest, so that nobody is alone.
neighbour_graph <- function(similarity, count = 10) {
  diag(similarity) <- -Inf
  near <- apply(-similarity, 2, rank, ties.method = "first")
  A <- near <= count & t(near) <= count | near == 1 | t(near) == 1
  Matrix::Matrix(A * 1, sparse = TRUE)
}

graph_sets <- function() {
  leukemia <- log(nonneg::leukemia$x + 1)
  words <- as.matrix(nonneg::tf_idf(nonneg::austen$x))
  flowers <- as.matrix(datasets::iris[1:4])
  sets <- list(
    leukemia = list(A = neighbour_graph(stats::cor(leukemia)), class = as.integer(nonneg::leukemia$class)),
    `novels, chapters` = list(A = neighbour_graph(crossprod(words)), class = as.integer(nonneg::austen$class)),
    iris = list(A = neighbour_graph(-as.matrix(stats::dist(flowers))), class = as.integer(datasets::iris$Species))
  )
  if (requireNamespace("igraphdata", quietly = TRUE) && requireNamespace("igraph", quietly = TRUE)) {
    utils::data(list = c("karate", "UKfaculty"), package = "igraphdata", envir = (box <- new.env()))
    plain <- function(g) {
      A <- igraph::as_adjacency_matrix(igraph::as.undirected(igraph::upgrade_graph(g), "collapse"), sparse = TRUE)
      methods::as(A, "CsparseMatrix")
    }
    sets$karate <- list(A = plain(box$karate), class = igraph::V(igraph::upgrade_graph(box$karate))$Faction)
    sets$faculty <- list(A = plain(box$UKfaculty), class = igraph::V(igraph::upgrade_graph(box$UKfaculty))$Group)
  }
  sets
}
