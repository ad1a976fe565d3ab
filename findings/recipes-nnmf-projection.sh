#!/usr/bin/env bash
# recipes 1.0.4 with RcppML 0.3.7, step_nnmf_sparse(): the columns NNMF1, NNMF2, ... that bake() gives for the rows of
# the training data, exactly of rank 3 here.
#
# Guess: the coefficients of the factorization, so that with the loadings they give the data back.
# Seen: they are the data times the loadings, no coefficients: nothing is solved, for training rows or new ones.
# Of independent components they make columns that are correlated by .9 and more, and with the
# loadings they do not give the data back in any scale. The coefficients are not kept: the step holds the loadings alone.
. "$(dirname "$0")/common.sh"
r_packages recipes=1.0.4 RcppML=0.3.7
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages({
  library(recipes)
  library(Matrix)
  library(RcppML)
})
set.seed(1)
H <- matrix(rexp(200 * 3), 200)
x <- H %*% matrix(rexp(3 * 8), 3)
colnames(x) <- paste0("v", 1:8)
step <- recipe(~., as.data.frame(x)) |>
  step_nnmf_sparse(all_numeric_predictors(), num_comp = 3, penalty = 0, seed = 1)
trained <- prep(step)
baked <- as.matrix(bake(trained, NULL))
W <- as.matrix(trained$steps[[1]]$res$w)
off <- function(product) sum((x - product)^2) / sum(x^2)
scaled <- function(product) product * sum(x * product) / sum(product^2)
solved <- x %*% W %*% solve(crossprod(W))
cat("data times loadings:", isTRUE(all.equal(unname(baked), unname(x %*% W))), "\n")
cat("true components, largest correlation below 0.2:", max(abs(cor(H)[upper.tri(diag(3))])) < 0.2, "\n")
cat("baked columns, largest correlation above 0.9:", max(cor(baked)[upper.tri(diag(3))]) > 0.9, "\n")
cat("left of the data by baked columns more than 1 %:", off(scaled(baked %*% t(W))) > 0.01, "\n")
cat("left of the data by least squares on the loadings less than 0.1 %:", off(solved %*% t(W)) < 1e-3, "\n")
R
cat >"$home/wanted" <<'SEEN'
data times loadings: TRUE 
true components, largest correlation below 0.2: TRUE 
baked columns, largest correlation above 0.9: TRUE 
left of the data by baked columns more than 1 %: TRUE 
left of the data by least squares on the loadings less than 0.1 %: TRUE 
SEEN
expect "$home/seen" "$home/wanted"
