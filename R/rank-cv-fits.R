# The fits of a cross-validation, and the loss of their predictions for what they have not seen.

# `task`: what the fits need; in `runs` the row of each that is there.
run_cv <- function(task, verbose) {
  started <- proc.time()[["elapsed"]]
  checkpoint <- task_checkpoint(task, "ranks", c("jobs", "runs"))
  task <- checkpoint$task
  runs <- task$runs
  left <- which(vapply(runs, is.null, NA))
  one <- function(job) cv_fit(job, task)
  several <- function(jobs) cv_fits(jobs, task)
  finished <- run_jobs(task$jobs[left], one, function(k, out) {
    runs[[left[k]]] <<- cv_run(task$jobs[[left[k]]], out)
    checkpoint$tick(function() replace(task, "runs", list(runs)))
  }, verbose, "folds", several, cv_at_once(task), saved = !is.null(task$checkpoint))
  if (finished) checkpoint$done()
  task$runs <- runs
  task$seconds <- task$seconds + proc.time()[["elapsed"]] - started
  done <- sum(lengths(runs) > 0)
  if (!finished && done == 0) cpp_interrupt()
  if (finished) abort_if_all_failed(vapply(runs, `[[`, "", "failure"))
  cv <- result_of_task(task, finished, cv_of, done, length(task$jobs))
  if (cv$complete) {
    warn_of_failed_folds(cv$runs)
    warn_of_unconverged_folds(cv$runs, task)
  }
  cv
}

cv_of <- function(task) {
  runs <- do.call(rbind, task$runs)
  structure(
    list(
      errors = cv_errors(runs, task$ranks), runs = runs,
      settings = c(task$settings, task$arguments[setdiff(names(task$arguments), "fixed_W")]),
      data = list(nrow = task$data$dim[1], ncol = task$data$dim[2], class = task$data$class),
      complete = TRUE, seconds = task$seconds, call = task$call
    ),
    class = "nmf_cv"
  )
}

# As nmf() does: only of fits that were given no limit.
warn_of_unconverged_folds <- function(runs, task) {
  count <- sum(!runs$converged, na.rm = TRUE)
  if (count == 0 || task$limited) {
    return(invisible())
  }
  warn_user(c(
    "{count} of {nrow(runs)} fits did not converge in {.arg max_iter} = {task$arguments$max_iter} \\
     iterations: see \\
     {.field runs}.",
    "i" = "Errors of ranks may differ for that reason. Raise {.arg max_iter} or {.arg tol}; either \\
           silences this \\
           warning."
  ), class = "nonneg_warning_convergence")
}

# One fit for each thread, for half of them at least, where data are not so large that threads had better share
# one. Every fit has a copy of its own, so that none shares a read; and mixed precision, the default of large
# data, is for single fits. Those of one rank: the core begins with the longest, and an interrupt would find
# short ones of a smaller rank not begun.
cv_at_once <- function(task) {
  arguments <- task$arguments
  if (arguments$nrun > 1 || is.finite(arguments$control$max_seconds) || task$data$scan$nnz >= 1e6) {
    return(1)
  }
  settings <- list(rank = max(task$ranks), loss_object = arguments$loss, threads = arguments$threads)
  apart <- replace(task$data, "missing", TRUE)
  of_rank <- task$settings$folds * task$settings$replicates
  at_once <- fits_together(apart, settings, of_rank, least = max(2, arguments$threads / 2))
  copies_together(at_once, task$data, arguments$threads)
}

cv_fit <- function(job, task) {
  parts <- cv_parts(job, task)
  cv_outcome(parts, with_stream(job$start, quiet_fit(parts$train, job$rank, task$arguments)), task)
}

# The same for several jobs at once, by threads.
cv_fits <- function(jobs, task) {
  parts <- lapply(jobs, cv_parts, task)
  prepared <- Map(function(job, parts) {
    with_stream(job$start, start_of(parts$train, job$rank, task$arguments))
  }, jobs, parts)
  fits <- fit_many(prepared, task$arguments$threads)
  Map(function(parts, fit) {
    # Cut short: see run_jobs().
    if (is.null(fit) || fit$reason == "interrupt") NULL else cv_outcome(parts, fit, task)
  }, parts, fits)
}

# What a fit may see, and what it is to predict.
cv_parts <- function(job, task) {
  s <- task$settings
  with_stream(job$split, if (s$method == "thinning") {
    thinned(task$data, job$fold, s$folds)
  } else {
    speckled(task$data, job$fold, s$folds, task$arguments$loss)
  })
}

cv_outcome <- function(parts, fit, task) {
  loss <- task$arguments$loss
  thin <- task$settings$method == "thinning"
  held <- if (thin) {
    thinned_loss(parts, fit, loss)
  } else {
    held_out_loss(task$data, parts, fit, loss, task$arguments$threads)
  }
  # Every part of counts has all entries.
  rest <- if (thin) task$total else task$total - held$weight
  list(
    error = held$loss / held$weight, train = fit$loss / rest, iterations = max(fit$history$iteration),
    converged = fit$converged, seconds = fit$seconds
  )
}

# The entries of set `fold` are to be predicted; what is missing already is in no set.
speckled <- function(data, fold, folds, loss) {
  out <- holdout_of(draw_holdout(data$dim, folds), fold)
  list(train = left_out(data, out, loss), out = out)
}

# Part `fold` of every count: the parts before it are drawn first, so that the parts of all folds of one
# replicate add up to x.
thinned <- function(data, fold, folds) {
  of <- function(x) fill_input(data, x, data$partial, weights_list(data), data$weights, data$zeros_missing)
  parts <- if (is_store(data$x)) {
    split_store(data$x, function(x) thinned_counts(x, fold, folds))
  } else {
    thinned_counts(data$x, fold, folds)
  }
  list(train = of(parts[[1]]), test = of(parts[[2]]), by = 1 / (folds - 1))
}

# list(train, test)
thinned_counts <- function(x, fold, folds) {
  count <- values_of(x)
  left <- count
  for (k in seq_len(fold)) {
    part <- if (k < folds) draw_part(left, 1 / (folds - k + 1)) else left
    left <- left - part
  }
  list(with_values(x, count - part), with_values(x, part))
}

draw_part <- function(count, p) {
  known <- !is.na(count)
  count[known] <- stats::rbinom(sum(known), count[known], p)
  count
}

# For losses that are infinite where 0 is predicted, one more component, the same everywhere, with a
# thousandth of the whole.
cautious <- function(W, H, loss) {
  if (!loss$infinite) {
    return(list(W = W, H = H))
  }
  level <- sum(colSums(W) * rowSums(H)) / (nrow(W) * ncol(H))
  list(W = cbind(0.999 * W, 0.001 * level), H = rbind(H, 1))
}

# The loss of predictions for the part of the counts that was held out, and the sum of its weights.
thinned_loss <- function(parts, fit, loss) {
  predicted <- balanced(cautious(parts$by * fit$W, fit$H, loss))
  list(loss = sum(divergence_of_columns(parts$test, predicted, loss)), weight = weight_total(parts$test))
}

# The same for entries that were held out, zeros and all.
held_out_loss <- function(data, parts, fit, loss, threads = 1L) {
  predicted <- cautious(fit$W, fit$H, loss)
  # As a fit does, for rows or columns without anything in the part that was fitted.
  least <- 1e-16 * data$scan$max
  if (data$partial) {
    return(held_out_of_stored(data, parts, predicted, loss, least))
  }
  held <- cpp_held_out(
    data$x, parts$out, predicted$W, predicted$H, least, loss$name, loss$parameter, weights_list(data),
    threads
  )
  list(loss = held[1], weight = held[2])
}

# Where only what is stored is there.
held_out_of_stored <- function(data, parts, predicted, loss, least) {
  top <- largest_stored(parts$train)
  cell <- cells_of(data$x)
  row <- row_of_cell(cell, data$dim[1])
  column <- column_of_cell(cell, data$dim[1])
  at <- which(is_out(parts$out, row, column))
  row <- row[at]
  column <- column[at]
  q <- entries_of_product(predicted, row, column)
  q <- pmax(pmin(q, top$rows[row], top$columns[column]), least)
  v <- if (is.null(data$entry_weights)) rep(1, length(at)) else data$entry_weights[at]
  if (!is.null(data$row_weights)) v <- v * data$row_weights[row]
  if (!is.null(data$column_weights)) v <- v * data$column_weights[column]
  d <- entry_divergence(values_of(data$x)[at], q, loss, row)
  list(loss = sum(weighted(d, v)), weight = sum(v))
}

# The sum of the weights of all entries that are not missing.
weight_total <- function(data) {
  if (!data$weighted) {
    return(data$observed)
  }
  if (!data$partial && !data$missing && is.null(data$entry_weights)) {
    of <- function(w, size) if (is.null(w)) as.double(size) else sum(w)
    return(of(data$row_weights, data$dim[1]) * of(data$column_weights, data$dim[2]))
  }
  sum(vapply(column_blocks(data$x), function(j) {
    sum(weights_of_columns(data, j)[!is.na(observed_columns(data, j))])
  }, 0))
}

# The largest stored entry of each row and of each column that has a weight; 0 where there is none.
largest_stored <- function(data) {
  x <- data$x
  value <- pmax(values_of(x), 0)
  row <- row_of_cell(cells_of(x), data$dim[1])
  column <- column_of_cell(cells_of(x), data$dim[1])
  if (!is.null(data$row_weights)) value[data$row_weights[row] == 0] <- NA
  if (!is.null(data$column_weights)) value[data$column_weights[column] == 0] <- NA
  # In increasing order the last one stays.
  place <- order(value, na.last = NA)
  rows <- numeric(nrow(x))
  rows[row[place]] <- value[place]
  columns <- numeric(ncol(x))
  columns[column[place]] <- value[place]
  list(rows = rows, columns = columns)
}

cv_run <- function(job, out) {
  failed <- is_failed(out)
  of <- function(part, none) if (failed) none else out[[part]]
  data.frame(
    rank = job$rank, replicate = job$replicate, fold = job$fold, seed = job$split,
    error = of("error", NA_real_), train = of("train", NA_real_), iterations = of("iterations", NA_integer_),
    converged = of("converged", NA), seconds = of("seconds", NA_real_),
    failure = if (failed) out$message else NA_character_
  )
}

warn_of_failed_folds <- function(runs) {
  failed <- which(!is.na(runs$failure))
  if (length(failed)) {
    first <- runs[failed[1], ]
    warn_user(c(
      "{length(failed)} of {nrow(runs)} fits failed and {cli::qty(length(failed))}{?is/are} left out: \\
       see {.field runs}.",
      "x" = paste0("Rank ", first$rank, ", fold ", first$fold, ": ", first_line(first$failure))
    ), class = "nonneg_warning_failed")
  }
}

cv_errors <- function(runs, ranks) {
  do.call(rbind, lapply(ranks, function(rank) {
    of <- runs[runs$rank == rank, ]
    data.frame(
      rank = rank, error = mean(of$error, na.rm = TRUE), se = standard_error(of$error),
      train = mean(of$train, na.rm = TRUE)
    )
  }))
}
