# Matrices of package BPCells, in folders, files or with operations that are still to be done.

#' @exportS3Method nmf_storage IterableMatrix
nmf_storage.IterableMatrix <- function(x, arg = "x") {
  need_package("BPCells", "for this matrix")
  held_or_stored(x, arg, TRUE, function(label) bpcells_reader(x, label))
}

# What is stored row by row would be read from end to end for each block: it is turned first, by way of files
# of BPCells.
bpcells_reader <- function(x, label, blocks = chunk_blocks(dim(x), NULL, TRUE)) {
  need_package("BPCells", "for this matrix")
  folder <- NULL
  if (length(blocks) > 1 && isTRUE(x@transpose)) {
    folder <- tempfile("nonneg-bpcells-")
    x <- getExportedValue("BPCells", "transpose_storage_order")(x, outdir = folder)
  }
  blocks_reader(
    dim(x), names_of(x), blocks, label, class(x)[1], function(j) as_dgC(methods::as(x[, j], "dgCMatrix")),
    function() unlink(folder, recursive = TRUE)
  )
}
