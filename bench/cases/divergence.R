# Kullback-Leibler: how long to the same objective as a rival, from the same start
# on sparse data, and over random starts on the leukemia data.

case_divergence <- function(settings, peers) {
  s <- settings$divergence
  rows <- list()
  raw <- list()
  sets <- list(
    sparse = list(
      title = sprintf("%d x %d, %.2g M nonzeros", s$rows, s$columns, s$nonzeros / 1e6),
      x = sparse_data(s$rows, s$columns, s$nonzeros), rank = s$rank, target = "10 times faster", least = 10
    ),
    pbmc = list(
      title = "pbmc counts", x = pbmc_plain(s$genes, s$cells), rank = s$pbmc_rank, target = "", least = NA
    )
  )
  if (!is.null(peers$sklearn)) {
    for (name in names(sets)) {
      out <- to_objective_of_sklearn(sets[[name]], s, settings$threads, peers)
      raw[[paste0("divergence_", name)]] <- out$raw
      rows <- c(rows, list(out$row))
    }
  }
  if (!is.null(peers$nmf)) {
    out <- starts_against_brunet(s, settings$threads, peers)
    raw$divergence_starts <- out$raw
    rows <- c(rows, out$rows)
  }
  list(raw = raw, rows = do.call(rbind, rows))
}

pbmc_plain <- function(genes, cells) {
  x <- Matrix::t(pbmc_counts())
  x <- x[seq_len(min(genes, nrow(x))), seq_len(min(cells, ncol(x)))]
  x@Dimnames <- list(NULL, NULL)
  x
}

to_objective_of_sklearn <- function(set, s, threads, peers) {
  start <- random_start(set$x, set$rank)
  raw <- paired(list(pair = function(repetition) {
    other <- peers$sklearn$fit(set$x, set$rank, start, s$iterations, threads = threads, variant = "mu-kl")
    target <- nonneg::divergence(set$x, other[c("W", "H")], "kullback-leibler")
    own <- nonneg::nmf(
      set$x, set$rank, loss = "kullback-leibler", init = start[c("W", "H")], threads = threads,
      max_iter = s$iterations, tol = 0, verbose = FALSE
    )
    there <- which(own$history$objective <= target)[1]
    data.frame(
      objective = target, rival_seconds = other$seconds, seconds = own$history$seconds[there],
      iterations = own$history$iteration[there], last = own$objective
    )
  }), s$repetitions)
  ratio <- stats::median(raw$rival_seconds / raw$seconds)
  list(raw = raw, row = result(
    sprintf("Kullback-Leibler, %s, r = %d", set$title, set$rank),
    sprintf("to the objective of %d updates; iterations: %s", s$iterations, format(stats::median(raw$iterations))),
    "s", raw$seconds, paste0(peer_title(peers$sklearn), ", mu"), raw$rival_seconds, ratio, set$target,
    if (is.na(set$least)) NA else isTRUE(ratio >= set$least)
  ))
}

starts_against_brunet <- function(s, threads, peers) {
  x <- nonneg::leukemia$x
  set.seed(3)
  raw <- paired(list(pair = function(repetition) {
    other <- peers$nmf$fit(x, 3, restarts = s$starts, threads = threads, variant = "brunet")
    reached <- nonneg::divergence(x + 0, other[c("W", "H")], "kullback-leibler")
    seconds <- seconds_of(nonneg::nmf(
      x, 3, loss = "kullback-leibler", nrun = s$starts, threads = threads, verbose = FALSE
    ))
    own <- attr(seconds, "value")
    data.frame(
      rival_objective = reached, rival_seconds = other$seconds, seconds = as.numeric(seconds),
      objective = own$objective, converged = sum(own$runs$converged)
    )
  }), s$repetitions)
  case <- sprintf("Kullback-Leibler, leukemia %d x %d, r = 3, %d random starts", nrow(x), ncol(x), s$starts)
  title <- paste0(peer_title(peers$nmf), ", brunet")
  ratio <- stats::median(raw$rival_seconds / raw$seconds)
  list(raw = raw, rows = list(
    result(
      case, "all starts, each to its own stop", "s", raw$seconds, title, raw$rival_seconds, ratio,
      "25 times faster", ratio >= 25
    ),
    result(
      case, "objective of the best start", "", raw$objective, title, raw$rival_objective,
      target = "not above", met = all(raw$objective <= raw$rival_objective)
    )
  ))
}
