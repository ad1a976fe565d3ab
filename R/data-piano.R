#' Notes of a piano and an excerpt to be transcribed
#'
#' What the article "Transcribing a piano" needs: how each key of one piano sounds, the spectrogram of a
#' piece played by another, and the scores of all pieces. `data-raw/piano.R` makes it.
#'
#' Spectra are magnitudes in 197 bands, 24 per octave from 27.5 Hz, of frames of 128 ms, 20 ms apart.
#'
#' @format A list of
#' \describe{
#'   \item{`templates`}{197 x 88 matrix: the spectrum of each key, "A0" to "C8". A coefficient of 1 is the
#'     key as loud as in the recordings that the spectra were learnt from.}
#'   \item{`excerpt`}{raw matrix with 197 rows and one column per frame: 255 times the square root of the
#'     spectrogram, whose largest value is 1.}
#'   \item{`notes`}{data frame, what was played in the excerpt: `pitch` (MIDI number, 60 is C4), `onset`
#'     and `length` in seconds, `velocity`.}
#'   \item{`title`}{of the piece.}
#'   \item{`found`}{list: thresholds, chosen on other pieces and another piano, and the F measures of notes
#'     and frames that the article's method reaches on the excerpt.}
#'   \item{`scores`}{data frame: the openings of fourteen works in the public domain, in strict time:
#'     `title`, `voice`, `pitch`, `onset`, `length`, and what they were `used` for.}
#' }
#' @source Templates: made with the sound font FluidR3 by Frank Wen (MIT licence). Excerpt: recordings of
#'   single keys of the Salamander Grand Piano by Alexander Holm (CC BY 3.0), mixed. Scores: written down
#'   for this package from works in the public domain.
#' @examples
#' x <- (matrix(as.integer(piano$excerpt), 197) / 255)^2
#' model <- as_nmf(piano$templates, loss = "kullback-leibler")
#' # The keys that sound most in the first second of music
#' H <- predict(model, x[, 26:75] + 1e-5)
#' names(sort(rowSums(H), decreasing = TRUE)[1:5])
"piano"
