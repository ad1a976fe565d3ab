# The 20 newsgroups. `documents`: the Frobenius loss on tf-idf, and a tree of 20 leaves against one flat fit.
# `topics`: Kullback-Leibler on counts. Each to the objective of a rival from the same start.

case_documents <- function(settings, peers) {
  s <- settings$documents
  x <- newsgroup_data(s$messages)
  rows <- list()
  raw <- list()
  if (!is.null(peers$sklearn)) {
    out <- frobenius_of_documents(x$weighted, s, settings$threads, peers)
    raw$documents_frobenius <- out$raw
    rows <- c(rows, list(out$row))
    out <- tree_of_documents(x$weighted, s, settings$threads, peers)
    raw$documents_tree <- out$raw
    rows <- c(rows, list(out$row))
  }
  list(raw = raw, rows = do.call(rbind, rows))
}

case_topics <- function(settings, peers) {
  s <- settings$documents
  x <- newsgroup_data(s$messages)
  rows <- list()
  raw <- list()
  for (name in intersect(c("fasttopics", "sklearn"), names(peers))) {
    out <- likelihood_of_documents(x$counts, s, settings$threads, peers[[name]], name)
    raw[[paste0("documents_kl_", name)]] <- out$raw
    rows <- c(rows, list(out$row))
  }
  list(raw = raw, rows = do.call(rbind, rows))
}

# All messages, words of at least 5 and at most a tenth of them.
newsgroup_data <- function(messages = Inf) {
  box <- new.env()
  sys.source("data-raw/newsgroups-data.R", box)
  news <- box$newsgroups(cache())
  counts <- cbind(news$train, news$test)
  take <- round(seq(1, ncol(counts), length.out = min(messages, ncol(counts))))
  counts <- counts[, take]
  with_word <- Matrix::rowSums(counts > 0)
  counts <- counts[with_word >= 5 & with_word <= 0.1 * ncol(counts), ]
  counts <- counts[, Matrix::colSums(counts) > 0]
  counts@Dimnames <- list(NULL, NULL)
  list(counts = counts, weighted = nonneg::tf_idf(counts)$x)
}

shape_of <- function(x) {
  sprintf(
    "20 newsgroups %s x %s, %.2g M nonzeros", format_number(nrow(x), 6), format_number(ncol(x), 6), length(x@x) / 1e6
  )
}

# A fixed number of iterations of scikit-learn's cd, its own stop turned off; then nonneg until it is there, from
# one start after the other. Not more iterations: in the end either may be in another optimum than the
# other, and they differ by some ten-thousandths.
frobenius_of_documents <- function(x, s, threads, peers) {
  raw <- paired(list(pair = function(repetition) {
    start <- random_start(x, s$rank, repetition)
    other <- peers$sklearn$fit(x, s$rank, start, s$cd_iterations, threads = threads)
    target <- nonneg::divergence(x, other[c("W", "H")])
    to_objective(function(...) {
      nonneg::nmf(x, s$rank, init = start[c("W", "H")], threads = threads, tol = 0, verbose = FALSE, ...)
    }, target, 10 * s$cd_iterations, other$seconds)
  }), s$starts)
  # A start that ends elsewhere counts as not a bit as fast.
  there <- !is.na(raw$seconds)
  ratio <- stats::median(ifelse(there, raw$rival_seconds / raw$seconds, 0))
  list(raw = raw, row = result(
    sprintf("tf-idf of %s, r = %d", shape_of(x), s$rank),
    sprintf(
      "to the objective of %d iterations of cd, from %d of %d starts; iterations: %s", s$cd_iterations,
      sum(there), nrow(raw), format(stats::median(raw$iterations[there]))
    ),
    "s", raw$seconds[there], paste0(peer_title(peers$sklearn), ", cd"), raw$rival_seconds, ratio, "5 times faster",
    isTRUE(ratio >= 5)
  ))
}

likelihood_of_documents <- function(x, s, threads, peer, name) {
  start <- random_start(x, s$rank)
  variant <- if (name == "sklearn") "mu-kl" else "scd"
  iterations <- if (name == "sklearn") s$mu_iterations else s$scd_iterations
  raw <- paired(list(pair = function(repetition) {
    other <- peer$fit(x, s$rank, start, iterations, threads = threads, variant = variant)
    target <- nonneg::divergence(x, other[c("W", "H")], "kullback-leibler")
    to_objective(function(...) {
      nonneg::nmf(
        x, s$rank, loss = "kullback-leibler", init = start[c("W", "H")], threads = threads, tol = 0,
        verbose = FALSE, ...
      )
    }, target, max(200, iterations), other$seconds)
  }), s$repetitions)
  ratio <- stats::median(raw$rival_seconds / raw$seconds)
  list(raw = raw, row = result(
    sprintf("Kullback-Leibler, counts of %s, r = %d", shape_of(x), s$rank),
    sprintf("to the objective of %d iterations of the rival; iterations: %s", iterations, format(stats::median(raw$iterations))),
    "s", raw$seconds, paste0(peer_title(peer), ", ", sub("-kl", "", variant)), raw$rival_seconds, ratio, "10 times faster",
    isTRUE(ratio >= 10)
  ))
}

# How many iterations until the objective is at most `target`, and the time of a call with just these, from
# R to R: the history has only that of the iterations, and a rival's is that of its whole call. NA if it never
# gets there.
to_objective <- function(run, target, most, rival_seconds) {
  history <- run(max_iter = most, control = nonneg::nmf_control(max_seconds = 2 * rival_seconds))$history
  there <- history$iteration[which(history$objective <= target)[1]]
  data.frame(
    objective = target, rival_seconds = rival_seconds,
    seconds = if (is.na(there)) NA_real_ else as.numeric(seconds_of(run(max_iter = there))),
    iterations = there, last = utils::tail(history$objective, 1)
  )
}

# A tree against one flat fit of scikit-learn, which stops by itself.
tree_of_documents <- function(x, s, threads, peers) {
  start <- random_start(x, s$rank)
  raw <- paired(list(pair = function(repetition) {
    other <- peers$sklearn$fit(x, s$rank, start, threads = threads)
    seconds <- seconds_of(nonneg::nmf_tree(x, s$rank, threads = threads, verbose = FALSE))
    tree <- attr(seconds, "value")
    if (sum(is.na(tree$nodes$split)) != s$rank) stop("the tree must have ", s$rank, " leaves")
    data.frame(rival_seconds = other$seconds, seconds = as.numeric(seconds))
  }), s$repetitions)
  ratio <- stats::median(raw$rival_seconds / raw$seconds)
  list(raw = raw, row = result(
    sprintf("tf-idf of %s, tree", shape_of(x)), sprintf("%d leaves, against one flat fit to its own stop", s$rank), "s",
    raw$seconds, paste0(peer_title(peers$sklearn), ", cd, r = ", s$rank), raw$rival_seconds, ratio, "faster", isTRUE(ratio > 1)
  ))
}
