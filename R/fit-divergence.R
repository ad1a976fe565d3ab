#' Divergence between a matrix and its approximation
#'
#' The loss that [nmf()] minimises, without penalties, for any `x` and `y`.
#' It is the sum over all entries of one of the [losses], where the formulas are.
#'
#' Where the loss is not defined it is given its limit: \eqn{0 \log 0 = 0}. Where `y`
#' is 0 and `x` is not, the divergence is infinite for \eqn{\beta \le 1}; a fit
#' takes a `y` below 1e-16 of the largest `x` as that, so that its objective stays finite.
#'
#' @param x Data: a nonnegative matrix of the kinds that [nmf()] takes.
#' @param y What approximates it, a nonnegative matrix of the same size, or a list
#'   with `W` and `H` (such as a fit), which stands for `W %*% H`. That product is
#'   formed a few columns at a time; for sparse `x` and \eqn{\beta} = 1 or 2 only
#'   where `x` is not 0.
#' @param loss See [nmf()].
#' @param weights Weights of the entries, see [nmf()].
#' @param missing,assay,layer See [nmf()]. `NULL` is what it was in the fit `y`, if that is one.
#' @param ... Must be empty.
#' @return A number. Missing entries of `x` are left out.
#' @seealso [losses]
#' @examples
#' fit <- nmf(austen$x, rank = 6, loss = "kullback-leibler", max_iter = 20)
#' divergence(austen$x, fit, "kullback-leibler")
#' fit$loss
#' @export
divergence <- function(x, y, loss = "frobenius", weights = NULL, missing = NULL, assay = NULL,
                       layer = NULL, ...) {
  need_arguments(x, y)
  check_dots_empty(...)
  if (is_nmf(y)) check_fit(y, "y")
  chosen <- if (is_nmf(y)) remembered(x, y, assay, layer) else list(assay = assay, layer = layer)
  if (is.null(missing)) missing <- if (is_nmf(y) && isTRUE(y$data$zeros_missing)) "zeros" else "NA"
  if (is_nmf(y) && is.null(weights)) warn_forgotten_weights(y, "x")
  negative <- is_nmf(y) && isTRUE(y$data$negative)
  data <- nmf_data(x, "x", chosen$assay, chosen$layer, weights, missing, negative)
  if (is_nmf(y) && length(y$data$weighting)) {
    # Weights of terms go by the rows of the fit.
    rows <- match_by_name(data$dimnames[[1]], rownames(y$W), "x", "row", "the fit")
    if (!is.null(rows)) data <- part_of(data, rows)
    data <- weighted_terms(data, y, "x")
  }
  loss <- check_loss(loss)
  check_negative(data, loss)
  product <- is.list(y) && !is.data.frame(y) && all(c("W", "H") %in% names(y))
  if (product) {
    W <- check_factor(y$W, "y$W", c(data$dim[1], NCOL(y$W)), "rows of x, rank")
    H <- check_factor(y$H, "y$H", c(ncol(W), data$dim[2]), "rank, columns of x")
    W <- matrix_by_name(W, list(data$dimnames[[1]], NULL), "y$W")
    H <- matrix_by_name(H, list(colnames(W), data$dimnames[[2]]), "y$H", c("{.arg y$W}", "{.arg x}"))
    y <- balanced(list(W = W, H = H))
  } else {
    y <- nmf_data(y, arg = "y")
    if (!identical(y$dim, data$dim)) {
      abort_input(
        "{.arg y} must be {data$dim[1]} x {data$dim[2]} like {.arg x}, not {y$dim[1]} x {y$dim[2]}."
      )
    }
    check_cells(y$x, y$scan, "y")
    y <- storage_by_name(y, data$dimnames, "y")
  }
  sum(divergence_of_columns(data, y, settled_loss(loss, data)))
}

# One number per column. `y`: a storage, or list(W, H).
divergence_of_columns <- function(data, y, loss) {
  # A part of blocks at a time, in memory.
  if (by_blocks(data$x)) {
    return(unlist(lapply(column_parts(data$x), function(j) {
      some <- part_of(data, columns = j, held = TRUE)
      own <- if (is_product(y)) list(W = y$W, H = y$H[, j, drop = FALSE]) else columns_of(y, j)
      divergence_of_columns(some, own, loss)
    })))
  }
  sparse <- !is_dense(data$x)
  stored <- sparse && (data$partial || (is_product(y) && (loss$quadratic || loss$by_sums)))
  if (stored) divergence_of_stored(data, y, loss) else divergence_of_all(data, y, loss)
}

is_product <- function(y) is.list(y) && !is.null(y$W)

divergence_of_all <- function(data, y, loss) {
  n <- data$dim[2]
  step <- max(1, floor(2e6 / max(1, data$dim[1])))
  total <- numeric(n)
  for (first in seq(1, n, by = step)) {
    j <- seq.int(first, min(n, first + step - 1))
    q <- if (is_product(y)) y$W %*% y$H[, j, drop = FALSE] else dense_columns(y, j)
    x <- dense_columns(data$x, j)
    d <- entry_divergence(x, q, loss)
    d[is.na(x)] <- 0
    if (!is.null(data$entry_weights)) d <- weighted(d, data$entry_weights[, j, drop = FALSE])
    if (!is.null(data$row_weights)) d <- weighted(d, data$row_weights)
    by_column <- colSums(d)
    if (!is.null(data$column_weights)) by_column <- weighted(by_column, data$column_weights[j])
    total[j] <- by_column
  }
  total
}

# A weight of 0 leaves out what may be infinite.
weighted <- function(d, w) {
  out <- d * w
  out[rep_len(w, length(d)) == 0] <- 0
  out
}

# Entry by entry, with the limits where x or q is 0. `row` of each entry, where x is not a matrix.
entry_divergence <- function(x, q, loss, row = NULL) {
  parameter <- loss$parameter
  if (length(parameter) > 1) parameter <- if (is.null(row)) rep_len(parameter, length(x)) else parameter[row]
  d <- cpp_loss_values(x, q, loss$name, parameter)
  dim(d) <- dim(x)
  d
}

# W and H with a power of 2 moved between them such that they are alike: their squares are then of the
# size of those of WH.
balanced <- function(y) {
  by <- 2^round((log2(max(y$H)) - log2(max(y$W))) / 2)
  if (is.finite(by) && by > 0) list(W = y$W * by, H = y$H / by) else y
}

# Over the entries that are stored. If the others are 0, not missing, their losses are
# q or q^2 / 2, whose sums need no entry of WH.
divergence_of_stored <- function(data, y, loss) {
  x <- data$x
  row <- row_of_cell(cells_of(x), nrow(x))
  column <- column_of_cell(cells_of(x), nrow(x))
  values <- values_of(x)
  v <- if (is.null(data$entry_weights)) rep(1, length(values)) else data$entry_weights
  if (!is.null(data$row_weights)) v <- v * data$row_weights[row]
  if (!is.null(data$column_weights)) v <- v * data$column_weights[column]
  q <- if (is_product(y)) entries_of_product(y, row, column) else values_at(y, row, column)
  d <- entry_divergence(values, q, loss, row)
  d[is.na(values)] <- 0
  by_column <- function(d) column_sums(with_values(x, weighted(d, v)))
  if (data$partial) {
    return(by_column(d))
  }
  rows <- if (is.null(data$row_weights)) 1 else data$row_weights
  columns <- if (is.null(data$column_weights)) 1 else data$column_weights
  # Rounding may leave less than 0.
  total <- if (loss$by_sums) {
    by_column(d - q) + columns * drop(crossprod(y$H, colSums(rows * y$W)))
  } else {
    by_column(d - 0.5 * q^2) + 0.5 * columns * colSums(y$H * (crossprod(y$W, rows * y$W) %*% y$H))
  }
  pmax(unname(total), 0)
}
