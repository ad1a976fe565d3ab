# The class "nmf": what a fit holds, and what must be true of it.

#' The class of a fit
#'
#' `new_nmf()` builds an object of class `"nmf"` and does no more than fill in
#' names and types. `validate_nmf()` tests that an object is a correct fit and
#' returns it, or stops with an error that names the part at fault. `is_nmf()`
#' tests the class. [nmf()] calls the first two; they are exported for packages
#' that compute a factorization in another way and want the methods of this one.
#'
#' @section What a fit holds:
#' The data `x` has `l` rows (features) and `n` columns (observations); the fit
#' has `r` components.
#' \describe{
#'   \item{`W`}{`l` x `r` matrix: the weight of each feature in each component.
#'     Its row names are those of `x`, its column names those of the
#'     components.}
#'   \item{`H`}{`r` x `n` matrix: the weight of each component in each
#'     observation. Column `j` of `H` represents column `j` of `x`.}
#'   \item{`history`}{data frame with one row per iteration: `iteration` (the
#'     first row, 0, is the start), `seconds` since the start, `loss`,
#'     `penalty`, `objective` (their sum) and `kkt`, the relative KKT residual at
#'     the point that the next pass started from, `NA` for an iteration that was
#'     undone (its row repeats the objective before it).}
#'   \item{`converged`}{`TRUE` if the tolerance was reached.}
#'   \item{`reason`}{why the run that is returned stopped: `"tol"`, `"max_iter"`,
#'     `"max_seconds"` or `"interrupt"`; or `"given"` for a model from known factors ([as_nmf()]), which
#'     has no history, objective or certificate, and may be without observations.}
#'   \item{`objective`, `loss`, `penalty`}{numbers, for the returned `W` and
#'     `H`; for the Frobenius loss in squared units of `x`, for others in units of `x` to
#'     the power of beta.}
#'   \item{`certificate`}{list of `kkt`, the relative KKT residual, and
#'     `gap_W` and `gap_H`: by how much, at most, the objective could fall if
#'     `W` alone, or `H` alone, were replaced by its best value. Gaps are `NA` for losses
#'     that have none, see [nmf()].}
#'   \item{`settings`}{list: the arguments of the fit.}
#'   \item{`data`}{list of facts about `x`: `nrow`, `ncol`, `class`, `nnz`,
#'     `sum`, `sumsq` (with weights), the number of entries `observed`, and whether they were
#'     `weighted`; for losses besides Frobenius [nmf()] adds `null_loss`, that of the features' means. The
#'     data itself is not stored.}
#'   \item{`runs`}{data frame with one row per random start: `run`,
#'     `objective`, `iterations`, `kkt`, `converged`, `best`.}
#'   \item{`scale`}{`r` positive numbers: column `k` of `W` times `scale[k]` and
#'     row `k` of `H` divided by `scale[k]` are the factors in the scale of
#'     the fit. All ones unless [normalize()] was used.}
#'   \item{`seconds`}{time of the whole fit.}
#'   \item{`call`}{the call.}
#' }
#' The function [nmf()] returns components in decreasing order of their share,
#' `sum(W[, k]) * sum(H[k, ])` over the sum of this product for all components.
#' The validator does not ask for that order, since [`[`][extract_nmf] may
#' change it.
#'
#' @param W `l` x `r` matrix of finite numbers, none negative.
#' @param H `r` x `n` matrix of finite numbers, none negative.
#' @param history,converged,reason,objective,loss,penalty,certificate,settings
#'   Parts of the fit, see below.
#' @param data,runs,scale,seconds,call Parts of the fit, see below.
#'   `scale = NULL` stands for ones.
#' @param x Any object.
#' @return `new_nmf()` and `validate_nmf()`: an object of class `"nmf"`.
#'   `is_nmf()`: `TRUE` or `FALSE`.
#' @examples
#' set.seed(1)
#' fit <- nmf(matrix(rexp(200), 20), rank = 2)
#' is_nmf(fit)
#' names(fit)
#'
#' # A change by hand that leaves an impossible fit is found:
#' fit$W[1, 1] <- -1
#' try(validate_nmf(fit))
#' @name nmf-class
NULL

#' @rdname nmf-class
#' @export
new_nmf <- function(W, H, history, converged, reason, objective, loss, penalty,
                    certificate, settings, data, runs, scale = NULL,
                    seconds = NA_real_, call = NULL) {
  if (is.null(colnames(W)) && is.null(rownames(H))) {
    components <- paste0("NMF", seq_len(ncol(W)))
  } else if (is.null(colnames(W))) {
    components <- rownames(H)
  } else {
    components <- colnames(W)
  }
  if (is.null(colnames(W)) && length(components) == ncol(W)) {
    colnames(W) <- components
  }
  if (is.null(rownames(H)) && length(components) == nrow(H)) {
    rownames(H) <- components
  }
  if (is.null(scale)) scale <- rep(1, ncol(W))
  if (length(components) == length(scale)) names(scale) <- components

  structure(
    list(
      W = W,
      H = H,
      history = history,
      converged = converged,
      reason = reason,
      objective = objective,
      loss = loss,
      penalty = penalty,
      certificate = certificate,
      settings = settings,
      data = data,
      runs = runs,
      scale = scale,
      seconds = seconds,
      call = call
    ),
    class = "nmf"
  )
}

#' @rdname nmf-class
#' @export
validate_nmf <- function(x) {
  need_arguments(x)
  if (!is_nmf(x)) {
    abort_input("{.arg x} must be a fit of class {.cls nmf}, not {describe(x)}.")
  }
  need_parts(x)
  abort_faults(c(
    fault_in_factor(x$W, "W"),
    fault_in_factor(x$H, "H"),
    fault_in_shape(x),
    fault_in_history(x),
    fault_in_ending(x),
    fault_in_numbers(x),
    fault_in_runs(x)
  ))
  x
}

need_parts <- function(x) {
  absent <- setdiff(nmf_parts, names(x))
  if (length(absent) > 0) {
    abort_input("A fit must have the part{?s} {.field {absent}}.")
  }
  x
}

# Enough to be printed.
check_factors <- function(x) abort_faults(c(fault_in_factor(need_parts(x)$W, "W"), fault_in_factor(x$H, "H")))

abort_faults <- function(fault) {
  if (length(fault) > 0) {
    names(fault) <- rep("x", length(fault))
    abort_input(c("This is not a correct fit of class {.cls nmf}.", fault))
  }
}

#' @rdname nmf-class
#' @export
is_nmf <- function(x) {
  need_arguments(x)
  # Package RcppML has an S4 class of this name.
  inherits(x, "nmf") && !isS4(x)
}

nmf_parts <- c(
  "W", "H", "history", "converged", "reason", "objective", "loss", "penalty",
  "certificate", "settings", "data", "runs", "scale", "seconds", "call"
)

nmf_reasons <- c(
  tol = "the tolerance was reached",
  max_iter = "the limit of iterations was reached",
  max_seconds = "the limit of time was reached",
  interrupt = "the user interrupted",
  given = "the factors were given"
)

# Each fault_in_*() returns NULL or messages, without braces, one per fault.

fault_in_factor <- function(A, name) {
  if (!is.matrix(A) || !is.double(A)) {
    return(sprintf("%s must be a matrix of type double.", name))
  }
  # Most are right, and large: two numbers tell, and NaN in either is not TRUE.
  if (!length(A) || isTRUE(min(A) >= 0 && max(A) < Inf)) {
    return(NULL)
  }
  bad <- which(!is.finite(A) | A < 0)
  at <- arrayInd(bad[1], dim(A))
  sprintf(
    "%s must hold finite numbers, none negative; %s[%d, %d] is %s.",
    name, name, at[1], at[2], format(A[bad[1]])
  )
}

fault_in_shape <- function(x) {
  if (!is.matrix(x$W) || !is.matrix(x$H)) {
    return(NULL)
  }
  l <- nrow(x$W)
  r <- ncol(x$W)
  n <- ncol(x$H)
  names <- colnames(x$W)
  c(
    if (r < 1 || l < 1 || n < 1 && !is_given(x)) {
      "W and H must have at least one row and one column."
    },
    if (nrow(x$H) != r) {
      sprintf("W has %d columns but H has %d rows.", r, nrow(x$H))
    },
    if (is.null(names) || anyNA(names) || anyDuplicated(names)) {
      "The columns of W must have names, all different."
    } else if (!identical(names, rownames(x$H))) {
      "The column names of W and the row names of H must be the same."
    },
    if (!isTRUE(x$data$nrow == l) || !isTRUE(x$data$ncol == n)) {
      sprintf("data$nrow and data$ncol must be %d and %d.", l, n)
    },
    if (!is.numeric(x$scale) || length(x$scale) != r ||
          !all(is.finite(x$scale) & x$scale > 0)) {
      sprintf("scale must be %d positive numbers.", r)
    },
    if (!isTRUE(x$settings$rank == r)) {
      sprintf("settings$rank must be %d.", r)
    },
    fault_in_side_weights(x$settings$row_weights, l, "settings$row_weights"),
    fault_in_side_weights(x$settings$column_weights, n, "settings$column_weights")
  )
}

fault_in_side_weights <- function(w, size, name) {
  if (!is.null(w) && !(is.numeric(w) && length(w) == size && all(is.finite(w) & w >= 0))) {
    sprintf("%s must be %d numbers, none negative.", name, size)
  }
}

fault_in_history <- function(x) {
  history <- x$history
  columns <- c("iteration", "seconds", "loss", "penalty", "objective", "kkt")
  if (!is.data.frame(history) || !all(columns %in% names(history))) {
    return(paste0(
      "history must be a data frame with columns ",
      paste(columns, collapse = ", "), "."
    ))
  }
  k <- history$iteration
  if (is_given(x) && length(k) == 0) {
    return(NULL)
  }
  if (length(k) == 0 || anyNA(k) || k[1] != 0 || any(diff(k) <= 0)) {
    return("history$iteration must start at 0 and increase.")
  }
  NULL
}

fault_in_ending <- function(x) {
  c(
    if (!is.logical(x$converged) || length(x$converged) != 1 || is.na(x$converged) != is_given(x)) {
      "converged must be TRUE or FALSE, and NA if reason is given."
    },
    if (!is.character(x$reason) || length(x$reason) != 1 ||
          !x$reason %in% names(nmf_reasons)) {
      sprintf("reason must be one of %s.", paste(names(nmf_reasons), collapse = ", "))
    } else if (isTRUE(x$converged) && x$reason != "tol") {
      sprintf("converged is TRUE but reason is %s.", x$reason)
    }
  )
}

fault_in_numbers <- function(x) {
  is_number <- function(v) {
    is.numeric(v) && length(v) == 1 || identical(v, NA)
  }
  values <- c(
    list(objective = x$objective, loss = x$loss, penalty = x$penalty),
    list(
      "certificate$kkt" = x$certificate$kkt,
      "certificate$gap_W" = x$certificate$gap_W,
      "certificate$gap_H" = x$certificate$gap_H
    )
  )
  bad <- names(values)[!vapply(values, is_number, NA)]
  if (length(bad) > 0) {
    return(sprintf("%s must be one number.", bad))
  }
  off <- abs(x$objective - (x$loss + x$penalty))
  if (isTRUE(off > 1e-8 * max(abs(x$objective), abs(x$loss), abs(x$penalty)))) {
    return("objective must be the sum of loss and penalty.")
  }
  NULL
}

fault_in_runs <- function(x) {
  runs <- x$runs
  columns <- c("run", "objective", "iterations", "kkt", "converged", "best")
  if (!is.data.frame(runs) || !all(columns %in% names(runs))) {
    return(paste0(
      "runs must be a data frame with columns ",
      paste(columns, collapse = ", "), "."
    ))
  }
  if (sum(runs$best) %in% as.integer(!is_given(x))) NULL else "Exactly one of runs must be the best."
}
