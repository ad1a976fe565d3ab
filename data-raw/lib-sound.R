# From notes to sound and from sound to spectra, for the scripts that make the data of the articles on sound.
#
# Needs fluidsynth and a sound font; on Debian: apt-get install fluidsynth fluid-soundfont-gm timgm6mb-soundfont
# and the packages tuneR (reads WAV). Notes are a data frame: pitch (MIDI number, 60 is the middle C), onset and
# length in seconds, velocity (1 to 127).

sound_fonts <- c(
  fluid = "/usr/share/sounds/sf2/FluidR3_GM.sf2", # MIT
  tim = "/usr/share/sounds/sf2/TimGM6mb.sf2" # GPL-2
)

check_sound_tools <- function(fonts = sound_fonts) {
  if (!nzchar(Sys.which("fluidsynth"))) stop("apt-get install fluidsynth")
  absent <- fonts[!file.exists(fonts)]
  if (length(absent)) stop("no ", absent[1], ": apt-get install fluid-soundfont-gm timgm6mb-soundfont")
}

# A MIDI file with one track: 500 ticks a second.
write_midi <- function(notes, file, program = 0) {
  tick <- function(seconds) round(500 * seconds)
  n <- nrow(notes)
  events <- data.frame(
    at = tick(c(notes$onset, notes$onset + notes$length)), on = rep(c(TRUE, FALSE), each = n), pitch = rep(notes$pitch, 2),
    velocity = c(notes$velocity, rep(0L, n))
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
  status <- system2("fluidsynth", c("-ni", "-q", "-R", "0", "-C", "0", "-g", gain, "-r", rate, "-O", "s16", "-T", "wav", "-F", wav,
    shQuote(font), midi), stdout = FALSE, stderr = FALSE)
  if (status != 0 || !file.exists(wav)) stop("fluidsynth failed")
  sound <- tuneR::readWave(wav)
  samples <- if (sound@stereo) (sound@left + sound@right) / 2 else sound@left
  samples / 2^15
}

# Magnitudes of the short-time Fourier transform, frequencies x frames; frame t starts at (t - 1) * hop.
spectrogram <- function(sound, window = 2048, hop = 320) {
  frames <- max(1, (length(sound) - window) %/% hop + 1)
  shape <- 0.5 - 0.5 * cos(2 * pi * (seq_len(window) - 1) / window)
  at <- outer(seq_len(window), (seq_len(frames) - 1) * hop, "+")
  pieces <- matrix(sound[at], window) * shape
  pieces[is.na(pieces)] <- 0
  Mod(stats::mvfft(pieces))[seq_len(window / 2 + 1), , drop = FALSE] / sum(shape) * 2
}

# Triangles around centres (in Hz, rising), each with sum one: bands x frequencies.
triangles <- function(centres, below, above, rate = 16000, window = 2048) {
  hz <- seq(0, rate / 2, length.out = window / 2 + 1)
  width <- rate / window
  t(mapply(function(low, middle, high) {
    # A band narrower than two bins of the transform is as wide as these.
    low <- min(low, middle - width)
    high <- max(high, middle + width)
    y <- pmax(0, pmin((hz - low) / (middle - low), (high - hz) / (high - middle)))
    y / sum(y)
  }, c(below, centres[-length(centres)]), centres, c(centres[-1], above)))
}

mel_bands <- function(n = 40, from = 50, to = 8000, ...) {
  mel <- function(hz) 1127 * log1p(hz / 700)
  edges <- 700 * expm1(seq(mel(from), mel(to), length.out = n + 2) / 1127)
  triangles(edges[2:(n + 1)], edges[1], edges[n + 2], ...)
}
