#!/usr/bin/env bash
# EMSC 0.9.4, SavitzkyGolay(): smoothed derivatives of spectra; by its help the ends, where the window does not fit, are cut
# off by default.
#
# Guess: of 20 points and a window of 5 there remain 16, and for x^3 all have the right derivative.
# Seen: there remain 17, one more than can be estimated, and the last two of them are copies of the one before: what follows
# an if () on the same line after a semicolon is not part of it, so that every spectrum gets its end overwritten, also one
# that was cut and was right there. With the default window of 11 that is five points. The third derivative is
# half of what it is and the fourth a sixth, since a factorial is missing. prospectr has both right.
. "$(dirname "$0")/common.sh"
r_packages EMSC=0.9.4 prospectr=0.2.11
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(EMSC))
x <- 1:20
spectra <- rbind(x^3, x^4)
show <- function(title, y) cat(sprintf("%-22s", title), sprintf("%5.0f", y), "\n")
show("second of x^3, EMSC", SavitzkyGolay(spectra, poly = 3, width = 5, deriv = 2)[1, ])
show("prospectr", prospectr::savitzkyGolay(spectra, m = 2, p = 3, w = 5)[1, ])
show("what it is", 6 * x[3:18])
show("third of x^3, EMSC", SavitzkyGolay(spectra, poly = 3, width = 5, deriv = 3)[1, ])
show("prospectr", prospectr::savitzkyGolay(spectra, m = 3, p = 3, w = 5)[1, ])
show("what it is", rep(6, 16))
show("fourth of x^4, EMSC", SavitzkyGolay(spectra, poly = 4, width = 5, deriv = 4)[2, ])
show("prospectr", prospectr::savitzkyGolay(spectra, m = 4, p = 4, w = 5)[2, ])
show("what it is", rep(24, 16))
R
cat >"$home/wanted" <<'SEEN'
second of x^3, EMSC       18    24    30    36    42    48    54    60    66    72    78    84    90    96   102   102   102 
prospectr                 18    24    30    36    42    48    54    60    66    72    78    84    90    96   102   108 
what it is                18    24    30    36    42    48    54    60    66    72    78    84    90    96   102   108 
third of x^3, EMSC         3     3     3     3     3     3     3     3     3     3     3     3     3     3     3     3     3 
prospectr                  6     6     6     6     6     6     6     6     6     6     6     6     6     6     6     6 
what it is                 6     6     6     6     6     6     6     6     6     6     6     6     6     6     6     6 
fourth of x^4, EMSC        4     4     4     4     4     4     4     4     4     4     4     4     4     4     4     4     4 
prospectr                 24    24    24    24    24    24    24    24    24    24    24    24    24    24    24    24 
what it is                24    24    24    24    24    24    24    24    24    24    24    24    24    24    24    24 
SEEN
expect "$home/seen" "$home/wanted"
