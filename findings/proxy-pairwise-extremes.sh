#!/usr/bin/env bash
# proxy 0.4-29, dist() by "Soergel" and by "Wave": the formulas that pr_DB gives are sum |x - y| / sum max(x, y) and
# sum (1 - min(x, y) / max(x, y)), with minimum and maximum of each pair of elements.
#
# Guess: a vector is at distance 0 from itself; Soergel is between 0 and 1 for nonnegative vectors.
# Seen: the minimum and the maximum are those of all elements of both vectors. By "Wave" a vector is 0.75 from itself, and
# that distance is never above 1, whatever the length; by "Soergel" two vectors are 2.25 apart. "fJaccard", the complement
# of Soergel by its own formula, is right. Clusterings by either are of something else.
. "$(dirname "$0")/common.sh"
r_packages proxy=0.4-29
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(proxy))
for (name in c("Soergel", "Wave", "fJaccard")) cat(name, ":", pr_DB$get_entry(name)$formula, "\n")
x <- rbind(c(1, 2, 3, 4), c(1, 2, 3, 4), c(2, 2, 5, 1), c(10, 20, 30, 40)) / 40
soergel <- function(x, y) sum(abs(x - y)) / sum(pmax(x, y))
wave <- function(x, y) sum(1 - pmin(x, y) / pmax(x, y))
show <- function(title, numbers) {
  cat(sprintf("%-22s %s\n", title, paste(sprintf("%6.3f", numbers), collapse = "")))
}
cat("first row to itself, to the same, and to two others\n")
to_first <- function(method) as.matrix(dist(x[1, , drop = FALSE], x, method = method))
for (one in list(list("Soergel", soergel), list("Wave", wave))) {
  show(paste(one[[1]], "by the formula"), sapply(1:4, function(j) one[[2]](x[1, ], x[j, ])))
  show(paste(one[[1]], "found"), to_first(one[[1]]))
}
show("fJaccard found", to_first("fJaccard"))
R
cat >"$home/wanted" <<'SEEN'
Soergel : sum_i |x_i - y_i| / sum_i max{x_i, y_i} 
Wave : sum_i (1 - min(x_i, y_i) / max(x_i, y_i)) 
fJaccard : sum_i (min{x_i, y_i} / max{x_i, y_i}) 
first row to itself, to the same, and to two others
Soergel by the formula  0.000 0.000 0.462 0.900
Soergel found           0.000 0.000 1.200 2.250
Wave by the formula     0.000 0.000 1.650 3.600
Wave found              0.750 0.750 0.800 0.975
fJaccard found          0.000 0.000 0.462 0.900
SEEN
expect "$home/seen" "$home/wanted"
