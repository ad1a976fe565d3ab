# From notes to sound, for the scripts that make the data of the articles on sound. Needs fluidsynth, sound
# fonts and the package tuneR, which reads WAV. On Debian:
#   apt-get install fluidsynth fluid-soundfont-gm timgm6mb-soundfont csound-soundfont
# Notes are a data frame: pitch (MIDI number, 60 is the middle C), onset and length in seconds, velocity (1 to
# 127).

sound_fonts <- c(
  FluidR3 = "/usr/share/sounds/sf2/FluidR3_GM.sf2", # MIT
  TimGM6mb = "/usr/share/sounds/sf2/TimGM6mb.sf2", # GPL-2
  GMbank = "/usr/share/sounds/sf2/sf_GMbank.sf2" # public domain
)

check_sound_tools <- function(fonts = sound_fonts) {
  if (!requireNamespace("tuneR", quietly = TRUE)) stop("install.packages(\"tuneR\")")
  absent <- fonts[!file.exists(fonts)]
  if (length(absent) || !nzchar(Sys.which("fluidsynth"))) {
    stop("apt-get install fluidsynth fluid-soundfont-gm timgm6mb-soundfont csound-soundfont")
  }
}

# A MIDI file with one track: 500 ticks a second.
write_midi <- function(notes, file, program = 0) {
  tick <- function(seconds) round(500 * seconds)
  n <- nrow(notes)
  events <- data.frame(
    at = tick(c(notes$onset, notes$onset + notes$length)), on = rep(c(TRUE, FALSE), each = n),
    pitch = rep(notes$pitch, 2), velocity = c(notes$velocity, rep(0L, n))
  )
  # A key is lifted before it is struck again.
  events <- events[order(events$at, events$on), ]
  body <- c(
    list(c(0x00, 0xc0, program)),
    Map(
      function(delta, on, pitch, velocity) c(variable_length(delta), if (on) 0x90 else 0x80, pitch, velocity),
      diff(c(0, events$at)), events$on, events$pitch, events$velocity
    ),
    list(c(0x00, 0xff, 0x2f, 0x00))
  )
  body <- as.raw(unlist(body))
  # One track, 500 ticks a quarter; the tempo comes first: a quarter is a second.
  tempo <- as.raw(c(0x00, 0xff, 0x51, 0x03, 0x0f, 0x42, 0x40))
  track <- c(tempo, body)
  header <- c(charToRaw("MThd"), as.raw(c(0, 0, 0, 6, 0, 0, 0, 1, 0x01, 0xf4)))
  writeBin(c(header, charToRaw("MTrk"), big_endian(length(track)), track), file)
}

big_endian <- function(n) as.raw(n %/% 256^(3:0) %% 256)

# MIDI writes times in groups of seven bits; all but the last have the eighth set.
variable_length <- function(n) {
  groups <- n %% 128
  while ((n <- n %/% 128) > 0) groups <- c(n %% 128 + 128, groups)
  groups
}

# The sound of notes as numbers in [-1, 1], one channel. Without reverb and chorus silence is silent.
render_notes <- function(notes, font, program = 0, rate = 16000, gain = 0.5) {
  midi <- tempfile(fileext = ".mid")
  wav <- tempfile(fileext = ".wav")
  on.exit(unlink(c(midi, wav)))
  write_midi(notes, midi, program)
  options <- c("-ni", "-q", "-R", "0", "-C", "0", "-g", gain, "-r", rate, "-O", "s16", "-T", "wav", "-F", wav)
  status <- system2("fluidsynth", c(options, shQuote(font), midi), stdout = FALSE, stderr = FALSE)
  if (status != 0 || !file.exists(wav)) stop("fluidsynth failed")
  sound <- tuneR::readWave(wav)
  samples <- if (sound@stereo) (sound@left + sound@right) / 2 else sound@left
  samples / 2^15
}
