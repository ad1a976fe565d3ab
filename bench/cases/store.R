# A fit to a store on disk against one in memory: with the store in the page cache, and dropped from it behind the
# reader, so that every iteration reads the disk; what writing the store from a file of Cell Ranger takes; how often it
# is read until a fit is nearly there; and MiniBatchNMF of scikit-learn on the same file.

with_folder <- function(code) {
  folder <- tempfile("stores")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  code(folder)
}

case_store <- function(settings, peers) {
  with_folder(function(folder) store_against_memory(settings$store, folder, settings$threads))
}
case_conversion <- function(settings, peers) {
  with_folder(function(folder) store_conversion(settings$store, folder, settings$threads))
}
case_online <- function(settings, peers) {
  with_folder(function(folder) store_online(settings$store, folder, settings$threads, peers))
}

store_against_memory <- function(s, folder, threads) {
  data <- list(dense = dense_data(s$rows, s$columns), sparse = several_samples(s))
  say("store: writing")
  stores <- lapply(names(data), function(kind) {
    lapply(stats::setNames(nm = s$types), function(type) {
      nonneg::nmf_store(data[[kind]], file.path(folder, paste0(kind, "-", type)), type = type, verbose = FALSE)
    })
  })
  names(stores) <- names(data)
  raw <- do.call(rbind, lapply(names(data), function(kind) {
    do.call(rbind, lapply(s$ranks, function(rank) {
      say("store: ", kind, ", rank ", rank)
      cbind(data = kind, rank = rank, store_iterations(data[[kind]], stores[[kind]], rank, s, threads))
    }))
  }))
  list(raw = list(store = raw), rows = store_rows(raw, data, s))
}

# Columns of several samples: the counts of pbmc_counts() again and again, on the log scale.
several_samples <- function(s) {
  x <- pbmc_log(s$genes, s$cells)
  do.call(cbind, rep(list(x), s$samples))
}

# Seconds of one iteration each.
store_iterations <- function(x, stores, rank, s, threads) {
  start <- random_start(x, rank)[c("W", "H")]
  one <- function(source, keep = NULL) {
    old <- options(nonneg.store_cache = keep)
    on.exit(options(old))
    fit <- nonneg::nmf(
      source, rank, init = start, max_iter = s$last, tol = 0, threads = threads, verbose = FALSE,
      control = nonneg::nmf_control(precision = "double")
    )
    data.frame(seconds = history_slope(fit, s$first, s$last), bytes = if (is_store_object(source)) file_bytes(source) else NA)
  }
  functions <- list(memory = function(repetition) one(x))
  for (type in names(stores)) {
    local({
      store <- stores[[type]]
      functions[[type]] <<- function(repetition) one(store)
      functions[[paste(type, "dropped")]] <<- function(repetition) one(store, 0)
      functions[[paste(type, "read")]] <<- function(repetition) {
        data.frame(seconds = seconds_of_read(store), bytes = file_bytes(store))
      }
    })
  }
  paired(functions, s$repetitions)
}

is_store_object <- function(x) inherits(x, "nmf_store")
file_bytes <- function(store) sum(store$files$bytes[store$files$name %in% c("values", "rows")])

# One sequential read of its files past the page cache.
seconds_of_read <- function(store) {
  files <- file.path(store$path, intersect(c("values", "rows"), store$files$name))
  as.numeric(seconds_of(for (file in files) {
    system2("dd", c(paste0("if=", shQuote(file)), "of=/dev/null", "bs=8M", "iflag=direct"), stdout = FALSE, stderr = FALSE)
  }))
}

store_rows <- function(raw, data, s) {
  cases <- unique(raw[c("data", "rank")])
  do.call(rbind, lapply(seq_len(nrow(cases)), function(k) {
    own <- raw[raw$data == cases$data[k] & raw$rank == cases$rank[k], ]
    of <- function(who) own$seconds[own$who == who]
    x <- data[[cases$data[k]]]
    size <- if (is.matrix(x)) sprintf("%.1f GB", 8 * length(x) / 1e9) else sprintf("%.1f M nonzeros", length(x@x) / 1e6)
    case <- sprintf("store, %s %d x %d (%s), r = %d", cases$data[k], nrow(x), ncol(x), size, cases$rank[k])
    rows <- lapply(s$types, function(type) {
      warm <- of(type) / of("memory")
      bound <- pmax(of("memory"), of(paste(type, "read")))
      cold <- of(paste(type, "dropped")) / bound
      rbind(
        result(
          case, paste0("one iteration, ", type, ", in the page cache"), "s", of(type), "in memory", of("memory"),
          stats::median(warm), "at most 1.2 times", stats::median(warm) <= 1.2
        ),
        result(
          case, paste0("one iteration, ", type, ", dropped behind the reader"), "s", of(paste(type, "dropped")),
          "the larger of memory and one read of the disk", bound, stats::median(cold), "at most 1.4 times",
          stats::median(cold) <= 1.4
        )
      )
    })
    do.call(rbind, rows)
  }))
}

# Kullback-Leibler on counts: the time until a fit to the store is as low as one in memory is after some iterations,
# from the same start, in either precision.
case_store_kl <- function(settings, peers) {
  with_folder(function(folder) store_divergence(settings$store, folder, settings$threads))
}

store_divergence <- function(s, folder, threads) {
  x <- methods::as(Matrix::t(pbmc_counts()), "CsparseMatrix")
  x <- x[seq_len(min(s$genes, nrow(x))), seq_len(min(s$cells, ncol(x)))]
  x@Dimnames <- list(NULL, NULL)
  store <- nonneg::nmf_store(x, file.path(folder, "counts"), verbose = FALSE)
  # Small stores are read into memory.
  old <- options(nonneg.memory = 1)
  on.exit(options(old))
  cases <- expand.grid(precision = c("double", "mixed"), rank = s$kl_ranks, stringsAsFactors = FALSE)
  raw <- do.call(rbind, lapply(seq_len(nrow(cases)), function(k) {
    rank <- cases$rank[k]
    precision <- cases$precision[k]
    say("store: Kullback-Leibler, rank ", rank, ", ", precision)
    start <- random_start(x, rank)[c("W", "H")]
    one <- function(source, iterations) {
      nonneg::nmf(
        source, rank, "kullback-leibler", init = start, max_iter = iterations, tol = 0, threads = threads, verbose = FALSE,
        control = nonneg::nmf_control(precision = precision)
      )$history
    }
    goal <- NA
    functions <- list(
      memory = function(repetition) {
        history <- one(x, s$kl_iterations)
        goal <<- utils::tail(history$objective, 1)
        data.frame(seconds = utils::tail(history$seconds, 1), reads = NA)
      },
      store = function(repetition) {
        history <- one(store, 3 * s$kl_iterations)
        at <- which(history$objective <= goal * (1 + 1e-9))[1]
        data.frame(seconds = history$seconds[at], reads = history$iteration[at])
      }
    )
    cbind(rank = rank, precision = precision, paired(functions, s$repetitions))
  }))
  list(raw = list(store_kl = raw), rows = store_divergence_rows(raw, x, s))
}

store_divergence_rows <- function(raw, x, s) {
  cases <- unique(raw[c("rank", "precision")])
  do.call(rbind, lapply(seq_len(nrow(cases)), function(k) {
    rank <- cases$rank[k]
    precision <- cases$precision[k]
    of <- function(who, what = "seconds") {
      raw[[what]][raw$rank == rank & raw$precision == precision & raw$who == who]
    }
    case <- sprintf(
      "store, Kullback-Leibler, counts %d x %d (%.1f M nonzeros), r = %d, %s precision",
      nrow(x), ncol(x), length(x@x) / 1e6, rank, precision
    )
    times <- stats::median(of("store") / of("memory"))
    result(
      case, sprintf("to the objective of %d iterations in memory, in %d reads", s$kl_iterations, of("store", "reads")[1]),
      "s", of("store"), "in memory", of("memory"), times, "at most 1.5 times", times <= 1.5
    )
  }))
}

# A file of Cell Ranger, gzipped: read through HDF5, and written to a store.
store_conversion <- function(s, folder, threads) {
  say("store: conversion")
  if (!requireNamespace("rhdf5", quietly = TRUE)) {
    say("rhdf5 is not here: no conversion")
    return(list(raw = NULL, rows = NULL))
  }
  counts <- methods::as(Matrix::t(pbmc_counts()), "CsparseMatrix")
  counts <- counts[seq_len(min(s$genes, nrow(counts))), seq_len(min(s$cells, ncol(counts)))]
  counts <- do.call(cbind, rep(list(counts), s$samples))
  file <- file.path(folder, "counts.h5")
  write_tenx(counts, file)
  functions <- list(
    hdf5 = function(repetition) data.frame(seconds = seconds_of(read_tenx(file))),
    store = function(repetition) {
      path <- tempfile(tmpdir = folder)
      on.exit(unlink(path, recursive = TRUE))
      data.frame(seconds = seconds_of(nonneg::nmf_store(file, path, verbose = FALSE)))
    },
    iteration = function(repetition) {
      fit <- nonneg::nmf(
        counts, 20, init = random_start(counts, 20)[c("W", "H")], max_iter = s$last, tol = 0, threads = threads, verbose = FALSE,
        control = nonneg::nmf_control(precision = "double")
      )
      data.frame(seconds = history_slope(fit, s$first, s$last))
    }
  )
  functions$store(0) # packages are loaded
  raw <- paired(functions, s$conversions)
  of <- function(who) raw$seconds[raw$who == who]
  case <- sprintf(
    "store, from a .h5 of Cell Ranger, gzip 4: %d x %d, %.1f M nonzeros", nrow(counts), ncol(counts), length(counts@x) / 1e6
  )
  rows <- rbind(
    result(
      case, "conversion", "s", of("store"), "reading it through HDF5", of("hdf5"),
      stats::median(of("store") / of("hdf5")), "at most 1.5 times", stats::median(of("store") / of("hdf5")) <= 1.5
    ),
    result(
      case, "conversion", "s", of("store"), "one iteration in memory, r = 20", of("iteration"),
      stats::median(of("store") / of("iteration")), "at most 10 times", stats::median(of("store") / of("iteration")) <= 10
    )
  )
  list(raw = list(store_conversion = raw), rows = rows)
}

# As Cell Ranger has it: chunks of 80,000 numbers, shuffled and gzipped, 64 bits for rows and borders.
write_tenx <- function(x, file) {
  rhdf5::h5createFile(file)
  rhdf5::h5createGroup(file, "matrix")
  rhdf5::h5createGroup(file, "matrix/features")
  put <- function(value, name, H5type = NULL) {
    name <- paste0("matrix/", name)
    rhdf5::h5createDataset(
      file, name, length(value), storage.mode = storage.mode(value), H5type = H5type,
      chunk = min(length(value), 80000), level = 4, shuffle = TRUE,
      size = if (is.character(value)) max(nchar(value)) + 1
    )
    rhdf5::h5write(value, file, name)
  }
  put(as.integer(x@x), "data")
  put(x@i, "indices", "H5T_STD_I64LE")
  put(x@p, "indptr", "H5T_STD_I64LE")
  put(dim(x), "shape")
  put(sprintf("cell-%d", seq_len(ncol(x))), "barcodes")
  put(sprintf("gene-%d", seq_len(nrow(x))), "features/id")
}

read_tenx <- function(file) {
  for (name in c("data", "indices", "indptr")) rhdf5::h5read(file, paste0("matrix/", name))
}

# Reads of X until the objective is at most 1.01 times where long fits end, and the time to the final error of
# MiniBatchNMF, which reads the file of Cell Ranger.
store_online <- function(s, folder, threads, peers) {
  say("store: reads")
  x <- simulated_cells(s$online_genes, s$online_cells, s$programs)
  file <- file.path(folder, "cells.h5")
  write_tenx(x, file)
  path <- file.path(folder, "cells")
  writing <- seconds_of(store <- nonneg::nmf_store(file, path, verbose = FALSE))
  one <- function(seed, online, iterations) {
    set.seed(seed)
    whole <- seconds_of(fit <- nonneg::nmf(
      store, s$programs, init = "random", max_iter = iterations, tol = 0, threads = threads, verbose = FALSE,
      control = nonneg::nmf_control(online = online)
    ))
    # What the history does not count: the online read, the start, the certificate.
    fit$history$seconds <- fit$history$seconds + as.numeric(whole) - max(fit$history$seconds)
    fit
  }
  seeds <- seq_len(s$seeds)
  fits <- lapply(c(full = FALSE, online = TRUE), function(online) {
    lapply(seeds, one, online = online, iterations = s$online_iterations)
  })
  raw <- do.call(rbind, lapply(seeds, function(seed) {
    own <- lapply(fits, `[[`, seed)
    final <- min(vapply(own, function(fit) fit$objective, 0))
    do.call(rbind, lapply(names(own), function(who) {
      at <- which(own[[who]]$history$objective <= 1.01 * final)[1]
      # The first entry of the history is the start, and the first read is online's own.
      data.frame(
        seed = seed, who = who, reads = own[[who]]$history$iteration[at] + (who == "online"),
        seconds = own[[who]]$history$seconds[at], objective = own[[who]]$objective, writing = as.numeric(writing)
      )
    }))
  }))
  of <- function(who, what) raw[[what]][raw$who == who]
  case <- sprintf(
    "store, counts of simulated cells %d x %d, %.1f M nonzeros, r = %d", nrow(x), ncol(x), length(x@x) / 1e6, s$programs
  )
  rows <- result(
    case, "reads to 1.01 times the final objective, random start", "reads", of("online", "reads"), "without online",
    of("full", "reads"), target = "at most 5", met = stats::median(of("online", "reads")) <= 5
  )
  peer <- store_minibatch(s, file, folder, store, threads, peers)
  if (is.null(peer)) {
    return(list(raw = list(store_reads = raw), rows = rows))
  }
  ours <- vapply(peer$error, function(error) {
    time <- vapply(fits$online, function(fit) {
      fit$history$seconds[which(sqrt(2 * fit$history$loss / store$scan$sumsq) <= error)[1]]
    }, 0)
    stats::median(time)
  }, 0)
  peer <- cbind(peer, nonneg = ours, writing = as.numeric(writing))
  rows <- rbind(rows, do.call(rbind, lapply(seq_len(nrow(peer)), function(k) {
    against <- sprintf(
      "MiniBatchNMF of scikit-learn %s, blocks of %d", peers$sklearn$installed_version, peer$block[k]
    )
    measure <- sprintf("to its relative error after %d passes, %.5f", peer$epochs[k], peer$error[k])
    fit <- peer$seconds[k] / ours[k]
    whole <- peer$seconds[k] / (ours[k] + as.numeric(writing))
    rbind(
      result(case, measure, "s", ours[k], against, peer$seconds[k], fit, "10 times faster", fit >= 10),
      result(case, paste0(measure, ", writing the store included"), "s", ours[k] + writing, against, peer$seconds[k], whole)
    )
  })))
  list(raw = list(store_reads = raw, store_minibatch = peer), rows = rows)
}

# A data frame: block, epochs, seconds (of which reading), error of W with the best H.
store_minibatch <- function(s, file, folder, store, threads, peers) {
  python <- if (!is.null(peers$sklearn)) peers$sklearn$python()$command
  if (is.null(python) || system2(python, c("-c", shQuote("import h5py")), stdout = FALSE, stderr = FALSE) != 0) {
    say("no Python with scikit-learn and h5py: no MiniBatchNMF")
    return(NULL)
  }
  library <- openblas()
  do.call(rbind, lapply(s$blocks, function(block) {
    say("store: MiniBatchNMF, blocks of ", block)
    out <- tempfile(tmpdir = folder)
    said <- system2(
      python, c("bench/peers/minibatch.py", shQuote(file), s$programs, block, s$epochs, shQuote(out)), stdout = TRUE,
      env = shell_environment(c(
        if (!is.null(library)) openblas_environment(library, threads), paste0("OMP_NUM_THREADS=", threads)
      ))
    )
    seconds <- as.numeric(strsplit(said[length(said)], " ")[[1]])
    W <- matrix(readBin(out, "double", nrow(store) * s$programs), nrow(store))
    loss <- nonneg::divergence(store, list(W = W, H = nonneg::nnls(W, store)))
    data.frame(
      block = block, epochs = s$epochs, seconds = seconds[1], reading = seconds[2],
      error = sqrt(2 * loss / store$scan$sumsq)
    )
  }))
}
