#!/usr/bin/env bash
# NbClust 3.0.1, index = "cindex": the C index of Hubert and Levin, the smaller the better, of three groups of points and one point far
# away, in three units (centimetres, metres, hundreds of metres).
#
# Guess: a number without units, the same in all three.
# Seen: the best number of clusters is 3 in two of the units and 8 in the third, where the index is a fifth of what it is
# in the others. A cluster of one point has no distances; its smallest and its largest are then taken to be 1, whatever the
# data, and are compared with those of the other clusters. Besides, sums of as many smallest and largest distances as there
# are within clusters are replaced by one distance times their number, which makes the index ten times as large or more.
. "$(dirname "$0")/common.sh"
r_packages NbClust=3.0.1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(NbClust))
hubert_levin <- function(x, k) {
  class <- cutree(hclust(dist(x), "average"), k)
  d <- as.matrix(dist(x))
  within <- d[lower.tri(d) & outer(class, class, "==")]
  sorted <- sort(d[lower.tri(d)])
  least <- sum(head(sorted, length(within)))
  (sum(within) - least) / (sum(tail(sorted, length(within))) - least)
}
set.seed(2)
x <- rbind(matrix(rnorm(60), 30), matrix(rnorm(60, 8), 30), matrix(rnorm(60, 16), 30), c(40, 40))
cat("clusters                ", sprintf("%7d", 2:8), "\n")
cat("Hubert and Levin        ", sprintf("%7.4f", sapply(2:8, hubert_levin, x = x)), "\n")
for (unit in c(100, 1, 0.01)) {
  found <- NbClust(
    unit * x, distance = "euclidean", min.nc = 2, max.nc = 8, method = "average", index = "cindex"
  )
  cat(sprintf("NbClust, values x %-5g ", unit), sprintf("%7.4f", found$All.index),
    " best:", found$Best.nc[1], "\n")
}
R
cat >"$home/wanted" <<'SEEN'
clusters                       2       3       4       5       6       7       8 
Hubert and Levin          0.0000  0.0319  0.0000  0.0010  0.0048  0.0071  0.0073 
NbClust, values x 100     0.3873  0.3372  0.3583  0.3673  0.3536  0.3923  0.3863  best: 3 
NbClust, values x 1       0.3862  0.3353  0.3525  0.3614  0.3475  0.3856  0.3794  best: 3 
NbClust, values x 0.01    0.1078  0.0571  0.0191  0.0187  0.0180  0.0168  0.0166  best: 8 
SEEN
expect "$home/seen" "$home/wanted"
