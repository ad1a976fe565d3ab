#!/usr/bin/env bash
# stm 1.3.8, semanticCoherence(), which searchK() plots for the choice of a number of topics: the coherence of Mimno et al. (2011), in
# which each pair of a topic's top words counts by the documents of the more probable one.
#
# Guess: the value of a topic does not depend on the other topics, and not on its number.
# Seen: it does. The top words of all topics are numbered in the order in which they first appear, topic by topic, and of a pair
# the one with the lower number is taken for the more probable. That is right for the first topic; for words that an
# earlier topic has too it is that topic's order. The same three topics in four orders have up to three values each.
. "$(dirname "$0")/common.sh"
r_packages lda=1.4.2 stm=1.3.8
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(stm))
# Eight documents of nine words, and three topics over these words, as a fit of stm() holds them.
set.seed(1)
words <- matrix(rpois(8 * 9, 1.2), 8)
documents <- lapply(1:8, function(d) rbind(which(words[d, ] > 0), words[d, words[d, ] > 0]))
beta <- prop.table(matrix(rexp(3 * 9), 3), 1)
model <- function(order) {
  parts <- list(beta = list(logbeta = list(log(beta[order, ]))), settings = list(dim = list(V = 9)))
  structure(parts, class = "STM")
}
mimno <- function(topic, M) {
  has <- words[, order(beta[topic, ], decreasing = TRUE)[1:M]] > 0
  together <- crossprod(has)
  pairs <- which(lower.tri(together), arr.ind = TRUE)
  sum(log((together[pairs] + 0.01) / (diag(together)[pairs[, 2]] + 0.01)))
}
cat("topic          ", sprintf("%7d", 1:3), "\n")
cat("by the formula ", sprintf("%7.3f", sapply(1:3, mimno, M = 5)), "\n")
for (by in list(1:3, c(1, 3, 2), c(2, 1, 3), c(3, 2, 1))) {
  cat("in order", by, " ", sprintf("%7.3f", semanticCoherence(model(by), documents, M = 5)[order(by)]), "\n")
}
R
cat >"$home/wanted" <<'SEEN'
topic                 1       2       3 
by the formula   -3.888  -4.788  -2.614 
in order 1 2 3    -3.888  -4.788  -2.306 
in order 1 3 2    -3.888  -4.788  -2.460 
in order 2 1 3    -3.524  -4.788  -2.306 
in order 3 2 1    -3.888  -4.970  -2.614 
SEEN
expect "$home/seen" "$home/wanted"
