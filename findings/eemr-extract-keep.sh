#!/usr/bin/env bash
# eemR 1.0.2, eem_extract(keep = TRUE): fluorescence spectra of some samples, by their numbers; by its help
# "everything except first and third samples" is removed for c(1, 3).
#
# Guess: as many samples as were asked for, and those, as its message says ("Extracted sample(s)").
# Seen: as many as were asked for are removed, from the front of the others: of 8 samples, the first asked for
# gives 7, the first and the third 6. It is right if just half of the samples are asked for, as in the example
# of its help, which has four. A model of the kept samples has others among them. By names it is right.
. "$(dirname "$0")/common.sh"
r_packages eemR=1.0.2
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(eemR))
four <- eem_read(system.file("extdata/cary/scans_day_1", package = "eemR"), import_function = "cary")
eight <- eem_bind(four, four)
eem_names(eight) <- letters[1:8]
for (asked in list(1, c(1, 3), 8, c(1, 3, 5, 7), 1:7)) {
  kept <- eem_extract(eight, asked, keep = TRUE, verbose = FALSE)
  by_name <- eem_extract(eight, letters[asked], keep = TRUE, verbose = FALSE)
  removed <- eem_extract(eight, asked, verbose = FALSE)
  cat(sprintf("asked for %-14s kept %-16s by name %-14s with keep = FALSE left %s\n",
    paste(letters[asked], collapse = " "), paste(eem_names(kept), collapse = " "),
    paste(eem_names(by_name), collapse = " "), paste(eem_names(removed), collapse = " ")))
}
R
cat >"$home/wanted" <<'SEEN'
asked for a              kept a c d e f g h    by name a              with keep = FALSE left b c d e f g h
asked for a c            kept a c e f g h      by name a c            with keep = FALSE left b d e f g h
asked for h              kept b c d e f g h    by name h              with keep = FALSE left a b c d e f g
asked for a c e g        kept a c e g          by name a c e g        with keep = FALSE left b d f h
asked for a b c d e f g  kept a b c d e f g    by name a b c d e f g  with keep = FALSE left h
SEEN
expect "$home/seen" "$home/wanted"
