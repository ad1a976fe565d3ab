#!/usr/bin/env bash
# soundecology 1.3.3, acoustic_diversity(): a diversity of frequency bands by the part of each that is above a threshold, by default
# -50 dBFS, so decibels below full scale.
#
# Guess: for noise at -74 dBFS nothing is above the threshold.
# Seen: everything is, in every band: the spectrum is taken relative to its own maximum in that file and channel. One click in the quiet
# noise, eleven samples long, brings all bands down to 3 percent. What counts as signal depends on the loudest
# moment of a recording, and two channels, or two files of the same site, have different thresholds.
. "$(dirname "$0")/common.sh"
r_packages soundecology=1.3.3
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages({
  library(tuneR)
  library(soundecology)
})
set.seed(1)
noise <- pmax(-1, pmin(1, rnorm(3 * 22050) / 5))
sound <- function(x) Wave(round(32767 * x), samp.rate = 22050, bit = 16)
index <- function(title, x) {
  invisible(capture.output(found <- acoustic_diversity(sound(x))))
  band <- found$left_band_values
  cat(sprintf(
    "%-28s mean level %5.1f dBFS, part above -50 dBFS by band: %.2f to %.2f\n", title,
    20 * log10(sqrt(mean(x^2))), min(band), max(band)
  ))
}
index("noise", noise)
index("the same, a thousandth", noise / 1000)
click <- noise / 1000
click[30000:30010] <- 0.9
index("a thousandth, with a click", click)
R
cat >"$home/wanted" <<'SEEN'
noise                        mean level -13.9 dBFS, part above -50 dBFS by band: 1.00 to 1.00
the same, a thousandth       mean level -73.9 dBFS, part above -50 dBFS by band: 1.00 to 1.00
a thousandth, with a click   mean level -38.7 dBFS, part above -50 dBFS by band: 0.03 to 0.03
SEEN
expect "$home/seen" "$home/wanted"
