#!/usr/bin/env bash
# IntNMF 1.3.0, nmf.mnnals(): 30 fits from different starts and their "consensus matrix", which
# ConsensusMatPlot() and SilhouettePlot() draw: how often two samples are in one cluster. Here of noise that
# has no clusters.
#
# Guess: the part of the 30 fits in which they are together, so of a single fit 0 or 1.
# Seen: it is the part of the iterations of the best fit, whatever the other 29 say; a single fit has values
# between. Of the same 30 fits of noise the part in which two samples are together differs from it by up to
# 0.71. How sure a cluster is depends on how soon that one fit settled, and on how long it went on after that.
. "$(dirname "$0")/common.sh"
r_packages IntNMF=1.3.0
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(IntNMF))
set.seed(1)
noise <- matrix(runif(40 * 60), 40, dimnames = list(paste0("s", 1:40), NULL))
fit <- function(starts) nmf.mnnals(noise, k = 5, n.ini = starts, ini.nndsvd = FALSE, seed = FALSE)
set.seed(1)
all_at_once <- fit(30)
set.seed(1)
one_by_one <- lapply(1:30, function(i) fit(1))
objectives <- vapply(one_by_one, function(f) f$min.f.WH, 0)
cat("the same fits:", isTRUE(all.equal(objectives, all_at_once$min.f.WH)), "\n")
together <- lapply(one_by_one, function(f) outer(f$clusters, f$clusters, "==") + 0)
told <- function(name, x, y) {
  cat(sprintf("%-34s largest difference %.2f, mean %.2f\n", name, max(abs(x - y)), mean(abs(x - y))))
}
best <- which.min(objectives)
told("consensus, best fit alone:", all_at_once$consensus, one_by_one[[best]]$consensus)
told("consensus, part of the 30 fits:", all_at_once$consensus, Reduce(`+`, together) / 30)
told("best fit: consensus, together:", one_by_one[[best]]$consensus, together[[best]])
terms <- all_at_once$consensus * nrow(one_by_one[[best]]$convergence)
cat("whole numbers if multiplied by its iterations:", max(abs(terms - round(terms))) < 1e-9, "\n")
R
cat >"$home/wanted" <<'SEEN'
the same fits: TRUE 
consensus, best fit alone:         largest difference 0.00, mean 0.00
consensus, part of the 30 fits:    largest difference 0.71, mean 0.09
best fit: consensus, together:     largest difference 0.62, mean 0.06
whole numbers if multiplied by its iterations: TRUE 
SEEN
expect "$home/seen" "$home/wanted"
