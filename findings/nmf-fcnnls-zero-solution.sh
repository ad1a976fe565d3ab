#!/usr/bin/env bash
# NMF 0.28, fcnnls(): nonnegative least squares of a right-hand side that no positive combination of columns comes
# near, so that the solution is all zeros (a sample in which no signature is present).
#
# Guess: zeros for that column, the others as without it.
# Seen: one such column ends the call for all columns, with an error of solve() about an empty matrix. So does
# a column of zeros, and nmf(x, method = "snmf/r") of data with one. nnls::nnls gives the zeros.
. "$(dirname "$0")/common.sh"
r_packages NMF=0.28 nnls=1.6
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(NMF))
set.seed(1)
A <- matrix(rexp(60), 20)
B <- A %*% matrix(rexp(30), 3)
told <- function(title, call) {
  out <- tryCatch(call(), error = function(e) paste("error:", conditionMessage(e)))
  cat(title, if (is.numeric(out)) paste("fourth column", paste(format(round(out, 3)), collapse = " ")) else out, "\n")
}
negative <- B
negative[, 4] <- -1
zero <- B
zero[, 4] <- 0
told("fcnnls, ten positive columns:", function() fcnnls(A, B, pseudo = FALSE)$x[, 4])
told("fcnnls, one of them -1:      ", function() fcnnls(A, negative, pseudo = FALSE)$x[, 4])
told("fcnnls, one of them 0:       ", function() fcnnls(A, zero, pseudo = FALSE)$x[, 4])
told("nnls,   one of them -1:      ", function() nnls::nnls(A, negative[, 4])$x)
told("nmf snmf/r, one column 0:    ", function() {
  f <- nmf(zero, 2, "snmf/r", seed = 1)
  coef(f)[, 4]
})
R
cat >"$home/wanted" <<'SEEN'
fcnnls, ten positive columns: fourth column 0.837 1.785 2.312 
fcnnls, one of them -1:       error: 'a' is 0-diml 
fcnnls, one of them 0:        error: 'a' is 0-diml 
nnls,   one of them -1:       fourth column 0 0 0 
nmf snmf/r, one column 0:     error: 'a' is 0-diml 
SEEN
expect "$home/seen" "$home/wanted"
