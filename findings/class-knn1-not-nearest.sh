#!/usr/bin/env bash
# class 7.3-24, knn1(): the class of the nearest neighbour, of points at distances that differ by less than one in ten thousand.
#
# Guess: the nearest one wins; knn(k = 1) says the same.
# Seen: of two points whose squared distances differ by less than 0.01 % knn1() draws one, whatever their order. Worse,
# eleven points each 0.004 % nearer than the one before are taken for ties one after the other: the nearest, which is
# 0.04 % nearer than the first and so no tie of it, is never found. knn(k = 1) finds it in each case.
. "$(dirname "$0")/common.sh"
r_packages class=7.3-24
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
often <- function(name, fun, at, class, ...) {
  found <- vapply(1:1000, function(seed) {
    set.seed(seed)
    as.character(fun(matrix(at), matrix(0), class, ...))
  }, "")
  cat(sprintf("%-26s near %4d, far %4d of 1000\n", name, sum(found == "near"), sum(found == "far")))
}
two <- c(1.00004, 1)
often("two points, knn(k = 1)", class::knn, two, c("far", "near"), k = 1)
often("two points, knn1()", class::knn1, two, c("far", "near"))
chain <- 1 + 4e-5 * 10:0
label <- c(rep("far", 10), "near")
often("eleven points, knn(k = 1)", class::knn, chain, label, k = 1)
often("eleven points, knn1()", class::knn1, chain, label)
R
cat >"$home/wanted" <<'SEEN'
two points, knn(k = 1)     near 1000, far    0 of 1000
two points, knn1()         near  491, far  509 of 1000
eleven points, knn(k = 1)  near 1000, far    0 of 1000
eleven points, knn1()      near    0, far 1000 of 1000
SEEN
expect "$home/seen" "$home/wanted"
