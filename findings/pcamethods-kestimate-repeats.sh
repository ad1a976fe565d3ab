#!/usr/bin/env bash
# pcaMethods 1.90.0 (Debian 12), kEstimate(): the number of components, or of neighbours, with which missing
# values are filled best, by cross validation that is repeated nruncv times and averaged. By its help
# svdImpute and llsImpute are run once for each number.
#
# Guess: more repeats make the estimate surer; the error of each number is a mean over them, and hardly
# changes.
# Seen: with nruncv = 5, the default, the error of the first number is divided by 5 as often as there are
# numbers, that of the second once less, and so on, as the division stands inside the loop over numbers. So
# whatever is tried first has the smallest error, and by Q2, the default, what is tried last is the best. The
# answer is the end of the list: which end, em decides. With nruncv = 1 the same data have their rank. Methods
# ppca, bpca and nipals are not affected.
. "$(dirname "$0")/common.sh"
debian_r r-bioc-pcamethods=1.90.0-1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(pcaMethods))
# 60 samples of 12 variables of rank 3, with noise; no value is missing.
set.seed(1)
x <- scale(matrix(rnorm(60 * 3), 60) %*% matrix(rnorm(3 * 12), 3) + 0.3 * rnorm(60 * 12), scale = FALSE)
for (em in c("nrmsep", "q2")) for (runs in c(1, 5)) for (tried in list(1:6, 6:1)) {
  set.seed(2)
  invisible(capture.output(
    k <- kEstimate(x, "svdImpute", tried, nruncv = runs, em = em, allVariables = TRUE, verbose = FALSE)
  ))
  cat(sprintf("%-6s %d repeats, tried %d to %d: best %d; %s\n", em, runs, tried[1], tried[6], k$bestNPcs,
    paste(sprintf("%8.1e", k$eError), collapse = " ")))
}
R
cat >"$home/wanted" <<'SEEN'
nrmsep 1 repeats, tried 1 to 6: best 3;  7.5e-01  5.8e-01  3.4e-01  1.1e+00  8.0e-01  1.3e+00
nrmsep 1 repeats, tried 6 to 1: best 3;  8.5e-01  8.0e-01  7.5e-01  3.2e-01  5.9e-01  7.6e-01
nrmsep 5 repeats, tried 1 to 6: best 1;  1.4e-02  2.4e-02  3.0e-02  1.5e-01  4.2e-01  8.6e-01
nrmsep 5 repeats, tried 6 to 1: best 6;  1.6e-02  3.8e-02  6.8e-02  6.7e-02  2.6e-01  7.6e-01
q2     1 repeats, tried 1 to 6: best 3;  4.3e-01  6.6e-01  8.9e-01 -3.3e-01  3.5e-01 -7.4e-01
q2     1 repeats, tried 6 to 1: best 3;  2.6e-01  3.5e-01  4.2e-01  8.9e-01  6.5e-01  4.1e-01
q2     5 repeats, tried 1 to 6: best 6;  1.3e-04  1.0e-03  7.1e-03  1.7e-02  1.7e-02  2.5e-01
q2     5 repeats, tried 6 to 1: best 1;  6.3e-05  1.2e-04  3.3e-03  3.5e-02  1.3e-01  4.1e-01
SEEN
expect "$home/seen" "$home/wanted"
