#!/usr/bin/env bash
# fossil 0.4.0, adj.rand.index(): the adjusted Rand index of two clusterings (Hubert and Arabie 1985).
#
# Guess: the value of the formula, the same when the two are exchanged, and below 0 for two that agree less
# than by chance, which its help does not expect ("between 0 and 1").
# Seen: of the second clustering only as many classes are looked at as the first has: 6 classes that halve 3
# have 0.70 in place of 0.55, and 30 that cut them up into tenths 0.33 in place of 0.07; exchanged they have
# the right value. Below 0 the sign is lost: two that agree less than by chance have 0.5 in place of -0.5.
# Classes numbered from 0 lose the first one (1 in place of 0.63), and names of classes give NaN.
. "$(dirname "$0")/common.sh"
r_packages fossil=0.4.0
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(fossil))
hubert <- function(x, y) {
  both <- table(x, y)
  pairs <- sum(choose(both, 2))
  rows <- sum(choose(rowSums(both), 2))
  columns <- sum(choose(colSums(both), 2))
  chance <- rows * columns / choose(length(x), 2)
  (pairs - chance) / ((rows + columns) / 2 - chance)
}
told <- function(name, x, y) {
  cat(sprintf("%-26s formula %5.2f, fossil %5.2f, exchanged %5.2f\n",
    name, hubert(x, y), adj.rand.index(x, y), adj.rand.index(y, x)))
}
x <- rep(1:3, each = 20)
told("itself", x, x)
told("halves of each class", x, rep(1:6, each = 10))
told("tenths of each class", x, rep(1:30, each = 2))
told("less than by chance", c(1, 1, 2, 2), c(1, 2, 1, 2))
told("3 classes from 0 to 2", x, rep(c(1, 0, 2), c(10, 30, 20)))
told("the same as 1 to 3", x, rep(c(2, 1, 3), c(10, 30, 20)))
told("names of classes", letters[x], letters[x])
R
cat >"$home/wanted" <<'SEEN'
itself                     formula  1.00, fossil  1.00, exchanged  1.00
halves of each class       formula  0.55, fossil  0.70, exchanged  0.55
tenths of each class       formula  0.07, fossil  0.33, exchanged  0.07
less than by chance        formula -0.50, fossil  0.50, exchanged  0.50
3 classes from 0 to 2      formula  0.63, fossil  1.00, exchanged  1.00
the same as 1 to 3         formula  0.63, fossil  0.63, exchanged  0.63
names of classes           formula  1.00, fossil   NaN, exchanged   NaN
SEEN
expect "$home/seen" "$home/wanted"
