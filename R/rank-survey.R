#' Survey of ranks: restarts, resamples and consensus
#'
#' Fits every rank many times, and collects what helps to choose one: how well each rank fits, and how
#' reproducible its components and its classes of observations are.
#'
#' For every rank there are two sets of fits:
#' * `nrun` **restarts** on the whole of `x`, from random starts. The one with the lowest objective is the fit
#'   of that rank, in `fits`.
#' * `times` fits to **resamples** of `x`: a random `part` of its columns, rows or entries, drawn without
#'   replacement, each from one random start.
#'
#' Restarts tell whether the optimum was found. They tell little about rank: a solver that converges often
#' ends at the same optimum from everywhere, at a wrong rank as well, so that the classic consensus over
#' restarts is then 1 for all. What components owe to the sample at hand shows when the sample changes; so the
#' evidence for a rank comes from resamples by default. Both are there: `consensus(survey, rank, from =
#' "restarts")` is the classic one.
#'
#' @section Random numbers:
#' Every fit has a stream of random numbers of its own, whose seed is drawn from R's generator before anything
#' runs. The result of a fit therefore depends neither on threads and processes nor on other fits, and all
#' ranks see the same resamples. Restarts and resamples have streams of their own: with a larger `nrun` or
#' `times` there are more of them, and the first ones stay as they were.
#'
#' @section Processes:
#' Where a plan of package future is set, such as `future::plan("multisession")`, fits run in its processes,
#' each with one thread unless `threads` says otherwise; else in this one, with several threads. Ranks are
#' dealt out among the processes. If package progressr is loaded, progress is reported by it. A fit that fails
#' is reported in `runs`, with a warning, and left out; the share of a process that died is run again.
#'
#' Fits share the read of `x`, and so take much less time than one by one, where `x` is dense and complete,
#' has at least 8 MB, more than a cache holds, and the loss is Frobenius, without `weights`, `fixed_W` or
#' `max_seconds`, up to rank 80; in a survey this is so for restarts, since each resample is other data.
#' Smaller data and other losses have one fit per thread. The results are the same in all cases.
#'
#' @param x,loss,solver,init,alpha_W,alpha_H,l1_ratio,max_iter,tol,threads,verbose,control As in [nmf()].
#'   `init` must be a random start, or `NULL` for one.
#' @param smooth_W,smooth_H As in [nmf()]. A resample of rows or columns has those neighbours of which both
#'   are in it.
#' @param ranks Numbers of components, such as `2:8`.
#' @param nrun Number of restarts on the whole data, for each rank.
#' @param resample What resamples leave out: `"columns"` (observations), `"rows"` (features), `"entries"`
#'   (which become missing), or `"none"` for no resamples.
#' @param times Number of resamples, for each rank.
#' @param part Which part of the columns, rows or entries a resample keeps, between 0 and 1.
#' @param max_n Consensus measures of more observations than this are those of a sample, see [consensus()].
#' @param weights,missing,negative As in [nmf()], for the whole of `x`; a resample has its part of them. The
#'   objective is weighted, `rss`, `explained` and all that is counted over observations are not.
#' @param fixed_W Fixed coefficients as in [nmf()]; no more columns than the smallest rank has.
#' @param assay,layer See [adapters].
#' @param ... Not used; anything here is an error.
#'
#' @return An object of class `"nmf_survey"`, a list of
#' \describe{
#'   \item{`ranks`}{the ranks.}
#'   \item{`fits`}{for every rank the best fit, of class `"nmf"` (`NULL` if all failed).}
#'   \item{`measures`}{data frame with one row per rank. Of the best fit: `loss`; `rss` and `explained`, the
#'     residual sum of squares and 1 minus its part of the sum of squares, for any loss; `sparseness_W` and
#'     `sparseness_H`, means over components of Hoyer's measure, see [summary.nmf()] (package NMF takes the
#'     mean over the columns of `H`, the observations, instead, which tells how few components each has);
#'     `kkt`, the certified KKT residual; `iterations`. Of the restarts: `spread`, the highest objective over
#'     the lowest, minus 1.}
#'   \item{`stability`}{data frame with one row per rank and set of fits (`from`): the measures of its
#'     [consensus()]; `agreement`, the mean adjusted Rand index between the classes of a fit and those of the
#'     best fit, and `similarity`, the mean cosine between its components and those of the best fit, matched
#'     as in [match_components()], each with its standard error over fits.}
#'   \item{`components`}{data frame with one row per rank and component of the best fit: its mean `similarity`
#'     to its partner in the resamples (in the restarts where there are none), and the lowest tenth (`low`).}
#'   \item{`runs`}{data frame with one row per fit: `rank`, `from`, `run`, `seed`, `objective`, `iterations`,
#'     `kkt`, `converged`, `seconds`, `agreement` and `similarity` (as in `stability`), `error` (`NA` or a
#'     message).}
#'   \item{`members`}{for every rank the classes of the observations in each fit.}
#'   \item{`features`}{what [consensus_features()] needs to know of the features in each fit.}
#'   \item{`complete`}{`FALSE` if an interrupt cut it short: see [update()][update.nmf_survey].}
#'   \item{`settings`, `data`, `seconds`, `call`}{how it was made.}
#' }
#' @references Brunet JP, Tamayo P, Golub TR, Mesirov JP (2004). Metagenes and molecular pattern discovery
#'   using matrix factorization. *PNAS* 101(12), 4164--4169. \doi{10.1073/pnas.0308531101}
#'
#' Hubert L, Arabie P (1985). Comparing partitions. *Journal of Classification* 2, 193--218.
#' \doi{10.1007/BF01908075}
#' @seealso [best_rank()], [plot.nmf_survey()], [consensus()], [consensus_features()], [cross_validate()]
#'   for the error on held-out data, [nmf_bootstrap()] for intervals.
#' @examplesIf requireNamespace("clue", quietly = TRUE) && requireNamespace("cluster", quietly = TRUE)
#' set.seed(1)
#' survey <- nmf_survey(sqrt(leukemia$x), ranks = 2:4, nrun = 3, times = 10)
#' survey
#' best_rank(survey)
#' plot(survey)
#' plot(survey, "consensus", rank = 3, groups = leukemia$class)
#' @export
nmf_survey <- function(x, ranks = 2:8, loss = "frobenius", solver = NULL, init = NULL, ...,
                       alpha_W = 0, alpha_H = alpha_W, l1_ratio = 0, smooth_W = NULL,
                       smooth_H = NULL, nrun = 10,
                       max_iter = 500, tol = 1e-4, threads = NULL,
                       verbose = interactive(), control = nmf_control(),
                       resample = c("columns", "rows", "entries", "none"), times = 30,
                       part = 0.8, max_n = 2000, weights = NULL, missing = "NA", negative = "error",
                       fixed_W = NULL,
                       assay = NULL, layer = NULL) {
  need_arguments(x)
  started <- proc.time()[["elapsed"]]
  check_dots_empty(...)
  need_package("clue", "to match components")
  need_package("cluster", "for silhouettes")
  data <- many_data(x, assay, layer, weights, missing, negative, loss, "resamples")
  resample <- pick(resample, resample_kinds, "resample")
  loss <- check_loss(loss)
  settings <- list(
    loss = loss_label(loss), nrun = check_count(nrun, "nrun"), resample = resample,
    times = if (resample == "none") 0L else check_count(times, "times"),
    part = check_part(part), max_n = check_most(max_n)
  )
  ranks <- check_ranks(ranks, resampled_dim(data$dim, settings))
  check_flag(verbose, "verbose")
  if (resample == "entries") {
    check_left_out(data, 1 - settings$part, loss, "Use {.code resample = \"columns\"} or {.code \"rows\"}.")
  }
  arguments <- list(
    loss = loss, solver = solver, init = check_random_init(init), alpha_W = alpha_W, alpha_H = alpha_H,
    l1_ratio = l1_ratio, max_iter = max_iter, tol = tol, threads = threads_of_job(threads), verbose = FALSE,
    control = check_control(control), fixed_W = fixed_for_ranks(fixed_W, data, ranks),
    smooth_W = check_smooth(smooth_W, "smooth_W", data$dim[1], data$dimnames[[1]]),
    smooth_H = check_smooth(smooth_H, "smooth_H", data$dim[2], data$dimnames[[2]])
  )
  check_fit_arguments(arguments, data, min(ranks))

  # Each set of fits has its own: with more restarts, resamples are as they were.
  streams <- draw_seeds(2)
  task <- list(
    data = data, ranks = ranks, arguments = arguments, settings = settings,
    jobs = list(
      restarts = survey_jobs(ranks, "restarts", with_stream(streams[1], draw_seeds(settings$nrun))),
      resamples = survey_jobs(ranks, "resamples", with_stream(streams[2], draw_seeds(settings$times)))
    ),
    annotation = annotation_of(x), call = named_call(match.call(), "nmf_survey")
  )
  task$kept <- lapply(task$jobs, function(jobs) vector("list", length(jobs)))
  task$seconds <- proc.time()[["elapsed"]] - started
  run_survey(task, verbose)
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

# Fixed coefficients that all ranks have, one column or more, as a matrix in the order of the data.
fixed_for_ranks <- function(fixed_W, data, ranks) {
  components <- NCOL(fixed_W)
  if (!is.null(dim(fixed_W)) && components > min(ranks) && nrow(fixed_W) == data$dim[1]) {
    abort_input(c(
      "{.arg ranks} must be at least {components}, the number of components in {.arg fixed_W}, not \\
       {min(ranks)}.",
      "i" = "Every rank has the fixed components and {.code rank - {components}} new ones: \\
             {.code ranks = {components}:{max(components, ranks) + 1}}, say."
    ))
  }
  fixed <- check_fixed(fixed_W, "fixed_W", data$dim, min(ranks), data$dimnames, 1)
  if (is.null(fixed)) {
    return(NULL)
  }
  colnames(fixed$value) <- fixed$names
  fixed$value
}

check_random_init <- function(init) {
  if (is.null(init)) "random" else check_choice(init, c("random", "nndsvdar"), "init")
}

named_call <- function(call, name) {
  call <- sanitized_call(call)
  call[[1]] <- as.name(name)
  call
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
