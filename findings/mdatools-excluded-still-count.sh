#!/usr/bin/env bash
# mdatools 0.16.0, mcrals(exclrows = ) and mcrpure(purevars = , exclcols = ): curve resolution of spectra of
# mixtures without some samples, "to be excluded from calculations", or without some wavelengths, with the
# indices of pure ones given.
#
# Guess: the same as with these rows or columns cut out, and pure wavelengths that were given are used.
# Seen: the spectra are the same, but the explained variance is 30 percent in place of 100: excluded samples
# count as not explained at all. With the first five columns excluded, 20, 40 and 30 become 25, 45 and 35,
# without a word: the indices are taken for places among what is left, and told as places among all. Those
# found by itself are right, their purities are those of columns five places to the left.
. "$(dirname "$0")/common.sh"
debian_r r-cran-spam r-cran-dotcall64
r_packages mdatools=0.16.0
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(mdatools))
set.seed(1)
spectra <- cbind(dnorm(1:60, 20, 5), dnorm(1:60, 40, 6), dnorm(1:60, 30, 12))
x <- matrix(runif(90), 30) %*% t(spectra)
x[1:5, ] <- 0.2 * runif(300)
told <- function(name, m) cat(sprintf("%-14s explained: %.1f %%\n", name, m$variance[2, 3]))
out <- mcrals(x, 3, spec.ini = spectra, exclrows = 1:5)
cut <- mcrals(x[-(1:5), ], 3, spec.ini = spectra)
cat("largest difference of spectra:", max(abs(out$resspec - cut$resspec)), "\n")
told("rows excluded", out)
told("rows cut out", cut)
x <- x[-(1:5), ]
cat("given 20, 40, 30:", mcrpure(x, 3, purevars = c(20, 40, 30))$purevars, "\n")
cat("with columns 1 to 5 excluded:", mcrpure(x, 3, purevars = c(20, 40, 30), exclcols = 1:5)$purevars, "\n")
out <- mcrpure(x, 3, exclcols = 1:5)
cut <- mcrpure(x[, -(1:5)], 3)
cat("found, columns excluded:", out$purevars, "purities", sprintf("%.1f", out$purevals), "\n")
cat("found, columns cut out: ", cut$purevars + 5, "purities", sprintf("%.1f", cut$purevals), "\n")
R
cat >"$home/wanted" <<'SEEN'
largest difference of spectra: 0 
rows excluded  explained: 30.4 %
rows cut out   explained: 100.0 %
given 20, 40, 30: 20 40 30 
with columns 1 to 5 excluded: 25 45 35 
found, columns excluded: 18 41 30 purities 20.6 27.3 5.7 
found, columns cut out:  18 41 30 purities 23.7 28.2 11.8 
SEEN
expect "$home/seen" "$home/wanted"
