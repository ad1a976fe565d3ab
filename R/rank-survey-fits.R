# The fits of a survey, here or in other processes, and what is kept of each.

survey_jobs <- function(ranks, from, seeds) {
  unlist(lapply(ranks, function(rank) {
    lapply(seq_along(seeds), function(run) list(rank = rank, from = from, run = run, seed = seeds[run]))
  }), recursive = FALSE)
}

# `task`: what the fits need; in `kept` what is kept of those that are there, by job; in `best` the best
# restart of each rank so far. It goes on with what is not there.
run_survey <- function(task, verbose) {
  started <- proc.time()[["elapsed"]]
  checkpoint <- task_checkpoint(task, "ranks", c("jobs", "kept", "best"))
  task <- run_survey_jobs(checkpoint$task, "restarts", verbose, checkpoint$tick)
  if (!task$stopped) {
    abort_if_all_failed(vapply(task$kept$restarts, function(kept) kept$run$error, ""))
    task <- with_similarity(task)
    task <- run_survey_jobs(task, "resamples", verbose, checkpoint$tick)
  }
  task$seconds <- task$seconds + proc.time()[["elapsed"]] - started
  if (!task$stopped) checkpoint$done()
  if (task$stopped && !length(task$best)) cpp_interrupt()
  count <- function(parts) sum(vapply(parts, function(part) sum(lengths(part) > 0), 0))
  survey <- result_of_task(task, !task$stopped, survey_of, count(task$kept), count(task$jobs))
  if (survey$complete) warn_of_failures(survey$runs)
  survey
}

run_survey_jobs <- function(task, from, verbose, tick) {
  data <- task$data
  jobs <- task$jobs[[from]]
  kept <- task$kept[[from]]
  best <- task$best
  left <- which(vapply(kept, is.null, NA))
  # Of a rank without a fit there is nothing that resamples could be compared with.
  if (from == "resamples") left <- Filter(function(k) !is.null(best[[as.character(jobs[[k]]$rank)]]), left)
  at_once <- survey_at_once(task, from)
  arguments <- in_one_precision(task$arguments, list(data))
  fit_one <- function(job) survey_fit(data, job, arguments, task$settings)
  fit_several <- function(jobs) survey_fits(data, jobs, arguments, task$settings)
  finished <- run_jobs(jobs[left], fit_one, function(k, out) {
    job <- jobs[[left[k]]]
    r <- as.character(job$rank)
    kept[[left[k]]] <<- survey_kept(job, out, best[[r]]$fit, data$dim[2])
    # The first of equals, in whatever order they arrive.
    better <- from == "restarts" && !is_failed(out) && (is.null(best[[r]]) ||
      beats(out$fit, job$run, best[[r]]))
    if (better) best[[r]] <<- list(fit = out$fit, run = job$run)
    tick(function() {
      task$kept[[from]] <- kept
      task$best <- best
      task
    })
  }, verbose, from, fit_several, at_once, saved = !is.null(task$checkpoint))
  task$kept[[from]] <- kept
  task$best <- best
  task$stopped <- !finished
  task
}

survey_at_once <- function(task, from) {
  arguments <- task$arguments
  if (is.finite(arguments$control$max_seconds)) {
    return(1)
  }
  settings <- list(rank = max(task$ranks), loss_object = arguments$loss, threads = arguments$threads)
  at_once <- fits_together(task$data, settings, nrun = task$settings$nrun * length(task$ranks))
  if (from == "resamples") copies_together(at_once, task$data, arguments$threads) else at_once
}

beats <- function(fit, run, best) {
  fit$objective < best$fit$objective || (fit$objective == best$fit$objective && run < best$run)
}

# What is kept of a fit: its row of `runs`; the class of each of `n` observations, NA for those that took no
# part; the features of its components; and how alike these are to those of the best fit of the rank, or, of
# restarts, among which that is still to be found, its W.
survey_kept <- function(job, out, best, n) {
  kept <- list(run = survey_run(job, out))
  if (is_failed(out)) {
    return(kept)
  }
  kept$class <- rep(NA_integer_, n)
  kept$class[out$columns] <- out$class
  kept$features <- features_kept(out$W, out$rows, if (is.null(best)) nrow(out$W) else nrow(best$W))
  if (job$from == "restarts") {
    kept$W <- out$W
  } else {
    kept[c("similarity", "match")] <- pair_with(best, out$W, out$rows)
  }
  kept
}

# When all restarts are there.
with_similarity <- function(task) {
  task$kept$restarts <- lapply(task$kept$restarts, function(kept) {
    if (is.null(kept$W)) {
      return(kept)
    }
    kept[c("similarity", "match")] <- pair_with(task$best[[as.character(kept$run$rank)]]$fit, kept$W)
    kept$W <- NULL
    kept
  })
  task
}

# The survey of the fits that are there.
survey_of <- function(task) {
  task <- with_similarity(task)
  data <- task$data
  ranks <- task$ranks
  names <- as.character(ranks)
  best <- stats::setNames(lapply(names, function(r) made_from(task$best[[r]]$fit, data)), names)
  # It may take as long as an iteration: not after an interrupt.
  if (!task$stopped) best <- with_null_loss(best, data)
  there <- unlist(unname(task$kept[c("restarts", "resamples")]), recursive = FALSE)
  there <- there[lengths(there) > 0]
  of <- function(r, part) {
    sets <- lapply(c(resamples = "resamples", restarts = "restarts"), function(from) {
      is_own <- function(k) k$run$rank == as.integer(r) && k$run$from == from && !is.null(k[[part]])
      own <- Filter(is_own, there)
      if (length(own)) unname(do.call(cbind, lapply(own, `[[`, part)))
    })
    sets[lengths(sets) > 0]
  }
  members <- lapply(stats::setNames(names, names), of, "class")
  similarity <- lapply(stats::setNames(names, names), of, "similarity")
  features <- lapply(stats::setNames(names, names), function(r) {
    lapply(c(resamples = "resamples", restarts = "restarts"), function(from) {
      count_features(Filter(function(k) k$run$rank == as.integer(r) && k$run$from == from, there), best[[r]])
    })
  })
  members <- lapply(members, lapply, function(A) {
    dimnames(A) <- list(data$dimnames[[2]], NULL)
    A
  })
  runs <- rows_to_frame(lapply(there, `[[`, "run"))
  runs <- runs_against_best(runs, best, members, similarity)
  settings <- task$settings
  # So that an interrupt does not keep anyone waiting.
  max_n <- if (task$stopped) min(settings$max_n, 500L) else settings$max_n
  structure(
    list(
      ranks = ranks, fits = best,
      measures = survey_measures(data, ranks, best, runs),
      stability = survey_stability(runs, members, max_n),
      components = survey_components(ranks, best, similarity),
      runs = runs, members = members, features = features,
      settings = c(settings, task$arguments[setdiff(names(task$arguments), c(names(settings), "fixed_W"))]),
      data = list(nrow = data$dim[1], ncol = data$dim[2], class = data$class, annotation = task$annotation),
      complete = TRUE, seconds = task$seconds, call = task$call
    ),
    class = "nmf_survey"
  )
}

# One fit. Its classes, its components, and, of a fit to the whole data, all of it.
survey_fit <- function(data, job, arguments, settings) {
  with_stream(job$seed, {
    sample <- survey_sample(data, job, arguments, settings)
    own <- arguments_of_part(arguments, sample$rows, sample$columns, data$dim)
    survey_part(job, sample, quiet_fit(sample$data, job$rank, own))
  })
}

# The same for several jobs at once, by threads.
survey_fits <- function(data, jobs, arguments, settings) {
  samples <- list()
  prepared <- lapply(jobs, function(job) {
    with_stream(job$seed, {
      sample <- survey_sample(data, job, arguments, settings)
      samples[[length(samples) + 1]] <<- sample[c("rows", "columns")]
      start_of(sample$data, job$rank, arguments_of_part(arguments, sample$rows, sample$columns, data$dim))
    })
  })
  fits <- fit_many(prepared, arguments$threads)
  lapply(seq_along(jobs), function(k) {
    # Cut short: see run_jobs().
    fit <- fits[[k]]
    if (is.null(fit) || fit$reason == "interrupt") NULL else survey_part(jobs[[k]], samples[[k]], fit)
  })
}

survey_sample <- function(data, job, arguments, settings) {
  kind <- if (job$from == "resamples") settings$resample else "none"
  resample_data(data, kind, settings$part, arguments$loss)
}

survey_part <- function(job, sample, fit) {
  list(
    fit = if (job$from == "restarts") fit, W = fit$W, class = class_number(fit), rows = sample$rows,
    columns = sample$columns, objective = fit$objective, iterations = max(fit$history$iteration),
    kkt = fit$certificate$kkt, converged = fit$converged, seconds = fit$seconds, reason = fit$reason
  )
}

# Each resample is a copy of the data, and other losses than Frobenius have another one by rows. Of small data
# there are enough where no thread waits for another: with more of them R collects garbage for longer.
copies_together <- function(at_once, data, threads) {
  bytes <- bytes_of(data$x, data$scan$nnz)
  most <- floor(2e9 / (2 * bytes))
  enough <- max(4 * threads, floor(1.6e7 / bytes))
  if (most >= at_once) min(at_once, enough) else if (most >= 4) min(most, enough) else 1
}

# An interrupt ends all, not only the fit that hears of it. Other warnings of one fit among hundreds are in
# `runs`.
quiet_fit <- function(x, rank, arguments) {
  muffle <- function(w) invokeRestart("muffleWarning")
  withCallingHandlers(
    do.call(nmf, c(list(x, rank), arguments)),
    nonneg_warning_interrupt = function(w) cpp_interrupt(),
    nonneg_warning_stopped = muffle, nonneg_warning_penalty = muffle, nonneg_warning_unobserved = muffle
  )
}

# The class of each observation, as a number; of those that a fit has nothing of, one of their own.
class_number <- function(fit) {
  class <- as.integer(component_class(fit$W, fit$H))
  class[is.na(class)] <- ncol(fit$W) + 1L
  class
}

# How alike the components of `fit` are to those of W over the features in `rows`, each with its partner, and
# which that is.
pair_with <- function(fit, W, rows = NULL) {
  pair_columns(if (is.null(rows)) fit$W else fit$W[rows, , drop = FALSE], W)[c("similarity", "match")]
}

survey_run <- function(job, out) {
  failed <- is_failed(out)
  of <- function(part, none) if (failed) none else out[[part]]
  list(
    rank = job$rank, from = job$from, run = job$run, seed = job$seed, objective = of("objective", NA_real_),
    iterations = of("iterations", NA_integer_), kkt = of("kkt", NA_real_), converged = of("converged", NA),
    seconds = of("seconds", NA_real_), error = if (failed) out$message else NA_character_
  )
}

# A data frame of lists with the same elements, one per row.
rows_to_frame <- function(rows) {
  columns <- names(rows[[1]])
  names(columns) <- columns
  as.data.frame(lapply(columns, function(name) unlist(lapply(rows, `[[`, name))))
}

warn_of_failures <- function(runs) {
  failed <- which(!is.na(runs$error))
  if (length(failed)) {
    first <- runs[failed[1], ]
    warn_user(c(
      "{length(failed)} of {nrow(runs)} fits failed and {cli::qty(length(failed))}{?is/are} left out: \\
       see {.field runs}.",
      "x" = paste0(
        "Rank ", first$rank, ", ", sub("s$", "", first$from), " ", first$run, ": ", first_line(first$error)
      )
    ), class = "nonneg_warning_failed")
  }
}

# `error`: of each fit its message, or NA.
abort_if_all_failed <- function(error) {
  if (all(!is.na(error))) abort_input(c("All {length(error)} fits failed.", "x" = first_line(error[1])))
}

first_line <- function(text) {
  text <- strsplit(text, "\n", fixed = TRUE)[[1]][1]
  gsub("}", "}}", gsub("{", "{{", text, fixed = TRUE), fixed = TRUE)
}
