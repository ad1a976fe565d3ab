#' Programs that recur across samples
#'
#' Factorizes every sample by itself, at several ranks, and clusters the components of all: those that are
#' found again in other samples are recurrent programs, whose features, coverage and reproducibility are
#' told. (A joint factorization, [nmf_joint()], assumes instead that samples share their components.)
#'
#' @section Steps:
#' 1. Every sample is factorized at every rank of `ranks`, from `nrun` starts, of which the best is kept.
#'    Fits share threads or processes as those of [nmf_survey()] do.
#' 2. All components, columns of `W` with a Euclidean norm of 1, are compared: `similarity = "cosine"` over
#'    the features that both samples have; or `"overlap"`, the part of the `n_features` features with the
#'    largest weights that two components have in common.
#' 3. They are clustered by the `recipe`. Clusters with components of fewer than `min_samples` samples are
#'   set aside.
#' 4. The consensus weights of a program: the members, each with sum 1, are averaged within samples, then
#'    over samples, so that each sample counts the same, however many ranks found the program. A feature
#'    counts for the samples that have it. The confidence of a feature is the part of the samples of the
#'    program in which it is among the `n_features` features with the largest weights of a member.
#'
#' @section Recipes:
#' Published ones side by side with ours. Each begins with fits of every sample (there with other programs,
#' whose stops and scores differ: results are alike, not identical).
#'
#' | | `"silhouette"` | `"gavish"` | `"genenmf"` | `"cnmf"` |
#' |---|---|---|---|---|
#' | of | this package | Gavish et al. 2023 | Yerly et al. 2024, package GeneNMF | Kotliar et al. 2019 |
#' | similarity | cosine | overlap of 50 features | cosine | Euclidean distance of unit columns |
#' | first left out | nothing | components without another of the sample at a different rank that shares 70%; those without one of another sample that shares 20%; of each sample, those that share more than 20% with a better one | nothing | components with a mean distance to their nearest neighbours (30% of the fits) of `density_threshold` = 0.5 or more |
#' | clusters | average linkage, as many as have the largest mean silhouette across samples | around the component with most partners that share 20%, as long as it has more than `min_size` = 5; the next is the one that shares most with the features that the cluster has most often, if 20% | Ward's linkage, `k` = 10 | k-means with 10 starts, `k` = the largest rank |
#' | weights | mean over samples of means of members | the same | the same (GeneNMF: mean of members, weighted by specificity) | median of members |
#' | set aside | clusters of fewer than `min_samples` = 2 samples | what is in no cluster | clusters of fewer than `min_samples` samples | the same |
#'
#' `k` fixes the number of clusters of all recipes but `"gavish"`. All arguments may be changed for all
#' recipes; those of the table are the defaults. [regroup_programs()] clusters the same components again in
#' another way, without new fits.
#'
#' A silhouette width is \eqn{(b - a)/\max(a, b)}{(b - a) / max(a, b)} with distances 1 - similarity, where
#' a is the mean distance of a component to the members of its cluster in *other* samples, and b the least
#' mean distance to those of another cluster in other samples; 0 where there are none. (The components of
#' one sample at neighbouring ranks are nearly the same. They would make clusters of their own, one for each
#' sample, if they counted.)
#'
#' Which to take: `"silhouette"` chooses the number of programs itself, and keeps everything that recurs in
#' two samples. `"gavish"` is the strictest, made for many (dozens of) tumors; with less than ten samples
#' its `min_size` should be lower. `"genenmf"` partitions everything into `k` clusters, so that weak ones
#' are to be judged by their silhouette and coverage. `"cnmf"` was made for repeated fits of one data set,
#' which is [consensus_nmf()]; here fits of different samples take the place of repetitions.
#'
#' @param x A list of samples, or one object with `batch`, as in [nmf_joint()].
#' @param ranks Numbers of components, such as `4:9`.
#' @param batch,features As in [nmf_joint()]. With `features = "all"` every sample is fitted with all of its
#'   features.
#' @param recipe How components become programs, see below.
#' @param similarity `"cosine"` or `"overlap"`; `NULL` is that of the recipe. (`"cnmf"` has its own.)
#' @param k Number of clusters before some are set aside; `NULL` is the choice of the recipe.
#' @param min_samples Least number of different samples of a program, at least 1.
#' @param min_size For `"gavish"`: a program begins with a component that has more partners than this.
#'   `NULL` is 5.
#' @param n_features Number of features with the largest weights that stand for a component.
#' @param density_threshold For `"cnmf"`: see below.
#' @param loss,solver,init,alpha_W,alpha_H,l1_ratio,nrun,max_iter,tol,threads,verbose,control As in [nmf()],
#'   for every fit.
#' @param assay,layer See [adapters].
#' @param ... Not used; anything here is an error.
#'
#' @return An object of class `"nmf_programs"`, a list of
#' \describe{
#'   \item{`W`}{consensus weights, features x programs; columns have sum 1. Programs are in decreasing order
#'     of the number of samples that they are found in, then of `similarity`.}
#'   \item{`programs`}{data frame with one row per program: `program`; `components`, how many it is made of;
#'     `samples`, in how many samples, and `coverage`, the part of all; `silhouette`, the mean width of its
#'     components among those of programs; `similarity`, their mean cosine with the consensus; `features`,
#'     how many have a confidence of 0.5 or more.}
#'   \item{`components`}{data frame with one row per component of the fits: `sample`, `rank`, `component`,
#'     `share` (of its fit), `program` (`NA` if it is in none), `silhouette`, `similarity` (its cosine with
#'     the consensus of its program), `aside`: why it is in none (`"few samples"`, `"not reproduced"`,
#'     `"other samples"`, `"redundant"`, `"no cluster"`, `"outlier"`), or `NA`.}
#'   \item{`confidence`}{features x programs, see step 4.}
#'   \item{`coverage`}{samples x programs: how many components of the sample the program has.}
#'   \item{`similarity`}{the matrix of similarities of all components.}
#'   \item{`pool`}{the components: features x components, columns of unit norm; `NA` where a sample lacks a
#'   feature.}
#'   \item{`runs`}{data frame with one row per fit, as in [nmf_survey()], with `sample`.}
#'   \item{`complete`}{`FALSE` if an interrupt cut it short: see [update()][update.nmf_survey].}
#'   \item{`settings`, `data`, `seconds`, `call`}{how it was made.}
#' }
#' @references
#' Gavish A, Tyler M, Greenwald AC, et al. (2023). Hallmarks of transcriptional intratumour heterogeneity
#' across a thousand tumours. *Nature* 618, 598--606. \doi{10.1038/s41586-023-06130-4}
#'
#' Yerly L, Andreatta M, Garnica J, Nardin C, Di Domizio J, Aubin F, Gilliet M, Carmona SJ, Kuonen F (2024).
#' Wounding triggers invasive progression in human basal cell carcinoma. *bioRxiv* 2024.05.31.596823.
#' \doi{10.1101/2024.05.31.596823}
#'
#' Kotliar D, Veres A, Nagy MA, Tabrizi S, Hodis E, Melton DA, Sabeti PC (2019). Identifying gene expression
#' programs of cell-type identity and cellular activity with single-cell RNA-Seq. *eLife* 8, e43803.
#' \doi{10.7554/eLife.43803}
#' @seealso [predict.nmf_programs()] for scores of new cells, [plot.nmf_programs()], [regroup_programs()],
#' [nmf_joint()]
#' @examples
#' # Three parts of the patients, as if they were samples
#' x <- sqrt(leukemia$x)[1:1000, ]
#' third <- rep(c("a", "b", "c"), length.out = 38)
#' programs <- nmf_programs(x, ranks = 2:4, batch = third, n_features = 30)
#' programs
#' top_features(programs, 5)
#' plot(programs)
#' predict(programs, x[, 1:3])
#' @export
nmf_programs <- function(x, ranks = 4:9, batch = NULL, features = c("shared", "all"),
                         recipe = c("silhouette", "gavish", "genenmf", "cnmf"), ..., similarity = NULL,
                         k = NULL, min_samples = 2, min_size = NULL, n_features = 50, density_threshold = 0.5,
                         loss = "frobenius", solver = NULL, init = NULL, alpha_W = 0, alpha_H = alpha_W,
                         l1_ratio = 0,
                         nrun = 1, max_iter = 500, tol = 1e-4, threads = NULL, verbose = interactive(),
                         control = nmf_control(), assay = NULL, layer = NULL) {
  need_arguments(x)
  started <- proc.time()[["elapsed"]]
  check_dots_empty(...)
  features <- pick(features, c("shared", "all"), "features")
  grouping <- check_recipe(recipe, similarity, k, min_samples, min_size, n_features, density_threshold)
  nrun <- check_count(nrun, "nrun")
  check_flag(verbose, "verbose")
  given <- joint_data(x, batch, assay, layer)
  if (length(given$data) < 2) {
    abort_input(
      "{.arg x} must have two samples or more: {.fn consensus_nmf} is for one, which it fits again and again."
    )
  }
  data <- lapply(given$data, function(d) hold_data(d, "many fits"))
  names <- joint_names(data, 1, features == "all")
  # Of as many samples as there are the smallest decides.
  least <- min(vapply(data, function(d) max(d$dim[2], min(d$dim[1], names$count)), 0L))
  ranks <- check_ranks(ranks, c(least, least))
  if (!is.null(names$from)) {
    data <- Map(
      function(d, rows) if (is_all(rows, d$dim[1])) d else part_of(d, rows = rows), data, names$from
    )
  }
  if (is.null(init)) init <- if (nrun > 1) "random" else NULL
  arguments <- list(
    loss = check_loss(loss), solver = solver, init = init, alpha_W = alpha_W, alpha_H = alpha_H,
    l1_ratio = l1_ratio,
    max_iter = max_iter, tol = tol, threads = threads_of_job(threads), verbose = FALSE,
    control = check_control(control)
  )
  if (nrun > 1) check_random_init(init)
  for (d in data) check_fit_arguments(arguments, d, min(ranks))
  task <- list(
    data = data, places = names$places, features = names$names, count = names$count, ranks = ranks,
    arguments = arguments,
    jobs = program_jobs(base::names(data), ranks, nrun, draw_seeds(nrun * length(data))),
    cluster_seed = draw_seeds(1),
    settings = c(list(nrun = nrun, features = features, loss = loss_label(arguments$loss)), grouping),
    call = named_call(match.call(), "nmf_programs")
  )
  task$kept <- vector("list", length(task$jobs))
  # By which a checkpoint knows the data.
  if (!is.null(arguments$control$checkpoint)) task$x <- lapply(data, data_id)
  task$seconds <- proc.time()[["elapsed"]] - started
  run_programs(task, verbose)
}

check_recipe <- function(recipe, similarity, k, min_samples, min_size, n_features, density_threshold) {
  recipe <- pick(recipe, c("silhouette", "gavish", "genenmf", "cnmf"), "recipe")
  own <- if (recipe == "gavish") "overlap" else "cosine"
  if (!is.null(similarity)) {
    similarity <- check_choice(similarity, c("cosine", "overlap"), "similarity")
    if (recipe == "cnmf" && similarity == "overlap") {
      abort_input("{.arg similarity} must be \"cosine\" with {.code recipe = \"cnmf\"}, which \\
                   clusters columns of W, not \"overlap\".")
    }
    if (recipe == "gavish" && similarity == "cosine") {
      abort_input("{.arg similarity} must be \"overlap\" with {.code recipe = \"gavish\"}, which \\
                   counts shared features, not \"cosine\".")
    }
  }
  if (!is.null(k) && recipe == "gavish") {
    abort_input("{.arg k} is not for {.code recipe = \"gavish\"}, which finds programs one after another: \\
                 see {.arg min_size}.")
  }
  if (!is.null(min_size) && recipe != "gavish") {
    abort_input("{.arg min_size} is for {.code recipe = \"gavish\"}.")
  }
  list(
    recipe = recipe, similarity = if (is.null(similarity)) own else similarity,
    k = check_count(k, "k", min = 2, null_ok = TRUE), min_samples = check_count(min_samples, "min_samples"),
    min_size = if (is.null(min_size)) 5L else check_count(min_size, "min_size", min = 0),
    n_features = check_count(n_features, "n_features"),
    density_threshold = check_number(
      density_threshold, "density_threshold", min = 0, above = TRUE, finite = FALSE
    )
  )
}

# Every run of a sample has a seed of its own, the same at all ranks.
program_jobs <- function(samples, ranks, nrun, seeds) {
  jobs <- expand.grid(run = seq_len(nrun), sample = seq_along(samples), rank = ranks)
  jobs$seed <- seeds[(jobs$sample - 1) * nrun + jobs$run]
  lapply(seq_len(nrow(jobs)), function(i) as.list(jobs[i, ]))
}

run_programs <- function(task, verbose) {
  started <- proc.time()[["elapsed"]]
  checkpoint <- task_checkpoint(task, "ranks", c("jobs", "kept", "cluster_seed"))
  task <- checkpoint$task
  kept <- task$kept
  left <- which(vapply(kept, is.null, NA))
  data <- task$data
  arguments <- in_one_precision(task$arguments, data)
  one <- function(job) with_stream(job$seed, program_part(quiet_fit(data[[job$sample]], job$rank, arguments)))
  several <- function(jobs) {
    prepared <- lapply(
      jobs, function(job) with_stream(job$seed, start_of(data[[job$sample]], job$rank, arguments))
    )
    lapply(fit_many(prepared, arguments$threads), function(fit) {
      if (is.null(fit) || fit$reason == "interrupt") NULL else program_part(fit)
    })
  }
  collect <- function(k, out) {
    kept[[left[k]]] <<- out
    checkpoint$tick(function() replace(task, "kept", list(kept)))
  }
  finished <- run_jobs(
    task$jobs[left], one, collect, verbose, "fits", several, programs_at_once(task),
    saved = !is.null(task$checkpoint)
  )
  if (finished) checkpoint$done()
  task$kept <- kept
  task$seconds <- task$seconds + proc.time()[["elapsed"]] - started
  error <- vapply(kept, function(p) if (is_failed(p)) p$message else NA_character_, "")
  good <- vapply(kept, function(p) !is.null(p) && !is_failed(p), NA)
  if (!finished && sum(good) < 2) cpp_interrupt()
  if (finished) abort_if_all_failed(error)
  result <- result_of_task(task, finished, programs_of, sum(lengths(kept) > 0), length(kept))
  if (result$complete) warn_left_out(error)
  result
}

programs_at_once <- function(task) {
  if (is.finite(task$arguments$control$max_seconds)) {
    return(1)
  }
  size <- vapply(task$data, function(d) prod(as.double(d$dim)), 0)
  largest <- task$data[[which.max(size)]]
  settings <- list(
    rank = max(task$ranks), loss_object = task$arguments$loss, threads = task$arguments$threads
  )
  fits_together(largest, settings, nrun = length(task$jobs))
}

# What is kept of a fit.
program_part <- function(fit) {
  list(
    W = fit$W, share = component_share(fit$W, fit$H), objective = fit$objective,
    iterations = max(fit$history$iteration), kkt = fit$certificate$kkt, converged = fit$converged,
    seconds = fit$seconds
  )
}

programs_of <- function(task) {
  samples <- names(task$data)
  there <- which(vapply(task$kept, function(p) !is.null(p) && !is_failed(p), NA))
  of <- function(part) vapply(task$jobs[there], function(job) as.double(job[[part]]), 0)
  objective <- vapply(task$kept[there], `[[`, 0, "objective")
  # The best run of each sample and rank, the first of equals.
  best <- there[vapply(split(seq_along(there), list(of("rank"), of("sample")), drop = TRUE), function(i) {
    i[which.min(objective[i])]
  }, 0L)]
  best <- best[order(vapply(task$jobs[best], `[[`, 0L, "sample"), vapply(task$jobs[best], `[[`, 0L, "rank"))]
  parts <- lapply(best, function(i) {
    job <- task$jobs[[i]]
    kept <- task$kept[[i]]
    W <- matrix(NA_real_, task$count, ncol(kept$W))
    W[task$places[[job$sample]], ] <- unit_columns(kept$W)
    list(W = W, about = data.frame(
      sample = factor(samples[job$sample], samples), rank = job$rank, component = seq_len(ncol(W)),
      share = unname(kept$share)
    ))
  })
  pool <- do.call(cbind, lapply(parts, `[[`, "W"))
  about <- do.call(rbind, lapply(parts, `[[`, "about"))
  # Components without any weight are nothing that could recur.
  empty <- colSums(pool^2, na.rm = TRUE) == 0
  pool <- pool[, !empty, drop = FALSE]
  about <- about[!empty, , drop = FALSE]
  rownames(about) <- NULL
  dimnames(pool) <- list(task$features, sprintf("%s.r%d.%d", about$sample, about$rank, about$component))
  runs <- rows_to_frame(lapply(seq_along(task$jobs)[lengths(task$kept) > 0], function(i) {
    job <- task$jobs[[i]]
    out <- task$kept[[i]]
    failed <- is_failed(out)
    part <- function(name, none) if (failed) none else out[[name]]
    list(
      sample = samples[job$sample], rank = job$rank, run = job$run, seed = job$seed, objective = part(
        "objective", NA_real_
      ),
      iterations = part("iterations", NA_integer_), kkt = part("kkt", NA_real_),
      converged = part("converged", NA),
      seconds = part("seconds", NA_real_), error = if (failed) out$message else NA_character_
    )
  }))
  settings <- c(
    list(ranks = task$ranks), task$settings,
    task$arguments[setdiff(names(task$arguments), c(names(task$settings), "verbose", "init"))]
  )
  settings$seed <- task$cluster_seed
  object <- list(
    pool = pool, components = about, runs = runs, settings = settings,
    data = data.frame(
      sample = samples, nrow = unname(vapply(task$data, function(d) d$dim[1], 0L)),
      ncol = unname(vapply(task$data, function(d) d$dim[2], 0L)), class = unname(
        vapply(task$data, function(d) d$class, "")
      )
    ),
    complete = TRUE, seconds = task$seconds, call = task$call
  )
  structure(if (isTRUE(task$stopped)) group_some(object) else group_programs(object), class = "nmf_programs")
}

# Components of a few fits may not be enough for the clusters that were asked for.
group_some <- function(x) {
  tryCatch(group_programs(x), nonneg_error_input = function(e) {
    x$settings[c("recipe", "similarity")] <- c("silhouette", "cosine")
    x$settings["k"] <- list(NULL)
    group_programs(x)
  })
}

#' @rdname update.nmf_survey
#' @export
update.nmf_programs <- function(object, ..., verbose = interactive()) {
  go_on(object, run_programs, verbose, ..., frame = parent.frame())
}
