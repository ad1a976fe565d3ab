#!/usr/bin/env bash
# IntNMF 1.3.0, nmf.mnnals(wt = ): common clusters of several tables of the same samples, each with a weight.
# It gives the value of its objective, the root of the sum over tables of weight times |X - WH|^2, at each
# iteration (f.WH).
#
# Guess: that is what it minimises, so that the exact least squares step in W that it makes from the H it
# returns changes nothing.
# Seen: with equal weights so it is. With weights of 1 and 100, W is what weights of 1 and 10 would give: the
# step takes their roots where the weights belong, and the root of the objective is left by 11 percent above
# what the same H allow. Of several starts the one with the smallest f.WH is kept, which is not what was made
# small.
. "$(dirname "$0")/common.sh"
r_packages IntNMF=1.3.0 nnls=1.6
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(IntNMF))
set.seed(1)
first <- matrix(rexp(180), 60) %*% matrix(rexp(150), 3) + rexp(3000, 2)
second <- matrix(rexp(180), 60) %*% matrix(rexp(120), 3) + rexp(2400, 2)
rownames(first) <- rownames(second) <- paste0("s", 1:60)
both <- list(first, second)
best_w <- function(H, wt) {
  A <- do.call(rbind, Map(function(h, w) sqrt(w) * t(h), H, wt))
  B <- do.call(rbind, Map(function(x, w) sqrt(w) * t(x), both, wt))
  t(apply(B, 2, function(b) nnls::nnls(A, b)$x))
}
objective <- function(W, H, wt) sqrt(sum(mapply(function(x, h, w) w * sum((x - W %*% h)^2), both, H, wt)))
for (wt in list(c(1, 1), c(1, 100), c(1, 10000))) {
  fit <- nmf.mnnals(both, k = 3, wt = wt, n.ini = 1, ini.nndsvd = FALSE, maxiter = 300, st.count = 300)
  cat(sprintf(
    "weights 1 and %5d: f.WH %7.1f, after a step in W %7.1f; W of the weights: %-5s of their roots: %s\n",
    wt[2], min(fit$min.f.WH), objective(best_w(fit$H, wt), fit$H, wt),
    isTRUE(all.equal(fit$W, best_w(fit$H, wt), check.attributes = FALSE)),
    isTRUE(all.equal(fit$W, best_w(fit$H, sqrt(wt)), check.attributes = FALSE))
  ))
}
R
cat >"$home/wanted" <<'SEEN'
weights 1 and     1: f.WH    83.1, after a step in W    83.1; W of the weights: TRUE  of their roots: TRUE
weights 1 and   100: f.WH   431.0, after a step in W   385.7; W of the weights: FALSE of their roots: TRUE
weights 1 and 10000: f.WH  2434.1, after a step in W  2430.4; W of the weights: FALSE of their roots: TRUE
SEEN
expect "$home/seen" "$home/wanted"
