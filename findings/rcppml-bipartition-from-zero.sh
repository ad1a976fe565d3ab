#!/usr/bin/env bash
# RcppML 0.3.7.1, bipartition() and dclust(): two or more clusters of samples, each by the "indices of
# samples" in it. The argument samples of bipartition() has them "numbered from 1 to ncol(A)".
#
# Guess: what comes out is numbered as what goes in, so x[, samples1] is the first cluster.
# Seen: it is numbered from 0: samples = 16:30 comes back as 15 to 29. x[, samples1] then drops the first
# sample without a word and shifts all others; with two classes in turn every sample gets the other class.
. "$(dirname "$0")/common.sh"
r_packages RcppML=0.3.7.1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages({
  library(Matrix)
  library(RcppML)
})
set.seed(1)
class <- rep_len(1:2, 30)
level <- outer(rep(1:2, each = 10), class, function(gene, sample) ifelse(gene == sample, 9, 1))
x <- as(matrix(rpois(600, level) + 0, 20), "dgCMatrix")
tell <- function(title, one, other) {
  cat(title, ": ", min(one, other), " to ", max(one, other), "; of class 1 ", sep = "")
  # The order of the two clusters means nothing.
  if (class[one[1] + 1] == 2) one <- other
  cat(sum(class[one + 1] == 1), "with 1 added,", sum(class[one] == 1), "as they are\n")
}
b <- bipartition(x, seed = 1)
tell("bipartition", b$samples1, b$samples2)
b <- bipartition(x, seed = 1, samples = 16:30)
tell("bipartition of 16 to 30", b$samples1, b$samples2)
d <- dclust(x, min_samples = 10, seed = 1, verbose = FALSE)
tell("dclust", d[[1]]$samples, d[[2]]$samples)
R
cat >"$home/wanted" <<'SEEN'
bipartition: 0 to 29; of class 1 15 with 1 added, 0 as they are
bipartition of 16 to 30: 15 to 29; of class 1 7 with 1 added, 0 as they are
dclust: 0 to 29; of class 1 15 with 1 added, 0 as they are
SEEN
expect "$home/seen" "$home/wanted"
