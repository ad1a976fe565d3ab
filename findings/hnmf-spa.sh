#!/usr/bin/env bash
# hNMF 1.0, initializeSPA(): starting sources for a factorization by successive projection, which takes columns of the data, that of
# the largest norm first, and so on; made for images, whose background is empty.
#
# Guess: empty columns are never taken, and change nothing: the pure spectra among the columns are found. Nor do a column
# that is there twice, or columns of equal norm as after scaling.
# Seen: with empty columns behind the others they are found, with the same columns before the others they are not: columns are chosen
# from the data with the empty ones, and these numbers are then looked up in the data without them. What comes out
# are other columns, one of three with a correlation of 0.12 with the spectrum in question. Nothing is said.
# Two columns that tie for the largest norm end it with an error about a missing function: where ties are to be settled, two
# vectors are written with parentheses, as in Matlab, from which it comes. So it can start from no data that were
# scaled to unit norm, and from no image with two equal pixels that are the brightest.
. "$(dirname "$0")/common.sh"
r_packages hNMF=1.0
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(hNMF))
# Three pure spectra and 97 mixtures, as columns; the sources are to be found among the columns.
set.seed(1)
pure <- matrix(rexp(60), 20)
shares <- matrix(rexp(3 * 97), 3)
data <- cbind(pure, pure %*% sweep(shares, 2, colSums(shares), "/"))
data <- data[, sample(100)]
best <- function(found) sapply(1:3, function(k) max(cor(pure[, k], found)))
show <- function(title, x) {
  found <- tryCatch(paste(sprintf("%.3f", best(initializeSPA(x, 3))), collapse = " "), error = conditionMessage)
  cat(sprintf("%-44s %s\n", title, found))
}
cat("correlation of each pure spectrum with the nearest found\n")
show("100 columns", data)
show("the same, and 20 empty columns behind", cbind(data, matrix(0, 20, 20)))
show("the same, and 20 empty columns before", cbind(matrix(0, 20, 20), data))
norm <- colSums(data^2)
show("with a copy of the smallest column", cbind(data, data[, which.min(norm)]))
show("with a copy of the largest column", cbind(data, data[, which.max(norm)]))
show("with all columns scaled to the same norm", sweep(data, 2, sqrt(norm), "/"))
R
cat >"$home/wanted" <<'SEEN'
correlation of each pure spectrum with the nearest found
100 columns                                  1.000 1.000 1.000
the same, and 20 empty columns behind        1.000 1.000 1.000
the same, and 20 empty columns before        0.996 0.963 0.122
with a copy of the smallest column           1.000 1.000 1.000
with a copy of the largest column            could not find function "origNormData"
with all columns scaled to the same norm     could not find function "origNormData"
SEEN
expect "$home/seen" "$home/wanted"
