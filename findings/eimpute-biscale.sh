#!/usr/bin/env bash
# eimpute 0.2.4, biscale(): rows and columns of a matrix, which may have missing entries, centred and scaled,
# "to have zero mean or unit variance".
#
# Guess: means of 0 for what was to be centred, of observed entries; rows and columns at once by turns, until
# both are.
# Seen: rows alone or columns alone of a complete matrix have 0. With both, every row and column has a mean of
# 100.2, or, after an odd number of steps, of -100.2: both steps start from the same state, so that the mean
# of all is taken off twice and then put back, for ever. With missing entries nothing is centred: they count
# as zeros, so that rows have means of up to 39.5.
. "$(dirname "$0")/common.sh"
r_packages eimpute=0.2.4
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
library(eimpute)
set.seed(1)
x <- 100 + outer(rnorm(20, 0, 5), rep(1, 8)) + outer(rep(1, 20), rnorm(8, 0, 5))
missing <- replace(x, sample(160, 24), NA)
told <- function(name, x, ...) {
  z <- biscale(x, ...)$x.st
  rows <- round(range(rowMeans(z, na.rm = TRUE)), 1) + 0
  columns <- round(range(colMeans(z, na.rm = TRUE)), 1) + 0
  cat(sprintf("%-30s means of rows %.1f to %.1f, of columns %.1f to %.1f\n",
    name, rows[1], rows[2], columns[1], columns[2]))
}
told("as it is", x)
told("rows", x, control = list(row.mean = TRUE))
told("columns", x, control = list(col.mean = TRUE))
both <- list(row.mean = TRUE, col.mean = TRUE)
told("both, at most 100 steps", x, control = both)
told("both, at most 101 steps", x, control = both, maxit.sd = 101)
told("with missing entries, rows", missing, control = list(row.mean = TRUE))
told("with missing entries, both", missing, control = both, maxit.sd = 10000)
R
cat >"$home/wanted" <<'SEEN'
as it is                       means of rows 88.1 to 107.2, of columns 91.0 to 105.5
rows                           means of rows 0.0 to 0.0, of columns -9.1 to 5.4
columns                        means of rows -12.0 to 7.0, of columns 0.0 to 0.0
both, at most 100 steps        means of rows 100.2 to 100.2, of columns 100.2 to 100.2
both, at most 101 steps        means of rows -100.2 to -100.2, of columns -100.2 to -100.2
with missing entries, rows     means of rows 0.0 to 39.5, of columns 4.1 to 20.1
with missing entries, both     means of rows 0.0 to 23.6, of columns 4.1 to 13.4
SEEN
expect "$home/seen" "$home/wanted"
