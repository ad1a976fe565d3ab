#!/usr/bin/env bash
# nnTensor 1.4.0, NMF(J = 1:4, rank.method = ): measures for the choice of a rank, among them "evar", the explained variance, and
# "sparseness.basis", the mean sparseness of the components.
#
# Guess: for noise the explained part is that of the sum of squares, about a half for rank 1 here, and rises slowly.
# Seen: "evar" is 0.999 for noise at every rank, and the nearer to 1 the larger the table is: the residual is divided by the square of the
# sum of X, not by the sum of squares. The sparseness is that of the last component alone: a function that is to go over
# all columns is given their number instead. Neither can tell ranks.
. "$(dirname "$0")/common.sh"
r_packages nnTensor=1.4.0
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(nnTensor))
set.seed(1)
table <- function(n) {
  found <- list(NULL)
  invisible(capture.output(found <- NMF(n, J = 1:4, rank.method = "evar", runtime = 2, num.iter = 100)))
  sapply(found$Trial, function(one) mean(unlist(one$original)))
}
explained <- function(x, J) {
  fit <- NMF(x, J = J, num.iter = 100)
  1 - sum((x - fit$U %*% t(fit$V))^2) / sum(x^2)
}
for (size in list(c(40, 30), c(200, 100))) {
  noise <- matrix(rexp(prod(size)), size[1])
  cat(size, ", explained by rank 1 to 4:  ", sprintf("%.3f", sapply(1:4, explained, x = noise)), "\n")
  cat(size, ", evar of rank 1 to 4:       ", sprintf("%.5f", table(noise)), "\n")
}
sparse <- nnTensor:::.sparseness
one <- c(1, rep(0, 19))
flat <- rep(1, 20)
cat("sparseness of a column with one entry, of a flat one:", sparse(cbind(one)), sparse(cbind(flat)), "\n")
cat("of both:", sparse(cbind(one, flat)), ", in the other order:", sparse(cbind(flat, one)), "\n")
R
cat >"$home/wanted" <<'SEEN'
40 30 , explained by rank 1 to 4:   0.532 0.593 0.646 0.683 
40 30 , evar of rank 1 to 4:        0.99924 0.99934 0.99943 0.99948 
200 100 , explained by rank 1 to 4:   0.508 0.521 0.534 0.545 
200 100 , evar of rank 1 to 4:        0.99995 0.99995 0.99995 0.99995 
sparseness of a column with one entry, of a flat one: 1 0 
of both: 0 , in the other order: 1 
SEEN
expect "$home/seen" "$home/wanted"
