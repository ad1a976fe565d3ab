# The fits of nmf_bootstrap(), one for each resample.

# One resample: its factors in the order of the components that it is compared with.
bootstrap_fit <- function(seed, task) {
  x <- task$x
  plain <- task$plain
  type <- task$settings$type
  with_stream(seed, {
    rank <- ncol(plain$W)
    rows <- seq_len(nrow(x))
    n <- ncol(x)
    columns <- seq_len(n)
    drawn <- x
    if (type == "columns") {
      columns <- sample.int(n, n, replace = TRUE)
      drawn <- cut_storage(x, rows, columns)
    } else if (type != "starts") {
      drawn <- drawn_again(x, type)
    }
    own <- task$arguments
    own$weights <- weights_of_part(task$weights, rows, columns)
    own$fixed_W <- task$fixed$W$value
    own$fixed_H <- if (!is.null(task$fixed$H)) task$fixed$H$value[, columns, drop = FALSE]
    if (task$settings$start == "fit") own$init <- list(W = plain$W, H = plain$H[, columns, drop = FALSE])
    fit <- quiet_fit(drawn, rank, own)
    H <- if (type == "columns") coefficients_of_all(fit, x, task$arguments, task$weights,
      task$fixed) else fit$H
    unit <- unit_sums(fit$W, H, task$bound)
    pair <- pair_free(task$reference$W, unit$W, task$bound)
    list(W = unit$W[, pair$match, drop = FALSE], H = unit$H[pair$match, , drop = FALSE],
      similarity = pair$similarity)
  })
}

# H for all of x, whose columns were drawn for the fit: the best for its W.
coefficients_of_all <- function(fit, x, arguments, weights, fixed) {
  weights <- weights_of_part(weights, seq_len(nrow(x)), seq_len(ncol(x)))
  if (is.null(fixed$H)) {
    return(coefficients_of(fit, x, weights, arguments$threads))
  }
  arguments$weights <- weights
  arguments$fixed_W <- fit$W
  arguments$fixed_H <- fixed$H$value
  quiet_fit(x, ncol(fit$W), arguments)$H
}

# Partners in W of the columns of `reference`, see pair_columns(). Those that are bound are their own.
pair_free <- function(reference, W, bound) {
  match <- seq_along(bound)
  similarity <- vapply(match, function(k) cosines(reference[, k, drop = FALSE], W[, k, drop = FALSE])[1], 0)
  free <- which(!bound)
  if (length(free)) {
    pair <- pair_columns(reference[, free, drop = FALSE], W[, free, drop = FALSE])
    match[free] <- free[pair$match]
    similarity[free] <- pair$similarity
  }
  list(match = match, similarity = similarity)
}

# Counts drawn again with the observed ones as means; zeros stay zero.
drawn_again <- function(x, type) {
  if (is_store(x)) {
    return(store_of(x, function(part) drawn_again(part, type)))
  }
  values <- if (is.matrix(x)) x else x@x
  known <- which(values > 0)
  if (type == "poisson") {
    values[known] <- stats::rpois(length(known), values[known])
  } else {
    column <- if (is.matrix(x)) col(x) else rep(seq_len(ncol(x)), diff(x@p))
    for (at in split(known, column[known])) {
      values[at] <- stats::rmultinom(1, sum(values[at]), values[at])
    }
  }
  if (is.matrix(x)) {
    return(values)
  }
  x@x <- values
  x
}
