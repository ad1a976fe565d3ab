#!/usr/bin/env bash
# mdatools 0.16.0, mcrals(): curve resolution of spectra of mixtures with constraints, here on contributions:
# closure (sums of 1), unimodality (one peak), and cont.forced, which forces some "to be equal to particular
# pre-defined values".
#
# Guess: what is returned keeps the constraints.
# Seen: it does not. After the last iteration contributions are computed once more, by least squares alone,
# and these are returned: sums lie between 0.44 and 1.60, each of three elution profiles has five peaks or
# more, and of ten contributions that were forced to be zero, as the component is known to be absent, seven
# are not, up to 1.46. Explained variance is that of the free contributions, too, so that it does not show
# what a constraint costs.
. "$(dirname "$0")/common.sh"
debian_r r-cran-spam r-cran-dotcall64
r_packages mdatools=0.16.0
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(mdatools))
set.seed(1)
spectra <- cbind(dnorm(1:60, 20, 5), dnorm(1:60, 40, 6), dnorm(1:60, 30, 12))
mixed <- matrix(runif(90), 30)
fit <- function(contributions, ...) mcrals(contributions %*% t(spectra), 3, spec.ini = spectra, ...)$rescont
closed <- fit(mixed, cont.constraints = list(constraint("closure", list(sum = 1))))
sums <- range(rowSums(closed))
cat(sprintf("closure to 1: sums of contributions from %.2f to %.2f\n", sums[1], sums[2]))
peaks <- function(x) apply(x, 2, function(y) sum(diff(sign(diff(c(0, y, 0)))) < 0))
eluted <- sapply(c(8, 15, 22), function(k) dnorm(1:30, k, 3)) + 0.02 * runif(90)
one <- fit(eluted, cont.constraints = list(constraint("unimod")))
cat("unimodal: peaks of the three contributions", peaks(one), "\n")
forced <- matrix(NA, 30, 3)
forced[1:10, 1] <- 0
zero <- fit(mixed, cont.forced = forced)[1:10, 1]
cat("forced to be 0:", sprintf("%.2f", zero), "\n")
R
cat >"$home/wanted" <<'SEEN'
closure to 1: sums of contributions from 0.44 to 1.60
unimodal: peaks of the three contributions 5 7 6 
forced to be 0: 0.00 0.15 0.52 1.46 0.00 1.15 1.03 0.79 0.68 0.00 
SEEN
expect "$home/seen" "$home/wanted"
