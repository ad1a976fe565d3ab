#' One fit on several machines
#'
#' Fits one model to data whose columns are spread over the processes of an MPI job: `mpirun`, or the
#' scheduler of a cluster, starts the same R script several times, and each of these processes gives the
#' columns that it has. The fit is that of [nmf()] to all columns together.
#'
#' Every process has all of `W` and its own columns of `H`. An iteration solves for these, as [nmf()] does,
#' and sums over processes what the update of `W` needs, `rank * (nrow(x) + rank)` numbers for the Frobenius
#' loss. With other losses, missing entries or weights every row of `W` has a problem of its own, and the
#' numbers are up to `rank * (rank + 5) / 2` for each row; fits go the way of those to a store on disk (see
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
#' to the processes of a plan of package future, without MPI, one fit in each: ```
#' future::plan(future.batchtools::batchtools_slurm, workers = 40, resources = list(ncpus = 4)) nmf_survey(x,
#' ranks = 2:12, nrun = 20) ``` Streams of random numbers are drawn before anything is sent, so that the
#' result does not depend on the plan.
#'
#' @section Limits:
#' The start is `"nndsvd"`, `"nndsvda"`, `"random"` or given, `H` with the columns of this process. `weights`
#' of rows are the same in all processes, those of columns and entries are of the columns of this one.
#' `smooth_H`, `precision = "mixed"` and `checkpoint` are errors. `max_seconds` is heeded after a whole
#' iteration. `mpirun` hears of an interrupt, not R.
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

# Its world is communicator 0. Receives write into the memory of what they are given: hence fresh vectors.
rmpi_machines <- function() {
  all_of <- function(op) {
    function(x) {
      out <- Rmpi::mpi.reduce(x, type = 2, op = op, dest = 0, comm = 0)
      Rmpi::mpi.bcast(if (Rmpi::mpi.comm.rank(0) == 0) out else numeric(length(x)), type = 2, rank = 0,
        comm = 0)
    }
  }
  new_machines(Rmpi::mpi.comm.rank(0), Rmpi::mpi.comm.size(0), all_of("sum"), all_of("max"))
}

pbdmpi_machines <- function() {
  pbdMPI::init()
  all_of <- function(op) {
    function(x) {
      out <- pbdMPI::reduce(x, op = op, rank.dest = 0L)
      pbdMPI::bcast(if (pbdMPI::comm.rank() == 0) out else numeric(length(x)), rank.source = 0L)
    }
  }
  new_machines(pbdMPI::comm.rank(), pbdMPI::comm.size(), all_of("sum"), all_of("max"))
}

# What one process has goes to all as doubles, which the others add to zeros: objects byte by byte.
new_machines <- function(me, count, sum, max) {
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
  list(me = me, count = count, sum = sum, max = max, each = each, spread = spread, sizes = sizes_of)
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

# Every process solves for W by itself, from the same numbers: to the same bits, and so to the same decisions,
# only where instructions are the same. Where processors differ, all take the best that all have.
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
