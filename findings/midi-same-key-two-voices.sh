#!/usr/bin/env bash
# FluidSynth 2.3.1 and TiMidity++ 2.14.0 (Debian 12, sound fonts TimGM6mb 1.3 and freepats): the same MIDI file where one
# channel strikes a key that it already holds, as when two voices of a score share a note.
#
# Guess: both players sound a key as often as it was struck, each Note Off ends one of these, and controllers mean the same to
# both.
# Seen: in FluidSynth the first Note Off ends all of them, so that a long note falls silent where a short one of another voice ends;
# a key struck twice at once is 0.7 (flute) or 3.1 dB (piano) louder, not 6. TiMidity holds the key until the second Note Off and doubles
# it. Two channels in unison are 6 dB in both. Channel volume 50 is 12.1 dB below the default 100 in the one, 8.5 in the
# other. A ground truth of note lengths made by either from such scores is wrong for the other.
. "$(dirname "$0")/common.sh"
r_packages tuneR=1.4.7
debian_packages fluidsynth=2.3.1-2
debian_packages timidity=2.14.0-8.1
debian_packages timgm6mb-soundfont=1.3-5
debian_packages freepats=20060219-4
Rscript --vanilla - "$home" 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
folder <- commandArgs(TRUE)[1]
big <- function(value, bytes) as.integer(value %/% 256^((bytes - 1):0) %% 256)
variable <- function(value) {
  groups <- value %% 128
  while ((value <- value %/% 128) > 0) groups <- c(value %% 128 + 128, groups)
  groups
}
# Events: time in ms and bytes.
midi <- function(events, program) {
  events <- c(list(c(0, 192, program), c(0, 193, program)), events)
  times <- vapply(events, `[`, 0, 1)
  track <- c(0, 255, 81, 3, big(1e6, 3), unlist(Map(function(wait, e) c(variable(wait), e[-1]), diff(c(0, times)), events)))
  track <- c(track, variable(1000), 255, 47, 0)
  file <- file.path(folder, "a.mid")
  writeBin(as.raw(c(
    utf8ToInt("MThd"), big(6, 4), big(0, 2), big(1, 2), big(1000, 2), utf8ToInt("MTrk"), big(length(track), 4), track
  )), file)
  file
}
wav <- file.path(folder, "a.wav")
players <- list(
  FluidSynth = function(file) {
    system2("fluidsynth", c("-ni -q -R 0 -C 0 -g 0.5 -r 48000 -O s16 -F", wav, "/usr/share/sounds/sf2/TimGM6mb.sf2", file), stdout = FALSE, stderr = FALSE)
  },
  TiMidity = function(file) {
    system2("timidity", c("-c /etc/timidity/freepats.cfg --preserve-silence -EFreverb=0 -EFchorus=0 -s 48000 -OwM -o", wav, file), stdout = FALSE, stderr = FALSE)
  }
)
level <- function(player, program, from, to, ...) {
  unlink(wav)
  players[[player]](midi(list(...), program))
  s <- tuneR::readWave(wav)@left[(48000 * from):(48000 * to)]
  sqrt(mean(s^2))
}
db <- function(a, b) sprintf("%.1f dB", 20 * log10(a / b))
on <- function(at, pitch = 72, channel = 0) c(at, 144 + channel, pitch, 80)
off <- function(at, pitch = 72, channel = 0) c(at, 128 + channel, pitch, 64)
for (program in c(0, 73)) {
  for (player in names(players)) {
    at <- function(...) level(player, program, ...)
    once <- at(0.5, 1, on(500), off(1500))
    cat(
      player, if (program == 0) "piano" else "flute", "\n",
      " held from 0.5 to 2.5 s, struck again from 1.0 to 1.5 s: at 2.0 s", if (at(2, 2.4, on(500), on(1000), off(1500), off(2500)) <
        0.1 * at(2, 2.4, on(500), off(2500))) "silent" else "sounding", "\n",
      " struck twice at once:", db(at(0.5, 1, on(500), on(500), off(1500), off(1500)), once), "\n",
      " on two channels:", db(at(0.5, 1, on(500), on(500, channel = 1), off(1500), off(1500, channel = 1)), once), "\n",
      " channel volume 50:", db(at(0.5, 1, c(0, 176, 7, 50), on(500), off(1500)), once), "\n"
    )
  }
}
R
cat >"$home/wanted" <<'SEEN'
FluidSynth piano 
  held from 0.5 to 2.5 s, struck again from 1.0 to 1.5 s: at 2.0 s silent 
  struck twice at once: 3.1 dB 
  on two channels: 6.0 dB 
  channel volume 50: -12.1 dB 
TiMidity piano 
  held from 0.5 to 2.5 s, struck again from 1.0 to 1.5 s: at 2.0 s sounding 
  struck twice at once: 6.0 dB 
  on two channels: 6.0 dB 
  channel volume 50: -8.5 dB 
FluidSynth flute 
  held from 0.5 to 2.5 s, struck again from 1.0 to 1.5 s: at 2.0 s silent 
  struck twice at once: 0.7 dB 
  on two channels: 6.0 dB 
  channel volume 50: -12.1 dB 
TiMidity flute 
  held from 0.5 to 2.5 s, struck again from 1.0 to 1.5 s: at 2.0 s sounding 
  struck twice at once: 6.0 dB 
  on two channels: 6.0 dB 
  channel volume 50: -8.5 dB 
SEEN
expect "$home/seen" "$home/wanted"
