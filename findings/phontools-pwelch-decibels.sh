#!/usr/bin/env bash
# phonTools 0.2-2.2, pwelch(): the power spectrum of a sound in decibels, next to spectralslice() of the same package, with
# which its help compares it.
#
# Guess: of two tones of which the second has half the amplitude the second is 6 dB lower, in both.
# Seen: 12 dB by pwelch(), 40 for a tenth, 80 for a hundredth: all levels are doubled, since the power, which is the
# square of the amplitude already, is taken by 20 log10 in place of 10. spectralslice() and powertrack() are right.
# Slopes of spectra, in dB per octave, come out twice as steep, too.
. "$(dirname "$0")/common.sh"
r_packages phonTools=0.2-2.2
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(phonTools))
rate <- 8000
time <- (0:7999) / rate
level <- function(spectrum, hz) max(spectrum[abs(spectrum[, 1] - hz) < 50, 2])
for (ratio in c(0.5, 0.1, 0.01)) {
  tones <- sin(2 * pi * 1000 * time) + ratio * sin(2 * pi * 2000 * time)
  slice <- spectralslice(tones[1:800], fs = rate, show = FALSE)
  welch <- pwelch(tones, points = 800, fs = rate, show = FALSE)
  softer <- c(sin(2 * pi * 1000 * time), ratio * sin(2 * pi * 1000 * time))
  track <- powertrack(softer, fs = rate, timestep = 20, windowlength = 40, show = FALSE)
  cat(sprintf(
    "amplitude %4.2f, that is %5.1f dB: spectralslice %5.1f, pwelch %5.1f, powertrack %5.1f\n",
    ratio, 20 * log10(ratio),
    level(slice, 2000) - level(slice, 1000), level(welch, 2000) - level(welch, 1000),
    median(track$power[track$time > 1500]) - median(track$power[track$time < 500])
  ))
}
R
cat >"$home/wanted" <<'SEEN'
amplitude 0.50, that is  -6.0 dB: spectralslice  -6.0, pwelch -12.0, powertrack  -6.0
amplitude 0.10, that is -20.0 dB: spectralslice -20.0, pwelch -40.0, powertrack -20.0
amplitude 0.01, that is -40.0 dB: spectralslice -40.0, pwelch -80.0, powertrack -40.0
SEEN
expect "$home/seen" "$home/wanted"
