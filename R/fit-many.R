# Many fits at once, one per thread: for data that is too small to share between threads, which is
# what restarts and
# resamples mostly are. Each gives what nmf() gives, bit by bit.

# `prepared`: list of start_of(). Returns fits of class "nmf", NULL for one that was stopped before
# it began.
fit_many <- function(prepared, threads, max_seconds = Inf, progress = NULL) {
  part <- function(name) lapply(prepared, `[[`, name)
  options <- lapply(prepared, function(p) {
    p$options$threads <- 1L
    p$options$max_seconds <- max_seconds
    p$options
  })
  fits <- cpp_fit_many(
    lapply(prepared, function(p) p$data$x), part("W"), part("H"), options, threads, progress
  )
  lapply(seq_along(fits), function(k) {
    fit <- fits[[k]]
    if (is.null(fit)) {
      return(NULL)
    }
    p <- prepared[[k]]
    settings <- p$settings
    settings$solver <- fit$solver
    settings$init <- p$init
    runs <- run_summary(1L, fit)
    runs$best <- TRUE
    finish_fit(
      fit, p$data, settings, runs, max(fit$history$seconds), quote(nmf(x = x, rank = rank)),
      component_names(settings$rank, NULL, NULL)
    )
  })
}

# What nmf() does before it calls the core, for arguments that have been checked and that have
# neither weights
# nor known coefficients. Draws the start.
start_of <- function(x, rank, arguments) {
  data <- weigh_data(if (is.list(x)) x else nmf_data(x), NULL)
  loss <- check_loss(arguments$loss)
  check_zeros(data, loss, arguments$control$floor)
  settings <- c(
    list(loss = loss$name, beta = loss$beta, solver = arguments$solver, init = NULL, rank = check_rank(rank, data$dim)),
    lapply(arguments[c("alpha_W", "alpha_H", "l1_ratio")], as.double),
    list(
      nrun = 1L, max_iter = as.integer(arguments$max_iter), tol = as.double(arguments$tol),
      threads = arguments$threads,
      control = arguments$control, fixed = c(W = 0L, H = 0L)
    )
  )
  init <- check_init(arguments$init, data$dim, settings$rank, settings$solver, is_incomplete(data))
  start <- init_factors(data, settings$rank, init, settings$threads)
  if (settings$beta < 2 && is.character(init)) start <- lift_zeros(start)
  list(
    data = data, settings = settings, options = core_options(data, settings), W = start$W, H = start$H,
    init = start$name
  )
}

# Restarts of nmf() at once: what cpp_fit() gives for each start, NULL for those that were stopped
# before they began.
fit_together <- function(x, starts, options, threads, progress) {
  options$threads <- 1L
  count <- length(starts)
  fits <- cpp_fit_many(
    rep(list(x), count), lapply(starts, `[[`, "W"), lapply(starts, `[[`, "H"), rep(list(options), count),
    threads,
    progress
  )
  lapply(seq_along(fits), function(k) if (!is.null(fits[[k]])) c(fits[[k]], list(init = starts[[k]]$name)))
}

# How many fits of this data to start together, not more than take a gigabyte with what the core
# needs. 1 where threads
# had better work on one fit, or there is one. Even one thread gains where fits share the read of X:
# a dense one
# that no cache holds.
fits_together <- function(data, settings, nrun = settings$nrun) {
  # Threads must not ask R for blocks.
  if (!is.matrix(data$x) && !methods::is(data$x, "dgCMatrix")) {
    return(1)
  }
  bytes <- 8 * 12 * as.double(sum(data$dim)) * settings$rank
  count <- min(64, nrun, floor(1e9 / bytes))
  stacked <- is.matrix(data$x) && settings$beta == 2 && !isTRUE(data$weighted) && !is_incomplete(data) &&
    8 * prod(data$dim) >= 8e6 && settings$rank <= 80
  enough <- if (stacked) 2 else 2 * settings$threads
  if (count >= enough && (stacked || settings$threads > 1)) count else 1
}
