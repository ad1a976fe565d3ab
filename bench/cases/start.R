# The starts: processor seconds of the start and of the fit to its certified stop, iterations, and the
# objective reached, on one thread. "exact" is "nndsvd" from the exact singular vectors of RSpectra (where that
# is installed), "two reads" from vectors with one power less than nmf() takes; random starts from three seeds.

case_start <- function(settings, peers) {
  s <- settings$start
  sets <- start_sets(s)
  raw <- do.call(rbind, lapply(names(sets), function(name) {
    set <- sets[[name]]
    cases <- expand.grid(rank = set$ranks, loss = set$losses, stringsAsFactors = FALSE)
    do.call(rbind, Map(function(rank, loss) starts_of(name, set$x, rank, loss, s), cases$rank, cases$loss))
  }))
  list(raw = list(start = raw), rows = start_rows(raw))
}

start_sets <- function(s) {
  set.seed(5)
  uniform <- matrix(stats::runif(s$uniform[1] * s$uniform[2]), s$uniform[1])
  both <- c("frobenius", "kullback-leibler")
  sets <- list(
    leukemia = list(x = nonneg::leukemia$x + 0, ranks = c(3, 5), losses = both),
    austen = list(x = nonneg::austen$x, ranks = c(5, 10, 20), losses = both),
    uniform = list(x = uniform, ranks = c(10, 20), losses = "frobenius"),
    `low rank and noise` = list(
      x = dense_data(s$low[1], s$low[2], 15), ranks = c(5, 10, 20), losses = "frobenius"
    ),
    unstructured = list(
      x = sparse_data(s$sparse[1], s$sparse[2], s$sparse[3]), ranks = c(10, 20), losses = "frobenius"
    ),
    planted = list(x = planted_counts(s$planted[1], s$planted[2], 8), ranks = c(5, 10), losses = both),
    `pbmc, logarithms` = list(x = pbmc_log(s$genes, s$cells), ranks = 10, losses = "frobenius"),
    `pbmc, counts` = list(x = pbmc_plain(s$genes, s$cells), ranks = 10, losses = "kullback-leibler")
  )
  if (requireNamespace("loon.data", quietly = TRUE)) {
    sets$faces <- list(x = faces_data(), ranks = c(10, 25), losses = "frobenius")
  }
  sets
}

# Counts of a model with `rank` sparse components, a tenth on average.
planted_counts <- function(rows, columns, rank) {
  set.seed(7)
  W <- matrix(stats::rgamma(rows * rank, 0.2), rows)
  H <- matrix(stats::rgamma(rank * columns, 0.3), rank)
  mean <- W %*% H
  x <- matrix(stats::rpois(length(mean), 0.1 * mean / mean(mean)) + 0, rows)
  methods::as(methods::as(x, "CsparseMatrix"), "generalMatrix")
}

# Faces of the Olivetti Research Laboratory, 32 x 32.
faces_data <- function() {
  utils::data(list = "faces", package = "loon.data", envir = (box <- new.env()))
  full <- as.matrix(box$faces) / 255
  matrix(apply(array(full, c(2, 32, 2, 32, 400)), c(2, 4, 5), mean), 1024)
}

starts_of <- function(name, x, rank, loss, s) {
  core <- asNamespace("nonneg")
  data <- core$nmf_data(x)
  from <- function(triples) core$nndsvd_of(core$settled_svd(triples))
  random <- function(seed) {
    force(seed)
    function() {
      set.seed(seed)
      core$init_random(data, rank)
    }
  }
  ways <- list(
    nndsvd = function() core$init_nndsvd(data, rank, 1),
    `two reads` = function() {
      width <- min(dim(x), rank + core$sketch_extra)
      from(core$sketch_of(data, width, 1, Inf, core$sketch_powers - 1, rank))
    },
    exact = if (requireNamespace("RSpectra", quietly = TRUE)) {
      function() from(c(RSpectra::svds(data$x, rank)[c("u", "d", "v")], unit = 1))
    },
    sketch = if (is.matrix(x)) function() core$init_sketch(data, rank, 1),
    nnsvdlrc = function() core$init_nnsvdlrc(data, rank, 1),
    `random 1` = random(1), `random 2` = random(2), `random 3` = random(3)
  )
  ways <- Filter(Negate(is.null), ways)
  do.call(rbind, lapply(names(ways), function(way) {
    start_time <- system.time(start <- ways[[way]]())
    if (loss != "frobenius") start <- core$lift_zeros(start)
    fit_time <- system.time(fit <- suppressWarnings(nonneg::nmf(
      x, rank, loss = loss, init = start, threads = 1, max_iter = s$iterations, verbose = FALSE
    )))
    data.frame(
      set = name, rows = nrow(x), columns = ncol(x), loss = loss, rank = rank, start = way,
      start_seconds = round(start_time[["user.self"]], 3), fit_seconds = round(fit_time[["user.self"]], 3),
      iterations = max(fit$history$iteration), first = fit$history$objective[1], objective = fit$objective,
      converged = fit$converged
    )
  }))
}

# Over all data, ranks and losses: the seconds of the default next to those of the median random start, and
# how far above the lowest objective of all starts it ended.
start_rows <- function(raw) {
  case <- paste(raw$set, raw$loss, raw$rank)
  raw$above <- raw$objective / stats::ave(raw$objective, case, FUN = min) - 1
  raw$seconds <- raw$start_seconds + raw$fit_seconds
  own <- raw[raw$start == "nndsvd", ]
  random <- raw[startsWith(raw$start, "random"), ]
  typical <- stats::aggregate(cbind(seconds, above) ~ set + loss + rank, random, stats::median)
  both <- merge(own, typical, by = c("set", "loss", "rank"), suffixes = c("", "_random"))
  result(
    "starts, to the certified stop",
    sprintf(
      "%d fits; above the lowest objective: %.2f%%, random %.2f%%", nrow(both), 100 * mean(both$above),
      100 * mean(both$above_random)
    ),
    "s", both$seconds, "random", both$seconds_random, stats::median(both$seconds_random / both$seconds),
    "", NA
  )
}
