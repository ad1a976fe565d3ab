# dfm of package quanteda: an S4 class on top of dgCMatrix. The names of its dimnames tell where
# the documents are: in rows, or in columns after t(). Its class fcm, of features by features, is a dfm
# without documents. Slots are all that is needed, so that one read from a file works without quanteda.

#' @export
text_data.dfm <- function(x, arg) {
  sides <- names(x@Dimnames)
  if (!is.null(sides) && !"docs" %in% sides) {
    return(NULL)
  }
  in_rows <- is.null(sides) || sides[1] == "docs"
  plain <- as_sorted_dgC(without_class(x), arg)
  list(x = if (in_rows) Matrix::t(plain) else plain, in_rows = in_rows, weighting = list())
}

#' @export
nmf_storage.dfm <- function(x, arg = "x") {
  if (is.null(text_data(x, arg))) {
    check_not_empty(x, arg)
    return(stored(as_sorted_dgC(without_class(x), arg), class(x)[1]))
  }
  documents_storage(x, arg)
}

without_class <- function(x) {
  methods::new("dgCMatrix",
    i = x@i, p = x@p, x = as.double(x@x), Dim = x@Dim, Dimnames = unname(x@Dimnames)
  )
}
