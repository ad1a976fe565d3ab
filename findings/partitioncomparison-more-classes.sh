#!/usr/bin/env bash
# partitionComparison 0.2.6, classificationErrorDistance(): the part of elements that are not in matched
# classes, over the best matching of the classes of two partitions; and compareAll(), which gives all 34
# measures of the package.
#
# Guess: for any two partitions of the same elements, the same when they are exchanged.
# Seen: if the first has more classes than the second it ends in an error about nrow(w) and ncol(w); exchanged
# it is right. compareAll() ends with it, so that none of the other 33 measures is seen: a clustering can be
# compared with the truth in one order only, and in which depends on how many clusters it has.
. "$(dirname "$0")/common.sh"
r_packages partitionComparison=0.2.6
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(partitionComparison))
three <- c(1, 1, 2, 2, 3, 3)
others <- list(`three classes` = c(1, 1, 2, 3, 3, 3), `two classes` = c(1, 1, 1, 2, 2, 2),
  `four classes` = c(1, 2, 3, 3, 4, 4), `one class` = rep(1, 6))
told <- function(call) tryCatch(format(call), error = function(e) "error")
for (name in names(others)) {
  x <- new("Partition", three)
  y <- new("Partition", others[[name]])
  cat(sprintf("three classes with %-14s %s, exchanged %s; measures of compareAll() %s, exchanged %s\n", name,
    told(classificationErrorDistance(x, y)), told(classificationErrorDistance(y, x)),
    told(nrow(compareAll(x, y))), told(nrow(compareAll(y, x)))))
}
R
cat >"$home/wanted" <<'SEEN'
three classes with three classes  0.1666667, exchanged 0.1666667; measures of compareAll() 34, exchanged 34
three classes with two classes    error, exchanged 0.3333333; measures of compareAll() error, exchanged 34
three classes with four classes   0.1666667, exchanged error; measures of compareAll() 34, exchanged error
three classes with one class      error, exchanged 0.6666667; measures of compareAll() error, exchanged 34
SEEN
expect "$home/seen" "$home/wanted"
