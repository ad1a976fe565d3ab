#!/usr/bin/env bash
# mutSignatures 2.1.1, resolveMutSignatures(): how much of each signature is in each sample, and how many mutations stay unexplained
# ("unexplained.mutNum", "unexplained.mutFrac").
#
# Guess: with byFreq = FALSE, which fits counts instead of frequencies, both are what they are with TRUE, as the exposures are.
# Seen: the exposures are; the unexplained part is minus 119 to minus 1599 times all mutations, since one minus the counts
# of a sample is taken for one minus their shares, and is multiplied by the number of mutations once more.
. "$(dirname "$0")/common.sh"
r_packages mutSignatures=2.1.1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(mutSignatures))
data(mutSigData)
signatures <- as.data.frame(apply(mutSigData$blcaSIGS[, 1:3], 2, function(s) s / sum(s)))
exposures <- rbind(c(100, 0, 50, 1000), c(20, 300, 0, 500), c(0, 100, 50, 100))
counts <- data.frame(as.matrix(signatures) %*% exposures)
# Half of the mutations of the second sample come from a fourth process.
counts[, 2] <- (counts[, 2] + 400 * mutSigData$blcaSIGS[, 8] / sum(mutSigData$blcaSIGS[, 8])) / 2
for (by in c(TRUE, FALSE)) {
  fit <- resolveMutSignatures(as.mutation.counts(counts), as.mutation.signatures(signatures), byFreq = by)
  found <- as.matrix(coerceObj(fit$results$count.result, "data.frame"))
  cat("byFreq =", by, ": mutations", round(colSums(counts)),
    "; in the three signatures", round(colSums(found)), "\n")
  cat("  unexplained", round(fit$coeffs$unexplained.mutNum),
    ", as a part", round(fit$coeffs$unexplained.mutFrac, 2), "\n")
}
R
cat >"$home/wanted" <<'SEEN'
byFreq = TRUE : mutations 120 400 100 1600 ; in the three signatures 120 376 100 1600 
  unexplained 0 24 0 0 , as a part 0 0.06 0 0 
byFreq = FALSE : mutations 120 400 100 1600 ; in the three signatures 120 376 100 1600 
  unexplained -14280 -149801 -9900 -2558400 , as a part -119 -374.5 -99 -1599 
SEEN
expect "$home/seen" "$home/wanted"
