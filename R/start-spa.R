# Successive projection: columns of x itself as W, the purest there are. Araújo MCU, Saldanha TCB, Galvão
# RKH, Yoneyama T, Chame HC, Visani V (2001). The successive projections algorithm for variable selection in
# spectroscopic multicomponent analysis. Chemometrics and Intelligent Laboratory Systems 57, 65-73; for NMF,
# with bounds for noise, Gillis N, Vavasis SA (2014). Fast and robust recursive algorithms for separable
# nonnegative matrix factorization. IEEE Transactions on Pattern Analysis and Machine Intelligence 36,
# 698-714.
#
# Columns are scaled to the sum 1, which makes each a convex combination of the pure ones. The one with the
# largest norm is taken, all others are projected on its orthogonal complement, and so on. The projected
# columns are never made: their squared norms are those of the columns less the squares of their products with
# the directions so far, one read of x for each. H is then the nonnegative least-squares solution.

init_spa <- function(data, rank, threads, deadline = Inf) {
  W <- unname(columns_of_all(data, pure_columns(data, rank, deadline)))
  if (data$scan$max == 0) {
    return(list(W = W, H = matrix(0, rank, data$dim[2])))
  }
  H <- unname(nnls(W, data$x, threads = threads))
  # Both factors in the same scale.
  by <- sqrt(norms_of_rows(H)) * safe_inverse(sqrt(safe_column_norms(W)))
  by[by == 0] <- 1
  list(W = scale_columns(W, by), H = H / by)
}

# Of all columns.
norms_of_rows <- function(H) {
  norms <- safe_column_norms(t(H))
  if (is.null(machines())) norms else safe_column_norms(do.call(rbind, from_each(norms)))
}

# Columns whose sum is below this part of the mean one are mostly noise once they are scaled. The largest
# sums, one in a hundred, count as the next one: a single bright column does not make noise of all others.
spa_least <- 0.01

least_sum <- function(sums) {
  bright <- ceiling(0.01 * length(sums))
  if (bright >= length(sums)) return(0)
  spa_least * mean(pmin(sums, sort(sums, decreasing = TRUE)[bright + 1]))
}

# Their numbers among all columns.
pure_columns <- function(data, rank, deadline = Inf) {
  x <- data$x
  before <- columns_before(data)
  # Near 1, so that sums and squares stay in the range of numbers.
  unit <- power_of_four(data$scan$max)
  sums <- column_sums(x) * unit
  by <- ifelse(sums > least_sum(unlist(from_each(sums))), 1 / sums, 0)
  norm2 <- if (is_dense(x) || by_blocks(x)) {
    unlist(lapply(column_blocks(x), function(j) colSums(scale_columns(dense_columns(x, j) * unit, by[j])^2)))
  } else {
    column_squares(with_values(x, values_of(x) * unit * by[column_of_cell(cells_of(x), nrow(x))]))
  }
  most <- largest_of_all(max(norm2))
  left <- norm2
  chosen <- integer()
  Q <- NULL
  for (k in seq_len(rank)) {
    # Machines would not run out of time together.
    if (is.null(machines()) && proc.time()[["elapsed"]] > deadline) {
      stop(errorCondition("out of time", class = "nonneg_error_late"))
    }
    left[intersect(chosen - before, seq_along(left))] <- -Inf
    longest <- largest_of_all(max(left))
    if (longest <= 1e-13 * most) {
      # The columns span no more, up to rounding: the largest of the others, which the fit makes something of.
      return(c(chosen, largest_others(sums, before, chosen, rank - length(chosen))))
    }
    # By a margin, so that a tie falls on the same column on every machine; of those the first.
    best <- -largest_of_all(-before - c(which(left >= longest * (1 - 1e-10)), Inf)[1])
    chosen[k] <- as.integer(best)
    mine <- best > before && best <= before + length(left)
    q <- drop(columns_of_all(data, best)) * unit * summed(if (mine) by[best - before] else 0)
    # Twice, against rounding errors.
    for (pass in 1:2) if (!is.null(Q)) q <- q - drop(Q %*% crossprod(Q, q))
    q <- q / sqrt(sum(q^2))
    Q <- cbind(Q, q)
    left <- pmax(left - drop(tx_times(x, cbind(q * unit)) * by)^2, 0)
  }
  chosen
}

# Of the columns of all that are not among `chosen`, those with the largest sums.
largest_others <- function(sums, before, chosen, count) {
  own <- utils::head(setdiff(order(sums, decreasing = TRUE), chosen - before), count)
  all <- from_each(list(at = own + before, size = sums[own]))
  size <- unlist(lapply(all, `[[`, "size"))
  as.integer(unlist(lapply(all, `[[`, "at"))[order(size, decreasing = TRUE)][seq_len(count)])
}
