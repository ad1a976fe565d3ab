# Two instruments in one recording, taken apart: a dictionary for each, learnt from its notes alone, and the shares of their
# components as masks for the complex spectrogram.

# Square root of a Hann window before and after, frames half a window apart: the squares of the windows sum to 1.
complex_stft <- function(sound, size = 2048) {
  window <- sin(pi * (seq_len(size) - 0.5) / size)
  sound <- c(numeric(size / 2), sound, numeric(size))
  first <- seq(0, length(sound) - size, by = size / 2)
  mvfft(window * matrix(sound[outer(seq_len(size), first, "+")], size))[1:(size / 2 + 1), , drop = FALSE]
}
inverse_stft <- function(X, length, size = 2048) {
  window <- sin(pi * (seq_len(size) - 0.5) / size)
  full <- rbind(X, Conj(X[(size / 2):2, , drop = FALSE]))
  frames <- window * Re(mvfft(full, inverse = TRUE)) / size
  sound <- numeric((ncol(X) + 1) * size / 2)
  for (j in seq_len(ncol(X))) {
    at <- (j - 1) * size / 2 + seq_len(size)
    sound[at] <- sound[at] + frames[, j]
  }
  sound[size / 2 + seq_len(length)]
}

# Vincent, Gribonval and Févotte (2006): what of the estimate is the source, heard through any filter of `taps`
# samples, against the rest; in decibels. taps = 1 is the scale-invariant measure.
sdr <- function(estimate, source, taps = 512) {
  n <- length(source)
  size <- 2^ceiling(log2(n + taps))
  S <- fft(c(source, numeric(size - n)))
  E <- fft(c(estimate, numeric(size - n)))
  of_source <- Re(fft(Mod(S)^2, inverse = TRUE))[1:taps] / size
  with_source <- Re(fft(Conj(S) * E, inverse = TRUE))[1:taps] / size
  filter <- solve(toeplitz(of_source) + 1e-12 * of_source[1] * diag(taps), with_source)
  target <- Re(fft(S * fft(c(filter, numeric(size - taps))), inverse = TRUE)) / size
  10 * log10(sum(target^2) / sum((c(estimate, numeric(size - n)) - target)^2))
}

# A flute plays the right hand of Bach's invention, a bassoon the left.
separate_duet <- function(font = "FluidR3", learnt_from = "FluidR3") {
  instruments <- list(flute = list(program = 73, range = 60:90), bassoon = list(program = 70, range = 34:72))
  notes <- as_played(test_pieces[[3]], 203)
  parts <- lapply(1:2, function(v) play_fluid(notes[notes$voice == v, ], font, instruments[[v]]$program))
  n <- max(lengths(parts))
  parts <- lapply(parts, function(s) c(s, numeric(n - length(s))))
  parts <- lapply(parts, function(s) s / sqrt(mean(s^2)) / 20)
  names(parts) <- names(instruments)
  mixture <- parts$flute + parts$bassoon

  # Two spectra per note: how it begins and how it goes on.
  learn <- function(instrument) {
    fits <- lapply(instrument$range, function(p) {
      note <- data.frame(pitch = p, onset = 0.1, length = 1.5, velocity = 80L)
      x <- Mod(complex_stft(play_fluid(note, learnt_from, instrument$program)))
      as_nmf(basis(nmf(x + 1e-6 * max(x), rank = 2, loss = "kl", tol = 1e-3)), loss = "kl")
    })
    do.call(cbind, fits)
  }
  models <- lapply(instruments, learn)
  model <- do.call(cbind, models)
  X <- complex_stft(mixture)
  x <- Mod(X) + 1e-6 * max(Mod(X))
  W <- basis(model)
  fit <- nmf(x, fixed_W = W, init = list(W = W), loss = "kl", tol = 1e-3, max_iter = 100)
  groups <- sub(" .*", "", colnames(W))
  masks <- component_shares(fit, groups = groups)
  apart <- lapply(masks, function(m) inverse_stft(m * X, n))
  # What masks could do if the parts were known.
  both <- Reduce(`+`, lapply(parts, function(p) Mod(complex_stft(p)))) + 1e-12
  ideal <- lapply(parts, function(s) inverse_stft(X * Mod(complex_stft(s)) / both, n))
  table <- do.call(rbind, lapply(names(parts), function(p) {
    data.frame(
      font = font, instrument = p, taps = c(512, 1),
      mixture = c(sdr(mixture, parts[[p]]), sdr(mixture, parts[[p]], 1)),
      separated = c(sdr(apart[[p]], parts[[p]]), sdr(apart[[p]], parts[[p]], 1)),
      ideal = c(sdr(ideal[[p]], parts[[p]]), sdr(ideal[[p]], parts[[p]], 1))
    )
  }))
  message(paste(utils::capture.output(print(table, digits = 3)), collapse = "\n"))
  # A picture of it: decibels below the loudest, in bands, of the first six seconds.
  band <- function(s) {
    a <- bands() %*% Mod(stft(s[1:(6 * rate)], step = 640))
    pmax(20 * log10(a / max(a) + 1e-6), -60)
  }
  pictures <- lapply(c(list(mixture = mixture), apart, list(`flute alone` = parts$flute, `bassoon alone` = parts$bassoon)), function(s) {
    b <- round(band(s))
    storage.mode(b) <- "integer"
    unname(b)
  })
  list(table = table, pictures = pictures, rank = ncol(W), font = font)
}
