#!/usr/bin/env bash
# ALS 0.0.7, als(): curve resolution of spectra by alternating least squares. By its help closureC holds "the
# desired value of the sum of each row of the concentration matrix", one vector per data set, and uniS = TRUE
# lets the columns of S have one peak only.
#
# Guess: rows of concentrations sum to 1 if closureC says so, in one data set and in several, and the exact
# data stay exact; spectra have one peak with uniS as elution profiles have with uniC.
# Seen: with two data sets each concentration is 1, so that rows sum to 2 and every curve is flat: a sum is
# taken of what was scaled to the sum wanted. One data set is not closed at all, without a word. uniS changes
# nothing: spectra keep the three peaks that noise gives them, since rows of S are treated, as many as there
# are components, not columns.
. "$(dirname "$0")/common.sh"
r_packages ALS=0.0.7
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(ALS))
bell <- function(x, at, width) exp(-(x - at)^2 / (2 * width^2))
quietly <- function(...) {
  capture.output(fit <- als(...))
  fit
}
time <- 1:40
S <- cbind(bell(1:30, 8, 4), bell(1:30, 20, 5))
decays <- lapply(c(10, 25), function(life) cbind(exp(-time / life), 1 - exp(-time / life)))
data <- lapply(decays, tcrossprod, S)
for (n in 1:2) {
  fit <- quietly(decays[1:n], data[1:n], S = 2 * S, optS1st = FALSE, closureC = rep(list(rep(1, 40)), n))
  C <- fit$CList[[1]]
  cat(sprintf(
    "closure to 1, %d set(s): rows sum to %.1f to %.1f, first component %.2f to %.2f, squared error %.1f\n",
    n, min(rowSums(C)), max(rowSums(C)), min(C[, 1]), max(C[, 1]), fit$rss
  ))
}
peaks <- function(x) {
  apply(x, 2, function(s) {
    s <- s[c(TRUE, diff(s) != 0)]
    sum(diff(sign(diff(c(-Inf, s, -Inf)))) < 0)
  })
}
set.seed(1)
C <- cbind(bell(time, 12, 5), bell(time, 24, 6))
x <- tcrossprod(C, S) + abs(rnorm(1200, 0, 0.02))
for (one in c("neither", "uniC", "uniS")) {
  fit <- quietly(list(C), list(x), S = S, x = time, x2 = 1:30, uniC = one == "uniC", uniS = one == "uniS")
  cat(sprintf("%-8s peaks of spectra %s, of profiles %s\n", one, toString(peaks(fit$S)),
    toString(peaks(fit$CList[[1]]))))
}
R
cat >"$home/wanted" <<'SEEN'
closure to 1, 1 set(s): rows sum to 0.5 to 0.5, first component 0.01 to 0.45, squared error 0.0
closure to 1, 2 set(s): rows sum to 2.0 to 2.0, first component 1.00 to 1.00, squared error 74.0
neither  peaks of spectra 3, 3, of profiles 4, 2
uniC     peaks of spectra 3, 3, of profiles 1, 1
uniS     peaks of spectra 3, 3, of profiles 4, 2
SEEN
expect "$home/seen" "$home/wanted"
