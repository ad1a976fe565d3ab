# From a problem to a fit: one run, or several from starts of their own, one after another or side by side.

# All runs of a problem: list(fit, runs), `fit` as the core gives it, the one with the lowest objective.
# `draw`: gives a start.
run_fits <- function(problem, started = proc.time()[["elapsed"]], verbose = FALSE, draw = draw_start) {
  settings <- problem$settings
  deadline <- started + settings$control$max_seconds
  at_once <- fits_together(problem$data, settings)
  checkpoint <- fit_checkpoint(problem)
  queue <- checkpoint$state$queue
  one_run <- function(run, left, step, inside, save) {
    if (!length(queue)) {
      count <- min(at_once, settings$nrun - run + 1)
      starts <- if (is.null(inside)) {
        with_memory(problem, 1, lapply(seq_len(count), function(k) draw(problem, deadline)))
      } else {
        list(start_inside(problem, inside))
      }
      keep <- if (!is.null(checkpoint) && count == 1) {
        about <- list(name = starts[[1]]$name, largest_W = starts[[1]]$largest_W)
        if (is.null(about$largest_W)) about$largest_W <- max(abs(starts[[1]]$W))
        list(
          every = checkpoint$every, from = inside$core,
          save = function(core) save(run, c(about, list(core = core)))
        )
      }
      queue <<- core_fits(rep(list(problem), length(starts)), starts, left(), settings$threads, step, keep)
    }
    fit <- queue[[1]]
    queue <<- queue[-1]
    fit
  }
  best_of_runs(settings, started, verbose, one_run, checkpoint, function() queue)
}

# The best of `nrun` runs, as run_fits() gives it. one_run(run, left, step, inside, save) makes one in what is
# left() of the time, and calls step() for its iterations; NULL if it was stopped before it began. With a
# `checkpoint`, `inside` tells where the run goes on, if it has begun, and save(run, inside) says so; ahead()
# gives what there is of later runs.
best_of_runs <- function(settings, started, verbose, one_run, checkpoint = NULL, ahead = NULL) {
  from <- checkpoint$state
  progress <- if (verbose) progress_reporter(settings)
  # The limit is for all runs together.
  left <- function() max(0, settings$control$max_seconds - (proc.time()[["elapsed"]] - started))
  best <- from$best
  runs <- from$runs
  first <- if (is.null(from)) 1L else from$run
  if (!is.null(from)) set_generator(from$generator)
  saved <- proc.time()[["elapsed"]]
  save <- function(run, inside = NULL) {
    write_checkpoint(checkpoint, list(
      run = run, best = best, runs = runs, queue = ahead(), generator = generator_state(), inside = inside
    ))
    saved <<- proc.time()[["elapsed"]]
  }
  stopped <- "no"
  # An interrupt that R sees first, between or before the core's own polls.
  tryCatch(
    for (run in first - 1L + seq_len(settings$nrun - first + 1L)) {
      if (!is.null(progress)) progress$start(run)
      fit <- one_run(run, left, progress$step, if (run == first) from$inside, save)
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
      due <- !is.null(checkpoint) &&
        from_first(as.double(proc.time()[["elapsed"]] - saved >= checkpoint$every)) > 0
      if (due && run < settings$nrun) save(run + 1L)
    },
    interrupt = function(e) stopped <<- "interrupt"
  )
  if (stopped == "no") close_checkpoint(checkpoint)
  if (!is.null(progress)) progress$done()
  if (is.null(best)) cpp_interrupt()  # in the start: there is nothing to return
  warn_if_stopped(stopped, length(runs), settings)
  runs <- do.call(rbind, runs)
  runs$best <- runs$run == best$summary$run
  list(fit = best, runs = runs)
}

# What the core makes of `starts`, each of one of `problems`: one with all threads, several with one thread
# each or through one pass. NULL for those that were stopped before they began. `checkpoint`, of a single one:
# see RHost in the core.
core_fits <- function(problems, starts, max_seconds, threads, progress = NULL, checkpoint = NULL) {
  told <- function(problem, threads) {
    options <- utils::modifyList(problem$options, list(max_seconds = max_seconds, threads = threads))
    options["checkpoint"] <- list(checkpoint)
    if (length(starts) == 1) options["largest_W"] <- list(starts[[1]]$largest_W)
    options
  }
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

# In place of a start: sizes, and the unit of W.
start_inside <- function(problem, inside) {
  rank <- problem$settings$rank
  list(
    W = matrix(0, problem$data$dim[1], rank), H = matrix(0, rank, problem$data$dim[2]), name = inside$name,
    largest_W = inside$largest_W
  )
}

# Evaluates `code`; memory that it cannot get is an error that says how much was wanted.
with_memory <- function(problem, count, code) {
  tryCatch(code, error = function(e) {
    if (!grepl("bad_alloc|cannot allocate|negative length", conditionMessage(e))) stop(e)
    d <- problem$data$dim
    rank <- problem$settings$rank
    abort_input(c(
      "There is not enough memory for {if (count > 1) paste(count, 'fits') else 'a fit'} of rank {rank} to \\
       {d[1]} x {d[2]}.",
      "x" = "W and H take {size_text(8 * sum(as.double(d)) * rank)}, a fit about ten times that, besides \\
             the data.",
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
  settings$control["checkpoint"] <- list(NULL)
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

# One fit each of many problems with their starts, from start_of(): what nmf() gives, bit by bit; NULL for one
# that was stopped before it began.
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
  problem <- fit_problem(nmf_data(x, weights = weights), rank, request, arguments$init, arguments$fixed_W,
    arguments$fixed_H)
  problem$start <- draw_start(problem)
  problem
}

# How many fits of this data to start together, not more than take a gigabyte with what the core
# needs. 1 where threads had better work on one fit, or there is one. Even one thread gains where
# fits share the read of X: a dense one that no cache holds. `least`: from how many on each thread takes one.
fits_together <- function(data, settings, nrun = settings$nrun, least = 2 * settings$threads) {
  # Threads must not ask R for blocks.
  if (by_blocks(data$x) || !is.null(machines())) {
    return(1)
  }
  bytes <- 8 * 12 * as.double(sum(data$dim)) * settings$rank
  count <- min(64, nrun, floor(1e9 / bytes))
  stacked <- is_dense(data$x) && fit_loss(settings)$quadratic && !data$weighted && !is_incomplete(data) &&
    8 * prod(data$dim) >= 8e6 && settings$rank <= 80
  enough <- if (stacked) 2 else least
  if (count >= enough && (stacked || settings$threads > 1)) count else 1
}

# The arguments of fits that are made together or one by one, as threads and what is left to do have it.
# Together they are in double precision, so they are all: mixed precision, the default of single fits to large
# data, would give other bits. (What comes by blocks is never fitted together.)
in_one_precision <- function(arguments, data) {
  in_memory <- !all(vapply(data, function(d) by_blocks(d$x), NA))
  if (is.null(arguments$control$precision) && in_memory) arguments$control$precision <- "double"
  arguments
}
