# Dense data of which some entries are missing, for the Frobenius loss: one
# iteration next to one on the same data without a gap, from the same start.

case_missing <- function(settings, peers) {
  s <- settings$missing
  x <- dense_data(s$rows, s$columns)
  holes <- x
  set.seed(2)
  holes[sample(length(x), round(s$part * length(x)))] <- NA
  start <- random_start(x, s$rank)
  measure <- function(data) {
    force(data)
    function(repetition) {
      fit <- peers$nonneg$fit(data, s$rank, start, iterations = s$last, threads = settings$threads)$fit
      whole <- peers$nonneg$fit(data, s$rank, start, threads = settings$threads)
      data.frame(
        seconds = history_slope(fit, s$first, s$last), solver = fit$settings$solver,
        fit_seconds = whole$seconds, fit_iterations = max(whole$fit$history$iteration)
      )
    }
  }
  raw <- paired(list(full = measure(x), holes = measure(holes)), s$repetitions)

  full <- raw[raw$who == "full", ]
  gaps <- raw[raw$who == "holes", ]
  case <- sprintf("Frobenius, dense %d x %d, r = %d, %g%% missing", s$rows, s$columns, s$rank, 100 * s$part)
  against <- function(what) sprintf("none missing (%s)", what)
  ratio <- stats::median(gaps$seconds / full$seconds)
  list(raw = list(missing = raw), rows = rbind(
    result(
      case, sprintf("one iteration (%s)", gaps$solver[1]), "s", gaps$seconds,
      against(full$solver[1]), full$seconds, ratio, "at most 4 times", ratio <= 4
    ),
    result(
      case, sprintf("to the certified stop, %d iterations", gaps$fit_iterations[1]), "s", gaps$fit_seconds,
      against(paste(full$fit_iterations[1], "iterations")), full$fit_seconds,
      stats::median(gaps$fit_seconds / full$fit_seconds)
    )
  ))
}
