# Many fits at once, one per thread: for data that is too small to share between threads, which is what restarts and
# resamples mostly are. Each gives what nmf() gives, bit by bit.

# `prepared`: list of start_of(). Returns fits of class "nmf", NULL for one that was stopped before it began.
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

# What nmf() does before it calls the core, for arguments that have been checked and that have neither weights
# nor known coefficients. Draws the start.
start_of <- function(x, rank, arguments) {
  data <- weigh_data(if (is.list(x)) x else nmf_data(x), NULL)
  loss <- check_loss(arguments$loss)
  check_zeros(data, loss, arguments$control$floor)
  settings <- c(
    list(loss = loss$name, beta = loss$beta, solver = arguments$solver, init = NULL, rank = check_rank(rank, data$dim)),
    lapply(arguments[c("alpha_W", "alpha_H", "l1_ratio")], as.double),
    list(
      nrun = 1L, max_iter = as.integer(arguments$max_iter), tol = as.double(arguments$tol), threads = arguments$threads,
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

# How many fits of this size to start together: enough for all threads, not more than fit in a gigabyte with what
# the core needs. 1 where threads had better work on one fit, or there is one.
fits_together <- function(dim, rank, threads) {
  bytes <- 8 * 10 * as.double(sum(dim)) * rank
  count <- min(64, floor(1e9 / bytes))
  if (threads > 1 && count >= 2 * threads) count else 1
}
