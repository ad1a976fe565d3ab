#!/usr/bin/env bash
# topicdoc 0.1.1, topic_coherence(): the coherence of Mimno et al. (2011) for fits of topicmodels, a sum over all pairs of top words
# of log((documents of both + 1) / documents of the more probable one).
#
# Guess: that sum.
# Seen: for n words it has (n - 1)^2 terms, not n (n - 1) / 2: most pairs are there twice, once from each side, and n - 2 words
# are paired with themselves. The second loop goes over all words but the last, not over those before. It is right for two
# words; for ten the values are a third to a half larger and topics change their places.
. "$(dirname "$0")/common.sh"
r_packages topicmodels=0.2-17 topicdoc=0.1.1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(topicmodels))
data(AssociatedPress, package = "topicmodels")
x <- AssociatedPress[1:60, ]
fit <- LDA(x, k = 3, control = list(seed = 1))
has <- as.matrix(x) > 0
mimno <- function(top) {
  together <- crossprod(has[, top])
  pairs <- which(lower.tri(together), arr.ind = TRUE)
  sum(log((together[pairs] + 1) / diag(together)[pairs[, 2]]))
}
for (n in c(2, 3, 5, 10)) {
  cat(sprintf("%2d words, %2d pairs", n, choose(n, 2)), ": formula",
    sprintf("%7.2f", apply(terms(fit, n), 2, mimno)),
    " topicdoc", sprintf("%7.2f", topicdoc::topic_coherence(fit, x, n)), "\n")
}
top <- terms(fit, 5)[, 1]
cat("one topic of words that are all in the same documents:\n")
same <- slam::as.simple_triplet_matrix(matrix(1, 20, 5, dimnames = list(NULL, letters[1:5])))
cat("formula", choose(5, 2) * log(21 / 20), " topicdoc", topicdoc:::coherence(same, letters[1:5], 1), "\n")
R
cat >"$home/wanted" <<'SEEN'
 2 words,  1 pairs : formula   -1.50   -1.04   -0.73  topicdoc   -1.50   -1.04   -0.73 
 3 words,  3 pairs : formula   -2.20   -3.32   -3.74  topicdoc   -1.97   -3.27   -3.68 
 5 words, 10 pairs : formula  -10.44  -11.49   -9.40  topicdoc  -14.85  -12.22  -12.05 
10 words, 45 pairs : formula  -60.40  -62.51  -56.33  topicdoc  -95.81  -83.61  -78.67 
one topic of words that are all in the same documents:
formula 0.4879016  topicdoc 0.7806426 
SEEN
expect "$home/seen" "$home/wanted"
