#!/usr/bin/env bash
# RcppML 0.3.7.1, nnls(a, b): nonnegative least squares where two of four columns are nearly the same (signatures of
# two related processes). The help offers fast_nnls = TRUE, a start from the unconstrained solution with
# negative values set to zero, "for well-conditioned systems".
#
# Guess: fast_nnls = TRUE is a little less exact here, to some percent of the sum of squares.
# Seen: at a condition number of A of some 13,000 its sum of squares is 630 times the best one: the start is taken for the
# solution although another column must then take over. Without it, and with package nnls, the result is right
# to 2 parts in 1,000. Also: mse() with mask_zeros = TRUE divides the sum over the nonzeros by the number of all
# entries, and mse() of any dense matrix is an error since R 4.2 (it compares class(A), of length 2, in if()).
. "$(dirname "$0")/common.sh"
r_packages RcppML=0.3.7.1 nnls=1.6
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages({
  library(Matrix)
  library(RcppML)
})
set.seed(1)
W <- matrix(rexp(60), 20)
x <- W %*% matrix(rexp(30), 3) + matrix(rexp(200, 5), 20)
A <- cbind(W, W[, 1] + 1e-3 * runif(20))
squares <- function(h) sum((x - A %*% h)^2)
exact <- apply(x, 2, function(v) nnls::nnls(A, v)$x)
a <- crossprod(A)
b <- crossprod(A, x)
cat(sprintf("condition number of A: %.0f\n", kappa(A, exact = TRUE)))
cat(sprintf("sum of squares, package nnls: %.2f\n", squares(exact)))
cat(sprintf("RcppML::nnls: %.2f\n", squares(RcppML::nnls(a, b))))
cat(sprintf("RcppML::nnls, fast_nnls = TRUE: %.0f\n", squares(RcppML::nnls(a, b, fast_nnls = TRUE))))
s <- rsparsematrix(50, 30, 0.2, rand.x = runif)
f <- RcppML::nmf(s, 3, seed = 1, mask_zeros = TRUE, verbose = FALSE)
off <- (as.matrix(s) - f$w %*% diag(f$d) %*% f$h)[as.matrix(s) != 0]
cat(sprintf(
  "mse(mask_zeros = TRUE) over the mean square of the nonzeros: %.2f\n",
  mse(s, f$w, f$d, f$h, mask_zeros = TRUE) / mean(off^2)
))
dense <- tryCatch(mse(x, W, rep(1, 3), crossprod(W, x)), error = function(e) conditionMessage(e))
cat("mse() of a matrix:", dense, "\n")
R
cat >"$home/wanted" <<'SEEN'
condition number of A: 12802
sum of squares, package nnls: 6.84
RcppML::nnls: 6.85
RcppML::nnls, fast_nnls = TRUE: 4307
mse(mask_zeros = TRUE) over the mean square of the nonzeros: 0.20
mse() of a matrix: the condition has length > 1 
SEEN
expect "$home/seen" "$home/wanted"
