#!/usr/bin/env bash
# ecodist 2.1.3, distance(): "modgower10" and "modgower2", the modified Gower dissimilarity "(Anderson et al
# 2006)", and weights of species (spweight); cor2m(alpha = 0.05), correlations between two tables with those
# that may be chance left out.
#
# Guess: the formula of that paper, in which a count of 1 is 1 and one of 10 is 2, so that the base says how
# much a change from 0 to 1 weighs; weights of 1 change nothing; one of twenty correlations of noise is kept.
# Seen: the logarithm is taken without adding 1, so that a count of 1 is 0 like no count at all: two sites
# that differ by a species seen once have a distance of 0, and a species seen once is absent. With weights of
# 1 for all four species Euclidean and Manhattan distances are a quarter. cor2m() keeps one of ten: it looks
# at both signs with the limit for one.
. "$(dirname "$0")/common.sh"
r_packages ecodist=2.1.3
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
library(ecodist)
x <- rbind(none = c(0, 0, 10, 100), one = c(1, 0, 10, 100), ten = c(10, 0, 10, 100), few = c(2, 5, 10, 100))
anderson <- function(x, base) {
  y <- ifelse(x > 0, log(pmax(x, 1), base) + 1, 0)
  pair <- function(i, j) mean(abs(y[i, ] - y[j, ])[x[i, ] > 0 | x[j, ] > 0])
  outer(seq_len(nrow(x)), seq_len(nrow(x)), Vectorize(pair))
}
for (base in c(10, 2)) {
  found <- full(distance(x, paste0("modgower", base), spweight = "absence"))
  cat(sprintf("base %2d, from 'none' to the others: paper %s, distance() %s\n", base,
    toString(sprintf("%.2f", anderson(x, base)[1, -1])), toString(sprintf("%.2f", found[1, -1]))))
}
for (method in c("euclidean", "manhattan")) {
  cat(sprintf("%s, 'none' to 'ten': without weights %.2f, with weights of 1 %.2f\n", method,
    full(distance(x, method))[1, 3], full(distance(x, method, spweight = rep(1, 4)))[1, 3]))
}
set.seed(1)
first <- matrix(rnorm(50 * 40), 50, dimnames = list(NULL, paste0("x", 1:40)))
second <- matrix(rnorm(50 * 50), 50, dimnames = list(NULL, paste0("y", 1:50)))
p <- outer(1:40, 1:50, Vectorize(function(i, j) cor.test(first[, i], second[, j])$p.value))
cat(sprintf("of 2000 correlations of noise: cor.test() below 0.05 %.3f, kept by cor2m() %.3f\n",
  mean(p < 0.05), mean(!is.na(cor2m(first, second)))))
R
cat >"$home/wanted" <<'SEEN'
base 10, from 'none' to the others: paper 0.33, 0.67, 0.75, distance() 0.00, 0.33, 0.25
base  2, from 'none' to the others: paper 0.33, 1.44, 1.33, distance() 0.00, 1.11, 0.83
euclidean, 'none' to 'ten': without weights 10.00, with weights of 1 2.50
manhattan, 'none' to 'ten': without weights 10.00, with weights of 1 2.50
of 2000 correlations of noise: cor.test() below 0.05 0.055, kept by cor2m() 0.106
SEEN
expect "$home/seen" "$home/wanted"
