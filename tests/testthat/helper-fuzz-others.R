# What must hold for the functions that take a fit, and for those that need none.

# A call with the data and weights of a request, in a class of its own: the value, after `check` of it.
fuzz_with <- function(what, fit, request, arguments, check) {
  arguments$weights <- request$weights
  run <- fuzz_do(what, arguments)
  if (length(run$strange)) return(run$strange)
  # Data and weights were fine for the fit.
  if (!is.null(run$error)) return(paste("error:", conditionMessage(run$error)))
  ok <- check(run$value)
  names(ok)[!vapply(ok, isTRUE, NA)]
}

close_to <- function(a, b, within = 1e-9, top = 0) {
  both <- is.na(a) == is.na(b)
  size <- max(abs(b), top, na.rm = TRUE)
  all(both) && all(abs(a - b) <= within * size, na.rm = TRUE)
}

fuzz_predict <- function(fit, request) {
  type <- one_of("H", "class", "reconstruction", "proportion", "divergence")
  faults <- fuzz_with(stats::predict, fit, request, list(fit, request$x, type = type), function(p) {
    n <- ncol(request$x)
    numbers <- function(p, dim) identical(dim(p), as.integer(dim)) && all(is.na(p) | (is.finite(p) & p >= 0))
    list(`predict is not sound` = switch(type,
      H = numbers(p, dim(fit$H)) && identical(dimnames(p), dimnames(fit$H)),
      class = is.factor(p) && length(p) == n,
      reconstruction = numbers(p, dim(request$x)),
      proportion = numbers(p, dim(t(fit$H))) || numbers(p, dim(fit$H)),
      divergence = length(p) == n && !any(p < 0, na.rm = TRUE)
    ))
  })
  if (length(faults)) paste(type, faults) else faults
}

# NA where nothing was observed, elsewhere the difference.
fuzz_residuals <- function(fit, request) {
  x <- request$x
  right <- x - fit$W %*% fit$H
  top <- max(x, 0, na.rm = TRUE)
  right[fuzz_entry_weights(request) == 0] <- NA
  class <- sample(fuzz_classes, 1)
  faults <- fuzz_with(stats::residuals, fit, request, list(fit, fuzz_storage(x, class)), function(r) {
    list(`residuals are not x - W H` = is.matrix(r) && close_to(unname(r), unname(right), top = top))
  })
  at <- cbind(sample.int(nrow(x), 5, TRUE), sample.int(ncol(x), 5, TRUE))
  c(faults, fuzz_with(stats::residuals, fit, request, list(fit, x, at = at), function(r) {
    list(`residuals at places` = close_to(r, unname(right[at]), top = top))
  }))
}

# What is known stays, what is missing is the product, if something is known of its row and column.
fuzz_impute <- function(fit, request) {
  x <- request$x
  v <- fuzz_entry_weights(request)
  right <- fit$W %*% fit$H
  right[rowSums(v > 0) == 0, ] <- NA
  right[, colSums(v > 0) == 0] <- NA
  right[v > 0] <- x[v > 0]
  class <- sample(fuzz_classes, 1)
  fuzz_with(impute, fit, request, list(fit, fuzz_storage(x, class)), function(full) {
    full <- unname(as.matrix(full))
    list(
      `impute changed what is known` = identical(full[v > 0], unname(x)[v > 0]),
      `impute is not W H` = close_to(full, unname(right))
    )
  })
}

# That of the fit, by its factors or by their product.
fuzz_divergence <- function(fit, request) {
  loss <- fit$settings$loss_object
  x <- request$x
  top <- max(x, 0, na.rm = TRUE)
  if (top < 1e-100 || top > 1e100) return(character())
  class <- sample(fuzz_classes, 1)
  product <- fit$W %*% fit$H
  v <- fuzz_entry_weights(request)
  # Below a floor, the loss of a fit is that of the floor.
  plain <- all(product[v > 0] > 1e-12 * top) || loss$quadratic
  size <- fuzz_size(fit, request, v)
  same <- function(d) {
    if (!plain) return(!is.na(d) && d >= 0)
    # The loss of a fit is its objective less the penalty, and has the rounding error of these.
    abs(d - fit$loss) <= 1e-9 * (fit$loss + 1e-4 * size) + 1e-15 * fit$objective
  }
  of <- function(x, y) {
    fuzz_with(divergence, fit, request, list(x, y, loss = loss), function(d) {
      list(`divergence is not the loss` = is.numeric(d) && length(d) == 1 && same(d))
    })
  }
  c(of(fuzz_storage(x, class), fit), of(x, product))
}

# The least squares solution, none negative, meets its conditions.
fuzz_nnls <- function() {
  l <- one_of(1, 2, 7, 30)
  k <- one_of(1, 2, 5, 9)
  n <- one_of(1, 3, 17)
  size <- one_of(1, 1, 1e-150, 1e-9, 1e9, 1e150)
  A <- fuzz_values(l, k) * one_of(1, 1, 1e-100, 1e100)
  if (maybe(0.5)) A <- A * sample(c(-1, 1), length(A), TRUE)
  if (maybe(0.2) && k > 1) A[, 1] <- A[, k]
  B <- fuzz_values(l, n) * size * sample(c(-1, 1), l * n, TRUE)
  solver <- one_of("bpp", "bpp", "cd")
  class <- sample(fuzz_classes, 1)
  run <- fuzz_do(nnls, list(A, fuzz_storage(B, class), solver = solver, threads = 1))
  if (length(run$strange)) return(paste("nnls", run$strange))
  if (!is.null(run$error)) return(paste("nnls error:", conditionMessage(run$error)))
  X <- unname(run$value)
  faults <- character()
  if (!identical(dim(X), as.integer(c(k, n)))) return("nnls: size")
  if (!all(is.finite(X) & X >= 0)) return("nnls: not finite and nonnegative")
  # In units in which columns of A and the largest of B are of size 1.
  norm <- apply(A, 2, function(a) sqrt(sum((a / max(abs(a), 1e-300))^2)) * max(abs(a)))
  unit <- sweep(A, 2, pmax(norm, 1e-300), "/")
  top <- max(abs(B), 1e-300)
  Y <- X * norm / top
  slope <- crossprod(unit, unit %*% Y - B / top)
  within <- 1e-7 * sqrt(l)
  if (solver == "cd") return(faults)
  if (any(slope < -within)) faults <- "nnls: a slope below 0"
  if (any(pmin(Y, abs(slope)) > within)) faults <- c(faults, "nnls: a slope where it should be 0")
  faults
}

# Surveys and cross-validation: as many rows as were asked for, numbers that are numbers, and the same again
# with another number of threads.
fuzz_ranks <- function(request) {
  request$rank <- request$init <- request$fixed_W <- NULL
  request$max_iter <- min(request$max_iter, 10)
  most <- min(4, max(dim(request$x)))
  request$ranks <- sort(sample.int(most, min(most, one_of(1, 2))))
  request$verbose <- FALSE
  request$x <- fuzz_storage(request$x, sample(fuzz_classes, 1))
  if (maybe(0.5)) {
    what <- cross_validate
    request$folds <- one_of(2, 3)
    request$method <- one_of("entries", "entries", "thinning")
    table <- "errors"
  } else {
    what <- nmf_survey
    request$nrun <- 2
    request$times <- 2
    request$resample <- one_of("columns", "rows", "entries", "none")
    table <- "measures"
  }
  set.seed(3)
  run <- fuzz_do(what, request)
  if (length(run$strange)) return(paste(table, run$strange))
  # Some data are too few to leave anything out.
  if (!is.null(run$error)) return(character())
  found <- run$value
  faults <- character()
  if (!identical(found[[table]]$rank, request$ranks)) faults <- "ranks"
  numbers <- if (table == "errors") found$errors$error else found$measures$loss
  failed <- found$runs$failure
  if (any(is.nan(numbers)) && all(is.na(failed))) faults <- c(faults, paste(table, "are not numbers"))
  strange <- grep("must|needs|infinite|observed|entry", stats::na.omit(failed), invert = TRUE, value = TRUE)
  if (length(strange)) faults <- c(faults, paste("failed:", strange[1]))
  request$threads <- 2
  set.seed(3)
  again <- fuzz_do(what, request)$value
  if (!identical(again[[table]], found[[table]])) faults <- c(faults, paste(table, "depend on threads"))
  printed <- fuzz_do(function(x) utils::capture.output(print(x)), list(found))
  c(faults, printed$strange)
}
