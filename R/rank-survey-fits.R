# The fits of a survey, here or in other processes, and what is kept of each.

survey_jobs <- function(ranks, from, seeds) {
  unlist(lapply(ranks, function(rank) {
    lapply(seq_along(seeds), function(run) list(rank = rank, from = from, run = run, seed = seeds[run]))
  }), recursive = FALSE)
}

beats <- function(fit, run, best) {
  fit$objective < best$fit$objective || (fit$objective == best$fit$objective && run < best$run)
}

# One fit. Its classes, its components, and, of a fit to the whole data, all of it.
survey_fit <- function(x, job, arguments, settings) {
  with_stream(job$seed, {
    sample <- survey_sample(x, job, settings)
    part <- arguments_of_part(arguments, sample$rows, sample$columns)
    survey_part(job, sample, quiet_fit(sample$x, job$rank, part))
  })
}

# The same for several jobs at once, by threads.
survey_fits <- function(data, jobs, arguments, settings) {
  samples <- list()
  prepared <- lapply(jobs, function(job) {
    with_stream(job$seed, {
      sample <- survey_sample(data$x, job, settings)
      whole <- job$from == "restarts"
      start <- start_of(if (whole) data else sample$x, job$rank, arguments)
      samples[[length(samples) + 1]] <<- sample[c("rows", "columns")]
      start
    })
  })
  fits <- fit_many(prepared, arguments$threads)
  # NULL, or stopped: the user wants all to end.
  if (any(vapply(fits, function(f) is.null(f) || f$reason == "interrupt", NA))) invokeRestart("abort")
  lapply(seq_along(jobs), function(k) survey_part(jobs[[k]], samples[[k]], fits[[k]]))
}

survey_sample <- function(x, job, settings) {
  resample_data(x, if (job$from == "resamples") settings$resample else "none", settings$part)
}

survey_part <- function(job, sample, fit) {
  list(
    fit = if (job$from == "restarts") fit, W = fit$W, class = class_number(fit), rows = sample$rows,
    columns = sample$columns, objective = fit$objective, iterations = max(fit$history$iteration),
    kkt = fit$certificate$kkt, converged = fit$converged, seconds = fit$seconds, reason = fit$reason
  )
}

# Each resample is a copy of the data, and other losses than Frobenius have another one by rows.
copies_together <- function(at_once, data, settings) {
  most <- floor(2e9 / (2 * bytes_of(data$x, data$scan$nnz)))
  if (most < at_once) (if (most >= 4) most else 1) else at_once
}

# An interrupt ends all, not only the fit that hears of it. Other warnings of one fit among hundreds
# are in `runs`.
quiet_fit <- function(x, rank, arguments) {
  fit <- withCallingHandlers(
    do.call(nmf, c(list(x, rank), arguments)),
    nonneg_warning_stopped = function(w) invokeRestart("muffleWarning"),
    nonneg_warning_penalty = function(w) invokeRestart("muffleWarning"),
    nonneg_warning_unobserved = function(w) invokeRestart("muffleWarning")
  )
  if (fit$reason == "interrupt") invokeRestart("abort")
  fit
}

# The class of each observation, as a number; of those that a fit has nothing of, one of their own.
class_number <- function(fit) {
  class <- as.integer(component_class(fit$W, fit$H))
  class[is.na(class)] <- ncol(fit$W) + 1L
  class
}

# How alike the components of W are to those of `fit` over the features in `rows`, each with its
# partner.
similarity_to <- function(fit) {
  function(W, rows = seq_len(nrow(fit$W))) pair_columns(fit$W[rows, , drop = FALSE], W)$similarity
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
