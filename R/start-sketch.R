# A start that has seen most of x: NNDSVD, then a fit to the sketch X ~ Q (Q'X) that the singular vectors come
# from. Its iterations read two small factors instead of x. Where what the sketch leaves out is noise, the
# result is all but a fit to x. Compression of this kind: Erichson NB, Mendible A, Wihlborn S, Kutz JN (2018).
# Randomized nonnegative matrix factorization. Pattern Recognition Letters 104, 1-7. Here W and H are not
# compressed, so that they are never negative.

# Wider than for singular vectors, which is as good as another read of x.
sketch_fit_width <- function(rank) 2 * rank + 10
sketch_fit_powers <- 1
sketch_fit_iterations <- 100

init_sketch <- function(data, rank, threads, deadline = Inf) {
  if (data$scan$max == 0) {
    return(init_nndsvd(data, rank, threads, deadline))
  }
  width <- min(whole_dim(data), sketch_fit_width(rank))
  sketch <- sketch_of(data, width, threads, deadline, sketch_fit_powers)
  # As in cpp_settle_vectors(): what is zero stays zero.
  sketch$q[abs(sketch$q) < 1e-10] <- 0
  triples <- cpp_triples(sketch$q, sketch$projected, rank, threads, core_machines(data))
  s <- settled_svd(c(triples, unit = sketch$unit))
  start <- if (s$d[1] == 0) nndsvd_of(s) else fitted_to_sketch(nndsvd_of(s), sketch, data, threads, deadline)
  unweighted(start, data)
}

# In the units in which the sketch is.
fitted_to_sketch <- function(start, sketch, data, threads, deadline) {
  right <- t(sketch$projected)
  by <- sqrt(sketch$unit)
  # Machines would not run out of time together.
  seconds <- if (is.null(machines())) deadline - proc.time()[["elapsed"]] else Inf
  fit <- cpp_fit(
    list(left = sketch$q, right = right), by * start$W, by * start$H,
    list(
      threads = threads, max_iter = sketch_fit_iterations, largest = sketch$unit * data$scan$max,
      sumsq = summed(sum(right^2)), max_seconds = seconds, machines = core_machines(data)
    ), NULL
  )
  if (fit$reason == "interrupt") cpp_interrupt()
  list(W = fit$W / by, H = fit$H / by)
}

# The default start where an iteration of the sketch costs far less than one of x: dense data that are large
# both ways. For sparse data iterations are cheap, and little of the noise of counts is left out by a sketch.
sketch_pays <- function(data, settings) {
  plain <- fit_loss(settings)$quadratic && !has_penalty(settings) && sum(settings$fixed) == 0 &&
    !is_constrained(settings) && !is_incomplete(data) && !data$weighted && data$scan$n_negative == 0
  plain && is_dense(data$x) && is.null(machines()) && !identical(settings$solver, "mu") &&
    !isTRUE(settings$control$online) && data$scan$nnz >= 1e6 &&
    prod(data$dim) >= 8 * sum(data$dim) * sketch_fit_width(settings$rank)
}
