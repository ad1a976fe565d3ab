# dfm of package quanteda: an S4 class on top of dgCMatrix, documents in rows. Its slots
# are all that is needed, so that one read from a file works without quanteda.

#' @export
text_data.dfm <- function(x, arg) {
  plain <- methods::new("dgCMatrix",
    i = x@i, p = x@p, x = as.double(x@x), Dim = x@Dim, Dimnames = unname(x@Dimnames)
  )
  list(x = Matrix::t(as_sorted_dgC(plain, arg)), in_rows = TRUE, weighting = list())
}

#' @export
nmf_data.dfm <- function(x, arg = "x") documents_data(x, arg)
