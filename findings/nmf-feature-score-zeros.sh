#!/usr/bin/env bash
# NMF 0.28, featureScore() and extractFeatures(), the score of Kim and Park: of a basis matrix that has exact zeros, as
# method "snmf/r" makes them.
#
# Guess: a feature that is in fewer components has a higher score, one that is in a single component the highest, 1,
# since 0 log 0 = 0; it is extracted first.
# Seen: every feature with a zero has the score NaN, and one NaN is enough that extractFeatures() finds nothing in any
# component. With 1e-300 in place of the zeros the scores are as guessed, and the features are found.
. "$(dirname "$0")/common.sh"
r_packages NMF=0.28
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(NMF))
set.seed(1)
W <- matrix(runif(120, 1, 2), 40)
W[cbind(1:3, 1:3)] <- 3
W[1, 2:3] <- 0
W[2, c(1, 3)] <- 0
W[3, 1:2] <- 0
tiny <- ifelse(W == 0, 1e-300, W)
show <- function(title, W) {
  cat(title, "scores", format(featureScore(W)[1:3]), "extracted", unlist(extractFeatures(W)), "\n")
}
show("zeros: ", W)
show("1e-300:", tiny)
x <- W %*% matrix(rexp(60), 3)
fit <- nmf(x, 3, "snmf/r", seed = 1)
zero <- unname(rowSums(basis(fit) == 0) > 0)
cat("snmf/r: NaN where there is a zero and nowhere else:", any(zero) && all(unname(is.nan(featureScore(fit))) == zero), "\n")
R
cat >"$home/wanted" <<'SEEN'
zeros:  scores NaN NaN NaN extracted NA NA NA 
1e-300: scores 1 1 1 extracted 1 2 3 
snmf/r: NaN where there is a zero and nowhere else: TRUE 
SEEN
expect "$home/seen" "$home/wanted"
