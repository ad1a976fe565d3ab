#!/usr/bin/env bash
# mclustcomp 0.3.5, mclustcomp(types = "f"): the F measure of two partitions, a mean over classes of the best harmonic mean of
# precision and recall.
#
# Guess: 1 for a partition with itself, less for any other.
# Seen: 25.5 for each of three partitions of 60 elements in classes of 10, 20 and 30 with itself, with itself in another order
# and with one that halves every class: only sizes of classes are looked at, not how many elements they share. It
# says nothing about how alike two partitions are, and mclustcomp(types = "all") gives it along with the rest.
. "$(dirname "$0")/common.sh"
r_packages mclustcomp=0.3.5
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(mclustcomp))
f_measure <- function(x, y) {
  both <- table(x, y)
  f <- 2 * both / outer(rowSums(both), colSums(both), `+`)
  sum(rowSums(both) / length(x) * apply(f, 1, max))
}
set.seed(1)
x <- rep(1:3, c(10, 20, 30))
others <- list(
  itself = x, `itself in another order` = sample(x), `a half of each class` = rep(1:2, 30)
)
for (name in names(others)) {
  y <- others[[name]]
  found <- mclustcomp(x, y, types = c("f", "adjrand"))
  scores <- setNames(found$scores, found$types)
  cat(sprintf(
    "with %-24s F by the formula %.3f, by mclustcomp %7.3f; adjusted Rand index %6.3f\n",
    name, f_measure(x, y), scores[["f"]], scores[["adjrand"]]
  ))
}
R
cat >"$home/wanted" <<'SEEN'
with itself                   F by the formula 1.000, by mclustcomp  25.500; adjusted Rand index  1.000
with itself in another order  F by the formula 0.462, by mclustcomp  25.500; adjusted Rand index  0.001
with a half of each class     F by the formula 0.425, by mclustcomp  25.500; adjusted Rand index -0.021
SEEN
expect "$home/seen" "$home/wanted"
