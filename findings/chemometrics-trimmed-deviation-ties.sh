#!/usr/bin/env bash
# chemometrics 1.4.4, sd_trim(): trimmed standard deviations of the columns of a table; alr(), clr() and
# ilr(): log-ratios of compositions.
#
# Guess: a column has the value that it has alone; the three kinds of log-ratios have the same logarithm, so
# that differences of clr are those of alr.
# Seen: the four measures of iris have other values than alone, the width of sepals 0.88 in place of 0.42.
# What remains of all columns after trimming is put in a row and cut into columns of equal length, but where
# values are tied, as rounded measures and counts are, more remain of one column than of another. There is a
# warning only if the row cannot be cut evenly. alr() takes the decimal logarithm and clr() and ilr() the
# natural one.
. "$(dirname "$0")/common.sh"
debian_r r-cran-class r-cran-e1071 r-cran-mclust r-cran-pcapp r-cran-pls r-cran-robustbase
r_any som lars
r_packages chemometrics=1.4.4
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(chemometrics))
told <- function(name, x) {
  cat(sprintf("%-8s alone:   ", name), sprintf("%6.3f", sapply(x, sd_trim)), "\n")
  cat(sprintf("%-8s together:", name), sprintf("%6.3f", suppressWarnings(sd_trim(as.matrix(x)))), "\n")
}
told("iris", iris[, 1:4])
told("trees", trees)
told("swiss", swiss[, 1:4])
x <- rbind(c(0.2, 0.3, 0.5), c(0.1, 0.1, 0.8))
cat("alr:", sprintf("%.3f", alr(x, 3)[, 1]), "\n")
cat("the same from clr:", sprintf("%.3f", clr(x)[, 1] - clr(x)[, 3]), "\n")
cat("ilr of two parts, times the root of 2:", sprintf("%.3f", sqrt(2) * ilr(x[, c(1, 3)])), "\n")
R
cat >"$home/wanted" <<'SEEN'
iris     alone:     0.916  0.415  2.265  1.087 
iris     together:  0.918  0.880  2.170  1.018 
trees    alone:     3.379  6.518 14.080 
trees    together:  3.379  6.518 14.080 
swiss    alone:    11.353 24.144  7.732  5.621 
swiss    together: 11.506 24.096  7.757  6.738 
alr: -0.398 -0.903 
the same from clr: -0.916 -2.079 
ilr of two parts, times the root of 2: -0.916 -2.079 
SEEN
expect "$home/seen" "$home/wanted"
