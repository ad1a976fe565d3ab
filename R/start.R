# Starting values. Every one is scale-equivariant: the start of c * x is the
# start of x with W and H times sqrt(c). Only the random ones touch the random
# number generator of R. A zero matrix starts at zero.

# One line per method: a function of (data, rank, threads, deadline), `data` as returned
# by nmf_data(), that returns list(W = l x r, H = r x n).
init_registry <- function() {
  list(
    random = init_random,
    nndsvd = init_nndsvd,
    nndsvda = init_nndsvda,
    nndsvdar = init_nndsvdar,
    nnsvdlrc = init_nnsvdlrc,
    spa = init_spa,
    sketch = init_sketch
  )
}

# `init`, from check_init(), is a name of the registry or a list of W, H or both.
# Returns list(W, H, name). A start that is not there at `deadline` gives way to a random one.
init_factors <- function(data, rank, init, threads = 1L, deadline = Inf) {
  if (is.list(init)) {
    return(c(init_given(data, rank, init$W, init$H), name = "user"))
  }
  tryCatch(
    c(init_registry()[[init]](data, rank, threads, deadline), name = init),
    nonneg_error_late = function(e) c(init_random(data, rank), name = "random")
  )
}

# Of all starts "nndsvd" ended lowest most often, although "nnsvdlrc" begins
# lower. Its zeros would lock multiplicative updates.
default_init <- function(dim, rank, solver = NULL, incomplete = FALSE) {
  if (rank > min(dim) || incomplete) {
    "random"
  } else if (identical(solver, "mu")) {
    "nndsvda"
  } else {
    "nndsvd"
  }
}

# Where a row of W and a column of H are both 0, neither has a reason to move,
# whatever is in x: and a steep loss is infinite, or nearly so, where x is
# not 0. They get a hundredth of the mean.
lift_zeros <- function(start) {
  rows <- rowSums(start$W) == 0
  columns <- colSums(start$H) == 0
  open <- largest_of_all(as.double(any(columns))) > 0
  level <- summed(sum(start$H)) / summed(length(start$H))
  if (any(rows) && open) {
    start$W[rows, ] <- 0.01 * mean(start$W)
    start$H[, columns] <- 0.01 * level
  }
  start
}

# A component that is 0 in W and in H has no reason to move under a loss that is a sum over entries (the
# core revives those of the Frobenius loss). With a column of x in W it has one, and as long as its row of
# H is 0 the objective is the same. Penalties may have killed it for good reason.
wake_dead <- function(start, data, settings) {
  plain <- !has_penalty(settings) && sum(settings$fixed) == 0
  dead <- which(colSums(start$W) == 0 & summed(rowSums(start$H)) == 0)
  if (fit_loss(settings)$quadratic || identical(settings$solver, "mu") || !plain || !length(dead)) {
    return(start)
  }
  start$W[, dead] <- largest_columns(data, length(dead))
  start
}

# `names`: of the rows and columns of x; `whole`: the size of all data, where other machines have columns,
# too.
check_init <- function(init, dim, rank, solver = NULL, incomplete = FALSE, names = list(NULL, NULL),
                       whole = dim) {
  if (is.null(init)) {
    return(default_init(whole, rank, solver, incomplete))
  }
  if (is_nmf(init)) {
    check_fit(init, "init")
    # In the scale of the fit, which normalize() moves between the factors.
    init <- list(
      W = scale_columns(init$W, init$scale), H = if (has_observations(init)) init$H / init$scale
    )
  }
  if (is.list(init)) {
    return(check_user_init(init, dim, rank, names))
  }
  known <- names(init_registry())
  init <- in_case_of(init, known)
  if (!is.character(init) || length(init) != 1 || !init %in% known) {
    abort_input(
      "{.arg init} must be one of {quote_each(known)}, or {.code list(W = , H = )}, \\
       not {describe(init)}."
    )
  }
  if (incomplete && init != "random") {
    not_there <- if (init == "spa") "norms of columns" else "singular vectors"
    abort_input(c(
      "{.arg init} = {quote_each(init)} needs complete data: {not_there} are not defined where entries \\
       of {.arg x} are missing.",
      "i" = "Use {.code init = \"random\"}, or factors of your own."
    ))
  }
  check_triples(init, whole, rank)
  init
}

# Starts that come from singular triples need enough of them.
check_triples <- function(init, dim, rank) {
  if (init == "spa" && rank > dim[2]) {
    abort_input(
      "{.arg rank} must be at most {dim[2]}, the number of columns, with {.code init = \"spa\"}, not {rank}."
    )
  }
  largest <- if (init == "nnsvdlrc") {
    2 * min(dim) - 1
  } else if (startsWith(init, "nndsvd") || init == "sketch") {
    min(dim)
  } else {
    Inf
  }
  if (rank > largest) {
    abort_input(c(
      "{.arg rank} must be at most {largest} with {.code init = \"{init}\"}, not {rank}.",
      "x" = "{.arg x} is {dim[1]} x {dim[2]} and has {min(dim)} singular value{?s}.",
      "i" = "{.code init = \"random\"} works for any rank."
    ))
  }
}

check_user_init <- function(init, dim, rank, names = list(NULL, NULL)) {
  init <- init[!vapply(init, is.null, NA)]
  given <- names(init)
  if (length(init) == 0 || is.null(given) || !all(given %in% c("W", "H")) ||
    anyDuplicated(given)) {
    what <- if (is.null(given)) "none" else quote_each(given)
    abort_input(
      "A list given as {.arg init} must have elements W, H or both, and no others; \\
       the names given are: {what}."
    )
  }
  W <- check_factor(init$W, "init$W", c(dim[1], rank), "rows of x, rank")
  H <- check_factor(init$H, "init$H", c(rank, dim[2]), "rank, columns of x")
  if (!is.null(W)) W <- matrix_by_name(W, list(names[[1]], NULL), "init$W")
  if (!is.null(H)) H <- matrix_by_name(H, list(colnames(W), names[[2]]), "init$H",
    c("{.arg init$W}", "{.arg x}"))
  list(W = W, H = H)
}

# A user's factor: a nonnegative matrix of the right size, as double.
check_factor <- function(x, arg, size, meaning) {
  if (is.null(x)) {
    return(NULL)
  }
  if (methods::is(x, "Matrix")) x <- plain_matrix(x) else if (is.matrix(x) && isS4(x)) x <- as_bare_matrix(x)
  if (!is.matrix(x) || is.object(x)) {
    abort_input("{.arg {arg}} must be a matrix, not {describe(x)}.")
  }
  if (!identical(dim(x), as.integer(size))) {
    abort_input(c(
      "{.arg {arg}} must be {size[1]} x {size[2]} ({meaning}), not {nrow(x)} x {ncol(x)}.",
      "i" = if_turned(dim(x), size, arg)
    ))
  }
  x <- as_double_matrix(x, arg)
  check_cells(x, cpp_scan(x), arg)
  x
}

# Uniform numbers for W, then H, scaled so that the mean of WH is the mean of x.
# The mean; where entries are negative it may be anything, and their usual size stands for it.
data_level <- function(data) {
  if (data$scan$n_negative == 0) data_mean(data) else sqrt(data$scan$sumsq / max(data$observed, 1))
}

init_random <- function(data, rank, ...) {
  start <- shared_runif(data$dim[1] * rank, rank * data$dim[2])
  start <- list(W = matrix(start$W, data$dim[1]), H = matrix(start$H, rank))
  by <- sqrt(data_level(data)) / sqrt(sum(colMeans(start$W) * row_means(start$H)))
  lapply(start, function(f) f * by)
}

# One factor, or both. One that is missing is the first to be solved for, and begins with equal numbers,
# such that the mean of WH is that of x: the other one tells components apart. Unless that is zero:
# then a random start has something to tell.
init_given <- function(data, rank, W = NULL, H = NULL) {
  if (!is.null(W) && !is.null(H)) {
    return(list(W = W, H = H))
  }
  total <- if (is.null(W)) sum(row_means(H)) else sum(colMeans(W))
  start <- if (total > 0) {
    level <- data_level(data) / total
    list(W = matrix(level, data$dim[1], rank), H = matrix(level, rank, data$dim[2]))
  } else {
    init_random(data, rank)
  }
  list(W = if (is.null(W)) start$W else W, H = if (is.null(H)) start$H else H)
}

# Over the columns of all machines.
row_means <- function(H) if (is.null(machines())) rowMeans(H) else summed(rowSums(H)) / summed(ncol(H))

data_mean <- function(data) {
  count <- max(1, data$observed)
  if (is.finite(data$scan$sum)) {
    return(data$scan$sum / count)
  }
  summed(sum(values_of(data$x) / count, na.rm = TRUE))
}
