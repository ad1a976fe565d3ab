# From sound to notes. The article "Transcribing a piano" shows these functions; they
# are kept in one file so that the script which computes its results and the article run
# the same lines.

# Magnitudes of a short-time Fourier transform in frames of 128 ms, 20 ms apart, in 197
# bands, 24 per octave from 27.5 Hz.
hop <- 0.02
bands <- function(size = 2048, rate = 16000) {
  centre <- 27.5 * 2^((0:196) / 24)
  bin <- (0:(size / 2)) * rate / size
  # Triangles as wide as the distance to the neighbours, and no narrower than a bin.
  width <- pmax(centre * (2^(1 / 24) - 1), rate / size)
  B <- 1 - abs(outer(centre, bin, "-")) / width
  B[B < 0] <- 0
  dimnames(B) <- list(sprintf("%.0f Hz", centre), NULL)
  B
}
stft <- function(sound, size = 2048, step = 320) {
  window <- 0.5 - 0.5 * cos(2 * pi * (seq_len(size) - 1) / size)
  # So that frame j is centred at (j - 1) * hop.
  sound <- c(numeric(size / 2), sound, numeric(size / 2))
  first <- seq(0, length(sound) - size, by = step)
  frames <- matrix(sound[outer(seq_len(size), first, "+")], size)
  mvfft(window * frames)[1:(size / 2 + 1), , drop = FALSE]
}
spectrogram <- function(sound, B = bands()) B %*% Mod(stft(sound))

# A spectrum per note, in the units of the recording: an activity of 1 is the note as
# loud as it was there.
template <- function(x, loss = "kl") {
  fit <- nonneg::nmf(x + 1e-5 * max(x), rank = 1, loss = loss)
  drop(fit$W) * max(fit$H)
}
# What no note explains, such as the knock of a key, goes to broad bumps.
noise <- function(n = 10) {
  sapply(seq(1, 197, length.out = n), function(at) dnorm(1:197, at, 130 / n))
}

# Activities of the 88 notes (rows named 21 to 108, as MIDI counts) in the columns of x,
# for known templates W.
activity <- function(x, W, loss = "kl", ...) {
  x <- x / max(x) + 1e-5
  W <- cbind(W, noise())
  fit <- nonneg::nmf(
    x, ncol(W),
    loss = loss, fixed_W = W, init = list(W = W), tol = 1e-3, max_iter = 30, ...
  )
  h <- fit$H[1:88, ]
  rownames(h) <- 21:108
  h
}
# In units of the loud notes of the piece.
relative <- function(h) h / quantile(apply(h, 2, max), 0.9)

# Activity to notes. A note begins where its activity rises by `start` within 100 ms,
# and at least by 40 %; it ends below `stop`, or when it begins again. A weaker note two
# octaves or less above one that begins at the same time, where its partials are, is
# taken for these.
notes_of <- function(h, start, stop = 0.7 * start, partial = 0.45) {
  n <- ncol(h)
  at <- function(a, d) {
    if (d >= 0) c(a[seq_len(n - d) + d], numeric(d)) else c(numeric(-d), a[seq_len(n + d)])
  }
  found <- lapply(rownames(h)[apply(h, 1, max) > start], function(pitch) {
    a <- h[pitch, ]
    before <- pmin(at(a, -1), at(a, -2), at(a, -3))
    after <- do.call(pmax, lapply(0:5, at, a = a))
    up <- after - before > start & after > 1.4 * before & a > before + 0.3 * (after - before)
    from <- which(up & !c(FALSE, up[-n]))
    if (!length(from)) return(NULL)
    # No key is struck twice in 100 ms.
    apart <- function(kept, j) if (j - kept[length(kept)] >= 5) c(kept, j) else kept
    from <- Reduce(apart, from[-1], from[1])
    low <- which(a < stop)
    to <- vapply(from, function(j) min(low[low > j + 1], n + 1), 0)
    to <- pmin(to, c(from[-1], n + 1))
    all <- data.frame(pitch = as.integer(pitch), from, to, level = after[from])
    all[to - from >= 3, ]
  })
  found <- do.call(rbind, found)
  if (is.null(found)) {
    none <- numeric()
    found <- data.frame(pitch = integer(), from = none, to = none, level = none)
  }
  is_partial <- vapply(seq_len(nrow(found)), function(i) {
    interval <- found$pitch[i] - found$pitch
    below <- interval %in% c(12, 19, 24, 28) & abs(found$from - found$from[i]) < 3
    any(below & partial * found$level > found$level[i])
  }, NA)
  found <- found[!is_partial, ]
  notes <- data.frame(
    pitch = found$pitch, onset = (found$from - 1) * hop,
    length = (found$to - found$from) * hop
  )
  notes <- notes[order(notes$onset, notes$pitch), ]
  row.names(notes) <- NULL
  notes
}

# Precision, recall and F of notes as mir_eval counts them without offsets: a note is
# found if the same pitch begins within 50 ms; every note counts once. Within a pitch
# both are in order of time, so that taking the first that fits is the largest matching.
note_scores <- function(found, truth, within = 0.05) {
  hits <- sum(vapply(unique(truth$pitch), function(p) {
    a <- sort(truth$onset[truth$pitch == p])
    b <- sort(found$onset[found$pitch == p])
    i <- j <- 1
    count <- 0
    while (i <= length(a) && j <= length(b)) {
      if (abs(a[i] - b[j]) <= within) {
        count <- count + 1
        i <- i + 1
        j <- j + 1
      } else if (a[i] < b[j]) i <- i + 1 else j <- j + 1
    }
    count
  }, 0))
  c(hits = hits, found = nrow(found), truth = nrow(truth))
}
# The same of frames: which pitches sound in each.
roll_of <- function(notes, frames, pitches = 21:108) {
  roll <- matrix(FALSE, length(pitches), frames, dimnames = list(pitches, NULL))
  for (i in seq_len(nrow(notes))) {
    from <- round(notes$onset[i] / hop) + 1
    to <- min(frames, round((notes$onset[i] + notes$length[i]) / hop))
    if (to >= from) roll[as.character(notes$pitch[i]), from:to] <- TRUE
  }
  roll
}
frame_scores <- function(found, truth) {
  c(hits = sum(found & truth), found = sum(found), truth = sum(truth))
}
f_of <- function(s) {
  s <- if (is.matrix(s)) rowSums(s) else s
  c(
    precision = s[["hits"]] / max(1, s[["found"]]), recall = s[["hits"]] / s[["truth"]],
    F = 2 * s[["hits"]] / (s[["found"]] + s[["truth"]])
  )
}
