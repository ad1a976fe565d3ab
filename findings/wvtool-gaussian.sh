#!/usr/bin/env bash
# wvtool 1.0, noise.filter(method = "gaussian"): smoothing of a grey picture by binomial weights, here of one that is 100 everywhere.
#
# Guess: 100 everywhere.
# Seen: with n = 3 it is; with n = 5 the inside is 145, with four points of 119, and only a margin is 100. A correction for the left and
# right edge, where weights are missing, is applied to all columns: col() was written for ncol(). One for the corners
# has a wrong number. Any picture comes out brighter by 45 percent with a frame around it.
. "$(dirname "$0")/common.sh"
r_packages wvtool=1.0
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(wvtool))
flat <- matrix(100, 9, 9)
attr(flat, "bits.per.sample") <- 8
for (method in c("median", "mean")) {
  cat(method, "of 5 x 5, all values:", unique(c(noise.filter(flat, 5, method))), "\n")
}
for (n in c(3, 5)) {
  cat("gaussian of", n, "x", n, "\n")
  print(matrix(noise.filter(flat, n, "gaussian"), 9))
}
R
cat >"$home/wanted" <<'SEEN'
median of 5 x 5, all values: 100 
mean of 5 x 5, all values: 100 
gaussian of 3 x 3 
      [,1] [,2] [,3] [,4] [,5] [,6] [,7] [,8] [,9]
 [1,]  100  100  100  100  100  100  100  100  100
 [2,]  100  100  100  100  100  100  100  100  100
 [3,]  100  100  100  100  100  100  100  100  100
 [4,]  100  100  100  100  100  100  100  100  100
 [5,]  100  100  100  100  100  100  100  100  100
 [6,]  100  100  100  100  100  100  100  100  100
 [7,]  100  100  100  100  100  100  100  100  100
 [8,]  100  100  100  100  100  100  100  100  100
 [9,]  100  100  100  100  100  100  100  100  100
gaussian of 5 x 5 
      [,1] [,2] [,3] [,4] [,5] [,6] [,7] [,8] [,9]
 [1,]  100  100  100  100  100  100  100  100  100
 [2,]  100  119  100  100  100  100  100  119  100
 [3,]  100  145  145  145  145  145  145  145  100
 [4,]  100  145  145  145  145  145  145  145  100
 [5,]  100  145  145  145  145  145  145  145  100
 [6,]  100  145  145  145  145  145  145  145  100
 [7,]  100  145  145  145  145  145  145  145  100
 [8,]  100  119  100  100  100  100  100  119  100
 [9,]  100  100  100  100  100  100  100  100  100
SEEN
expect "$home/seen" "$home/wanted"
