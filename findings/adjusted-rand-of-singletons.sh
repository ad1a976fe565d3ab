#!/usr/bin/env bash
# mclust 6.1.3, adjustedRandIndex(), and aricode 1.1.0, ARI() and MARI(): a partition compared with itself.
#
# Guess: 1, whatever the partition.
# Seen: 1 for one class and for several, NaN if every element is a class of its own (both divide 0 by 0), as
# a hierarchical clustering cut at the bottom gives. A mean over cuts of a tree is NaN then. aricode's other measures of
# the same two partitions are 1, and mclust, asked for one class against singletons, says 0.
. "$(dirname "$0")/common.sh"
r_packages mclust=6.1.3 aricode=1.1.0
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
kinds <- list(`one class` = rep(1, 6), `two classes` = c(1, 1, 1, 2, 2, 2), singletons = 1:6)
for (kind in names(kinds)) {
  a <- kinds[[kind]]
  cat(sprintf(
    "%-12s mclust %s; aricode ARI %s, MARI %s, RI %s, NMI %s, AMI %s\n", kind, mclust::adjustedRandIndex(a, a),
    aricode::ARI(a, a), aricode::MARI(a, a), aricode::RI(a, a), aricode::NMI(a, a), aricode::AMI(a, a)
  ))
}
cat("one class against singletons: mclust", mclust::adjustedRandIndex(kinds[[1]], kinds[[3]]), "\n")
tree <- hclust(dist(c(1, 2, 4, 8, 16, 32)))
cuts <- sapply(1:6, function(k) mclust::adjustedRandIndex(cutree(tree, k), cutree(tree, k)))
cat("a tree with itself, cut into 1 to 6:", cuts, "; mean", mean(cuts), "\n")
R
cat >"$home/wanted" <<'SEEN'
one class    mclust 1; aricode ARI 1, MARI 1, RI 1, NMI 1, AMI 1
two classes  mclust 1; aricode ARI 1, MARI 1, RI 1, NMI 1, AMI 1
singletons   mclust NaN; aricode ARI NaN, MARI NaN, RI 1, NMI 1, AMI 1
one class against singletons: mclust 0 
a tree with itself, cut into 1 to 6: 1 1 1 1 1 NaN ; mean NaN 
SEEN
expect "$home/seen" "$home/wanted"
