# More entries than a matrix in memory can have, 2^31 - 1: stores of counts with planted factors, sparse and dense. The
# columns are those of a few blocks again and again. Takes 20 GB of disk (dense: 5 GB), and runs only when it is named.

case_beyond <- function(settings, peers) beyond(settings$beyond, "sparse", settings$threads)
case_beyond_dense <- function(settings, peers) beyond(settings$beyond, "dense", settings$threads)

beyond <- function(s, kind, threads) {
  folder <- tempfile("beyond")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  raw <- cbind(data = kind, beyond_run(s$kinds[[kind]], kind == "sparse", s, folder, threads))
  list(raw = stats::setNames(list(raw), paste0("beyond_", kind)), rows = beyond_rows(raw, s))
}

beyond_rows <- function(raw, s) {
  do.call(rbind, lapply(seq_len(nrow(raw)), function(k) {
    own <- raw[k, ]
    case <- sprintf(
      "beyond 2^31, %s counts %.0f x %.0f, %.2f thousand million stored, %.1f GB", own$data, own$rows, own$columns,
      own$stored / 1e9, own$bytes / 1e9
    )
    rbind(
      result(case, "writing the store", "s", own$writing),
      result(case, sprintf("one iteration, r = %d", s$rank), "s", own$iteration),
      result(
        case, sprintf("least cosine of planted W and W after %d iterations", s$iterations), "", own$cosine,
        target = "at least 0.95", met = own$cosine >= 0.95
      )
    )
  }))
}

beyond_run <- function(size, sparse, s, folder, threads) {
  rows <- size[1]
  W <- beyond_W(rows, s$rank)
  pool <- lapply(seq_len(s$pool), function(k) {
    H <- matrix(stats::rgamma(s$rank * size[3], 0.3), s$rank)
    counts <- W %*% sweep(H, 2, size[4] / colSums(H), "*")
    x <- matrix(as.double(stats::rpois(length(counts), counts)), rows)
    if (sparse) methods::as(x, "CsparseMatrix") else x
  })
  # Blocks that are asked for lie within one of the pool.
  blocks <- nonneg::nmf_blocks(function(first, last) {
    all <- (first - 1):(last - 1)
    parts <- split(all %% size[3] + 1, all %/% size[3])
    own <- (as.numeric(names(parts)) %% s$pool) + 1
    do.call(cbind, lapply(seq_along(parts), function(q) pool[[own[q]]][, parts[[q]], drop = FALSE]))
  }, size[1:2], sparse = sparse)
  path <- file.path(folder, if (sparse) "sparse" else "dense")
  writing <- seconds_of(store <- nonneg::nmf_store(blocks, path, verbose = FALSE))
  out <- beyond_fit(store, W, as.numeric(writing), s, threads)
  unlink(path, recursive = TRUE)
  out
}

beyond_fit <- function(store, W, writing, s, threads) {
  set.seed(2)
  fit <- nonneg::nmf(store, s$rank, init = "random", max_iter = s$iterations, tol = 0, threads = threads, verbose = FALSE)
  unit <- function(A) sweep(A, 2, sqrt(colSums(A^2)), "/")
  data.frame(
    rows = nrow(store), columns = ncol(store), stored = store$stored, type = store$type, bytes = sum(store$files$bytes),
    writing = writing, iteration = history_slope(fit, 1, s$iterations),
    cosine = min(apply(crossprod(unit(W), unit(fit$W)), 1, max)), objective = fit$objective
  )
}

beyond_W <- function(rows, rank) {
  set.seed(1)
  W <- matrix(stats::rexp(rows * rank) * (stats::runif(rows * rank) < 0.2) + 1e-4, rows)
  sweep(W, 2, colSums(W), "/")
}
