#!/usr/bin/env bash
# MLmetrics 1.1.1 (Debian 12), PRAUC(), Gini() and MultiLogLoss(): how well scores or probabilities tell
# classes.
#
# Guess: the area under precision and recall is 1 if all positive cases come first; a score that is the same
# for all says nothing, so that Gini is 0; a matrix of probabilities with columns 1 to 12, or named by the
# classes, is met by class.
# Seen: PRAUC is 1 - 1/n for n positive cases, 0.5 for two and 0 for a single one: the curve begins at the
# first of them, as the point at recall 0 is 0/0 and left out. Gini of a constant is 1 or -1 by the order of
# the rows: which of two equal scores comes first is the order in which they are given. MultiLogLoss of
# classes 1 to 12 is 3.77 in place of 0.20: its classes are in the order of texts, 1, 10, 11, 12, 2, and names
# of columns are not looked at.
. "$(dirname "$0")/common.sh"
debian_r r-cran-mlmetrics=1.1.1-3
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(MLmetrics))
for (n in c(1, 2, 4, 20)) {
  score <- seq(1, 0, length.out = n + 50)
  class <- rep(1:0, c(n, 50))
  cat(sprintf("%2d positive cases first, 50 others: PRAUC %.3f, AUC %.3f\n", n, PRAUC(score, class),
    AUC(score, class)))
}
cat("the same score for all, ones first, last, mixed: Gini",
  sprintf("%.2f", c(Gini(rep(0.5, 6), c(1, 1, 0, 0, 0, 0)), Gini(rep(0.5, 6), c(0, 0, 0, 0, 1, 1)),
    Gini(rep(0.5, 6), c(0, 1, 0, 0, 1, 0)))), "\n")
for (k in c(9, 12)) {
  class <- rep(1:k, 2)
  p <- (0.8 * diag(k) + 0.2 / k)[class, ]
  colnames(p) <- 1:k
  right <- -mean(log(p[cbind(seq_along(class), class)]))
  cat(sprintf("%2d classes: MultiLogLoss %.2f, by the formula %.2f, with classes as factor %.2f\n", k,
    MultiLogLoss(p, class), right, MultiLogLoss(p, factor(class))))
}
R
cat >"$home/wanted" <<'SEEN'
 1 positive cases first, 50 others: PRAUC 0.000, AUC 1.000
 2 positive cases first, 50 others: PRAUC 0.500, AUC 1.000
 4 positive cases first, 50 others: PRAUC 0.750, AUC 1.000
20 positive cases first, 50 others: PRAUC 0.950, AUC 1.000
the same score for all, ones first, last, mixed: Gini 1.00 -1.00 0.00 
 9 classes: MultiLogLoss 0.20, by the formula 0.20, with classes as factor 0.20
12 classes: MultiLogLoss 3.77, by the formula 0.20, with classes as factor 3.77
SEEN
expect "$home/seen" "$home/wanted"
