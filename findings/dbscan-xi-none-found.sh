#!/usr/bin/env bash
# dbscan 1.1-11 (Debian 12), extractXi(): clusters from an OPTICS ordering by steepness. Each call returns the
# ordering with its clusters, so that calls are made one after the other.
#
# Guess: if nothing is steep enough every point is noise, 0, as extractDBSCAN() has it.
# Seen: there is a warning that no clusters were found, and the result holds those of the call before, here
# two clusters by extractDBSCAN(), now under the name of xi. In a search over xi they are counted for each xi
# that finds none. A fresh ordering gets no clusters at all, NULL in place of zeros, and its summary tells of
# 0 noise points. (The zeros are compared with the clusters, with < in place of <-.)
. "$(dirname "$0")/common.sh"
debian_r r-cran-dbscan=1.1-11+ds-1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(dbscan))
set.seed(1)
x <- rbind(matrix(rnorm(100, 0, 0.3), 50), matrix(rnorm(100, 4, 0.3), 50))
fresh <- optics(x, minPts = 5)
told <- function(name, o) {
  sizes <- if (is.null(o$cluster)) "NULL" else table(o$cluster)
  cat(sprintf("%-36s", name), if (is.table(sizes)) paste(names(sizes), sizes, sep = ": ") else sizes, "\n")
}
by_distance <- extractDBSCAN(fresh, 0.5)
told("extractDBSCAN(eps_cl = 0.5)", by_distance)
told("extractDBSCAN(eps_cl = 0.001)", extractDBSCAN(fresh, 0.001))
told("extractXi(xi = 0.99) after the first", suppressWarnings(extractXi(by_distance, 0.99)))
told("extractXi(xi = 0.99) of a fresh one", suppressWarnings(extractXi(fresh, 0.99)))
R
cat >"$home/wanted" <<'SEEN'
extractDBSCAN(eps_cl = 0.5)          1: 50 2: 50 
extractDBSCAN(eps_cl = 0.001)        0: 100 
extractXi(xi = 0.99) after the first 1: 50 2: 50 
extractXi(xi = 0.99) of a fresh one  NULL 
SEEN
expect "$home/seen" "$home/wanted"
