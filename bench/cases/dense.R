# One complete iteration on dense data against the two limits of the machine: reading X once, and the
# floating-point operations of the two products W'X and XH', 4lnr, at the rate of the fastest dgemm. All
# in turn in one run. A limit is the best of what was measured in a repetition; so is the iteration that
# is held against it, the mean of the five consecutive ones that took the least. The mean of all is there
# as well.

case_dense <- function(settings, peers) {
  s <- settings$dense
  threads <- settings$threads
  x <- dense_data(s$rows, s$columns)
  compile_limits()
  peak <- dgemm_peak(s$dgemm, threads)
  seconds_to_read(x, threads)
  dgemm <- peak()

  measure <- function(rank) {
    start <- random_start(x, rank)
    function(repetition) {
      read <- seconds_to_read(x, threads)
      flops <- peak()$flops
      Sys.sleep(0.1)
      fit <- peers$nonneg$fit(x, rank, start, iterations = s$last, threads = threads)$fit
      read <- min(read, seconds_to_read(x, threads))
      data.frame(
        rank = rank, solver = fit$settings$solver, seconds = history_best(fit, s$first, s$last),
        mean_seconds = history_slope(fit, s$first, s$last),
        read_seconds = read, read_bandwidth = 8 * length(x) / read, flops = flops,
        flop_seconds = 4 * length(x) * rank / flops
      )
    }
  }
  runs <- lapply(s$ranks, measure)
  names(runs) <- rep("nonneg", length(runs))
  raw <- paired(runs, settings$repetitions)
  # The rates are the machine's, whatever the rank: of all that were measured in
  # a repetition the best is its limit.
  for (repetition in unique(raw$repetition)) {
    at <- raw$repetition == repetition
    raw$read_seconds[at] <- min(raw$read_seconds[at])
    raw$flops[at] <- max(raw$flops[at])
  }
  raw$read_bandwidth <- 8 * length(x) / raw$read_seconds
  raw$flop_seconds <- 4 * length(x) * raw$rank / raw$flops
  raw$limit_seconds <- pmax(raw$read_seconds, raw$flop_seconds)
  raw$ratio <- raw$seconds / raw$limit_seconds

  case <- sprintf("dense %d x %d, double", s$rows, s$columns)
  rows <- list(
    result(case, "read bandwidth, streaming sum", "GB/s", raw$read_bandwidth / 1e9),
    result(case, paste0("dgemm peak, ", dgemm$name), "GFlop/s", raw$flops / 1e9)
  )
  for (rank in s$ranks) {
    at <- raw[raw$rank == rank, ]
    reads <- stats::median(at$read_seconds) >= stats::median(at$flop_seconds)
    by <- if (reads) "one read of X" else "4lnr operations"
    ratio <- stats::median(at$ratio)
    rows <- c(rows, list(result(
      case, sprintf("one iteration, r = %d (%s)", rank, at$solver[1]), "s", at$seconds,
      paste0("limit: ", by), at$limit_seconds, ratio, "at most 1.5 times", ratio <= 1.5
    ), result(
      case, sprintf("one iteration, r = %d, mean of %d", rank, s$last - s$first), "s", at$mean_seconds,
      paste0("limit: ", by), at$limit_seconds, stats::median(at$mean_seconds / at$limit_seconds)
    )))
  }
  list(raw = list(dense = raw), rows = do.call(rbind, rows))
}
