#!/usr/bin/env bash
# gsignal 0.3-7, interp(): more samples per second between those that are given.
#
# Guess: it keeps the given samples and puts new ones between them, with an error far below 1 % for a tone well below half of
# the rate, as resample() does.
# Seen: everything comes half an output sample early, whatever the factor, so that no given sample is kept: a tone of an eighth of
# the rate is wrong by 12 to 20 % of its amplitude, also at the places of the given samples, and after shifting it
# back still by 7.
# resample() with the same factor is right to 1e-4.
. "$(dirname "$0")/common.sh"
r_packages gsignal=0.3-7
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(gsignal))
rate <- 8000
tone <- function(hz, at) sin(2 * pi * hz * at / rate)
for (q in 2:4) {
  for (hz in c(100, 1000)) {
    y <- interp(tone(hz, 0:7999), q)
    k <- 1000:(length(y) - 1000)
    late <- optimize(function(d) sum((y[k] - tone(hz, (k - 1 - d) / q))^2), c(-3, 3))$minimum
    given <- k[(k - 1) %% q == 0]
    cat(sprintf(
      "%4d Hz, %d times the rate: early by %.2f output samples, largest error %.3f, at given samples %.3f, shifted back %.4f; resample() %.4f\n",
      hz, q, -late, max(abs(y[k] - tone(hz, (k - 1) / q))), max(abs(y[given] - tone(hz, (given - 1) / q))),
      max(abs(y[k] - tone(hz, (k - 1 - late) / q))), max(abs(resample(tone(hz, 0:7999), q, 1)[k] - tone(hz, (k - 1) / q)))
    ))
  }
}
R
cat >"$home/wanted" <<'SEEN'
 100 Hz, 2 times the rate: early by 0.50 output samples, largest error 0.020, at given samples 0.019, shifted back 0.0007; resample() 0.0001
1000 Hz, 2 times the rate: early by 0.50 output samples, largest error 0.201, at given samples 0.192, shifted back 0.0699; resample() 0.0001
 100 Hz, 3 times the rate: early by 0.50 output samples, largest error 0.014, at given samples 0.013, shifted back 0.0016; resample() 0.0000
1000 Hz, 3 times the rate: early by 0.50 output samples, largest error 0.145, at given samples 0.145, shifted back 0.0751; resample() 0.0001
 100 Hz, 4 times the rate: early by 0.50 output samples, largest error 0.010, at given samples 0.010, shifted back 0.0012; resample() 0.0002
1000 Hz, 4 times the rate: early by 0.50 output samples, largest error 0.123, at given samples 0.123, shifted back 0.0782; resample() 0.0002
SEEN
expect "$home/seen" "$home/wanted"
