# Many independent jobs: here, one after another, or in the processes of a plan that the user has set with
# package future. A job that fails is a result like any other, so that the rest goes on. An interrupt ends
# all: what is finished is kept (see rank-interrupt.R).

# Calls collect(k, run(jobs[[k]])) for every k, in this process; a job that failed gives a "failed_job".
# `several`, of which several(jobs) is lapply(jobs, run) but faster, is used for `at_once` jobs at a time, by
# each process for its share of them; it gives NULL for what an interrupt kept it from. `saved`: `collect`
# writes checkpoints. TRUE when all is done; FALSE if an interrupt came first.
run_jobs <- function(jobs, run, collect, verbose = FALSE, label = "fits", several = NULL, at_once = 1,
                     saved = FALSE) {
  if (!length(jobs)) {
    return(TRUE)
  }
  step <- progress_steps(length(jobs), verbose, label)
  on.exit(suspendInterrupts(step$done()))
  if (has_workers()) {
    # Results come when a process has ended: those that are to be saved must not wait for the last.
    at_a_time <- if (saved) 4 * future::nbrOfWorkers() * at_once else length(jobs)
    for (round in split(seq_along(jobs), (seq_along(jobs) - 1) %/% at_a_time)) {
      keep <- function(k, out) collect(round[k], out)
      if (!run_there(jobs[round], run, keep, several, at_once, step$one)) return(FALSE)
    }
    TRUE
  } else {
    batch_runner(run, several, at_once, step$one)(jobs, collect)
  }
}

# A function of jobs that runs them, `at_once` at a time, and gives each result to `keep`; FALSE if it was
# interrupted, or asked to stop between two. (Made by a function of its own, so that processes are sent no
# more than it needs.)
batch_runner <- function(run, several, at_once, one_done) {
  force(several)
  force(at_once)
  force(one_done)
  guarded <- guard(run)
  function(jobs, keep, asked = function() FALSE) {
    # An interrupt must not leave half of what is kept of a job, nor half of a progress bar.
    one <- function(k, out) {
      force(out)
      suspendInterrupts({
        keep(k, out)
        one_done()
      })
    }
    batches <- split(seq_along(jobs), (seq_along(jobs) - 1) %/% at_once)
    tryCatch(
      {
        for (batch in batches) {
          if (asked()) return(FALSE)
          # If one fails the others are not to blame: each on its own.
          out <- if (length(batch) > 1) tryCatch(several(jobs[batch]), error = function(e) NULL)
          if (is.null(out)) {
            for (k in batch) one(k, guarded(jobs[[k]]))
            next
          }
          done <- !vapply(out, is.null, NA)
          for (k in which(done)) one(batch[k], out[[k]])
          if (!all(done)) return(FALSE)
        }
        Sys.sleep(0)  # an interrupt that nobody has heard yet is heard here
        TRUE
      },
      interrupt = function(e) FALSE
    )
  }
}

# (A function of its own, so that processes are sent no more than it needs.)
guard <- function(run) {
  force(run)
  function(job) {
    tryCatch(run(job), error = function(e) {
      structure(list(message = conditionMessage(e)), class = "failed_job")
    })
  }
}

is_failed <- function(x) inherits(x, "failed_job")

# In other processes. What one that died took with it is run again here.
run_there <- function(jobs, run, keep, several, at_once, one_done) {
  chunks <- split_by_turns(seq_along(jobs), future::nbrOfWorkers())
  signal <- tempfile("nonneg-stop-")
  # The processes share the memory.
  batches <- batch_runner(run, several, max(1, at_once %/% length(chunks)), one_done)
  there <- worker_runner(batches, signal)
  running <- vector("list", length(chunks))
  # (One that did not end in time looks for the signal still.)
  on.exit(if (all(vapply(running, has_ended, NA))) unlink(Sys.glob(paste0(signal, "*"))))
  all_done <- tryCatch(
    {
      for (c in seq_along(chunks)) running[[c]] <- launched(jobs[chunks[[c]]], there)
      wait_for(running)
    },
    interrupt = function(e) FALSE
  )
  if (!all_done) stop_workers(running, signal)

  results <- vector("list", length(jobs))
  for (c in seq_along(chunks)) results[chunks[[c]]] <- value_of_worker(running[[c]], length(chunks[[c]]))
  lost <- which(vapply(results, is.null, NA))
  # In the order of the jobs, as in one process.
  suspendInterrupts(for (k in setdiff(seq_along(jobs), lost)) keep(k, results[[k]]))
  if (!all_done || !length(lost)) {
    return(all_done)
  }
  warn_user(
    "A worker ended before its {length(lost)} fit{?s} did: {cli::qty(length(lost))}{?it is/they are} \\
     run again in this process.",
    class = "nonneg_warning_worker"
  )
  batches(jobs[lost], function(k, out) keep(lost[k], out))
}

launched <- function(jobs, there) {
  send <- list(jobs = jobs, there = there)
  tryCatch(
    future::future(there(jobs), substitute = TRUE, globals = send, packages = "nonneg", seed = NULL),
    FutureError = function(e) e
  )
}

# Waits until all have ended, at most `seconds`. Interrupts get through, as they do not while a value is
# waited for.
wait_for <- function(running, seconds = Inf) {
  end <- proc.time()[["elapsed"]] + seconds
  pause <- 0.001
  while (!all(vapply(running, has_ended, NA)) && proc.time()[["elapsed"]] < end) {
    Sys.sleep(pause)
    pause <- min(0.05, 2 * pause)
  }
  TRUE
}

has_ended <- function(worker) !inherits(worker, "Future") || future::resolved(worker)

# The results of a worker, NULL for each that it has none of.
value_of_worker <- function(worker, count) {
  none <- vector("list", count)
  if (!inherits(worker, "Future") || !has_ended(worker)) {
    return(none)
  }
  tryCatch(future::value(worker), FutureError = function(e) none)
}

# What a process does with its share. While it works, a file next to `signal` has its number, so that it can
# be interrupted; it ends by itself, after the fit at hand, when there is a file `signal`. On another machine
# there is neither.
worker_runner <- function(batches, signal) {
  force(batches)
  force(signal)
  function(jobs) {
    results <- vector("list", length(jobs))
    mark <- paste0(signal, "-", Sys.getpid())
    if (dir.exists(dirname(signal))) {
      writeLines(Sys.info()[["nodename"]], mark)
      on.exit(unlink(mark))
    }
    batches(jobs, function(k, out) results[[k]] <<- out, function() file.exists(signal))
    results
  }
}

# Tells workers that the user wants all to end. Where the keys went to them as well they know; the others are
# interrupted, which Windows cannot do. Those that have not ended in a second are left to end by themselves.
stop_workers <- function(running, signal) {
  file.create(signal)
  wait_for(running, 0.1)
  marks <- Sys.glob(paste0(signal, "-*"))
  own <- function(mark) identical(tryCatch(readLines(mark), error = identity), Sys.info()[["nodename"]])
  here <- vapply(marks, own, NA)
  if (.Platform$OS.type != "windows") {
    tools::pskill(as.integer(sub(".*-", "", marks[here])), tools::SIGINT)
  }
  wait_for(running, 1)
}

# Has the user asked for other processes, by future::plan()?
has_workers <- function() {
  isNamespaceLoaded("future") && !inherits(future::plan(), "sequential")
}

# Threads of each of many fits: as asked for, else one where processes share the machine.
threads_of_job <- function(threads) {
  one <- is.null(threads) && is.null(getOption("nonneg.threads")) && has_workers()
  if (one) 1L else check_threads(threads)
}

# At most `parts` sets, dealt out like cards: neighbours, such as fits of one rank, take about the same time.
split_by_turns <- function(k, parts) {
  unname(split(k, (seq_along(k) - 1) %% min(parts, length(k))))
}

# Progress by package progressr, which also hears of other processes, where it is loaded; else a bar of cli,
# for what runs in this one.
progress_steps <- function(total, verbose, label) {
  if (isNamespaceLoaded("progressr")) {
    signal <- progressr::progressor(total, envir = parent.frame(), on_exit = FALSE, auto_finish = FALSE)
    return(list(one = function() signal(), done = function() signal(type = "finish")))
  }
  if (!verbose || has_workers()) {
    return(list(one = function() NULL, done = function() NULL))
  }
  bar <- suspendInterrupts(cli::cli_progress_bar(label, total = total, clear = TRUE, .auto_close = FALSE))
  list(
    one = function() cli::cli_progress_update(id = bar),
    done = function() cli::cli_progress_done(id = bar)
  )
}
