#' Cross-validation of rank
#'
#' Fits each rank to a part of the data and measures the loss on the rest. Parts are not whole rows or
#' columns, whose coefficients would have to be fitted to what is held out, but:
#' * `"entries"` (speckled): entries all over the matrix, each in one of `folds` random sets. Those of one set
#'   become missing, the others are fitted, and the loss of the predictions for the set is measured (Wold
#'   1978; Owen and Perry 2009). For any data and every loss.
#' * `"thinning"`: for counts. Every count is split at random in `folds` parts (binomially, so with a part
#'   \eqn{\epsilon} = 1 - 1/`folds` of it in the data to fit), and each part is held out in turn. For Poisson
#'   counts, parts are independent (Neufeld et al. 2024). Sparse data stays sparse, and nothing is missing.
#'   What is held out has another scale: its prediction is \eqn{WH (1-\epsilon)/\epsilon}.
#'
#' The error is the mean of the loss over all entries that are held out, zeros as well (for thinning: over all
#' entries of the part). It falls while components describe what entries have in common and rises when they
#' describe noise: see [best_rank()] for the rule, which says so when there is no minimum.
#'
#' @section How entries are drawn:
#' Each row, and each column, is put at random in one of 64 classes of the same size (in one of its own, where
#' there are no more), and every pair of a row class and a column class at random in one of the sets. Every
#' entry is as likely to be in a set as any other, and which part of a row or column is held out is nearly the
#' same for all. Columns of the same class miss the same rows, so that an iteration costs a few times what it
#' costs with all of the data, and needs no list of what is held out: for the Frobenius loss, and on sparse
#' data for Kullback-Leibler, without missing entries or weights of entries. For other losses entries that are
#' held out of a sparse matrix have to be stored, and thinning is cheaper for large sparse counts.
#'
#' @section Predictions:
#' For losses that are infinite where 0 is predicted for a positive entry, such as Kullback-Leibler, a
#' thousandth of each prediction is the mean of all of them, which is never 0. (A fit has never such a
#' prediction for what it has seen.)
#'
#' Nothing bounds what a fit with too many components says about an entry that it has not seen: a component
#' that describes a few entries can be huge everywhere else, and one prediction in a thousand then makes the
#' whole error, and its standard error. So a prediction for a held-out entry counts as no larger than the
#' largest entry of its row, and of its column, in the part that was fitted. That part says nothing about
#' larger ones. It costs some of the error for the few entries that are the largest of their row or column,
#' for all ranks alike, and these are compared entry by entry.
#'
#' @inheritParams nmf_survey
#' @param weights,missing,negative As in [nmf()]; the error is then a weighted mean, over what is not missing.
#' @param nrun Random starts of each fit, of which the best counts.
#' @param method What is held out, see below.
#' @param folds Number of sets that are held out in turn, at least 2.
#' @param replicates How often the split is drawn anew.
#' @return An object of class `"nmf_cv"`, a list of
#' \describe{
#'   \item{`errors`}{data frame with one row per rank: `rank`, `error` (mean over folds and replicates), `se`
#'     (its standard error), `train` (the mean loss per entry in what was fitted).}
#'   \item{`runs`}{data frame with one row per fit: `rank`, `replicate`, `fold`, `seed` of the split, `error`,
#'     `train`, `iterations`, `converged`, `seconds`, `failure` (`NA` or a message).}
#'   \item{`complete`}{`FALSE` if an interrupt cut it short: see [update()][update.nmf_cv].}
#'   \item{`settings`, `data`, `seconds`, `call`}{how it was made.}
#' }
#' @references Wold S (1978). Cross-validatory estimation of the number of components in factor and principal
#'   components models. *Technometrics* 20(4), 397--405. \doi{10.1080/00401706.1978.10489693}
#'
#' Owen AB, Perry PO (2009). Bi-cross-validation of the SVD and the nonnegative matrix factorization. *Annals
#' of Applied Statistics* 3(2), 564--594. \doi{10.1214/08-AOAS227}
#'
#' Neufeld A, Gao LL, Popp J, Battle A, Witten D (2024). Inference after latent variable estimation for
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
cross_validate <- function(x, ranks = 2:8, loss = "frobenius", solver = NULL, init = NULL, ...,
                           alpha_W = 0, alpha_H = alpha_W, l1_ratio = 0, smooth_W = NULL,
                           smooth_H = NULL, nrun = 1,
                           max_iter = 500, tol = 1e-4, threads = NULL,
                           verbose = interactive(), control = nmf_control(),
                           method = c("entries", "thinning"), folds = 5, replicates = 1,
                           weights = NULL, missing = "NA", negative = "error", fixed_W = NULL, assay = NULL,
                           layer = NULL) {
  need_arguments(x)
  started <- proc.time()[["elapsed"]]
  # Who has set a limit knows of it.
  limited <- !base::missing(max_iter) || !base::missing(tol)
  check_dots_empty(...)
  data <- many_data(x, assay, layer, weights, missing, negative, loss, "cross-validation")
  method <- pick(method, c("entries", "thinning"), "method")
  # Entries that are held out are told one by one.
  if (method == "entries") data <- hold_data(data, "held-out entries")
  folds <- check_count(folds, "folds", min = 2)
  replicates <- check_count(replicates, "replicates")
  ranks <- check_ranks(ranks, data$dim)
  check_flag(verbose, "verbose")
  # One loss for all fits, so that their errors can be compared.
  loss <- settled_loss(check_loss(loss), data)
  arguments <- list(
    loss = loss, solver = solver, init = check_random_init(init), alpha_W = alpha_W, alpha_H = alpha_H,
    l1_ratio = l1_ratio, nrun = check_count(nrun, "nrun"), max_iter = max_iter, tol = tol,
    threads = threads_of_job(threads), verbose = FALSE, control = check_control(control),
    fixed_W = fixed_for_ranks(fixed_W, data, ranks), smooth_W = smooth_W, smooth_H = smooth_H
  )
  check_fit_arguments(arguments, data, min(ranks))
  if (method == "thinning") check_thinning(data, loss)
  if (method == "entries") check_speckles(data, folds, loss)

  # One seed per replicate for its split, the same for all ranks and folds; one per fit for its start.
  splits <- draw_seeds(replicates)
  jobs <- expand.grid(fold = seq_len(folds), replicate = seq_len(replicates))
  jobs$start <- draw_seeds(nrow(jobs))
  jobs <- unlist(lapply(ranks, function(rank) {
    lapply(
      seq_len(nrow(jobs)), function(k) c(rank = rank, as.list(jobs[k, ]), split = splits[jobs$replicate[k]])
    )
  }), recursive = FALSE)
  task <- list(
    data = data, total = weight_total(data), ranks = ranks, arguments = arguments, jobs = jobs,
    runs = vector("list", length(jobs)),
    settings = list(method = method, folds = folds, replicates = replicates),
    limited = limited, call = named_call(match.call(), "cross_validate")
  )
  task$seconds <- proc.time()[["elapsed"]] - started
  run_cv(task, verbose)
}

check_thinning <- function(data, loss) {
  bad <- not_whole(data$x)
  if (bad$count > 0) {
    abort_input(c(
      "{.code method = \"thinning\"} needs counts in {.arg x}, but {bad$count} entr{?y/ies} {?is/are} not \\
       whole, \\
       such as {format(bad$first)}.",
      "i" = "Use {.code method = \"entries\"}."
    ))
  }
  # Larger ones have no neighbours that are whole.
  if (data$scan$max > 2^53) {
    abort_input(
      "{.code method = \"thinning\"} needs counts of at most 2^53 in {.arg x}, not {format(data$scan$max)}."
    )
  }
  if (!loss$zeros) {
    abort_input(c(
      "{.code method = \"thinning\"} makes zeros, for which {.arg loss} = {.val {loss_label(loss)}} is \\
       infinite.",
      "i" = "Use {.code loss = \"kullback-leibler\"}."
    ))
  }
}

check_speckles <- function(data, folds, loss) {
  advice <- "Use {.code method = \"thinning\"} for counts, or a sample of the columns."
  check_left_out(data, 1 / folds, loss, advice)
  if (prod(data$dim) < 2 * folds) {
    abort_input("{.arg folds} must be at most half the number of entries, {prod(data$dim)}, not {folds}.")
  }
}
