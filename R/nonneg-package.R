#' nonneg: fast nonnegative matrix factorization
#'
#' `nonneg` writes a nonnegative matrix `X`, of size l x n with features in rows
#' and observations in columns, as a product of two nonnegative matrices,
#' `X ~ W H`, where `W` is l x r and `H` is r x n. Column k of `W` is a
#' component, and column j of `H` says how much of each component is in column
#' j of `X`.
#'
#' Start at [nmf()]. [predict()][predict.nmf] gives `H` for new columns, [nnls()]
#' solves plain nonnegative least squares, and [nmf_control()] holds the options
#' that are rarely needed. Two data sets to try things on are [leukemia] (dense)
#' and [austen] (sparse). `citation("nonneg")` tells how to cite the package.
#'
#' @references
#' Lee, D. D. and Seung, H. S. (1999). Learning the parts of objects by
#' non-negative matrix factorization. *Nature* **401**, 788-791.
#' \doi{10.1038/44565}
#'
#' Gillis, N. (2020). *Nonnegative Matrix Factorization*. SIAM, Philadelphia.
#' \doi{10.1137/1.9781611976410}
#'
#' @keywords internal
#' @useDynLib nonneg, .registration = TRUE
#' @importFrom Rcpp evalCpp
"_PACKAGE"
