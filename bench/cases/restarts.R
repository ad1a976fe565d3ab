# Several random starts on the leukemia data, against two algorithms of package
# NMF for the Frobenius loss, each with its own stopping rule. nonneg runs every
# start to its certified stop. Also: how long nonneg takes, start after start,
# until it has reached the best objective of the rival's starts, to one in 10^6.

case_restarts <- function(settings, peers) {
  s <- settings$restarts
  x <- nonneg::leukemia$x
  objective <- function(fit) 0.5 * sum((x - fit$W %*% fit$H)^2)
  run <- function(peer, variant) {
    force(peer)
    force(variant)
    function(repetition) {
      fit <- peer$fit(x, s$rank, restarts = s$restarts, threads = settings$threads, variant = variant)
      own <- fit$fit
      data.frame(
        seconds = fit$seconds, objective = objective(fit),
        converged = if (is.null(own)) NA else sum(own$runs$converged),
        kkt = if (is.null(own)) NA else max(own$runs$kkt)
      )
    }
  }
  set.seed(3)
  runs <- list(nonneg = run(peers$nonneg, NULL))
  if (!is.null(peers$nmf)) {
    runs[["NMF lee"]] <- run(peers$nmf, "lee")
    runs[["NMF snmf/r"]] <- run(peers$nmf, "snmf/r")
  }
  raw <- paired(runs, s$repetitions)

  # The best that each rival ever reached.
  rivals <- setdiff(names(runs), "nonneg")
  reached <- do.call(rbind, lapply(rivals, function(who) {
    target <- min(raw$objective[raw$who == who]) * (1 + 1e-6)
    seconds <- vapply(seq_len(s$repetitions), function(k) {
      seconds_to_objective(x, s, target, settings$threads)
    }, 0)
    data.frame(rival = who, target = target, repetition = seq_len(s$repetitions), seconds = seconds)
  }))
  list(
    raw = list(restarts = raw, restarts_reached = reached),
    rows = restart_rows(s, x, raw, reached, rivals, peers)
  )
}

# Start after start until the objective is at most `target`; NA if none gets there.
seconds_to_objective <- function(x, s, target, threads, loss = "frobenius") {
  seconds <- 0
  for (start in seq_len(s$restarts)) {
    fit <- nonneg::nmf(
      x, s$rank,
      loss = loss, init = "random", max_iter = 5000, threads = threads, verbose = FALSE
    )
    there <- which(fit$history$objective <= target)
    if (length(there)) {
      return(seconds + fit$history$seconds[there[1]])
    }
    seconds <- seconds + fit$seconds
  }
  NA_real_
}

restart_rows <- function(s, x, raw, reached, rivals, peers) {
  case <- sprintf("leukemia %d x %d, r = %d, %d random starts", nrow(x), ncol(x), s$rank, s$restarts)
  own <- raw[raw$who == "nonneg", ]
  rows <- list(result(
    case, sprintf("all starts to the certified stop (KKT residual at most %.0e)", max(own$kkt)), "s",
    own$seconds,
    target = "all converge", met = all(own$converged == s$restarts)
  ))
  for (who in rivals) {
    other <- raw[raw$who == who, ]
    title <- paste0(peer_title(peers$nmf), sub("NMF ", ", ", who))
    to_target <- reached$seconds[reached$rival == who]
    rows <- c(rows, list(
      result(
        case, "all starts, each to its own stop", "s", own$seconds, title, other$seconds,
        stats::median(other$seconds) / stats::median(own$seconds)
      ),
      result(
        case, "objective of the best start", "", own$objective, title, other$objective,
        target = "not above", met = stats::median(own$objective) <= stats::median(other$objective)
      ),
      result(
        case, "to the best objective of the rival", "s", to_target, title, other$seconds,
        stats::median(other$seconds) / stats::median(to_target)
      )
    ))
  }
  do.call(rbind, rows)
}
