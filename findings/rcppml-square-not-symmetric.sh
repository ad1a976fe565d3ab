#!/usr/bin/env bash
# RcppML 0.3.7.1, nmf() of a square sparse matrix: who cites whom, of 100 papers in three fields; and a
# table of 200 genes and 200 cells. By its help there are "specializations for symmetric matrices".
#
# Guess: neither is symmetric, so the fit is that of the same numbers as a dense matrix, or with one more
# column of zeros.
# Seen: a square sparse matrix passes for symmetric after a look at its first row and first column alone, at
# values and not at places; so where the first row is empty, or the first column has no more than one number.
# W is then made from X where X' belongs. The first paper cites nobody, and all of the sum of squares is left,
# 68 % with dense input. Of the table, once its first gene is in no cell or its first cell has one gene, 73 %
# instead of 46 %. There is no warning. One more column of zeros, or another gene in the first row, and the
# fit is right.
. "$(dirname "$0")/common.sh"
r_packages RcppML=0.3.7.1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages({
  library(Matrix)
  library(RcppML)
})
left <- function(x) {
  f <- RcppML::nmf(x, 3, seed = 1, tol = 1e-6, maxit = 500, verbose = FALSE)
  100 * sum((as.matrix(x) - f$w %*% diag(f$d) %*% f$h)^2) / sum(x^2)
}
tell <- function(title, x) {
  cat(sprintf("%s: sparse %.0f %%, dense %.0f %%\n", title, left(x), left(as.matrix(x))))
}
set.seed(1)
field <- rep_len(1:3, 100)
chance <- 0.3 * outer(1:100, 1:100, function(i, j) i > j & field[i] == field[j])
cites <- as(matrix(rbinom(10000, 1, chance) + 0, 100), "dgCMatrix")
tell("citations", cites)
tell("citations, a paper more that nobody cites", cbind(cites, 0))
x <- matrix(rexp(600), 200) %*% matrix(rexp(600), 3)
x[sample(length(x), length(x) / 2)] <- 0
tell("table", as(x, "dgCMatrix"))
one <- x
one[, 1] <- rep(1:0, c(1, 199))
tell("table, one gene in the first cell", as(one, "dgCMatrix"))
x[1, ] <- 0
x <- as(x, "dgCMatrix")
tell("table, first gene in no cell", x)
tell("the same, genes the other way round", x[200:1, ])
R
cat >"$home/wanted" <<'SEEN'
citations: sparse 100 %, dense 68 %
citations, a paper more that nobody cites: sparse 68 %, dense 68 %
table: sparse 47 %, dense 47 %
table, one gene in the first cell: sparse 73 %, dense 47 %
table, first gene in no cell: sparse 73 %, dense 46 %
the same, genes the other way round: sparse 46 %, dense 46 %
SEEN
expect "$home/seen" "$home/wanted"
