#!/usr/bin/env bash
# ppclust 1.1.0.1, fcm(): fuzzy c-means with a choice of 18 "distance metrics", among them the cosine and the
# squared chord.
#
# Guess: a row belongs most to the centre that it is nearest to; two groups that differ clearly in their
# proportions, from a start with one row of each, are found with either.
# Seen: "cosine" is the cosine itself, which is the larger the more alike two rows are, so that a row belongs
# most to the centre that it is least like. Centres change sides at each iteration for ever: after an even
# limit of iterations all 20 rows are in the right group, after an odd one none. "sqchord" squares the sum of
# differences of roots in place of each: it is 0 between mirror images such as (80, 10, 10) and (10, 10, 80),
# and both centres end in one place.
. "$(dirname "$0")/common.sh"
r_packages ppclust=1.1.0.1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(ppclust))
set.seed(1)
x <- t(cbind(rmultinom(10, 100, c(10, 1, 1)), rmultinom(10, 100, c(1, 1, 10))))
group <- rep(1:2, each = 10)
for (metric in c("sqeuclidean", "correlation", "cosine", "sqchord")) {
  for (most in c(100, 101)) {
    fit <- fcm(x, x[c(1, 20), ], dmetric = metric, iter.max = most)
    cat(sprintf(
      "%-11s at most %d iterations: %3d, %2d of 20 rows right; centres %s and %s\n",
      metric, most, fit$iter, sum(fit$cluster == group),
      toString(sprintf("%.0f", fit$v[1, ])), toString(sprintf("%.0f", fit$v[2, ]))
    ))
  }
}
R
cat >"$home/wanted" <<'SEEN'
sqeuclidean at most 100 iterations:   7, 20 of 20 rows right; centres 83, 9, 8 and 9, 7, 84
sqeuclidean at most 101 iterations:   7, 20 of 20 rows right; centres 83, 9, 8 and 9, 7, 84
correlation at most 100 iterations:   6, 20 of 20 rows right; centres 83, 9, 8 and 9, 7, 84
correlation at most 101 iterations:   6, 20 of 20 rows right; centres 83, 9, 8 and 9, 7, 84
cosine      at most 100 iterations: 100, 20 of 20 rows right; centres 77, 9, 14 and 15, 7, 78
cosine      at most 101 iterations: 101,  0 of 20 rows right; centres 15, 7, 78 and 77, 9, 14
sqchord     at most 100 iterations:  11, 10 of 20 rows right; centres 46, 8, 46 and 46, 8, 46
sqchord     at most 101 iterations:  11, 10 of 20 rows right; centres 46, 8, 46 and 46, 8, 46
SEEN
expect "$home/seen" "$home/wanted"
