#!/usr/bin/env bash
# phonTools 0.2-2.2, pitchtrack(): fundamental frequency by autocorrelation, of steady tones with ten harmonics. By default, as in
# Boersma (1993), to whom its help refers, the autocorrelation is corrected for fewer products at longer lags.
#
# Guess: the frequency of the tone in every frame, to about a sample of the period.
# Seen: a constant tone of 200 Hz is at 66 Hz in half of the frames, one of 300 Hz at 75 or 149 in all: corrected, two, three or
# five periods agree just as well as one, and the highest of equal peaks is a matter of rounding, with no preference for the
# shortest. Without the correction every frame is right. Tones of 100 Hz, whose double period is out of range, hide it.
. "$(dirname "$0")/common.sh"
r_packages phonTools=0.2-2.2
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(phonTools))
rate <- 22050
time <- (0:(rate - 1)) / rate
for (hz in c(100, 150, 200, 250, 300, 350)) {
  voice <- rowSums(sapply(1:10, function(k) sin(2 * pi * k * hz * time) / k))
  for (correction in c(TRUE, FALSE)) {
    found <- pitchtrack(voice, fs = rate, correction = correction, show = FALSE)$f0
    at <- sprintf("%.0f%%", 100 * c(mean(abs(found / hz - 1) < 0.03), mean(found < 0.6 * hz)))
    cat(sprintf(
      "%d Hz, correction = %-5s right in %4s of frames, half or less in %4s: %s Hz\n",
      hz, correction, at[1], at[2],
      paste(sort(unique(round(found))), collapse = " ")
    ))
  }
}
R
cat >"$home/wanted" <<'SEEN'
100 Hz, correction = TRUE  right in 100% of frames, half or less in   0%: 99 100 Hz
100 Hz, correction = FALSE right in 100% of frames, half or less in   0%: 100 Hz
150 Hz, correction = TRUE  right in  46% of frames, half or less in  54%: 75 149 Hz
150 Hz, correction = FALSE right in 100% of frames, half or less in   0%: 149 Hz
200 Hz, correction = TRUE  right in  49% of frames, half or less in  51%: 66 199 Hz
200 Hz, correction = FALSE right in 100% of frames, half or less in   0%: 199 Hz
250 Hz, correction = TRUE  right in  46% of frames, half or less in  54%: 62 248 Hz
250 Hz, correction = FALSE right in 100% of frames, half or less in   0%: 248 Hz
300 Hz, correction = TRUE  right in   0% of frames, half or less in 100%: 75 149 Hz
300 Hz, correction = FALSE right in 100% of frames, half or less in   0%: 298 Hz
350 Hz, correction = TRUE  right in  47% of frames, half or less in  53%: 70 345 Hz
350 Hz, correction = FALSE right in 100% of frames, half or less in   0%: 345 Hz
SEEN
expect "$home/seen" "$home/wanted"
