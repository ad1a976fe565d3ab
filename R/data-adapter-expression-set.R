# ExpressionSet of package Biobase.

#' @rdname adapters
#' @exportS3Method nmf_matrix ExpressionSet
nmf_matrix.ExpressionSet <- function(x, assay = NULL, ...) {
  check_dots_empty(...)
  need_package("Biobase", "for this object")
  if (is.null(assay)) {
    return(Biobase::exprs(x))
  }
  Biobase::assayDataElement(x, check_choice(assay, Biobase::assayDataElementNames(x), "assay",
    any_case = FALSE))
}

#' @exportS3Method add_nmf ExpressionSet
add_nmf.ExpressionSet <- function(x, fit, name = "NMF", ...) {
  check_dots_empty(...)
  need_package("Biobase", "for this object")
  part <- fit_for_object(fit, Biobase::featureNames(x), Biobase::sampleNames(x), name)
  # An older fit of that name may have had more components.
  old <- Biobase::preproc(Biobase::experimentData(x))[[name]]
  if (is_nmf(old)) {
    for (column in component_columns(name, ncol(old$W))) {
      Biobase::pData(x)[[column]] <- NULL
      Biobase::fData(x)[[column]] <- NULL
    }
  }
  columns <- component_columns(name, ncol(part$W))
  for (k in seq_along(columns)) {
    Biobase::pData(x)[[columns[k]]] <- unname(part$H[, k])
    Biobase::fData(x)[[columns[k]]] <- unname(part$W[, k])
  }
  about <- Biobase::experimentData(x)
  kept <- Biobase::preproc(about)
  kept[[name]] <- fit
  Biobase::preproc(about) <- kept
  Biobase::experimentData(x) <- about
  x
}

# NMF1, NMF2, ...
component_columns <- function(name, r) paste0(name, seq_len(r))
