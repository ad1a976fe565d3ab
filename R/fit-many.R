# From a problem to a fit: one run, or several from starts of their own, one after another or side by side.

# All runs of a problem: list(fit, runs), `fit` as the core gives it, the one with the lowest objective.
run_fits <- function(problem, started = proc.time()[["elapsed"]], verbose = FALSE) {
  settings <- problem$settings
  deadline <- started + settings$control$max_seconds
  at_once <- fits_together(problem$data, settings)
  queue <- list()
  best_of_runs(settings, started, verbose, function(run, left, step) {
    if (!length(queue)) {
      count <- min(at_once, settings$nrun - run + 1)
      starts <- with_memory(problem, 1, lapply(seq_len(count), function(k) draw_start(problem, deadline)))
      queue <<- core_fits(rep(list(problem), length(starts)), starts, left(), settings$threads, step)
    }
    fit <- queue[[1]]
    queue <<- queue[-1]
    fit
  })
}

# The best of `nrun` runs, as run_fits() gives it. one_run(run, left, step) makes one in what is left() of the time,
# and calls step() for its iterations; NULL if it was stopped before it began.
best_of_runs <- function(settings, started, verbose, one_run) {
  progress <- if (verbose) progress_reporter(settings)
  # The limit is for all runs together.
  left <- function() max(0, settings$control$max_seconds - (proc.time()[["elapsed"]] - started))
  best <- NULL
  runs <- list()
  stopped <- "no"
  # An interrupt that R sees first, between or before the core's own polls.
  tryCatch(
    for (run in seq_len(settings$nrun)) {
      if (!is.null(progress)) progress$start(run)
      fit <- one_run(run, left, progress$step)
      # Stopped before it began.
      if (is.null(fit)) {
        stopped <- if (is.finite(settings$control$max_seconds)) "max_seconds" else "interrupt"
        break
      }
      if (fit$reason %in% c("interrupt", "max_seconds")) stopped <- fit$reason
      # A run that was stopped before its first iteration ended says nothing.
      if (is.null(best) || nrow(fit$history) > 1) {
        fit$summary <- run_summary(run, fit)
        runs[[length(runs) + 1]] <- fit$summary
        # In units of the core, in which no objective overflows.
        if (is.null(best) || isTRUE(fit$scaled < best$scaled)) best <- fit
      }
      if (stopped != "no") break
    },
    interrupt = function(e) stopped <<- "interrupt"
  )
  if (!is.null(progress)) progress$done()
  if (is.null(best)) cpp_interrupt()  # in the start: there is nothing to return
  warn_if_stopped(stopped, length(runs), settings)
  runs <- do.call(rbind, runs)
  runs$best <- runs$run == best$summary$run
  list(fit = best, runs = runs)
}

# What the core makes of `starts`, each of one of `problems`: one with all threads, several with one thread each or
# through one pass. NULL for those that were stopped before they began.
core_fits <- function(problems, starts, max_seconds, threads, progress = NULL) {
  told <- function(problem, threads) utils::modifyList(problem$options, list(max_seconds = max_seconds, threads = threads))
  fits <- with_memory(problems[[1]], length(starts), if (length(starts) == 1) {
    list(cpp_fit(problems[[1]]$data$x, starts[[1]]$W, starts[[1]]$H, told(problems[[1]], threads), progress))
  } else {
    cpp_fit_many(
      lapply(problems, function(p) p$data$x), lapply(starts, `[[`, "W"), lapply(starts, `[[`, "H"),
      lapply(problems, told, threads = 1L), threads, progress
    )
  })
  lapply(seq_along(fits), function(k) if (!is.null(fits[[k]])) c(fits[[k]], list(init = starts[[k]]$name)))
}

# Evaluates `code`; memory that it cannot get is an error that says how much was wanted.
with_memory <- function(problem, count, code) {
  tryCatch(code, error = function(e) {
    if (!grepl("bad_alloc|cannot allocate|negative length", conditionMessage(e))) stop(e)
    d <- problem$data$dim
    rank <- problem$settings$rank
    abort_input(c(
      "There is not enough memory for {if (count > 1) paste(count, 'fits') else 'a fit'} of rank {rank} to {d[1]} x {d[2]}.",
      "x" = "W and H take {size_text(8 * sum(as.double(d)) * rank)}, a fit about ten times that, besides the data.",
      "i" = "A smaller {.arg rank}, fewer rows or columns, or single fits (of {.arg nrun}) need less."
    ))
  })
}

# From what run_fits() found to the object that users get.
finish_problem <- function(found, problem, seconds, call) {
  fit <- found$fit
  settings <- problem$settings
  settings["solver"] <- list(fit$solver)
  settings["init"] <- list(fit$init)
  # The core has units of its own: what is fixed comes back as it was given.
  fit$W <- put_fixed(fit$W, problem$fixed$W)
  fit$H <- put_fixed(fit$H, problem$fixed$H)
  if (!all(is.finite(fit$W)) || !all(is.finite(fit$H))) {
    abort_input(c(
      "The factors left the range of numbers.",
      "i" = "Entries of {.arg x} near 1, and a start in their scale, keep them inside."
    ))
  }
  names <- component_names(settings$rank, problem$fixed$W, problem$fixed$H)
  finish_fit(fit, problem$data, settings, found$runs, seconds, call, names)
}

# One fit each of many problems with their starts, from start_of(): what nmf() gives, bit by bit; NULL for one that
# was stopped before it began.
fit_many <- function(prepared, threads, max_seconds = Inf, progress = NULL) {
  fits <- core_fits(prepared, lapply(prepared, `[[`, "start"), max_seconds, threads, progress)
  lapply(seq_along(fits), function(k) {
    fit <- fits[[k]]
    if (is.null(fit)) {
      return(NULL)
    }
    runs <- run_summary(1L, fit)
    runs$best <- TRUE
    found <- list(fit = fit, runs = runs)
    finish_problem(found, prepared[[k]], max(fit$history$seconds), quote(nmf(x = x, rank = rank)))
  })
}

# A problem and its start, from arguments of nmf() in a list. Draws the start.
start_of <- function(x, rank, arguments) {
  request <- do.call(check_request, c(arguments[intersect(names(formals(check_request)), names(arguments))]))
  request$nrun <- 1L
  weights <- if (length(arguments$weights)) arguments$weights
  problem <- fit_problem(nmf_data(x, weights = weights), rank, request, arguments$init, arguments$fixed_W, arguments$fixed_H)
  problem$start <- draw_start(problem)
  problem
}

# How many fits of this data to start together, not more than take a gigabyte with what the core
# needs. 1 where threads had better work on one fit, or there is one. Even one thread gains where
# fits share the read of X: a dense one that no cache holds.
fits_together <- function(data, settings, nrun = settings$nrun) {
  # Threads must not ask R for blocks.
  if (by_blocks(data$x)) {
    return(1)
  }
  bytes <- 8 * 12 * as.double(sum(data$dim)) * settings$rank
  count <- min(64, nrun, floor(1e9 / bytes))
  stacked <- is_dense(data$x) && fit_loss(settings)$quadratic && !data$weighted && !is_incomplete(data) &&
    8 * prod(data$dim) >= 8e6 && settings$rank <= 80
  enough <- if (stacked) 2 else 2 * settings$threads
  if (count >= enough && (stacked || settings$threads > 1)) count else 1
}
