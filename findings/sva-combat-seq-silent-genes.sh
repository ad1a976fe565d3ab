#!/usr/bin/env bash
# sva 3.46.0-1 (Debian 12), ComBat_seq(): counts adjusted for differences between batches, "a gene x sample
# count matrix, adjusted for batch effects".
#
# Guess: differences between two batches are gone for all genes that have counts in both, whatever a third
# batch holds.
# Seen: a gene without counts in any one batch is left as it was in all of them, without a word, as it is
# taken out before and put back after. With a small third batch of two shallow samples, in which 51 of 294
# well expressed genes happen to have none, these keep all of an eightfold difference between the two large
# ones, while the others have lost it; without the third batch they lose it, too. The batches are still told
# apart by these genes, and the more batches there are, the more genes are not adjusted.
. "$(dirname "$0")/common.sh"
debian_r r-bioc-sva=3.46.0-1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(sva))
# 400 genes; in batch B every other one is eight times as frequent as in A; batch C has two shallow samples.
set.seed(1)
share <- 20 * rexp(400)
effect <- rep(c(8, 1), 200)
counts <- cbind(
  sapply(1:8, function(k) rnbinom(400, mu = share, size = 20)),
  sapply(1:8, function(k) rnbinom(400, mu = share * effect, size = 20)),
  sapply(1:2, function(k) rpois(400, 0.05 * share))
)
batch <- rep(c("A", "B", "C"), c(8, 8, 2))
fold <- function(x, genes) {
  rates <- t(t(x) / colSums(x))
  ratio <- rowMeans(rates[genes, 9:16]) / rowMeans(rates[genes, 1:8])
  exp(median(log(ratio[effect[genes] == 8]))) / exp(median(log(ratio[effect[genes] == 1])))
}
usual <- which(rowSums(counts[, 1:8]) > 50 & rowSums(counts[, 9:16]) > 50)
none <- intersect(usual, which(rowSums(counts[, 17:18]) == 0))
some <- setdiff(usual, none)
silent <- capture.output({
  all_three <- ComBat_seq(counts, batch)
  two <- ComBat_seq(counts[, 1:16], batch[1:16])
})
cat(sprintf("genes with no count in C: %d of %d\n", length(none), length(usual)))
told <- function(name, x) {
  cat(sprintf("%-22s none in C %.2f, others %.2f\n", name, fold(x, none), fold(x, some)))
}
cat("B against A, as a ratio of what was made eightfold to what was not:\n")
told("before", counts)
told("three batches adjusted", all_three)
told("A and B adjusted", two)
cat("unchanged:", sum(apply(all_three[none, ] == counts[none, ], 1, all)), "of", length(none), "\n")
R
cat >"$home/wanted" <<'SEEN'
genes with no count in C: 51 of 294
B against A, as a ratio of what was made eightfold to what was not:
before                 none in C 7.26, others 7.94
three batches adjusted none in C 7.26, others 1.05
A and B adjusted       none in C 1.09, others 1.05
unchanged: 51 of 51 
SEEN
expect "$home/seen" "$home/wanted"
