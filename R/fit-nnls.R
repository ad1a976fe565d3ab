#' Nonnegative least squares with many right-hand sides
#'
#' Minimises \eqn{\frac12 \|B - AX\|_F^2}{1/2 |B - AX|^2} over \eqn{X \ge 0}, with
#' the solvers of [nmf()]: one problem per column of `B`, all with the same `A`.
#'
#' @param A Matrix m x k of any finite numbers.
#' @param B Matrix m x n of any finite numbers, or a vector of length m; may be a
#'   sparse matrix of package Matrix.
#' @param solver `"bpp"`, exact by block principal pivoting (Kim and Park 2011);
#'   or `"cd"`, coordinate descent with up to `sweeps` sweeps.
#' @param sweeps Most sweeps of `"cd"` over the k unknowns of every problem. If they do not reach a
#'   KKT residual of 1e-8, relative to `B`, there is a warning (class `"nonneg_warning_convergence"`).
#' @param threads See [nmf()].
#' @return `X`, a k x n matrix with the column names of `A` as row names and those
#'   of `B` as column names. Where columns of `A` are linearly dependent there are
#'   many solutions; one of them is returned.
#' @details The solution comes from the normal equations \eqn{A'A x = A'b}, which
#'   is fast for many right-hand sides. Where the condition number of `A` (its
#'   columns scaled to unit norm) is above about 1000, `"bpp"` is the
#'   active-set method of Lawson and Hanson (1974) on the QR decomposition of `A`
#'   instead: slower, and as accurate as the data allow. Every column of `B` is solved by one
#'   thread, so that `X` has the same bits for any number of them. An interrupt ends `nnls()`
#'   without a result.
#' @references
#' Kim J, Park H (2011). Fast nonnegative matrix factorization: an
#' active-set-like method and comparisons. *SIAM Journal on Scientific Computing*
#' 33(6), 3261--3281. \doi{10.1137/110821172}
#'
#' Lawson CL, Hanson RJ (1974). *Solving Least Squares Problems*. Prentice-Hall,
#' Englewood Cliffs. \doi{10.1137/1.9781611971217}
#' @examples
#' A <- matrix(rnorm(60), 20)
#' B <- A %*% matrix(c(1, 0, 2, 0, 3, 1), 3) + rnorm(40)
#' nnls(A, B)
#' @export
nnls <- function(A, B, solver = "bpp", sweeps = 1000, threads = NULL) {
  A <- check_system_matrix(A, "A")
  B <- check_system_matrix(B, "B", sparse = TRUE)
  if (nrow(A) != nrow(B)) {
    abort_input("{.arg A} and {.arg B} must have the same number of rows, not {nrow(A)} and {nrow(B)}.")
  }
  check_choice(solver, c("bpp", "cd"), "solver")
  sweeps <- check_count(sweeps, "sweeps")
  options <- list(
    solver = solver, threads = check_threads(threads),
    inner_sweeps = if (solver == "cd") sweeps
  )
  # Columns of unit norm: the scale of an unknown says nothing about the problem.
  by <- one_for_zero(safe_column_norms(A))
  unit <- sweep(A, 2, by, "/")
  largest <- largest_magnitude(B)
  found <- cpp_nnls(B, unit, largest, options)
  warn_if_rough(found$residual, sweeps)
  X <- found$X / by
  dimnames(X) <- if (!is.null(colnames(A)) || !is.null(colnames(B))) list(colnames(A), colnames(B))
  X
}

warn_if_rough <- function(residual, sweeps) {
  if (residual > 1e-8) {
    warn_user(c(
      "Coordinate descent has not converged in {.arg sweeps} = {sweeps}: its KKT residual is \\
       {format(residual, digits = 2)} of the size of {.arg B}.",
      "i" = "More {.arg sweeps} come closer; {.code solver = \"bpp\"} is exact."
    ), class = "nonneg_warning_convergence")
  }
}

# Norms whose squares may be out of range.
safe_column_norms <- function(A) {
  top <- apply(abs(A), 2, max)
  top <- ifelse(top > 0, top, 1)
  sqrt(colSums(sweep(A, 2, top, "/")^2)) * top
}

largest_magnitude <- function(B) {
  values <- if (is.matrix(B)) B else B@x
  if (length(values)) max(abs(range(values))) else 0
}

# Finite numbers of either sign, as a double matrix or (if allowed) a dgCMatrix.
check_system_matrix <- function(x, arg, sparse = FALSE) {
  if (methods::is(x, "sparseMatrix") && sparse) {
    x <- as_sorted_dgC(as_dgC(x), arg)
  } else {
    if (methods::is(x, "Matrix")) x <- plain_matrix(x)
    if (is.data.frame(x)) x <- as.matrix(x)
    if (is.null(dim(x)) && is.numeric(x)) x <- matrix(x, ncol = 1)
    if (!is.matrix(x) || is.object(x)) {
      abort_input("{.arg {arg}} must be a numeric matrix, not {describe(x)}.")
    }
    x <- as_double_matrix(x, arg)
  }
  check_not_empty(x, arg)
  values <- if (is.matrix(x)) x else x@x
  bad <- which(!is.finite(values))
  if (length(bad)) {
    abort_input(c(
      "{.arg {arg}} must hold finite numbers.",
      "x" = "{length(bad)} value{?s} {?is/are} not, the first is {values[bad[1]]}."
    ))
  }
  x
}
