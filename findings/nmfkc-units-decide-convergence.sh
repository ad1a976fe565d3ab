#!/usr/bin/env bash
# nmfkc 1.0.2: does the fit of the same table in other units (grams instead of kilograms) differ?
#
# Guess: no; the factors scale, the relative error is the same.
# Seen: below units of about 1 it stops early and says converged = TRUE. In thousandths it ends after 10 iterations
# at 23 times the error, with an R squared of .94 instead of .997; in units of 1e-9 it is worse than the mean of all
# entries. The stop rule holds the change of the objective against a number that does not go down with the data.
. "$(dirname "$0")/common.sh"
r_packages nmfkc=1.0.2
Rscript --vanilla - 2>"$home/log" <<'R' | grep "^units" >"$home/seen" || { cat "$home/log"; exit 2; }
library(nmfkc)
set.seed(1)
W <- matrix(rexp(60), 20)
H <- matrix(rexp(30), 3)
x <- W %*% H + matrix(rexp(200, 5), 20)
for (unit in c(1e6, 1, 1e-3, 1e-9)) {
  f <- nmfkc(x * unit, rank = 3, maxit = 5000)
  error <- sum((x * unit - f$XB)^2) / unit^2
  cat(sprintf(
    "\nunits of %g: sum of squares %.2f, R squared %.3f, iterations %d, converged %s\n",
    unit, error, 1 - error / sum((x - mean(x))^2), f$iter, f$converged
  ))
}
R
cat >"$home/wanted" <<'SEEN'
units of 1e+06: sum of squares 4.24, R squared 0.997, iterations 171, converged TRUE
units of 1: sum of squares 4.24, R squared 0.997, iterations 171, converged TRUE
units of 0.001: sum of squares 97.07, R squared 0.942, iterations 10, converged TRUE
units of 1e-09: sum of squares 3005.17, R squared -0.791, iterations 10, converged TRUE
SEEN
expect "$home/seen" "$home/wanted"
