#!/usr/bin/env bash
# NMFN 2.0.1, nnmf(method = "nnmf_als") and mpinv(), the pseudoinverse that it rests on: the same matrix in other units.
#
# Guess: the same relative error; a pseudoinverse times the matrix is the identity.
# Seen: from values of a million on, as intensities of mass spectra have, the fit ends in an error of solve(); below 1e-8 its
# error is thousands of times larger, without a word. mpinv() takes singular values, and entries of its result, for zero below
# 2e-14 whatever the matrix is: of large matrices the inverse is zero. Methods "nnmf_mm" and "nnmf_prob" go without it.
. "$(dirname "$0")/common.sh"
r_packages NMFN=2.0.1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(NMFN))
set.seed(1)
x <- matrix(runif(60), 20) %*% matrix(runif(30), 3)
a <- matrix(rnorm(12), 4)
for (unit in 10^c(-10, -8, 0, 3, 6, 9)) {
  set.seed(2)
  fit <- NULL
  invisible(capture.output(fit <- tryCatch(nnmf(unit * x, 3, "nnmf_als"), error = conditionMessage)))
  if (is.list(fit)) fit <- sprintf("%.5f", sqrt(sum((unit * x - fit$W %*% fit$H)^2) / sum((unit * x)^2)))
  cat(sprintf("in units of %-6s relative error of nnmf_als: %s\n", format(1 / unit), fit))
}
for (unit in c(1, 1e12, 1e14)) {
  unity <- mpinv(unit * a) %*% (unit * a)
  cat("pseudoinverse of a matrix times", unit, ", times that matrix: diagonal", round(diag(unity), 3), "\n")
}
R
cat >"$home/wanted" <<'SEEN'
in units of 1e+10  relative error of nnmf_als: 'a' is 0-diml
in units of 1e+08  relative error of nnmf_als: 0.04450
in units of 1      relative error of nnmf_als: 0.00001
in units of 0.001  relative error of nnmf_als: 0.00001
in units of 1e-06  relative error of nnmf_als: 'a' is 0-diml
in units of 1e-09  relative error of nnmf_als: 'a' is 0-diml
pseudoinverse of a matrix times 1 , times that matrix: diagonal 1 1 1 
pseudoinverse of a matrix times 1e+12 , times that matrix: diagonal 1 1 1.004 
pseudoinverse of a matrix times 1e+14 , times that matrix: diagonal 2.255 0 0 
SEEN
expect "$home/seen" "$home/wanted"
