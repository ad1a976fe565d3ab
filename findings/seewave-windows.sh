#!/usr/bin/env bash
# seewave 2.2.4, ftwindow(): windows for Fourier transforms, and their corrections for "amplitude" and
# "energy".
#
# Guess: the flat-top window has its five terms, is 1 in the middle and about 0 at the ends, so that next to
# nothing of a tone is seen far from it; corrected for energy a window has a mean square of 1.
# Seen: flattop.w() ends its formula after three terms: the other two stand on a line of their own, which R
# takes for another expression. It is 0.91 in the middle and 0.08 at the ends, and of a tone as much is left
# far away as of one 39 dB fainter, where it should be 74. The correction for energy is the root of what it
# should be: mean squares are 0.4 to 0.6, each window another, so that their spectra do not have the same
# power. That for amplitude is right.
. "$(dirname "$0")/common.sh"
r_packages seewave=2.2.4
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(seewave))
n <- 512
at <- 2 * pi * (0:(n - 1)) / (n - 1)
five_terms <- 0.2156 - 0.4160 * cos(at) + 0.2781 * cos(2 * at) - 0.0836 * cos(3 * at) + 0.0069 * cos(4 * at)
tone <- sin(2 * pi * 64.5 * (0:(n - 1)) / n)
windows <- list(`flattop, five terms` = five_terms)
for (name in c("flattop", "hanning", "hamming", "blackman")) windows[[name]] <- ftwindow(n, name)
for (name in names(windows)) {
  w <- windows[[name]]
  s <- Mod(fft(w * tone))[1:200]
  cat(sprintf("%-20s in the middle %.3f, at the ends %.3f; a tone, eleven lines from it and more %.1f dB\n",
    name, max(w), abs(w[1]), 20 * log10(max(s[76:200]) / max(s))))
}
for (name in names(windows)[-1]) {
  cat(sprintf("%-10s corrected for energy: mean square %.3f; for amplitude: mean %.3f\n",
    name, mean(ftwindow(n, name, "energy")^2), mean(ftwindow(n, name, "amplitude"))))
}
R
cat >"$home/wanted" <<'SEEN'
flattop, five terms  in the middle 1.000, at the ends 0.001; a tone, eleven lines from it and more -74.4 dB
flattop              in the middle 0.910, at the ends 0.078; a tone, eleven lines from it and more -38.9 dB
hanning              in the middle 1.000, at the ends 0.000; a tone, eleven lines from it and more -69.7 dB
hamming              in the middle 1.000, at the ends 0.080; a tone, eleven lines from it and more -46.2 dB
blackman             in the middle 1.000, at the ends 0.000; a tone, eleven lines from it and more -77.8 dB
flattop    corrected for energy: mean square 0.414; for amplitude: mean 1.000
hanning    corrected for energy: mean square 0.612; for amplitude: mean 1.000
hamming    corrected for energy: mean square 0.630; for amplitude: mean 1.000
blackman   corrected for energy: mean square 0.551; for amplitude: mean 1.000
SEEN
expect "$home/seen" "$home/wanted"
