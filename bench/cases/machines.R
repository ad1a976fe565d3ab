# One fit in two processes under MPI against one process: processor seconds of each process for one iteration, and
# its wall time. Each process has one thread. From a fit with many iterations those of one with few are taken off.

case_machines <- function(settings, peers) {
  why <- no_mpi()
  if (!is.null(why)) {
    say(why, ": no machines")
    return(list(raw = NULL, rows = NULL))
  }
  with_folder(function(folder) {
    s <- settings$machines
    data <- machines_data(s, folder)
    functions <- lapply(stats::setNames(1:2, c("one", "two")), function(count) {
      function(repetition) machines_run(count, data, s)
    })
    raw <- paired(functions, s$repetitions)
    list(raw = list(machines = raw), rows = machines_rows(raw, data))
  })
}

no_mpi <- function() {
  if (!nzchar(Sys.which("mpirun"))) {
    "mpirun is not there"
  } else if (!nzchar(system.file(package = "Rmpi"))) {
    "Rmpi is not installed"
  }
}

# Data in stores, of which each process reads its columns into memory: list(file, label, loss, ranks) by name.
machines_data <- function(s, folder) {
  counts <- methods::as(Matrix::t(pbmc_counts()), "CsparseMatrix")
  counts <- counts[seq_len(min(s$genes, nrow(counts))), seq_len(min(s$cells, ncol(counts)))]
  all <- list(
    dense = list(x = dense_data(s$rows, s$columns), loss = "frobenius", ranks = s$ranks),
    sparse = list(x = several_samples(s), loss = "frobenius", ranks = s$ranks),
    counts = list(x = counts, loss = "kullback-leibler", ranks = s$kl_ranks)
  )
  lapply(stats::setNames(nm = names(all)), function(kind) {
    own <- all[[kind]]
    file <- file.path(folder, kind)
    nonneg::nmf_store(own$x, file, type = "double", verbose = FALSE)
    size <- if (is.matrix(own$x)) sprintf("%.1f GB", 8 * length(own$x) / 1e9) else sprintf("%.1f M nonzeros", length(own$x@x) / 1e6)
    label <- sprintf("%s %d x %d (%s)", if (is.matrix(own$x)) "dense" else "sparse", nrow(own$x), ncol(own$x), size)
    list(file = file, label = label, loss = own$loss, ranks = own$ranks)
  })
}

machines_run <- function(count, data, s) {
  say("machines: ", count, if (count == 1) " process" else " processes")
  all <- fresh("machines_fits", list(data, s), processes = count)
  out <- do.call(rbind, lapply(seq_along(all), function(k) cbind(process = k - 1, all[[k]])))
  # The slowest process, and their mean.
  do.call(rbind, lapply(split(out, out[c("data", "rank")], drop = TRUE), function(own) {
    data.frame(
      data = own$data[1], rank = own$rank[1], cpu = mean(own$cpu), cpu_most = max(own$cpu), wall = max(own$wall),
      objective = own$objective[1]
    )
  }))
}

# In each process.
machines_fits <- function(data, s) {
  me <- Rmpi::mpi.comm.rank(0)
  count <- Rmpi::mpi.comm.size(0)
  on.exit(Rmpi::mpi.finalize())
  out <- lapply(names(data), function(kind) {
    own <- data[[kind]]
    store <- nonneg::open_store(own$file)
    border <- function(k) if (k == count) ncol(store) else 16 * round(ncol(store) * k / count / 16)
    columns <- seq(border(me) + 1, border(me + 1))
    x <- store[, columns]
    do.call(rbind, lapply(own$ranks, function(rank) {
      set.seed(1)
      start <- list(W = matrix(stats::runif(nrow(x) * rank), nrow(x)))
      start$H <- matrix(stats::runif(rank * ncol(store)), rank)[, columns]
      one <- function(iterations) {
        gc(verbose = FALSE)
        before <- proc.time()
        fit <- nonneg::nmf_mpi(
          x, rank, own$loss, init = start, max_iter = iterations, tol = 0, threads = 1, collect = FALSE,
          control = nonneg::nmf_control(precision = "double")
        )
        c(unclass(proc.time() - before)[1:3], objective = fit$objective)
      }
      few <- one(s$first)
      slope <- (one(s$last) - few) / (s$last - s$first)
      data.frame(
        data = kind, rank = rank, cpu = slope[["user.self"]] + slope[["sys.self"]], wall = slope[["elapsed"]],
        objective = few[["objective"]]
      )
    }))
  })
  do.call(rbind, out)
}

machines_rows <- function(raw, data) {
  cases <- unique(raw[c("data", "rank")])
  do.call(rbind, lapply(seq_len(nrow(cases)), function(k) {
    of <- function(who, what) raw[[what]][raw$who == who & raw$data == cases$data[k] & raw$rank == cases$rank[k]]
    own <- data[[cases$data[k]]]
    case <- sprintf("machines, %s, %s, r = %d", own$label, own$loss, cases$rank[k])
    less <- stats::median(of("one", "cpu") / of("two", "cpu"))
    rbind(
      result(
        case, "processor time of a process for one iteration, 2 processes", "s", of("two", "cpu"), "1 process",
        of("one", "cpu"), less, "at least 1.8 times less", less >= 1.8
      ),
      result(
        case, "one iteration, 2 processes", "s", of("two", "wall"), "1 process", of("one", "wall"),
        stats::median(of("one", "wall") / of("two", "wall"))
      )
    )
  }))
}
