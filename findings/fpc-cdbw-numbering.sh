#!/usr/bin/env bash
# fpc 2.2-10 (Debian 12), cdbw(): the CDbw index of a clustering (Halkidi and Vazirgiannis 2008), the higher
# the better, "as defined in" that paper by its help.
#
# Guess: clusters may be numbered in any way, and the best number of clusters is the same in any unit.
# Seen: neither. How many points lie between two clusters is counted within the mean of their two standard
# deviations, written as mean(a, b), which in R is a, the cluster with the lower number: a wide cloud between
# two narrow ones has an index of 0.37 or 0.44 by the numbers alone. How many lie around a representative is
# counted by squared distances below a standard deviation. So in centimetres nearly none do, in kilometres all
# do, and the best number of clusters depends on the unit.
. "$(dirname "$0")/common.sh"
debian_r r-cran-fpc=2.2-10-1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(fpc))
set.seed(1)
wide <- rep(c(0.3, 2, 0.3), each = 60)
x <- cbind(rnorm(180, rep(c(0, 5, 11), each = 60), wide), rnorm(180, 0, wide))
truth <- rep(1:3, each = 60)
for (order in list(1:3, c(1, 3, 2), c(2, 1, 3), c(3, 1, 2))) {
  k <- cdbw(x, order[truth])
  cat(sprintf("numbered %s: cdbw %.3f, separation %.3f\n", paste(order, collapse = " "), k$cdbw, k$sep))
}
# Three clouds of the package cluster, a tenth of the points, by k-means.
x <- scale(as.matrix(cluster::xclara)[seq(1, 3000, 10), ])
parts <- lapply(2:6, function(k) {
  set.seed(1)
  kmeans(x, k, nstart = 20)$cluster
})
for (unit in c(0.03, 0.1, 1, 10, 100)) {
  index <- sapply(parts, function(p) cdbw(unit * x, p)$cdbw)
  cat(sprintf("times %-4g: best number of clusters %d; of 2 to 6, relative to the best: %s\n", unit,
    (2:6)[which.max(index)], paste(sprintf("%.2f", index / max(index)), collapse = " ")))
}
R
cat >"$home/wanted" <<'SEEN'
numbered 1 2 3: cdbw 0.383, separation 1.670
numbered 1 3 2: cdbw 0.442, separation 1.923
numbered 2 1 3: cdbw 0.365, separation 1.590
numbered 3 1 2: cdbw 0.365, separation 1.590
times 0.03: best number of clusters 3; of 2 to 6, relative to the best: 0.57 1.00 0.74 0.63 0.56
times 0.1 : best number of clusters 3; of 2 to 6, relative to the best: 0.56 1.00 0.74 0.63 0.56
times 1   : best number of clusters 3; of 2 to 6, relative to the best: 0.42 1.00 0.87 0.80 0.79
times 10  : best number of clusters 5; of 2 to 6, relative to the best: 0.31 0.95 0.90 1.00 0.91
times 100 : best number of clusters 5; of 2 to 6, relative to the best: 0.22 0.67 0.73 1.00 0.93
SEEN
expect "$home/seen" "$home/wanted"
