#!/usr/bin/env bash
# e1071 1.7-17, naiveBayes(): two classes on a line, A around 0 with standard deviation 1, B around 100 with 2.
#
# Guess: a point halfway or more towards B is in B, one near A in A; far from both the larger density wins.
# Seen: 90, which is 5 standard deviations from B and 108 from A, is in A, with probability 1; 10, which is 12 from A
# and 47 from B, is in B, with probability 1. A density too small for a number counts as 0, and 0 is replaced by
# threshold = 0.001, which is far more than the density of the class that is near enough to have one. So the class
# that is furthest away wins. Points between classes and outliers are classified the wrong way round.
. "$(dirname "$0")/common.sh"
r_packages e1071=1.7-17
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
set.seed(1)
x <- data.frame(x = c(rnorm(50), rnorm(50, 100, 2)))
class <- factor(rep(c("A", "B"), each = 50))
model <- e1071::naiveBayes(x, class)
point <- c(0, 10, 20, 30, 60, 70, 80, 90, 100)
new <- data.frame(x = point)
mean <- model$tables$x[, 1]
sd <- model$tables$x[, 2]
nearer <- ifelse(dnorm(point, mean[1], sd[1], log = TRUE) > dnorm(point, mean[2], sd[2], log = TRUE), "A", "B")
cat(sprintf(
  "%3.0f: %2.0f sd from A, %2.0f sd from B, larger density %s, found %s with probability %.3f\n",
  point, abs(point - mean[1]) / sd[1], abs(point - mean[2]) / sd[2], nearer, predict(model, new),
  apply(predict(model, new, type = "raw"), 1, max)
), sep = "")
R
cat >"$home/wanted" <<'SEEN'
  0:  0 sd from A, 52 sd from B, larger density A, found A with probability 0.998
 10: 12 sd from A, 47 sd from B, larger density A, found B with probability 1.000
 20: 24 sd from A, 41 sd from B, larger density A, found B with probability 1.000
 30: 36 sd from A, 36 sd from B, larger density A, found A with probability 1.000
 60: 72 sd from A, 21 sd from B, larger density B, found A with probability 1.000
 70: 84 sd from A, 16 sd from B, larger density B, found A with probability 1.000
 80: 96 sd from A, 10 sd from B, larger density B, found A with probability 1.000
 90: 108 sd from A,  5 sd from B, larger density B, found A with probability 1.000
100: 120 sd from A,  0 sd from B, larger density B, found B with probability 0.995
SEEN
expect "$home/seen" "$home/wanted"
