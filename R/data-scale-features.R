#' Scale features without centering
#'
#' Divides every feature (row) by its root mean square over the observations, so that all features count alike
#' and zeros stay zeros: what liger's `scaleNotCenter()` does before a joint factorization, for each data set
#' by itself. (Centering would make entries negative.)
#'
#' The root mean square is \eqn{\sqrt{\sum_j x_{ij}^2 / (n - 1)}}{sqrt(sum(x[i, ]^2) / (n - 1))}, as in liger
#' and as in `scale(center = FALSE)`. A feature that is 0 everywhere stays so.
#'
#' @param x Data as in [nmf()], l x n: complete.
#' @param assay,layer See [adapters].
#' @param ... Not used; anything here is an error.
#' @return A matrix, or a sparse matrix, of the size of `x` and with its names.
#' @seealso [nmf_joint()]
#' @examples
#' y <- scale_features(leukemia$x)
#' range(rowSums(y^2) / (ncol(y) - 1))
#' @export
scale_features <- function(x, assay = NULL, layer = NULL, ...) {
  need_arguments(x)
  check_dots_empty(...)
  data <- without_gaps(hold_data(nmf_data(x, assay = assay, layer = layer), "scaling"), "x")
  if (data$dim[2] < 2) abort_input("{.arg x} must have two observations or more to be scaled, not \\
                                    {data$dim[2]}.")
  x <- data$x
  # In the unit of the largest entry no square is out of range.
  top <- if (data$scan$max > 0) data$scan$max else 1
  squares <- row_sums(with_values(x, (values_of(x) / top)^2))
  by <- top * sqrt(squares / (data$dim[2] - 1))
  by[by == 0] <- 1
  out <- if (is_dense(x)) x / by else with_values(x, values_of(x) / by[row_of_cell(cells_of(x), nrow(x))])
  if (length(unlist(data$dimnames))) dimnames(out) <- data$dimnames
  out
}
