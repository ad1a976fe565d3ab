# Time of one iteration against the number of columns, of nonzeros, and the rank.

case_growth <- function(settings, peers) {
  s <- settings$growth
  slope <- function(x, rank) {
    start <- random_start(x, rank)
    fit <- peers$nonneg$fit(x, rank, start, iterations = s$last, threads = settings$threads)$fit
    data.frame(
      rows = nrow(x), columns = ncol(x), nonzeros = fit$data$nnz, rank = rank, solver = fit$settings$solver,
      seconds = history_slope(fit, s$first, s$last)
    )
  }
  rank <- s$rank
  panels <- list(
    # All columns of the largest, so that every size has the same kind of data.
    columns = local({
      x <- dense_data(s$rows, max(s$columns))
      grown(s$columns, s$repetitions, function(n) x[, seq_len(n)], function(part, n) slope(part, rank))
    }),
    nonzeros = grown(
      s$nonzeros, s$repetitions, function(count) sparse_data(s$sparse_rows, s$sparse_columns, count),
      function(part, count) slope(part, rank)
    ),
    rank = local({
      x <- dense_data(s$rows, s$rank_columns)
      grown(s$ranks, s$repetitions, function(rank) x, slope)
    })
  )
  raw <- do.call(rbind, lapply(names(panels), function(against) cbind(against = against, panels[[against]])))
  list(raw = list(growth = raw), rows = growth_rows(s, raw))
}

# Sizes in turn, up and again from the start, so that a disturbance hits few.
grown <- function(sizes, repetitions, data, measure) {
  functions <- lapply(sizes, function(size) {
    force(size)
    function(repetition) cbind(size = size, measure(data(size), size))
  })
  paired(stats::setNames(functions, rep("nonneg", length(sizes))), repetitions)
}

growth_rows <- function(s, raw) {
  each <- function(against, f) {
    part <- raw[raw$against == against, ]
    vapply(split(part, part$repetition), f, 0)
  }
  straight <- function(case, against) {
    off <- each(against, off_straight)
    result(
      case, paste("time against", against, "off a straight line by at most"), "%", 100 * off,
      target = "at most 15 %", met = stats::median(off) <= 0.15
    )
  }
  power <- each("rank", function(part) {
    stats::coef(stats::lm(log(seconds) ~ log(size), part, subset = size <= 20))[[2]]
  })
  rbind(
    straight(sprintf("growth, dense, %d rows, r = %d", s$rows, s$rank), "columns"),
    straight(sprintf("growth, sparse %d x %d, r = %d", s$sparse_rows, s$sparse_columns, s$rank), "nonzeros"),
    result(
      sprintf("growth, dense %d x %d, r up to 20", s$rows, s$rank_columns),
      "time grows as r to the power of", "", power,
      target = "below 1", met = stats::median(power) < 1
    )
  )
}

# Largest relative distance from the straight line that is nearest in relative
# terms; 1 where the line does not rise.
off_straight <- function(part) {
  line <- stats::lm(seconds ~ size, part, weights = 1 / part$seconds^2)
  if (stats::coef(line)[[2]] <= 0) {
    return(1)
  }
  max(abs(stats::residuals(line)) / part$seconds)
}
