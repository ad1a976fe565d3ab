#!/usr/bin/env bash
# qlcMatrix 0.9.7 (Debian 12), cosSparse(weight = idf): cosines between the columns of a sparse matrix, as
# documents over words, with rows weighted by inverse document frequency, "to down-weight high frequent rows".
#
# Guess: the weight of a word depends on in how many documents it is, so that words of all documents hardly
# count.
# Seen: it depends on the sum of the row: a word that is 110 times in two documents is taken to be in 110 of
# two. Its weight is log(2 / 111) = -4, the largest of all in size, and the sign drops out of the cosine.
# Documents that have only their commonest word together are more alike with the weights than without (0.70
# becomes 1.00), and the more often it is there, the more. Of a matrix of zeros and ones it is right, and of
# counts not a word is said.
. "$(dirname "$0")/common.sh"
debian_r r-cran-qlcmatrix=0.9.7-2
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(qlcMatrix))
# Twelve documents about four things, three words each, and one word that is in all.
thing <- rep(1:4, 3)
counts <- rbind(the = rep(8, 12), t(sapply(1:12, function(word) 3 * (thing == rep(1:4, 3)[word]))))
by_hand <- function(x) {
  weighed <- x * log(ncol(x) / (1 + rowSums(x > 0)))
  crossprod(sweep(weighed, 2, sqrt(colSums(weighed^2)), "/"))
}
told <- function(name, s) cat(sprintf("%-24s same thing %5.2f, another %5.2f\n", name, s[1, 5], s[1, 2]))
for (often in c(1, 8, 40)) {
  counts["the", ] <- often
  x <- Matrix(counts, sparse = TRUE)
  cat("the common word", often, "times in each document\n")
  told("  without weights", cosSparse(x))
  told("  weight = idf", cosSparse(x, weight = idf))
  told("  documents counted", by_hand(counts))
  told("  weight = idf, 0 and 1", cosSparse(x > 0, weight = idf))
}
cat(sprintf("weight of the common word: %.2f, and of another: %.2f\n", idf(480, 12), idf(9, 12)))
R
cat >"$home/wanted" <<'SEEN'
the common word 1 times in each document
  without weights        same thing  1.00, another  0.04
  weight = idf           same thing  1.00, another  0.01
  documents counted      same thing  1.00, another  0.00
  weight = idf, 0 and 1  same thing  1.00, another  0.00
the common word 8 times in each document
  without weights        same thing  1.00, another  0.70
  weight = idf           same thing  1.00, another  1.00
  documents counted      same thing  1.00, another  0.01
  weight = idf, 0 and 1  same thing  1.00, another  0.00
the common word 40 times in each document
  without weights        same thing  1.00, another  0.98
  weight = idf           same thing  1.00, another  1.00
  documents counted      same thing  1.00, another  0.24
  weight = idf, 0 and 1  same thing  1.00, another  0.00
weight of the common word: -3.69, and of another: 0.18
SEEN
expect "$home/seen" "$home/wanted"
