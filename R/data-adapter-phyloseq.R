# Objects of package phyloseq: a matrix of counts under an S4 class that tells where the taxa are, which are
# the features here. Slots are all that is needed, so that one read from a file works without the package.

#' @exportS3Method nmf_storage otu_table
nmf_storage.otu_table <- function(x, arg = "x") {
  plain <- as_double_matrix(as_bare_matrix(x), arg)
  stored(if (isFALSE(x@taxa_are_rows)) t(plain) else plain, class(x)[1])
}

#' @exportS3Method nmf_storage phyloseq
nmf_storage.phyloseq <- function(x, arg = "x") {
  given <- nmf_storage(x@otu_table, arg)
  given$class <- class(x)[1]
  given
}
