#!/usr/bin/env bash
# soundecology 1.3.3, bioacoustic_index(): by its help the area under the curve of the mean spectrum in dB, between 2 and 8 kHz and above
# its least value, here of the recording that comes with the package.
#
# Guess: an area in dB times Hz, which hardly depends on the length of the window.
# Seen: it is four times as large for twice the window, from 24 to 1537. The sum over lines of the spectrum, of which there are twice
# as many, is multiplied by lines per Hz in place of Hz per line. The area itself changes by 2 percent. Indices of
# studies with other windows, or with the same window at another rate of samples, differ by such factors.
. "$(dirname "$0")/common.sh"
r_packages soundecology=1.3.3
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages({
  library(soundecology)
  library(seewave)
})
data(tropicalsound)
rate <- tropicalsound@samp.rate
for (window in c(256, 512, 1024, 2048)) {
  invisible(capture.output(found <- bioacoustic_index(tropicalsound, fft_w = window)$left_area))
  shown <- spectro(tropicalsound, f = rate, wl = window, plot = FALSE, dB = "max0")
  level <- apply(shown$amp, 1, meandB)
  in_band <- shown$freq >= 2 & shown$freq <= 8
  area <- sum(level[in_band] - min(level[in_band])) * rate / window
  cat(sprintf(
    "window %4d: index %6.2f; area %6.0f dB x Hz; index by area and squared window %.2g\n", window, found, area,
    found / area / window^2
  ))
}
R
cat >"$home/wanted" <<'SEEN'
window  256: index  24.12; area 173999 dB x Hz; index by area and squared window 2.1e-09
window  512: index  96.99; area 175180 dB x Hz; index by area and squared window 2.1e-09
window 1024: index 388.63; area 177803 dB x Hz; index by area and squared window 2.1e-09
window 2048: index 1536.77; area 176995 dB x Hz; index by area and squared window 2.1e-09
SEEN
expect "$home/seen" "$home/wanted"
