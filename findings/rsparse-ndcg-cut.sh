#!/usr/bin/env bash
# rsparse 0.5.3, ap_k() and ndcg_k(): average precision and normalized discounted cumulative gain of the first k recommendations; the help
# points to their usual definitions.
#
# Guess: of one liked item among five recommendations both fall with its place, 1, 1/2, 1/3 and 1, 0.63, 0.5.
# Seen: both are 0 unless it is at the first place: recommendations are cut to as many as there are liked items before anything
# is counted. For a user with one liked item k is 1. And AP is the mean precision at all places, not at those of hits: two hits
# and three misses are 0.71, not 0.40. The usual test, with one item held out per user, scores nothing but the
# first place.
. "$(dirname "$0")/common.sh"
r_packages rsparse=0.5.3
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(rsparse))
scores <- function(hits, liked) {
  actual <- Matrix::sparseMatrix(i = rep(1, liked), j = seq_len(liked), x = 1, dims = c(1, 20))
  shown <- 11:15
  shown[hits] <- seq_along(hits)
  shown <- matrix(as.integer(shown), 1)
  precision <- sapply(hits, function(k) mean(seq_len(k) %in% hits))
  ideal <- sum(1 / log2(seq_len(min(liked, 5)) + 1))
  cat(sprintf(
    "%d liked, hits at %-5s AP@5 %.3f, by definition %.3f; NDCG@5 %.3f, by definition %.3f\n", liked,
    paste(hits, collapse = " "), ap_k(shown, actual), sum(precision) / min(liked, 5), ndcg_k(shown, actual),
    sum(1 / log2(hits + 1)) / ideal
  ))
}
for (place in 1:5) scores(place, 1)
scores(c(1, 2), 5)
scores(c(4, 5), 5)
scores(c(2, 3), 2)
R
cat >"$home/wanted" <<'SEEN'
1 liked, hits at 1     AP@5 1.000, by definition 1.000; NDCG@5 1.000, by definition 1.000
1 liked, hits at 2     AP@5 0.000, by definition 0.500; NDCG@5 0.000, by definition 0.631
1 liked, hits at 3     AP@5 0.000, by definition 0.333; NDCG@5 0.000, by definition 0.500
1 liked, hits at 4     AP@5 0.000, by definition 0.250; NDCG@5 0.000, by definition 0.431
1 liked, hits at 5     AP@5 0.000, by definition 0.200; NDCG@5 0.000, by definition 0.387
5 liked, hits at 1 2   AP@5 0.713, by definition 0.400; NDCG@5 0.553, by definition 0.553
5 liked, hits at 4 5   AP@5 0.130, by definition 0.130; NDCG@5 0.277, by definition 0.277
2 liked, hits at 2 3   AP@5 0.250, by definition 0.583; NDCG@5 0.387, by definition 0.693
SEEN
expect "$home/seen" "$home/wanted"
