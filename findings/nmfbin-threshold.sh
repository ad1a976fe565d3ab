#!/usr/bin/env bash
# nmfbin 0.2.1, nmfbin(): logistic nonnegative factorization of a table of 0 and 1, whose probabilities are
# those of WH plus a threshold c, by multiplicative updates as its default or by gradients.
#
# Guess: probabilities that are low where there are zeros, with a mean of about the share of ones, and a loss
# clearly below that of one constant for all; both ways end near each other.
# Seen: by the default c is 0 after a few steps, since each multiplies it by the mean residual, which is less
# than 1; W and H are nonnegative, so that no probability is below 0.5. With a share of ones of 0.09 the mean
# probability is 0.52 and the loss more than twice that of a constant. By gradients c is negative, and the
# loss is a fraction of that.
. "$(dirname "$0")/common.sh"
r_packages nmfbin=0.2.1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
library(nmfbin)
set.seed(1)
strength <- 1.5 * matrix(rexp(80), 40) %*% matrix(rexp(60), 2)
loss <- function(x, p) {
  p <- pmin(pmax(p, 1e-10), 1 - 1e-10)
  -mean(x * log(p) + (1 - x) * log(1 - p))
}
for (threshold in c(-4, -7)) {
  x <- matrix(rbinom(1200, 1, plogis(strength + threshold)), 40)
  cat(sprintf("share of ones %.2f, loss of a constant %.2f\n", mean(x), loss(x, mean(x))))
  for (optimizer in c("mur", "gradient")) {
    fit <- nmfbin(x, 2, optimizer = optimizer, max_iter = 3000)
    p <- plogis(fit$W %*% fit$H + fit$c)
    cat(sprintf("  %-9s c %.1f, probabilities at least %.2f, mean %.2f, loss %.2f\n",
      optimizer, round(fit$c, 1) + 0, min(p), mean(p), loss(x, p)))
  }
}
R
cat >"$home/wanted" <<'SEEN'
share of ones 0.28, loss of a constant 0.59
  mur       c 0.0, probabilities at least 0.50, mean 0.59, loss 0.59
  gradient  c -4.9, probabilities at least 0.01, mean 0.28, loss 0.26
share of ones 0.09, loss of a constant 0.30
  mur       c 0.0, probabilities at least 0.50, mean 0.52, loss 0.66
  gradient  c -6.5, probabilities at least 0.00, mean 0.09, loss 0.09
SEEN
expect "$home/seen" "$home/wanted"
