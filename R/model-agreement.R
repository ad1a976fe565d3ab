#' Agreement of clusters with known classes
#'
#' Four usual measures of how well a grouping agrees with labels, whatever the clusters are called.
#' For a fit, the grouping is [assign_clusters()] of it; for a tree, its leaves.
#'
#' * **ARI**, the adjusted Rand index (Hubert and Arabie 1985): 1 for the same grouping, 0 on average for
#'   an unrelated one.
#' * **NMI**, mutual information over the geometric mean of the two entropies (Strehl and Ghosh 2002): from 0
#'   to 1.
#' * **purity**: the share of elements that have the most frequent class of their cluster. It grows with
#'   the number of clusters.
#' * **accuracy**: the share that is right when each class is the name of at most one
#'   cluster, in the best way (the assignment problem, solved by the Hungarian method).
#'
#' ARI, NMI and the assignment are computed by package clue (Hornik 2005), which must be installed.
#'
#' Elements whose class is `NA` are left out. Those whose cluster is `NA`, such as empty documents, count as a
#' cluster of their own for ARI and NMI, and as wrong for purity and accuracy.
#'
#' @param cluster A fit of class `"nmf"`, a tree from [nmf_tree()], or a vector or factor: the cluster of each
#'   element.
#' @param class A vector or factor of the same length: the known class of each element. If both have names,
#'   elements are matched by them, and the names must be the same.
#' @param ... Must be empty.
#' @return A data frame of one row: `ari`, `nmi`, `purity`, `accuracy`. Its attribute `"matching"` is the
#'   class that accuracy gives each cluster, `NA` for clusters left over.
#' @references
#' Hubert L, Arabie P (1985). Comparing partitions. *Journal of Classification* 2, 193--218.
#' \doi{10.1007/BF01908075}
#'
#' Strehl A, Ghosh J (2002). Cluster ensembles: a knowledge reuse framework for combining
#' multiple partitions. *Journal of Machine Learning Research* 3, 583--617.
#'
#' Hornik K (2005). A CLUE for CLUster Ensembles. *Journal of Statistical Software* 14(12).
#' \doi{10.18637/jss.v014.i12}
#' @examples
#' fit <- nmf(tf_idf(austen$x), rank = 6)
#' if (requireNamespace("clue", quietly = TRUE)) {
#'   agreement(fit, austen$class)
#' }
#' @export
agreement <- function(cluster, class, ...) {
  need_arguments(cluster, class)
  check_dots_empty(...)
  need_package("clue", "for agreement()")
  if (is_nmf(cluster)) cluster <- assign_clusters(cluster)
  if (inherits(cluster, "nmf_tree")) cluster <- cut.nmf_tree(cluster)
  check_grouping(cluster, "cluster")
  check_grouping(class, "class")
  if (length(cluster) != length(class)) {
    abort_input(
      "{.arg cluster} and {.arg class} must be of the same length, not {length(cluster)} and {length(class)}."
    )
  }
  class <- in_names_of(class, cluster)
  known <- !is.na(class)
  if (!any(known)) abort_input("{.arg class} must not be NA everywhere.")
  cluster <- droplevels(as.factor(cluster[known]))
  class <- droplevels(as.factor(class[known]))
  n <- length(class)
  counts <- table(cluster, class)

  with_none <- as.integer(addNA(cluster, ifany = TRUE))
  partitions <- list(clue::as.cl_hard_partition(with_none), clue::as.cl_hard_partition(as.integer(class)))
  both <- function(method) as.vector(clue::cl_agreement(partitions[[1]], partitions[[2]], method = method))
  matching <- match_classes(counts)
  right <- !is.na(matching)
  structure(
    data.frame(
      ari = same_or(both("cRand"), with_none, class),
      nmi = same_or(both("NMI"), with_none, class),
      purity = if (length(counts)) sum(apply(counts, 1, max)) / n else 0,
      accuracy = sum(counts[cbind(which(right), matching[right])]) / n
    ),
    matching = stats::setNames(colnames(counts)[matching], rownames(counts))
  )
}

# Where both have names they are matched by them.
in_names_of <- function(class, cluster) {
  have <- names(class)
  want <- names(cluster)
  if (is.null(have) || is.null(want) || identical(have, want)) {
    return(class)
  }
  twice <- c(have[duplicated(have)], want[duplicated(want)])
  unknown <- setdiff(want, have)
  if (length(twice) || length(unknown)) {
    abort_input(c(
      "Names of {.arg cluster} and {.arg class} must be the same, in any order.",
      "x" = if (length(unknown)) {
        "{length(unknown)} of {.arg cluster} {cli::qty(length(unknown))}{?is/are} not in {.arg class}, \\
         such as {quote_each(unknown[1])}."
      },
      "x" = if (length(twice)) "{quote_each(twice[1])} is there twice, and the order differs.",
      "i" = "{.fn unname} of one of them compares by position."
    ))
  }
  class[want]
}

# Two groupings of a single group each have no entropy: they are the same, so 1.
same_or <- function(value, a, b) {
  if (is.finite(value)) value else as.double(length(unique(a)) == length(unique(b)))
}

check_grouping <- function(x, arg) {
  if (!is.atomic(x) || is.null(x) || length(x) == 0 || !is.null(dim(x))) {
    abort_input(c(
      "{.arg {arg}} must be a vector or factor, not {describe(x)}.",
      "i" = if (is.list(x) && is.atomic(x[["cluster"]]) && length(x[["cluster"]])) {
        "Its element {.field cluster} is one: {.code $cluster}."
      },
      "i" = if (inherits(x, "hclust")) "{.fn cutree} makes one of a tree."
    ))
  }
}

# For each cluster the number of its class, none twice, such that most elements are right; NA if
# no class is left. The solver wants no more rows than columns.
match_classes <- function(counts) {
  if (length(counts) == 0) {
    return(integer())
  }
  turned <- nrow(counts) > ncol(counts)
  assigned <- as.integer(clue::solve_LSAP(if (turned) t(counts) else unclass(counts), maximum = TRUE))
  if (!turned) {
    return(assigned)
  }
  classes <- rep(NA_integer_, nrow(counts))
  classes[assigned] <- seq_along(assigned)
  classes
}
