# Many independent jobs: here, one after another, or in the processes of a plan that the user
# has set with package future. A job that fails is a result like any other, so that the rest
# goes on.

# Calls collect(k, run(jobs[[k]])) for every k, in this process; a job that failed gives a
# "failed_job". What a worker that died took with it is run again here. `several`, of which
# several(jobs) is lapply(jobs, run) but faster, is used for `at_once` jobs at a time, by each process for its
# share of them.
run_jobs <- function(jobs, run, collect, verbose = FALSE, label = "fits", several = NULL, at_once = 1) {
  if (!length(jobs)) {
    return(invisible())
  }
  step <- progress_steps(length(jobs), verbose, label)
  on.exit(step$done())
  if (!has_workers()) {
    here <- batch_runner(run, several, at_once, step$one)
    here(jobs, collect)
    return(invisible())
  }
  chunks <- split_by_turns(seq_along(jobs), future::nbrOfWorkers())
  # The processes share the memory.
  there <- batch_runner(run, several, max(1, at_once %/% length(chunks)), step$one)
  running <- lapply(chunks, function(chunk) {
    send <- list(jobs = jobs[chunk], there = there)
    tryCatch(
      future::future(
        there(jobs), substitute = TRUE, globals = send, packages = "nonneg", seed = NULL
      ),
      FutureError = function(e) e
    )
  })
  results <- vector("list", length(jobs))
  lost <- integer()
  for (c in seq_along(chunks)) {
    of_chunk <- if (inherits(running[[c]], "FutureError")) {
      running[[c]]
    } else {
      tryCatch(future::value(running[[c]]), FutureError = function(e) e)
    }
    if (inherits(of_chunk, "FutureError")) {
      lost <- c(lost, chunks[[c]])
    } else {
      results[chunks[[c]]] <- of_chunk
    }
    running[c] <- list(NULL)
  }
  if (length(lost)) {
    warn_user(
      "A worker ended before its {length(lost)} fit{?s} did: {cli::qty(length(lost))}{?it is/they are} \\
       run again in this process.",
      class = "nonneg_warning_worker"
    )
    results[lost] <- there(jobs[lost])
  }
  # In the order of the jobs, as in one process.
  for (k in seq_along(jobs)) collect(k, results[[k]])
  invisible()
}

# A function of jobs that runs them, `at_once` at a time, and gives each result to `collect`, or all of them
# back. (Made by a function of its own, so that processes are sent no more than it needs.)
batch_runner <- function(run, several, at_once, one_done) {
  force(several)
  force(at_once)
  force(one_done)
  guarded <- guard(run, one_done)
  function(jobs, collect = NULL) {
    results <- if (is.null(collect)) vector("list", length(jobs))
    keep <- if (is.null(collect)) function(k, out) results[[k]] <<- out else collect
    for (batch in split(seq_along(jobs), (seq_along(jobs) - 1) %/% at_once)) {
      # If one fails the others are not to blame: each on its own.
      out <- if (length(batch) > 1) tryCatch(several(jobs[batch]), error = function(e) NULL)
      for (k in seq_along(batch)) {
        if (is.null(out)) keep(batch[k], guarded(jobs[[batch[k]]])) else keep(batch[k], out[[k]])
        if (!is.null(out)) one_done()
      }
    }
    results
  }
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
  if (is.null(threads) && is.null(getOption("nonneg.threads")) && has_workers()) 1L else check_threads(
    threads
  )
}

# At most `parts` sets, dealt out like cards: neighbours, such as fits of one rank, take about the same time.
split_by_turns <- function(k, parts) {
  unname(split(k, (seq_along(k) - 1) %% min(parts, length(k))))
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
