#!/usr/bin/env bash
# seewave 2.2.4, autoc(): fundamental frequency by autocorrelation.
#
# Guess: for a pure tone whose period is a whole number of samples the frequency is exact, for others it is that of the
# nearest whole period.
# Seen: the period that is found is two samples too long with windows of 512 and 1024 samples, one with 2048, whatever
# the tone: at 8 kHz a tone of 1000 Hz is given as 800 or 889, one of 1600 as 1143 or 1333 (up to 29 % flat, five
# semitones), a voice of 200 Hz as 190. fund(), by the cepstrum, has the voice right.
. "$(dirname "$0")/common.sh"
r_packages seewave=2.2.4
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(seewave))
tone <- function(hz, rate) sin(2 * pi * hz * seq(0, 1, by = 1 / rate))
rate <- 8000
for (wl in c(512, 2048)) {
  for (hz in c(250, 500, 1000, 1600)) {
    found <- 1000 * autoc(tone(hz, rate), f = rate, wl = wl, plot = FALSE)[, "y"]
    found <- unique(round(found[!is.na(found)], 1))
    cat(sprintf(
      "%d Hz, wl = %d: %s Hz, a period of %s samples where it is %d\n", hz, wl, paste(found, collapse = " "),
      paste(round(rate / found, 1), collapse = " "), rate / hz
    ))
  }
}
voice <- rowSums(sapply(1:10, function(k) tone(200 * k, 8000) / k))
cat(
  "ten harmonics of 200 Hz: autoc", unique(round(1000 * autoc(voice, f = 8000, wl = 1024, plot = FALSE)[, "y"], 1)),
  "fund", unique(round(1000 * fund(voice, f = 8000, wl = 1024, fmax = 600, plot = FALSE)[, "y"], 1)), "\n"
)
R
cat >"$home/wanted" <<'SEEN'
250 Hz, wl = 512: 235.3 Hz, a period of 34 samples where it is 32
500 Hz, wl = 512: 444.4 Hz, a period of 18 samples where it is 16
1000 Hz, wl = 512: 800 Hz, a period of 10 samples where it is 8
1600 Hz, wl = 512: 1142.9 Hz, a period of 7 samples where it is 5
250 Hz, wl = 2048: 242.4 Hz, a period of 33 samples where it is 32
500 Hz, wl = 2048: 470.6 Hz, a period of 17 samples where it is 16
1000 Hz, wl = 2048: 888.9 Hz, a period of 9 samples where it is 8
1600 Hz, wl = 2048: 1333.3 Hz, a period of 6 samples where it is 5
ten harmonics of 200 Hz: autoc 190.5 fund 200 
SEEN
expect "$home/seen" "$home/wanted"
