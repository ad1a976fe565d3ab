#!/usr/bin/env bash
# nnTensor 1.4.0, NMF(M = ): by its help a mask of zeros marks missing entries; kFoldMaskTensor() makes such masks for
# cross-validation, whose error on the masked entries is returned as TestRecError.
#
# Guess: masked entries do not matter: with other values in them the fit is the same.
# Seen: so it is with "Frobenius" and "PGD". With "KL", "Pearson", "Hellinger" and "Neyman" the mask cancels: both data and model
# are multiplied by it, and only their ratio is used, so that masked entries are fitted like all others. With "IS" the
# ratio is divided by the mask once more, whose zeros are replaced by a tiny number: there the fit is to the masked entries
# alone, as is seen without any change of them by its error of 0.34. "HALS" does not use the mask. Choice of a rank by the
# error of masked entries is by entries that were seen in these six.
. "$(dirname "$0")/common.sh"
r_packages nnTensor=1.4.0
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(nnTensor))
set.seed(1)
x <- matrix(runif(30 * 3), 30) %*% matrix(runif(3 * 20), 3)
mask <- matrix(1, 30, 20)
mask[sample(length(x), 60)] <- 0
# The entries that are masked hold something else, a hundred times as large.
other <- x
other[mask == 0] <- 100 * other[mask == 0]
start <- list(U = matrix(runif(90), 30), V = matrix(runif(60), 20))
for (algorithm in c("Frobenius", "KL", "IS", "Pearson", "Hellinger", "Neyman", "PGD", "HALS")) {
  fit <- function(data) {
    found <- NMF(
      data, M = mask, initU = start$U, initV = start$V, J = 3, algorithm = algorithm, num.iter = 300
    )
    found$U %*% t(found$V)
  }
  a <- fit(x)
  b <- fit(other)
  size <- function(z) sqrt(sum(z^2) / sum((mask * x)^2))
  cat(sprintf(
    "%-9s the fit changes by %.1f times its size; relative error of entries not masked %.3f, then %.3f\n",
    algorithm, sqrt(sum((a - b)^2) / sum(a^2)), size(mask * (a - x)), size(mask * (b - x))
  ))
}
R
cat >"$home/wanted" <<'SEEN'
Frobenius the fit changes by 0.0 times its size; relative error of entries not masked 0.002, then 0.002
KL        the fit changes by 23.2 times its size; relative error of entries not masked 0.001, then 15.329
IS        the fit changes by 94.7 times its size; relative error of entries not masked 0.336, then 87.868
Pearson   the fit changes by 34.7 times its size; relative error of entries not masked 0.001, then 27.202
Hellinger the fit changes by 20.0 times its size; relative error of entries not masked 0.001, then 7.020
Neyman    the fit changes by 17.7 times its size; relative error of entries not masked 0.001, then 0.252
PGD       the fit changes by 0.0 times its size; relative error of entries not masked 0.251, then 0.251
HALS      the fit changes by 25.1 times its size; relative error of entries not masked 0.001, then 10.771
SEEN
expect "$home/seen" "$home/wanted"
