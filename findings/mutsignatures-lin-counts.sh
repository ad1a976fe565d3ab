#!/usr/bin/env bash
# mutSignatures 2.1.1, decipherMutationalProcesses(): signatures from mutation counts, by one of two algorithms, "brunet" or
# "chihJen" (Lin 2007), from frequencies or from counts.
#
# Guess: the exposures of a sample sum to about its number of mutations, whichever of the four.
# Seen: for "chihJen" from counts they sum to 1 in every sample, of 200 mutations or of 2,000: each iteration ends by
# scaling the exposures to a sum of 1, which is undone only where frequencies were asked for. The signatures are right.
# Samples with many and with few mutations look alike; nothing is said.
. "$(dirname "$0")/common.sh"
r_packages mutSignatures=2.1.1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(mutSignatures))
data(mutSigData)
signatures <- apply(mutSigData$blcaSIGS[, 1:3], 2, function(s) s / sum(s))
set.seed(1)
counts <- data.frame(round(signatures %*% matrix(rexp(3 * 20, 1 / 300), 3)))
for (approach in c("freq", "counts")) {
  for (algorithm in c("brunet", "chihJen")) {
    settings <- setMutClusterParams(
      num_processesToExtract = 3, num_totIterations = 4, num_parallelCores = 1, niter = 20000, stopconv = 500,
      approach = approach, algorithm = algorithm
    )
    set.seed(2)
    invisible(capture.output(suppressMessages(
      fit <- decipherMutationalProcesses(as.mutation.counts(counts), settings)
    )))
    exposures <- colSums(coerceObj(fit$Results$exposures, "data.frame"))
    cat(sprintf(
      "%-6s %-7s: mutations of all signatures per sample, of %d to %d there are: %.0f to %.0f\n",
      approach, algorithm,
      min(colSums(counts)), max(colSums(counts)), min(exposures), max(exposures)
    ))
  }
}
R
cat >"$home/wanted" <<'SEEN'
freq   brunet : mutations of all signatures per sample, of 223 to 2019 there are: 223 to 2019
freq   chihJen: mutations of all signatures per sample, of 223 to 2019 there are: 223 to 2019
counts brunet : mutations of all signatures per sample, of 223 to 2019 there are: 222 to 1999
counts chihJen: mutations of all signatures per sample, of 223 to 2019 there are: 1 to 1
SEEN
expect "$home/seen" "$home/wanted"
