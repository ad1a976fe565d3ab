#!/usr/bin/env bash
# baseline 1.3-8, baseline.fillPeaks(): the baseline of a spectrum, found in a number of buckets ("int") that its help has
# optional.
#
# Guess: each spectrum by itself: a spectrum among copies of itself has the same baseline as alone, and int, if left out, depends on
# the number of points.
# Seen: left out, it is the number of spectra less one. One spectrum or two end in an error; among three the baseline is
# a straight line from end to end, and with every further copy it bends more, until among 400 it rises
# into the peaks. With int given it does not depend on the others.
. "$(dirname "$0")/common.sh"
r_packages baseline=1.3-8
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(baseline))
set.seed(1)
x <- 1:400
floor <- 5 + x / 100 + sin(x / 60)
spectrum <- floor + 100 * dnorm(x, 120, 5) + 150 * dnorm(x, 280, 8) + 0.05 * rnorm(400)
at <- c(1, 60, 120, 200, 280, 340, 400)
show <- function(title, y) cat(sprintf("%-22s %s\n", title, paste(sprintf("%7.2f", y), collapse = "")))
show("point", at)
show("under the peaks", floor[at])
show("spectrum", spectrum[at])
for (n in c(1:3, 10, 50, 400)) {
  found <- function(...) {
    tryCatch(
      baseline.fillPeaks(
        matrix(spectrum, n, 400, byrow = TRUE), lambda = 1, hwi = 5, it = 10, ...
      )$baseline[1, at],
      error = function(e) NA
    )
  }
  show(paste(n, "copies"), found())
  if (n %in% c(1, 400)) show(paste(n, "copies, int = 40"), found(int = 40))
}
R
cat >"$home/wanted" <<'SEEN'
point                     1.00  60.00 120.00 200.00 280.00 340.00 400.00
under the peaks           5.03   6.44   7.11   6.81   6.80   7.82   9.37
spectrum                  5.00   6.43  15.08   6.79  14.33   7.80   9.42
1 copies                    NA
1 copies, int = 40        5.01   5.61   6.14   6.52   6.91   7.69   9.14
2 copies                    NA
3 copies                  5.01   5.25   5.49   5.81   6.13   6.37   6.62
10 copies                 5.01   5.30   5.72   6.31   6.88   7.33   8.22
50 copies                 5.01   5.76   6.35   6.62   6.91   7.72   9.18
400 copies                5.01   6.42   8.82   6.80  10.15   7.79   9.36
400 copies, int = 40      5.01   5.61   6.14   6.52   6.91   7.69   9.14
SEEN
expect "$home/seen" "$home/wanted"
