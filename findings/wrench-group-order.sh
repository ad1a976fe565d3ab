#!/usr/bin/env bash
# Wrench 1.16.0 (Debian 12), wrench(): factors by which counts of microbes are normalized, for samples of
# several groups. What is known of a group, among it how much its taxa vary, goes into the factors of its
# samples.
#
# Guess: names of groups and the order of samples do not matter: the same counts have the same factors.
# Seen: only if groups first appear in the order of the alphabet. Variances are computed in the order in which
# groups appear, and handed out by the columns of a design matrix, which R sorts: each sample gets that of the
# other group. With "untreated" in place of "control", or with the samples in reverse order, factors change by
# up to a third, without a word.
. "$(dirname "$0")/common.sh"
debian_r r-bioc-wrench=1.16.0+dfsg-1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(Wrench))
# 300 taxa in 12 samples; in the second half each is there or not, more or less frequent than in the first.
set.seed(1)
share <- exp(rnorm(300))
change <- exp(rnorm(300, 0, 3)) * rbinom(300, 1, 0.6)
counts <- sapply(1:12, function(k) rpois(300, 2 * runif(1, 0.5, 2) * share * if (k > 6) change else 1))
dimnames(counts) <- list(paste0("taxon", 1:300), paste0("s", 1:12))
factors <- function(order, names) {
  w <- suppressWarnings(wrench(counts[, order], condition = rep(names, each = 6)[order]))
  w$ccf[colnames(counts)]
}
told <- function(name, x) cat(sprintf("%-32s", name), sprintf("%5.2f", x), "\n")
told("control, treated", factors(1:12, c("control", "treated")))
told("placebo, treated", factors(1:12, c("placebo", "treated")))
told("untreated, treated", factors(1:12, c("untreated", "treated")))
told("control, treated, last one first", factors(12:1, c("control", "treated")))
R
cat >"$home/wanted" <<'SEEN'
control, treated                  3.38  3.82  3.33  3.31  3.82  3.74  0.19  0.63  0.53  0.20  0.20  0.19 
placebo, treated                  3.38  3.82  3.33  3.31  3.82  3.74  0.19  0.63  0.53  0.20  0.20  0.19 
untreated, treated                3.43  4.03  3.39  3.40  4.13  4.00  0.23  0.42  0.34  0.22  0.24  0.22 
control, treated, last one first  3.43  4.03  3.39  3.40  4.13  4.00  0.23  0.42  0.34  0.22  0.24  0.22 
SEEN
expect "$home/seen" "$home/wanted"
