#!/usr/bin/env bash
# ppclust 1.1.0.1, fcm(): fuzzy c-means of 24 rows that are three patterns of 0 and 1, ten, eight and six
# times, from starts by its default, k-means++, which takes rows of the data.
#
# Guess: the three patterns are the centres, each row wholly in its own, as the update gives it from any start
# with one row of each: where a distance is 0 the membership is 1.
# Seen: where a distance is 0 each membership is 1/k. A start at rows of the data puts every row into all
# three groups by a third, all centres fall onto the mean of all and stay there, from every seed. With one row
# more that is none of the three, two centres are one and the same. The values of the objective come without a
# warning.
. "$(dirname "$0")/common.sh"
r_packages ppclust=1.1.0.1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(ppclust))
patterns <- rbind(c(1, 1, 0, 0, 0, 0), c(0, 0, 1, 1, 0, 0), c(0, 0, 0, 0, 1, 1))
x <- patterns[rep(1:3, c(10, 8, 6)), ]
by_the_formula <- function(x, v) {
  for (step in 1:100) {
    d <- outer(seq_len(nrow(x)), 1:3, Vectorize(function(i, j) sum((x[i, ] - v[j, ])^2)))
    u <- 1 / pmax(d, 1e-300)
    u <- u / rowSums(u)
    v <- crossprod(u^2, x) / colSums(u^2)
  }
  list(u = u, v = v)
}
told <- function(name, fit) {
  sizes <- tabulate(max.col(fit$u, "first"), 3)
  cat(sprintf("%-24s largest membership of row 1: %.2f; sizes %s; different centres: %d\n",
    name, max(fit$u[1, ]), toString(sort(sizes, decreasing = TRUE)), nrow(unique(round(fit$v, 6)))))
}
for (more in 0:1) {
  y <- if (more) rbind(x, c(1, 0, 0, 0, 0, 1)) else x
  cat(nrow(y), "rows\n")
  told("  formula", by_the_formula(y, patterns))
  for (seed in 1:3) told(paste("  fcm, seed", seed), fcm(y, 3, numseed = seed))
}
R
cat >"$home/wanted" <<'SEEN'
24 rows
  formula                largest membership of row 1: 1.00; sizes 10, 8, 6; different centres: 3
  fcm, seed 1            largest membership of row 1: 0.33; sizes 24, 0, 0; different centres: 1
  fcm, seed 2            largest membership of row 1: 0.33; sizes 24, 0, 0; different centres: 1
  fcm, seed 3            largest membership of row 1: 0.33; sizes 24, 0, 0; different centres: 1
25 rows
  formula                largest membership of row 1: 1.00; sizes 10, 8, 7; different centres: 3
  fcm, seed 1            largest membership of row 1: 0.48; sizes 17, 8, 0; different centres: 2
  fcm, seed 2            largest membership of row 1: 0.48; sizes 17, 8, 0; different centres: 2
  fcm, seed 3            largest membership of row 1: 0.48; sizes 17, 8, 0; different centres: 2
SEEN
expect "$home/seen" "$home/wanted"
