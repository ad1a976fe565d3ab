# Random calls of nmf() and what must hold for every one of them. fuzz_call(seed) makes one, and says what
# is wrong with it: nothing, as a rule. The same seed is the same call.

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
    dgeMatrix = methods::as(methods::as(x, "denseMatrix"), "generalMatrix"),
    dgCMatrix = as_dgC(Matrix::Matrix(x, sparse = TRUE)),
    dgTMatrix = methods::as(as_dgC(Matrix::Matrix(x, sparse = TRUE)), "TsparseMatrix"),
    dgRMatrix = methods::as(as_dgC(Matrix::Matrix(x, sparse = TRUE)), "RsparseMatrix"),
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
  loss <- one_of("frobenius", "frobenius", "kullback-leibler", "kullback-leibler", "itakura-saito", 1.5, 0.5)
  if (identical(loss, "itakura-saito")) x <- x + size / 10
  rank <- sample.int(min(6, max(l, n)), 1)
  request <- list(x = x, rank = rank, loss = loss, threads = 1)
  request$max_iter <- one_of(1, 2, 10, 30)
  request$tol <- one_of(0, 1e-4)
  if (maybe(0.4)) request$solver <- sample(nmf_solvers()$name, 1)
  request$init <- if (maybe(0.5)) sample(names(init_registry()), 1)
  if (maybe(0.2)) {
    request$init <- list(W = matrix(stats::runif(l * rank), l), H = matrix(stats::runif(rank * n) * size, rank))
  }
  if (maybe(0.3)) {
    request$alpha_W <- one_of(0, 1e-3, 1, 100)
    request$alpha_H <- one_of(request$alpha_W, 0.1)
    request$l1_ratio <- one_of(0, 0.5, 1)
  }
  if (maybe(0.3)) request$weights <- fuzz_weights(x)
  if (maybe(0.15)) {
    request$fixed_W <- matrix(ifelse(stats::runif(l * rank) < 0.3, stats::rexp(l * rank), NA), l)
    rownames(request$fixed_W) <- rownames(x)
  }
  request
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
  bad <- list(NULL, NA, -1, Inf, NaN, "a", list(), numeric(), TRUE, 1:3, matrix(-1, 2, 2), mean, 1i, as.Date("2020-02-02"))
  also <- c("alpha_W", "weights", "fixed_H", "nrun", "control")
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
  strange <- character()
  # Restarts and filled starts draw from it.
  set.seed(1)
  fit <- tryCatch(
    withCallingHandlers(do.call(nmf, c(request, verbose = FALSE)),
      warning = function(w) {
        ours <- any(startsWith(class(w), "nonneg_"))
        if (!ours) strange <<- c(strange, paste("warning:", conditionMessage(w)))
        invokeRestart("muffleWarning")
      },
      message = function(m) invokeRestart("muffleMessage")
    ),
    error = function(e) e
  )
  if (inherits(fit, "error") && !inherits(fit, "nonneg_error_input")) {
    strange <- c(strange, paste("error:", conditionMessage(fit)))
  }
  if (!is.null(before) && !identical(before, serialize(request$x, NULL))) strange <- c(strange, "x was changed")
  list(fit = if (inherits(fit, "nmf")) fit, error = if (inherits(fit, "error")) fit, strange = strange)
}

# Weights by entry, as a user means them.
fuzz_entry_weights <- function(request) {
  x <- request$x
  w <- request$weights
  by_name <- function(v, names) if (is.null(names) || is.null(names(v))) v else v[names]
  v <- if (is.matrix(w)) {
    w
  } else {
    rows <- if (is.null(w$rows)) rep(1, nrow(x)) else by_name(w$rows, rownames(x))
    columns <- if (is.null(w$columns)) rep(1, ncol(x)) else by_name(w$columns, colnames(x))
    outer(rows, columns)
  }
  unname(ifelse(is.na(x), 0, v))
}

fuzz_soundness <- function(fit, request) {
  x <- request$x
  faults <- character()
  check <- function(ok, what) if (!isTRUE(ok)) faults <<- c(faults, what)
  check(identical(dim(fit$W), c(nrow(x), as.integer(request$rank))), "size of W")
  check(identical(dim(fit$H), c(as.integer(request$rank), ncol(x))), "size of H")
  check(all(is.finite(fit$W) & fit$W >= 0), "W is not finite and nonnegative")
  check(all(is.finite(fit$H) & fit$H >= 0), "H is not finite and nonnegative")
  check(identical(rownames(fit$W), rownames(x)) && identical(colnames(fit$H), colnames(x)), "names")
  if (!is.null(request$fixed_W)) {
    known <- !is.na(request$fixed_W)
    check(all(fit$W[known] == request$fixed_W[known]), "a fixed coefficient changed")
  }
  top <- max(c(x, 0), na.rm = TRUE)
  v <- fuzz_entry_weights(request)
  # The objective, where no square leaves the range of numbers.
  if (top == 0 || (top > 1e-100 && top < 1e100)) {
    a <- function(name) if (is.null(request[[name]])) 0 else request[[name]]
    alpha_H <- if (is.null(request$alpha_H)) a("alpha_W") else request$alpha_H
    right <- oracle_objective(
      x, unname(fit$W), unname(fit$H),
      alpha_W = a("alpha_W"), alpha_H = alpha_H, l1_ratio = a("l1_ratio"),
      loss = request$loss, v = v
    )$objective
    beta <- check_loss(request$loss)$beta
    size <- sum((v * x^beta)[v > 0 & x > 0])
    within <- 1e-9 * (abs(right) + 1e-4 * size)
    if (top > 0) check(abs(right - fit$objective) <= within, paste("objective", fit$objective, "not", right))
    steps <- diff(fit$history$objective)
    check(all(steps <= 1e-9 * within + 1e-12 * (abs(right) + size)), "the objective rose")
  }
  faults
}

# How far two fits of the same are apart, in W H.
fuzz_apart <- function(a, b) {
  at <- a$W %*% (a$H / max(a$H, 1e-300))
  other <- b$W %*% (b$H / max(a$H, 1e-300))
  max(abs(at - other)) / max(abs(at), 1e-300)
}

# One more fit that must agree with the first.
fuzz_relation <- function(fit, request) {
  kind <- one_of("threads", "class", "scale", "order", "predict")
  faults <- character()
  same <- function(other, what, within) {
    if (length(other$strange)) return(faults <<- c(faults, paste(what, other$strange)))
    if (is.null(other$fit)) {
      return(faults <<- c(faults, paste(what, "error:", conditionMessage(other$error))))
    }
    apart <- if (within == 0) {
      !identical(unclass(other$fit)[c("W", "H", "objective")], unclass(fit)[c("W", "H", "objective")])
    } else {
      fuzz_apart(fit, other$fit)
    }
    if (!(apart <= within)) faults <<- c(faults, paste0(what, ": apart by ", format(apart)))
  }
  few <- request$max_iter <= 2
  free <- is.null(request$alpha_W) && is.null(request$fixed_W)
  if (kind == "threads") {
    same(fuzz_run(utils::modifyList(request, list(threads = 2))), "two threads", 0)
  } else if (kind == "class") {
    class <- sample(fuzz_classes[-1], 1)
    other <- fuzz_run(request, class)
    exact <- class %in% c("data.frame", "dgeMatrix")
    if (class == "data.frame" && is.null(dimnames(request$x))) {
      dimnames(other$fit$W) <- dimnames(fit$W)
      dimnames(other$fit$H) <- dimnames(fit$H)
    }
    # Sums in another order end nearby, not at the same place; the default solver is not always the same.
    same(other, class, if (exact) 0 else if (few && !is.null(request$solver)) 1e-5 else Inf)
  } else if (kind == "scale" && is.character(request$init) && free) {
    by <- if (max(c(request$x, 0), na.rm = TRUE) > 1) 2^-20 else 2^20
    other <- fuzz_run(utils::modifyList(request, list(x = request$x * by)))
    if (!is.null(other$fit)) {
      other$fit$W <- other$fit$W / sqrt(by)
      other$fit$H <- other$fit$H / sqrt(by)
    }
    same(other, "scaled data", if (few) 1e-5 else Inf)
  } else if (kind == "order" && is.list(request$init) && free && is.null(request$weights)) {
    i <- sample.int(nrow(request$x))
    j <- sample.int(ncol(request$x))
    turned <- request
    turned$x <- request$x[i, j, drop = FALSE]
    turned$init <- list(W = request$init$W[i, , drop = FALSE], H = request$init$H[, j, drop = FALSE])
    other <- fuzz_run(turned)
    if (!is.null(other$fit)) {
      other$fit$W <- other$fit$W[order(i), , drop = FALSE]
      other$fit$H <- other$fit$H[, order(j), drop = FALSE]
    }
    same(other, "rows and columns in another order", if (few) 1e-5 else Inf)
  } else if (kind == "predict") {
    arguments <- list(fit, request$x)
    if (!is.null(request$weights)) arguments$weights <- request$weights
    H <- tryCatch(suppressWarnings(do.call(stats::predict, arguments)), error = function(e) e)
    if (inherits(H, "error") && !inherits(H, "nonneg_error_input")) {
      faults <- paste("predict error:", conditionMessage(H))
    } else if (is.matrix(H)) {
      sound <- all(is.na(H) | (is.finite(H) & H >= 0))
      if (!identical(dim(H), dim(fit$H)) || !sound) faults <- "predict is not sound"
    }
  }
  faults
}

# What is wrong with the call of this seed: character() if nothing is.
fuzz_call <- function(seed) {
  withr::with_seed(seed, {
    request <- fuzz_request()
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
