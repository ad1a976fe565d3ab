# Many independent jobs: here, one after another, or in the processes of a plan that the user
# has set with package future. A job that fails is a result like any other, so that the rest
# goes on.

# Calls collect(k, run(jobs[[k]])) for every k, in this process; a job that failed gives a
# "failed_job". What a worker that died took with it is run again here. `several`, of which several(jobs) is
# lapply(jobs, run) but faster, is used in this process for `at_once` jobs at a time.
run_jobs <- function(jobs, run, collect, verbose = FALSE, label = "fits", several = NULL, at_once = 1) {
  if (!length(jobs)) {
    return(invisible())
  }
  step <- progress_steps(length(jobs), verbose, label)
  on.exit(step$done())
  guarded <- guard(run, step$one)
  if (!has_workers()) {
    for (batch in split(seq_along(jobs), (seq_along(jobs) - 1) %/% at_once)) {
      # If one fails the others are not to blame: each on its own.
      out <- if (length(batch) > 1) tryCatch(several(jobs[batch]), error = function(e) NULL)
      for (k in seq_along(batch)) {
        if (is.null(out)) collect(batch[k], guarded(jobs[[batch[k]]])) else collect(batch[k], out[[k]])
        if (!is.null(out)) step$one()
      }
    }
    return(invisible())
  }
  lost <- integer()
  chunks <- split_evenly(seq_along(jobs), future::nbrOfWorkers())
  running <- lapply(chunks, function(chunk) {
    send <- list(jobs = jobs[chunk], guarded = guarded)
    tryCatch(
      future::future(lapply(jobs, guarded), substitute = TRUE, globals = send, packages = "nonneg", seed = NULL),
      FutureError = function(e) e
    )
  })
  for (c in seq_along(chunks)) {
    results <- if (inherits(running[[c]], "FutureError")) {
      running[[c]]
    } else {
      tryCatch(future::value(running[[c]]), FutureError = function(e) e)
    }
    if (inherits(results, "FutureError")) {
      lost <- c(lost, chunks[[c]])
    } else {
      for (k in seq_along(results)) collect(chunks[[c]][k], results[[k]])
    }
    running[c] <- list(NULL)
  }
  if (length(lost)) {
    warn_user(
      "A worker ended before its {length(lost)} fit{?s} did: {cli::qty(length(lost))}{?it is/they are} run again in this process.",
      class = "nonneg_warning_worker"
    )
    for (k in lost) collect(k, guarded(jobs[[k]]))
  }
  invisible()
}

# (A function of its own, so that processes are sent no more than it needs.)
guard <- function(run, one_done) {
  force(run)
  force(one_done)
  function(job) {
    out <- tryCatch(run(job), error = function(e) {
      structure(list(message = conditionMessage(e)), class = "failed_job")
    })
    one_done()
    out
  }
}

is_failed <- function(x) inherits(x, "failed_job")

# Has the user asked for other processes, by future::plan()?
has_workers <- function() {
  isNamespaceLoaded("future") && !inherits(future::plan(), "sequential")
}

# Threads of each of many fits: as asked for, else one where processes share the machine.
threads_of_job <- function(threads) {
  if (is.null(threads) && is.null(getOption("nonneg.threads")) && has_workers()) 1L else check_threads(threads)
}

# At most `parts` runs of about the same length.
split_evenly <- function(k, parts) {
  unname(split(k, ceiling(seq_along(k) * min(parts, length(k)) / length(k))))
}

# Progress by package progressr, which also hears of other processes, where it is loaded;
# else a bar of cli, for what runs in this one.
progress_steps <- function(total, verbose, label) {
  if (isNamespaceLoaded("progressr")) {
    signal <- progressr::progressor(total, envir = parent.frame(), on_exit = FALSE, auto_finish = FALSE)
    return(list(one = function() signal(), done = function() signal(type = "finish")))
  }
  if (!verbose || has_workers()) {
    return(list(one = function() NULL, done = function() NULL))
  }
  bar <- cli::cli_progress_bar(label, total = total, clear = TRUE, .auto_close = FALSE)
  list(
    one = function() cli::cli_progress_update(id = bar),
    done = function() cli::cli_progress_done(id = bar)
  )
}
