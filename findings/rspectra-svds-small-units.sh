#!/usr/bin/env bash
# RSpectra 0.16-2, svds(): singular values of the same matrix in other units, and more of them than the rank.
#
# Guess: the values scale with the units; beyond the rank come values near 0 with some orthogonal vectors.
# Seen: in units of 1e-8 (concentrations in mol/l, say) the second and third singular value are wrong by 19 and 40 %,
# from 1e-10 on even the first by 80 %, without a warning. eigs_sym() of t(x) %*% x in the same
# units is right. Beyond the rank the left vectors are not orthogonal: one is zero, others repeat the
# first, with a norm above 1. base svd() and irlba are right in both.
. "$(dirname "$0")/common.sh"
r_packages RSpectra=0.16-2
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
set.seed(2)
x <- matrix(runif(400 * 300), 400)
right <- svd(x, 0, 0)$d[1:3]
for (unit in c(1, 1e-7, 1e-8, 1e-10, 1e-12)) {
  s <- RSpectra::svds(x * unit, 3)
  cat(sprintf(
    "units of %g: found / right %s, %d values\n", unit, paste(sprintf("%.2f", s$d / unit / right), collapse = " "),
    length(s$d)
  ))
}
set.seed(1)
low <- matrix(rexp(300), 100) %*% matrix(rexp(120), 3)
u <- RSpectra::svds(low, 6)$u
cat(sprintf(
  "rank 3, six asked for: shortest left vector %.2f, longest %.2f, largest product of two %.2f\n",
  sqrt(min(colSums(u^2))), sqrt(max(colSums(u^2))), max(abs(crossprod(u)[upper.tri(diag(6))]))
))
R
cat >"$home/wanted" <<'SEEN'
units of 1: found / right 1.00 1.00 1.00, 3 values
units of 1e-07: found / right 1.00 1.00 1.00, 3 values
units of 1e-08: found / right 1.00 0.81 0.60, 3 values
units of 1e-10: found / right 0.20 2.32 2.30, 3 values
units of 1e-12: found / right 0.20 2.32 2.30, 3 values
rank 3, six asked for: shortest left vector 0.00, longest 1.05, largest product of two 1.04
SEEN
expect "$home/seen" "$home/wanted"
