# Kullback-Leibler: how long to the same objective as a rival, from the same start
# on sparse data, and over random starts on the leukemia data. Objectives of all are
# computed by divergence(); the log-likelihood of the Poisson model is that but for a
# constant of the data.

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
  if (!is.null(peers$fasttopics)) {
    out <- to_likelihood_of_fasttopics(sets$pbmc, s, settings$threads, peers)
    raw$divergence_fasttopics <- out$raw
    rows <- c(rows, out$rows)
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
    sprintf(
      "to the objective of %d updates; iterations: %s", s$iterations, format(stats::median(raw$iterations))
    ),
    "s", raw$seconds, paste0(peer_title(peers$sklearn), ", mu"), raw$rival_seconds, ratio, set$target,
    if (is.na(set$least)) NA else isTRUE(ratio >= set$least)
  ))
}

# The same random start for both; the time to the likelihood that the rival has at its end.
to_likelihood_of_fasttopics <- function(set, s, threads, peers) {
  start <- random_start(set$x, set$rank)
  constant <- sum(set$x@x * log(set$x@x) - set$x@x - lgamma(set$x@x + 1))
  loglik <- function(fit) constant - nonneg::divergence(set$x, list(W = fit$W, H = fit$H), "kullback-leibler")
  raw <- paired(list(pair = function(repetition) {
    other <- peers$fasttopics$fit(set$x, set$rank, start, s$scd, threads = threads)
    target <- loglik(other)
    own <- nonneg::nmf(
      set$x, set$rank, loss = "kullback-leibler", init = start[c("W", "H")], threads = threads,
      max_iter = 10 * s$scd, tol = 1e-6, verbose = FALSE
    )
    there <- which(constant - own$history$objective >= target)[1]
    data.frame(
      rival_loglik = target, rival_seconds = other$seconds, seconds = own$history$seconds[there],
      iterations = own$history$iteration[there], last_loglik = loglik(own), last_seconds = own$seconds
    )
  }), s$repetitions)
  ratio <- stats::median(raw$rival_seconds / raw$seconds)
  case <- sprintf("Kullback-Leibler, %s, r = %d", set$title, set$rank)
  title <- paste0(peer_title(peers$fasttopics), ", scd, extrapolated")
  list(raw = raw, rows = list(
    result(
      case,
      sprintf(
        "to the log-likelihood of %d iterations, %s; iterations: %s", s$scd,
        format(round(stats::median(raw$rival_loglik)), big.mark = ","), format(stats::median(raw$iterations))
      ),
      "s", raw$seconds, title, raw$rival_seconds, ratio, "20 times faster", isTRUE(ratio >= 20)
    ),
    result(
      case, "log-likelihood at the end of either", "", raw$last_loglik, title, raw$rival_loglik,
      target = "not below", met = all(raw$last_loglik >= raw$rival_loglik)
    )
  ))
}

# For a process of its own. It starts from W and H as they are.
fasttopics_fit <- function(x, start, iterations, threads, variant) {
  counts <- Matrix::t(x)
  dimnames(counts) <- list(seq_len(nrow(counts)), seq_len(ncol(counts)))
  topics <- seq_len(nrow(start$H))
  first <- fastTopics::init_poisson_nmf(
    counts,
    F = structure(start$W, dimnames = list(colnames(counts), topics)),
    L = structure(t(start$H), dimnames = list(rownames(counts), topics)), verbose = "none"
  )
  seconds <- seconds_of(fastTopics::fit_poisson_nmf(
    counts,
    fit0 = first, numiter = iterations, method = variant, verbose = "none",
    control = list(extrapolate = TRUE, numiter = 4, nc = threads)
  ))
  fit <- attr(seconds, "value")
  list(W = unname(fit$F), H = t(unname(fit$L)), seconds = as.numeric(seconds))
}

# brunet stops a little above what starts that converge reach. `kl_goal` is between.
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
      objective = own$objective, converged = sum(own$runs$converged),
      goal_seconds = seconds_to_objective(
        x, list(rank = 3, restarts = s$starts), s$kl_goal, threads, "kullback-leibler"
      )
    )
  }), s$repetitions)
  case <- sprintf("Kullback-Leibler, leukemia %d x %d, r = 3, %d random starts", nrow(x), ncol(x), s$starts)
  title <- paste0(peer_title(peers$nmf), ", brunet, ", threads, " processes")
  ratio <- stats::median(raw$rival_seconds / raw$seconds)
  goal_ratio <- stats::median(raw$rival_seconds / raw$goal_seconds)
  goal <- format(s$kl_goal, big.mark = ",", nsmall = 0)
  list(raw = raw, rows = list(
    result(
      case, "all starts, each to its own stop", "s", raw$seconds, title, raw$rival_seconds, ratio,
      "25 times faster", isTRUE(ratio >= 25)
    ),
    result(
      case, sprintf("start after start, to %s or lower", goal), "s", raw$goal_seconds, title,
      raw$rival_seconds, goal_ratio
    ),
    result(
      case, "objective of the best start", "", raw$objective, title, raw$rival_objective,
      target = paste("at most", goal), met = all(raw$objective <= s$kl_goal)
    )
  ))
}
