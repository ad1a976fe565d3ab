# A survey of ranks on the leukemia data, Kullback-Leibler, against nmfEstimateRank() of package NMF
# with the same numbers of restarts; restarts stacked into one pass; and the memory of a consensus
# of many observations.

case_survey <- function(settings, peers) {
  s <- settings$survey
  x <- nonneg::leukemia$x + 0
  raw <- list()
  rows <- list()

  survey <- function(nrun) {
    force(nrun)
    function(repetition) {
      set.seed(repetition)
      seconds <- seconds_of(nonneg::nmf_survey(
        x, s$ranks, loss = "kullback-leibler", nrun = nrun, resample = "none", threads = settings$threads,
        verbose = FALSE
      ))
      data.frame(seconds = as.numeric(seconds), t(attr(seconds, "value")$measures$loss))
    }
  }
  runs <- list(nonneg = survey(s$nrun))
  if (!is.null(peers$nmf)) runs$NMF <- function(repetition) nmf_package_survey(
    x, s, repetition, settings$threads
  )
  raw$survey <- paired(runs, s$repetitions)
  own <- raw$survey[raw$survey$who == "nonneg", ]
  case <- sprintf("leukemia survey, ranks %d to %d, %d restarts each", min(s$ranks), max(s$ranks), s$nrun)
  other <- raw$survey[raw$survey$who == "NMF", ]
  if (nrow(other)) {
    ratio <- stats::median(other$seconds) / stats::median(own$seconds)
    worst <- max(as.matrix(own[-(1:3)]) / as.matrix(other[-(1:3)]))
    rows <- c(rows, list(
      result(
        case, "whole survey", "s", own$seconds, paste0(peer_title(peers$nmf), ", brunet"), other$seconds,
        ratio,
        target = "at least 50 times as fast", met = ratio >= 50
      ),
      result(
        case, "loss relative to the other's, largest of the ranks", "", worst, target = "not above 1",
        met = worst <= 1 + 1e-6
      )
    ))
  } else {
    rows <- c(rows, list(result(case, "whole survey", "s", own$seconds)))
  }

  many <- paired(list(nonneg = survey(s$many)), s$repetitions)
  raw$survey_many <- many
  rows <- c(rows, list(result(
    sub("[0-9]+ restarts", paste(s$many, "restarts"), case), "whole survey", "s", many$seconds,
    target = "below 10 s", met = stats::median(many$seconds) < 10
  )))

  stacked <- stacked_restarts(s, settings$threads)
  raw$survey_stacked <- stacked
  case <- sprintf(
    "dense %d x %d, r = %d, %d restarts of %d iterations", s$rows, s$columns, s$rank, s$stack, s$iterations
  )
  of <- function(who) stacked$seconds[stacked$who == who]
  faster <- function(than) stats::median(of(than)) / stats::median(of("stacked"))
  rows <- c(rows, list(
    result(
      case, "stacked", "s", of("stacked"), "one by one", of("one by one"), faster("one by one"),
      target = "at least 5 times as fast", met = faster("one by one") >= 5
    ),
    result(
      case, "stacked", "s", of("stacked"), "one by one from random starts", of("random starts"),
      faster("random starts")
    )
  ))

  if (file.exists("/proc/self/clear_refs")) {
    memory <- fresh("consensus_memory", list(s$observations))
    raw$survey_memory <- memory
    full <- 8 * s$observations^2
    rows <- c(rows, list(result(
      sprintf("consensus of %d observations, n x n is %.0f MB", s$observations, full / 1e6),
      "above the classes", "MB",
      memory$above / 1e6, target = "below a tenth of n x n", met = memory$above < full / 10
    )))
  }
  list(raw = raw, rows = do.call(rbind, rows))
}

nmf_package_survey <- function(x, s, repetition, threads) {
  suppressPackageStartupMessages(library(NMF, warn.conflicts = FALSE))
  here <- setwd(tempdir())
  on.exit(setwd(here))
  seconds <- seconds_of(suppressMessages(NMF::nmfEstimateRank(
    x, s$ranks, method = "brunet", nrun = s$nrun, seed = repetition, .options = paste0("p", threads)
  )))
  loss <- vapply(attr(seconds, "value")$fit, function(f) {
    nonneg::divergence(x, list(W = NMF::basis(f), H = NMF::coef(f)), "kullback-leibler")
  }, 0)
  data.frame(seconds = as.numeric(seconds), t(unname(loss)))
}

# The same number of iterations for every restart, alone and together. A single fit starts from
# singular vectors by default, which cost as much as its iterations; so fits from random starts, as
# those in the stack are, are timed too.
stacked_restarts <- function(s, threads) {
  x <- dense_data(s$rows, s$columns)
  fits <- function(nrun, init = NULL) {
    nonneg::nmf(
      x, s$rank, init = init, nrun = nrun, max_iter = s$iterations, tol = 0, threads = threads, verbose = FALSE
    )
  }
  paired(list(
    stacked = function(repetition) {
      set.seed(repetition)
      data.frame(seconds = as.numeric(seconds_of(fits(s$stack))))
    },
    `one by one` = function(repetition) {
      set.seed(repetition)
      data.frame(seconds = as.numeric(seconds_of(for (k in seq_len(s$stack)) fits(1))))
    },
    `random starts` = function(repetition) {
      set.seed(repetition)
      data.frame(seconds = as.numeric(seconds_of(for (k in seq_len(s$stack)) fits(1, "random"))))
    }
  ), s$repetitions)
}

consensus_memory <- function(observations) {
  members <- matrix(sample(5L, observations * 20, TRUE), observations)
  nonneg::consensus(members[1:50, ], rank = 5)
  gc(verbose = FALSE)
  reset_peak()
  before <- process_memory("VmRSS")
  nonneg::consensus(members, rank = 5)
  data.frame(above = process_memory("VmHWM") - before)
}
