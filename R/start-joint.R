# Where a joint factorization begins: list(W, V, H, name). V is 0 unless the user gives one: the first update
# of the rows finds it.

joint_start <- function(problem, deadline = Inf) {
  init <- problem$init
  if (is.list(init)) {
    return(c(joint_given(problem, init), name = "user"))
  }
  tryCatch(
    c(if (init == "nndsvd") joint_nndsvd(problem, deadline) else joint_random(problem), name = init),
    nonneg_error_late = function(e) c(joint_random(problem), name = "random")
  )
}

joint_zeros <- function(problem) {
  if (problem$own) lapply(problem$rows, function(rows) matrix(0, length(rows),
    problem$settings$rank)) else list()
}

# The mean of all entries is that of the data.
joint_random <- function(problem) {
  rank <- problem$settings$rank
  W <- matrix(stats::runif(problem$count * rank), problem$count)
  H <- lapply(problem$data, function(d) matrix(stats::runif(rank * d$dim[2]), rank))
  by <- sqrt(joint_level(problem) / (rank / 4))
  list(W = W * by, V = joint_zeros(problem), H = lapply(H, `*`, by))
}

joint_level <- function(problem) {
  total <- sum(vapply(problem$data, function(d) d$scan$sum, 0))
  entries <- mapply(function(rows, d) as.double(length(rows)) * d$dim[2], problem$rows, problem$data)
  total / max(1, sum(entries))
}

joint_columns <- function(problem) sum(vapply(problem$data, function(d) d$dim[2], 0L))

# Of all observations side by side, where a feature that a data set lacks counts as 0; each data set times the
# root of its weight. By three reads, as in start-svd.R.
joint_nndsvd <- function(problem, deadline) {
  settings <- problem$settings
  rank <- settings$rank
  s <- joint_svd(problem, rank, deadline)
  if (is.null(s)) {
    zero <- function(d) matrix(0, rank, d$dim[2])
    return(list(W = matrix(0, problem$count, rank), V = joint_zeros(problem), H = lapply(problem$data, zero)))
  }
  s <- settled_svd(s)
  start <- nndsvd_of(s)
  H <- start$H
  last <- cumsum(vapply(problem$data, function(d) d$dim[2], 0L))
  first <- c(0L, last[-length(last)]) + 1L
  each <- Map(function(a, b, weight) H[, a:b, drop = FALSE] / sqrt(weight), first, last, settings$weights)
  list(W = start$W, V = joint_zeros(problem), H = unname(each))
}

joint_svd <- function(problem, k, deadline) {
  largest <- max(vapply(problem$data, function(d) d$scan$max, 0))
  if (largest == 0) {
    return(NULL)
  }
  columns <- joint_columns(problem)
  short <- min(problem$count, columns)
  width <- if (short <= max(sketch_whole, k)) short else min(short, k + sketch_extra)
  unit <- power_of_four(largest)
  weights <- problem$settings$weights
  threads <- problem$settings$threads
  multiply <- function(q, back) {
    total <- matrix(0, problem$count, ncol(q))
    projected <- vector("list", length(problem$x))
    for (i in seq_along(problem$x)) {
      rows <- problem$rows[[i]]
      seconds <- deadline - proc.time()[["elapsed"]]
      own <- q[rows, , drop = FALSE]
      out <- cpp_multiply(problem$x[[i]], own, unit, NULL, back, seconds, threads)
      if (is.null(out)) stop(errorCondition("out of time", class = "nonneg_error_late"))
      if (back) {
        total[rows, ] <- total[rows, ] + weights[i] * out$XXtU
      } else {
        projected[[i]] <- sqrt(weights[i]) * t(out$UtX)
      }
    }
    if (back) total else do.call(rbind, projected)
  }
  q <- with_stream(1, matrix(stats::runif(problem$count * width, -1, 1), problem$count))
  for (power in seq_len(sketch_powers)) q <- cpp_orthonormal(multiply(q, TRUE), threads)
  c(cpp_triples(q, multiply(q, FALSE), k, threads), unit = unit)
}

# What the user gives; H that is missing is the first to be solved for, and begins with equal numbers.
joint_given <- function(problem, init) {
  rank <- problem$settings$rank
  V <- if (!problem$own) list() else if (is.null(init$V)) joint_zeros(problem) else init$V
  H <- init$H
  if (is.null(H)) {
    level <- rank * mean(init$W)
    by <- if (level > 0) joint_level(problem) / level else 0
    H <- lapply(problem$data, function(d) matrix(by, rank, d$dim[2]))
  }
  list(W = init$W, V = V, H = H)
}

# NULL, a name, list(W, V, H) or a fit, to a name or a list without names.
check_joint_init <- function(init, problem, nrun) {
  rank <- problem$settings$rank
  columns <- joint_columns(problem)
  if (is.null(init)) {
    return(if (nrun > 1 || rank > min(problem$count, columns)) "random" else "nndsvd")
  }
  if (inherits(init, "nmf_joint")) init <- init[c("W", "V", "H")]
  if (!is.list(init)) {
    init <- check_choice(init, c("nndsvd", "random"), "init")
    if (init == "nndsvd" && rank > min(problem$count, columns)) {
      abort_input(c(
        "{.arg rank} must be at most {min(problem$count, columns)} with {.code init = \"nndsvd\"}, not \\
         {rank}.",
        "i" = "{.code init = \"random\"} works for any rank."
      ))
    }
    check_restarts(init, nrun)
    return(init)
  }
  check_restarts(init, nrun)
  if (is.null(names(init)) || !all(names(init) %in% c("W", "V", "H")) || is.null(init$W)) {
    abort_input(
      "A list given as {.arg init} must have an element W, and may have V and H, lists with one matrix for \\
       each data set."
    )
  }
  W <- check_factor(init$W, "init$W", c(problem$count, rank), "features, rank")
  W <- unname(matrix_by_name(W, list(problem$features, NULL), "init$W"))
  each <- function(part, what, size, meaning, labels) {
    if (is.null(part)) {
      return(NULL)
    }
    if (!is.list(part) || length(part) != length(problem$data)) {
      abort_input(
        "{.code init${what}} must be a list with one matrix for each of the {length(problem$data)} data \\
         sets, not \\
         {describe(part)}."
      )
    }
    place <- match_by_name(names(part), names(problem$data), paste0("init$", what), "data set")
    if (!is.null(place)) part <- part[place]
    lapply(seq_along(part), function(i) {
      arg <- sprintf("init$%s[[%d]]", what, i)
      unname(matrix_by_name(check_factor(part[[i]], arg, size(i), meaning), labels(i), arg))
    })
  }
  list(
    W = W,
    V = if (problem$own) {
      each(init$V, "V", function(i) c(length(problem$rows[[i]]), rank), "features of the data set, rank",
        function(i) list(problem$features[problem$rows[[i]]], NULL))
    },
    H = each(init$H, "H", function(i) c(rank, problem$data[[i]]$dim[2]), "rank, observations of the data set",
      function(i) list(NULL, problem$data[[i]]$dimnames[[2]]))
  )
}
