#' Survey of ranks: restarts, resamples and consensus
#'
#' Fits every rank many times, and collects what helps to choose one: how well each rank fits,
#' and how reproducible its components and its classes of observations are.
#'
#' For every rank there are two sets of fits:
#' * `nrun` **restarts** on the whole of `x`, from random starts. The one with the lowest objective
#'   is
#'   the fit of that rank, in `fits`.
#' * `times` fits to **resamples** of `x`: a random `part` of its columns, rows or entries,
#'   drawn without replacement, each from one random start.
#'
#' Restarts tell whether the optimum was found. They tell little about rank: a solver that converges
#' often ends at the same optimum from everywhere, at a wrong rank as well, so that the classic
#' consensus over restarts is then 1 for all. What components owe to the sample
#' at hand shows when the sample changes; so the evidence for a rank comes from resamples by
#' default.
#' Both are there: `consensus(survey, rank, from = "restarts")` is the classic one.
#'
#' @section Random numbers:
#' Every fit has a stream of random numbers of its own, whose seed is drawn from R's generator
#' before
#' anything runs. The result of a fit therefore depends neither on threads and processes nor on
#' other fits, and all ranks see the same resamples. Restarts and resamples have streams of their own: with
#' a larger `nrun` or `times` there are more of them, and the first ones stay as they were.
#'
#' @section Processes:
#' Where a plan of package future is set, such as `future::plan("multisession")`, fits run in
#' its processes, each with one thread unless `threads` says otherwise; else in this one,
#' with several threads. Ranks are dealt out among the processes. If package progressr is loaded, progress
#' is reported by it. A fit that
#' fails
#' is reported in `runs`, with a warning, and left out; the share of a process that died is run again.
#'
#' Fits share the read of `x`, and so take much less time than one by one, where `x` is dense and complete,
#' has at
#' least 8 MB, more than a cache holds, and the loss is Frobenius, without `weights`, `fixed_W` or
#' `max_seconds`, up to rank 80; in a survey this is so for restarts, since each resample is other data.
#' Smaller data
#' and other losses have one fit per thread. The results are the same in all cases.
#'
#' @param x,loss,solver,init,alpha_W,alpha_H,l1_ratio,max_iter,tol,threads,verbose,control As in
#'   [nmf()]. `init`
#'   must be a random start, or `NULL` for one.
#' @param ranks Numbers of components, such as `2:8`.
#' @param nrun Number of restarts on the whole data, for each rank.
#' @param resample What resamples leave out: `"columns"` (observations), `"rows"` (features),
#'   `"entries"`
#'   (which become missing), or `"none"` for no resamples.
#' @param times Number of resamples, for each rank.
#' @param part Which part of the columns, rows or entries a resample keeps, between 0 and 1.
#' @param max_n Consensus measures of more observations than this are those of a sample, see
#'   [consensus()].
#' @param weights As in [nmf()], for the whole of `x`; a resample has its part of them. The objective is
#'   weighted, `rss`, `explained` and all that is counted over observations are not.
#' @param fixed_W Known coefficients as in [nmf()]; no more columns than the smallest rank has.
#' @param ... Not used; anything here is an error.
#'
#' @return An object of class `"nmf_survey"`, a list of
#' \describe{
#'   \item{`ranks`}{the ranks.}
#'   \item{`fits`}{for every rank the best fit, of class `"nmf"` (`NULL` if all failed).}
#'   \item{`measures`}{data frame with one row per rank. Of the best fit: `loss`; `rss` and
#'     `explained`, the residual
#'     sum of squares and 1 minus its part of the sum of squares, for any loss; `sparseness_W`
#'     and `sparseness_H`, means over components of Hoyer's measure, see [summary.nmf()] (package NMF takes
#'     the mean
#'     over the columns of `H`, the observations, instead, which tells how few components each has); `kkt`,
#'     the certified
#'     KKT residual; `iterations`. Of the restarts: `spread`, the highest objective over the lowest,
#'     minus 1.}
#'   \item{`stability`}{data frame with one row per rank and set of fits (`from`): the measures of
#'     its
#'     [consensus()]; `agreement`, the mean adjusted Rand index between the classes of a fit and
#'     those of the
#'     best fit, and `similarity`, the mean cosine between its components and those of the best fit,
#'     matched as in
#'     [match_components()], each with its standard error over fits.}
#'   \item{`components`}{data frame with one row per rank and component of the best fit: its mean
#'     `similarity` to its partner in the resamples (in the restarts where there are none), and the
#'     lowest tenth (`low`).}
#'   \item{`runs`}{data frame with one row per fit: `rank`, `from`, `run`, `seed`, `objective`,
#'     `iterations`,
#'     `kkt`, `converged`, `seconds`, `agreement` and `similarity` (as in `stability`), `error`
#'     (`NA` or a
#'     message).}
#'   \item{`members`}{for every rank the classes of the observations in each fit.}
#'   \item{`settings`, `data`, `seconds`, `call`}{how it was made.}
#' }
#' @references
#' Brunet JP, Tamayo P, Golub TR, Mesirov JP (2004). Metagenes and molecular pattern
#' discovery using matrix factorization. *PNAS* 101(12), 4164--4169. \doi{10.1073/pnas.0308531101}
#'
#' Hubert L, Arabie P (1985). Comparing partitions. *Journal of Classification* 2, 193--218.
#' \doi{10.1007/BF01908075}
#' @seealso [best_rank()], [plot.nmf_survey()], [consensus()], [cross_validate()] for
#'   the error on held-out data, [nmf_bootstrap()] for intervals.
#' @examplesIf requireNamespace("clue", quietly = TRUE) && requireNamespace("cluster", quietly = TRUE)
#' set.seed(1)
#' survey <- nmf_survey(sqrt(leukemia$x), ranks = 2:4, nrun = 3, times = 10)
#' survey
#' best_rank(survey)
#' plot(survey)
#' plot(survey, "consensus", rank = 3, groups = leukemia$class)
#' @export
nmf_survey <- function(x, ranks = 2:8, loss = "frobenius", solver = NULL, init = NULL,
                       alpha_W = 0, alpha_H = alpha_W, l1_ratio = 0, nrun = 10,
                       max_iter = 500, tol = 1e-4, threads = NULL,
                       verbose = interactive(), control = nmf_control(),
                       resample = c("columns", "rows", "entries", "none"), times = 30,
                       part = 0.8, max_n = 2000, weights = NULL, fixed_W = NULL, ...) {
  started <- proc.time()[["elapsed"]]
  check_dots_empty(...)
  need_package("clue", "to match components")
  need_package("cluster", "for silhouettes")
  data <- some_data(x)
  resample <- pick(resample, resample_kinds, "resample")
  settings <- list(
    loss = check_loss(loss)$name, nrun = check_count(nrun, "nrun"), resample = resample,
    times = if (resample == "none") 0L else check_count(times, "times"),
    part = check_part(part), max_n = check_most(max_n)
  )
  ranks <- check_ranks(ranks, resampled_dim(data$dim, settings))
  check_flag(verbose, "verbose")
  if (resample == "entries") {
    check_left_out(data, 1 - settings$part, "Use {.code resample = \"columns\"} or {.code \"rows\"}.")
  }
  init <- check_random_init(init)
  arguments <- list(
    loss = loss, solver = solver, init = init, alpha_W = alpha_W, alpha_H = alpha_H, l1_ratio = l1_ratio,
    max_iter = max_iter, tol = tol, threads = threads_of_job(threads), verbose = FALSE, control = control
  )
  check_fit_arguments(arguments, data)
  arguments$weights <- check_weights(weights, data, "weights")
  arguments$fixed_W <- fixed_for_ranks(fixed_W, data, ranks)

  # Each set of fits has its own: with more restarts, resamples are as they were.
  streams <- draw_seeds(2)
  seeds <- list(
    restarts = with_stream(streams[1], draw_seeds(settings$nrun)),
    resamples = with_stream(streams[2], draw_seeds(settings$times))
  )
  survey <- collect_survey(data, ranks, arguments, settings, seeds, verbose)
  survey$settings <- c(settings, arguments[setdiff(names(arguments), c(names(settings), "weights", "fixed_W"))])
  survey$data <- list(nrow = data$dim[1], ncol = data$dim[2], class = data$class)
  survey$seconds <- proc.time()[["elapsed"]] - started
  survey$call <- named_call(match.call(), "nmf_survey")
  warn_of_failures(survey$runs)
  structure(survey, class = "nmf_survey")
}

# nmf_data(), which lets data pass of which all is missing.
some_data <- function(x, arg = "x") {
  data <- nmf_data(x, arg)
  if (data$observed == 0) abort_input("{.arg {arg}} must have an entry that is not missing.")
  data
}

check_part <- function(part, arg = "part") {
  part <- check_number(part, arg, min = 0, max = 1, above = TRUE)
  if (part == 1) abort_input("{.arg {arg}} must be below 1: a resample leaves something out.")
  part
}

# The least that is left of the data to fit.
resampled_dim <- function(dim, settings) {
  if (settings$resample == "columns") dim[2] <- max(1, round(settings$part * dim[2]))
  if (settings$resample == "rows") dim[1] <- max(1, round(settings$part * dim[1]))
  dim
}

check_ranks <- function(ranks, dim, arg = "ranks") {
  if (!is.numeric(ranks) || is.object(ranks) || !length(ranks)) {
    abort_input("{.arg {arg}} must be whole numbers, such as {.code 2:8}, not {describe(ranks)}.")
  }
  bad <- which(is.na(ranks) | ranks != trunc(ranks) | ranks < 1 | ranks > max(dim))
  if (length(bad)) {
    abort_input(
      "{.arg {arg}} must be whole numbers from 1 to {max(dim)}; element {bad[1]} is {format(ranks[bad[1]])}."
    )
  }
  if (anyDuplicated(ranks)) {
    abort_input("{.arg {arg}} must be different; {ranks[anyDuplicated(ranks)]} is there twice.")
  }
  sort(as.integer(ranks))
}

# Known coefficients that all ranks have, one column or more, as a matrix in the order of the data.
fixed_for_ranks <- function(fixed_W, data, ranks) {
  components <- NCOL(fixed_W)
  if (!is.null(dim(fixed_W)) && components > min(ranks) && nrow(fixed_W) == data$dim[1]) {
    abort_input(c(
      "{.arg ranks} must be at least {components}, the number of components in {.arg fixed_W}, not {min(ranks)}.",
      "i" = "Every rank has the known components and {.code rank - {components}} new ones: \\
             {.code ranks = {components}:{max(components, ranks) + 1}}, say."
    ))
  }
  known <- check_fixed(fixed_W, "fixed_W", data$dim, min(ranks), data$dimnames, 1)
  if (is.null(known)) {
    return(NULL)
  }
  colnames(known$value) <- known$names
  known$value
}

check_random_init <- function(init) {
  if (is.null(init)) "random" else check_choice(init, c("random", "nndsvdar"), "init")
}

# A wrong argument is an error of this call, not of each of its fits: one iteration of rank 1 on one
# column, whose warnings are of no interest.
check_fit_arguments <- function(arguments, data) {
  arguments$max_iter <- check_count(arguments$max_iter, "max_iter")
  arguments$max_iter <- 1L
  arguments$init <- "random"
  check_zeros(data, check_loss(arguments$loss), check_control(arguments$control)$floor)
  one <- data$x[, 1, drop = FALSE]
  one <- matrix(pmax(1, as.vector(one), na.rm = TRUE), nrow(one))
  with_stream(1, suppressWarnings(do.call(nmf, c(list(one, 1L), arguments))))
  invisible()
}

named_call <- function(call, name) {
  call <- sanitized_call(call)
  call[[1]] <- as.name(name)
  call
}

# All fits, and what is left of each.
collect_survey <- function(data, ranks, arguments, settings, seeds, verbose) {
  n <- data$dim[2]
  best <- stats::setNames(vector("list", length(ranks)), ranks)
  runs <- list()
  members <- lapply(best, function(none) list())
  similarity <- members
  fit_one <- function(job) survey_fit(data$x, job, arguments, settings)
  fit_several <- function(jobs) survey_fits(data, jobs, arguments, settings)
  at_once <- fits_together(
    weigh_data(data, NULL), list(
      rank = max(ranks), beta = check_loss(arguments$loss)$beta, threads = arguments$threads
    ),
    nrun = settings$nrun * length(ranks)
  )
  # start_of() knows neither weights nor known coefficients.
  single <- is.finite(arguments$control$max_seconds) || length(arguments$weights) || !is.null(arguments$fixed_W)
  if (single) at_once <- 1

  jobs <- survey_jobs(ranks, "restarts", seeds$restarts)
  kept <- list()
  run_jobs(jobs, fit_one, function(k, out) {
    runs[[length(runs) + 1]] <<- survey_run(jobs[[k]], out)
    if (is_failed(out)) {
      return()
    }
    r <- as.character(jobs[[k]]$rank)
    members[[r]]$restarts <<- cbind(members[[r]]$restarts, out$class)
    kept[[r]] <<- c(kept[[r]], list(out$W))
    # The first of equals, in whatever order they arrive.
    if (is.null(best[[r]]) || beats(out$fit, jobs[[k]]$run, best[[r]])) {
      best[[r]] <<- c(out["fit"], run = jobs[[k]]$run)
    }
  }, verbose, "restarts", fit_several, at_once)
  best <- lapply(best, `[[`, "fit")
  abort_if_all_failed(vapply(runs, `[[`, "", "error"))
  for (r in names(best)[lengths(best) > 0]) {
    similarity[[r]]$restarts <- vapply(kept[[r]], similarity_to(best[[r]]), numeric(as.integer(r)))
  }
  kept <- NULL

  jobs <- survey_jobs(ranks, "resamples", seeds$resamples)
  jobs <- Filter(function(job) !is.null(best[[as.character(job$rank)]]), jobs)
  run_jobs(jobs, fit_one, function(k, out) {
    runs[[length(runs) + 1]] <<- survey_run(jobs[[k]], out)
    if (is_failed(out)) {
      return()
    }
    r <- as.character(jobs[[k]]$rank)
    class <- rep(NA_integer_, n)
    class[out$columns] <- out$class
    members[[r]]$resamples <<- cbind(members[[r]]$resamples, class)
    near <- similarity_to(best[[r]])(out$W, out$rows)
    similarity[[r]]$resamples <<- cbind(similarity[[r]]$resamples, near)
  }, verbose, "resamples", fit_several, copies_together(at_once, data, settings))
  runs <- rows_to_frame(runs)
  runs <- runs_against_best(runs, best, members, similarity)

  members <- lapply(members, function(m) {
    lapply(m[c("resamples", "restarts")[c("resamples", "restarts") %in% names(m)]], function(A) {
      dimnames(A) <- list(data$dimnames[[2]], NULL)
      A
    })
  })
  list(
    ranks = ranks, fits = best,
    measures = survey_measures(data, ranks, best, runs),
    stability = survey_stability(runs, members, settings$max_n),
    components = survey_components(ranks, best, similarity),
    runs = runs, members = members
  )
}

survey_jobs <- function(ranks, from, seeds) {
  unlist(lapply(ranks, function(rank) {
    lapply(seq_along(seeds), function(run) list(rank = rank, from = from, run = run, seed = seeds[run]))
  }), recursive = FALSE)
}

beats <- function(fit, run, best) {
  fit$objective < best$fit$objective || (fit$objective == best$fit$objective && run < best$run)
}

# One fit. Its classes, its components, and, of a fit to the whole data, all of it.
survey_fit <- function(x, job, arguments, settings) {
  with_stream(job$seed, {
    sample <- survey_sample(x, job, settings)
    part <- arguments_of_part(arguments, sample$rows, sample$columns)
    survey_part(job, sample, quiet_fit(sample$x, job$rank, part))
  })
}

# The same for several jobs at once, by threads.
survey_fits <- function(data, jobs, arguments, settings) {
  samples <- list()
  prepared <- lapply(jobs, function(job) {
    with_stream(job$seed, {
      sample <- survey_sample(data$x, job, settings)
      whole <- job$from == "restarts"
      start <- start_of(if (whole) data else sample$x, job$rank, arguments)
      samples[[length(samples) + 1]] <<- sample[c("rows", "columns")]
      start
    })
  })
  fits <- fit_many(prepared, arguments$threads)
  # NULL, or stopped: the user wants all to end.
  if (any(vapply(fits, function(f) is.null(f) || f$reason == "interrupt", NA))) invokeRestart("abort")
  lapply(seq_along(jobs), function(k) survey_part(jobs[[k]], samples[[k]], fits[[k]]))
}

survey_sample <- function(x, job, settings) {
  resample_data(x, if (job$from == "resamples") settings$resample else "none", settings$part)
}

survey_part <- function(job, sample, fit) {
  list(
    fit = if (job$from == "restarts") fit, W = fit$W, class = class_number(fit), rows = sample$rows,
    columns = sample$columns, objective = fit$objective, iterations = max(fit$history$iteration),
    kkt = fit$certificate$kkt, converged = fit$converged, seconds = fit$seconds, reason = fit$reason
  )
}

# Each resample is a copy of the data, and other losses than Frobenius have another one by rows.
copies_together <- function(at_once, data, settings) {
  values <- if (is.matrix(data$x)) length(data$x) else 1.5 * length(data$x@x)
  most <- floor(2e9 / (2 * 8 * values))
  if (most < at_once) (if (most >= 4) most else 1) else at_once
}

# An interrupt ends all, not only the fit that hears of it. Other warnings of one fit among hundreds
# are in `runs`.
quiet_fit <- function(x, rank, arguments) {
  fit <- withCallingHandlers(
    do.call(nmf, c(list(x, rank), arguments)),
    nonneg_warning_stopped = function(w) invokeRestart("muffleWarning"),
    nonneg_warning_penalty = function(w) invokeRestart("muffleWarning"),
    nonneg_warning_unobserved = function(w) invokeRestart("muffleWarning")
  )
  if (fit$reason == "interrupt") invokeRestart("abort")
  fit
}

# The class of each observation, as a number; of those that a fit has nothing of, one of their own.
class_number <- function(fit) {
  class <- as.integer(component_class(fit$W, fit$H))
  class[is.na(class)] <- ncol(fit$W) + 1L
  class
}

# How alike the components of W are to those of `fit` over the features in `rows`, each with its
# partner.
similarity_to <- function(fit) {
  function(W, rows = seq_len(nrow(fit$W))) pair_columns(fit$W[rows, , drop = FALSE], W)$similarity
}

survey_run <- function(job, out) {
  failed <- is_failed(out)
  of <- function(part, none) if (failed) none else out[[part]]
  list(
    rank = job$rank, from = job$from, run = job$run, seed = job$seed, objective = of("objective", NA_real_),
    iterations = of("iterations", NA_integer_), kkt = of("kkt", NA_real_), converged = of("converged", NA),
    seconds = of("seconds", NA_real_), error = if (failed) out$message else NA_character_
  )
}

# A data frame of lists with the same elements, one per row.
rows_to_frame <- function(rows) {
  columns <- names(rows[[1]])
  names(columns) <- columns
  as.data.frame(lapply(columns, function(name) unlist(lapply(rows, `[[`, name))))
}

warn_of_failures <- function(runs) {
  failed <- which(!is.na(runs$error))
  if (length(failed)) {
    first <- runs[failed[1], ]
    warn_user(c(
      "{length(failed)} of {nrow(runs)} fits failed and {cli::qty(length(failed))}{?is/are} left out: \\
       see {.field runs}.",
      "x" = paste0(
        "Rank ", first$rank, ", ", sub("s$", "", first$from), " ", first$run, ": ", first_line(first$error)
      )
    ), class = "nonneg_warning_failed")
  }
}

# `error`: of each fit its message, or NA.
abort_if_all_failed <- function(error) {
  if (all(!is.na(error))) abort_input(c("All {length(error)} fits failed.", "x" = first_line(error[1])))
}

first_line <- function(text) {
  text <- strsplit(text, "\n", fixed = TRUE)[[1]][1]
  gsub("}", "}}", gsub("{", "{{", text, fixed = TRUE), fixed = TRUE)
}

survey_measures <- function(data, ranks, best, runs) {
  rows <- lapply(seq_along(ranks), function(k) {
    fit <- best[[k]]
    if (is.null(fit)) {
      return(data.frame(
        rank = ranks[k], loss = NA_real_, rss = NA_real_, explained = NA_real_, sparseness_W = NA_real_,
        sparseness_H = NA_real_, kkt = NA_real_, iterations = NA_integer_, spread = NA_real_
      ))
    }
    components <- summary(fit)$components
    fitted <- fit_squares(data, fit)
    reached <- runs$objective[runs$rank == ranks[k] & runs$from == "restarts" & is.na(runs$error)]
    data.frame(
      rank = ranks[k], loss = fit$loss, rss = fitted$rss, explained = 1 - fitted$rss / fitted$total,
      sparseness_W = mean(components$sparseness_W, na.rm = TRUE),
      sparseness_H = mean(components$sparseness_H, na.rm = TRUE),
      kkt = fit$certificate$kkt, iterations = max(fit$history$iteration),
      spread = if (min(reached) > 0) max(reached) / min(reached) - 1 else 0
    )
  })
  do.call(rbind, rows)
}

# Residual and total sum of squares over the entries that are there.
fit_squares <- function(data, fit) {
  x <- data$x
  values <- if (is.matrix(x)) x else x@x
  if (!anyNA(values)) {
    return(list(rss = sum(column_rss(x, fit$W, fit$H)), total = sum(values^2)))
  }
  if (!is.matrix(x)) {
    # Missing entries are stored: where they are, the residual of a 0 is taken off again.
    gone <- which(is.na(x@x))
    column <- rep(seq_len(ncol(x)), diff(x@p))[gone]
    x@x[gone] <- 0
    off <- sum(rowSums(fit$W[x@i[gone] + 1L, , drop = FALSE] * t(fit$H[, column, drop = FALSE]))^2)
    return(list(rss = sum(column_rss(x, fit$W, fit$H)) - off, total = sum(x@x^2)))
  }
  rss <- vapply(seq_len(ncol(x)), function(j) sum((x[, j] - fit$W %*% fit$H[, j])^2, na.rm = TRUE), 0)
  list(rss = sum(rss), total = sum(values^2, na.rm = TRUE))
}

# Of every fit, how much its classes and its components are those of the best fit of its rank.
runs_against_best <- function(runs, best, members, similarity) {
  runs$agreement <- runs$similarity <- NA_real_
  for (r in names(members)) {
    for (from in names(members[[r]])) {
      at <- which(runs$rank == as.integer(r) & runs$from == from & is.na(runs$error))
      runs$agreement[at] <- apply(members[[r]][[from]], 2, adjusted_rand, class_number(best[[r]]))
      runs$similarity[at] <- colMeans(matrix(similarity[[r]][[from]], as.integer(r)))
    }
  }
  runs[c(setdiff(names(runs), "error"), "error")]
}

survey_stability <- function(runs, members, max_n) {
  rows <- list()
  for (r in names(members)) {
    for (from in names(members[[r]])) {
      m <- members[[r]][[from]]
      of <- runs[runs$rank == as.integer(r) & runs$from == from & is.na(runs$error), ]
      rows[[length(rows) + 1]] <- data.frame(
        rank = as.integer(r), from = from, fits = ncol(m),
        as.list(new_consensus(m, as.integer(r), max_n)$measures),
        agreement = mean(of$agreement, na.rm = TRUE), agreement_se = standard_error(of$agreement),
        similarity = mean(of$similarity), similarity_se = standard_error(of$similarity)
      )
    }
  }
  do.call(rbind, rows)
}

standard_error <- function(v) {
  v <- v[!is.na(v)]
  if (length(v) > 1) stats::sd(v) / sqrt(length(v)) else NA_real_
}

survey_components <- function(ranks, best, similarity) {
  do.call(rbind, lapply(seq_along(ranks), function(k) {
    near <- similarity[[k]]
    near <- if (is.null(near$resamples)) near$restarts else near$resamples
    if (is.null(best[[k]]) || is.null(near)) {
      return(NULL)
    }
    near <- matrix(near, ranks[k])
    data.frame(
      rank = ranks[k], component = colnames(best[[k]]$W), similarity = rowMeans(near),
      low = apply(near, 1, stats::quantile, 0.1, names = FALSE)
    )
  }))
}

# The position of a rank in a survey.
survey_rank <- function(survey, rank, arg = "rank") {
  rank <- check_count(rank, arg)
  at <- match(rank, survey$ranks)
  if (is.na(at)) {
    abort_input("{.arg {arg}} must be one of the ranks of the survey, {survey$ranks}, not {rank}.")
  }
  at
}
