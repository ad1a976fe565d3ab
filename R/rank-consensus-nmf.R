#' Consensus factorization
#'
#' The method known as cNMF (Kotliar et al. 2019): components of many fits from random starts are pooled,
#' outliers among them are removed, the others are clustered, and the medians of the clusters are the
#' components of the result.
#'
#' Steps, with the defaults of the paper and of its program:
#' 1. `nrun` fits of `x` from random starts.
#' 2. The `nrun * rank` columns of `W`, each scaled to unit Euclidean norm, are pooled.
#' 3. Local density: the mean Euclidean distance of a column to its nearest neighbours, of which there are
#'    `neighbors` times `nrun`. Columns with a mean distance of `density_threshold` or more are removed
#'    (distances are between 0 and \eqn{\sqrt 2}{sqrt(2)}, so that `density_threshold = 2` keeps all).
#' 4. The others are clustered by k-means in `rank` clusters, from 10 starts.
#' 5. The median of each cluster, feature by feature, scaled to sum 1, is a column of the new `W`.
#' 6. `H` is found for that `W`, under the loss of the fits.
#'
#' These are the steps of `consensus()` in that program, with its numbers: 100 fits, 0.3 of their number as
#' neighbours, a threshold of 0.5, 10 starts of k-means. What differs: fits stop at a KKT residual of `tol` or
#' after 500 iterations (there scikit-learn's criterion, 1e-4, or 1000), and components are in decreasing
#' order of their share of the fit (there of the mean part that they make of a cell).
#'
#' The program goes on. With the usages, `H` scaled to sum 1 in each cell, fixed as they are, it fits the
#' spectra of all genes in transcripts per million (TPM), and it regresses the z-scores of each gene's TPM on
#' the usages, whose coefficients rank the genes that mark a component. (Recent versions then fit the usages
#' once more to these spectra.) Each is one line, see the examples.
#'
#' Fixed coefficients (`fixed_W`) have no consensus to find, and are no argument: give them to [nmf()].
#'
#' Kotliar et al. first choose the 2000 most variable genes and divide each by its standard deviation, without
#' centering; give `x` prepared like that to follow them, and see their paper for the choice of `rank` by the
#' silhouette of step 4, which is `stability` here. Their solver stops early and its starts end at different
#' optima; here, fits that agree leave little to average, and that is not a fault.
#'
#' The median is not a minimum of the objective: the certificate of the result says how far it is from one,
#' and `nmf(x, rank, init = list(W = basis(result)))` goes on from there.
#'
#' @inheritParams nmf_survey
#' @param rank Number of components.
#' @param nrun Number of fits.
#' @param density_threshold Largest mean distance to neighbours of a component that is kept, above 0.
#' @param neighbors Number of neighbours as a part of `nrun`, above 0 and at most 1.
#' @return A fit of class `c("consensus_nmf", "nmf")`, to which all methods of fits apply, with one more
#'   element, `consensus`, a list of
#' \describe{
#'   \item{`components`}{data frame with one row per pooled component: `run`, `component`, `density` (mean
#'     distance to its neighbours), `kept`, `cluster` (the component of the result, `NA` if not kept),
#'     `silhouette`.}
#'   \item{`stability`}{mean silhouette width of what was kept. (With one component there is no other cluster;
#'     it counts as being at the largest distance, \eqn{\sqrt 2}{sqrt(2)}.)}
#'   \item{`similarity`}{for each component of the result, mean cosine with the members of its cluster.}
#' }
#' After an interrupt it is made of the fits that are there, and `complete` is `FALSE`; if these are too few
#' for the clusters, it is the first of them, without `consensus`. [update()][update.consensus_nmf] goes on.
#' @references Kotliar D, Veres A, Nagy MA, Tabrizi S, Hodis E, Melton DA, Sabeti PC (2019). Identifying gene
#'   expression programs of cell-type identity and cellular activity with single-cell RNA-Seq. *eLife* 8,
#'   e43803.
#' \doi{10.7554/eLife.43803}
#' @seealso [nmf_survey()], [nmf_bootstrap()]
#' @examplesIf requireNamespace("cluster", quietly = TRUE)
#' set.seed(1)
#' fit <- consensus_nmf(sqrt(leukemia$x), rank = 4, nrun = 10)
#' fit
#' table(fit$consensus$components$kept)
#'
#' # All genes, in their own units, with the usages fixed: genes x components
#' expression <- leukemia$x
#' usage <- t(coef(fit)) / colSums(coef(fit))
#' spectra <- t(nnls(usage, t(expression)))
#' # Scores: regression of the z-scores of the genes on the usages
#' z <- scale(t(expression))
#' scores <- t(qr.coef(qr(t(coef(fit))), z))
#' head(leukemia$genes$description[order(scores[, 1], decreasing = TRUE)])
#' @export
consensus_nmf <- function(x, rank, loss = "frobenius", solver = NULL, init = NULL, ...,
                          alpha_W = 0, alpha_H = alpha_W, l1_ratio = 0, smooth_W = NULL,
                          smooth_H = NULL, nrun = 100,
                          max_iter = 500, tol = 1e-4, threads = NULL,
                          verbose = interactive(), control = nmf_control(),
                          density_threshold = 0.5, neighbors = 0.3, weights = NULL, missing = "NA",
                          negative = "error", assay = NULL, layer = NULL) {
  need_arguments(x)
  started <- proc.time()[["elapsed"]]
  check_dots_empty(...)
  need_package("cluster", "for silhouettes")
  if (base::missing(rank)) abort_input("{.arg rank}, the number of components, must be given.")
  data <- many_data(x, assay, layer, weights, missing, negative, loss, "many fits")
  rank <- check_rank(rank, data$dim)
  nrun <- check_count(nrun, "nrun", min = 2)
  density_threshold <- check_number(
    density_threshold, "density_threshold", min = 0, above = TRUE, finite = FALSE
  )
  neighbors <- check_number(neighbors, "neighbors", min = 0, max = 1, above = TRUE)
  check_flag(verbose, "verbose")
  arguments <- list(
    loss = loss, solver = solver, init = check_random_init(init), alpha_W = alpha_W, alpha_H = alpha_H,
    l1_ratio = l1_ratio, smooth_W = smooth_W, smooth_H = smooth_H, max_iter = max_iter, tol = tol,
    threads = threads_of_job(threads), verbose = FALSE, control = check_control(control)
  )
  check_fit_arguments(arguments, data, rank)

  task <- list(
    data = data, rank = rank, arguments = arguments, seeds = draw_seeds(nrun + 1),
    pool = vector("list", nrun),
    settings = list(nrun = nrun, density_threshold = density_threshold, neighbors = neighbors),
    call = named_call(match.call(), "consensus_nmf")
  )
  task$seconds <- proc.time()[["elapsed"]] - started
  run_consensus(task, verbose)
}

# `task`: what the fits need; in `pool` the unit columns of W of those that are there; in `first` the first
# fit of all that succeeded.
run_consensus <- function(task, verbose) {
  started <- proc.time()[["elapsed"]]
  checkpoint <- task_checkpoint(task, "rank", c("seeds", "pool", "first"))
  task <- checkpoint$task
  left <- which(vapply(task$pool, is.null, NA))
  one <- function(seed) with_stream(seed, quiet_fit(task$data, task$rank, task$arguments))
  pool <- task$pool
  first <- task$first
  finished <- run_jobs(as.list(task$seeds[left]), one, function(k, out) {
    pool[[left[k]]] <<- if (is_failed(out)) out else unit_columns(out$W)
    if (!is_failed(out) && (is.null(first) || left[k] < first$run)) first <<- list(run = left[k], fit = out)
    checkpoint$tick(function() {
      task$pool <- pool
      task$first <- first
      task
    })
  }, verbose, "fits", saved = !is.null(task$checkpoint))
  if (finished) checkpoint$done()
  task$pool <- pool
  task$first <- first
  error <- vapply(pool, function(p) if (is_failed(p)) p$message else NA_character_, "")
  if (!finished && is.null(first)) cpp_interrupt()
  if (finished) abort_if_all_failed(error)
  task$seconds <- task$seconds + proc.time()[["elapsed"]] - started
  fit <- result_of_task(task, finished, consensus_of, sum(lengths(pool) > 0), length(pool))
  if (fit$complete) warn_left_out(error)
  fit
}

consensus_of <- function(task) {
  fit <- if (task$stopped) {
    # A few fits may not make clusters yet; then the first one has to do.
    tryCatch(consensus_fit(task), nonneg_error_input = function(e) task$first$fit)
  } else {
    consensus_fit(task)
  }
  fit$settings[names(task$settings)] <- task$settings
  fit <- made_from(fit, task$data)
  fit$complete <- TRUE
  fit$seconds <- task$seconds
  fit$call <- task$call
  class(fit) <- c("consensus_nmf", "nmf")
  fit
}

# Steps 2 to 6, with the fits that are there.
consensus_fit <- function(task) {
  s <- task$settings
  good <- lapply(task$pool, function(p) if (!is_failed(p)) p)
  found <- cluster_pool(good, task$rank, s$density_threshold, s$neighbors, task$seeds[s$nrun + 1])
  fit <- fit_of_basis(found$W, task$first$fit, task$data, task$arguments)
  order <- attr(fit, "order")
  attr(fit, "order") <- NULL
  found$components$cluster <- match(found$components$cluster, order)
  fit$consensus <- list(
    components = found$components, stability = found$stability,
    similarity = stats::setNames(found$similarity[order], colnames(fit$W))
  )
  fit
}

# Steps 2 to 5. `pool`: for each run the unit columns of W, NULL if it failed.
cluster_pool <- function(pool, rank, threshold, neighbors, seed) {
  runs <- which(!vapply(pool, is.null, NA))
  V <- do.call(cbind, pool[runs])
  distance <- sqrt(pmax(2 - 2 * crossprod(V), 0))
  diag(distance) <- 0
  density <- local_density(distance, max(1, floor(neighbors * length(runs))))
  kept <- density < threshold
  if (sum(kept) <= rank) {
    abort_input(c(
      "{sum(kept)} of {length(kept)} components have a mean distance to their neighbours below \\
       {.arg density_threshold} = {threshold}, too few for {rank} clusters.",
      "i" = "The median distance is {format(signif(stats::median(density), 3))}: fits of this rank \\
             disagree. \\
             Use another {.arg rank}, or a larger threshold."
    ))
  }
  cluster <- with_stream(seed, clustered(t(V[, kept, drop = FALSE]), rank))
  width <- if (rank > 1) {
    cluster::silhouette(cluster, stats::as.dist(distance[kept, kept]))[, "sil_width"]
  } else {
    # There is no other cluster: it counts as being as far away as can be.
    others <- max(1, sum(kept) - 1)
    1 - rowSums(distance[kept, kept, drop = FALSE]) / others / sqrt(2)
  }
  W <- vapply(seq_len(rank), function(k) {
    apply(V[, kept, drop = FALSE][, cluster == k, drop = FALSE], 1, stats::median)
  }, numeric(nrow(V)))
  size <- colSums(W)
  W <- sweep(W, 2, ifelse(size > 0, size, 1), "/")
  near <- cosines(W, V[, kept, drop = FALSE])
  components <- data.frame(
    run = rep(runs, each = rank), component = rep(seq_len(rank), length(runs)), density = density,
    kept = kept,
    cluster = NA_integer_, silhouette = NA_real_
  )
  components$cluster[kept] <- cluster
  components$silhouette[kept] <- width
  list(
    W = W, components = components, stability = mean(width),
    similarity = vapply(seq_len(rank), function(k) mean(near[k, cluster == k]), 0)
  )
}

# Mean distance to the `count` nearest others.
local_density <- function(distance, count) {
  count <- min(count, nrow(distance) - 1)
  apply(distance, 1, function(d) sum(sort(d, partial = count + 1)[seq_len(count + 1)]) / count)
}

# Fits that agree to the last digits give points that are nearly equal, with which Hartigan and Wong's method
# may not end; where it was so, Lloyd's takes over.
clustered <- function(points, rank) {
  suppressWarnings(tryCatch(
    stats::kmeans(points, rank, iter.max = 300, nstart = 10)$cluster,
    error = function(e) {
      distinct <- nrow(unique(signif(points, 6)))
      if (distinct < rank) {
        abort_input("Fits have {distinct} different component{?s}, fewer than {.arg rank} = {rank}.")
      }
      stats::cutree(stats::hclust(stats::dist(points), "average"), rank)
    }
  ))
}

# The fit whose W is given and whose H is the best for it; all else as in `template`, a fit to the same data.
# Attribute "order": how columns were put in order of their share.
fit_of_basis <- function(W, template, data, arguments) {
  fit <- template
  dimnames(W) <- dimnames(template$W)
  fit$W <- W
  fit$scale[] <- 1
  data <- fit_data(data, fit$settings)
  H <- if (is.null(arguments$smooth_H)) {
    new_coefficients(fit, data, fit$settings$threads)
  } else {
    # Columns that have a part in each other's answer are found together.
    arguments$fixed_W <- W
    quiet_fit(data, ncol(W), arguments)$H
  }
  order <- component_order(W, H)
  fit$W[] <- W[, order]
  fit$H[] <- H[order, ]
  settings <- fit$settings
  at <- cpp_certify(data$x, unname(fit$W), unname(fit$H), core_options(data, settings))
  fit[c("loss", "penalty", "objective")] <- at[c("loss", "penalty", "objective")]
  fit$certificate <- at$certificate
  fit$history <- data.frame(
    iteration = 0L, seconds = 0, loss = at$loss, penalty = at$penalty, objective = at$objective,
    kkt = at$certificate$kkt
  )
  fit$converged <- isTRUE(at$certificate$kkt <= settings$tol)
  fit$reason <- if (fit$converged) "tol" else "max_iter"
  fit$settings$init <- "consensus"
  fit$runs <- data.frame(
    run = 1L, objective = at$objective, iterations = 0L, kkt = at$certificate$kkt,
    converged = fit$converged, best = TRUE
  )
  attr(fit, "order") <- order
  fit
}

#' @export
print.consensus_nmf <- function(x, digits = 4, ...) {
  check_dots_empty(...)
  check_digits(digits)
  if (is.null(x$consensus)) {
    NextMethod()
    print_fields(describe_complete(x))
    return(invisible(x))
  }
  d <- dim(x)
  pool <- x$consensus$components
  print_line(
    "Consensus factorization: ", count_of(d[1], "feature"), " x ", count_of(d[2], "observation"),
    ", rank ", d[3]
  )
  print_fields(c(
    describe_complete(x),
    loss = paste0(x$settings$loss, ", solver ", x$settings$solver),
    pooled = sprintf(
      "%d components of %d runs, %d kept (mean distance below %s)", nrow(pool), length(unique(pool$run)),
      sum(pool$kept), format(x$settings$density_threshold)
    ),
    stability = paste("mean silhouette", formatC(x$consensus$stability, digits = 3, format = "f")),
    describe_quality(x, fit_quality(x)$explained, digits),
    components = describe_shares(x)
  ))
  invisible(x)
}
