# Computes vignettes/instruments.rds, the numbers and pictures of the vignette "Which instrument?", and
# inst/extdata/instruments.rds, a small case for the tests: notes of twelve instruments from three sound
# fonts.
#
# Run from the root of the package, with nonneg, MASS and what data-raw/lib-sound.R asks for installed:
#   Rscript data-raw/instruments.R
# A quarter of an hour.

library(nonneg)
options(nonneg.threads = 1)
source("inst/articles/instruments.R")
source("data-raw/lib-sound.R")
check_sound_tools()

# Numbers of General MIDI, from 0, and the lowest of 16 pitches in steps of two semitones.
instruments <- data.frame(
  name = c(
    "piano", "harpsichord", "vibraphone", "church organ", "guitar", "violin", "cello", "trumpet", "trombone",
    "alto saxophone", "clarinet", "flute"
  ),
  program = c(0, 6, 11, 19, 24, 40, 42, 56, 57, 65, 71, 73),
  lowest = c(43, 43, 53, 48, 43, 57, 37, 55, 41, 51, 51, 61)
)
rate <- 16000
bands <- mel_bands()
# The filter of every part of a note, from a model whose W is known: one per pitch.
models <- list()
filter_of <- function(S, pitch) {
  key <- as.character(pitch)
  if (is.null(models[[key]])) {
    W <- source_filter(pitch)
    models[[key]] <<- list(full = colSums(W) > 1e-6, fit = as_nmf(W[, colSums(W) > 1e-6], loss = "kl"))
  }
  P <- sapply(parts_of_note, function(t) rowMeans(S[, t]))
  H <- matrix(0, 20, ncol(P))
  H[models[[key]]$full, ] <- predict(models[[key]]$fit, P / max(P) + 1e-6)
  v <- as.vector((H / max(H))^0.25)
  v / sqrt(sum(v^2))
}

notes <- NULL
X <- cepstra <- filters <- list()
for (font in names(sound_fonts)) {
  message(font)
  for (k in seq_len(nrow(instruments))) {
    played <- expand.grid(velocity = c(70L, 110L), pitch = as.integer(instruments$lowest[k] + 2 * (0:15)))
    played$onset <- 0.5 + 1.6 * (seq_len(nrow(played)) - 1)
    played$length <- 1
    sound <- render_notes(played, sound_fonts[[font]], instruments$program[k], rate)
    # Nothing sounds before the first note, and something soon after.
    stopifnot(max(abs(sound[1:7990])) < 1e-3, max(abs(sound[8000 + 1:3200])) > 1e-3)
    for (i in seq_len(nrow(played))) {
      one <- sound[round((played$onset[i] - 0.03) * rate) + seq_len(1.5 * rate)]
      one[is.na(one)] <- 0
      S <- spectrogram(one)
      X[[length(X) + 1]] <- c(summarise(bands %*% S), summarise(harmonics(S, played$pitch[i])))
      cepstra[[length(cepstra) + 1]] <- mfcc(S, bands)
      filters[[length(filters) + 1]] <- filter_of(S, played$pitch[i])
    }
    notes <- rbind(notes, data.frame(font, name = instruments$name[k], played[c("pitch", "velocity")]))
  }
}
X <- do.call(cbind, X)
cepstra <- do.call(cbind, cepstra)
filters <- do.call(cbind, filters)
class <- factor(notes$name, instruments$name)
mel <- 1:200 # rows of X: 5 times of 40 bands, 5 times of 15 harmonics
aligned <- 201:275

# What is learnt from notes A and tried on notes V, as pairs of rows of `notes`.
in_font <- split(seq_len(nrow(notes)), notes$font)[names(sound_fonts)]
set.seed(1)
# Three parts at random: of the notes, and of the pitches of each instrument.
folds <- lapply(in_font, function(rows) {
  by_pitch <- ave(notes$pitch[rows], notes$name[rows], FUN = function(p) {
    sample(rep_len(1:3, length(unique(p))))[match(p, unique(p))]
  })
  list(notes = sample(rep_len(1:3, length(rows))), pitches = by_pitch)
})
within <- function(font, by) {
  rows <- in_font[[font]]
  fold <- folds[[font]][[by]]
  lapply(1:3, function(k) list(A = rows[fold != k], V = rows[fold == k]))
}
across <- function(from, to) list(list(A = unlist(in_font[from], use.names = FALSE), V = in_font[[to]]))
trials <- list(
  `notes, FluidR3` = within("FluidR3", "notes"), `notes, TimGM6mb` = within("TimGM6mb", "notes"),
  `pitches, FluidR3` = within("FluidR3", "pitches"), `pitches, TimGM6mb` = within("TimGM6mb", "pitches"),
  `FluidR3 > TimGM6mb` = across("FluidR3", "TimGM6mb"), `TimGM6mb > FluidR3` = across("TimGM6mb", "FluidR3"),
  `FluidR3 > GMbank` = across("FluidR3", "GMbank"), `TimGM6mb > GMbank` = across("TimGM6mb", "GMbank"),
  `both > GMbank` = across(c("FluidR3", "TimGM6mb"), "GMbank")
)
accuracy <- function(answer) {
  vapply(trials, function(trial) {
    right <- lapply(trial, function(s) {
      set.seed(1) # of equal neighbours class::knn() draws one
      answer(s$A, s$V) == class[s$V]
    })
    mean(unlist(right))
  }, 0)
}
rows <- list()
add <- function(features, classifier, right) {
  message(features, ", ", classifier)
  rows[[length(rows) + 1]] <<- data.frame(features, classifier, t(right), check.names = FALSE)
}
# Both classifiers on the same features.
by_classifiers <- function(features, X, make, ..., on = trials) {
  right <- sapply(on, function(trial) {
    parts <- lapply(trial, function(s) {
      f <- make(X, s$A, s$V, ...)
      cbind(classify_lda(f, class[s$A]) == class[s$V], classify_near(f, class[s$A]) == class[s$V])
    })
    colMeans(do.call(rbind, parts))
  })
  add(features, "LDA", right[1, ])
  add(features, "3 nearest", right[2, ])
}
by_dictionaries <- function(features, X) {
  right <- sapply(trials, function(trial) {
    mean(unlist(lapply(trial, function(s) classify_dictionaries(X, s$A, s$V, class[s$A]) == class[s$V])))
  })
  add(features, "least left", right)
}
by_classifiers("MFCC", cepstra, standardised)
by_classifiers("PCA, mel", X[mel, ], pca_scores)
by_classifiers("PCA, aligned", X[aligned, ], pca_scores)
by_classifiers("PCA, both", X, pca_scores)
by_classifiers("NMF, mel", X[mel, ], nmf_coefficients)
by_classifiers("NMF, aligned", X[aligned, ], nmf_coefficients)
by_classifiers("NMF, both", X, nmf_coefficients)
by_classifiers("NMF, filters", filters, nmf_coefficients)
by_dictionaries("NMF of each, mel", X[mel, ])
by_dictionaries("NMF of each, aligned", X[aligned, ])
by_dictionaries("NMF of each, both", X)
scores <- do.call(rbind, rows)
print(cbind(scores[1:2], round(scores[-(1:2)], 3)), row.names = FALSE)

# Other ranks, and which instruments are taken for which.
rows <- list()
few <- trials[c("notes, FluidR3", "notes, TimGM6mb", "FluidR3 > TimGM6mb", "TimGM6mb > FluidR3")]
for (rank in c(20, 30, 40, 60)) by_classifiers(rank, X, nmf_coefficients, rank, on = few)
ranks <- do.call(rbind, rows)
print(ranks)
# Smooth components: neighbouring bands, and neighbouring harmonics, of one time alike.
ends <- cumsum(rep(c(40, 15), each = 5))
first <- setdiff(seq_len(274), ends)
chain <- Matrix::sparseMatrix(c(first, first + 1), c(first + 1, first), x = 1, dims = c(275, 275))
rows <- list()
for (strength in c(1e-4, 1e-3, 1e-2)) {
  by_classifiers(strength, X, nmf_coefficients, 40, smooth_W = smoothness(strength, chain), on = few[3:4])
}
smooth <- do.call(rbind, rows)
print(smooth)

joint <- function(from, to) {
  classify_near(nmf_coefficients(X, in_font[[from]], in_font[[to]]), class[in_font[[from]]])
}
confusion <- table(
  heard = c(joint("FluidR3", "TimGM6mb"), joint("TimGM6mb", "FluidR3")),
  played = c(class[in_font$TimGM6mb], class[in_font$FluidR3])
)
# Are the fonts independent? The cosine of the same note in two of them.
likeness <- sapply(list(
  `FluidR3, TimGM6mb` = 1:2, `FluidR3, GMbank` = c(1, 3), `TimGM6mb, GMbank` = 2:3
), function(two) {
  s <- colSums(X[, in_font[[two[1]]]] * X[, in_font[[two[2]]]]) / 2
  c(median = median(s), same = mean(s > 0.99))
})
print(likeness)

# Pictures: one pitch of every instrument on both views.
example <- notes$font == "FluidR3" & notes$velocity == 110 & notes$pitch == 61
saveRDS(
  list(
    scores = scores, confusion = confusion, ranks = ranks, smooth = smooth,
    instruments = instruments, size = dim(X),
    likeness = likeness,     aligned = round(X[aligned, example], 3), aligned_names = notes$name[example],
    notes = table(notes$font)
  ),
  "vignettes/instruments.rds", compress = "xz"
)
message("vignettes/instruments.rds: ", file.size("vignettes/instruments.rds"), " bytes")

# For the tests: every second pitch of two fonts, in 8 bits.
step <- notes$pitch - instruments$lowest[match(notes$name, instruments$name)]
few <- notes$font != "GMbank" & notes$velocity == 110 & step %% 4 == 0
small <- round(255 * X[aligned, few] / max(X[aligned, few]))
y <- small / 255
from <- which(notes$font[few] == "FluidR3")
to <- which(notes$font[few] == "TimGM6mb")
right <- function(found) mean(found == class[few][to])
expected <- c(
  near = right(classify_near(nmf_coefficients(y, from, to, 15), class[few][from])),
  dictionaries = right(classify_dictionaries(y, from, to, class[few][from], 2))
)
print(expected)
saveRDS(
  list(x = matrix(as.raw(small), nrow(small)), class = class[few], from = from, to = to, expected = expected),
  "inst/extdata/instruments.rds", compress = "xz"
)
message("inst/extdata/instruments.rds: ", file.size("inst/extdata/instruments.rds"), " bytes")
