#' Neighbours that should be alike
#'
#' Says which rows of `W`, or columns of `H`, are neighbours, for the arguments `smooth_W` and `smooth_H` of
#' [nmf()]: the penalty
#' \deqn{\frac12 s\, l \sum_{j \sim j'} a_{jj'} \|H_j - H_{j'}\|^2}{s l/2 * sum of a[j,j'] |H[, j] - H[,
#' j']|^2} for `smooth_H`, and the same with the rows of \eqn{W} and \eqn{n} in place of \eqn{l} for
#' `smooth_W`. The sum is over pairs of neighbours, each counted once; \eqn{s} is the `strength`, in the units
#' of `alpha_H` and `alpha_W`. With the Laplacian \eqn{L = D - A} of the graph it is \eqn{\frac12 s\, l\,
#' \mathrm{tr}(H L H^T)}{s l/2 tr(H L t(H))}.
#'
#' Spectra, time series and positions along a chromosome have neighbours in order: there a number says it
#' all, `nmf(x, rank, smooth_H = 0.1)`. A `graph` is for everything else: cells that are alike, genes that
#' interact, spots on a slide. This is the penalty of graph regularized factorization (Cai et al. 2011) and,
#' for neighbours in order, that of smooth factorization (Essid and Févotte 2013), for every loss.
#'
#' @section How it is minimised:
#' Such a penalty couples columns of \eqn{H} that are otherwise independent. With \eqn{G} its slope at the
#' last \eqn{H}, and \eqn{c = s\,l \max (d_j + d_{j'})}{c = s l max(d[j] + d[j'])} over neighbours with
#' degrees \eqn{d}, it is at most its value there \eqn{+ \langle G, \Delta\rangle + \frac{c}{2} \|\Delta\|^2}{
#' + <G, D> + c/2 |D|^2}: to every column of its own that is a diagonal and a linear term. So an iteration
#' still reads `x` once, and does not raise the objective. The objective in `history` and the gradient in the
#' KKT residual are exact. A duality gap is not known for the factor that is smoothed. The stronger the
#' penalty next to the loss, the more iterations are needed.
#'
#' Only the differences are penalised, so that without `alpha_W` scale would move to `W` until nothing is left
#' of the penalty (there is a warning): give `alpha_W` as well, or `fixed_W`. A column of which no entry is
#' known gets its coefficients from its neighbours. [predict()][predict.nmf] leaves the penalty out.
#'
#' @param strength A number of at least 0. 0 is no penalty.
#' @param graph Which rows of `W` (or columns of `H`) are neighbours, and how much: a symmetric matrix of
#'   weights, none negative, dense or of package Matrix, with a row and a column for each of them. The
#'   diagonal does not count. If it has names, and `x` as well, they are matched by name, in any order, and
#'   those that `x` does not have are left out. `NULL`: neighbours in order, with weights of 1.
#' @param ... Must be empty.
#'
#' @return An object of class `"nmf_smoothness"`.
#'
#' @references
#' Cai D, He X, Han J, Huang TS (2011). Graph regularized nonnegative matrix factorization for data
#' representation. *IEEE Transactions on Pattern Analysis and Machine Intelligence* 33(8), 1548--1560.
#' \doi{10.1109/TPAMI.2010.231}
#'
#' Essid S, Févotte C (2013). Smooth nonnegative matrix factorization for unsupervised audiovisual document
#' structuring. *IEEE Transactions on Multimedia* 15(2), 415--425. \doi{10.1109/TMM.2012.2228474}
#'
#' Anderson WN, Morley TD (1985). Eigenvalues of the Laplacian of a graph. *Linear and Multilinear Algebra*
#' 18(2), 141--145. \doi{10.1080/03081088508817681}
#'
#' @seealso [nmf()]
#' @examples
#' # Two bumps over time, with noise
#' time <- seq(0, 1, length.out = 80)
#' H <- rbind(dnorm(time, 0.3, 0.1), dnorm(time, 0.7, 0.1))
#' set.seed(1)
#' x <- matrix(rexp(40), 20) %*% H * matrix(rexp(1600), 20)
#' rough <- nmf(x, 2, alpha_W = 0.1)
#' smooth <- nmf(x, 2, alpha_W = 0.1, smooth_H = 5)
#' # Correlation with the bumps
#' diag(cor(t(coef(rough)), t(H)))
#' diag(cor(t(coef(smooth)), t(H)))
#'
#' # The same neighbours as a graph
#' ring <- outer(1:80, 1:80, function(i, j) abs(i - j) %in% c(1, 79))
#' nmf(x, 2, alpha_W = 0.1, smooth_H = smoothness(5, ring))
#' @export
smoothness <- function(strength, graph = NULL, ...) {
  if (missing(strength)) abort_input("{.arg strength} must be given.")
  check_dots_empty(...)
  structure(
    list(strength = check_number(strength, "strength", min = 0), graph = check_graph(graph)),
    class = "nmf_smoothness"
  )
}

#' @export
format.nmf_smoothness <- function(x, ...) {
  paste0(format(x$strength), " over ", if (is.null(x$graph)) {
    "neighbours in order"
  } else {
    paste(count_of(length(x$graph@x) / 2, "pair"), "of neighbours")
  })
}

#' @export
print.nmf_smoothness <- function(x, ...) {
  cat("<nmf_smoothness> ", format(x), "\n", sep = "")
  invisible(x)
}

# To a dgCMatrix without a diagonal; NULL stays.
check_graph <- function(graph) {
  if (is.null(graph)) {
    return(NULL)
  }
  sparse <- methods::is(graph, "Matrix")
  if (!sparse && !(is.matrix(graph) && !is.object(graph) &&
    typeof(graph) %in% c("double", "integer", "logical"))) {
    abort_input(c(
      "{.arg graph} must be a symmetric matrix of weights, not {describe(graph)}.",
      "i" = "An igraph is one by {.code igraph::as_adjacency_matrix()}."
    ))
  }
  if (nrow(graph) != ncol(graph)) {
    abort_input("{.arg graph} must have as many rows as columns, not {nrow(graph)} x {ncol(graph)}.")
  }
  names <- graph_names(graph)
  graph <- as_dgC(if (sparse) graph else Matrix::Matrix(graph + 0, sparse = TRUE, doDiag = FALSE))
  entries <- Matrix::summary(graph)
  bad <- which(is.na(entries$x) | entries$x < 0 | is.infinite(entries$x))
  cell <- function(q) sprintf("row %d, column %d", entries$i[q], entries$j[q])
  if (length(bad)) {
    abort_input(c(
      "The weights in {.arg graph} must be finite and not negative.",
      "x" = "It has {format(entries$x[bad[1]])} in {cell(bad[1])}."
    ))
  }
  off <- abs(graph - Matrix::t(graph)) > 1e-8 * max(abs(graph), 1e-300)
  if (any(off)) {
    at <- Matrix::which(off, arr.ind = TRUE)[1, ]
    abort_input(c(
      "{.arg graph} must be symmetric.",
      "x" = "Row {at[1]}, column {at[2]} is {format(graph[at[1], at[2]])}, row {at[2]}, column {at[1]} is \\
             {format(graph[at[2], at[1]])}.",
      "i" = "{.code (graph + t(graph)) / 2} is."
    ))
  }
  # Exactly, so that the slope is that of the value.
  graph <- as_dgC((graph + Matrix::t(graph)) / 2)
  Matrix::diag(graph) <- 0
  graph <- Matrix::drop0(graph)
  dimnames(graph) <- list(names, names)
  graph
}

graph_names <- function(graph) {
  rows <- rownames(graph)
  columns <- colnames(graph)
  if (!is.null(rows) && !is.null(columns) && !identical(rows, columns)) {
    abort_input("{.arg graph} must have the same names for rows and columns.")
  }
  if (is.null(rows)) columns else rows
}

# What is given as `smooth_W` or `smooth_H` for a factor with `count` rows or columns; NULL if it is no
# penalty.
check_smooth <- function(value, arg, count, names) {
  if (is.null(value)) {
    return(NULL)
  }
  if (!inherits(value, "nmf_smoothness")) {
    if (!is.numeric(value)) {
      abort_input(
        "{.arg {arg}} must be a number, the strength, or made by {.fn smoothness}, not {describe(value)}."
      )
    }
    value <- smoothness(check_number(value, arg, min = 0))
  }
  if (value$strength == 0) {
    return(NULL)
  }
  if (!is.null(value$graph)) value$graph <- graph_of(value$graph, arg, count, names)
  value
}

graph_of <- function(graph, arg, count, names) {
  own <- colnames(graph)
  what <- if (arg == "smooth_W") "row" else "column"
  if (!is.null(own) && !is.null(names)) {
    absent <- setdiff(names, own)
    if (length(absent) || anyDuplicated(own) || anyDuplicated(names)) {
      abort_input(c(
        "The graph of {.arg {arg}} must have the {what}s of {.arg x} by name.",
        "x" = if (length(absent)) {
          "{length(absent)} {?is/are} missing, such as {quote_each(utils::head(absent, 3))}."
        },
        "x" = if (!length(absent)) "Names are repeated."
      ))
    }
    return(Matrix::drop0(as_dgC(graph[names, names])))
  }
  if (nrow(graph) != count) {
    abort_input(c(
      "The graph of {.arg {arg}} must have one row for each of the {count} {what}s of {.arg x}, not \\
       {nrow(graph)}.",
      "i" = "Where both have names, they are matched by name."
    ))
  }
  graph
}

# The penalties of one factor as the core takes them: lists of a kind and what it is made of.
core_penalties <- function(settings, factor, dim) {
  alpha <- settings[[paste0("alpha_", factor)]]
  smooth <- settings[[paste0("smooth_", factor)]]
  by <- if (factor == "W") dim[2] else dim[1]
  a <- settings$l1_ratio
  c(
    list(list(kind = "elastic-net", l1 = alpha * a * by, l2 = alpha * (1 - a) * by)),
    if (!is.null(smooth)) list(list(kind = "smoothness", strength = smooth$strength * by,
      graph = smooth$graph))
  )
}

# Is a factor penalised, and is anything?
is_penalised <- function(settings, factor) {
  isTRUE(settings[[paste0("alpha_", factor)]] > 0) || !is.null(settings[[paste0("smooth_", factor)]])
}

has_penalty <- function(settings) is_penalised(settings, "W") || is_penalised(settings, "H")

# Penalties that leave nothing of a fit.
is_all_zero <- function(fit) has_penalty(fit$settings) && (!any(fit$W > 0) || !any(fit$H > 0))

warn_all_zero <- function(fit, data) {
  if (!is_all_zero(fit) || data$scan$max == 0) {
    return(invisible())
  }
  alpha <- largest_alpha(data, fit$settings, fit$loss)
  warn_user(c(
    "All of {.field W} and {.field H} is 0: the penalties outweigh the data.",
    "i" = if (is.na(alpha)) {
      "Make them smaller."
    } else {
      "With {.code alpha_W = {format(signif(alpha / 2, 2))}}, and {.arg alpha_H} in proportion, they would \\
       not."
    }
  ), class = "nonneg_warning_zero")
}

# The alpha_W at which a product of rank 1, s u v', is as good as none. For the Frobenius loss u and v are the
# first singular vectors, so that 1/2 |X - s u v'|^2 is known; else they are the sums of rows and columns, and
# the loss is looked at. The penalty is that of the split between the factors that makes it least.
largest_alpha <- function(data, settings, none) {
  known <- settings$alpha_W > 0 && settings$alpha_H > 0 && is.null(settings$smooth_W) &&
    is.null(settings$smooth_H)
  if (!known) {
    return(NA_real_)
  }
  exact <- fit_loss(settings)$quadratic && !is_incomplete(data) && !data$weighted
  first <- if (exact) truncated_svd(data, 1, settings$threads) else marginal_vectors(data)
  u <- abs(as.vector(first$u))
  v <- abs(as.vector(first$v))
  most <- 2 * (if (exact) first$d[1] * first$root^2 else first$size)
  # Of nothing but zeros there is no other fit, and some sizes leave the range of numbers.
  if (!isTRUE(most > 0 && most < Inf) || anyNA(u) || anyNA(v)) {
    return(NA_real_)
  }
  fall <- if (exact) {
    function(s) s * most / 2 - s^2 / 2
  } else {
    floored <- raised(data, settings$control$floor)
    function(s) {
      product <- balanced(list(W = matrix(u), H = matrix(s * v, 1)))
      none - sum(divergence_of_columns(floored, product, fit_loss(settings)))
    }
  }
  l <- data$dim[1] * settings$alpha_H / settings$alpha_W
  n <- data$dim[2]
  a <- settings$l1_ratio
  l1_W <- n * sum(u)
  l1_H <- l * sum(v)
  t <- if (a > 0) sqrt(l1_H / l1_W) else (l / n)^0.25
  gain <- function(log_s) {
    s <- exp(log_s)
    value <- fall(s) / (a * sqrt(s) * (l1_W * t + l1_H / t) + (1 - a) * s / 2 * (n * t^2 + l / t^2))
    # Sizes near the ends of the range of numbers tell nothing.
    if (is.finite(value)) value else -.Machine$double.xmax
  }
  # Where nothing at all would be infinitely bad, a product with next to nothing of the data is no answer.
  least <- if (fit_loss(settings)$infinite) -5 else -25
  best <- stats::optimize(gain, log(most) + c(least, 0), maximum = TRUE)$objective
  if (is.finite(best) && best > 0) best else NA_real_
}

# Of unit norm, with the size of the product that has the sum of the data: list(u, v, size).
marginal_vectors <- function(data) {
  seen <- count_observed(data)
  mean_of <- function(total, count) ifelse(count > 0, total / pmax(1, count), 0)
  u <- mean_of(row_sums(data$x), seen[[1]])
  v <- mean_of(column_sums(data$x), seen[[2]])
  total <- sum(u) / max(1, length(u))
  norm <- c(sqrt(sum(u^2)), sqrt(sum(v^2)))
  list(u = u / norm[1], v = v / norm[2], size = prod(norm) / total)
}
