# From the components of all samples to programs: comparing, clustering by a recipe, consensus.

#' Cluster the components of samples again
#'
#' The components of [nmf_programs()] in another way, without new fits.
#'
#' @param object A result of [nmf_programs()].
#' @param recipe,similarity,k,min_samples,min_size,n_features,density_threshold As in [nmf_programs()].
#' @param ... Not used; anything here is an error.
#' @return An object of class `"nmf_programs"`.
#' @inherit nmf_programs references
#' @examples
#' x <- sqrt(leukemia$x)[1:1000, ]
#' third <- rep(c("a", "b", "c"), length.out = 38)
#' programs <- nmf_programs(x, ranks = 2:4, batch = third, n_features = 30)
#' regroup_programs(programs, recipe = "genenmf", k = 4)
#' @export
regroup_programs <- function(object, recipe = c("silhouette", "gavish", "genenmf", "cnmf"), ...,
                             similarity = NULL, k = NULL, min_samples = 2, min_size = NULL, n_features = 50,
                             density_threshold = 0.5) {
  need_arguments(object)
  check_dots_empty(...)
  check_programs(object)
  grouping <- check_recipe(recipe, similarity, k, min_samples, min_size, n_features, density_threshold)
  object$settings[names(grouping)] <- grouping
  object$components <- object$components[c("sample", "rank", "component", "share")]
  structure(group_programs(unclass(object)), class = "nmf_programs")
}

check_programs <- function(x, arg = "object") {
  if (!inherits(x, "nmf_programs")) abort_input(
    "{.arg {arg}} must be a result of {.fn nmf_programs}, not {describe(x)}."
  )
  absent <- setdiff(c("W", "pool", "components", "programs", "settings"), names(x))
  if (length(absent)) abort_input(
    "{.arg {arg}} must have the part{?s} {.field {absent}} of a result of {.fn nmf_programs}."
  )
  x
}

# `x`: pool, components, settings, data.
group_programs <- function(x) {
  s <- x$settings
  about <- x$components
  tops <- top_sets(x$pool, s$n_features)
  S <- if (s$similarity == "overlap") overlaps(tops, nrow(x$pool)) else pool_cosines(x$pool, about$sample)
  dimnames(S) <- list(colnames(x$pool), colnames(x$pool))
  if (s$recipe == "cnmf" || s$recipe == "genenmf") check_clusters(if (is.null(s$k)) 1 else s$k, ncol(S))
  found <- switch(s$recipe,
    silhouette = by_silhouette(S, about$sample, s$k),
    gavish = by_founders(x$pool, about, tops, s),
    genenmf = {
      tree <- stats::hclust(stats::as.dist(1 - S), "ward.D2")
      list(cluster = stats::cutree(tree, min(ncol(S), if (is.null(s$k)) 10L else s$k)))
    },
    cnmf = by_density(x$pool, about, s)
  )
  aside <- if (is.null(found$aside)) rep(NA_character_, nrow(about)) else found$aside
  cluster <- found$cluster
  samples <- split(about$sample, factor(cluster, seq_len(max(cluster, 0L, na.rm = TRUE))))
  in_samples <- vapply(samples, function(sample) {
    length(unique(sample))
  }, 0L)
  few <- which(in_samples < s$min_samples)
  aside[cluster %in% few] <- "few samples"
  cluster[cluster %in% few] <- NA
  programs <- sort(unique(cluster[!is.na(cluster)]))
  W <- vapply(programs, function(p) {
    consensus_weights(x$pool, about$sample, which(cluster == p), if (s$recipe == "cnmf") "median" else "mean")
  }, numeric(nrow(x$pool)))
  W <- matrix(W, nrow(x$pool), length(programs))
  near <- pool_to(x$pool, W)
  own <- match(cluster, programs)
  similarity <- near[cbind(seq_along(own), own)]
  mean_similarity <- vapply(seq_along(programs), function(p) mean(similarity[which(own == p)]), 0)
  order <- order(-in_samples[programs], -mean_similarity)
  names <- if (length(programs)) paste0("P", seq_along(programs)) else character()
  own <- match(own, order)
  W <- W[, order, drop = FALSE]
  dimnames(W) <- list(rownames(x$pool), names)
  about$program <- factor(own, seq_along(names), names)
  about$silhouette <- silhouettes_of(S, own, about$sample)
  about$similarity <- similarity
  about$aside <- aside
  confidence <- feature_confidence(x$pool, tops, about$sample, own, length(names))
  dimnames(confidence) <- dimnames(W)
  coverage <- matrix(
    as.integer(table(about$sample, about$program)), nrow(x$data), length(names), dimnames = list(
      x$data$sample, names
    )
  )
  in_samples <- unname(in_samples[programs][order])
  parts <- c("W", "programs", "components", "confidence", "coverage", "similarity")
  x[parts] <- NULL
  new <- list(
    W = W,
    programs = data.frame(
      program = names, components = tabulate(own, length(names)), samples = in_samples,
      coverage = in_samples / nrow(x$data),
      silhouette = vapply(seq_along(names), function(p) mean(about$silhouette[which(own == p)]), 0),
      similarity = mean_similarity[order], features = unname(colSums(confidence >= 0.5, na.rm = TRUE))
    ),
    components = about, confidence = confidence, coverage = coverage, similarity = S
  )
  c(new, x)
}

check_clusters <- function(k, count) {
  if (k > count) abort_input("{.arg k} must be at most the {count} components of all fits, not {k}.")
}

# The features with the largest weights of each component, positive ones; the first of equals.
top_sets <- function(pool, n) {
  lapply(seq_len(ncol(pool)), function(c) {
    w <- pool[, c]
    best <- utils::head(order(w, decreasing = TRUE, na.last = NA, method = "radix"), n)
    best[w[best] > 0]
  })
}

# The part of the smaller set that two sets share.
overlaps <- function(tops, features) {
  M <- Matrix::sparseMatrix(
    i = unlist(tops), j = rep(seq_along(tops), lengths(tops)), x = 1, dims = c(features, length(tops))
  )
  shared <- as.matrix(Matrix::crossprod(M))
  shared / pmax(1, outer(lengths(tops), lengths(tops), pmin))
}

# Over the features that both samples have.
pool_cosines <- function(pool, sample) {
  known <- !is.na(pool)
  if (all(known)) {
    S <- crossprod(pool)
  } else {
    pool[!known] <- 0
    first <- match(levels(sample), sample)
    has <- matrix(0, nrow(pool), nlevels(sample))
    has[, !is.na(first)] <- known[, first[!is.na(first)]] + 0
    # Of each component, the squares of what it has of the features of each sample.
    squares <- crossprod(pool^2, has)[, as.integer(sample), drop = FALSE]
    size <- sqrt(squares * t(squares))
    S <- crossprod(pool) / ifelse(size > 0, size, 1)
  }
  S[] <- pmin(pmax(S, 0), 1)
  diag(S) <- 1
  unname(S)
}

# Cosines of components with programs, over the features of each component.
pool_to <- function(pool, W) {
  known <- !is.na(pool)
  pool[!known] <- 0
  size <- sqrt(colSums(pool^2) * crossprod(known + 0, W^2))
  S <- crossprod(pool, W) / ifelse(size > 0, size, 1)
  matrix(pmin(S, 1), ncol(pool), ncol(W))
}

# Average linkage, with as many clusters as have the largest mean silhouette, or `k`.
by_silhouette <- function(S, sample, k = NULL, most = 60) {
  count <- ncol(S)
  if (!is.null(k)) check_clusters(k, count)
  if (count < 3) {
    return(list(cluster = if (is.null(k) || k == 1) rep(1L, count) else seq_len(count)))
  }
  distance <- stats::as.dist(1 - S)
  tree <- stats::hclust(distance, "average")
  if (is.null(k)) {
    tried <- 2:min(most, count - 1)
    width <- vapply(tried, function(k) mean(width_across(1 - S, stats::cutree(tree, k), sample)), 0)
    k <- tried[which.max(width)]
  }
  list(cluster = unname(stats::cutree(tree, k)))
}

# The recipe of Gavish et al. (2023).
by_founders <- function(pool, about, tops, s) {
  O <- overlaps(tops, nrow(pool))
  diag(O) <- 0
  robust <- robust_components(O, about)
  cluster <- rep(NA_integer_, nrow(about))
  left <- which(is.na(robust))
  next_one <- 1L
  repeat {
    partners <- rowSums(O[left, left, drop = FALSE] >= 0.2)
    if (!length(left) || max(partners) <= s$min_size) break
    founder <- left[which.max(partners)]
    members <- founder
    left <- setdiff(left, founder)
    set <- tops[[founder]]
    while (length(left)) {
      shared <- vapply(
        tops[left], function(top) length(intersect(top, set)) / max(1, min(length(top), length(set))), 0
      )
      if (max(shared) < 0.2) break
      members <- c(members, left[which.max(shared)])
      left <- left[-which.max(shared)]
      set <- most_frequent(tops[members], pool[, members, drop = FALSE], s$n_features)
    }
    cluster[members] <- next_one
    next_one <- next_one + 1L
  }
  aside <- robust
  aside[is.na(aside) & is.na(cluster)] <- "no cluster"
  list(cluster = cluster, aside = aside)
}

# NA for robust components, for the others why they are not.
robust_components <- function(O, about) {
  count <- nrow(about)
  same <- outer(about$sample, about$sample, `==`)
  other_rank <- outer(about$rank, about$rank, `!=`)
  out <- rep(NA_character_, count)
  best <- function(M, rows, columns) {
    if (any(columns)) apply(M[rows, columns, drop = FALSE], 1, max) else rep(0, sum(rows))
  }
  within <- vapply(seq_len(count), function(c) max(0, O[c, same[c, ] & other_rank[c, ]]), 0)
  out[within < 0.7] <- "not reproduced"
  kept <- is.na(out)
  across <- vapply(seq_len(count), function(c) max(0, O[c, kept & !same[c, ]]), 0)
  out[kept & across < 0.2] <- "other samples"
  for (sample in levels(about$sample)) {
    own <- which(is.na(out) & about$sample == sample)
    own <- own[order(-across[own])]
    chosen <- integer()
    for (c in own) {
      if (any(O[c, chosen] > 0.2)) out[c] <- "redundant" else chosen <- c(chosen, c)
    }
  }
  out
}

# The features that most sets have; among equals, those with the largest weight in any.
most_frequent <- function(sets, W, n) {
  all <- unlist(sets)
  features <- unique(all)
  count <- tabulate(match(all, features), length(features))
  weight <- apply(W[features, , drop = FALSE], 1, max, na.rm = TRUE)
  features[utils::head(order(-count, -weight), n)]
}

# That of Kotliar et al. (2019), see consensus_nmf().
by_density <- function(pool, about, s) {
  if (anyNA(pool)) {
    abort_input(
      "{.code recipe = \"cnmf\"} needs components of the same features: {.code features = \"shared\"}."
    )
  }
  k <- if (is.null(s$k)) max(about$rank) else s$k
  distance <- sqrt(pmax(2 - 2 * crossprod(pool), 0))
  diag(distance) <- 0
  fits <- nrow(unique(about[c("sample", "rank")]))
  density <- local_density(distance, max(1, floor(0.3 * fits)))
  kept <- density < s$density_threshold
  if (sum(kept) <= k) {
    abort_input(c(
      "{sum(kept)} of {length(kept)} components have a mean distance to their neighbours below \\
       {.arg density_threshold} = {s$density_threshold}, too few for {k} clusters.",
      "i" = "The median distance is {format(signif(stats::median(density), 3))}: samples differ. Use a \\
             smaller {.arg k}, or a larger threshold."
    ))
  }
  cluster <- rep(NA_integer_, ncol(pool))
  cluster[kept] <- with_stream(s$seed, clustered(t(pool[, kept, drop = FALSE]), k))
  list(cluster = cluster, aside = ifelse(kept, NA_character_, "outlier"))
}

# Members with sum 1, averaged within samples, then over the samples that have the feature; the sum is 1.
consensus_weights <- function(pool, sample, members, how = "mean") {
  U <- pool[, members, drop = FALSE]
  U <- U / rep(colSums(U, na.rm = TRUE), each = nrow(U))
  w <- if (how == "median") {
    apply(U, 1, stats::median)
  } else {
    own <- split(seq_along(members), droplevels(sample[members]))
    each <- vapply(own, function(i) rowMeans(U[, i, drop = FALSE]), numeric(nrow(U)))
    rowMeans(matrix(each, nrow(U)), na.rm = TRUE)
  }
  w[is.na(w)] <- 0
  total <- sum(w)
  if (total > 0) w / total else w
}

# Among components that are in a program; NA with a single program.
silhouettes_of <- function(S, own, sample) {
  out <- rep(NA_real_, length(own))
  there <- which(!is.na(own))
  if (length(unique(own[there])) > 1) {
    codes <- match(own[there], sort(unique(own[there])))
    out[there] <- width_across(1 - S[there, there], codes, sample[there])
  }
  out
}

# Silhouette widths that look at other samples alone: components of one sample at neighbouring ranks are
# nearly the same, which says nothing. (b - a) / max(a, b), where a is the mean distance to members of the own
# cluster in other samples, and b the least of those to members of another cluster. 0 where a or b is of
# nobody.
width_across <- function(D, cluster, sample) {
  sums <- rowsum(D, cluster)
  counts <- matrix(tabulate(cluster), nrow(sums), ncol(D))
  for (i in split(seq_along(cluster), droplevels(sample))) {
    same <- rowsum(D[i, i, drop = FALSE], cluster[i])
    at <- as.integer(rownames(same))
    sums[at, i] <- sums[at, i] - same
    counts[at, i] <- counts[at, i] - tabulate(match(cluster[i], at), length(at))
  }
  means <- ifelse(counts > 0, sums / pmax(counts, 1), NA)
  own <- cbind(cluster, seq_along(cluster))
  a <- pmax(means[own], 0)
  means[own] <- NA
  b <- suppressWarnings(apply(means, 2, min, na.rm = TRUE))
  width <- (b - a) / pmax(a, b)
  width[is.na(a) | !is.finite(b) | is.nan(width)] <- 0
  width
}

# The part of the samples of a program in which a feature is a top one of a member.
feature_confidence <- function(pool, tops, sample, own, count) {
  out <- matrix(0, nrow(pool), count)
  for (p in seq_len(count)) {
    members <- which(own == p)
    samples <- unique(sample[members])
    for (s in samples) {
      top <- unique(unlist(tops[members[sample[members] == s]]))
      out[top, p] <- out[top, p] + 1
    }
    out[, p] <- out[, p] / length(samples)
  }
  out
}
