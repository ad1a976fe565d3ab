# SummarizedExperiment, and SingleCellExperiment, which is one.

#' @rdname adapters
#' @exportS3Method nmf_matrix SummarizedExperiment
nmf_matrix.SummarizedExperiment <- function(x, assay = NULL, ...) {
  check_dots_empty(...)
  need_package("SummarizedExperiment", "for this object")
  names <- SummarizedExperiment::assayNames(x)
  count <- length(SummarizedExperiment::assays(x, withDimnames = FALSE))
  if (is.null(assay)) {
    if (count != 1) {
      abort_input(c(
        "{.arg assay} must be given: {.arg x} has {count} assay{?s}{cli::qty(count)}.",
        "i" = if (count) "They are {quote_each(names)}; use {.code assay = {quote_each(names[1])}} in \\
                          {.fn nmf} or {.fn nmf_matrix}."
      ))
    }
    assay <- 1L
  } else if (is.numeric(assay)) {
    assay <- check_count(assay, "assay", max = count)
  } else {
    assay <- check_choice(assay, names, "assay", any_case = FALSE)
  }
  SummarizedExperiment::assay(x, assay)
}

#' @exportS3Method add_nmf SummarizedExperiment
add_nmf.SummarizedExperiment <- function(x, fit, name = "NMF", ...) {
  check_dots_empty(...)
  need_package("SummarizedExperiment", "for this object")
  features <- if (is.null(rownames(x))) seq_len(nrow(x)) else rownames(x)
  observations <- if (is.null(colnames(x))) seq_len(ncol(x)) else colnames(x)
  part <- fit_for_object(fit, features, observations, name)
  if (is.null(rownames(x))) rownames(part$W) <- NULL
  if (is.null(colnames(x))) rownames(part$H) <- NULL
  rows <- SummarizedExperiment::rowData(x)
  rows[[name]] <- part$W
  SummarizedExperiment::rowData(x) <- rows
  if (methods::is(x, "SingleCellExperiment")) {
    need_package("SingleCellExperiment", "for this object")
    reduced <- part$H
    attr(reduced, "basis") <- fit$W
    SingleCellExperiment::reducedDim(x, name) <- reduced
  } else {
    columns <- SummarizedExperiment::colData(x)
    columns[[name]] <- part$H
    SummarizedExperiment::colData(x) <- columns
  }
  x@metadata[[name]] <- fit
  x
}
