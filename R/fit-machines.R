# A fit that runs on several machines at once, each with some columns of the data. All do the same, with the
# same numbers, but for sums over columns, which go through summed(), and what only one of them has, which
# goes through from_first() or from_each(). No machine decides anything alone: the others would wait for it
# for ever. In all other fits these functions do nothing.

# See new_machines(). list(me, count, sum, max, each, swap, ...): the number of this one, from 0, of how many;
# functions of a vector of doubles, which return its sums and maxima over all; of an object, which returns
# those of all; of doubles for one machine, which returns as many from another.
machines_state <- new.env(parent = emptyenv())

machines <- function() machines_state$now

# The first of several, or the only one: it talks.
is_lead <- function() is.null(machines()) || machines()$me == 0

with_machines <- function(m, code) {
  before <- machines_state$now
  on.exit(machines_state$now <- before)
  machines_state$now <- m
  force(code)
}

summed <- function(x) {
  m <- machines()
  if (is.null(m)) x else array_like(x, m$sum(as.double(x)))
}

largest_of_all <- function(x) {
  m <- machines()
  if (is.null(m)) x else array_like(x, m$max(as.double(x)))
}

array_like <- function(x, values) {
  attributes(values) <- attributes(x)
  values
}

from_each <- function(x) if (is.null(machines())) list(x) else machines()$each(x)

# The same bits on all, whatever their processors and libraries made of the same numbers.
from_first <- function(x) {
  m <- machines()
  if (is.null(m)) {
    return(x)
  }
  array_like(x, m$sum(if (m$me == 0) as.double(x) else numeric(length(x))))
}

# Facts about this machine's columns become those of all of them.
shared_data <- function(data) {
  m <- machines()
  if (is.null(m)) {
    return(data)
  }
  columns <- numeric(m$count)
  columns[m$me + 1] <- data$dim[2]
  columns <- m$sum(columns)
  dense <- unlist(m$each(if (by_blocks(data$x)) !data$x$sparse else is_dense(data$x)))
  # `dense`: is that of the first? Defaults go by it.
  data$share <- list(first = sum(columns[seq_len(m$me)]), columns = sum(columns), dense = dense[1])
  for (fact in c("n_na", "n_nan", "n_negative", "n_infinite", "sum", "sumsq", "nnz")) {
    data$scan[[fact]] <- summed(data$scan[[fact]])
  }
  data$scan$max <- largest_of_all(data$scan$max)
  data$observed <- summed(data$observed)
  data$sumsq <- summed(data$sumsq)
  # What one of them has to look out for, all do.
  gaps <- data$missing || data$partial || !is.null(data$entry_weights)
  data$missing <- summed(as.double(gaps)) > 0
  data$weighted <- summed(as.double(data$weighted)) > 0
  data$weights <- unique(unlist(m$each(data$weights)))
  if ("columns" %in% data$weights && is.null(data$column_weights)) data$column_weights <- rep(1, data$dim[2])
  data
}

# Fixed coefficients of H, from check_fixed(): if one of them has some, all say so, with the same names.
shared_fixed <- function(fixed, dim, rank) {
  given <- from_each(if (!is.null(fixed)) list(names = fixed$names))
  given <- given[!vapply(given, is.null, NA)]
  if (is.null(machines()) || !length(given)) {
    return(fixed)
  }
  none <- matrix(NA_real_, rank, dim[2])
  if (is.null(fixed)) fixed <- list(which = !is.na(none), value = none)
  named <- Filter(Negate(is.null), lapply(given, `[[`, "names"))
  fixed["names"] <- list(if (length(named)) named[[1]])
  fixed
}

# `count` columns of all that they have, those with the largest sums, of equal ones the first: a dense matrix,
# with 0 for what is missing.
largest_columns <- function(data, count) {
  size <- column_sums(data$x)
  own <- utils::head(order(size, decreasing = TRUE), count)
  sizes <- from_each(size[own])
  best <- rep(order(unlist(sizes), decreasing = TRUE), length.out = count)
  me <- if (is.null(machines())) 1 else machines()$me + 1
  mine <- rep(seq_along(sizes), lengths(sizes))[best] == me
  out <- matrix(0, data$dim[1], count)
  if (any(mine)) out[, mine] <- dense_columns(data$x, own[sequence(lengths(sizes))[best[mine]]])
  out[is.na(out)] <- 0
  summed(out)
}

# The size of all of the data.
whole_dim <- function(data) if (is.null(data$share)) data$dim else c(data$dim[1], data$share$columns)

# What the core is told of the others.
core_machines <- function(data) {
  m <- machines()
  if (is.null(m)) {
    return(NULL)
  }
  list(
    me = m$me, count = m$count, first = data$share$first, columns = data$share$columns, sum = m$sum,
    swap = m$swap, dense = data$share$dense
  )
}

# Columns of all that they have, by number, as they are: a dense matrix.
columns_of_all <- function(data, j) {
  own <- j - columns_before(data)
  mine <- own >= 1 & own <= data$dim[2]
  out <- matrix(0, data$dim[1], length(j))
  if (any(mine)) out[, mine] <- dense_columns(data$x, own[mine])
  summed(out)
}

columns_before <- function(data) if (is.null(data$share)) 0 else data$share$first

# Uniform numbers, as many for W and for this machine's H, out of one stream for all.
shared_runif <- function(of_W, of_H) {
  draw <- function(skip) {
    W <- stats::runif(of_W)
    while (skip > 0) skip <- skip - length(stats::runif(min(skip, 1e6)))
    list(W = W, H = stats::runif(of_H))
  }
  m <- machines()
  if (is.null(m)) {
    return(draw(0))
  }
  seed <- summed(if (is_lead()) draw_seeds(1) else draw_seeds(1) * 0)
  before <- sum(m$sizes(of_H)[seq_len(m$me)])
  with_stream(seed, draw(before))
}

# What one machine cannot know of its columns alone.
check_for_machines <- function(settings, init, data) {
  if (is.null(machines())) {
    return(invisible())
  }
  if (!is.null(settings$smooth_H$graph)) {
    abort_input(c(
      "{.arg smooth_H} with a graph is not for several machines.",
      "x" = "Columns that are neighbours in it would have to be on the same one; neighbours in order need not.",
      "i" = "Use {.fn nmf} on one machine, with a store (see {.fn nmf_store}) if {.arg x} is large."
    ))
  }
  if (data$scan$max > 0 && !(data$sumsq > 1e-280 && data$sumsq < 1e280)) {
    abort_input("The squares of {.arg x} are out of the range of numbers: use other units on several \\
                 machines.")
  }
  if (!identical(data$row_weights, from_each(data$row_weights)[[1]])) {
    abort_input("{.arg weights} of the rows must be the same in all processes.")
  }
}
