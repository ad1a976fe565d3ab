#!/usr/bin/env bash
# WGCNA 1.72-1 (Debian 12), softConnectivity() of expression data or of a similarity, in blocks of genes, and
# votingLinearPredictor() with prior weights, by its help a vector with as many as there are features, or an
# array.
#
# Guess: a connectivity for each gene that has enough samples, whatever the blocks; a vector of weights is
# taken.
# Seen: the last gene is NA if it would be a block by itself, as of 1,501 or 3,001 genes with the default
# blocks of 1,500: by the help NA says that a gene has too few samples, and hubs are then looked for without
# it, here without the strongest one. The function for similarities ends in an error for every similarity.
# Prior weights in a vector are refused for having another length than they have (length(a != b) is written
# for length(a) != b).
. "$(dirname "$0")/common.sh"
debian_r r-cran-wgcna=1.72-1-1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(WGCNA))
set.seed(1)
x <- matrix(rnorm(20 * 1501), 20) + rnorm(20) %*% t(rep(0:1, c(1500, 1)) * 3 + runif(1501))
for (genes in c(1500, 1501)) for (block in c(1500, 1000)) {
  k <- softConnectivity(x[, seq_len(genes)], blockSize = block, verbose = 0)
  cat(sprintf("%d genes in blocks of %d: NA %d, the last one %.2f\n", genes, block, sum(is.na(k)), k[genes]))
}
told <- function(name, expr) {
  said <- tryCatch({
    expr
    "done"
  }, error = conditionMessage)
  cat(name, said, "\n", sep = "")
}
told("softConnectivity.fromSimilarity(): ", softConnectivity.fromSimilarity(cor(x[, 1:50]), verbose = 0))
y <- x[, 1501]
told("votingLinearPredictor(): ", votingLinearPredictor(x[, 1:50], y, verbose = 0))
told("with 50 weights: ", votingLinearPredictor(x[, 1:50], y, priorWeights = rep(1, 50), verbose = 0))
R
cat >"$home/wanted" <<'SEEN'
1500 genes in blocks of 1500: NA 0, the last one 1.41
1500 genes in blocks of 1000: NA 0, the last one 1.41
1501 genes in blocks of 1500: NA 1, the last one NA
1501 genes in blocks of 1000: NA 0, the last one 52.43
softConnectivity.fromSimilarity(): unused argument (datExpr[, selectCols])
votingLinearPredictor(): done
with 50 weights: priorWeights are a vector - must have length = number of variables (ncol(x)).
SEEN
expect "$home/seen" "$home/wanted"
