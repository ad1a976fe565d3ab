# Joint factorization of several data sets (integrative NMF) against the core of rliger, from the same W, V and H, to
# the objective that it reaches in its default number of iterations.

case_joint <- function(settings, peers) {
  s <- settings$joint
  if (is.null(peers$rcppplanc)) {
    say("RcppPlanc is not here: no case joint")
    return(list(raw = list(), rows = NULL))
  }
  sets <- joint_data(s)
  raw <- paired(list(pair = function(repetition) {
    start <- joint_start(sets, s$rank, repetition)
    other <- peers$rcppplanc$fit_joint(sets, s$rank, s$lambda, start, s$iterations, settings$threads)
    target <- joint_objective(sets, other, s$lambda)
    # It reports twice the objective.
    if (abs(other$reported / 2 / target - 1) > 1e-6) stop("RcppPlanc minimises something else")
    run <- function(...) {
      nonneg::nmf_joint(
        sets, s$rank, s$lambda, init = start, threads = settings$threads, tol = 0, verbose = FALSE, ...
      )
    }
    to_objective(run, target, 10 * s$iterations, other$seconds)
  }), s$repetitions)
  whole <- paired(list(nonneg = function(repetition) {
    fit <- nonneg::nmf_joint(sets, s$rank, s$lambda, threads = settings$threads, verbose = FALSE)
    data.frame(seconds = fit$seconds, objective = fit$objective, iterations = max(fit$history$iteration))
  }), s$repetitions)
  ratio <- stats::median(raw$rival_seconds / raw$seconds)
  case <- sprintf(
    "joint, %d data sets of %d genes, %d cells in all, r = %d", length(sets), nrow(sets[[1]]),
    sum(vapply(sets, ncol, 0L)), s$rank
  )
  list(raw = list(joint = raw, joint_whole = whole), rows = rbind(
    result(
      case, sprintf(
        "to the objective of %d iterations of the rival; iterations: %s", s$iterations, format(stats::median(raw$iterations))
      ),
      "s", raw$seconds, peer_title(peers$rcppplanc), raw$rival_seconds, ratio, "5 times faster", isTRUE(ratio >= 5)
    ),
    result(
      case, sprintf(
        "from the default start to the certified stop, %d iterations; objective %.6g, the rival's %.6g", whole$iterations[1],
        whole$objective[1], stats::median(raw$objective)
      ),
      "s", whole$seconds
    )
  ))
}

# Blood cells dealt out to three data sets, the most variable genes, each scaled in each set as liger does.
joint_data <- function(s) {
  x <- pbmc_log(Inf, s$cells)
  variance <- Matrix::rowMeans(x^2) - Matrix::rowMeans(x)^2
  x <- x[order(variance, decreasing = TRUE)[seq_len(min(s$genes, nrow(x)))], ]
  sets <- lapply(split(seq_len(ncol(x)), rep(c("a", "b", "c"), length.out = ncol(x))), function(j) x[, j])
  lapply(sets, nonneg::scale_features)
}

joint_start <- function(sets, rank, seed) {
  set.seed(seed)
  rows <- nrow(sets[[1]])
  list(
    W = matrix(stats::runif(rows * rank), rows), V = lapply(sets, function(x) matrix(stats::runif(rows * rank), rows)),
    H = lapply(sets, function(x) matrix(stats::runif(rank * ncol(x)), rank))
  )
}

# From the formula, not from the package.
joint_objective <- function(sets, fit, lambda) {
  sum(mapply(function(x, V, H) {
    M <- fit$W + V
    G <- tcrossprod(H)
    squares <- sum(x@x^2) - 2 * sum(M * as.matrix(x %*% t(H))) + sum(crossprod(M) * G)
    squares / 2 + lambda / 2 * sum(crossprod(V) * G)
  }, sets, fit$V, fit$H))
}
