#!/usr/bin/env bash
# GUniFrac 1.7 (Debian 12), GMPR(): a size factor for each sample of microbes, the geometric mean of its
# median ratios to the others.
#
# Guess: a number for each sample that shares enough taxa with others; of a sample at three depths, 1, 2 and
# 4, the factors are 0.5, 1 and 2.
# Seen: 0.5, NA and 2: a factor of 1 is taken for a sign that nothing could be computed, and is made NA,
# though it is what a sample of middling depth has, and what all have that were rarefied to one depth or are
# copies. Counts divided by the factors lose the sample. Where really nothing could be computed it is NA too,
# so that the two cannot be told apart.
. "$(dirname "$0")/common.sh"
debian_r r-cran-gunifrac=1.7+dfsg-1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(GUniFrac))
set.seed(1)
taxa <- rpois(50, 20) + 1L
told <- function(name, x) cat(sprintf("%-34s", name), format(round(GMPR(x), 3)), "\n")
told("depths 1, 2 and 4", cbind(taxa, 2L * taxa, 4L * taxa))
told("depths 1, 2, 4 and 9", cbind(taxa, 2L * taxa, 4L * taxa, 9L * taxa))
told("three technical copies", cbind(taxa, taxa, taxa))
told("before and after, turned around", cbind(taxa, rev(taxa)))
told("two that share no taxon", cbind(c(taxa, 0L * taxa), c(0L * taxa, taxa)))
R
cat >"$home/wanted" <<'SEEN'
depths 1, 2 and 4                  0.5  NA 2.0 
depths 1, 2, 4 and 9               0.343 0.687 1.373 3.090 
three technical copies             NA NA NA 
before and after, turned around    NA NA 
two that share no taxon            NA NA 
SEEN
expect "$home/seen" "$home/wanted"
