#' Semi-nonnegative matrix factorization: data of any sign
#'
#' Finds `W` (l x r) of any sign and `H` (r x n), which is not negative, such that `W %*% H` is close to `x`
#' (l x n), whose entries may have any sign: z-scores, log-ratios, residuals, differences (Ding, Li and
#' Jordan 2010). Columns of `W` are profiles, such as centres of clusters; `H` tells how much of each is in
#' each observation.
#'
#' It minimises
#' \deqn{\frac12 \|X - WH\|_F^2 + \frac12 \alpha_W n \|W\|_F^2
#'       + \alpha_H \beta l \|H\|_1 + \frac12 \alpha_H (1-\beta) l \|H\|_F^2}{ 1/2 |X - WH|_F^2 + aW n/2
#' |W|_F^2 + aH b l |H|_1 + aH (1-b) l/2 |H|_F^2} over \eqn{H \ge 0}, with \eqn{\beta} = `l1_ratio`. With
#' `H` of one 1 in each column and zeros this is k-means.
#'
#' One iteration reads `x` once, as that of [nmf()] does, and is extrapolated and undone like it. For fixed
#' `H` all of `W` is \eqn{XH^T (HH^T + \alpha_W n I)^{-1}}{X H' (H H' + aW n I)^-1}, from the statistics of
#' the pass; for fixed `W`, `H` is nonnegative least squares, by the solvers of [nmf()].
#'
#' @section Which model for negative numbers:
#' * Data that is nonnegative but for noise (a background that was subtracted, say): [nmf()] with
#'   `negative = "allow"`. Parts and amounts stay nonnegative.
#' * Data whose sign means something, such as z-scores and log-ratios: `nmf_semi()`. Parts have signs,
#'   amounts do not.
#' * Z-scores and logarithms of ratios of data that was nonnegative (counts, intensities): [nmf()] of that
#'   data. Scaling rows (`weights`) does what z-scores are for without centring.
#'
#' @section Parts that cancel:
#' Parts that may have any sign can cancel each other. A row of ones added to all rows of `H` costs nothing
#' that `W` cannot take back, so that without a penalty the objective falls towards that of the singular
#' value decomposition while all rows of `H` become one: good for an approximation, useless for telling
#' observations apart. A warning (class `"nonneg_warning_alike"`) says so. A ridge on both factors makes
#' that dear: of z-scores of the 300 most variable genes of [leukemia] the rows of `H` have correlations of
#' 1 from every start, and tell the three classes with an adjusted Rand index of 0.04 to 0.25; with `alpha_W
#' = 0.01` it is 0.82 (`"random"`, `"kmeans"`) or 0.32 (`"svd"`), with
#' 0.1 it is 0.72 from all.
#'
#' @section Starts:
#' `"svd"`: from the best approximation of rank r - 1, whose rows of coefficients are raised to be
#' nonnegative, for which a constant row makes up (Gillis and Kumar 2015). So the objective is never above
#' that of the singular value decomposition of rank r - 1, and never below that of rank r. `"random"`: a
#' uniform `H`. `"kmeans"`: the indicator of the clusters of [stats::kmeans()] (the best of ten random
#' starts), plus 0.2, as Ding et al. do. A list may give `H`, or `W` and `H`. `W` is found first, where it
#' is not given. `NULL` is `"svd"`, and `"random"` for several runs and ranks above the smaller of l and n
#' plus one.
#'
#' @section Scale:
#' Without penalties, component k is scaled such that \eqn{\sum_j H_{kj}^2 = \sum_j H_{kj}}{sum(H[k, ]^2) =
#' sum(H[k, ])}: the mean of `H[k, ]`, weighted by itself, is 1. If `H` tells clusters, so that each column
#' has one entry, `W` then has their centres and `H` is 0 or 1. Components are in decreasing order of
#' \eqn{\|W_k\| \|H_k\|}{|W[, k]| |H[k, ]|}.
#'
#' @param x The data, l x n, of any finite numbers, none missing; of the kinds that [nmf()] takes.
#' @param rank Number of components r.
#' @param init `"svd"`, `"random"`, `"kmeans"`, or a list with `H` or with `W` and `H`, see below.
#' @param alpha_W,alpha_H Strength of the penalties on `W` (ridge) and on `H`, at least 0. Penalise both or
#'   none.
#' @param l1_ratio Part of the penalty on `H` that is L1, from 0 (ridge) to 1 (lasso).
#' @param solver Solver for `H`: `"bpp"` or `"cd"`, see [nmf()]; `NULL` is the faster one.
#' @param nrun,max_iter,tol,threads,verbose,control,assay,layer As in [nmf()].
#' @param object A fit of class `"nmf_semi"`.
#' @param newdata New observations in columns, with the features of the fit in rows, matched by name where
#'   both have names. `NULL` for those of the fit.
#' @param type `"H"`: coefficients; `"class"`: the component with the largest coefficient, after columns of
#'   `W` are given the norm 1, a factor, `NA` where all are 0; `"reconstruction"`: `W %*% H`.
#' @param ... Must be empty.
#' @return An object of class `"nmf_semi"`: a list with `W`, `H`, `history`, `converged`, `reason`,
#'   `objective`, `loss`, `penalty`, `certificate` (the relative KKT residual, in which the part of `W` is
#'   its whole gradient, and `gap_W`; no bound is known for `H`), `settings`, `data`, `runs`, `seconds` and
#'   `call`, as in [nmf-class]. Its methods: `print()`, `summary()`, [plot()][plot.nmf_semi], `predict()`,
#'   `basis()`, `coef()`, `fitted()`, `residuals()`, `tidy()`, `glance()`.
#'
#'   `predict()`: a matrix or, for `type = "class"`, a factor, with the names of the observations.
#' @section Errors:
#' Wrong input is an error of class `"nonneg_error_input"`, as in [nmf()]. Missing entries are one: impute
#' them before.
#' @references
#' Ding C, Li T, Jordan MI (2010). Convex and semi-nonnegative matrix factorizations. *IEEE Transactions on
#' Pattern Analysis and Machine Intelligence* 32(1), 45--55. \doi{10.1109/TPAMI.2008.277}
#'
#' Gillis N, Kumar A (2015). Exact and heuristic algorithms for semi-nonnegative matrix factorization. *SIAM
#' Journal on Matrix Analysis and Applications* 36(4), 1404--1424. \doi{10.1137/140993272}
#' @seealso [nmf()], [plot.nmf_semi()]
#' @examples
#' # Genes as z-scores: above and below their means
#' x <- log(leukemia$x[1:500, ] + 1)
#' z <- t(scale(t(x[apply(x, 1, sd) > 0, ])))
#' fit <- nmf_semi(z, rank = 3, init = "kmeans", alpha_W = 0.01)
#' fit
#' table(predict(fit, type = "class"), leukemia$class)
#' @export
nmf_semi <- function(x, rank, init = NULL, ..., alpha_W = 0, alpha_H = alpha_W, l1_ratio = 0,
                     solver = NULL, nrun = 1, max_iter = 500, tol = 1e-4, threads = NULL,
                     verbose = interactive(), control = nmf_control(), assay = NULL, layer = NULL) {
  need_arguments(x, rank)
  started <- proc.time()[["elapsed"]]
  check_dots_empty(...)
  if (!is.null(solver)) check_choice(solver, c("bpp", "cd"), "solver")
  request <- check_request(
    "frobenius", solver, alpha_W, alpha_H, l1_ratio, nrun, max_iter, tol, threads, control
  )
  check_flag(verbose, "verbose")
  data <- nmf_data(x, assay = assay, layer = layer, negative = TRUE)
  if (is_incomplete(data)) {
    abort_input(c(
      "{.fn nmf_semi} needs complete data, and {.arg x} has missing entries.",
      "i" = "Fill them before, by row means say: for z-scores that is 0."
    ))
  }
  settings <- c(request, list(init = NULL, rank = check_rank(rank, data$dim)))
  init <- check_semi_init(init, data, settings)
  problem <- semi_problem(data, settings, init)
  warn_if_one_sided(settings)
  found <- run_fits(problem, started, verbose, semi_start)
  if (base::missing(max_iter) && request$tol > 0) warn_not_converged(found$fit, settings)
  call <- named_call(match.call(), "nmf_semi")
  fit <- finish_semi(found, problem, proc.time()[["elapsed"]] - started, call)
  warn_if_alike(fit)
  fit
}

# Parts that cancel: the rows of H are one row, and what tells them apart is a small difference of large
# numbers.
warn_if_alike <- function(fit) {
  H <- fit$H[rowSums(fit$H) > 0, , drop = FALSE]
  if (nrow(H) < 2 || min(cosines(t(H), t(H))) < 0.995) {
    return(invisible())
  }
  advice <- if (has_penalty(fit$settings)) "A larger {.arg alpha_W} holds" else "{.code alpha_W = 0.01} holds"
  warn_user(c(
    "The {nrow(H)} components have nearly the same coefficients: parts of either sign cancel each other.",
    "i" = paste(advice, "them apart, see the section on parts that cancel in {.code ?nmf_semi}.")
  ), class = "nonneg_warning_alike")
}

semi_problem <- function(data, settings, init) {
  ridge <- settings
  ridge$l1_ratio <- 0
  options <- core_options(data, settings)
  options$penalties_W <- core_penalties(ridge, "W", data$dim)
  options$free_W <- TRUE
  options$W_from_H <- !is.list(init) || is.null(init$W)
  list(data = data, settings = settings, init = init, fixed = list(W = NULL, H = NULL), options = options)
}

semi_inits <- c("svd", "random", "kmeans")

check_semi_init <- function(init, data, settings) {
  enough <- settings$rank <= min(data$dim) + 1
  if (is.null(init)) init <- if (settings$nrun > 1 || !enough) "random" else "svd"
  if (is.list(init)) {
    given <- names(init)
    named <- length(init) && !is.null(given) && all(given %in% c("W", "H")) && !anyDuplicated(given)
    if (!named || is.null(init$H)) {
      abort_input(
        "A list given as {.arg init} must have {.code H}, or {.code W} and {.code H}, and no others."
      )
    }
    H <- check_factor(init$H, "init$H", c(settings$rank, data$dim[2]), "rank, columns of x")
    W <- if (!is.null(init$W)) check_signed(init$W, "init$W", c(data$dim[1], settings$rank))
    init <- list(W = W, H = H)
  } else {
    check_choice(init, semi_inits, "init")
    if (init == "svd" && !enough) {
      abort_input(c(
        "{.arg rank} must be at most {min(data$dim) + 1} with {.code init = \"svd\"}, not {settings$rank}.",
        "i" = "{.code init = \"random\"} works for any rank."
      ))
    }
    if (init == "kmeans" && settings$rank >= data$dim[2]) {
      abort_input(
        "{.code init = \"kmeans\"} needs a {.arg rank} below the number of columns of {.arg x}, \\
         {data$dim[2]}."
      )
    }
  }
  if (settings$nrun > 1 && !identical(init, "random") && !identical(init, "kmeans")) {
    abort_input(c(
      "{.arg nrun} = {settings$nrun} needs a random start, but {.arg init} always starts at the same point.",
      "i" = "Use {.code init = \"random\"} or {.code \"kmeans\"}, or {.code nrun = 1}."
    ))
  }
  init
}

check_signed <- function(x, arg, size) {
  if (methods::is(x, "Matrix")) x <- plain_matrix(x)
  if (!is.matrix(x) || is.object(x) || !is.numeric(x) || !all(is.finite(x))) {
    abort_input("{.arg {arg}} must be a matrix of finite numbers, not {describe(x)}.")
  }
  if (!identical(dim(x), as.integer(size))) {
    abort_input("{.arg {arg}} must be {size[1]} x {size[2]} (rows of x, rank), not {nrow(x)} x {ncol(x)}.")
  }
  storage.mode(x) <- "double"
  unname(x)
}

# Where W is found from H its numbers do not matter, but their size gives the units.
semi_start <- function(problem, deadline = Inf) {
  data <- problem$data
  rank <- problem$settings$rank
  init <- problem$init
  if (is.list(init) && !is.null(init$W)) {
    return(list(W = init$W, H = unname(init$H), name = "user"))
  }
  H <- if (is.list(init)) {
    unname(init$H)
  } else {
    switch(init,
      random = matrix(stats::runif(rank * data$dim[2]), rank),
      svd = raised_svd(data, rank, problem$settings$threads, deadline),
      kmeans = kmeans_indicator(data, rank)
    )
  }
  size <- sqrt(mean(H^2))
  level <- data$scan$max / if (size > 0) size else 1
  list(W = matrix(level, data$dim[1], rank), H = H, name = if (is.list(init)) "user" else init)
}

# Coefficients of the r - 1 leading singular vectors, each raised by what it lacks, and a row of ones that
# makes up for that: the span of these rows has that of the singular vectors in it.
raised_svd <- function(data, rank, threads, deadline) {
  ones <- matrix(1, 1, data$dim[2])
  if (rank == 1) {
    return(ones)
  }
  V <- t(truncated_svd(data, rank - 1, threads, deadline)$v) * sqrt(data$dim[2])
  rbind(V - pmin(apply(V, 1, min), 0), ones)
}

kmeans_indicator <- function(data, rank) {
  held <- hold_data(data, "k-means")
  cluster <- clustered(t(dense(held$x)), rank)
  H <- matrix(0.2, rank, data$dim[2])
  H[cbind(cluster, seq_along(cluster))] <- 1.2
  H
}

finish_semi <- function(found, problem, seconds, call) {
  fit <- found$fit
  settings <- problem$settings
  settings["solver"] <- list(fit$solver)
  settings["init"] <- list(fit$init)
  data <- problem$data
  if (!has_penalty(settings)) {
    by <- rowSums(fit$H^2) / one_for_zero(rowSums(fit$H))
    by <- one_for_zero(by)
    fit$W <- scale_columns(fit$W, by)
    fit$H <- fit$H / by
  }
  order <- order(semi_size(fit$W, fit$H), decreasing = TRUE, method = "radix")
  names <- component_names(settings$rank)
  W <- fit$W[, order, drop = FALSE]
  H <- fit$H[order, , drop = FALSE]
  dimnames(W) <- list(data$dimnames[[1]], names)
  dimnames(H) <- list(names, data$dimnames[[2]])
  end <- fit$history[nrow(fit$history), ]
  structure(
    list(
      W = W, H = H, history = fit$history, converged = fit$reason == "tol", reason = fit$reason,
      objective = end$objective, loss = end$loss, penalty = end$penalty, certificate = fit$certificate,
      scale = stats::setNames(rep(1, settings$rank), names), settings = settings,
      data = list(
        nrow = data$dim[1], ncol = data$dim[2], class = data$class, sumsq = data$sumsq,
        observed = data$observed,
        negative = TRUE, assay = data$assay, layer = data$layer
      ),
      runs = found$runs, seconds = seconds, call = call
    ),
    class = c("nmf_semi", "nmf_relative")
  )
}

# Also where squares would be out of range.
semi_size <- function(W, H) safe_column_norms(W) * safe_column_norms(t(H))

check_semi <- function(x, arg = "object") {
  sound <- inherits(x, "nmf_semi") && is.matrix(x$W) && is.matrix(x$H) && ncol(x$W) == nrow(x$H)
  if (!sound) abort_input("{.arg {arg}} must be a fit from {.fn nmf_semi}, not {describe(x)}.")
  invisible(x)
}

#' @rdname nmf_semi
#' @export
predict.nmf_semi <- function(object, newdata = NULL, type = c("H", "class", "reconstruction"), threads = NULL,
                             assay = NULL, layer = NULL, ...) {
  check_dots_empty(...)
  check_semi(object)
  type <- pick(type, c("H", "class", "reconstruction"), "type")
  threads <- check_threads(threads)
  H <- object$H
  if (!is.null(newdata)) {
    chosen <- remembered(newdata, object, assay, layer)
    data <- nmf_data(newdata, "newdata", chosen$assay, chosen$layer, negative = TRUE)
    if (is_incomplete(data)) abort_input("{.arg newdata} must be complete, and it has missing entries.")
    rows <- feature_places(data$dimnames[[1]], rownames(object$W), data$dim[1], nrow(object$W))
    if (!is.null(rows)) data <- part_of(data, rows = rows)
    H <- semi_coefficients(object, data, threads)
  }
  switch(type,
    H = H,
    class = semi_class(object$W, H),
    reconstruction = object$W %*% H
  )
}

# H of all columns. W'W has entries of any sign, which block pivoting does not mind.
semi_coefficients <- function(object, data, threads) {
  settings <- object$settings
  settings$threads <- threads
  settings$solver <- "bpp"
  W <- unname(object$W)
  solved <- lapply(if (by_blocks(data$x)) column_blocks(data$x) else list(NULL), function(j) {
    some <- if (is.null(j)) data else part_of(data, columns = j)
    options <- core_options(some, settings)
    options$free_W <- TRUE
    options$largest <- data$scan$max
    cpp_project(some$x, W, matrix(0, ncol(W), some$dim[2]), options)$H
  })
  H <- do.call(cbind, solved)
  dimnames(H) <- list(colnames(object$W), data$dimnames[[2]])
  H
}

semi_class <- function(W, H) class_of_rows(t(H * safe_column_norms(W)), colnames(W))

#' @rdname nmf_semi
#' @param x For `print()`, a fit or its summary. For `residuals()`, the data.
#' @param digits Significant digits.
#' @export
print.nmf_semi <- function(x, digits = 4, ...) {
  check_dots_empty(...)
  check_digits(digits)
  check_semi(x, "x")
  print_line(semi_heading(x))
  print_fields(c(
    describe_problem(x), describe_ending(x, max(x$history$iteration)),
    describe_quality(x, fit_quality(x)$explained, digits),
    components = paste(
      sprintf("%s: %d", colnames(x$W), tabulate(semi_class(x$W, x$H), ncol(x$W))), collapse = ", "
    )
  ))
  print_line("components: observations with their largest coefficient there")
  invisible(x)
}

semi_heading <- function(x) {
  paste0(
    "Semi-nonnegative matrix factorization: ", count_of(nrow(x$W), "feature"), " x ",
    count_of(ncol(x$H), "observation"), ", rank ", ncol(x$W)
  )
}

#' @rdname nmf_semi
#' @export
summary.nmf_semi <- function(object, ...) {
  check_dots_empty(...)
  check_semi(object)
  quality <- fit_quality(object)
  W <- object$W
  structure(
    list(
      heading = semi_heading(object),
      components = data.frame(
        component = colnames(W), size = semi_size(W, object$H), negative = colMeans(W < 0),
        sparseness_H = apply(object$H, 1, hoyer_sparseness), size_H = apply(object$H, 1, effective_size),
        observations = tabulate(semi_class(W, object$H), ncol(W)), row.names = NULL
      ),
      rss = quality$rss, explained = quality$explained, objective = object$objective, loss = object$loss,
      penalty = object$penalty, certificate = object$certificate, converged = object$converged,
      reason = object$reason,
      iterations = max(object$history$iteration), settings = object$settings, runs = object$runs,
      seconds = object$seconds
    ),
    class = "summary.nmf_semi"
  )
}

#' @export
print.summary.nmf_semi <- function(x, digits = 4, ...) {
  check_dots_empty(...)
  check_digits(digits)
  print_line(x$heading)
  print_fields(
    c(describe_problem(x), describe_ending(x, x$iterations), describe_quality(x, x$explained, digits))
  )
  cat("\n")
  print(x$components, digits = digits, row.names = FALSE)
  cat("\n")
  print_line("size: |W_k| |H_k|; negative: which part of W_k is; size_H: effective number of observations")
  invisible(x)
}
