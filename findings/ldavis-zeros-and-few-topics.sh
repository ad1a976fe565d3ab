#!/usr/bin/env bash
# LDAvis 0.3.2, createJSON(): topic models whose probabilities hold a zero, as those of sparse models do, and models of
# two and of three topics. All rows of phi and theta sum to one.
#
# Guess: 0 log 0 counts as 0; two topics lie on a line, three in a plane.
# Seen: one zero in each topic ends it, whatever the number of topics ("NA values not allowed in 'd'": its
# Jensen-Shannon divergence multiplies 0 by an infinite logarithm). Two topics always end in an error of cmdscale().
# Three do for one of four models: the divergences are no distances in a plane, one eigenvalue is positive, and a
# second column is asked for.
. "$(dirname "$0")/common.sh"
r_packages LDAvis=0.3.2
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
tried <- function(topics, zero, seed) {
  set.seed(seed)
  rows_to_one <- function(A) A / rowSums(A)
  phi <- matrix(rgamma(topics * 20, 1), topics)
  if (zero) phi[cbind(seq_len(topics), seq_len(topics))] <- 0
  theta <- rows_to_one(matrix(rgamma(10 * topics, 1), 10))
  tryCatch(
    suppressWarnings({
      LDAvis::createJSON(rows_to_one(phi), theta, rep(10, 10), sprintf("w%02d", 1:20), rep(5, 20), R = 10)
      "drawn"
    }),
    error = function(e) sub(", .*", "", conditionMessage(e))
  )
}
for (topics in 2:5) {
  for (zero in c(FALSE, TRUE)) {
    cat(sprintf("%d topics, %s:\n", topics, if (zero) "a zero in each" else "no zeros"))
    print(table(vapply(1:4, function(seed) tried(topics, zero, seed), ""), dnn = NULL))
  }
}
R
cat >"$home/wanted" <<'SEEN'
2 topics, no zeros:
'k' must be in {1 
                4 
2 topics, a zero in each:
NA values not allowed in 'd' 
                           4 
3 topics, no zeros:
                  drawn subscript out of bounds 
                      3                       1 
3 topics, a zero in each:
NA values not allowed in 'd' 
                           4 
4 topics, no zeros:
drawn 
    4 
4 topics, a zero in each:
NA values not allowed in 'd' 
                           4 
5 topics, no zeros:
drawn 
    4 
5 topics, a zero in each:
NA values not allowed in 'd' 
                           4 
SEEN
expect "$home/seen" "$home/wanted"
