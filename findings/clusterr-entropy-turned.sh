#!/usr/bin/env bash
# ClusterR 1.3.7, external_validation(true_labels, clusters): how well clusters meet known classes, among
# others by "purity", the part of elements in the commonest class of their cluster, "entropy", how mixed
# clusters are, and "nvi", the normalized variation of information, 0 for two partitions that are the same.
#
# Guess: pure clusters have an entropy of 0, as a purity of 1; two classes in equal parts in each cluster have
# 1.
# Seen: it is the other way round: entropies are summed over classes, not over clusters. Four pure clusters of
# two classes have a purity of 1 and the worst entropy, 1; two clusters that each hold two whole classes have
# a purity of 0.5 and the best, 0. For more clusters than classes it exceeds 1. Exchanging the two arguments
# gives what is meant, but not its scale. "nvi" is 1, the worst, if both have a single class and so are the
# same.
. "$(dirname "$0")/common.sh"
r_any gmp RcppArmadillo ggplot2 lifecycle
r_packages ClusterR=1.3.7
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(ClusterR))
# Zhao and Karypis (2004): per cluster, over the logarithm of the number of classes, weighted by size.
entropy <- function(true, found) {
  n <- table(found, true)
  p <- prop.table(n, 1)
  sum(rowSums(n) / sum(n) * -rowSums(ifelse(p > 0, p * log2(p), 0))) / log2(ncol(n))
}
told <- function(name, true, found) {
  cat(sprintf("%-36s purity %.2f, entropy %.2f, by the formula %.2f\n", name,
    external_validation(true, found, "purity"), abs(external_validation(true, found, "entropy")),
    entropy(true, found)))
}
told("4 pure clusters of 2 classes", rep(1:2, each = 40), rep(1:4, each = 20))
told("8 pure clusters of 2 classes", rep(1:2, each = 40), rep(1:8, each = 10))
told("2 clusters of 2 whole classes each", rep(1:4, each = 20), rep(1:2, each = 40))
told("2 clusters, both classes in each", rep(1:2, 40), rep(1:2, each = 40))
told("the classes themselves", rep(1:2, each = 40), rep(1:2, each = 40))
cat("nvi of one class and the same:", external_validation(rep(1, 10), rep(1, 10), "nvi"), "\n")
R
cat >"$home/wanted" <<'SEEN'
4 pure clusters of 2 classes         purity 1.00, entropy 1.00, by the formula 0.00
8 pure clusters of 2 classes         purity 1.00, entropy 2.00, by the formula 0.00
2 clusters of 2 whole classes each   purity 0.50, entropy 0.00, by the formula 0.50
2 clusters, both classes in each     purity 0.50, entropy 1.00, by the formula 1.00
the classes themselves               purity 1.00, entropy 0.00, by the formula 0.00
nvi of one class and the same: 1 
SEEN
expect "$home/seen" "$home/wanted"
