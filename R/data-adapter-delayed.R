# A matrix of package DelayedArray, on disk or with operations that are still to be done: in memory if it is small
# there, otherwise block by block.

#' @exportS3Method nmf_storage DelayedMatrix
nmf_storage.DelayedMatrix <- function(x, arg = "x") {
  sparse <- getExportedValue("DelayedArray", "is_sparse")(x)
  kind <- if (sparse) "dgCMatrix" else "matrix"
  if (sparse || 8 * prod(as.double(dim(x))) <= memory_limit() / 4) {
    given <- nmf_storage(methods::as(x, kind), arg)
  } else {
    given <- stored(nmf_blocks(function(first, last) {
      methods::as(x[, first:last, drop = FALSE], kind)
    }, dim(x), dimnames(x)), kind)
  }
  given$class <- class(x)[1]
  given
}
