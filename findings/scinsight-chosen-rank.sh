#!/usr/bin/env bash
# scINSIGHT 0.1.5, run_scINSIGHT(K = ): a factorization of several samples of single cells, with the number of
# common gene modules chosen from K by stability ("Select optimal K", "Best K is selected"), or given ("Number
# of common gene modules").
#
# Guess: the most stable one of those tried; a single number is used as it is.
# Seen: of two the larger one, whatever the stability: it puts the places of the three most stable in order
# and takes the second, which of two is always the last. Of three or more it is the middle one of the three
# most stable. With one number, so when it is known, that place does not exist, and the run ends in an error
# about an extent after all fits are made.
. "$(dirname "$0")/common.sh"
r_packages scINSIGHT=0.1.5
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(scINSIGHT))
set.seed(1)
modules <- matrix(rexp(450), 3)
sample_of <- function(n) {
  weights <- matrix(rexp(3 * n, 8), n)
  weights[cbind(1:n, sample(3, n, TRUE))] <- 1 + rexp(n, 3)
  x <- t(log1p(weights %*% modules + rexp(150 * n, 4)))
  dimnames(x) <- list(paste0("gene", 1:150), paste0("cell", 1:n))
  x
}
data <- create_scINSIGHT(list(s1 = sample_of(60), s2 = sample_of(60)), c(s1 = "a", s2 = "b"))
for (K in list(c(3, 4), c(3, 6), c(3, 8), 3)) {
  invisible(capture.output(fit <- suppressMessages(suppressWarnings(tryCatch(
    run_scINSIGHT(data, K = K, LDA = c(0.01, 0.1), B = 3, thre.niter = 100),
    error = function(e) NULL
  )))))
  told <- if (is.null(fit)) {
    "error"
  } else {
    sprintf("most stable %g, chosen %g", K[which.max(fit@parameters$stability)], fit@parameters$K)
  }
  cat("tried", K, ":", told, "\n")
}
R
cat >"$home/wanted" <<'SEEN'
tried 3 4 : most stable 3, chosen 4 
tried 3 6 : most stable 3, chosen 6 
tried 3 8 : most stable 8, chosen 8 
tried 3 : error 
SEEN
expect "$home/seen" "$home/wanted"
