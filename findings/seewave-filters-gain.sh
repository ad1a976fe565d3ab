#!/usr/bin/env bash
# seewave 2.2.4: what four ways of keeping 500 to 1500 Hz, or of moving a tone, do to the loudness of a tone of 1000 Hz.
#
# Guess: a tone in the middle of the band passes unchanged.
# Seen: bwfilter() passes it. fir() makes it about four times as loud, ffilter() and lfs() about a thousand times as faint,
# so that the three cannot be mixed or compared without scaling; stereo or a stack of filtered bands does not
# add up to the sound again. (istft(), on which the last two rest, divides by the length of the window.)
. "$(dirname "$0")/common.sh"
r_packages seewave=2.2.4
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(seewave))
f <- 8000
tone <- sin(2 * pi * 1000 * (0:7999) / f)
gain <- function(y) {
  y <- as.vector(y)
  y <- y[(length(y) %/% 4):(3 * length(y) %/% 4)]
  sd(y) * sqrt(2)
}
cat(sprintf("%-9s gain %.4f\n", c("bwfilter", "fir", "ffilter", "lfs"), c(
  gain(bwfilter(tone, f = f, n = 2, from = 500, to = 1500)), gain(fir(tone, f = f, from = 500, to = 1500)),
  gain(ffilter(tone, f = f, from = 500, to = 1500)), gain(lfs(tone, f = f, shift = 500))
)), sep = "")
for (wl in c(256, 512, 1024)) {
  z <- spectro(tone, f = f, wl = wl, ovlp = 75, complex = TRUE, norm = FALSE, dB = NULL, plot = FALSE)$amp
  cat(sprintf("istft of %4d samples: gain %.6f, times the length %.3f\n", wl, g <- gain(istft(z, f = f, wl = wl, ovlp = 75)), g * wl))
}
R
cat >"$home/wanted" <<'SEEN'
bwfilter  gain 0.9986
fir       gain 3.9389
ffilter   gain 0.0010
lfs       gain 0.0010
istft of  256 samples: gain 0.003907, times the length 1.000
istft of  512 samples: gain 0.001953, times the length 1.000
istft of 1024 samples: gain 0.000977, times the length 1.000
SEEN
expect "$home/seen" "$home/wanted"
