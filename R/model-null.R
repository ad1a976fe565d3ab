# What a loss would be without components: every feature has its mean. For the part of the deviance that a fit
# explains.

# The loss of the features' means under the loss of a fit; NA for the Frobenius loss, whose sum of squares is
# known. The mean is the best constant under every loss here, whatever the weights. (Not for the parts of a
# cross-validation: the means do not know the mask.) Machines add up what they have.
null_loss <- function(data, settings) {
  loss <- fit_loss(settings)
  if (loss$quadratic || !is.null(data$mask)) {
    return(NA_real_)
  }
  floor <- settings$control$floor
  means <- feature_means(summed(feature_sums(data, floor)))
  constant <- balanced(list(W = matrix(means), H = matrix(1, 1, data$dim[2])))
  options <- c(
    list(
      loss = unclass(loss)[c("name", "parameter")], threads = settings$threads, floor = floor,
      largest = max(data$scan$max, floor), sumsq = data$sumsq
    ),
    entry_options(data)
  )
  summed(cpp_evaluate(data$x, constant$W, constant$H, options))
}

# Fits to the same data that know this loss, which is that of all of them unless they estimate a parameter of
# it.
with_null_loss <- function(fits, data) {
  known <- NULL
  lapply(fits, function(fit) {
    loss <- if (!is.null(fit)) fit_loss(fit$settings)
    if (is.null(loss) || loss$quadratic) {
      return(fit)
    }
    if (is.null(known) || !identical(known$loss, loss)) {
      known <<- list(loss = loss, value = null_loss(fit_data(data, fit$settings), fit$settings))
    }
    fit$data$null_loss <- known$value
    fit
  })
}

# Weighted, over what is observed; 0 where nothing is. From feature_sums().
feature_means <- function(sums) unname(ifelse(sums[, 2] > 0, sums[, 1] / sums[, 2], 0))

# Of each feature the sum of its entries and that of their weights, over what is observed. Large data a part
# after the other, in memory, where more than sums of rows is needed.
feature_sums <- function(data, floor = NULL) {
  if (is.null(floor) && !data$weighted && !is_incomplete(data)) {
    return(cbind(row_sums(data$x), data$dim[2]))
  }
  take <- function(some) weighted_feature_sums(raised(some, floor))
  if (!by_blocks(data$x)) {
    return(take(data))
  }
  Reduce(`+`, lapply(column_parts(data$x), function(j) take(part_of(data, columns = j, held = TRUE))))
}

weighted_feature_sums <- function(data) {
  value <- values_of(data$x)
  seen <- !is.na(value)
  v <- as.numeric(seen)
  if (data$weighted) v <- v * stored_weights(data)
  value[!seen] <- 0
  total <- row_sums(with_values(data$x, value * v))
  weight <- if (data$partial || is_dense(data$x)) {
    row_sums(with_values(data$x, v))
  } else {
    # What a sparse matrix does not store counts as well.
    gone <- if (data$weighted) ifelse(seen, 0, stored_weights(data)) else as.numeric(!seen)
    rows <- if (is.null(data$row_weights)) 1 else data$row_weights
    columns <- if (is.null(data$column_weights)) data$dim[2] else sum(data$column_weights)
    rows * columns - row_sums(with_values(data$x, gone))
  }
  unname(cbind(total, weight))
}

# The weights of the entries that `x` stores, all three multiplied.
stored_weights <- function(data) {
  cell <- cells_of(data$x)
  v <- if (is.null(data$entry_weights)) rep(1, length(cell)) else as.vector(data$entry_weights)
  if (!is.null(data$row_weights)) v <- v * data$row_weights[row_of_cell(cell, data$dim[1])]
  if (!is.null(data$column_weights)) v <- v * data$column_weights[column_of_cell(cell, data$dim[1])]
  v
}

# With what is below a floor at that; where only some entries are there, those.
raised <- function(data, floor) {
  if (is.null(floor)) {
    return(data)
  }
  data$x <- if (data$partial) {
    with_values(data$x, raise_to(values_of(data$x), floor))
  } else {
    raise_to(dense(data$x), floor)
  }
  data
}
