# The same iteration in fresh processes under two BLAS libraries: nonneg has its
# own kernels, so the BLAS of R makes no difference.

case_blas <- function(settings, peers) {
  s <- settings$dense
  library <- openblas()
  environments <- list(own = character())
  if (is.null(library)) {
    say("OpenBLAS is not here: only the BLAS of R is shown")
  } else {
    environments$openblas <- openblas_environment(library, settings$threads)
  }
  child <- function(environment) {
    force(environment)
    function(repetition) fresh("dense_under_blas", list(s, settings$threads), environment)
  }
  raw <- paired(lapply(environments, child), min(settings$repetitions, 5))
  raw$who <- NULL

  first <- raw$blas[1]
  second <- setdiff(unique(raw$blas), first)
  if (length(environments) == 2 && !length(second)) say("OpenBLAS is the BLAS of R already")
  case <- sprintf("dense %d x %d under two BLAS", s$rows, s$columns)
  pick <- function(column, blas, rank = s$ranks[1]) {
    values <- raw[[column]][raw$blas == blas & raw$rank == rank]
    if (length(values)) values else NA
  }
  second <- if (length(second)) second[1] else "none"
  rate <- list(pick("flops", first), pick("flops", second))
  rows <- list(result(
    case, paste0("R's %*%, ", first), "GFlop/s", rate[[1]] / 1e9, second, rate[[2]] / 1e9,
    stats::median(rate[[1]]) / stats::median(rate[[2]])
  ))
  for (rank in s$ranks) {
    one <- pick("seconds", first, rank)
    two <- pick("seconds", second, rank)
    ratio <- stats::median(one) / stats::median(two)
    rows <- c(rows, list(result(
      case, sprintf("one iteration, r = %d, %s", rank, first), "s", one, second, two, ratio,
      "within 10 %", abs(log(ratio)) <= log(1.1)
    )))
  }
  list(raw = list(blas = raw), rows = do.call(rbind, rows))
}

dense_under_blas <- function(s, threads) {
  x <- dense_data(s$rows, s$columns)
  a <- matrix(0.5, s$own, s$own)
  a %*% a
  flops <- 2 * s$own^3 / as.numeric(seconds_of(a %*% a))
  peer <- load_peers("nonneg")$nonneg
  seconds <- vapply(s$ranks, function(rank) {
    Sys.sleep(0.1)
    fit <- peer$fit(x, rank, random_start(x, rank), iterations = s$last, threads = threads)$fit
    history_best(fit, s$first, s$last)
  }, 0)
  data.frame(blas = r_blas(), flops = flops, rank = s$ranks, seconds = seconds)
}
