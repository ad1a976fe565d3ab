# Random calls, and what is wrong with them: nothing, as a rule. fuzz_call(seed) makes one, and the same seed
# is the same call. What must hold of a fit is in helper-fuzz-rules.R, other functions are in
# helper-fuzz-others.R.

one_of <- function(...) {
  of <- list(...)
  of[[sample.int(length(of), 1)]]
}
maybe <- function(p) stats::runif(1) < p

fuzz_values <- function(l, n) {
  switch(one_of("exp", "counts", "low", "few", "equal", "diagonal", "zero"),
    exp = matrix(stats::rexp(l * n), l),
    counts = matrix(stats::rpois(l * n, 2) + 0, l),
    low = matrix(stats::rexp(l * 2), l) %*% matrix(stats::rexp(2 * n), 2),
    few = matrix(stats::rexp(l * n) * stats::rbinom(l * n, 1, 0.1), l),
    equal = matrix(3, l, n),
    diagonal = diag(1, l, n),
    zero = matrix(0, l, n)
  )
}

# The same numbers in another class.
fuzz_storage <- function(x, class) {
  switch(class,
    matrix = x,
    data.frame = as.data.frame(x),
    dgeMatrix = methods::as(x, "generalMatrix"),
    dgCMatrix = as_sparse(x),
    dgTMatrix = methods::as(as_sparse(x), "TsparseMatrix"),
    dgRMatrix = methods::as(as_sparse(x), "RsparseMatrix"),
    nmf_blocks = nmf_blocks(function(first, last) x[, first:last, drop = FALSE], dim(x), dimnames(x))
  )
}
fuzz_classes <- c("matrix", "data.frame", "dgeMatrix", "dgCMatrix", "dgTMatrix", "dgRMatrix", "nmf_blocks")

# A plain description of a call: x as a matrix, everything else as it is given.
fuzz_request <- function() {
  l <- one_of(1, 1, 2, 3, 7, 16, 17, 33)
  n <- one_of(1, 1, 2, 5, 8, 15, 16, 40)
  x <- fuzz_values(l, n)
  size <- one_of(1, 1, 1, 1e-300, 1e-150, 1e-9, 1e5, 1e150, 1e300)
  x <- x * size
  if (maybe(0.25)) x[stats::runif(l * n) < one_of(0.1, 0.6)] <- NA
  if (maybe(0.5)) dimnames(x) <- list(paste0("g", sample(l)), paste0("s", sample(n)))
  loss <- one_of(
    "frobenius", "frobenius", "kullback-leibler", "kullback-leibler", "itakura-saito", 1.5, 0.5,
    "negative-binomial", fuzz_binomial(rownames(x), l, size)
  )
  if (identical(loss, "itakura-saito")) x <- x + size / 10
  rank <- sample.int(min(6, max(l, n)), 1)
  request <- list(x = x, rank = rank, loss = loss, threads = 1)
  request$max_iter <- one_of(1, 2, 10, 30)
  request$tol <- one_of(0, 1e-4)
  if (maybe(0.4)) request$solver <- sample(nmf_solvers()$name, 1)
  request$init <- if (maybe(0.5)) sample(names(init_registry()), 1)
  if (maybe(0.2)) {
    W <- matrix(stats::runif(l * rank), l)
    request$init <- list(W = W, H = matrix(stats::runif(rank * n) * size, rank))
  }
  if (maybe(0.3)) {
    request$alpha_W <- one_of(0, 1e-3, 1, 100)
    request$alpha_H <- one_of(request$alpha_W, 0.1)
    request$l1_ratio <- one_of(0, 0.5, 1)
  }
  if (maybe(0.1)) request$smooth_W <- fuzz_smooth(rownames(x), l)
  if (maybe(0.1)) request$smooth_H <- fuzz_smooth(colnames(x), n)
  if (maybe(0.3)) request$weights <- fuzz_weights(x)
  if (maybe(0.15)) {
    request$fixed_W <- matrix(ifelse(stats::runif(l * rank) < 0.3, stats::rexp(l * rank), NA), l)
    rownames(request$fixed_W) <- rownames(x)
  }
  request
}

# A dispersion, or one for each row: by name, in any order, where rows have names.
fuzz_binomial <- function(rows, l, size) {
  phi <- stats::rexp(if (maybe(0.5)) 1 else l) * one_of(0, 1e-6, 0.1, 10) / one_of(1, size)
  phi <- pmin(phi, loss_row("negative-binomial")$most)
  if (length(phi) == l && l > 1 && !is.null(rows)) phi <- sample(stats::setNames(phi, rows), l)
  negative_binomial(phi)
}

# A strength, or that and a graph: with more than `x` has, in any order, where there are names.
fuzz_smooth <- function(names, count) {
  strength <- one_of(0, 1e-3, 1, 100)
  if (maybe(0.5)) return(if (maybe(0.5)) strength else smoothness(strength))
  own <- if (!is.null(names)) sample(c(names, "another"))
  size <- if (is.null(own)) count else count + 1
  graph <- matrix(stats::rexp(size^2) * stats::rbinom(size^2, 1, 0.3), size, dimnames = list(own, own))
  graph <- graph + t(graph)
  smoothness(strength, if (maybe(0.5)) graph else Matrix::Matrix(graph, sparse = TRUE))
}

fuzz_weights <- function(x) {
  rows <- stats::setNames(sample(0:3, nrow(x), TRUE) + 0.5 * maybe(0.7), rownames(x))
  columns <- stats::setNames(stats::rexp(ncol(x)), colnames(x))
  # Names decide, in any order.
  if (maybe(0.5)) columns <- sample(columns, length(columns))
  if (is.null(colnames(x))) columns <- unname(columns)
  switch(one_of("rows", "columns", "both", "entries"),
    rows = list(rows = rows),
    columns = list(columns = columns),
    both = list(rows = rows, columns = columns),
    entries = matrix(sample(0:2, length(x), TRUE), nrow(x), dimnames = dimnames(x))
  )
}

# One argument of the call is made wrong.
fuzz_fault <- function(request) {
  bad <- list(
    NULL, NA, -1, Inf, NaN, "a", list(), numeric(), TRUE, 1:3, matrix(-1, 2, 2), mean, 1i,
    as.Date("2020-02-02"), negative_binomial(c(1, 2)), smoothness(1, diag(3)), c(a = 1, b = 2), factor("a"), new.env()
  )
  also <- c("alpha_W", "weights", "fixed_H", "nrun", "control", "smooth_W", "smooth_H", "missing", "solver")
  which <- sample(setdiff(c(names(request), also), "x"), 1)
  if (maybe(0.4)) {
    request$x[sample.int(length(request$x), 1)] <- one_of(-1, NaN, Inf, -Inf)
  } else {
    request[which] <- list(bad[[sample.int(length(bad), 1)]])
  }
  request
}

fuzz_run <- function(request, class = "matrix") {
  request$x <- fuzz_storage(request$x, class)
  before <- if (class != "nmf_blocks") serialize(request$x, NULL)
  # Restarts and filled starts draw from it.
  set.seed(1)
  run <- fuzz_do(nmf, c(request, verbose = FALSE))
  if (!is.null(before) && !identical(before, serialize(request$x, NULL))) {
    run$strange <- c(run$strange, "x was changed")
  }
  list(fit = run$value, error = run$error, strange = run$strange)
}

# list(value, error, strange): what came of a call, and what may not come of any.
fuzz_do <- function(what, arguments) {
  strange <- character()
  value <- tryCatch(
    withCallingHandlers(do.call(what, arguments),
      warning = function(w) {
        ours <- any(startsWith(class(w), "nonneg_"))
        if (!ours) strange <<- c(strange, paste("warning:", conditionMessage(w)))
        invokeRestart("muffleWarning")
      },
      message = function(m) invokeRestart("muffleMessage")
    ),
    error = function(e) e
  )
  failed <- inherits(value, "error")
  if (failed && !inherits(value, "nonneg_error_input")) {
    strange <- c(strange, paste("error:", conditionMessage(value)))
  }
  list(value = if (!failed) value, error = if (failed) value, strange = strange)
}

# What is wrong with the call of this seed: character() if nothing is.
fuzz_call <- function(seed) {
  withr::with_seed(seed, {
    if (maybe(0.05)) return(fuzz_nnls())
    request <- fuzz_request()
    if (maybe(0.02)) return(fuzz_ranks(request))
    wrong <- maybe(0.15)
    if (wrong) request <- fuzz_fault(request)
    again <- sample.int(.Machine$integer.max, 1)
    first <- fuzz_run(request)
    faults <- first$strange
    if (!is.null(first$fit) && !wrong) {
      set.seed(again)
      faults <- c(faults, fuzz_soundness(first$fit, request), fuzz_relation(first$fit, request))
    }
    faults
  })
}

# Seeds whose call has a fault, with what it is.
fuzz <- function(seeds) {
  found <- lapply(seeds, function(seed) {
    tryCatch(fuzz_call(seed), error = function(e) paste("the generator failed:", conditionMessage(e)))
  })
  bad <- lengths(found) > 0
  sprintf("seed %d: %s", seeds[bad], vapply(found[bad], paste, "", collapse = "; "))
}
