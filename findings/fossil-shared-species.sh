#!/usr/bin/env bash
# fossil 0.4.0, chao.jaccard() and chao.sorenson(): how alike two sites are, corrected for shared species that
# were not seen, as in Chao et al. (2005).
#
# Guess: the values of that paper; near 0 for two sites whose common species are not shared.
# Seen: 0.33 for two sites that share one rare species of 3 (0.007 by the formula), and 1, so no difference at
# all, for two sites that share 5 rare ones while the common ones, 50 of 55 individuals, are at one site only
# (0.19). The part of a site in species that are rare at the other is to be counted up; taken is its part in
# species that are not there. For the data of the package the values are off by -0.08 to 0.36, and sites
# change their order.
. "$(dirname "$0")/common.sh"
r_packages fossil=0.4.0
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(fossil))
chao <- function(x, y) {
  part <- function(x, y) {
    both <- x > 0 & y > 0
    unseen <- sum(both & y == 1) / (2 * max(sum(both & y == 2), 1)) * (sum(y) - 1) / sum(y)
    min(1, (sum(x[both]) + unseen * sum(x[both & y == 1])) / sum(x))
  }
  u <- part(x, y)
  v <- part(y, x)
  c(u * v / (u + v - u * v), 2 * u * v / (u + v))
}
data(fdata.mat)
sites <- list(
  `one rare species shared` = list(c(100, 1, 0), c(0, 1, 100)),
  `five rare ones shared` = list(c(50, 1, 1, 1, 1, 1, 0), c(0, 1, 1, 1, 1, 1, 50)),
  `of the help` = list(c(1, 0, 4, 3, 5, 0, 0, 7), c(2, 1, 3, 0, 0, 1, 0, 6))
)
for (k in 1:4) sites[[paste("fdata.mat", k, "and", k + 1)]] <- list(fdata.mat[, k], fdata.mat[, k + 1])
for (name in names(sites)) {
  x <- sites[[name]][[1]]
  y <- sites[[name]][[2]]
  wanted <- chao(x, y)
  cat(sprintf("%-24s Jaccard: formula %.3f, fossil %.3f; Sorensen: formula %.3f, fossil %.3f\n",
    name, wanted[1], chao.jaccard(x, y), wanted[2], chao.sorenson(x, y)))
}
R
cat >"$home/wanted" <<'SEEN'
one rare species shared  Jaccard: formula 0.007, fossil 0.333; Sorensen: formula 0.015, fossil 0.500
five rare ones shared    Jaccard: formula 0.186, fossil 1.000; Sorensen: formula 0.314, fossil 1.000
of the help              Jaccard: formula 0.570, fossil 0.687; Sorensen: formula 0.726, fossil 0.814
fdata.mat 1 and 2        Jaccard: formula 0.638, fossil 0.556; Sorensen: formula 0.779, fossil 0.715
fdata.mat 2 and 3        Jaccard: formula 0.743, fossil 0.897; Sorensen: formula 0.853, fossil 0.946
fdata.mat 3 and 4        Jaccard: formula 0.543, fossil 0.514; Sorensen: formula 0.704, fossil 0.679
fdata.mat 4 and 5        Jaccard: formula 0.437, fossil 0.793; Sorensen: formula 0.608, fossil 0.885
SEEN
expect "$home/seen" "$home/wanted"
