#!/usr/bin/env bash
# clusterSim 0.51-6, data.Normalization(): 19 ways to normalize variables or objects. By its help "the numeric
# shifts and scalings used" come as attributes, with which new data are put on the same scale, or centres of
# clusters back on the old one.
#
# Guess: what was normalized times the scale plus the shift is what it was before, for each of the 19.
# Seen: for a matrix by variables, not for n5, n5a and n12: the scale given is the size of the mean or median,
# not the largest deviation or the root of the sum of squares that was divided by, and centres come back off
# by up to 76 of data around 50. By objects n1, too, whose shift is that of the first variable. For a vector
# n9, n9a and n10 give no scale at all. The normalized values are right.
. "$(dirname "$0")/common.sh"
r_packages clusterSim=0.51-6
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(clusterSim))
set.seed(1)
x <- matrix(rnorm(40, 50, 10), 10, dimnames = list(paste0("o", 1:10), letters[1:4]))
back <- function(z, rows) {
  shift <- attr(z, "normalized:shift")
  scale <- attr(z, "normalized:scale")
  if (is.null(dim(z)) || rows) return(c(z * scale + shift))
  c(sweep(sweep(z, 2, scale, "*"), 2, shift, "+"))
}
types <- c("n0", "n1", "n2", "n3", "n3a", "n4", "n5", "n5a", "n6", "n6a", "n7", "n8", "n9", "n9a", "n10",
  "n11", "n12", "n12a", "n13")
told <- function(name, x, by) {
  off <- vapply(types, function(type) {
    max(abs(back(data.Normalization(x, type, by), by == "row") - c(x)))
  }, 0)
  wrong <- is.na(off) | off > 1e-6
  cat(sprintf("%-22s right: %d; off by: %s\n", name, sum(!wrong),
    toString(sprintf("%s %.0f", types[wrong], off[wrong]))))
}
told("matrix by variables", x, "column")
told("matrix by objects", x, "row")
told("vector", x[, 1], "column")
print(rbind(divided_by = max(abs(x[, 1] - mean(x[, 1]))),
  scale = attr(data.Normalization(x, "n5"), "normalized:scale")[[1]]))
R
cat >"$home/wanted" <<'SEEN'
matrix by variables    right: 16; off by: n5 37, n5a 76, n12 17
matrix by objects      right: 15; off by: n1 23, n5 48, n5a 82, n12 38
vector                 right: 16; off by: n9 NA, n9a NA, n10 NA
               [,1]
divided_by 14.63078
scale      51.32203
SEEN
expect "$home/seen" "$home/wanted"
