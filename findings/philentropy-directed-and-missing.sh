#!/usr/bin/env bash
# philentropy 0.10.0, distance(): Kullback-Leibler and other divergences that are not symmetric, between the
# rows of a matrix, and rows with missing values, for which test.na = TRUE, the default, is to test.
#
# Guess: for three rows a matrix in which [i, j] and [j, i] differ; a missing value is an error, or the
# distance is NA.
# Seen: both are that of the earlier row from the later one: for [3, 1] the value of [1, 3], though KL() calls
# itself "a non-symmetric measure". With two rows it is one number, so that the same pair in the other order
# has the other value. Missing values are not tested for: the Chebyshev distance leaves them out, the
# intersection does if they are in the later of two rows, so that its value depends on the order; only the
# Euclidean distance is NA.
. "$(dirname "$0")/common.sh"
r_packages philentropy=0.10.0
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
library(philentropy)
x <- rbind(c(0.7, 0.2, 0.1), c(0.2, 0.2, 0.6), c(0.1, 0.1, 0.8))
formulas <- list(
  `kullback-leibler` = function(p, q) sum(p * log(p / q)), pearson = function(p, q) sum((p - q)^2 / q),
  neyman = function(p, q) sum((p - q)^2 / p), k_divergence = function(p, q) sum(p * log(2 * p / (p + q)))
)
for (name in names(formulas)) {
  f <- formulas[[name]]
  d <- suppressMessages(distance(x, name))
  cat(sprintf("%-17s [1, 3] formula %6.3f, distance() %6.3f; [3, 1] formula %6.3f, distance() %6.3f\n",
    name, f(x[1, ], x[3, ]), d[1, 3], f(x[3, ], x[1, ]), d[3, 1]))
}
x[1, 1] <- NA
for (name in c("euclidean", "chebyshev", "intersection")) {
  shown <- function(rows) {
    found <- function() unname(suppressMessages(distance(x[rows, ], name)))
    tryCatch(format(round(found(), 3)), error = function(e) "error")
  }
  cat(sprintf("%-13s a missing value in the first of two rows: %s, in the second: %s\n", name, shown(c(1, 3)),
    shown(c(3, 1))))
}
R
cat >"$home/wanted" <<'SEEN'
kullback-leibler  [1, 3] formula  1.293, distance()  1.293; [3, 1] formula  1.400, distance()  1.293
pearson           [1, 3] formula  4.312, distance()  4.312; [3, 1] formula  5.464, distance()  4.312
neyman            [1, 3] formula  5.464, distance()  5.464; [3, 1] formula  4.312, distance()  5.464
k_divergence      [1, 3] formula  0.299, distance()  0.299; [3, 1] formula  0.281, distance()  0.299
euclidean     a missing value in the first of two rows: NA, in the second: NA
chebyshev     a missing value in the first of two rows: 0.7, in the second: 0.7
intersection  a missing value in the first of two rows: NA, in the second: 0.3
SEEN
expect "$home/seen" "$home/wanted"
