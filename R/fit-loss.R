# Losses by name and by number: the beta-divergence with beta = 2, 1 and 0 has a
# name. The registry of the core knows which there are.

loss_alias <- c(kl = "kullback-leibler", is = "itakura-saito")

# `loss` as given, to list(name, beta).
check_loss <- function(loss) {
  losses <- cpp_registry()$losses
  if (is.character(loss) && length(loss) == 1 && !is.na(loss)) {
    name <- if (loss %in% names(loss_alias)) loss_alias[[loss]] else loss
    if (name %in% losses$name) {
      return(list(name = name, beta = losses$beta[losses$name == name]))
    }
  }
  if (is.numeric(loss) && length(loss) == 1 && is.finite(loss) && abs(loss) <= beta_limit) {
    # Between, 1 / (beta (beta - 1)) would make rounding errors of the formula.
    known <- which(abs(loss - losses$beta) < 1e-6)[1]
    if (!is.na(known)) loss <- losses$beta[known]
    name <- if (is.na(known)) paste0("beta-divergence ", format(loss, digits = 15)) else losses$name[known]
    return(list(name = name, beta = as.double(loss)))
  }
  abort_input(
    "{.arg loss} must be one of {quote_each(c(losses$name, names(loss_alias)))}, or a number \\
     beta from {-beta_limit} to {beta_limit}, not {describe(loss)}."
  )
}

# Powers of what is as small as the floor of WH stay in range up to this.
beta_limit <- 4

# Solvers that can work with a loss.
solvers_for <- function(beta) {
  solvers <- nmf_solvers()
  able <- if (beta == 2) solvers$frobenius else if (beta == 1) solvers$kullback_leibler else solvers$beta_divergence
  solvers$name[able]
}

check_solver <- function(solver, loss) {
  if (is.null(solver)) {
    return(NULL)
  }
  solver <- check_choice(solver, nmf_solvers()$name, "solver")
  able <- solvers_for(loss$beta)
  if (!solver %in% able) {
    abort_input(c(
      "{.arg solver} = {quote_each(solver)} does not work with {.arg loss} = {quote_each(loss$name)}.",
      "i" = "Use one of {quote_each(able)}."
    ))
  }
  solver
}

# d(0, q) is infinite for beta <= 0.
check_zeros <- function(data, loss, floor = NULL, arg = "x") {
  zeros <- data$observed - data$scan$nnz
  if (loss$beta <= 0 && zeros > 0 && !isTRUE(floor > 0)) {
    abort_input(c(
      "{.arg {arg}} has {format(zeros, big.mark = \",\", scientific = FALSE)} zero{cli::qty(zeros)}{?s}, \\
       for which {.arg loss} = {quote_each(loss$name)} is infinite.",
      "i" = "Raise them with {.code control = nmf_control(floor = )}, such as to the smallest \\
             positive value of {.arg {arg}}, or use {.code loss = \"kullback-leibler\"}."
    ))
  }
}

check_floor <- function(floor, loss) {
  if (!is.null(floor) && loss$beta > 0) {
    abort_input(
      "{.arg floor} is for losses that are infinite where {.arg x} is 0 (beta at most 0), \\
       not for {.arg loss} = {quote_each(loss$name)}."
    )
  }
}

#' Divergence between a matrix and its approximation
#'
#' The loss that [nmf()] minimises, without penalties, for any `x` and `y`.
#' With \eqn{\beta} = 2 it is half the squared Frobenius norm, with \eqn{\beta} = 1
#' the (generalised) Kullback-Leibler divergence, with \eqn{\beta} = 0 the
#' Itakura-Saito divergence:
#' \deqn{d_2(x, y) = \tfrac12 (x-y)^2, \quad d_1(x, y) = x \log(x/y) - x + y, \quad
#'       d_0(x, y) = x/y - \log(x/y) - 1,}{d_2 = (x-y)^2 / 2,  d_1 = x log(x/y) - x + y,
#'       d_0 = x/y - log(x/y) - 1,}
#' \deqn{d_\beta(x, y) = \frac{x^\beta + (\beta-1) y^\beta - \beta x y^{\beta-1}}{\beta (\beta-1)},}{
#'       d_b = (x^b + (b-1) y^b - b x y^(b-1)) / (b (b-1)),}
#' summed over all entries. These are the values of scikit-learn.
#'
#' Where the loss is not defined it is given its limit: \eqn{0 \log 0 = 0}. Where `y`
#' is 0 and `x` is not, the divergence is infinite for \eqn{\beta \le 1}; a fit
#' takes a `y` below 1e-16 of the largest `x` as that, so that its objective stays finite.
#'
#' @param x Data: a nonnegative matrix of the kinds that [nmf()] takes.
#' @param y What approximates it, a nonnegative matrix of the same size, or
#'   a list with `W` and `H` (such as a fit), which stands for `W %*% H`. That product
#'   is formed a few columns at a time; for sparse `x` and \eqn{\beta} = 1 or 2 only
#'   where `x` is not 0.
#' @param loss See [nmf()].
#' @param weights Weights of the entries, see [nmf()].
#' @return A number. Missing entries of `x` are left out.
#' @references
#' Févotte C, Idier J (2011). Algorithms for nonnegative matrix factorization with
#' the beta-divergence. *Neural Computation* 23(9), 2421--2456.
#' \doi{10.1162/NECO_a_00168}
#' @examples
#' fit <- nmf(austen$x, rank = 6, loss = "kullback-leibler", max_iter = 20)
#' divergence(austen$x, fit, "kullback-leibler")
#' fit$loss
#' @export
divergence <- function(x, y, loss = "frobenius", weights = NULL) {
  data <- nmf_data(x, weights = weights)
  loss <- check_loss(loss)
  product <- is.list(y) && !is.data.frame(y) && all(c("W", "H") %in% names(y))
  if (product) {
    W <- check_factor(y$W, "y$W", c(data$dim[1], NCOL(y$W)), "rows of x, rank")
    H <- check_factor(y$H, "y$H", c(ncol(W), data$dim[2]), "rank, columns of x")
    y <- balanced(list(W = W, H = H))
  } else {
    y <- nmf_data(y, arg = "y")
    if (!identical(y$dim, data$dim)) {
      abort_input(
        "{.arg y} must be {data$dim[1]} x {data$dim[2]} like {.arg x}, not {y$dim[1]} x {y$dim[2]}."
      )
    }
    check_cells(y$x, y$scan, "y")
    y <- y$x
  }
  sum(divergence_of_columns(data, y, loss$beta))
}

# One number per column. `y`: a storage, or list(W, H).
divergence_of_columns <- function(data, y, beta) {
  sparse <- !is_dense(data$x) && !by_blocks(data$x)
  stored <- sparse && (data$partial || (is_product(y) && beta %in% c(1, 2)))
  if (stored) divergence_of_stored(data, y, beta) else divergence_of_all(data, y, beta)
}

is_product <- function(y) is.list(y) && !is.null(y$W)

divergence_of_all <- function(data, y, beta) {
  n <- data$dim[2]
  step <- max(1, floor(2e6 / max(1, data$dim[1])))
  total <- numeric(n)
  for (first in seq(1, n, by = step)) {
    j <- first:min(n, first + step - 1)
    q <- if (is_product(y)) y$W %*% y$H[, j, drop = FALSE] else dense_columns(y, j)
    x <- dense_columns(data$x, j)
    d <- entry_divergence(x, q, beta)
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

# Entry by entry, with the limits where x or q is 0. Both are taken in units of the larger one, a power
# of 2, so that none of their powers is out of range.
entry_divergence <- function(x, q, beta) {
  unit <- 2^pmin(floor(log2(pmax(x, q))), 1023)
  unit[!(unit > 0)] <- 1
  a <- x / unit
  b <- q / unit
  d <- if (beta == 2) {
    0.5 * (a - b)^2
  } else if (beta == 1) {
    a * log_ratio(x, q, a, b) - a + b
  } else if (beta == 0) {
    a / b - log_ratio(x, q, a, b) - 1
  } else {
    (a^beta + (beta - 1) * b^beta - beta * a * b^(beta - 1)) / (beta * (beta - 1))
  }
  root <- unit^(beta / 2)
  d <- ifelse(d > 0, d * root * root, 0 * d)  # rounding may leave less than 0
  of_zero <- x == 0
  of_zero[is.na(of_zero)] <- FALSE
  d[of_zero] <- if (beta > 0) q[of_zero]^beta / beta else Inf
  d[of_zero & q == 0] <- 0
  if (beta <= 1) d[which(x > 0 & q == 0)] <- Inf
  d
}

# log(x / q), for a / b the same quotient; that may be out of range where its logarithm is not.
log_ratio <- function(x, q, a, b) {
  out <- log(a / b)
  far <- which(is.infinite(out))
  out[far] <- log(x[far]) - log(q[far])
  out
}

# W and H with a power of 2 moved between them such that they are alike: their squares are then of the
# size of those of WH.
balanced <- function(y) {
  by <- 2^round((log2(max(y$H)) - log2(max(y$W))) / 2)
  if (is.finite(by) && by > 0) list(W = y$W * by, H = y$H / by) else y
}

# Over the entries that are stored. If the others are 0, not missing, their losses are
# q or q^2 / 2 (beta = 1 or 2), whose sums need no entry of WH.
divergence_of_stored <- function(data, y, beta) {
  x <- data$x
  row <- row_of_cell(cells_of(x), nrow(x))
  column <- column_of_cell(cells_of(x), nrow(x))
  values <- values_of(x)
  v <- if (is.null(data$entry_weights)) rep(1, length(values)) else data$entry_weights
  if (!is.null(data$row_weights)) v <- v * data$row_weights[row]
  if (!is.null(data$column_weights)) v <- v * data$column_weights[column]
  q <- if (is_product(y)) entries_of_product(y, row, column) else values_at(y, row, column)
  d <- entry_divergence(values, q, beta)
  d[is.na(values)] <- 0
  by_column <- function(d) column_sums(with_values(x, weighted(d, v)))
  if (data$partial) {
    return(by_column(d))
  }
  rows <- if (is.null(data$row_weights)) 1 else data$row_weights
  columns <- if (is.null(data$column_weights)) 1 else data$column_weights
  # Rounding may leave less than 0.
  loss <- if (beta == 1) {
    by_column(d - q) + columns * drop(crossprod(y$H, colSums(rows * y$W)))
  } else {
    by_column(d - 0.5 * q^2) + 0.5 * columns * colSums(y$H * (crossprod(y$W, rows * y$W) %*% y$H))
  }
  pmax(unname(loss), 0)
}
