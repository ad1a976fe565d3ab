#' Cross-validation of rank
#'
#' Fits each rank to a part of the data and measures the loss on the rest. Parts are not whole rows
#' or columns,
#' whose coefficients would have to be fitted to what is held out, but:
#' * `"entries"` (speckled): entries all over the matrix, each in one of `folds` random sets. Those
#'   of one set become missing, the others are fitted, and the loss of the predictions for the set
#'   is measured
#'   (Wold 1978; Owen and Perry 2009). For any data and every loss.
#' * `"thinning"`: for counts. Every count is split at random in `folds` parts (binomially, so with
#'   a part
#'   \eqn{\epsilon} = 1 - 1/`folds` of it in the data to fit), and each part is held out in turn.
#'   For Poisson counts, parts are
#'   independent (Neufeld et al. 2024). Sparse data stays sparse, and nothing is missing. What is
#'   held out has
#'   another scale: its prediction is \eqn{WH (1-\epsilon)/\epsilon}.
#'
#' The error is the mean of the loss over all entries that are held out (for thinning: over all
#' entries of the
#' part). It falls while components describe what entries have in common and rises when they
#' describe noise:
#' see [best_rank()] for the rule, which says so when there is no minimum.
#'
#' Entries of a sparse matrix that are held out are stored, zeros as well: a `folds`-th of all
#' entries.
#' For large sparse counts, thinning is far cheaper.
#'
#' For losses with \eqn{\beta \le 1} a prediction of 0 for a positive entry has an infinite loss (a
#' fit has never
#' such a prediction for what it has seen). So a thousandth of each prediction is the mean of all of
#' them, which is
#' never 0.
#'
#' Nothing bounds what a fit with too many components says about an entry that it has not seen: a component
#' that
#' describes a few entries can be huge everywhere else, and one prediction in a thousand then makes the whole
#' error, and its standard error. So a prediction for a held-out entry counts as no larger than the
#' largest entry of its row, and of its column, in the part that was fitted. That part says nothing about
#' larger ones.
#' It costs some of the error for the few entries that are the largest of their row or column, for all ranks
#' alike, and these are compared entry by entry.
#'
#' @inheritParams nmf_survey
#' @param weights As in [nmf()]; the error is then a weighted mean.
#' @param nrun Random starts of each fit, of which the best counts.
#' @param method What is held out, see below.
#' @param folds Number of sets that are held out in turn, at least 2.
#' @param replicates How often the split is drawn anew.
#' @return An object of class `"nmf_cv"`, a list of
#' \describe{
#'   \item{`errors`}{data frame with one row per rank: `rank`, `error` (mean over folds and
#'     replicates), `se` (its
#'     standard error), `train` (the mean loss per entry in what was fitted).}
#'   \item{`runs`}{data frame with one row per fit: `rank`, `replicate`, `fold`, `seed` of the
#'     split, `error`, `train`,
#'     `iterations`, `converged`, `seconds`, `failure` (`NA` or a message).}
#'   \item{`complete`}{`FALSE` if an interrupt cut it short: see [update()][update.nmf_cv].}
#'   \item{`settings`, `data`, `seconds`, `call`}{how it was made.}
#' }
#' @references
#' Wold S (1978). Cross-validatory estimation of the number of components in factor and principal
#' components
#' models. *Technometrics* 20(4), 397--405. \doi{10.1080/00401706.1978.10489693}
#'
#' Owen AB, Perry PO (2009). Bi-cross-validation of the SVD and the nonnegative matrix
#' factorization. *Annals
#' of Applied Statistics* 3(2), 564--594. \doi{10.1214/08-AOAS227}
#'
#' Neufeld A, Gao LL, Popp J, Battle A, Witten D (2024). Inference after latent variable estimation
#' for
#' single-cell RNA sequencing data. *Biostatistics* 25(1), 270--287.
#' \doi{10.1093/biostatistics/kxac047}
#' @seealso [best_rank()], [nmf_survey()] for reproducibility as evidence.
#' @examples
#' set.seed(1)
#' W <- matrix(rgamma(60 * 3, 0.5), 60)
#' H <- matrix(rgamma(3 * 40, 0.5), 3)
#' counts <- matrix(rpois(60 * 40, 20 * W %*% H), 60)
#' cv <- cross_validate(counts, ranks = 1:5, loss = "kl", method = "thinning", folds = 3)
#' cv
#' best_rank(cv)
#' @export
cross_validate <- function(x, ranks = 2:8, loss = "frobenius", solver = NULL, init = NULL,
                           alpha_W = 0, alpha_H = alpha_W, l1_ratio = 0, nrun = 1,
                           max_iter = 500, tol = 1e-4, threads = NULL,
                           verbose = interactive(), control = nmf_control(),
                           method = c("entries", "thinning"), folds = 5, replicates = 1,
                           weights = NULL, fixed_W = NULL, assay = NULL, layer = NULL, ...) {
  started <- proc.time()[["elapsed"]]
  # Who has set a limit knows of it.
  limited <- !missing(max_iter) || !missing(tol)
  check_dots_empty(...)
  data <- some_data(x, assay = assay, layer = layer)
  method <- pick(method, c("entries", "thinning"), "method")
  folds <- check_count(folds, "folds", min = 2)
  replicates <- check_count(replicates, "replicates")
  ranks <- check_ranks(ranks, data$dim)
  check_flag(verbose, "verbose")
  arguments <- list(
    loss = loss, solver = solver, init = check_random_init(init), alpha_W = alpha_W, alpha_H = alpha_H,
    l1_ratio = l1_ratio, nrun = check_count(nrun, "nrun"), max_iter = max_iter, tol = tol,
    threads = threads_of_job(threads), verbose = FALSE, control = check_control(control)
  )
  check_fit_arguments(arguments, data)
  known_weights <- check_weights(weights, data, "weights")
  arguments$weights <- weights_of_part(known_weights, seq_len(data$dim[1]), seq_len(data$dim[2]))
  arguments$fixed_W <- fixed_for_ranks(fixed_W, data, ranks)
  loss <- check_loss(loss)
  if (method == "thinning") check_thinning(data, loss)
  if (method == "entries") check_speckles(data, folds)

  # One seed per replicate for its split, the same for all ranks and folds; one per fit for its
  # start.
  splits <- draw_seeds(replicates)
  jobs <- expand.grid(fold = seq_len(folds), replicate = seq_len(replicates))
  jobs$start <- draw_seeds(nrow(jobs))
  jobs <- unlist(lapply(ranks, function(rank) {
    lapply(
      seq_len(nrow(jobs)), function(k) c(rank = rank, as.list(jobs[k, ]), split = splits[jobs$replicate[k]])
    )
  }), recursive = FALSE)
  task <- list(
    data = data, ranks = ranks, arguments = arguments, weights = known_weights, jobs = jobs,
    runs = vector("list", length(jobs)), settings = list(method = method, folds = folds, replicates = replicates),
    limited = limited, call = named_call(match.call(), "cross_validate")
  )
  task$seconds <- proc.time()[["elapsed"]] - started
  run_cv(task, verbose)
}

# `task`: what the fits need; in `runs` the row of each that is there.
run_cv <- function(task, verbose) {
  started <- proc.time()[["elapsed"]]
  runs <- task$runs
  left <- which(vapply(runs, is.null, NA))
  one <- function(job) cv_fit(job, task)
  finished <- run_jobs(task$jobs[left], one, function(k, out) {
    runs[[left[k]]] <<- cv_run(task$jobs[[left[k]]], out)
  }, verbose, "folds")
  task$runs <- runs
  task$seconds <- task$seconds + proc.time()[["elapsed"]] - started
  done <- sum(lengths(runs) > 0)
  if (!finished && done == 0) cpp_interrupt()
  if (finished) abort_if_all_failed(vapply(runs, `[[`, "", "failure"))
  cv <- result_of_task(task, finished, cv_of, done, length(task$jobs))
  if (cv$complete) {
    warn_of_failed_folds(cv$runs)
    warn_of_unconverged_folds(cv$runs, task)
  }
  cv
}

cv_of <- function(task) {
  runs <- do.call(rbind, task$runs)
  structure(
    list(
      errors = cv_errors(runs, task$ranks), runs = runs,
      settings = c(task$settings, task$arguments[setdiff(names(task$arguments), c("weights", "fixed_W"))]),
      data = list(nrow = task$data$dim[1], ncol = task$data$dim[2], class = task$data$class),
      complete = TRUE, seconds = task$seconds, call = task$call
    ),
    class = "nmf_cv"
  )
}

# As nmf() does: only of fits that were given no limit.
warn_of_unconverged_folds <- function(runs, task) {
  count <- sum(!runs$converged, na.rm = TRUE)
  if (count == 0 || task$limited) {
    return(invisible())
  }
  warn_user(c(
    "{count} of {nrow(runs)} fits did not converge in {.arg max_iter} = {task$arguments$max_iter} iterations: see \\
     {.field runs}.",
    "i" = "Errors of ranks may differ for that reason. Raise {.arg max_iter} or {.arg tol}; either silences this \\
           warning."
  ), class = "nonneg_warning_convergence")
}

check_thinning <- function(data, loss) {
  values <- values_of(data$x)
  bad <- which(values != trunc(values))
  if (length(bad)) {
    abort_input(c(
      "{.code method = \"thinning\"} needs counts in {.arg x}, but {length(bad)} entr{?y/ies} {?is/are} not whole, \\
       such as {format(values[bad[1]])}.",
      "i" = "Use {.code method = \"entries\"}."
    ))
  }
  if (max(values, 0, na.rm = TRUE) > .Machine$integer.max) {
    abort_input("{.code method = \"thinning\"} needs counts of at most {.Machine$integer.max} in {.arg x}.")
  }
  if (!loss$zeros) {
    abort_input(c(
      "{.code method = \"thinning\"} makes zeros, for which {.arg loss} = {quote_each(loss_label(loss))} is infinite.",
      "i" = "Use {.code loss = \"kullback-leibler\"}."
    ))
  }
}

check_speckles <- function(data, folds) {
  advice <- "Use {.code method = \"thinning\"} for counts, or a sample of the columns."
  check_left_out(data, 1 / folds, advice)
  if (prod(data$dim) < 2 * folds) {
    abort_input("{.arg folds} must be at most half the number of entries, {prod(data$dim)}, not {folds}.")
  }
}

cv_fit <- function(job, task) {
  x <- task$data$x
  weights <- task$weights
  folds <- task$settings$folds
  with_stream(job$split, parts <- if (task$settings$method == "thinning") {
    thinned(x, job$fold, folds)
  } else {
    speckled(x, job$fold, folds)
  })
  fit <- with_stream(job$start, quiet_fit(parts$train, job$rank, task$arguments))
  list(
    error = held_out_error(parts, fit, fit_loss(fit$settings), weights), train = fit$loss / weight_total(weights, parts$train),
    iterations = max(fit$history$iteration), converged = fit$converged, seconds = fit$seconds
  )
}

# The entries of set `fold` are to be predicted; what is missing already is in no set.
speckled <- function(x, fold, folds) {
  count <- length(x)
  index <- which(sample(rep_len(seq_len(folds), count)) == fold)
  test <- x[index]
  index <- index[!is.na(test)]
  list(train = without_entries(x, index), index = index, test = test[!is.na(test)], by = 1)
}

# Part `fold` of every count: the parts before it are drawn first, so that the parts of all folds of
# one
# replicate add up to x.
thinned <- function(x, fold, folds) {
  count <- as.integer(if (is.matrix(x)) x else x@x)
  left <- count
  for (k in seq_len(fold)) {
    part <- if (k < folds) draw_part(left, 1 / (folds - k + 1)) else left
    left <- left - part
  }
  train <- test <- x
  if (is.matrix(x)) {
    train[] <- as.double(count - part)
    test[] <- as.double(part)
  } else {
    train@x <- as.double(count - part)
    test@x <- as.double(part)
  }
  list(train = train, test = test, by = 1 / (folds - 1))
}

draw_part <- function(count, p) {
  known <- !is.na(count)
  count[known] <- stats::rbinom(sum(known), count[known], p)
  count
}

# Mean loss of the predictions for what was held out.
held_out_error <- function(parts, fit, loss, weights = list()) {
  W <- fit$W * parts$by
  H <- fit$H
  if (loss$infinite) {
    # One more component, the same everywhere, with a thousandth of the whole.
    level <- sum(colSums(W) * rowSums(H)) / (nrow(W) * ncol(H))
    W <- cbind(0.999 * W, 0.001 * level)
    H <- rbind(H, 1)
  }
  if (is.null(parts$index)) {
    of_all <- weights_of_part(weights, seq_len(nrow(W)), seq_len(ncol(H)))
    total <- divergence(parts$test, list(W = W, H = H), loss, weights = of_all)
    return(total / weight_total(weights, parts$test))
  }
  row <- (parts$index - 1) %% nrow(W) + 1
  column <- (parts$index - 1) %/% nrow(W) + 1
  q <- numeric(length(row))
  for (k in seq_len(ncol(W))) q <- q + W[row, k] * H[k, column]
  top <- largest_by_side(parts$train)
  q <- pmin(q, top$rows[row], top$columns[column])
  # As a fit does, for rows or columns without anything in the part that was fitted.
  q <- pmax(q, 1e-16 * max(parts$test, 0))
  v <- weights_at(weights, parts$index, nrow(W))
  sum(weighted(entry_divergence(parts$test, q, loss, row), v)) / sum(v)
}

# The largest entry of each row and of each column that is not missing; 0 where there is none.
largest_by_side <- function(x) {
  if (is.matrix(x)) {
    return(list(rows = apply(x, 1, max, 0, na.rm = TRUE), columns = apply(x, 2, max, 0, na.rm = TRUE)))
  }
  # In increasing order the last one stays.
  place <- order(x@x, na.last = NA)
  value <- x@x[place]
  rows <- numeric(nrow(x))
  rows[x@i[place] + 1L] <- value
  columns <- numeric(ncol(x))
  columns[rep(seq_len(ncol(x)), diff(x@p))[place]] <- value
  list(rows = pmax(rows, 0), columns = pmax(columns, 0))
}

cv_run <- function(job, out) {
  failed <- is_failed(out)
  of <- function(part, none) if (failed) none else out[[part]]
  data.frame(
    rank = job$rank, replicate = job$replicate, fold = job$fold, seed = job$split, error = of(
      "error", NA_real_
    ),
    train = of("train", NA_real_), iterations = of("iterations", NA_integer_), converged = of(
      "converged", NA
    ),
    seconds = of("seconds", NA_real_), failure = if (failed) out$message else NA_character_
  )
}

warn_of_failed_folds <- function(runs) {
  failed <- which(!is.na(runs$failure))
  if (length(failed)) {
    first <- runs[failed[1], ]
    warn_user(c(
      "{length(failed)} of {nrow(runs)} fits failed and {cli::qty(length(failed))}{?is/are} left out: \\
       see {.field runs}.",
      "x" = paste0("Rank ", first$rank, ", fold ", first$fold, ": ", first_line(first$failure))
    ), class = "nonneg_warning_failed")
  }
}

cv_errors <- function(runs, ranks) {
  do.call(rbind, lapply(ranks, function(rank) {
    of <- runs[runs$rank == rank, ]
    data.frame(
      rank = rank, error = mean(of$error, na.rm = TRUE), se = standard_error(of$error),
      train = mean(of$train, na.rm = TRUE)
    )
  }))
}

#' @rdname best_rank
#' @export
best_rank.nmf_cv <- function(object, ...) {
  check_dots_empty(...)
  runs <- object$runs[is.finite(object$runs$error), ]
  evidence <- object$errors[is.finite(object$errors$error), ]
  rownames(evidence) <- NULL
  values <- tapply(runs$error, list(paste(runs$replicate, runs$fold), runs$rank), mean)
  values <- values[, as.character(evidence$rank), drop = FALSE]
  off <- if (ncol(values)) paired_shortfall(-values) else data.frame(
    shortfall = numeric(), shortfall_se = numeric()
  )
  evidence$excess <- off$shortfall
  evidence$excess_se <- off$shortfall_se
  near <- evidence$rank[evidence$excess <= evidence$excess_se]
  chosen <- if (length(near)) min(near) else NA_integer_
  found <- if (nrow(evidence)) {
    lowest <- which.min(evidence$error)
    sprintf("lowest at rank %d (%s)", evidence$rank[lowest], format(signif(evidence$error[lowest], 4)))
  }
  best <- new_best_rank(
    chosen, "error", "the smallest rank whose held-out error is within one standard error of the lowest", found,
    evidence,
    none = "the curve has no minimum in this range"
  )
  if (!is.na(best$rank) && best$rank > 1 && best$rank == min(evidence$rank)) {
    best$notes <- "it is the smallest rank tried: smaller ones may be as good, so include them, from 1"
  }
  best
}

#' @export
print.nmf_cv <- function(x, digits = 4, ...) {
  check_dots_empty(...)
  s <- x$settings
  print_line(
    "Cross-validation of rank: ", count_of(x$data$nrow, "feature"), " x ", count_of(
      x$data$ncol, "observation"
    ),
    ", ranks ", describe_ranks(x$errors$rank)
  )
  failed <- sum(!is.na(x$runs$failure))
  slow <- sum(!x$runs$converged, na.rm = TRUE)
  print_fields(c(
    describe_complete(x),
    loss = loss_label(check_loss(s$loss)),
    "held out" = paste0(
      if (s$method == "thinning") "a part of every count" else "entries", ", ",
      count_of(s$folds, "fold"), " x ",
      count_of(s$replicates, "replicate"), sprintf(", %s s", format(signif(x$seconds, 3)))
    ),
    if (failed > 0) c(failed = sprintf("%d of %d fits, see $runs", failed, nrow(x$runs))),
    if (slow > 0) c("not converged" = sprintf("%d of %d fits, see $runs", slow, nrow(x$runs)))
  ))
  cat("\n")
  best <- best_rank(x)
  shown <- x$errors
  for (name in names(shown)[-1]) shown[[name]] <- formatC(shown[[name]], digits = digits, format = "g")
  shown$best <- ifelse(shown$rank %in% best$rank, "*", "")
  names(shown)[ncol(shown)] <- ""
  print(shown, row.names = FALSE)
  if (is.na(best$rank)) {
    cat("\n")
    print_fields(c("no best rank" = best$reason))
  }
  invisible(x)
}
