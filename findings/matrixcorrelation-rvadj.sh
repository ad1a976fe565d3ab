#!/usr/bin/env bash
# MatrixCorrelation 0.10.1, RVadj(): the RV coefficient of two tables, adjusted for their size as in Maye et al. (2011), its
# default, so that tables that have nothing in common get about 0.
#
# Guess: near 0 for independent tables, as its other version "Ghaziri" is; the two differ a little.
# Seen: 0.43 for independent tables of 10 rows and 30 columns (RV itself 0.80), where the formula and the other version give 0.03.
# The columns are to be scaled to standard deviation 1, but std() of pracma gives one number for the whole table,
# so that the formula meets unscaled columns; not even columns that have a standard deviation of 1 are recognized as such.
. "$(dirname "$0")/common.sh"
r_packages MatrixCorrelation=0.10.1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(MatrixCorrelation))
# Maye et al. (2011): tr(XX'YY'), a sum of squared correlations, each adjusted as R^2 is.
maye <- function(x, y) {
  n <- nrow(x)
  adjusted <- function(a, b) sum(1 - (n - 1) / (n - 2) * (1 - cor(a, b)^2))
  adjusted(x, y) / sqrt(adjusted(x, x) * adjusted(y, y))
}
set.seed(1)
table <- t(replicate(200, {
  x <- scale(matrix(rnorm(10 * 30), 10))
  y <- scale(matrix(rnorm(10 * 30), 10))
  c(RV(x, y), RVadj(x, y, "Maye"), RVadj(x, y, "Ghaziri"), maye(x, y))
}))
cat("means of 200 pairs of independent tables, 10 rows, 30 columns of standard deviation 1\n")
titles <- c("RV", "RVadj, Maye", "RVadj, Ghaziri", "Maye, by the formula")
cat(sprintf("%-22s %6.3f\n", titles, colMeans(table)), sep = "")
x <- scale(matrix(rnorm(10 * 30), 10))
y <- scale(x[, 1:15] + matrix(rnorm(150), 10))
cat("one table in other units: Maye", round(sapply(c(0.01, 0.1, 1, 10, 100), function(u) RVadj(u * x, y)), 3),
  "; Ghaziri", round(sapply(c(0.01, 1, 100), function(u) RVadj(u * x, y, "Ghaziri")), 3), "\n")
cat("by the formula", round(maye(x, y), 3), "\n")
R
cat >"$home/wanted" <<'SEEN'
means of 200 pairs of independent tables, 10 rows, 30 columns of standard deviation 1
RV                      0.795
RVadj, Maye             0.428
RVadj, Ghaziri          0.029
Maye, by the formula    0.029
one table in other units: Maye 0.599 0.599 0.599 0.599 0.599 ; Ghaziri 0.417 0.417 0.417 
by the formula 0.431 
SEEN
expect "$home/seen" "$home/wanted"
