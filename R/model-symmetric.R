#' Symmetric nonnegative matrix factorization: similarities and graphs
#'
#' Finds a nonnegative `H` (r x n) such that `t(H) %*% H` is close to the symmetric `x` (n x n), a matrix of
#' similarities or the adjacency matrix of a graph (Ding, He and Simon 2005; Kuang, Yun and Park 2015).
#' Column j of `H` tells how much item j belongs to each of r groups, so that groups may overlap; the class
#' of an item is its largest entry.
#'
#' It minimises \eqn{\frac12 \|X - H^TH\|_F^2}{1/2 |X - H'H|_F^2} over \eqn{H \ge 0}; with `diagonal =
#' FALSE` the sum over the entries off the diagonal alone. For a graph without loops the diagonal says
#' nothing: its zeros would pull against the largest entries of \eqn{H^TH}{H'H}, which are there.
#'
#' One entry of `H` is solved for at a time, exactly: as a function of it the objective is a polynomial of
#' degree four, whose minimum is known in closed form (Vandaele et al. 2016). A sweep over all entries reads
#' `x` once; for a sparse `x` its work is in proportion to the nonzeros. The objective never rises. Each
#' column is solved with what those before it became, so that a fit runs in one thread; only measuring uses
#' `threads`.
#'
#' @section Certificate:
#' With \eqn{\nabla = (H H^T) H - H X}{G H - H X} (`G = H H'`) and \eqn{d_k = \|H_k\|}{d[k] = |H[k, ]|}, the
#' relative KKT residual is
#' \deqn{\sqrt{2} \, \|\min(d H, \nabla / d)\|_F / \|X\|_F,}{sqrt(2) |min(d H, grad / d)| / |X|,}
#' which is that of [nmf()] for the
#' pair `W = t(H)`, `H`. A fit has converged where it is at most `tol`, if besides none of the last three
#' sweeps lowered the objective by more than a thousandth of itself. It is measured every few sweeps, by a
#' read of `x` that changes nothing. No bound of the distance to the minimum is known: the problem is not
#' convex in `H`.
#'
#' @section Scaling a graph:
#' `scale = "degree"` divides entry (i, j) by the root of the degrees (sums of rows) of i and j. The
#' factorization is then related to the normalized cut, as spectral clustering on the normalized Laplacian
#' is, and nodes with many neighbours do not rule it.
#'
#' @param x The data, n x n and symmetric, none negative (or any sign with `negative = "allow"`), none
#'   missing: a matrix or any matrix of package Matrix, or a graph of package igraph (its weights, if it has
#'   any). A sparse matrix is never made dense.
#' @param rank Number of groups r.
#' @param init `"eigen"`: positive parts of the leading eigenvectors; `"random"`: uniform, scaled to the
#'   mean of `x`; or a matrix `H`, r x n. `NULL` is `"eigen"`, and `"random"` for several runs or where `x`
#'   has not enough positive eigenvalues.
#' @param scale `"none"` or `"degree"`, see below.
#' @param diagonal Does the diagonal count? `NULL` is `FALSE` if it is all zero, else `TRUE`.
#' @param negative `"error"`, or `"allow"` for similarities such as correlations.
#' @param nrun,max_iter,tol,threads,verbose,control,assay,layer As in [nmf()]; of `control` only
#'   `max_seconds` is used. One iteration is a sweep.
#' @param object A fit of class `"nmf_symmetric"`.
#' @param newdata Similarities of new items (columns) to those of the fit (rows, matched by name where both
#'   have names). `NULL` for the items of the fit.
#' @param type `"H"`: memberships; `"class"`: the group of the largest, a factor, `NA` where all are 0;
#'   `"proportion"`: memberships, columns sum to 1, or `NA` where all are 0.
#' @param ... Must be empty.
#' @return An object of class `"nmf_symmetric"`: a list with `H`, `history`, `converged`, `reason`,
#'   `objective`, `certificate`, `settings`, `data`, `runs`, `seconds` and `call`, as in [nmf-class];
#'   `degree`, with `scale = "degree"` the degrees. Groups are in decreasing order of \eqn{\|H_k\|^2}{|H[k,
#'   ]|^2}. Methods: `print()`, `summary()`, [plot()][plot.nmf_symmetric], `predict()`, `coef()`,
#'   `fitted()`, `residuals()`, `tidy()`, `glance()`.
#'
#'   `predict()` of new items finds for each the nonnegative least-squares solution on the `H` of the fit,
#'   scaled as the data was.
#' @section Errors:
#' Wrong input is an error of class `"nonneg_error_input"`. `x` may miss symmetry by rounding errors, 1e-8
#' of its largest entry; the mean of it and its transpose is then used.
#' @references
#' Ding C, He X, Simon HD (2005). On the equivalence of nonnegative matrix factorization and spectral
#' clustering.
#' *Proceedings of the 2005 SIAM International Conference on Data Mining*, 606--610.
#' \doi{10.1137/1.9781611972757.70}
#'
#' Kuang D, Yun S, Park H (2015). SymNMF: nonnegative low-rank approximation of a similarity matrix for
#' graph clustering.
#' *Journal of Global Optimization* 62, 545--574. \doi{10.1007/s10898-014-0247-2}
#'
#' Vandaele A, Gillis N, Lei Q, Zhong K, Dhillon I (2016). Efficient and non-convex coordinate descent for
#' symmetric nonnegative matrix factorization. *IEEE Transactions on Signal Processing* 64(21), 5571--5584.
#' \doi{10.1109/TSP.2016.2591510}
#' @seealso [nmf()], [plot.nmf_symmetric()], [consensus()] for a matrix of similarities that comes from fits
#' @examples
#' # Two rings of ten nodes, joined by one edge
#' A <- matrix(0, 20, 20)
#' A[cbind(c(1:10, 11:20), c(2:10, 1, 12:20, 11))] <- 1
#' A[1, 11] <- 1
#' A <- pmax(A, t(A))
#' set.seed(1)
#' fit <- nmf_symmetric(A, rank = 2, scale = "degree", nrun = 5)
#' fit
#' predict(fit, type = "class")
#' @export
nmf_symmetric <- function(x, rank, init = NULL, scale = c("none", "degree"), diagonal = NULL,
                          negative = "error",
                          nrun = 1, max_iter = 1000, tol = 1e-4, threads = NULL, verbose = interactive(),
                          control = nmf_control(), assay = NULL, layer = NULL, ...) {
  need_arguments(x, rank)
  started <- proc.time()[["elapsed"]]
  check_dots_empty(...)
  scale <- pick(scale, c("none", "degree"), "scale")
  negative <- check_choice(negative, c("error", "allow"), "negative") == "allow"
  check_flag(verbose, "verbose")
  settings <- list(
    loss = "frobenius", rank = NULL, scale = scale, diagonal = NULL, init = NULL,
    nrun = check_count(nrun, "nrun"),
    max_iter = check_count(max_iter, "max_iter"), tol = check_number(tol, "tol", min = 0),
    threads = check_threads(threads), control = check_control(control)
  )
  data <- symmetric_data(x, negative, assay, layer)
  settings$rank <- check_count(rank, "rank", max = max(data$dim[1], 1000))
  degree <- NULL
  if (scale == "degree") {
    degree <- column_sums(data$x)
    check_degrees(degree, data$dimnames[[2]])
    data <- by_degree(data, degree, degree)
  }
  own <- diagonal_of(data$x)
  settings$diagonal <- if (is.null(diagonal)) any(own != 0) else check_flag(diagonal, "diagonal")
  init <- check_symmetric_init(init, data, settings)
  found <- run_symmetric(data, settings, init, started, verbose)
  fit <- finish_symmetric(found, data, settings, own, degree)
  fit$seconds <- proc.time()[["elapsed"]] - started
  fit$call <- named_call(match.call(), "nmf_symmetric")
  if (base::missing(max_iter) && settings$tol > 0 && fit$reason == "max_iter") {
    warn_user(c(
      "The fit has not converged in {.arg max_iter} = {settings$max_iter} sweeps: its KKT residual is \\
       {format(fit$certificate$kkt, digits = 2)}, {.arg tol} is {settings$tol}.",
      "i" = "Raise {.arg max_iter}, or {.arg tol} if that is close enough. A {.arg max_iter} that is given \\
             silences this."
    ), class = "nonneg_warning_convergence")
  }
  fit
}

# In memory, complete and symmetric, to the last bit.
symmetric_data <- function(x, negative, assay = NULL, layer = NULL) {
  data <- hold_data(
    nmf_data(x, assay = assay, layer = layer, negative = negative), "a symmetric factorization"
  )
  if (is_incomplete(data)) abort_input("{.arg x} must be complete, and it has missing entries.")
  if (data$dim[1] != data$dim[2]) {
    abort_input(c(
      "{.arg x} must be symmetric, and it is {data$dim[1]} x {data$dim[2]}.",
      "i" = "{.code crossprod(x)} has the similarities of columns, {.code tcrossprod(x)} those of rows."
    ))
  }
  names <- data$dimnames
  if (!is.null(names[[1]]) && !is.null(names[[2]]) && !identical(names[[1]], names[[2]])) {
    at <- which(is.na(match(names[[2]], names[[1]])) | names[[2]] != names[[1]])[1]
    abort_input(c(
      "Rows and columns of {.arg x} must have the same names in the same order.",
      "x" = "Row {at} is {quote_each(names[[1]][at])}, column {at} is {quote_each(names[[2]][at])}."
    ))
  }
  off <- data$x - Matrix::t(data$x)
  largest <- if (is_dense(data$x)) max(abs(off)) else max(0, abs(off@x))
  if (largest > 1e-8 * data$scan$max) {
    at <- if (is_dense(data$x)) which.max(abs(off)) else asymmetric_cell(off)
    i <- (at - 1) %% nrow(off) + 1
    j <- (at - 1) %/% nrow(off) + 1
    abort_input(c(
      "{.arg x} must be symmetric.",
      "x" = "Entry ({i}, {j}) is {format(values_at(data$x, i, j))} and entry ({j}, {i}) is \\
             {format(values_at(data$x, j, i))}.",
      "i" = "{.code (x + t(x)) / 2} is symmetric: for a directed graph, its edges in either direction."
    ))
  }
  if (largest > 0) data <- restored(data, as_storage((data$x + Matrix::t(data$x)) / 2))
  if (!is.null(names[[1]])) data$dimnames <- names[c(1, 1)]
  data
}

asymmetric_cell <- function(off) {
  off <- as_storage(off)
  cells_of(off)[which.max(abs(values_of(off)))]
}

# A matrix from arithmetic as the core takes it.
as_storage <- function(x) if (is.matrix(x)) x else as_dgC(x)

# Without Matrix's methods, whose diag() is S4.
diagonal_of <- function(x) {
  i <- seq_len(min(dim(x)))
  values_at(x, i, i)
}

check_degrees <- function(degree, names) {
  bad <- which(degree < 0)
  if (length(bad)) {
    abort_input(c(
      "{.code scale = \"degree\"} needs sums of rows that are not negative.",
      "x" = "That of row {bad[1]}{quoted(names, bad[1])} is {format(degree[bad[1]])}."
    ))
  }
}

# Entries over the roots of both degrees; what has no neighbour stays 0.
by_degree <- function(data, rows, columns) {
  by <- lapply(list(rows, columns), function(d) ifelse(d > 0, 1 / sqrt(d), 0))
  x <- if (is_dense(data$x)) {
    data$x * by[[1]] * rep(by[[2]], each = data$dim[1])
  } else {
    at <- cells_of(data$x)
    row <- row_of_cell(at, data$dim[1])
    column <- column_of_cell(at, data$dim[1])
    with_values(data$x, values_of(data$x) * by[[1]][row] * by[[2]][column])
  }
  restored(data, x)
}

check_symmetric_init <- function(init, data, settings) {
  enough <- settings$rank <= data$dim[1]
  if (is.null(init)) init <- if (settings$nrun > 1 || !enough) "random" else "eigen"
  if (is.character(init)) {
    check_choice(init, c("eigen", "random"), "init")
    if (init == "eigen" && !enough) {
      abort_input(
        "{.arg rank} must be at most {data$dim[1]} with {.code init = \"eigen\"}, not {settings$rank}."
      )
    }
  } else {
    init <- unname(check_factor(init, "init", c(settings$rank, data$dim[1]), "rank, columns of x"))
  }
  if (settings$nrun > 1 && !identical(init, "random")) {
    abort_input("{.arg nrun} = {settings$nrun} needs {.code init = \"random\"}.")
  }
  init
}

symmetric_start <- function(data, settings, init) {
  n <- data$dim[1]
  if (!is.character(init)) {
    return(list(H = init, name = "user"))
  }
  H <- if (init == "eigen") positive_eigenvectors(data, settings$rank, settings$threads)
  if (!is.null(H)) {
    return(list(H = H, name = "eigen"))
  }
  H <- matrix(stats::runif(settings$rank * n), settings$rank)
  level <- data_level(data)
  list(H = H * sqrt(level / (settings$rank * mean(H)^2)), name = "random")
}

# Of the leading eigenvalues that are positive, each eigenvector's larger side. NULL if there are not enough,
# within twice as many singular values as are needed.
positive_eigenvectors <- function(data, rank, threads) {
  s <- truncated_svd(data, min(data$dim[1], 2 * rank + 5), threads)
  # Singular vectors of a negative eigenvalue have opposite signs.
  good <- utils::head(which(s$d > 0 & colSums(s$u * s$v) > 0), rank)
  if (length(good) < rank) {
    return(NULL)
  }
  U <- s$u[, good, drop = FALSE]
  plus <- pmax(U, 0)
  minus <- pmax(-U, 0)
  larger <- colSums(plus^2) >= colSums(minus^2)
  part <- plus * rep(larger, each = nrow(U)) + minus * rep(!larger, each = nrow(U))
  t(part * rep(sqrt(s$d[good]) * s$root, each = nrow(U)))
}

run_symmetric <- function(data, settings, init, started, verbose) {
  progress <- if (verbose) progress_reporter(settings)
  deadline <- started + settings$control$max_seconds
  best <- NULL
  runs <- list()
  stopped <- "no"
  tryCatch(
    for (run in seq_len(settings$nrun)) {
      if (!is.null(progress)) progress$start(run)
      start <- symmetric_start(data, settings, init)
      options <- c(settings[c("threads", "max_iter", "tol")], list(
        max_seconds = max(0, deadline - proc.time()[["elapsed"]])
      ))
      fit <- cpp_symmetric(data$x, start$H, data$scan$max, settings$diagonal, options, progress$step)
      if (fit$reason %in% c("interrupt", "max_seconds")) stopped <- fit$reason
      if (is.null(best) || nrow(fit$history) > 1) {
        end <- fit$history[max(nrow(fit$history), 1), ]
        runs[[length(runs) + 1]] <- data.frame(
          run = run, objective = end$objective, iterations = end$iteration, kkt = fit$kkt,
          converged = fit$reason == "tol"
        )
        if (is.null(best) || isTRUE(fit$scaled < best$scaled)) best <- c(fit, run = run, init = start$name)
      }
      if (stopped != "no") break
    },
    interrupt = function(e) stopped <<- "interrupt"
  )
  if (!is.null(progress)) progress$done()
  if (is.null(best) || !nrow(best$history)) cpp_interrupt()
  warn_if_stopped(stopped, length(runs), settings)
  runs <- do.call(rbind, runs)
  runs$best <- runs$run == best$run
  list(fit = best, runs = runs)
}

finish_symmetric <- function(found, data, settings, own, degree) {
  fit <- found$fit
  settings$init <- fit$init
  order <- order(rowSums(fit$H^2), decreasing = TRUE, method = "radix")
  names <- component_names(settings$rank)
  H <- fit$H[order, , drop = FALSE]
  dimnames(H) <- list(names, data$dimnames[[2]])
  end <- fit$history[nrow(fit$history), ]
  structure(
    list(
      H = H, history = fit$history, converged = fit$reason == "tol", reason = fit$reason,
      objective = end$objective,
      loss = end$objective, penalty = 0,
      certificate = list(kkt = fit$kkt, gap_W = NA_real_, gap_H = NA_real_), degree = degree,
      settings = settings,
      data = list(
        nrow = data$dim[1], ncol = data$dim[2], class = data$class, nnz = data$scan$nnz,
        sumsq = data$sumsq - if (settings$diagonal) 0 else sum(own^2), negative = data$scan$n_negative > 0,
        assay = data$assay, layer = data$layer
      ),
      runs = found$runs, seconds = NA_real_, call = NULL
    ),
    class = "nmf_symmetric"
  )
}

check_symmetric_fit <- function(x, arg = "object") {
  sound <- inherits(x, "nmf_symmetric") && is.matrix(x$H) && is.list(x$settings)
  if (!sound) abort_input("{.arg {arg}} must be a fit from {.fn nmf_symmetric}, not {describe(x)}.")
  invisible(x)
}

#' @rdname nmf_symmetric
#' @export
predict.nmf_symmetric <- function(object, newdata = NULL, type = c("H", "class", "proportion"),
                                  threads = NULL,
                                  ...) {
  check_dots_empty(...)
  check_symmetric_fit(object)
  type <- pick(type, c("H", "class", "proportion"), "type")
  threads <- check_threads(threads)
  H <- object$H
  if (!is.null(newdata)) {
    data <- nmf_data(newdata, "newdata", negative = isTRUE(object$data$negative))
    rows <- feature_places(data$dimnames[[1]], colnames(H), data$dim[1], ncol(H))
    if (!is.null(rows)) data <- part_of(data, rows = rows)
    if (!is.null(object$degree)) data <- by_degree(data, object$degree, column_sums(data$x))
    new <- nnls(t(unname(H)), data$x, threads = threads)
    dimnames(new) <- list(rownames(H), data$dimnames[[2]])
    H <- new
  }
  switch(type,
    H = H,
    class = symmetric_class(H),
    proportion = H / rep(ifelse(colSums(H) > 0, colSums(H), NA), each = nrow(H))
  )
}

symmetric_class <- function(H) class_of_rows(t(H), rownames(H))

#' @rdname nmf_symmetric
#' @param digits Significant digits.
#' @export
print.nmf_symmetric <- function(x, digits = 4, ...) {
  check_dots_empty(...)
  check_digits(digits)
  check_symmetric_fit(x, "x")
  print_line(symmetric_heading(x))
  print_fields(c(
    describe_symmetric(x), describe_ending(x, max(x$history$iteration)),
    describe_quality(x, fit_quality(x)$explained, digits),
    groups = paste(
      sprintf("%s: %d", rownames(x$H), tabulate(symmetric_class(x$H), nrow(x$H))), collapse = ", "
    )
  ))
  invisible(x)
}

symmetric_heading <- function(x) {
  paste0("Symmetric nonnegative matrix factorization: ", count_of(ncol(x$H), "item"), ", rank ", nrow(x$H))
}

describe_symmetric <- function(x) {
  s <- x$settings
  c(
    loss = paste0(
      "frobenius", if (!s$diagonal) " off the diagonal", if (s$scale == "degree") ", scaled by degree",
      ", start ", s$init,
      if (isTRUE(s$nrun > 1)) sprintf(" (best of %s runs)", describe_runs(nrow(x$runs), s$nrun))
    )
  )
}

#' @rdname nmf_symmetric
#' @export
summary.nmf_symmetric <- function(object, ...) {
  check_dots_empty(...)
  check_symmetric_fit(object)
  quality <- fit_quality(object)
  H <- object$H
  # How much of what they have in common with all others the members of a group have with each other.
  class <- symmetric_class(H)
  structure(
    list(
      heading = symmetric_heading(object),
      groups = data.frame(
        group = rownames(H), items = tabulate(class, nrow(H)), size = rowSums(H^2),
        effective = apply(H, 1, effective_size),
        own = vapply(seq_len(nrow(H)), function(k) {
          members <- which(as.integer(class) == k)
          sum(H[k, members]^2) / max(sum(H[, members]^2), .Machine$double.xmin)
        }, 0),
        row.names = NULL
      ),
      rss = quality$rss, explained = quality$explained, objective = object$objective, loss = object$loss,
      penalty = 0, certificate = object$certificate, converged = object$converged, reason = object$reason,
      iterations = max(object$history$iteration), settings = object$settings, runs = object$runs,
      seconds = object$seconds
    ),
    class = "summary.nmf_symmetric"
  )
}

#' @export
print.summary.nmf_symmetric <- function(x, digits = 3, ...) {
  check_dots_empty(...)
  check_digits(digits)
  print_line(x$heading)
  print_fields(
    c(describe_symmetric(x), describe_ending(x, x$iterations), describe_quality(x, x$explained, digits))
  )
  cat("\n")
  print(x$groups, digits = digits, row.names = FALSE)
  cat("\n")
  print_line(
    "items: with their largest membership there; size: |H_k|^2; effective: number of items, exp(entropy); ",
    "own: which part of the squared memberships of its items is in the group itself"
  )
  invisible(x)
}

#' @export
coef.nmf_symmetric <- function(object, ...) {
  check_dots_empty(...)
  object$H
}

#' @export
fitted.nmf_symmetric <- function(object, ...) {
  check_dots_empty(...)
  announce_dense(rep(ncol(object$H), 2), "The product of H and H", "{.fn coef} gives H.")
  crossprod(object$H)
}

#' @export
residuals.nmf_symmetric <- function(object, x, assay = NULL, layer = NULL, ...) {
  check_dots_empty(...)
  if (missing(x)) abort_input("{.arg x}, the matrix that was factorized, must be given.")
  data <- symmetric_data(x, TRUE, assay, layer)
  if (data$dim[1] != ncol(object$H)) {
    abort_input(
      "{.arg x} must have {ncol(object$H)} rows and columns like the data of the fit, not {data$dim[1]}."
    )
  }
  if (!is.null(object$degree)) data <- by_degree(data, object$degree, object$degree)
  off <- dense(data$x) - crossprod(object$H)
  if (!object$settings$diagonal) diag(off) <- NA
  off
}

#' @export
nobs.nmf_symmetric <- function(object, ...) {
  check_dots_empty(...)
  ncol(object$H)
}

#' @export
dim.nmf_symmetric <- function(x) c(ncol(x$H), ncol(x$H), nrow(x$H))

#' @method tidy nmf_symmetric
#' @export
tidy.nmf_symmetric <- function(x, ...) {
  check_dots_empty(...)
  r <- nrow(x$H)
  as_tidy(data.frame(
    item = rep(observation_names(x), each = r), group = rep(
      factor(seq_len(r), labels = rownames(x$H)), ncol(x$H)
    ),
    value = as.vector(x$H)
  ))
}

#' @method glance nmf_symmetric
#' @export
glance.nmf_symmetric <- function(x, ...) {
  check_dots_empty(...)
  quality <- fit_quality(x)
  as_tidy(data.frame(
    n = ncol(x$H), rank = nrow(x$H), scale = x$settings$scale, diagonal = x$settings$diagonal,
    init = x$settings$init,
    objective = x$objective, rss = quality$rss, explained = quality$explained, kkt = x$certificate$kkt,
    iterations = max(x$history$iteration), converged = x$converged, reason = x$reason, nrun = nrow(x$runs),
    seconds = as.numeric(x$seconds)
  ))
}
