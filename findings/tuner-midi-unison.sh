#!/usr/bin/env bash
# tuneR 1.4.7, getMidiNotes(): lengths of notes when two channels hold the same pitch at the same time, as two
# instruments in unison do.
#
# Guess: channels are kept apart, so that a note ends at the Note Off of its own channel.
# Seen: they are not. A note on channel 0 from tick 0 to 96 beside one on channel 1 from 48 to 192 comes out with length 48, the
# other with 96 in place of 144: each Note On or Off of that pitch ends whatever came before it. With different
# pitches both are right. A note whose Note Off is missing at the end of the file gets length 0.
. "$(dirname "$0")/common.sh"
r_packages tuneR=1.4.7
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(tuneR))
big <- function(value, bytes) as.integer(value %/% 256^((bytes - 1):0) %% 256)
midi <- function(events) {
  track <- c(events, 0, 255, 47, 0)
  file <- tempfile(fileext = ".mid")
  writeBin(as.raw(c(
    utf8ToInt("MThd"), big(6, 4), big(0, 2), big(1, 2), big(480, 2), utf8ToInt("MTrk"), big(length(track), 4), track
  )), file)
  as.data.frame(getMidiNotes(readMidi(file)))[c("time", "length", "channel", "note")]
}
# Delta time, status (144: Note On of channel 0, 128: Note Off), pitch, velocity.
two <- function(a, b) c(0, 144, a, 100, 48, 145, b, 90, 48, 128, a, 64, 96, 129, b, 64)
cat("pitches 60 and 64, 0 to 96 and 48 to 192\n")
print(midi(two(60, 64)))
cat("pitch 60 on both channels, the same times\n")
print(midi(two(60, 60)))
cat("no Note Off for the first\n")
print(midi(c(0, 144, 60, 100, 96, 144, 62, 90, 96, 128, 62, 64)))
R
cat >"$home/wanted" <<'SEEN'
pitches 60 and 64, 0 to 96 and 48 to 192
  time length channel note
1    0     96       0   60
2   48    144       1   64
pitch 60 on both channels, the same times
  time length channel note
1    0     48       0   60
2   48     96       1   60
no Note Off for the first
  time length channel note
1    0      0       0   60
2   96     96       0   62
SEEN
expect "$home/seen" "$home/wanted"
