# Makes data/piano.rda (templates of 88 notes, an excerpt's spectrogram and its score) and vignettes/piano.rds, the
# results of the article "Transcribing a piano". Nothing is random but the playing, whose seeds are the numbers of
# the pieces.
#
# Run from the root of the package (about ten minutes; sounds are kept in build-tmp/piano):
#   Rscript data-raw/piano.R

for (part in c("lib-sound", "piano-scores", "piano-sound", "piano-separation")) {
  source(file.path("data-raw", paste0(part, ".R")))
}
source("vignettes/piano-transcribe.R") # which the article shows
need_tools()
library(nonneg)
options(nonneg.threads = 1)

keys <- recorded_keys()
players <- list(
  FluidR3 = function(n) play_fluid(n, "FluidR3"), TimGM6mb = function(n) play_fluid(n, "TimGM6mb"),
  freepats = play_timidity, Salamander = function(n) play_recorded(n, keys)
)
late <- check_onsets(players)

# The round trip of the transform, before anything is built on it.
set.seed(1)
sound <- rnorm(16000)
trip <- max(abs(inverse_stft(complex_stft(sound), length(sound)) - sound))
stopifnot(trip < 1e-10)

# Sounds as spectra: every note by itself, and the pieces as played.
B <- bands()
cached <- function(name, make) {
  file <- file.path("build-tmp/piano", paste0(name, ".rds"))
  if (!file.exists(file)) saveRDS(make(), file)
  readRDS(file)
}
isolated <- function(player) {
  cached(paste0("notes-", player), function() {
    lapply(21:108, function(p) {
      note <- data.frame(pitch = p, onset = c(0.2, 1.7), length = 1, velocity = c(60L, 90L))
      spectrogram(players[[player]](note), B)
    })
  })
}
played <- function(player, pieces, first) {
  cached(paste("pieces", player, first, sep = "-"), function() {
    lapply(seq_along(pieces), function(i) {
      notes <- as_played(pieces[[i]], first + i)
      list(title = pieces[[i]]$title[1], notes = notes, x = spectrogram(players[[player]](notes), B))
    })
  })
}
tuning <- played("TimGM6mb", tuning_pieces, 100)
unseen <- lapply(c(TimGM6mb = "TimGM6mb", Salamander = "Salamander", freepats = "freepats", FluidR3 = "FluidR3"), played, test_pieces, 200)

templates_of <- function(player, loss = "kl", power = 1) {
  W <- sapply(isolated(player), function(x) template(x^power, loss))
  dimnames(W) <- list(rownames(B), note_name(21:108))
  W
}
W <- templates_of("FluidR3")

# A method gives the activities of a piece. Its three numbers, the rise of a note, what counts as a partial, and the
# activity of a frame, are those with the best F on the tuning pieces.
seconds_of <- function(items) sum(vapply(items, function(p) ncol(p$x), 0)) * hop
measure <- function(name, ...) cached(paste0("result-", gsub("[^a-zA-Z0-9]+", "-", name)), function() measured(name, ...))
measured <- function(name, method, on = names(unseen), learn = function(items) method) {
  activities <- function(items) {
    method <- learn(items)
    lapply(items, function(p) relative(method(p$x)))
  }
  notes_f <- function(items, H, start, partial) {
    f_of(sapply(seq_along(items), function(i) {
      note_scores(notes_of(H[[i]], start, partial = partial), items[[i]]$notes)
    }))
  }
  frames_f <- function(items, H, above) {
    f_of(sapply(seq_along(items), function(i) frame_scores(H[[i]] > above, roll_of(items[[i]]$notes, ncol(H[[i]])))))
  }
  cpu <- system.time(H <- activities(tuning))[["user.self"]]
  tried <- expand.grid(start = seq(0.15, 0.5, by = 0.05), partial = c(0.3, 0.45, 0.6, 0.75))
  tried$F <- mapply(function(s, p) notes_f(tuning, H, s, p)[["F"]], tried$start, tried$partial)
  best <- tried[which.max(tried$F), ]
  above <- seq(0.02, 0.3, by = 0.02)
  above <- above[which.max(sapply(above, function(s) frames_f(tuning, H, s)["F"]))]
  rows <- lapply(on, function(player) {
    G <- activities(unseen[[player]])
    note <- notes_f(unseen[[player]], G, best$start, best$partial)
    data.frame(method = name, player = player, as.list(c(note = note, frame = frames_f(unseen[[player]], G, above))))
  })
  out <- cbind(
    do.call(rbind, rows), tuned = best$F, start = best$start, partial = best$partial, above = above,
    cpu_per_minute = 60 * cpu / seconds_of(tuning)
  )
  message(paste(utils::capture.output(print(out, digits = 3, width = 200)), collapse = "\n"))
  out
}

# Without any template: 88 components learnt from all pieces of a player, each named after the template that it is most
# like; what is like none is not a note.
learn_unsupervised <- function(items, rank = 88) {
  x <- do.call(cbind, lapply(items, function(p) p$x / max(p$x))) + 1e-5
  set.seed(1)
  fit <- nmf(x, rank, loss = "kl", init = "random", tol = 1e-3, max_iter = 40)
  unit <- function(A) sweep(A, 2, sqrt(colSums(A^2)), "/")
  alike <- crossprod(unit(W), unit(fit$W))
  label <- apply(alike, 2, which.max)
  sure <- apply(alike, 2, max) > 0.6
  function(x) {
    H <- nmf(x / max(x) + 1e-5, fixed_W = fit$W, init = list(W = fit$W), loss = "kl", tol = 1e-3, max_iter = 30)$H
    h <- matrix(0, 88, ncol(x), dimnames = list(21:108, NULL))
    for (k in which(sure)) h[label[k], ] <- h[label[k], ] + H[k, ] * sum(fit$W[, k]) / sum(W[, label[k]])
    h
  }
}
W_of <- cached("templates", function() list(frobenius = templates_of("FluidR3", "frobenius"), half = templates_of("FluidR3", 0.5), is = templates_of("FluidR3", "is", 2)))
others <- c("Salamander", "freepats")
results <- list(
  measure("Kullback-Leibler", function(x) activity(x, W)),
  measure("Frobenius", function(x) activity(x, W_of$frobenius, "frobenius"), others),
  measure("KL, unsupervised", NULL, others, learn_unsupervised),
  measure("beta = 0.5", function(x) activity(x, W_of$half, 0.5), others),
  measure("Itakura-Saito, power", function(x) sqrt(activity(x^2, W_of$is, "is")), others)
)
own <- templates_of("Salamander")
results <- c(results, list(measure("KL, templates of the same piano", function(x) activity(x, own), "Salamander")))
results <- do.call(rbind, results)

separation <- cached("duet-FluidR3", separate_duet)
other <- cached("duet-TimGM6mb", function() separate_duet("TimGM6mb"))
separation$table <- rbind(separation$table, other$table)

# The excerpt: 8 bits of its square root, and what comes out for it.
item <- unseen$Salamander[[3]]
excerpt <- structure(as.raw(round(255 * sqrt(item$x / max(item$x)))), dim = dim(item$x))
templates <- signif(W, 3)
found_in <- function(excerpt, templates) {
  best <- results[results$method == "Kullback-Leibler", ][1, ]
  h <- relative(activity((matrix(as.integer(excerpt), nrow(excerpt)) / 255)^2, templates))
  truth <- item$notes[c("pitch", "onset", "length")]
  list(
    start = best$start, partial = best$partial, above = best$above,
    note = f_of(note_scores(notes_of(h, best$start, partial = best$partial), truth))[["F"]],
    frame = f_of(frame_scores(h > best$above, roll_of(truth, ncol(h))))[["F"]]
  )
}
scores <- do.call(rbind, c(tuning_pieces, test_pieces))
scores$used <- rep(c("tuning", "test"), c(sum(sapply(tuning_pieces, nrow)), sum(sapply(test_pieces, nrow))))
piano <- list(
  templates = templates, excerpt = excerpt, notes = item$notes[c("pitch", "onset", "length", "velocity")],
  title = item$title, found = found_in(excerpt, templates), scores = scores
)
row.names(piano$notes) <- NULL
save(piano, file = "data/piano.rda", compress = "xz", version = 2)
saveRDS(list(results = results, separation = separation, late = late, trip = trip), "vignettes/piano.rds", version = 2)
message("data/piano.rda: ", file.size("data/piano.rda"), " bytes; vignettes/piano.rds: ", file.size("vignettes/piano.rds"))
