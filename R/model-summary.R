#' Summary of a fit
#'
#' The quality of a fit and, for each component, its share, how sparse it is
#' and how many features and observations it is made of.
#'
#' With `w` a column of `W` (or `w` a row of `H`), of length `m`:
#' * **share**: `sum(W[, k]) * sum(H[k, ])` over the sum of this product for all
#'   components, the part of the fitted total that component `k` makes.
#' * **sparseness** (Hoyer 2004): `(sqrt(m) - sum(w) / sqrt(sum(w^2))) /
#'   (sqrt(m) - 1)`. It is 0 if all entries are equal and 1 if only one is not
#'   zero. `NA` for a zero vector and for `m = 1`.
#' * **effective size**: `exp(-sum(p * log(p)))` with `p = w / sum(w)`, the
#'   number of equal entries that would have the same entropy (Hill number of
#'   order 1). It lies between 1 and `m`; 0 for a zero vector.
#'
#' None of these depends on the scale between `W` and `H`.
#'
#' The quality of the fit is the residual sum of squares, `RSS = sum((x - W H)^2)`, and the explained part
#' of the sum of squares, `1 - RSS / sum(x^2)`. The mean is not taken off: a single constant already
#' explains much of most data. For the other losses it is the explained part of the deviance, `1 - loss /
#' null`, where `null` is the loss of a fit that has nothing but the mean of each feature; it may be
#' negative, say under a strong penalty. Both are `NA` for a fit from which components were taken out. The
#' explained part is `NA`, too, for the fits of a survey that was interrupted, under the other losses, and
#' if `sum(x^2)`, or `null`, is 0 or out of the range of numbers.
#'
#' @section Uncertainties:
#' Receptor models (positive matrix factorization, Paatero and Tapper 1994) know the uncertainty
#' \eqn{u_{ij}}{u[i,j]} of every entry. With `weights = 1 / u^2` and the Frobenius loss `nmf()` minimises
#' half of their
#' \eqn{Q = \sum ((x_{ij} - (WH)_{ij}) / u_{ij})^2}{Q = sum(((x - W H) / u)^2)}. Where a fit had weights of
#' entries, the summary has `Q` and the value that it is expected to have if the model is right and the
#' uncertainties are standard deviations, `Q_expected`: the number of observed entries less the `(l + n) *
#' r` coefficients. A `Q` far above it says that there are more sources, or that uncertainties are too
#' small. [component_shares()] tells what each source makes of each sample.
#'
#' @param object A fit of class `"nmf"`, see [nmf-class].
#' @param x An object of class `"summary.nmf"`.
#' @param n Components to print, at most.
#' @param digits Significant digits.
#' @param ... Must be empty.
#' @return `summary()`: a list of class `"summary.nmf"` with
#' \describe{
#'   \item{`components`}{data frame with one row per component: `component`,
#'     `share`, `sparseness_W`, `sparseness_H`, `size_W` (effective number of
#'     features) and `size_H` (effective number of observations).}
#'   \item{`rss`, `explained`}{numbers, see above.}
#'   \item{`Q`, `Q_expected`}{numbers, see above; `NA` without weights of entries.}
#'   \item{`objective`, `loss`, `penalty`, `certificate`, `converged`, `reason`,
#'     `data`, `settings`, `runs`, `seconds`}{as in the fit.}
#'   \item{`iterations`}{number of iterations.}
#'   \item{`dim`}{numbers of features, observations and components.}
#' }
#' `print()` returns its argument, invisibly.
#' @references
#' Paatero P, Tapper U (1994). Positive matrix factorization: a non-negative factor model with optimal
#' utilization of error estimates of data values. *Environmetrics* 5(2), 111--126.
#' \doi{10.1002/env.3170050203}
#'
#' Hoyer PO (2004). Non-negative matrix factorization with sparseness
#' constraints. *Journal of Machine Learning Research* 5, 1457-1469.
#'
#' Hill MO (1973). Diversity and evenness: a unifying notation and its
#' consequences. *Ecology* 54, 427-432. \doi{10.2307/1934352}
#' @examples
#' set.seed(1)
#' fit <- nmf(matrix(rexp(200), 20), rank = 2)
#' summary(fit)
#' summary(fit)$components$share
#' @export
summary.nmf <- function(object, ...) {
  check_dots_empty(...)
  check_factors(object)
  W <- object$W
  H <- object$H
  quality <- fit_quality(object)
  structure(
    list(
      components = data.frame(
        component = colnames(W),
        share = if (ncol(H)) component_share(W, H) else NA_real_,
        sparseness_W = apply(W, 2, hoyer_sparseness),
        sparseness_H = apply(H, 1, hoyer_sparseness),
        size_W = apply(W, 2, effective_size),
        size_H = apply(H, 1, effective_size),
        row.names = NULL
      ),
      rss = quality$rss,
      explained = quality$explained,
      Q = quality$Q,
      Q_expected = quality$Q_expected,
      objective = object$objective,
      loss = object$loss,
      penalty = object$penalty,
      certificate = object$certificate,
      converged = object$converged,
      reason = object$reason,
      iterations = iterations_of(object),
      data = object$data,
      settings = object$settings,
      runs = object$runs,
      seconds = object$seconds,
      dim = dim(object)
    ),
    class = "summary.nmf"
  )
}

#' @rdname summary.nmf
#' @export
print.summary.nmf <- function(x, n = 20, digits = 4, ...) {
  check_dots_empty(...)
  check_digits(digits)
  heading <- heading_of(x, x$dim)
  print_line("Summary of a ", tolower(substr(heading, 1, 1)), substr(heading, 2, nchar(heading)))
  print_fields(c(
    describe_data(x$data),
    describe_problem(x),
    describe_ending(x, x$iterations),
    describe_quality(x, x$explained, digits),
    if (!is.na(x$rss) && !isTRUE(is.finite(x$Q))) c(RSS = formatC(x$rss, digits = digits, format = "g")),
    if (isTRUE(is.finite(x$Q))) {
      c(Q = sprintf(
        "%s, expected %s if weights are 1 / uncertainty^2", formatC(x$Q, digits = digits, format = "g"),
        formatC(x$Q_expected, digits = digits, format = "g")
      ))
    }
  ))

  shown <- utils::head(x$components, n)
  cat("
")
  print(
    data.frame(
      component = shown$component,
      share = ifelse(is.na(shown$share), "NA", sprintf("%.1f%%", 100 * shown$share)),
      "sparseness W" = sprintf("%.3f", shown$sparseness_W),
      "sparseness H" = sprintf("%.3f", shown$sparseness_H),
      features = sprintf("%.1f", shown$size_W),
      observations = sprintf("%.1f", shown$size_H),
      check.names = FALSE
    ),
    row.names = FALSE
  )
  more <- nrow(x$components) - nrow(shown)
  if (more > 0) print_line("and ", count_of(more, "more component"))
  print_line("
features, observations: effective numbers, exp(entropy)")
  invisible(x)
}

# Hoyer (2004), equation for the sparseness of a vector.
hoyer_sparseness <- function(w) {
  m <- length(w)
  top <- max(w, 0)
  if (m <= 1 || top == 0) {
    return(NA_real_)
  }
  w <- w / top
  (sqrt(m) - sum(w) / sqrt(sum(w^2))) / (sqrt(m) - 1)
}

# Hill number of order 1.
effective_size <- function(w) {
  p <- w[w > 0]
  if (length(p) == 0) {
    return(0)
  }
  p <- p / max(p)
  p <- p / sum(p)
  exp(-sum(p[p > 0] * log(p[p > 0])))
}

# RSS and explained part: of the sum of squares for the Frobenius loss, else of the deviance from the
# features' means.
fit_quality <- function(x) {
  quadratic <- identical(x$settings$loss, "frobenius")
  rss <- if (quadratic) 2 * x$loss else NA_real_
  total <- if (quadratic) x$data$sumsq / 2 else x$data$null_loss
  explained <- if (isTRUE(total > 0 && total < Inf)) 1 - x$loss / total else NA_real_
  uncertain <- "entries" %in% x$data$weights && !isTRUE(x$data$zeros_missing) && !is_selection(x)
  free <- if (uncertain) {
    x$data$observed - ncol(x$W) * as.double(nrow(x$W) + ncol(x$H)) + sum(x$settings$fixed)
  }
  list(
    rss = rss, explained = explained, Q = if (uncertain) rss else NA_real_,
    Q_expected = if (uncertain && free > 0) free else NA_real_
  )
}
