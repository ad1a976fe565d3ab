#!/usr/bin/env bash
# lsa 0.73.4, dimcalc_share(), the default of lsa(): by its help the first position where the sum of singular
# values, divided by the sum of all, "meets or exceeds the specified share".
#
# Guess: the smallest number of dimensions with that share; the larger the share, the more dimensions.
# Seen: if the first singular value has the share already, all are kept in place of one, so that nothing is
# reduced: with (10, 3, 2, 1) a share of 0.3 keeps all four and one of 0.9 three. Counts of words have such a
# first value as soon as documents are alike, and the default of 0.5 then gives the data back, without a word.
# A share that is met exactly gives one dimension too many.
. "$(dirname "$0")/common.sh"
r_packages lsa=0.73.4
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(lsa))
wanted <- function(s, share) which(cumsum(s) / sum(s) >= share)[1]
for (s in list(c(10, 3, 2, 1), c(4, 3, 2, 1))) {
  shares <- c(0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
  cat(sprintf("%-11s by its help %s; kept %s\n", toString(s),
    toString(vapply(shares, function(p) wanted(s, p), 0L)),
    toString(vapply(shares, function(p) as.integer(dimcalc_share(p)(s)), 0L))))
}
set.seed(1)
often <- rexp(200)
x <- sapply(1:30, function(i) rpois(200, 20 * often))
dimnames(x) <- list(paste0("word", 1:200), paste0("text", 1:30))
s <- svd(x)$d
space <- suppressWarnings(lsa(x))
same <- isTRUE(all.equal(c(as.textmatrix(space)), c(x), check.attributes = FALSE))
cat(sprintf("30 texts alike: the first value has %.2f of the sum; kept %d of %d; data come back: %s\n",
  s[1] / sum(s), length(space$sk), length(s), same))
R
cat >"$home/wanted" <<'SEEN'
10, 3, 2, 1 by its help 1, 1, 1, 1, 1, 2, 2, 3; kept 4, 4, 4, 4, 4, 2, 2, 3
4, 3, 2, 1  by its help 1, 1, 1, 2, 2, 2, 3, 3; kept 4, 4, 2, 2, 2, 3, 3, 4
30 texts alike: the first value has 0.53 of the sum; kept 30 of 30; data come back: TRUE
SEEN
expect "$home/seen" "$home/wanted"
