# Memory that a fit takes above X, W and H that it is given, in a fresh process.
# One pair of factors is (l + n) * r numbers. nonneg keeps a few pairs: the
# accepted one, the new one, the extrapolated one, statistics, the result.

case_memory <- function(settings, peers) {
  s <- settings$memory
  if (!file.exists("/proc/self/clear_refs")) {
    say("memory cannot be measured on this system")
    return(list(raw = list(), rows = NULL))
  }
  # The process that is measured reads what another has made: making leaves holes.
  files <- c(dense = tempfile("dense"), sparse = tempfile("sparse"))
  on.exit(unlink(files))
  save_problem(dense_data(s$rows, s$columns), s$rank, files[["dense"]])
  save_problem(pbmc_log(settings$sparse$genes, settings$sparse$cells), s$rank, files[["sparse"]])
  runs <- list(
    c("dense", "nonneg"), c("dense", "nonneg", "mixed"), c("dense", "sklearn"),
    c("sparse", "nonneg"), c("sparse", "nonneg", "mixed"), c("sparse", "rcppml"), c("sparse", "sklearn")
  )
  runs <- Filter(function(run) run[2] %in% names(peers), runs)
  measure <- function(run) {
    force(run)
    function(repetition) {
      arguments <- list(files[[run[1]]], run[2], s$iterations, settings$threads, if (length(run) > 2) run[3])
      # scikit-learn has a process of its own in any case.
      out <- if (run[2] == "sklearn") {
        do.call(memory_above, arguments)
      } else {
        fresh("memory_above", arguments, returned_at_once)
      }
      cbind(data = run[1], out)
    }
  }
  names(runs) <- vapply(runs, function(run) paste(run[-1], collapse = "_"), "")
  raw <- paired(lapply(runs, measure), s$repetitions)

  rows <- lapply(unique(raw$data), function(kind) {
    own <- raw[raw$data == kind & raw$who == "nonneg", ]
    # One block of dense data is 2.5 MB; eight pairs are what the engine holds.
    allowed <- 8 * own$pair[1] + 2.5e6
    case <- sprintf(
      "memory, %s %d x %d, r = %d: X has %.0f MB, a pair of factors %.1f MB",
      kind, own$rows[1], own$columns[1], s$rank, own$data_bytes[1] / 1e6, own$pair[1] / 1e6
    )
    first <- result(
      case, "above X, W and H", "MB", own$above / 1e6,
      target = "at most 8 pairs of factors and one block", met = stats::median(own$above) <= allowed
    )
    # A copy of the values in single precision, half the size of doubles.
    mixed <- raw[raw$data == kind & raw$who == "nonneg_mixed", ]
    copy <- if (kind == "dense") own$data_bytes[1] / 2 else own$data_bytes[1] / 3
    second <- result(
      case, "above X, W and H, mixed precision (the default for data of this size)", "MB", mixed$above / 1e6,
      target = "a copy of the values in single precision more", met = stats::median(mixed$above) <= allowed + copy
    )
    others <- lapply(setdiff(unique(raw$who[raw$data == kind]), c("nonneg", "nonneg_mixed")), function(who) {
      other <- raw$above[raw$data == kind & raw$who == who]
      result(
        case, "above X, W and H", "MB", own$above / 1e6, peer_title(peers[[who]]), other / 1e6,
        stats::median(other) / stats::median(own$above)
      )
    })
    do.call(rbind, c(list(first, second), others))
  })
  list(raw = list(memory = raw), rows = do.call(rbind, rows))
}

# With these, glibc gives what is freed back to the system at once: what comes
# later is then counted in full.
returned_at_once <- c("MALLOC_MMAP_THRESHOLD_=65536", "MALLOC_TRIM_THRESHOLD_=0")

save_problem <- function(x, rank, file) {
  saveRDS(list(x = x, rank = rank, start = random_start(x, rank)), file, compress = FALSE)
}

memory_above <- function(file, who, iterations, threads, precision = NULL) {
  peer <- load_peers(who)[[who]]
  # What loading leaves for the first call is done on small matrices.
  if (who != "sklearn") {
    small <- matrix(as.double(1:600), 30)
    if (who == "rcppml") small <- methods::as(small, "CsparseMatrix")
    peer$fit(small, 2, iterations = 2, threads = threads)
  }
  problem <- readRDS(file)
  x <- problem$x
  gc(verbose = FALSE)
  reset_peak()
  before <- process_memory("VmRSS")
  given <- list(x, problem$rank, problem$start, iterations = iterations, threads = threads)
  fit <- do.call(peer$fit, c(given, if (!is.null(precision)) list(precision = precision)))
  above <- if (is.null(fit$above)) process_memory("VmHWM") - before else fit$above
  bytes <- if (is.matrix(x)) 8 * length(x) else 12 * length(x@x) + 4 * length(x@p)
  pair <- 8 * problem$rank * sum(dim(x))
  data.frame(rows = nrow(x), columns = ncol(x), data_bytes = bytes, pair = pair, above = above)
}
