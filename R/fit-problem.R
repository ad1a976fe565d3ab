# A problem is data, settings that have been checked, and what the core is told: all that fits of it have in
# common. nmf(), restarts, surveys and resamples make one each, and hand it to run_fits() or fit_many().

# The arguments of nmf() that have nothing to do with the data.
check_request <- function(loss = "frobenius", solver = NULL, alpha_W = 0, alpha_H = alpha_W, l1_ratio = 0,
                          nrun = 1, max_iter = 500, tol = 1e-4, threads = NULL, control = nmf_control(),
                          smooth_W = NULL, smooth_H = NULL, upper_H = NULL, sum_to_one = FALSE) {
  loss <- check_loss(loss)
  control <- check_control(control)
  check_floor(control$floor, loss)
  c(loss_settings(loss), list(
    solver = check_solver(solver, loss),
    alpha_W = check_number(alpha_W, "alpha_W", min = 0),
    alpha_H = check_number(alpha_H, "alpha_H", min = 0),
    l1_ratio = check_number(l1_ratio, "l1_ratio", min = 0, max = 1),
    nrun = check_count(nrun, "nrun"),
    max_iter = check_count(max_iter, "max_iter"),
    tol = check_number(tol, "tol", min = 0),
    threads = check_threads(threads),
    control = control,
    smooth_W = smooth_W,
    smooth_H = smooth_H
  ), check_constraint(upper_H, sum_to_one, loss, solver, smooth_H))
}

may_be_negative <- function(negative) check_choice(negative, c("error", "allow"), "negative") == "allow"

# Only a quadratic loss is defined below 0, and steps that multiply would leave what they know there.
check_negative <- function(data, loss, solver = NULL) {
  if (data$scan$n_negative == 0) {
    return(invisible())
  }
  if (!loss$quadratic) {
    abort_input(c(
      "{.arg negative} = \"allow\" is for {.arg loss} = \"frobenius\": {quote_each(loss_label(loss))} is \\
       not defined below 0.",
      "x" = "{data$scan$n_negative} cell{?s} of {.arg x} {?is/are} negative."
    ))
  }
  if (identical(solver, "mu")) {
    abort_input("{.arg solver} = \"mu\" cannot work with entries of {.arg x} below 0: use \"bpp\" or \"cd\".")
  }
}

# list(data, settings, init, fixed, options).
fit_problem <- function(data, rank, request, init = NULL, fixed_W = NULL, fixed_H = NULL) {
  if (data$observed == 0) abort_input("{.arg x} must have an entry that is not missing.")
  check_zeros(data, request$loss_object, request$control$floor)
  check_negative(data, request$loss_object, request$solver)
  data <- fit_data(data, request)
  loss <- settled_loss(request$loss_object, data)
  check_precision(request$control, data, loss)
  check_online(request$control, data, loss)
  request[c("loss", "loss_object", "beta")] <- loss_settings(loss)
  settings <- c(request, list(init = NULL, rank = check_rank(rank, whole_dim(data))))
  settings$smooth_W <- check_smooth(request$smooth_W, "smooth_W", data$dim[1], data$dimnames[[1]])
  settings$smooth_H <- check_smooth(request$smooth_H, "smooth_H", data$dim[2], data$dimnames[[2]])
  fixed <- list(
    W = check_fixed(fixed_W, "fixed_W", data$dim, settings$rank, data$dimnames, 1),
    H = shared_fixed(
      check_fixed(fixed_H, "fixed_H", data$dim, settings$rank, data$dimnames, 2), data$dim, settings$rank
    )
  )
  settings$fixed <- c(W = sum(fixed$W$which), H = summed(sum(fixed$H$which)))
  settings$row_weights <- data$row_weights
  settings$column_weights <- data$column_weights
  if (is.null(init) && settings$nrun > 1) init <- "random"
  if (is.null(init) && sketch_pays(data, settings)) init <- "sketch"
  check_constraint_data(settings, data, fixed)
  init <- check_init(
    init, data$dim, settings$rank, settings$solver, is_incomplete(data), data$dimnames, whole_dim(data)
  )
  check_for_machines(settings, init, data)
  check_restarts(init, settings$nrun)
  options <- core_options(data, settings)
  options$fixed_W <- fixed$W$which
  options$fixed_H <- fixed$H$which
  if (is.list(init)) options$W_from_H <- is.null(init$W)
  # The scale of W is that which H leaves it.
  if (settings$sum_to_one) options$W_from_H <- !is.list(init) || is.null(init$W)
  list(data = data, settings = settings, init = init, fixed = fixed, options = options)
}

# What the core needs to know. NULL leaves a choice to the core.
core_options <- function(data, settings) {
  control <- unclass(settings$control)
  control[c("checkpoint", "every")] <- NULL
  c(
    list(
      solver = settings$solver, loss = unclass(fit_loss(settings))[c("name", "parameter")],
      threads = settings$threads,
      penalties_W = core_penalties(settings, "W", whole_dim(data)),
      penalties_H = core_penalties(settings, "H", whole_dim(data)),
      max_iter = settings$max_iter, tol = settings$tol,
      largest = max(data$scan$max, control$floor), sumsq = data$sumsq
    ),
    entry_options(data), core_constraint(settings),
    list(mask = data$mask, mixed = identical(control$precision, "mixed"), machines = core_machines(data)),
    control[names(control) != "precision"]
  )
}

# What is missing, and what has weights.
entry_options <- function(data) {
  list(
    missing = data$missing, partial = data$partial, entry_weights = data$entry_weights,
    row_weights = data$row_weights, column_weights = data$column_weights
  )
}

# The storage that the core can work with. A large store it reads by columns, whatever the loss; blocks that R
# delivers only for the Frobenius loss of complete data. Blocks whose squares are out of range are brought
# back into it in memory.
fit_data <- function(data, settings) {
  data <- compact(data)
  if (!by_blocks(data$x)) {
    return(data)
  }
  ranged <- data$scan$max == 0 || (data$sumsq > 1e-280 && data$sumsq < 1e280)
  quadratic <- fit_loss(settings)$quadratic
  if (quadratic && !is_incomplete(data) && !data$weighted && ranged) {
    return(data)
  }
  if (read_by_items(data)) {
    return(data)
  }
  why <- if (!quadratic) {
    paste0("loss \"", settings$loss, "\"")
  } else if (data$weighted) {
    "weights"
  } else if (is_incomplete(data)) {
    "missing entries"
  } else {
    "values so large or small"
  }
  compact(hold_data(data, why))
}

# Where a fit begins: list(W, H, name). Draws random numbers if it is a random one.
draw_start <- function(problem, deadline = Inf) {
  data <- problem$data
  settings <- problem$settings
  start <- init_factors(data, settings$rank, problem$init, settings$threads, deadline)
  start$W <- from_first(start$W)
  if (is.list(problem$init) && sum(settings$fixed) == 0) start <- brought_to_scale(start, data$scan$max)
  if (fit_loss(settings)$steep && is.character(problem$init)) start <- lift_zeros(start)
  start$W <- put_fixed(start$W, problem$fixed$W)
  start$H <- put_fixed(start$H, problem$fixed$H)
  start <- within_constraint(start, settings, problem$fixed)
  if (is.list(problem$init)) start <- wake_dead(start, data, settings)
  start$W <- from_first(start$W)
  start
}

# A start whose product is further from the data than squares of numbers reach gets the scale of the data.
brought_to_scale <- function(start, largest) {
  size <- log2(c(max(start$W), largest_of_all(max(start$H)), largest))
  off <- size[1] + size[2] - size[3]
  if (is.finite(off) && abs(off) > 300) {
    # Both factors end near the root of the largest entry.
    start$W <- start$W * 2^(-round(size[1] - size[3] / 2))
    start$H <- start$H * 2^(-round(size[2] - size[3] / 2))
  }
  start
}

# Of fixed components, where nothing else says how many there are.
rank_of_fixed <- function(fixed_W, fixed_H) {
  size <- c(if (!is.null(dim(fixed_W))) ncol(fixed_W), if (!is.null(dim(fixed_H))) nrow(fixed_H))
  if (!length(size)) abort_input("{.arg rank}, the number of components, must be given.")
  max(size)
}

check_rank <- function(rank, dim) {
  if (is.numeric(rank) && length(rank) > 1) {
    abort_input(c(
      "{.arg rank} must be one whole number, not {describe(rank)}.",
      "i" = "{.fn nmf_survey} and {.fn cross_validate} compare several ranks."
    ))
  }
  check_count(rank, "rank", max = max(dim, 1000))
}

check_restarts <- function(init, nrun) {
  random <- is.character(init) && init %in% c("random", "nndsvdar")
  if (nrun > 1 && !random) {
    abort_input(c(
      "{.arg nrun} = {nrun} needs a random start, but {.arg init} always starts at the same point.",
      "i" = "Use {.code init = \"random\"}, or {.code nrun = 1}."
    ))
  }
}
