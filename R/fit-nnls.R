#' Nonnegative least squares with many right-hand sides
#'
#' Minimises \eqn{\frac12 \|B - AX\|_F^2}{1/2 |B - AX|^2} over \eqn{X \ge 0}, with
#' the solvers of [nmf()]: one problem per column of `B`, all with the same `A`.
#'
#' @param A Matrix m x k of any finite numbers.
#' @param B Matrix m x n of any finite numbers, or a vector of length m; of the kinds that [nmf()] takes.
#'   Where both `A` and `B` have row names, rows are matched by name.
#' @param solver `"bpp"`, exact by block principal pivoting (Kim and Park 2011);
#'   or `"cd"`, coordinate descent with up to `sweeps` sweeps.
#' @param sweeps Most sweeps of `"cd"` over the k unknowns of every problem. If they do not reach a
#'   KKT residual of 1e-8, relative to `B`, there is a warning (class `"nonneg_warning_convergence"`).
#' @param threads See [nmf()].
#' @param assay,layer Of `B`, see [adapters].
#' @param ... Must be empty.
#' @return `X`, a k x n matrix with the column names of `A` as row names and those
#'   of `B` as column names. Where columns of `A` are linearly dependent there are
#'   many solutions; one of them is returned.
#' @details The solution comes from the normal equations \eqn{A'A x = A'b}, which is fast for
#'   many right-hand sides. Where the condition number of `A` (its columns scaled to unit
#'   norm) is above about 1000, `"bpp"` is the active-set method of Lawson and Hanson (1974)
#'   on the QR decomposition of `A` instead: slower, and as accurate as the data allow. Every
#'   column of `B` is solved by one thread, so that `X` has the same bits for any number of
#'   them. An interrupt ends `nnls()` without a result.
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
nnls <- function(A, B, solver = "bpp", sweeps = 1000, threads = NULL, assay = NULL, layer = NULL, ...) {
  need_arguments(A, B)
  check_dots_empty(...)
  A <- check_system_matrix(A, "A")
  B <- check_system_matrix(B, "B", assay, layer)
  # What names tell comes first: they say which rows are missing.
  rows <- match_by_name(B$dimnames[[1]], A$dimnames[[1]], "B", "row", "{.arg A}")
  if (A$dim[1] != B$dim[1]) {
    abort_input("{.arg A} and {.arg B} must have the same number of rows, not {A$dim[1]} and {B$dim[1]}.")
  }
  if (!is.null(rows)) B$x <- rows_of(B$x, rows)
  names <- list(A$dimnames[[2]], B$dimnames[[2]])
  A <- unname(dense(A$x))
  check_choice(solver, c("bpp", "cd"), "solver")
  sweeps <- check_count(sweeps, "sweeps")
  options <- list(
    solver = solver, threads = check_threads(threads),
    inner_sweeps = if (solver == "cd") sweeps
  )
  # Columns of unit norm: the scale of an unknown says nothing about the problem.
  by <- one_for_zero(safe_column_norms(A))
  unit <- sweep(A, 2, by, "/")
  # Every column is solved by itself: blocks come one after the other.
  largest <- if (by_blocks(B$x)) largest_magnitude(B$x) else B$scan$max
  solved <- lapply(if (by_blocks(B$x)) column_blocks(B$x) else list(seq_len(B$dim[2])), function(j) {
    cpp_nnls(columns_of(B$x, j), unit, largest, options)
  })
  warn_if_rough(max(vapply(solved, `[[`, 0, "residual")), sweeps)
  X <- do.call(cbind, lapply(solved, `[[`, "X")) / by
  dimnames(X) <- if (!is.null(names[[1]]) || !is.null(names[[2]])) names
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

# Of finite numbers of either sign: a scan tells the largest and the sum of squares, which may be out of
# range.
largest_magnitude <- function(B) {
  largest <- vapply(column_blocks(B), function(j) max(abs(values_of(columns_of(B, j))), 0), 0)
  max(largest)
}

# Finite numbers of either sign, as an nmf_input.
check_system_matrix <- function(x, arg, assay = NULL, layer = NULL) {
  if (is.null(dim(x)) && is.numeric(x) && !is.object(x)) {
    x <- matrix(x, ncol = 1, dimnames = if (!is.null(names(x))) list(names(x), NULL))
  }
  data <- nmf_data(x, arg, assay, layer, negative = TRUE)
  check_cells(data$x, data$scan, arg, negative = TRUE)
  data
}
