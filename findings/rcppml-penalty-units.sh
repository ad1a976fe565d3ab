#!/usr/bin/env bash
# RcppML 0.3.7.1, nmf(L1 = ): penalties "between 0 and 1", where "1 gives complete sparsity", of the same
# matrix in other units, and of its columns divided by their sums.
#
# Guess: a penalty between 0 and 1 does not depend on units: the same zeros in H, the same part left.
# Seen: the number is subtracted from products with the data as they are. At L1 = 0.1 42 % of H are 0 in
# units; in thousands all of H and d are 0 and nothing is fitted, in thousandths there are no more zeros
# than without a penalty. Of columns that sum to 1, as parts of a whole do, 0.1 leaves nothing.
. "$(dirname "$0")/common.sh"
r_packages RcppML=0.3.7.1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages({
  library(Matrix)
  library(RcppML)
})
set.seed(1)
x <- rsparsematrix(80, 50, 0.3, rand.x = rexp)
tell <- function(title, x, L1) {
  f <- RcppML::nmf(x, 4, seed = 1, L1 = c(0, L1), verbose = FALSE)
  left <- sum((x - f$w %*% diag(f$d) %*% f$h)^2) / sum(x^2)
  cat(sprintf("%s, L1 = %s: %.0f %% of h are 0, %.0f %% left\n", title, L1, 100 * mean(f$h == 0), 100 * left))
}
tell("in units", x, 0)
tell("in units", x, 0.1)
tell("in thousands", x / 1000, 0.1)
tell("in thousandths", x * 1000, 0.1)
parts <- x %*% Diagonal(x = 1 / colSums(x))
tell("parts of columns", parts, 0)
tell("parts of columns", parts, 0.001)
tell("parts of columns", parts, 0.1)
R
cat >"$home/wanted" <<'SEEN'
in units, L1 = 0: 20 % of h are 0, 66 % left
in units, L1 = 0.1: 42 % of h are 0, 67 % left
in thousands, L1 = 0.1: 100 % of h are 0, 100 % left
in thousandths, L1 = 0.1: 20 % of h are 0, 66 % left
parts of columns, L1 = 0: 30 % of h are 0, 69 % left
parts of columns, L1 = 0.001: 34 % of h are 0, 69 % left
parts of columns, L1 = 0.1: 100 % of h are 0, 100 % left
SEEN
expect "$home/seen" "$home/wanted"
