#!/usr/bin/env bash
# tuneR 1.4.7, deltas(): the slope of features over a window of w frames.
#
# Guess: for a feature that rises by 1 per frame the delta is 1, whatever the window; at the ends, where frames are missing,
# perhaps a little less.
# Seen: it is the slope times the sum of squares of the window, 2, 10, 28, 60 (the default window) for w = 3, 5, 7, 9: deltas of two
# windows cannot be compared, and beside the features themselves they have sixty times the weight. At both ends it is
# half of that.
. "$(dirname "$0")/common.sh"
r_packages tuneR=1.4.7
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(tuneR))
for (w in c(3, 5, 7, 9)) cat("w =", w, ":", deltas(matrix(1:20, 1), w = w), "\n")
R
cat >"$home/wanted" <<'SEEN'
w = 3 : 1 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 1 
w = 5 : 5 8 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 8 5 
w = 7 : 14 20 25 28 28 28 28 28 28 28 28 28 28 28 28 28 28 25 20 14 
w = 9 : 30 40 49 56 60 60 60 60 60 60 60 60 60 60 60 60 56 49 40 30 
SEEN
expect "$home/seen" "$home/wanted"
