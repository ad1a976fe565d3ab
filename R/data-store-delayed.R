# Readers of matrices of package DelayedArray: blocks of whole chunks, sparse ones as sparse.

delayed_reader <- function(x, label) {
  need_package("DelayedArray", "for this matrix")
  delayed <- function(name) getExportedValue("DelayedArray", name)
  sparse <- delayed("is_sparse")(x)
  read <- function(j) {
    ranges <- getExportedValue("IRanges", "IRanges")(c(1L, j[1]), c(nrow(x), j[length(j)]))
    block <- delayed("read_block")(x, delayed("ArrayViewport")(dim(x), ranges), as.sparse = sparse)
    methods::as(block, if (sparse) "dgCMatrix" else "matrix")
  }
  blocks <- chunk_blocks(dim(x), delayed("chunkdim")(x), sparse)
  blocks_reader(dim(x), names_of(x), blocks, label, class(x)[1], read)
}

# Columns of about 80 MB, dense, or of half a billion cells that are mostly zeros: whole chunks, so that each
# is read once.
chunk_blocks <- function(dim, chunk, sparse) {
  width <- max(1, floor((if (sparse) 5e7 else 1e7) / max(1, dim[1])))
  if (length(chunk) == 2 && chunk[2] > 1) {
    # A chunk of more columns than may be in memory is read again for each block.
    most <- max(width, floor(memory_limit() / 32 / max(1, dim[1])))
    whole <- max(1, floor(width / chunk[2])) * chunk[2]
    width <- min(whole, most)
  }
  width <- min(width, dim[2])
  lapply(seq(1, dim[2], by = width), function(first) seq.int(first, min(dim[2], first + width - 1)))
}
