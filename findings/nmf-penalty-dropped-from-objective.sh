#!/usr/bin/env bash
# NMF 0.28, method "pe-nmf" (pattern expression NMF): is deviance() the objective that the help gives,
# 1/2 |X - WH|^2 + alpha * (off-diagonal of W'W) + beta * sum(H)?
#
# Guess: yes, up to a constant.
# Seen: it is beta * sum(H) alone. The function of the objective is written over three lines, of which the
# second and third begin with "+": they are three statements, and only the last one is returned. The stop rule
# looks at that number: with alpha = beta = 0 it is 0 from the start, and the fit ends at its first check,
# at a sum of squares a third above what "Frobenius" reaches. Best-of-several starts are chosen by it too.
. "$(dirname "$0")/common.sh"
r_packages NMF=0.28
Rscript --vanilla - >"$home/seen" 2>"$home/log" <<'R' || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(NMF))
set.seed(1)
x <- matrix(rpois(200, 5) + 1, 20, 10)
for (strength in c(0, 0.1, 1)) {
  f <- nmf(x, 3, "pe-nmf", alpha = strength, beta = strength, seed = 1)
  W <- basis(f)
  H <- coef(f)
  cat(sprintf(
    "alpha = beta = %g: deviance %.3f; half sum of squares %.1f; beta * sum(H) %.3f; iterations %d\n",
    strength, deviance(f), sum((x - W %*% H)^2) / 2, strength * sum(H), niter(f)
  ))
}
f <- nmf(x, 3, "Frobenius", seed = 1)
cat(sprintf("Frobenius: deviance %.1f; half sum of squares %.1f\n", deviance(f), sum((x - fitted(f))^2) / 2))
R
cat >"$home/wanted" <<'SEEN'
alpha = beta = 0: deviance 0.000; half sum of squares 251.3; beta * sum(H) 0.000; iterations 10
alpha = beta = 0.1: deviance 7.073; half sum of squares 182.5; beta * sum(H) 7.073; iterations 2000
alpha = beta = 1: deviance 66.579; half sum of squares 185.1; beta * sum(H) 66.579; iterations 2000
Frobenius: deviance 182.5; half sum of squares 182.5
SEEN
expect "$home/seen" "$home/wanted"
