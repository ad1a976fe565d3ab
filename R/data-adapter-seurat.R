# Seurat objects of versions 4 (slots) and 5 (layers).

#' @rdname adapters
#' @exportS3Method nmf_matrix Seurat
nmf_matrix.Seurat <- function(x, assay = NULL, layer = "data", ...) {
  check_dots_empty(...)
  need_package("SeuratObject", "for this object")
  assay <- if (is.null(assay)) default_seurat_assay(x) else check_choice(
    assay, seurat_assays(x), "assay",
    any_case = FALSE
  )
  layered <- inherits(x[[assay]], "StdAssay")
  known <- if (layered) of_seurat_5("Layers")(x[[assay]]) else c("counts", "data", "scale.data")
  if (layered && is.character(layer) && length(layer) == 1 && !layer %in% known &&
    any(startsWith(known, paste0(layer, ".")))) {
    abort_input(c(
      "Layer {.val {layer}} of {.arg x} is split: \\
       {quote_each(known[startsWith(known, paste0(layer, '.'))])}.",
      "i" = "Join the parts first: {.code x[[\"{assay}\"]] <- SeuratObject::JoinLayers(x[[\"{assay}\"]])}."
    ))
  }
  layer <- check_choice(layer, known, "layer", any_case = FALSE)
  A <- if (layered) {
    of_seurat_5("LayerData")(x, layer = layer, assay = assay)
  } else if (utils::packageVersion("SeuratObject") >= "5.0.0") {
    SeuratObject::GetAssayData(x[[assay]], layer = layer)
  } else {
    SeuratObject::GetAssayData(x[[assay]], slot = layer)
  }
  # A layer may lack features or cells that the object has: it would not fit back in.
  if (any(dim(A) != dim(x[[assay]]))) {
    abort_input(
      "Layer {.val {layer}} of {.arg x} must have all {nrow(x[[assay]])} features and {ncol(x[[assay]])} \\
       cells, \\
       but is {nrow(A)} x {ncol(A)}."
    )
  }
  A
}

default_seurat_assay <- function(x) {
  need_package("SeuratObject", "for this object")
  SeuratObject::DefaultAssay(x)
}

# What version 4 does not have.
of_seurat_5 <- function(name) getExportedValue("SeuratObject", name)

seurat_assays <- function(x) SeuratObject::Assays(x)

#' @exportS3Method add_nmf Seurat
add_nmf.Seurat <- function(x, fit, name = "NMF", ...) {
  check_dots_empty(...)
  need_package("SeuratObject", "for this object")
  part <- fit_for_object(fit, NULL, colnames(x), name)
  if (!is.null(rownames(part$W))) {
    unknown <- setdiff(rownames(part$W), rownames(x))
    if (length(unknown)) {
      abort_input(
        "{length(unknown)} feature{?s} of {.arg fit} {?is/are} not in {.arg x}, such as \\
         {quote_each(unknown[1])}."
      )
    }
  }
  key <- paste0(gsub("[^A-Za-z0-9]", "", name), "_")
  dimnames(part$W) <- list(rownames(part$W), component_columns(key, ncol(part$W)))
  colnames(part$H) <- colnames(part$W)
  reduction <- SeuratObject::CreateDimReducObject(
    embeddings = part$H, loadings = part$W, key = key, assay = SeuratObject::DefaultAssay(x), misc = list(
      fit = fit
    )
  )
  x[[name]] <- reduction
  x
}
