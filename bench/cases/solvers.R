# The solver that nmf() takes by itself against the others, rank by rank: seconds until a fit is within a
# thousandth of the lowest objective that any of them reached from the same start.

case_solvers <- function(settings, peers) {
  s <- settings$solvers
  counts <- Matrix::t(pbmc_counts())
  counts <- counts[seq_len(min(s$genes, nrow(counts))), seq_len(min(s$cells, ncol(counts)))]
  counts <- methods::as(counts[Matrix::rowSums(counts) > 0, ], "CsparseMatrix")
  counts@Dimnames <- list(NULL, NULL)
  frobenius <- c("bpp", "cd", "mu")
  divergence <- c("newton", "cd", "mu")
  sets <- list(
    list(
      title = sprintf("dense %d x %d", s$rows, s$columns), x = dense_data(s$rows, s$columns), loss = "frobenius",
      solvers = frobenius
    ),
    list(title = "pbmc, logarithms", x = pbmc_log(s$genes, s$cells), loss = "frobenius", solvers = frobenius),
    list(
      title = "leukemia, Kullback-Leibler", x = nonneg::leukemia$x + 0, loss = "kullback-leibler",
      solvers = divergence
    ),
    list(title = "pbmc, counts, Kullback-Leibler", x = counts, loss = "kullback-leibler", solvers = divergence)
  )
  raw <- list()
  rows <- list()
  for (set in sets) {
    for (rank in s$ranks) {
      one <- solvers_of(set, rank, s, settings$threads)
      raw <- c(raw, list(one))
      rows <- c(rows, list(solvers_row(set, rank, one)))
    }
  }
  list(raw = list(solvers = do.call(rbind, raw)), rows = do.call(rbind, rows))
}

solvers_of <- function(set, rank, s, threads) {
  own <- nonneg::nmf(set$x, rank, loss = set$loss, init = "random", max_iter = 1, threads = threads, verbose = FALSE)
  own <- own$settings$solver
  out <- lapply(seq_len(s$repetitions), function(repetition) {
    start <- random_start(set$x, rank, repetition)
    histories <- lapply(set$solvers, function(solver) {
      suppressWarnings(nonneg::nmf(
        set$x, rank,
        loss = set$loss, solver = solver, init = start[c("W", "H")], threads = threads, max_iter = 1e5, tol = 1e-6,
        verbose = FALSE, control = nonneg::nmf_control(max_seconds = s$seconds)
      ))$history
    })
    goal <- 1.001 * min(vapply(histories, function(h) min(h$objective), 0))
    data.frame(
      set = set$title, rank = rank, repetition = repetition, solver = set$solvers, default = set$solvers == own,
      seconds = vapply(histories, function(h) c(h$seconds[h$objective <= goal], NA)[1], 0)
    )
  })
  do.call(rbind, out)
}

# A solver that ended elsewhere in half of the trials has no time.
solvers_row <- function(set, rank, one) {
  middle <- vapply(split(one$seconds, one$solver), function(v) {
    v[is.na(v)] <- Inf
    stats::median(v)
  }, 0)
  own <- one$solver[one$default][1]
  others <- middle[names(middle) != own]
  rival <- names(others)[which.min(others)]
  ratio <- others[[rival]] / middle[[own]]
  result(
    paste0(set$title, ", to 0.1% above the lowest"), sprintf("r = %d, the default: %s", rank, own), "s",
    finite(one$seconds[one$solver == own]), rival, finite(one$seconds[one$solver == rival]),
    if (is.finite(ratio)) ratio else NA, "at most 1.5 times the fastest", isTRUE(ratio >= 1 / 1.5)
  )
}

finite <- function(v) if (all(is.na(v))) NA_real_ else v[!is.na(v)]
