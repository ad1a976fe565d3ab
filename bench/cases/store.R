# A fit to a store on disk against one in memory: with the store in the page cache, and dropped from it behind the
# reader, so that every iteration reads the disk; and what writing the store from a file of Cell Ranger takes.

case_store <- function(settings, peers) {
  s <- settings$store
  folder <- tempfile("stores")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
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
      cbind(data = kind, rank = rank, store_iterations(data[[kind]], stores[[kind]], rank, s, settings$threads))
    }))
  }))
  say("store: conversion")
  conversion <- store_conversion(s, folder, settings$threads)
  rows <- rbind(store_rows(raw, data, s), conversion$rows)
  list(raw = list(store = raw, store_conversion = conversion$raw), rows = rows)
}

# Columns of several samples: the counts of pbmc_counts() again and again, on the log scale.
several_samples <- function(s) {
  x <- pbmc_log(s$genes, s$cells)
  do.call(cbind, rep(list(x), s$samples))
}

# Seconds of one iteration each.
store_iterations <- function(x, stores, rank, s, threads) {
  start <- random_start(x, rank)
  one <- function(source, keep = NULL) {
    old <- options(nonneg.store_cache = keep)
    on.exit(options(old))
    fit <- nonneg::nmf(source, rank, init = start, max_iter = s$last, tol = 0, threads = threads, verbose = FALSE)
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

# A file of Cell Ranger, gzipped: read through HDF5, and written to a store.
store_conversion <- function(s, folder, threads) {
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
        counts, 20, init = random_start(counts, 20), max_iter = s$last, tol = 0, threads = threads, verbose = FALSE
      )
      data.frame(seconds = history_slope(fit, s$first, s$last))
    }
  )
  raw <- paired(functions, s$repetitions)
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
  list(raw = raw, rows = rows)
}

write_tenx <- function(x, file) {
  rhdf5::h5createFile(file)
  rhdf5::h5createGroup(file, "matrix")
  rhdf5::h5createGroup(file, "matrix/features")
  put <- function(value, name) {
    name <- paste0("matrix/", name)
    rhdf5::h5createDataset(
      file, name, length(value), storage.mode = storage.mode(value), chunk = min(length(value), 80000), level = 4,
      size = if (is.character(value)) max(nchar(value)) + 1
    )
    rhdf5::h5write(value, file, name)
  }
  put(as.integer(x@x), "data")
  put(x@i, "indices")
  put(x@p, "indptr")
  put(dim(x), "shape")
  put(sprintf("cell-%d", seq_len(ncol(x))), "barcodes")
  put(sprintf("gene-%d", seq_len(nrow(x))), "features/id")
}

read_tenx <- function(file) {
  for (name in c("data", "indices", "indptr")) rhdf5::h5read(file, paste0("matrix/", name))
}
