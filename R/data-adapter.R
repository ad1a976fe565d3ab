#' Bioconductor and Seurat objects
#'
#' Every function of this package that takes data takes these objects as well, features in rows and
#' observations in columns, as they have them: `SummarizedExperiment` (so `SingleCellExperiment`),
#' `ExpressionSet` and `Seurat`. `nmf_matrix()` gives the matrix that is used, and chooses one where there
#' are several. `add_nmf()` puts a fit back into the object. All functions take `assay` and `layer`, and
#' those that get a fit take by default what it was made from.
#'
#' An assay on disk or with delayed operations (a `DelayedMatrix`) is taken into memory if it has no more than
#' 1 GB there (a quarter of the option `nonneg.memory`; of a sparse one, a tenth of whose entries are taken to
#' be there). A larger one is written to a store in the folder `getOption("nonneg.store_place", tempdir())`,
#' for the one call, with a message of class `"nonneg_message_store"`; [nmf_store()] writes one that stays.
#'
#' A class of your own is a method of `nmf_matrix()` that returns one of its matrices: all functions then take
#' it. Objects of package phyloseq are taken as well, with taxa as features.
#'
#' Where things go:
#'
#' | Object | `H`, one row per observation | `W`, one row per feature | The fit |
#' |---|---|---|---|
#' | `SingleCellExperiment` | `reducedDim(x, name)` | its attribute `"basis"`, `rowData(x)[[name]]` | `metadata(x)[[name]]` |
#' | `SummarizedExperiment` | `colData(x)[[name]]`, a matrix | `rowData(x)[[name]]`, a matrix | `metadata(x)[[name]]` |
#' | `ExpressionSet` | `pData(x)`, one column per component | `fData(x)`, one column per component | `preproc(experimentData(x))` |
#' | `Seurat` | `Embeddings(x, name)` | `Loadings(x, name)` | `x[[name]]@misc$fit` |
#'
#' @param x For `nmf_matrix()` and `add_nmf()`: the object.
#' @param assay Name or number of the assay. `NULL` is the only one, for `Seurat` the default one;
#'   with several, one must be named.
#' @param layer For `Seurat`: the layer (the slot, in objects of version 4), such as `"counts"` or
#'   `"data"`. A layer that is split in version 5, such as `"counts.1"`, `"counts.2"`, must be
#'   joined first.
#' @param fit A fit to that object, from [nmf()] or, divided by `batch`, from [nmf_joint()]: same
#'   observations, and features that the object has. Features that the fit does not have get `NA` (a fit to
#'   the most variable genes can be added to all).
#' @param name Name under which to store the fit.
#' @param ... Not used; anything here is an error.
#' @return `nmf_matrix()`: a matrix, features x observations. `add_nmf()`: `x` with the fit.
#' @examplesIf requireNamespace("SummarizedExperiment", quietly = TRUE)
#' se <- SummarizedExperiment::SummarizedExperiment(
#'   list(counts = leukemia$x), colData = data.frame(class = leukemia$class)
#' )
#' fit <- nmf(se, rank = 3, assay = "counts")
#' se <- add_nmf(se, fit)
#' head(SummarizedExperiment::colData(se))
#' @name adapters
NULL

#' @rdname adapters
#' @export
nmf_matrix <- function(x, ...) {
  need_arguments(x)
  UseMethod("nmf_matrix")
}

#' @export
nmf_matrix.default <- function(x, ...) {
  check_dots_empty(...)
  nmf_data(x)$x
}

#' @rdname adapters
#' @export
add_nmf <- function(x, fit, name = "NMF", ...) {
  need_arguments(x)
  UseMethod("add_nmf")
}

#' @export
add_nmf.default <- function(x, fit, name = "NMF", ...) {
  abort_input(
    "{.arg x} must be a {.cls SummarizedExperiment}, {.cls ExpressionSet} or {.cls Seurat} object, not \\
     {describe(x)}."
  )
}

# What add_nmf() stores: W with the rows of the object, NA where the fit has no such feature, and
# t(H).
fit_for_object <- function(fit, features, observations, name) {
  if (missing(fit)) abort_input("{.arg fit} must be given.")
  if (inherits(fit, "nmf_joint")) fit <- joint_model(fit)
  if (!is_nmf(fit)) abort_input("{.arg fit} must be a fit from {.fn nmf}, not {describe(fit)}.")
  if (!is.character(name) || length(name) != 1 || is.na(name) || !nzchar(name)) {
    abort_input("{.arg name} must be one name, not {describe(name)}.")
  }
  if (ncol(fit$H) != length(observations)) {
    abort_input(
      "{.arg fit} must have the {length(observations)} observations of {.arg x}, not {ncol(fit$H)}."
    )
  }
  off <- if (!is.null(colnames(fit$H))) which(colnames(fit$H) != as.character(observations))
  if (length(off)) {
    abort_input(c(
      "{.arg fit} must have the observations of {.arg x}, in the same order.",
      "x" = "Observation {off[1]} is {quote_each(colnames(fit$H)[off[1]])} in the fit, \
             {quote_each(as.character(observations)[off[1]])} in {.arg x}."
    ))
  }
  W <- fit$W
  if (!is.null(rownames(W)) && !is.null(features)) {
    unknown <- setdiff(rownames(W), features)
    if (length(unknown)) {
      abort_input(
        "{length(unknown)} feature{?s} of {.arg fit} {?is/are} not in {.arg x}, such as \\
         {quote_each(unknown[1])}."
      )
    }
    # Features with the same name are the same rows only if all are there.
    if (!identical(rownames(W), features)) W <- W[match(features, rownames(W)), , drop = FALSE]
    rownames(W) <- features
  } else if (nrow(W) != length(features) && !is.null(features)) {
    abort_input("{.arg fit} must have the {length(features)} features of {.arg x}, not {nrow(W)}.")
  }
  H <- t(fit$H)
  rownames(H) <- observations
  list(W = W, H = H)
}
