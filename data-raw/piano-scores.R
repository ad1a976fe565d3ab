# Openings of works in the public domain as tables of notes: what is played when and for how long. They were
# written down for this package (no edition or file was copied) and are plain: ornaments are left out, some
# accompaniments are simplified, Pachelbel's and Grieg's are reductions.
#
# A voice is a text of notes, "C4" or chords "C4+E4", followed by ":k" for k units of time if k is not 1; "r" is a rest and
# "|" a bar line, which only helps the eye. A piece is a list of voices that start together; `unit` is in seconds.

read_voice <- function(text, unit) {
  items <- strsplit(trimws(gsub("\\|", " ", text)), "[[:space:]]+")[[1]]
  long <- grepl(":", items)
  units <- rep(1, length(items))
  units[long] <- as.numeric(sub(".*:", "", items[long]))
  start <- cumsum(c(0, units))[seq_along(units)]
  chords <- strsplit(sub(":.*", "", items), "+", fixed = TRUE)
  at <- rep(seq_along(items), lengths(chords))
  pitch <- unlist(chords)
  played <- pitch != "r"
  data.frame(pitch = midi_pitch(pitch[played]), onset = start[at][played] * unit, length = units[at][played] * unit)
}

# "C4" is 60, the middle of the keyboard.
midi_pitch <- function(name) {
  step <- c(C = 0, D = 2, E = 4, F = 5, G = 7, A = 9, B = 11)[substr(name, 1, 1)]
  accidental <- ifelse(grepl("#", name), 1, ifelse(grepl("b", name), -1, 0))
  octave <- as.integer(sub("[A-G][#b]?", "", name))
  pitch <- unname(step + accidental + 12 * (octave + 1))
  if (anyNA(pitch)) stop("no note: ", paste(name[is.na(pitch)], collapse = " "))
  as.integer(pitch)
}

note_name <- function(pitch) paste0(c("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")[pitch %% 12 + 1], pitch %/% 12 - 1)

piece <- function(title, unit, ...) {
  voices <- lapply(list(...), read_voice, unit)
  notes <- cbind(title = title, voice = rep(seq_along(voices), vapply(voices, nrow, 0L)), do.call(rbind, voices))
  # A key is struck once, whatever the voices.
  notes <- notes[!duplicated(notes[c("pitch", "onset")]), ]
  # And lifted before it is struck again.
  notes <- notes[order(notes$onset, notes$pitch), ]
  for (p in unique(notes$pitch)) {
    k <- which(notes$pitch == p)
    if (length(k) > 1) {
      to_next <- diff(notes$onset[k])
      first <- k[-length(k)]
      notes$length[first] <- pmin(notes$length[first], to_next)
    }
  }
  row.names(notes) <- NULL
  notes
}

# One bar of the prelude: two low notes that are held, three that go up twice.
prelude_bar <- function(notes) {
  n <- strsplit(notes, " ")[[1]]
  top <- paste("r:2", paste(rep(paste(n[3:5], collapse = " "), 2), collapse = " "))
  list(bass = paste0(n[1], ":8"), tenor = paste0("r ", n[2], ":7"), top = top)
}
prelude_voice <- function(bars, part) paste(rep(vapply(bars, function(b) prelude_bar(b)[[part]], ""), each = 2), collapse = " | ")
prelude_bars <- c(
  "C4 E4 G4 C5 E5", "C4 D4 A4 D5 F5", "B3 D4 G4 D5 F5", "C4 E4 G4 C5 E5", "C4 E4 A4 E5 A5", "C4 D4 F#4 A4 D5",
  "B3 D4 G4 D5 G5"
)

tuning_pieces <- list(
  piece("Petzold: Minuet in G, BWV Anh. 114", 0.24,
    "D5:2 G4 A4 B4 C5 | D5:2 G4:2 G4:2 | E5:2 C5 D5 E5 F#5 | G5:2 G4:2 G4:2 | C5:2 D5 C5 B4 A4 | B4:2 C5 B4 A4 G4 |
     F#4:2 G4 A4 B4 G4 | A4:6",
    "G3+B3+D4:4 A3:2 | B3:6 | C4:6 | B3:6 | A3:6 | G3:6 | D4:2 B3:2 G3:2 | D4:2 D3 C4 B3 A3"
  ),
  piece("Mozart: Sonata in C, K. 545", 0.115,
    "C5:8 E5:4 G5:4 | B4:6 C5 D5 C5:4 r:4 | A5:8 G5:4 C6:4 | G5:4 F5:2 E5 F5 E5:4 r:4 |
     A4:2 B4 C5 D5 E5 F5 G5 A5 G5 F5 E5 D5 C5 B4 A4 | G4:2 A4 B4 C5 D5 E5 F5 G5 F5 E5 D5 C5 B4 A4 G4 |
     F4:2 G4 A4 B4 C5 D5 E5 F5 E5 D5 C5 B4 A4 G4 F4 | E4:4",
    "C4:2 G4:2 E4:2 G4:2 C4:2 G4:2 E4:2 G4:2 | D4:2 G4:2 F4:2 G4:2 C4:2 G4:2 E4:2 G4:2 |
     C4:2 A4:2 F4:2 A4:2 C4:2 G4:2 E4:2 G4:2 | B3:2 G4:2 D4:2 G4:2 C4:2 G4:2 E4:2 G4:2 |
     F3+A3:4 r:12 | E3+G3:4 r:12 | D3+F3:4 r:12 | C3+E3:4"
  ),
  piece("Beethoven: Sonata in C sharp minor, op. 27 no. 2", 0.3,
    "G#3 C#4 E4 G#3 C#4 E4 G#3 C#4 E4 G#3 C#4 E4 | G#3 C#4 E4 G#3 C#4 E4 G#3 C#4 E4 G#3 C#4 E4 |
     A3 C#4 E4 A3 C#4 E4 A3 D4 F#4 A3 D4 F#4 | G#3 C4 F#4 G#3 C#4 E4 G#3 C#4 D#4 F#3 C4 D#4 |
     E3 G#3 C#4 G#3 C#4 E4 G#3 C#4 E4 G#3 C#4 E4",
    "C#2+C#3:12 | B1+B2:12 | A1+A2:6 F#1+F#2:6 | G#1+G#2:12 | C#2+G#2+C#3:12",
    "r:57 G#4:2.25 G#4:0.75"
  ),
  piece("Pachelbel: Canon in D", 0.3,
    "F#5:2 E5:2 D5:2 C#5:2 B4:2 A4:2 B4:2 C#5:2 | D5:2 C#5:2 B4:2 A4:2 G4:2 F#4:2 G4:2 E4:2 |
     D4 F#4 A4 G4 F#4 D4 F#4 E4 D4 B3 D4 A4 G4 B4 A4 G4 | F#4 D4 E4 C#5 D5 F#5 A5 A4 B4 G4 A4 F#4 D4 D5 D5 C#5",
    "r:16 | F#5:2 E5:2 D5:2 C#5:2 B4:2 A4:2 B4:2 C#5:2 | D5:2 C#5:2 B4:2 A4:2 G4:2 F#4:2 G4:2 E4:2 | r:16",
    "D3:2 A2:2 B2:2 F#2:2 G2:2 D2:2 G2:2 A2:2 | D3:2 A2:2 B2:2 F#2:2 G2:2 D2:2 G2:2 A2:2 |
     D3:2 A2:2 B2:2 F#2:2 G2:2 D2:2 G2:2 A2:2 | D3:2 A2:2 B2:2 F#2:2 G2:2 D2:2 G2:2 A2:2"
  ),
  piece("Grieg: In the Hall of the Mountain King", 0.22,
    "B2 C#3 D3 E3 F#3 D3 F#3:2 | F3 C#3 F3:2 E3 C3 E3:2 | B2 C#3 D3 E3 F#3 D3 F#3 B3 | A3 F#3 D3 F#3 A3:4 |
     B2 C#3 D3 E3 F#3 D3 F#3:2 | F3 C#3 F3:2 E3 C3 E3:2 | B2 C#3 D3 E3 F#3 D3 F#3 B3 | A3 F#3 D3 F#3 A3:4",
    "r:32 | B1:2 F#4+D5:2 B1:2 F#4+D5:2 | C#2:2 F4+C#5:2 C2:2 E4+C5:2 | B1:2 F#4+D5:2 B1:2 F#4+D5:2 |
     D2:2 F#4+A4:2 D2:2 F#4+A4:2"
  ),
  piece("Brahms: Lullaby, op. 49 no. 4", 0.27,
    "E4 E4 | G4:4 E4 E4 | G4:4 E4 G4 | C5:2 B4:3 A4 | A4:2 G4:2 D4 E4 | F4:2 D4:2 D4 E4 | F4:4 D4 F4 |
     B4 A4 G4:2 B4:2 | C5:4",
    "r:2 | C3:2 E3+G3:2 E3+G3:2 | C3:2 E3+G3:2 E3+G3:2 | C3:2 E3+G3:2 E3+G3:2 | G2:2 F3+B3:2 F3+B3:2 |
     G2:2 F3+B3:2 F3+B3:2 | G2:2 F3+B3:2 F3+B3:2 | G2:2 F3+B3:2 F3+B3:2 | C3:2 E3+G3:2"
  )
)

test_pieces <- list(
  piece("Beethoven: Bagatelle in A minor (Fur Elise), WoO 59", 0.2,
    "E5 D#5 | E5 D#5 E5 B4 D5 C5 | A4:2 r C4 E4 A4 | B4:2 r E4 G#4 B4 | C5:2 r E4 E5 D#5 | E5 D#5 E5 B4 D5 C5 |
     A4:2 r C4 E4 A4 | B4:2 r E4 C5 B4 | A4:2 r B4 C5 D5 | E5:3 G4 F5 E5 | D5:3 F4 E5 D5 | C5:3 E4 D5 C5 |
     B4:2 r E4 E5:2",
    "r:8 | A2 E3 A3 r:3 | E2 E3 G#3 r:3 | A2 E3 A3 r:3 | r:6 | A2 E3 A3 r:3 | E2 E3 G#3 r:3 | A2 E3 A3 r:3 |
     C3 G3 C4 r:3 | G2 G3 B3 r:3 | A2 E3 A3 r:3 | E2 E3 E4 r:3"
  ),
  piece("Bach: Prelude in C, BWV 846", 0.19,
    prelude_voice(prelude_bars, "bass"), prelude_voice(prelude_bars, "tenor"), prelude_voice(prelude_bars, "top")
  ),
  piece("Bach: Invention in C, BWV 772", 0.19,
    "r C4 D4 E4 F4 D4 E4 C4 G4:2 C5:2 B4:2 C5:2 | D5 G4 A4 B4 C5 A4 B4 G4 D5:2 G5:2 F5:2 G5:2 |
     E5 A5 G5 F5 E5 G5 F5 A5 G5 F5 E5 D5 C5 E5 D5 F5 | E5 D5 C5 B4 A4 C5 B4 D5 C5 B4 A4 G4 F#4 A4 G4 B4 |
     A4:2 D4:2 C5:3 D5 B4 A4 G4 F#4 E4 G4 F#4 A4 | G4:4",
    "r:9 C3 D3 E3 F3 D3 E3 C3 | G3:2 G2:2 r:5 G3 A3 B3 C4 A3 B3 G3 | C4:2 B3:2 C4:2 D4:2 E4:2 G3:2 A3:2 B3:2 |
     C4:2 E3:2 F#3:2 G3:2 A3:2 B3:2 C4:4 | r D3 E3 F#3 G3 E3 F#3 D3 G3:2 B2:2 C3:2 D3:2 | G2:4"
  ),
  piece("Mozart: Sonata in A, K. 331", 0.17,
    "C#5:3 D5 C#5:2 E5:4 E5:2 | B4:3 C#5 B4:2 D5:4 D5:2 | A4:4 A4:2 B4:4 B4:2 | C#5:4 E5 D5 C#5:4 B4:2 |
     C#5:3 D5 C#5:2 E5:4 E5:2 | B4:3 C#5 B4:2 D5:4 D5:2 | A4:4 B4:2 C#5:4 D5:2 | C#5:4 B4:2 A4:4",
    "A3:3 B3 A3:2 C#4:4 C#4:2 | G#3:3 A3 G#3:2 B3:4 B3:2 | F#3:4 F#3:2 G#3:4 G#3:2 | A3:4 A3:2 E3:4 E3:2 |
     A3:3 B3 A3:2 C#4:4 C#4:2 | G#3:3 A3 G#3:2 B3:4 B3:2 | F#3:4 G#3:2 A3:4 D3:2 | E3:4 E3:2 A2:4",
    "E4:4 E4:2 E4:4 E4:2 | E4:4 E4:2 E4:4 E4:2 | E4:4 E4:2 E4:4 E4:2 | E4:6 r:6 |
     E4:4 E4:2 E4:4 E4:2 | E4:4 E4:2 E4:4 E4:2 | r:6 E4:6 | E4:6 C#4:4"
  ),
  piece("Chopin: Prelude in E minor, op. 28 no. 4", 0.36,
    "B4:6 C5:2 | B4:6 C5:2 | B4:6 C5:2 | B4:6 Bb4:2 | A4:6 B4:2 | A4:6 B4:2",
    paste(
      strrep("G3+B3+E4 ", 8), strrep("F#3+B3+E4 ", 4), strrep("F#3+A3+E4 ", 4), strrep("F3+A3+E4 ", 4),
      strrep("F3+A3+D#4 ", 4), strrep("F3+A3+D4 ", 4), strrep("E3+G#3+D4 ", 4), strrep("E3+G3+D4 ", 4),
      strrep("E3+G3+C#4 ", 4), strrep("E3+G3+C4 ", 4), strrep("E3+F#3+C4 ", 4)
    )
  ),
  piece("Satie: Gymnopedie no. 1", 0.62,
    "r:12 | r F#5 A5 | G5 F#5 C#5 | B4 C#5 D5 | A4:3 | F#4:9",
    "G2:3 | D2:3 | G2:3 | D2:3 | G2:3 | D2:3 | G2:3 | D2:3 | G2:3 | D2:3 | G2:3",
    paste(rep(c("r B3+D4+F#4:2", "r A3+C#4+F#4:2"), length.out = 11), collapse = " | ")
  ),
  piece("Mussorgsky: Promenade", 0.27,
    "G4:2 F4:2 Bb4:2 C5 F5 D5:2 | C5 F5 D5:2 Bb4:2 C5:2 G4:2 F4:2 |
     Bb3+D4+G4:2 A3+C4+F4:2 D4+F4+Bb4:2 F4+A4+C5 A4+C5+F5 F4+Bb4+D5:2 |
     F4+A4+C5 A4+C5+F5 F4+Bb4+D5:2 D4+F4+Bb4:2 E4+G4+C5:2 Bb3+D4+G4:2 A3+C4+F4:2",
    "r:22 | G2+G3:2 F2+F3:2 Bb2+F3:2 F2 F3 Bb2:2 | F2 F3 Bb2:2 Bb2+F3:2 C3+G3:2 G2+G3:2 F2+F3:2"
  ),
  piece("Joplin: The Entertainer", 0.17,
    "D6 E6 C6 A5:2 B5 G5:2 | D5 E5 C5 A4:2 B4 G4:2 | D4 E4 C4 A3:2 B3 A3 G#3 | G3:2 r:2 G4+B4:2 D4 D#4 |
     E4 C5:2 E4 C5:2 E4 C5:7 C5 D5 D#5 | E5 C5 D5 E5:2 B4 D5:2 C5:6",
    "D5 E5 C5 A4:2 B4 G4:2 | D4 E4 C4 A3:2 B3 G3:2 | D3 E3 C3 A2:2 B2 A2 G#2 | G2:2 r:2 G1+G2:2 r:2 |
     C3:2 E3+G3+C4:2 G2:2 E3+G3+C4:2 | F2:2 F3+A3+C4:2 E2:2 E3+G3+C4:2 |
     G2:2 F3+G3+B3:2 G2:2 F3+G3+B3:2 | C3:2 E3+G3+C4:2"
  )
)
