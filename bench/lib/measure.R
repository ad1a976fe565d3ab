# Times, and how they are put together.

seconds_now <- function() as.numeric(Sys.time())

# Seconds of the evaluation of `expr`, its value kept in attribute "value".
seconds_of <- function(expr) {
  start <- seconds_now()
  value <- force(expr)
  structure(seconds_now() - start, value = value)
}

# Evaluates the functions in turn, A B C A B C, `times` times: what disturbs the
# machine for a while then disturbs all of them. Each is given the number of the
# repetition and returns a data frame; the result has them all, with columns
# `repetition` and `who` in front.
paired <- function(functions, times) {
  rows <- list()
  for (repetition in seq_len(times)) {
    for (k in seq_along(functions)) {
      gc(verbose = FALSE)
      Sys.sleep(0.1) # idle threads of the one before stop spinning
      row <- functions[[k]](repetition)
      rows[[length(rows) + 1]] <- cbind(data.frame(repetition = repetition, who = names(functions)[k]), row)
    }
  }
  do.call(rbind, rows)
}

# Seconds of one iteration: the time between two points of a fit's own history.
history_slope <- function(fit, first, last) {
  history <- fit$history
  at <- function(k) history$seconds[history$iteration == k]
  (at(last) - at(first)) / (last - first)
}

# The same over the consecutive iterations, up to `window` of them, that took the least: what the machine
# gives when it is not disturbed, to be held against limits that are the best of several measurements.
history_best <- function(fit, first, last, window = 5) {
  window <- min(window, last - first)
  seconds <- fit$history$seconds[match(first:last, fit$history$iteration)]
  min(diff(seconds, lag = window)) / window
}

# One iteration from outside: a fit with `last` iterations less one with `first`.
call_slope <- function(run, first, last) {
  (run(last)$seconds - run(first)$seconds) / (last - first)
}

relative_error <- function(x, W, H, sumsq = sum(as_values(x)^2)) {
  loss <- sumsq - 2 * sum(W * as.matrix(x %*% t(H))) + sum(crossprod(W) * tcrossprod(H))
  sqrt(max(loss, 0) / sumsq)
}

as_values <- function(x) if (is.matrix(x)) x else x@x

# Fewest iterations after which `error(k)`, which falls with k, is at most
# `target`; NA if that takes more than `most`. `known` has errors that were
# computed before, in columns iterations and error.
iterations_to <- function(error, target, most, known) {
  there <- known$error <= target
  low <- max(0, known$iterations[!there])
  high <- if (any(there)) min(known$iterations[there]) else min(max(2 * low, 1), most)
  while (!any(there) && error(high) > target) {
    low <- high
    if (high == most) {
      return(NA)
    }
    high <- min(2 * high, most)
  }
  while (high - low > 1) {
    middle <- (low + high) %/% 2
    if (error(middle) <= target) high <- middle else low <- middle
  }
  high
}

# One line of the table of results. `value` and `other` are all repetitions.
result <- function(case, measure, unit, value, against = "", other = NA, ratio = NA, target = "", met = NA) {
  data.frame(
    case = case, measure = measure, unit = unit,
    median = stats::median(value), min = min(value), max = max(value),
    against = against,
    against_median = stats::median(other), against_min = min(other), against_max = max(other),
    ratio = ratio, target = target, met = met
  )
}
