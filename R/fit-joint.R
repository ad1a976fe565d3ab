#' Joint factorization of several data sets
#'
#' Integrative nonnegative matrix factorization (Yang and Michailidis 2016), known from liger (Welch et al.
#' 2019): several data sets with the same features, such as samples, batches or technologies, are factorized
#' together, with components that they share and a part of each component that is the data set's own. Or, with
#' `shared = "H"`, several kinds of features of the same observations.
#'
#' @section Objective:
#' With `shared = "W"`, for data sets \eqn{X_i} (features x observations of data set i), over nonnegative
#' \eqn{W}, \eqn{V_i}, \eqn{H_i}:
#' \deqn{\sum_i c_i \left(\frac12 \|X_i - (W + V_i) H_i\|_F^2 + \frac{\lambda}{2} \|V_i H_i\|_F^2\right)}{
#'       sum c[i] (1/2 |X[i] - (W + V[i]) H[i]|^2 + lambda/2 |V[i] H[i]|^2)}
#' `W` is what is shared, `V` what is the data set's own; a larger `lambda` makes `V` smaller. `lambda = Inf`
#' leaves none: \eqn{X_i \approx W H_i}{X[i] ~ W H[i]}, one factorization of all observations, for which they
#' need not be put together. `weights` are the \eqn{c_i}{c[i]}. (liger writes the same without the factor 1/2,
#' and has `lambda = 5` as its default, too. Its data are cells x genes in some versions, and are scaled, not
#' centered, by the root mean square of each gene: [scale_features()] does that.)
#'
#' With `shared = "H"`, for data sets of the same observations with features of their own:
#' \deqn{\sum_i c_i \frac12 \|X_i - W_i H\|_F^2}{sum c[i]/2 |X[i] - W[i] H|^2}
#' Data sets whose entries are large, or many, count most; \eqn{c_i = 1 / \|X_i\|^2}{c[i] = 1 / |X[i]|^2},
#' which is `weights = "equal"`, makes them count alike.
#'
#' @section How it works:
#' For fixed \eqn{W} and \eqn{V_i} every column of \eqn{H_i} is a small problem with the matrix
#' \eqn{(W + V_i)^T(W + V_i) + \lambda V_i^T V_i}{(W+V)'(W+V) + lambda V'V}. For fixed \eqn{H_i} all that
#' \eqn{W} and \eqn{V_i} need of the data is \eqn{P_i = X_i H_i^T}{P = X H'} and \eqn{G_i = H_i H_i^T}{G = H
#' H'}. So an iteration reads every \eqn{X_i} once, for both, and updates \eqn{W} and \eqn{V_i} in turns
#' without reading. Iterations are extrapolated, and undone where that raises the objective, as in [nmf()];
#' the objective is exact. Data stay where they are, sparse or dense, or come block by block ([nmf_blocks()]);
#' a data set whose features are in another order, or are more than those shared, is copied once. With `shared
#' = "H"` the data sets are put below each other once, and [nmf()] is called.
#'
#' The certificate is that of [nmf()]: the relative KKT residual, with the scaled problems of \eqn{H_i},
#' \eqn{W} and \eqn{V_i}, and duality gaps, `gap_H` of all \eqn{H_i}, `gap_W` of \eqn{W} and all \eqn{V_i}
#' together. In these problems coordinates are scaled such that the matrices \eqn{(W + V_i)^T(W + V_i) +
#' \lambda V_i^T V_i}{(W+V)'(W+V) + lambda V'V}, \eqn{\sum_i c_i G_i}{sum c G} and \eqn{c_i (1 + \lambda)
#' G_i}{c (1 + lambda) G} have a unit diagonal; residuals of the first are times \eqn{\sqrt{c_i}}{sqrt(c)},
#' and all are relative to \eqn{\sqrt{\sum_i c_i \|X_i\|^2}}{sqrt(sum c |X|^2)}.
#'
#' @section Features that not all data sets have:
#' With `features = "all"`, a feature counts for those data sets that have it: rows of `W` are all features,
#' rows of each `V` those of the data set. (A feature that a single data set has ends in `W`, as `V` costs
#' more.)
#'
#' @param x A list of data sets, each of the kinds that [nmf()] takes (a matrix, sparse or dense,
#'   [nmf_blocks()], `SingleCellExperiment`, `Seurat`, ...); names of the list are those of the data sets. Or
#'   one of these, with `batch`. No entries may be missing.
#' @param rank Number of components.
#' @param lambda Weight of the penalty on what is a data set's own, at least 0; `Inf` for nothing of its own.
#'   Only with `shared = "W"`.
#' @param shared `"W"`: the same features, other observations. `"H"`: the same observations, other features.
#' @param batch Where `x` is one object: which data set each observation is in, a factor or vector with one
#'   value per observation, or the name of a column of its table of observations (`colData()`, or the metadata
#'   of a Seurat object).
#' @param features With `shared = "W"`, which features are used: `"shared"`, those that all data sets have, or
#'   `"all"`. They are matched by name; without names, by position. (With `shared = "H"` observations are
#'   matched like this; those that all data sets have are used.)
#' @param weights A positive number for each data set, in their order or by name; or `"equal"`: 1 over the sum
#'   of squares of each, times the mean of these sums. `NULL` is 1 for all.
#' @param init `"nndsvd"`, from the singular vectors of all observations side by side; `"random"`; a list with
#'   `W` and, if you like, `V` and `H`, lists with a matrix for each data set; or a fit. `NULL` is `"nndsvd"`,
#'   for several runs `"random"`. (With `shared = "H"` as in [nmf()].)
#' @param solver,nrun,max_iter,tol,threads,verbose,control As in [nmf()]; `"mu"` is not for joint
#'   factorizations.
#' @param assay,layer See [adapters].
#' @param ... Not used; anything here is an error.
#'
#' @return An object of class `"nmf_joint"`, a list of
#' \describe{
#'   \item{`W`}{what is shared, features x `rank`; with `shared = "H"` a list of matrices.}
#'   \item{`V`}{for every data set what is its own, features x `rank`; `NULL` if there is none.}
#'   \item{`H`}{for every data set its coefficients, `rank` x observations; with `shared = "H"` one matrix.}
#'   \item{`history`, `converged`, `reason`, `objective`, `loss`, `penalty`, `certificate`, `runs`, `seconds`,
#'     `call`}{as in a fit of [nmf()], see [nmf-class].}
#'   \item{`settings`}{the arguments, with `weights` as numbers.}
#'   \item{`data`}{data frame with one row per data set: `dataset`, `nrow` (features that were used), `ncol`,
#'     `nnz`, `sumsq`, `max`, `loss` (its own, without its weight), `class`.}
#'   \item{`observations`}{where one object was divided: for every data set its columns.}
#' }
#' Components are in decreasing order of their share of the fit. The warnings of [nmf()] apply: on interrupt,
#' or after `max_seconds`, the best so far is returned.
#'
#' @references
#' Yang Z, Michailidis G (2016). A non-negative matrix factorization method for detecting modules in
#' heterogeneous omics multi-modal data. *Bioinformatics* 32(1), 1--8. \doi{10.1093/bioinformatics/btv544}
#'
#' Welch JD, Kozareva V, Ferreira A, Vanderburg C, Martin C, Macosko EZ (2019). Single-cell multi-omic
#' integration compares and contrasts features of brain cell identity. *Cell* 177(7), 1873--1887.
#' \doi{10.1016/j.cell.2019.05.006}
#'
#' @seealso [predict.nmf_joint()] for new observations and new data sets, [quantile_align()],
#'   [plot.nmf_joint()], [nmf_programs()] for components that recur in separate fits.
#' @examples
#' # Two halves of the patients, as if they came from two laboratories
#' x <- sqrt(leukemia$x)
#' fit <- nmf_joint(list(a = x[, 1:19], b = x[, 20:38]), rank = 3)
#' fit
#' summary(fit)
#' table(unlist(predict(fit, type = "class")), leukemia$class)
#'
#' # The same from one object
#' nmf_joint(x, rank = 3, batch = rep(c("a", "b"), each = 19))
#'
#' # Two kinds of features of the same patients
#' halves <- list(first = x[1:2000, ], rest = x[-(1:2000), ])
#' both <- nmf_joint(halves, rank = 3, shared = "H", weights = "equal")
#' dim(both$H)
#' @export
nmf_joint <- function(x, rank, lambda = 5, shared = c("W", "H"), batch = NULL, features = c("shared", "all"),
                      weights = NULL, init = NULL, solver = NULL, nrun = 1, max_iter = 500, tol = 1e-4,
                      threads = NULL, verbose = interactive(), control = nmf_control(), assay = NULL,
                      layer = NULL, ...) {
  need_arguments(x)
  started <- proc.time()[["elapsed"]]
  check_dots_empty(...)
  if (base::missing(rank)) abort_input("{.arg rank}, the number of components, must be given.")
  shared <- pick(shared, c("W", "H"), "shared")
  features <- pick(features, c("shared", "all"), "features")
  if (shared == "H") {
    if (!base::missing(lambda)) {
      abort_input("{.arg lambda} is for {.code shared = \"W\"}: with a shared H there is nothing that it \\
                   could weigh.")
    }
    if (!is.null(batch)) {
      abort_input("{.arg batch} is for {.code shared = \"W\"}: give a list of data sets of the same \\
                   observations.")
    }
    if (features == "all") {
      abort_input("{.code features = \"all\"} is for {.code shared = \"W\"}: here features are each data \\
                   set's own.")
    }
  }
  lambda <- check_number(lambda, "lambda", min = 0, finite = FALSE)
  control <- check_control(control)
  if (control$online) abort_input("{.arg online} of {.arg control} is not for {.fn nmf_joint}.")
  if (!is.null(control$checkpoint)) abort_input(
    "{.arg checkpoint} of {.arg control} is not for {.fn nmf_joint}."
  )
  if (!is.null(control$floor)) {
    abort_input("{.arg floor} of {.arg control} is for other losses than the squared one of {.fn nmf_joint}.")
  }
  if (identical(control$precision, "mixed")) {
    abort_input("{.arg precision} of {.arg control} must be \"double\" in {.fn nmf_joint}.")
  }
  check_flag(verbose, "verbose")
  request <- list(
    loss = "frobenius", solver = check_joint_solver(solver), lambda = if (shared == "W") lambda,
    shared = shared,
    features = features, nrun = check_count(nrun, "nrun"), max_iter = check_count(max_iter, "max_iter"),
    tol = check_number(tol, "tol", min = 0), threads = check_threads(threads), control = control
  )
  given <- joint_data(x, batch, assay, layer)
  request$weights <- check_joint_weights(weights, given$data)
  call <- named_call(match.call(), "nmf_joint")
  told <- base::missing(max_iter) && request$tol > 0
  fit <- if (shared == "W") {
    joint_shared_W(given, rank, request, init, started, verbose, told)
  } else {
    joint_shared_H(given, rank, request, init, verbose, told)
  }
  fit$call <- call
  fit$seconds <- proc.time()[["elapsed"]] - started
  fit
}

check_joint_solver <- function(solver) {
  if (is.null(solver)) {
    return(NULL)
  }
  solvers <- nmf_solvers()
  check_choice(solver, solvers$name[solvers$frobenius & solvers$extrapolates], "solver")
}

# One number per data set.
check_joint_weights <- function(weights, data) {
  names <- names(data)
  if (is.null(weights)) {
    return(stats::setNames(rep(1, length(data)), names))
  }
  sumsq <- vapply(data, function(d) d$scan$sumsq, 0)
  if (identical(weights, "equal")) {
    if (any(!is.finite(sumsq) | sumsq <= 0)) {
      empty <- names[!is.finite(sumsq) | sumsq <= 0][1]
      abort_input("{.code weights = \"equal\"} needs data sets that are not all 0; {quote_each(empty)} is.")
    }
    return(mean(sumsq) / sumsq)
  }
  if (!is.numeric(weights) || is.object(weights) || length(weights) != length(data)) {
    abort_input(
      "{.arg weights} must be {length(data)} positive number{?s}, one for each data set, or \"equal\", not \\
       {describe(weights)}."
    )
  }
  weights <- vector_by_name(weights, names, "weights", "data set")
  bad <- which(!is.finite(weights) | weights <= 0)
  if (length(bad)) {
    abort_input(
      "{.arg weights} must be positive; that of data set {quote_each(names[bad[1]])} is \\
       {format(weights[bad[1]])}."
    )
  }
  stats::setNames(as.double(weights), names)
}

# Shared W ------------------------------------------------------------------

# list(data, x, rows, features, count, settings, own, init): `x` are storages with the rows `rows` of W.
joint_problem <- function(data, names, settings, init = NULL) {
  problem <- list(
    data = data, x = unname(joint_storages(data, names$from)), rows = unname(names$places),
    features = names$names, count = names$count, settings = settings, own = is.finite(settings$lambda)
  )
  # Rows that are left out are not looked at.
  scans <- Map(function(x, d) if (identical(dim(x), d$dim)) d$scan else scan_storage(x), problem$x, data)
  for (i in seq_along(data)) problem$data[[i]]$scan <- scans[[i]]
  problem$init <- check_joint_init(init, problem, settings$nrun)
  problem$about <- joint_about(problem)
  problem$options <- c(settings[c("solver", "threads", "max_iter", "tol")], joint_control(settings$control))
  problem
}

joint_control <- function(control) unclass(control)[setdiff(
  names(control), c("floor", "precision", "checkpoint", "every", "online")
)]

joint_about <- function(problem, fixed_W = FALSE) {
  list(
    lambda = if (problem$own) problem$settings$lambda else 0, own = problem$own, fixed_W = fixed_W,
    largest = max(vapply(problem$data, function(d) d$scan$max, 0)),
    weights = unname(problem$settings$weights),
    sumsq = vapply(problem$data, function(d) d$scan$sumsq, 0)
  )
}

# What the core makes of a start.
joint_core <- function(problem, start, max_seconds = Inf, step = NULL) {
  options <- utils::modifyList(problem$options, list(max_seconds = max_seconds))
  rows <- lapply(problem$rows, function(rows) rows - 1L)
  size <- c(problem$count, joint_columns(problem))
  with_memory(
    list(data = list(dim = size), settings = problem$settings), 1,
    cpp_joint_fit(problem$x, rows, start$W, start$V, start$H, problem$about, options, step)
  )
}

joint_shared_W <- function(given, rank, request, init, started, verbose, told) {
  names <- joint_names(given$data, 1, request$features == "all")
  request$rank <- check_rank(rank, c(names$count, max(vapply(given$data, function(d) d$dim[2], 0L))))
  problem <- joint_problem(given$data, names, request, init)
  settings <- problem$settings
  deadline <- started + settings$control$max_seconds
  found <- best_of_runs(settings, started, verbose, function(run, left, step, ...) {
    start <- joint_start(problem, deadline)
    c(joint_core(problem, start, left(), step), list(init = start$name))
  })
  if (told) warn_not_converged(found$fit, settings)
  finish_joint(found, problem, given)
}

finish_joint <- function(found, problem, given) {
  core <- found$fit
  settings <- problem$settings
  settings["solver"] <- list(core$solver)
  settings["init"] <- list(core$init)
  names <- names(problem$data)
  components <- component_names(settings$rank)
  order <- order(joint_share(core$W, core$V, core$H, problem$rows), decreasing = TRUE, method = "radix")
  W <- core$W[, order, drop = FALSE]
  dimnames(W) <- list(problem$features, components)
  V <- Map(function(V, rows) {
    V <- V[, order, drop = FALSE]
    dimnames(V) <- list(problem$features[rows], components)
    V
  }, core$V, if (problem$own) problem$rows else list())
  H <- Map(function(H, d) {
    H <- H[order, , drop = FALSE]
    dimnames(H) <- list(components, d$dimnames[[2]])
    H
  }, core$H, problem$data)
  V <- if (problem$own) stats::setNames(V, names)
  rows <- if (any(lengths(problem$rows) < problem$count)) stats::setNames(problem$rows, names)
  fit <- new_joint(W, V, stats::setNames(H, names), core, settings, found$runs, problem$data, given, rows)
  with_losses(fit, problem$x)
}

# The loss of every data set, by one more read, which an interrupt leaves out.
with_losses <- function(fit, x) {
  if (fit$reason == "interrupt") {
    return(fit)
  }
  names <- fit$data$dataset
  fit$data$loss <- vapply(seq_along(names), function(i) {
    W <- unname(joint_W(fit, names[i]))
    about <- list(
      lambda = 0, own = FALSE, fixed_W = FALSE, largest = fit$data$max[i], weights = 1,
      sumsq = fit$data$sumsq[i]
    )
    H <- list(unname(joint_H(fit, names[i])))
    rows <- list(seq_len(nrow(W)) - 1L)
    cpp_joint_certify(x[i], rows, W, list(), H, about, list(threads = fit$settings$threads))$loss
  }, 0)
  fit
}

# `end`: reason, history and certificate. `rows`: which rows of W each data set has; NULL is all.
new_joint <- function(W, V, H, end, settings, runs, data, given, rows = NULL) {
  last <- if (nrow(end$history)) end$history[nrow(end$history), ] else end$history[NA_integer_, ]
  of <- function(part) unname(vapply(data, part, 0))
  structure(
    list(
      W = W, V = V, H = H, history = end$history, converged = end$reason == "tol", reason = end$reason,
      objective = last$objective, loss = last$loss, penalty = last$penalty, certificate = end$certificate,
      settings = settings,
      data = data.frame(
        dataset = names(data),
        nrow = if (!is.null(rows)) {
          unname(lengths(rows))
        } else {
          of(function(d) if (settings$shared == "W") nrow(W) else d$dim[1])
        },
        ncol = of(function(d) d$dim[2]), nnz = of(function(d) d$scan$nnz),
        sumsq = of(function(d) d$scan$sumsq),
        max = of(function(d) d$scan$max), loss = NA_real_,
        class = unname(vapply(data, function(d) d$class, ""))
      ),
      rows = rows, observations = given$observations, annotation = given$annotation, runs = runs,
      seconds = NA_real_, call = NULL
    ),
    class = "nmf_joint"
  )
}

# The part of the sum of the fit that each component makes.
joint_share <- function(W, V, H, rows) {
  each <- vapply(seq_along(H), function(i) {
    own <- colSums(W[rows[[i]], , drop = FALSE]) + if (length(V)) colSums(V[[i]]) else 0
    own * rowSums(H[[i]])
  }, numeric(ncol(W)))
  total <- rowSums(matrix(each, ncol(W)))
  if (sum(total) > 0) total / sum(total) else total
}

# Shared H ------------------------------------------------------------------

# One factorization of the data sets below each other, each times the root of its weight.
joint_shared_H <- function(given, rank, request, init, verbose, told) {
  names <- joint_names(given$data, 2)
  data <- given$data
  x <- lapply(data, `[[`, "x")
  if (!is.null(names$from)) x <- Map(chosen_columns, x, names$from)
  stacked <- stacked_rows(x, sqrt(request$weights))
  arguments <- list(
    x = stacked, rank = rank, solver = request$solver, init = scaled_joint_init(init, data, request$weights),
    nrun = request$nrun, tol = request$tol, threads = request$threads, verbose = verbose,
    control = request$control
  )
  # A default is told of if it is not enough.
  if (!told) arguments$max_iter <- request$max_iter
  fit <- do.call(nmf.default, arguments)
  request$rank <- ncol(fit$W)
  request$solver <- fit$settings$solver
  request$init <- fit$settings$init
  last <- cumsum(vapply(data, function(d) d$dim[1], 0L))
  first <- c(0L, last[-length(last)]) + 1L
  W <- Map(function(a, b, weight, d) {
    W <- fit$W[a:b, , drop = FALSE] / sqrt(weight)
    dimnames(W) <- list(d$dimnames[[1]], colnames(fit$W))
    W
  }, first, last, request$weights, data)
  H <- fit$H
  colnames(H) <- names$names
  with_losses(new_joint(stats::setNames(W, names(data)), NULL, H, fit, request, fit$runs, data, given),
    unname(x))
}

# W of the data sets in the scale in which they are put below each other.
scaled_joint_init <- function(init, data, weights) {
  if (inherits(init, "nmf_joint")) init <- init[c("W", "H")]
  if (!is.list(init) || is.object(init)) {
    return(init)
  }
  if (is.list(init$W)) {
    if (length(init$W) != length(data)) {
      abort_input(
        "{.code init$W} must be a list with one matrix for each of the {length(data)} data sets, not \\
         {describe(init$W)}."
      )
    }
    W <- lapply(seq_along(data), function(i) {
      given <- init$W[[i]]
      size <- c(data[[i]]$dim[1], NCOL(given))
      unname(check_factor(given, sprintf("init$W[[%d]]", i), size,
        "features of the data set, rank")) * sqrt(weights[i])
    })
    init$W <- do.call(rbind, W)
  }
  if (!is.null(init$H)) init$H <- unname(init$H)
  init
}

# Storages below each other, each times a number: sparse if all are, by blocks if one is.
stacked_rows <- function(x, by) {
  sparse <- !any(vapply(x, is_dense, NA))
  scaled <- function(parts) {
    parts <- Map(function(part, by) {
      dimnames(part) <- list(NULL, NULL)
      with_values(part, values_of(part) * by)
    }, parts, by)
    if (!sparse) parts <- lapply(parts, dense)
    out <- do.call(rbind, unname(parts))
    if (sparse) as_dgC(out) else out
  }
  if (!any(vapply(x, by_blocks, NA))) {
    return(scaled(x))
  }
  size <- c(sum(vapply(x, nrow, 0L)), ncol(x[[1]]))
  nmf_blocks(function(first, last) scaled(lapply(x, columns_of, seq.int(first, last))), size, sparse = sparse)
}
