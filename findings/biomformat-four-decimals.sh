#!/usr/bin/env bash
# biomformat 1.26.0 (Debian 12), write_biom(): tables of taxa in samples, as counts or as shares, written in
# the format BIOM 1. By the example of its help read_biom() gives the identical table back.
#
# Guess: it does, to about 15 digits.
# Seen: numbers are written with four decimals. Shares below 0.00005 come back as 0, so that of 937 taxa of a
# sample 686 are left, and those just above are doubled, without a word. The file calls its entries "int" in
# any case unless told otherwise, so that a reader may take all shares for 0. As parts per million they
# survive.
. "$(dirname "$0")/common.sh"
debian_r r-bioc-biomformat=1.26.0+dfsg-1
Rscript --vanilla - "$home/table.biom" 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(biomformat))
file <- commandArgs(TRUE)
through <- function(x) {
  write_biom(make_biom(x), file)
  unname(as(biom_data(read_biom(file)), "matrix"))
}
set.seed(1)
counts <- matrix(rpois(2000, 40 * exp(rnorm(2000, 0, 2.5))), 1000)
dimnames(counts) <- list(paste0("t", 1:1000), c("a", "b"))
shares <- prop.table(counts, 2)
back <- through(shares)
cat("the same, counts:", all(through(counts) == counts), "\n")
cat("taxa with a share above 0, before:", colSums(shares > 0), "after:", colSums(back > 0), "\n")
small <- shares > 5e-5 & shares < 2e-4
off <- max(abs(back / shares - 1)[small])
cat(sprintf("shares of 0.00005 to 0.0002 are off by up to %.0f %%\n", 100 * off))
cat("three shares:", shares[c(7, 8, 9), 1], "\n")
cat("after:       ", back[c(7, 8, 9), 1], "\n")
cat("called:", sub('.*"matrix_element_type":"([a-z]*)".*', "\\1", suppressWarnings(readLines(file))), "\n")
million <- through(1e6 * shares)
cat(sprintf("as parts per million: off by at most %.0e\n", max(abs(million / 1e6 - shares))))
R
cat >"$home/wanted" <<'SEEN'
the same, counts: TRUE 
taxa with a share above 0, before: 937 932 after: 686 680 
shares of 0.00005 to 0.0002 are off by up to 98 %
three shares: 0.0001042606 0.0002068921 0.0001572054 
after:        1e-04 2e-04 2e-04 
called: int 
as parts per million: off by at most 5e-11
SEEN
expect "$home/seen" "$home/wanted"
