# Sparse data as in single-cell work: time of one iteration, and time to a given
# error, against RcppML and scikit-learn's coordinate descent. Each repetition has
# a start of its own, the same W and H for nonneg and scikit-learn; RcppML gets
# its number as seed.

case_sparse <- function(settings, peers) {
  s <- settings$sparse
  peers <- peers[intersect(c("nonneg", "rcppml", "sklearn"), names(peers))]
  x <- pbmc_log(s$genes, s$cells)
  sumsq <- sum(x@x^2)
  run <- function(peer, iterations, seed) {
    start <- random_start(x, s$rank, seed)
    fit <- peer$fit(x, s$rank, start, iterations = iterations, threads = settings$threads)
    data.frame(iterations = iterations, seconds = fit$seconds, error = relative_error(x, fit$W, fit$H, sumsq))
  }
  each <- function(f) {
    functions <- lapply(peers, function(peer) function(repetition) f(peer, repetition))
    paired(functions, s$repetitions)
  }

  say("sparse: seconds per iteration")
  speed <- each(function(peer, repetition) {
    data.frame(seconds = call_slope(function(k) run(peer, k, repetition), s$first, s$last))
  })

  say("sparse: error against time")
  curve <- each(function(peer, repetition) {
    do.call(rbind, lapply(s$trace, function(k) run(peer, k, repetition)))
  })

  target <- s$error
  if (is.na(target)) target <- max(tapply(curve$error, curve$who, min)) * (1 + 1e-12)
  say("sparse: time to a relative error of ", format(target, digits = 5))
  needed <- lapply(stats::setNames(nm = names(peers)), function(who) {
    vapply(seq_len(s$repetitions), function(repetition) {
      known <- curve[curve$who == who & curve$repetition == repetition, ]
      iterations_to(function(k) run(peers[[who]], k, repetition)$error, target, s$most, known)
    }, 0)
  })
  goal <- paired(lapply(stats::setNames(nm = names(peers)), function(who) {
    function(repetition) {
      k <- needed[[who]][repetition]
      there <- !is.na(k)
      cbind(target = target, reached = there, run(peers[[who]], if (there) k else s$most, repetition))
    }
  }), s$repetitions)

  list(
    raw = list(sparse_iteration = speed, sparse_error = curve, sparse_goal = goal),
    rows = sparse_rows(s, x, peers, speed, curve, goal)
  )
}

sparse_rows <- function(s, x, peers, speed, curve, goal) {
  case <- sprintf("sparse %d x %d, %.2f M nonzeros, r = %d", nrow(x), ncol(x), length(x@x) / 1e6, s$rank)
  of <- function(data, column, who) data[[column]][data$who == who]
  final <- curve[curve$iterations == s$final, ]
  target <- goal$target[1]
  iterations <- function(who) {
    k <- format(stats::median(of(goal, "iterations", who)))
    if (all(of(goal, "reached", who))) k else paste("not always in", s$most)
  }

  own <- of(speed, "seconds", "nonneg")
  rows <- list(result(
    case, "one iteration", "s", own,
    target = "at most 0.015 s", met = stats::median(own) <= 0.015
  ))
  for (who in setdiff(names(peers), "nonneg")) {
    title <- peer_title(peers[[who]])
    aim <- function(rival, text, met) {
      if (who == rival) list(target = text, met = met) else list(target = "", met = NA)
    }

    other <- of(speed, "seconds", who)
    ratio <- stats::median(other) / stats::median(own)
    goal_here <- aim("rcppml", "2 times faster", ratio >= 2)
    per_iteration <- result(
      case, "one iteration", "s", own, title, other, ratio,
      goal_here$target, goal_here$met
    )

    own_error <- of(final, "error", "nonneg")
    other_error <- of(final, "error", who)
    goal_here <- aim("rcppml", "lower", stats::median(own_error) < stats::median(other_error))
    last_error <- result(
      case, sprintf("relative error after %d iterations", s$final), "", own_error, title, other_error,
      target = goal_here$target, met = goal_here$met
    )

    own_time <- of(goal, "seconds", "nonneg")
    other_time <- of(goal, "seconds", who)
    ratio <- stats::median(other_time / own_time)
    goal_here <- aim("sklearn", "6 times faster", ratio >= 6 && all(of(goal, "reached", "nonneg")))
    measure <- sprintf(
      "to relative error %s; iterations: %s against %s", format(target, digits = 4), iterations("nonneg"),
      iterations(who)
    )
    to_error <- result(
      case, measure, "s", own_time, title, other_time, ratio,
      goal_here$target, goal_here$met
    )
    rows <- c(rows, list(per_iteration, last_error, to_error))
  }
  do.call(rbind, rows)
}
