#' Stability and intervals of components by resampling
#'
#' Fits resamples of the data, matches their components with those of a fit (see [match_components()]), and
#' reports how similar partners are and how much the entries of `W` and `H` vary.
#'
#' Resamples are:
#' * `"columns"`: as many observations as there are, drawn with replacement (the bootstrap). `H` is then found
#'   for the observations of `x` with each `W`.
#' * `"poisson"`: every entry replaced by a Poisson number with that mean. For counts.
#' * `"multinomial"`: every observation drawn again, with its total and its proportions (as done for
#'   mutational signatures by Alexandrov et al. 2020). For counts.
#' * `"starts"`: the data as it is, from other random starts: what varies is the optimum that was found,
#'   nothing else.
#'
#' Columns of `W` sum to 1 in all of this, so that a row of `H` is in the units of the sums of columns of `x`.
#'
#' A fit with `weights`, `fixed_W` or `fixed_H` does not hold them: give them again, and every fit to a
#' resample has them, those of its columns. (Where all of a factor was fixed it need not be given.) Components
#' with fixed coefficients are matched with themselves and keep their scale, so that what is fixed has an
#' interval of width 0.
#'
#' Intervals are percentiles of the fits whose component has a partner. They tell about the noise that is
#' resampled, given the number of components; a component that is not stable is not made so by an interval.
#'
#' All `times` factors are held in memory, `8 * times * r * (l + n)` bytes.
#'
#' @param object A fit from [nmf()].
#' @param x The data that was factorized.
#' @param times Number of resamples.
#' @param type What is resampled, see below.
#' @param level Level of the intervals, between 0 and 1.
#' @param start Where the fit of a resample starts: `"random"`, so that stability is that of the whole
#'   procedure, or `"fit"`, at the fit itself, which is faster and tells about this optimum alone (not for
#'   `type = "starts"`).
#' @param weights,fixed_W,fixed_H What the fit was given, see [nmf()]. `weights` may be given to fits without.
#' @param threads,verbose As in [nmf()]; for plans of package future see [nmf_survey()].
#' @param control [nmf_control()], of which `checkpoint` and `every` count here: all else is as in `object`.
#' @param assay,layer See [adapters]. `NULL` is what the fit was made from.
#' @param parm For `confint()`: which factor.
#' @param ... Not used; anything here is an error.
#' @return An object of class `"nmf_bootstrap"`, a list of
#' \describe{
#'   \item{`W`, `H`}{each a list of matrices `estimate`, `lower`, `upper`.}
#'   \item{`similarity`}{matrix, one row per resample and one column per component: cosine with the partner.}
#'   \item{`components`}{data frame with one row per component: `component`, `stability` (mean similarity),
#'     `low` (its lowest tenth).}
#'   \item{`complete`}{`FALSE` if an interrupt cut it short: see [update()][update.nmf_bootstrap].}
#'   \item{`runs`, `settings`, `seconds`, `call`}{how it was made.}
#' }
#' `confint()`: a data frame with one row per entry of the factor: `feature` (or `observation`), `component`,
#' `estimate`, `lower`, `upper`.
#' @references Alexandrov LB, et al. (2020). The repertoire of mutational signatures in human cancer. *Nature*
#'   578, 94--101.
#' \doi{10.1038/s41586-020-1943-3}
#' @seealso [plot.nmf_bootstrap()]
#' @examplesIf requireNamespace("clue", quietly = TRUE)
#' x <- sqrt(leukemia$x)
#' fit <- nmf(x, rank = 3)
#' set.seed(1)
#' boot <- nmf_bootstrap(fit, x, times = 20)
#' boot
#' plot(boot, n = 5)
#' head(confint(boot, "H"))
#' @export
nmf_bootstrap <- function(object, x, times = 100, type = c("columns", "poisson", "multinomial", "starts"),
                          level = 0.95, start = c("random", "fit"), ..., weights = NULL,
                          fixed_W = NULL, fixed_H = NULL, threads = NULL, verbose = interactive(),
                          control = nmf_control(), assay = NULL, layer = NULL) {
  need_arguments(object)
  started <- proc.time()[["elapsed"]]
  check_dots_empty(...)
  if (missing(x)) abort_input("{.arg x}, the matrix that was factorized, must be given.")
  need_package("clue", "to match components")
  check_fit(object)
  need_weights_again(object, weights)
  data <- data_of_fit(x, object, "x", assay, layer, weights, weighed = FALSE, terms = TRUE)
  data <- hold_for_many(data, "resamples")
  weights <- weights_held(data)
  times <- check_count(times, "times", min = 2)
  type <- pick(type, c("columns", "poisson", "multinomial", "starts"), "type")
  start <- pick(start, c("random", "fit"), "start")
  level <- check_number(level, "level", min = 0, max = 1, above = TRUE)
  if (level == 1) abort_input("{.arg level} must be below 1.")
  check_flag(verbose, "verbose")
  if (type %in% c("poisson", "multinomial")) check_counts(data, type, object$settings)
  if (type == "starts" && start == "fit") {
    abort_input("{.code type = \"starts\"} needs {.code start = \"random\"}.")
  }

  s <- object$settings
  if (type == "columns" && !is.null(s$smooth_H)) {
    abort_input(c(
      "Resampled columns have lost their neighbours, which {.arg smooth_H} of {.arg object} is about.",
      "i" = "{.code type = \"poisson\"}, {.val multinomial} and {.val starts} keep the columns."
    ))
  }
  arguments <- list(
    loss = fit_loss(s), solver = s$solver, init = "random", alpha_W = s$alpha_W, alpha_H = s$alpha_H,
    l1_ratio = s$l1_ratio, smooth_W = s$smooth_W, smooth_H = s$smooth_H, max_iter = s$max_iter, tol = s$tol,
    threads = threads_of_job(threads), verbose = FALSE,
    missing = if (isTRUE(object$data$zeros_missing)) "zeros" else "NA",
    negative = if (isTRUE(object$data$negative)) "allow" else "error",
    control = checkpoint_of(control, s$control)
  )
  plain <- list(W = sweep(object$W, 2, object$scale, "*"), H = object$H / object$scale)
  fixed <- list(
    W = fixed_again(object, plain$W, "W", fixed_W, data), H = fixed_again(object, plain$H, "H", fixed_H, data)
  )
  bound <- fixed_components(fixed, ncol(object$W))
  seeds <- draw_seeds(times)
  task <- list(
    x = data$x, plain = plain, reference = unit_sums(plain$W, plain$H, bound), arguments = arguments,
    weights = weights, fixed = fixed, bound = bound, seeds = seeds, draws = vector("list", times),
    settings = list(type = type, times = times, level = level, start = start), seconds = 0,
    call = named_call(match.call(), "nmf_bootstrap")
  )
  task$seconds <- proc.time()[["elapsed"]] - started
  run_bootstrap(task, verbose)
}

# `task`: what the fits need, and in `draws` what is there of them.
run_bootstrap <- function(task, verbose) {
  started <- proc.time()[["elapsed"]]
  checkpoint <- task_checkpoint(task, c("plain", "weights", "fixed"), c("seeds", "draws"))
  task <- checkpoint$task
  left <- which(vapply(task$draws, is.null, NA))
  draws <- task$draws
  one <- function(seed) bootstrap_fit(seed, task)
  finished <- run_jobs(as.list(task$seeds[left]), one, function(k, out) {
    draws[[left[k]]] <<- out
    checkpoint$tick(function() replace(task, "draws", list(draws)))
  }, verbose, "resamples", saved = !is.null(task$checkpoint))
  if (finished) checkpoint$done()
  task$draws <- draws
  task$seconds <- task$seconds + proc.time()[["elapsed"]] - started
  done <- sum(lengths(draws) > 0)
  good <- which(vapply(draws, function(d) !is.null(d) && !is_failed(d), NA))
  error <- vapply(draws, function(d) if (is_failed(d)) d$message else NA_character_, "")
  # Two have an interval.
  if (!finished && length(good) < 2) cpp_interrupt()
  if (length(good) < 2) {
    abort_input(c("Fewer than two resamples could be fitted.", "x" = first_line(error[!is.na(error)][1])))
  }
  boot <- result_of_task(task, finished, function(task) bootstrap_of(task, good, error), done, length(draws))
  if (boot$complete) warn_left_out(error)
  boot
}

# `good`: the resamples that were fitted; `error`: of each, NA or a message.
bootstrap_of <- function(task, good, error) {
  times <- length(task$draws)
  names <- colnames(task$reference$W)
  similarity <- matrix(NA_real_, times, length(names), dimnames = list(NULL, names))
  for (k in good) similarity[k, ] <- task$draws[[k]]$similarity
  factors <- function(name) {
    estimate <- task$reference[[name]]
    drawn <- vapply(task$draws[good], `[[`, estimate, name)
    intervals(estimate, array(drawn, c(dim(estimate), length(good))), task$settings$level)
  }
  done <- lengths(task$draws) > 0
  structure(
    list(
      W = factors("W"), H = factors("H"), similarity = similarity[done, , drop = FALSE],
      components = data.frame(
        component = names, stability = colMeans(similarity, na.rm = TRUE),
        low = apply(similarity, 2, stats::quantile, 0.1, na.rm = TRUE, names = FALSE), row.names = NULL
      ),
      runs = data.frame(run = seq_len(times), seed = task$seeds, error = error)[done, ],
      settings = task$settings, complete = TRUE, seconds = task$seconds, call = task$call
    ),
    class = "nmf_bootstrap"
  )
}

# `error`: of each fit, NA or a message.
warn_left_out <- function(error) {
  failed <- which(!is.na(error))
  if (length(failed)) {
    warn_user(c(
      "{length(failed)} of {length(error)} fits failed and {cli::qty(length(failed))}{?is/are} left out: \\
       see {.field runs}.",
      "x" = first_line(error[failed[1]])
    ), class = "nonneg_warning_failed")
  }
}

check_counts <- function(data, type, settings) {
  loss <- fit_loss(settings)
  if (!loss$zeros && is.null(settings$control$floor)) {
    abort_input(c(
      "{.code type = \"{type}\"} makes zeros, for which the loss of the fit, {.val {loss_label(loss)}}, is \\
       infinite.",
      "i" = "Use {.code type = \"columns\"}."
    ))
  }
  bad <- not_whole(data$x)
  if (bad$count > 0) {
    abort_input(
      "{.code type = \"{type}\"} needs counts in {.arg x}, but {bad$count} entr{?y/ies} {?is/are} not \\
       whole, \\
       such as {format(bad$first)}."
    )
  }
  # R draws no more at once.
  total <- if (type == "multinomial") column_sums(data$x)
  large <- which(total > .Machine$integer.max)
  if (length(large)) {
    abort_input(c(
      "{.code type = \"multinomial\"} needs columns of {.arg x} with sums of at most \\
       {(.Machine$integer.max)}; that \\
       of column {large[1]} is {format(total[large[1]])}.",
      "i" = "Use {.code type = \"poisson\"}."
    ))
  }
}

# A fit knows that it was weighted, not how.
need_weights_again <- function(object, weights) {
  if (is.null(weights) && isTRUE(object$data$weighted)) {
    abort_input(c(
      "{.arg weights} must be given: {.arg object} was fitted with weights.",
      "i" = "Give the same as to {.fn nmf}."
    ))
  }
}

# The weights of data as check_weights() has them, next to `data$x`, in which what has the weight 0 is NA or,
# where only what counts is stored, not stored.
weights_held <- function(data) {
  entries <- data$entry_weights
  if (data$partial) {
    if (is.null(entries)) entries <- rep(1, length(values_of(data$x)))
    entries <- with_values(data$x, entries)
  }
  held <- list(entries = entries, rows = data$row_weights, columns = data$column_weights)
  held[!vapply(held, is.null, NA)]
}

# The coefficients of a factor, `value`, that were fixed in the fit, as from check_fixed(). It holds their
# number, which tells them if they are all.
fixed_again <- function(object, value, factor, given, data) {
  arg <- paste0("fixed_", factor)
  count <- sum(object$settings$fixed[factor])
  if (is.null(given)) {
    if (count == 0) {
      return(NULL)
    }
    if (count < length(value)) {
      abort_input(c(
        "{.arg {arg}} must be given: {count} coefficient{?s} of {.arg object} {?was/were} fixed.",
        "i" = "Give the same as to {.fn nmf}: what is fixed stays as it is in all resamples."
      ))
    }
    given <- value
  }
  fixed <- check_fixed(given, arg, data$dim, ncol(object$W), data$dimnames, if (factor == "W") 1 else 2)
  off <- abs(value - fixed$value)[fixed$which] > 1e-8 * max(value)
  if (sum(fixed$which) != count || any(off)) {
    abort_input(c(
      "{.arg {arg}} must be what {.arg object} was fitted with.",
      "x" = "The fit has {count} fixed coefficient{?s}; of the {sum(fixed$which)} given, {sum(off)} differ \\
             from it."
    ))
  }
  fixed
}

# Which components are bound by fixed coefficients: they keep their scale and their place.
fixed_components <- function(fixed, rank) {
  bound <- rep(FALSE, rank)
  if (!is.null(fixed$W)) bound <- bound | colSums(fixed$W$which) > 0
  if (!is.null(fixed$H)) bound <- bound | rowSums(fixed$H$which) > 0
  bound
}

# Columns of W sum to 1, rows of H make up for it; those that are bound stay.
unit_sums <- function(W, H, bound) {
  size <- colSums(W)
  size[size == 0 | bound] <- 1
  list(W = sweep(W, 2, size, "/"), H = H * size)
}

intervals <- function(estimate, draws, level) {
  p <- c(1 - level, 1 + level) / 2
  bounds <- apply(draws, c(1, 2), stats::quantile, p, na.rm = TRUE, names = FALSE)
  shaped <- function(k) matrix(bounds[k, , ], nrow(estimate), dimnames = dimnames(estimate))
  list(estimate = estimate, lower = shaped(1), upper = shaped(2))
}

#' @rdname nmf_bootstrap
#' @importFrom stats confint
#' @export
confint.nmf_bootstrap <- function(object, parm = c("W", "H"), ...) {
  if ("level" %in% names(substitute(list(...)))) {
    abort_input("The level is that of the resampling: give {.arg level} to {.fn nmf_bootstrap}.")
  }
  check_dots_empty(...)
  parm <- pick(parm, c("W", "H"), "parm")
  part <- object[[parm]]
  if (parm == "H") part <- lapply(part, t)
  names <- rownames(part$estimate)
  components <- colnames(part$estimate)
  df <- data.frame(
    entry = rep(entry_names(names, nrow(part$estimate)), times = length(components)),
    component = factor(rep(components, each = nrow(part$estimate)), components),
    estimate = as.vector(part$estimate), lower = as.vector(part$lower), upper = as.vector(part$upper)
  )
  names(df)[1] <- if (parm == "W") "feature" else "observation"
  as_tidy(df)
}

#' @export
print.nmf_bootstrap <- function(x, digits = 3, ...) {
  check_dots_empty(...)
  check_digits(digits)
  s <- x$settings
  print_line(
    "Resampled factorization: ", count_of(nrow(x$W$estimate), "feature"), " x ",
    count_of(ncol(x$H$estimate), "observation"), ", rank ", ncol(x$W$estimate)
  )
  failed <- sum(!is.na(x$runs$error))
  print_fields(c(
    describe_complete(x),
    resamples = paste0(
      nrow(x$similarity), " (", s$type, "), starts: ", s$start,
      sprintf(", %s s", format(signif(x$seconds, 3)))
    ),
    if (failed) c(failed = sprintf("%d of %d fits, see $runs", failed, nrow(x$runs))),
    intervals = paste0(format(100 * s$level), "%, see confint()")
  ))
  cat("\n")
  shown <- x$components
  shown$stability <- formatC(shown$stability, digits = digits, format = "f")
  shown$low <- formatC(shown$low, digits = digits, format = "f")
  names(shown)[3] <- "lowest tenth"
  print(shown, row.names = FALSE)
  invisible(x)
}
