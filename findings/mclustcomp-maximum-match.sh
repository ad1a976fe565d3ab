#!/usr/bin/env bash
# mclustcomp 0.3.5, mclustcomp(types = "mmm"): the maximum-match measure, in which classes of two partitions are matched one to one, the
# largest overlap first, and the part of all elements that are in matched classes is given.
#
# Guess: a matching, so that no class is used twice; the order of elements does not matter.
# Seen: nothing is matched. The largest overlaps of the first classes are added, as many as the smaller number of classes, and
# "first" is by appearance: with the elements in reverse order the score is another, and with the two partitions
# exchanged too. Two classes that both overlap most with the same one count it twice (0.75 in place of 0.52).
. "$(dirname "$0")/common.sh"
r_packages mclustcomp=0.3.5
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(mclustcomp))
# The largest entries of the table, each of a row and a column that are not taken yet.
maximum_match <- function(x, y) {
  both <- table(x, y)
  sum <- 0
  while (length(both)) {
    at <- arrayInd(which.max(both), dim(both))
    sum <- sum + both[at]
    both <- both[-at[1], -at[2], drop = FALSE]
  }
  sum / length(x)
}
show <- function(title, x, y) {
  found <- suppressWarnings(mclustcomp(x, y, types = "mmm")$scores)
  cat(sprintf("%-36s by the definition %.3f, by mclustcomp %.3f\n", title, maximum_match(x, y), found))
}
x <- rep(1:3, c(10, 20, 30))
y <- rep(c(1, 2, 1, 2), c(10, 20, 20, 10))
show("three classes against two", x, y)
show("the same, the last element first", rev(x), rev(y))
show("two against three", y, x)
x <- rep(1:2, each = 30)
show("two of which both match the first", x, rep(c(1, 1, 1, 2), 15))
R
cat >"$home/wanted" <<'SEEN'
three classes against two            by the definition 0.667, by mclustcomp 0.500
the same, the last element first     by the definition 0.667, by mclustcomp 0.667
two against three                    by the definition 0.667, by mclustcomp 0.667
two of which both match the first    by the definition 0.517, by mclustcomp 0.750
SEEN
expect "$home/seen" "$home/wanted"
