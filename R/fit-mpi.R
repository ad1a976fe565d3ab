#' One fit on several machines
#'
#' Fits one model to data whose columns are spread over the processes of an MPI job: `mpirun`, or the
#' scheduler of a cluster, starts the same R script several times, and each of these processes gives the
#' columns that it has. The fit is that of [nmf()] to all columns together.
#'
#' Every process has all of `W` and its own columns of `H`. An iteration solves for these, as [nmf()] does.
#' The rows of `W` are divided: each process gets, summed over all, what the update of its rows needs,
#' solves for them and sends them to all. For the Frobenius loss that is twice `rank` numbers for each row.
#' With other losses, missing entries or weights every row of `W` has a problem of its own, and the numbers
#' are up to `rank * (rank + 7) / 2` for each row; fits go the way of those to a store on disk (see
#' [nmf_store()]), which is not that of [nmf()] to a matrix, and may end at another local minimum. No decision
#' is made by one process alone: limits of time, restarts, random numbers and starts are agreed on, and all
#' processes have the same bits of `W`. The objective depends on the number of processes in its last digits
#' only, as sums are taken in another order. (Sweeps of `solver = "cd"` end for 16 columns at a time: there
#' this holds if every process but the last has a multiple of 16.)
#'
#' A process that fails writes its message and ends the whole job, since the others would wait for it for
#' ever. So does one whose arguments are not those of the first.
#'
#' @section Scripts:
#' The script of every process, `fit.R`:
#' ```
#' library(nonneg)
#' me <- Rmpi::mpi.comm.rank(0)
#' x <- readRDS(sprintf("cells-%d.rds", me))      # features x some of the observations
#' fit <- nmf_mpi(x, rank = 20, threads = 4)
#' if (me == 0) saveRDS(fit, "fit.rds")
#' Rmpi::mpi.quit()
#' ```
#' On one machine: `mpirun -n 4 Rscript fit.R`. Threads of a process share one copy of `W` and need no
#' messages: on one machine, [nmf()] with several threads is at least as fast, unless processors have memories
#' of their own.
#'
#' Under Slurm, one node with four processes of eight threads, and four nodes with two processes each:
#' ```
#' #!/bin/bash
#' #SBATCH --nodes=1 --ntasks-per-node=4 --cpus-per-task=8 --time=01:00:00
#' srun --mpi=pmix Rscript fit.R
#' ```
#' ```
#' #!/bin/bash
#' #SBATCH --nodes=4 --ntasks-per-node=2 --cpus-per-task=16 --time=01:00:00
#' export OMP_NUM_THREADS=$SLURM_CPUS_PER_TASK    # what threads = NULL heeds
#' srun --mpi=pmix Rscript fit.R
#' ```
#' (`mpirun Rscript fit.R` where Slurm has no PMIx.)
#'
#' @section Many fits:
#' Restarts, surveys, cross-validation and bootstraps are many fits that need nothing of each other. They go
#' to the processes of a plan of package future, without MPI, one fit in each:
#' ```
#' future::plan(future.batchtools::batchtools_slurm, workers = 40, resources = list(ncpus = 4))
#' nmf_survey(x, ranks = 2:12, nrun = 20)
#' ```
#' Streams of random numbers are drawn before anything is sent, so that the result does not depend on the
#' plan.
#'
#' @section Limits:
#' All starts of [nmf()] are there; one that is given has in `H` the columns of this process. `weights` of
#' rows are the same in all processes, those of columns and entries are of the columns of this one.
#' `max_seconds` is heeded after a whole iteration, and not by a start. `mpirun` hears of an interrupt, not R.
#'
#' With `checkpoint` (see [nmf_control()]) every process has a file of its own, with its number behind the
#' name. All save at the same iteration, and go on from the newest that all have, in a job of as many
#' processes.
#'
#' `precision = "mixed"` has to be asked for; the path of the fit then depends on the number of processes as
#' far as single precision goes. With `smooth_H` the last column of a process and the first of the next one are
#' neighbours. A graph (see [smoothness()]) is an error, as columns that are neighbours may be in any two
#' processes; [nmf()] takes it, also for a store.
#'
#' Processes that wait sleep, if the package is Rmpi.
#'
#' @param x The data of this process, as [nmf()] takes them: the same rows everywhere, in the same order.
#' @param rank,... Arguments of [nmf()], the same in every process, but for `init$H` and `fixed_H`, which are
#'   those of its columns.
#' @param columns `"own"`: `x` has the columns of this process. `"split"`: `x` is the same in all processes,
#'   such as a store (see [nmf_store()]), of which each reads its part, or [nmf_blocks()], and each takes its
#'   share of the columns, neighbours, in order of processes.
#' @param collect `TRUE`: every process returns the fit with all columns of `H`. `FALSE`: with its own.
#' @param engine Package that talks MPI, `"Rmpi"` or `"pbdMPI"`; `NULL` is the first that is installed.
#' @return An object of class `"nmf"`, described at [nmf-class]. Its `objective`, `history` and `certificate`
#'   are those of all data.
#' @seealso [nmf()], [nmf_blocks()]
#' @examples
#' \dontrun{
#' # In a script that mpirun starts; one process alone fits as well.
#' x <- leukemia$x
#' fit <- nmf_mpi(x, rank = 3, columns = "split")
#' Rmpi::mpi.quit()
#' }
#' @export
nmf_mpi <- function(x, rank, ..., columns = "own", collect = TRUE, engine = NULL) {
  m <- mpi_machines(engine)
  with_machines(m, or_abort(m, {
    need_arguments(x, rank)
    columns <- check_choice(columns, c("own", "split"), "columns")
    check_flag(collect, "collect")
    check_same_arguments(rank, list(...), columns, collect)
    if (columns == "split") x <- own_share(x, m)
    check_same_rows(x)
    fit <- with_same_kernels(without_echo(nmf(x, rank, ...)))
    fit$call <- sanitized_call(match.call())
    fit$call[[1]] <- quote(nmf_mpi)
    if (collect) collected(fit) else fit
  }))
}

# One door to the packages that talk MPI. Doubles only: what they make of other types differs. A sum goes to
# the first process and from there to all, since nobody promises that the sums of different processes have the
# same bits.
mpi_machines <- function(engine = NULL) {
  known <- c("Rmpi", "pbdMPI")
  engine <- if (is.null(engine)) {
    there <- known[nzchar(vapply(known, function(p) system.file(package = p), ""))]
    if (length(there)) there[1] else known[1]
  } else {
    check_choice(engine, known, "engine")
  }
  need_package(engine, "for several machines")
  switch(engine, Rmpi = rmpi_machines(), pbdMPI = pbdmpi_machines())
}

# Its world is communicator 0. Receives write into the memory of what they are given: hence vectors that
# nobody else has.
#
# MPI spins while it waits, and takes the time of a processor from processes that have something to do. So
# nothing here waits inside it: a message is looked for, and when it is there it is received; one that is sent
# is asked whether it has left, and until then nobody may move its numbers: they are plain doubles, of which
# Rmpi makes no copy.
rmpi_machines <- function() {
  me <- Rmpi::mpi.comm.rank(0)
  count <- Rmpi::mpi.comm.size(0)
  tag <- 20126
  request <- Rmpi::mpi.request.maxsize() - 1
  begin_send <- function(x, to) Rmpi::mpi.isend(x, 2, to, tag, comm = 0, request = request)
  end_send <- function() sleep_until(function() Rmpi::mpi.test(request))
  receive <- function(room, from) {
    sleep_until(function() Rmpi::mpi.iprobe(from, tag, comm = 0))
    Rmpi::mpi.recv(room, 2, from, tag, comm = 0)
  }
  send <- function(x, to) {
    x <- as.double(x)
    begin_send(x, to)
    end_send()
  }
  # From pairs, pairs of pairs and so on to the first process, and back the same way.
  all_of <- function(both) {
    function(x) {
      apart <- 1
      while (apart < count && me %% (2 * apart) == 0) {
        if (me + apart < count) x <- both(x, receive(numeric(length(x)), me + apart))
        apart <- 2 * apart
      }
      if (me > 0) {
        send(x, me - apart)
        x <- receive(numeric(length(x)), me - apart)
      }
      while (apart > 1) {
        apart <- apart / 2
        if (me + apart < count) send(x, me + apart)
      }
      x
    }
  }
  swap <- function(out, room, to, from) {
    begin_send(out, to)
    room <- receive(room, from)
    end_send()
    room
  }
  new_machines(me, count, all_of(`+`), all_of(pmax), swap)
}

# Short waits are spun through, longer ones slept through in naps that grow to two milliseconds.
sleep_until <- function(there, probes = 10, nap = 5e-5, longest = 2e-3) {
  if (there()) {
    return()
  }
  # An interrupt is for mpirun.
  suspendInterrupts({
    tries <- 1
    while (!there()) {
      tries <- tries + 1
      if (tries <= probes) next
      Sys.sleep(nap)
      nap <- min(1.2 * nap, longest)
    }
  })
}

# It waits as MPI does.
pbdmpi_machines <- function() {
  pbdMPI::init()
  all_of <- function(op) {
    function(x) {
      out <- pbdMPI::reduce(x, op = op, rank.dest = 0L)
      pbdMPI::bcast(if (pbdMPI::comm.rank() == 0) out else numeric(length(x)), rank.source = 0L)
    }
  }
  swap <- function(out, room, to, from) {
    pbdMPI::sendrecv(out, x.buffer = room, rank.dest = to, rank.source = from)
  }
  new_machines(pbdMPI::comm.rank(), pbdMPI::comm.size(), all_of("sum"), all_of("max"), swap)
}

# What one process has goes to all as doubles, which the others add to zeros: objects byte by byte.
new_machines <- function(me, count, sum, max, swap = NULL) {
  if (count == 1) sum <- max <- identity
  # `x`: doubles of process `from`, of which all know that there are `size`.
  spread <- function(x, from, size, at_once = 4e6) {
    out <- numeric(size)
    for (first in seq(1, by = at_once, length.out = ceiling(size / at_once))) {
      at <- seq(first, min(size, first + at_once - 1))
      out[at] <- sum(if (me == from) as.double(x[at]) else numeric(length(at)))
    }
    out
  }
  sizes_of <- function(size) {
    sizes <- numeric(count)
    sizes[me + 1] <- size
    sum(sizes)
  }
  each <- function(x) {
    bytes <- as.integer(serialize(x, NULL))
    sizes <- sizes_of(length(bytes))
    lapply(seq_len(count), function(k) unserialize(as.raw(spread(bytes, k - 1, sizes[k]))))
  }
  list(
    me = me, count = count, sum = sum, max = max, swap = swap, each = each, spread = spread, sizes = sizes_of
  )
}

# An error of one process ends all: mpirun and srun do that when one leaves without a word to MPI. (Rmpi's
# mpi.abort() would say to the scheduler that all is well.)
or_abort <- function(m, code) {
  if (m$count == 1) {
    return(code)
  }
  tryCatch(code, error = function(e) {
    where <- conditionCall(e)
    cat(sprintf("Error in process %d of %d: %s\n", m$me, m$count, conditionMessage(e)), file = stderr())
    if (!is.null(where)) cat("in", deparse(where, nlines = 1), "\n", file = stderr())
    flush(stderr())
    quit(save = "no", status = 1, runLast = FALSE)
  })
}

# What every process makes of W by itself has the same bits, and leads to the same decisions, only where
# instructions are the same. Where processors differ, all take the best that all have.
with_same_kernels <- function(code) {
  own <- cpp_isa()
  known <- cpp_isas()
  common <- Reduce(intersect, from_each(known[match(own, known):length(known)]))
  on.exit(cpp_isa(own))
  cpp_isa(common[1])
  force(code)
}

# What is said once need not be said by all.
without_echo <- function(code) {
  ours <- function(cond) !is_lead() && any(startsWith(class(cond), "nonneg_"))
  withCallingHandlers(
    code,
    warning = function(w) if (ours(w)) invokeRestart("muffleWarning"),
    message = function(m) if (ours(m)) invokeRestart("muffleMessage")
  )
}

# Those that speak of the model.
check_same_arguments <- function(rank, given, columns, collect) {
  given[c("weights", "fixed_H", "verbose", "threads")] <- NULL
  if (is.list(given$init)) given$init["H"] <- list(NULL)
  given <- c(list(rank = rank, columns = columns, collect = collect), given)
  first <- machines()$each(given)[[1]]
  same <- vapply(names(given), function(name) identical(given[[name]], first[[name]]), NA)
  if (!identical(names(given), names(first)) || !all(same)) {
    differs <- c(setdiff(names(given), names(first)), setdiff(names(first), names(given)),
      names(given)[!same])
    abort_input("{.arg {differs[1]}} must be the same in all processes.")
  }
}

check_same_rows <- function(x) {
  first <- machines()$each(list(nrow(x), rownames(x)))[[1]]
  if (!identical(as.double(nrow(x)), as.double(first[[1]]))) {
    abort_input("{.arg x} must have the {first[[1]]} rows that it has in the first process, not {nrow(x)}.")
  }
  if (!identical(rownames(x), first[[2]])) {
    abort_input("{.arg x} must have the same row names in all processes, in the same order.")
  }
}

# Columns of this process of data that all have.
own_share <- function(x, m) {
  n <- ncol(x)
  if (is.null(n) || n < m$count) {
    abort_input("{.arg x} must have at least one column for each of {m$count} processes, not \\
                 {if (is.null(n)) 0 else n}.")
  }
  # Columns are solved in groups of 16.
  unit <- if (n < 16 * m$count) 1 else 16
  border <- function(k) if (k == m$count) n else unit * round(n * k / m$count / unit)
  from <- border(m$me)
  to <- border(m$me + 1)
  if (is_store(x)) {
    return(if (m$count == 1) x else window_of_store(x, from + 1, to))
  }
  if (!inherits(x, "nmf_blocks")) {
    return(x[, seq(from + 1, to), drop = FALSE])
  }
  names <- dimnames(x)
  block <- x$block
  nmf_blocks(
    function(first, last) block(from + first, from + last), c(nrow(x), to - from),
    if (!is.null(names)) list(names[[1]], names[[2]][seq(from + 1, to)]), x$sparse
  )
}

# The fit of all columns, the same in every process.
collected <- function(fit) {
  m <- machines()
  sizes <- m$sizes(length(fit$H))
  names <- m$each(colnames(fit$H))
  H <- lapply(seq_along(sizes), function(k) matrix(m$spread(fit$H, k - 1, sizes[k]), nrow(fit$H)))
  H <- do.call(cbind, H)
  dimnames(H) <- list(rownames(fit$H), unlist(names))
  fit$H <- H
  fit$data$ncol <- ncol(H)
  of_columns <- m$each(list(weights = fit$settings$column_weights, table = fit$data$annotation))
  fit$settings["column_weights"] <- list(unlist(lapply(of_columns, `[[`, "weights")))
  fit$data["annotation"] <- list(joined_annotation(lapply(of_columns, `[[`, "table")))
  fit
}

# What the objects of all processes tell of their observations, where they tell the same.
joined_annotation <- function(tables) {
  same <- vapply(tables, function(table) identical(names(table), names(tables[[1]])), NA)
  if (is.null(tables[[1]]) || !all(same)) {
    return(NULL)
  }
  out <- do.call(rbind, tables)
  rownames(out) <- NULL
  out
}
