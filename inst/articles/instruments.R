# Functions of the article "Which instrument?", which shows them; also used by data-raw/instruments.R and the
# tests.

## ---- spectrogram ----
# Magnitudes of the short-time Fourier transform, frequencies x frames. A frame of
# 2048 samples (128 ms) starts every 320 (20 ms).
spectrogram <- function(sound, window = 2048, hop = 320) {
  frames <- (length(sound) - window) %/% hop + 1
  shape <- 0.5 - 0.5 * cos(2 * pi * (seq_len(window) - 1) / window)
  at <- outer(seq_len(window), (seq_len(frames) - 1) * hop, "+")
  spectrum <- mvfft(matrix(sound[at], window) * shape)
  2 * Mod(spectrum[seq_len(window / 2 + 1), , drop = FALSE]) / sum(shape)
}
hertz <- seq(0, 8000, length.out = 1025)

## ---- mel ----
# 40 bands, equally wide on the mel scale: triangles with sum one.
mel_bands <- function(n = 40, from = 50, to = 8000) {
  mel <- function(hz) 1127 * log1p(hz / 700)
  edge <- 700 * expm1(seq(mel(from), mel(to), length.out = n + 2) / 1127)
  t(sapply(seq_len(n), function(b) {
    rise <- (hertz - edge[b]) / (edge[b + 1] - edge[b])
    fall <- (edge[b + 2] - hertz) / (edge[b + 2] - edge[b + 1])
    y <- pmax(0, pmin(rise, fall))
    y / sum(y)
  }))
}

## ---- aligned ----
# Strength of the first 15 harmonics of a note whose pitch is known (MIDI number);
# those above 7700 Hz count as silent. Row k is the same harmonic for every pitch.
harmonics <- function(S, pitch, n = 15) {
  at <- 440 * 2^((pitch - 69) / 12) * seq_len(n)
  t(sapply(at, function(f) {
    near <- abs(hertz - f) < max(12, 0.025 * f)
    if (f > 7700) numeric(ncol(S)) else apply(S[near, , drop = FALSE], 2, max)
  }))
}

## ---- mfcc ----
# The first 13 coefficients of a cosine transform of the logarithm of the mel bands:
# their means and standard deviations over time.
mfcc <- function(S, bands = mel_bands()) {
  P <- (bands %*% S)[, 1:55]
  n <- nrow(P)
  cosine <- cos(pi / n * outer(0:12, seq_len(n) - 0.5))
  C <- sqrt(2 / n) * cosine %*% log(P / max(P) + 1e-3)
  c(rowMeans(C), apply(C, 1, sd))
}

## ---- views ----
# Five parts of a note: attack, the time after it, its body, its end, the release.
parts_of_note <- list(1:3, 4:10, 11:35, 36:50, 55:64)
summarise <- function(P) {
  P <- P / max(P)
  # The fourth root: the ear hears loudness on a scale near to a logarithm.
  v <- as.vector(sapply(parts_of_note, function(t) rowMeans(P[, t])^0.25))
  v / sqrt(sum(v^2))
}
note_features <- function(sound, pitch, bands = mel_bands()) {
  S <- spectrogram(sound)
  c(summarise(bands %*% S), summarise(harmonics(S, pitch)))
}

## ---- features ----
# Coefficients of the notes to learn from (A) and of others (V), notes in rows.
nmf_coefficients <- function(X, A, V, rank = 40, ...) {
  fit <- nmf(X[, A], rank, tol = 1e-3, max_iter = 1000, ...)
  H <- coef(fit)
  scale <- sqrt(rowMeans(H^2))
  list(A = t(H / scale), V = t(predict(fit, X[, V]) / scale))
}
pca_scores <- function(X, A, V, rank = 40) {
  p <- prcomp(t(X[, A]), rank. = rank)
  list(A = p$x, V = predict(p, t(X[, V])))
}
standardised <- function(X, A, V) {
  centre <- rowMeans(X[, A])
  spread <- apply(X[, A], 1, sd)
  list(A = t((X[, A] - centre) / spread), V = t((X[, V] - centre) / spread))
}

## ---- classifiers ----
classify_lda <- function(f, class) predict(MASS::lda(f$A, class), f$V)$class
# The three notes at the smallest angle vote with their cosine.
classify_near <- function(f, class, k = 3) {
  unit <- function(Z) Z / sqrt(rowSums(Z^2))
  S <- tcrossprod(unit(f$V), unit(f$A))
  vote <- apply(S, 1, function(s) {
    near <- order(s, decreasing = TRUE)[seq_len(k)]
    votes <- tapply(s[near], class[near], sum)
    which.max(ifelse(is.na(votes), -Inf, votes))
  })
  factor(levels(class)[vote], levels(class))
}

## ---- dictionaries ----
# A factorization of every instrument's notes. A note belongs to the one that leaves
# the least of it unexplained.
classify_dictionaries <- function(X, A, V, class, rank = 6) {
  left <- sapply(levels(class), function(k) {
    fit <- nmf(X[, A[class == k]], rank, tol = 1e-3)
    colSums((X[, V] - predict(fit, X[, V], "reconstruction"))^2)
  })
  factor(levels(class)[max.col(-left, ties.method = "first")], levels(class))
}

## ---- source-filter ----
# Known excitation: the harmonics of one pitch, cut into 20 bands. Column b of W is zero
# outside of band b; H is then the filter, free of the pitch.
source_filter <- function(pitch, n = 20) {
  f0 <- 440 * 2^((pitch - 69) / 12)
  teeth <- outer(hertz, f0 * seq_len(floor(7800 / f0)), "-")
  comb <- rowSums(pmax(1 - abs(teeth) / 16, 0)^2)
  W <- comb * t(mel_bands(n, 40, 7990))
  W / max(W)
}
