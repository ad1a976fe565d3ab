# Stores from files and from matrices on disk. The files are made here, by the packages that others use for them.

file_data <- function() {
  x <- sparse_data(40, 30, 0.2)
  x@x <- round(20 * x@x) + 1
  dimnames(x) <- list(paste0("ENSG", 1:40), paste0("AAAC-", 1:30))
  as_dgC(x)
}

h5_put <- function(path, ...) {
  parts <- list(...)
  for (name in names(parts)) {
    groups <- strsplit(dirname(name), "/")[[1]]
    for (k in seq_along(groups)) {
      group <- paste(groups[seq_len(k)], collapse = "/")
      if (group != "." && !group %in% sub("^/", "", h5_names(path))) rhdf5::h5createGroup(path, group)
    }
    rhdf5::h5write(parts[[name]], path, name)
  }
}

local_h5 <- function(..., ext = ".h5", env = parent.frame()) {
  path <- withr::local_tempfile(fileext = ext, .local_envir = env)
  rhdf5::h5createFile(path)
  h5_put(path, ...)
  path
}

tenx_file <- function(x, env = parent.frame(), type = rep("Gene Expression", nrow(x))) {
  local_h5(
    `matrix/barcodes` = colnames(x), `matrix/data` = as.integer(x@x), `matrix/indices` = x@i, `matrix/indptr` = x@p,
    `matrix/shape` = dim(x), `matrix/features/id` = rownames(x), `matrix/features/name` = paste0("gene", seq_len(nrow(x)) %% 9),
    `matrix/features/feature_type` = type, env = env
  )
}

# With attributes on groups, as anndata writes them.
h5ad_file <- function(x, format, env = parent.frame(), layer = NULL, dense = FALSE) {
  path <- local_h5(`obs/_index` = colnames(x), `var/_index` = rownames(x), ext = ".h5ad", env = env)
  cells <- if (format == "csr_matrix") x else as_dgC(Matrix::t(x))
  name <- if (is.null(layer)) "X" else paste0("layers/", layer)
  if (dense) {
    h5_put(path, X = as.matrix(x))
  } else {
    parts <- list(cells@x, cells@i, cells@p)
    names(parts) <- paste0(name, c("/data", "/indices", "/indptr"))
    do.call(h5_put, c(path, parts))
  }
  file <- rhdf5::H5Fopen(path)
  put <- function(group, ...) {
    id <- rhdf5::H5Gopen(file, group)
    about <- list(...)
    for (one in names(about)) rhdf5::h5writeAttribute(about[[one]], id, one)
    rhdf5::H5Gclose(id)
  }
  put("obs", `_index` = "_index")
  put("var", `_index` = "_index")
  if (!dense) put(name, `encoding-type` = format, shape = rev(dim(x)))
  rhdf5::H5Fclose(file)
  path
}

test_that("files of Cell Ranger, versions 2 and 3", {
  skip_if_not_installed("rhdf5")
  x <- file_data()
  path <- tenx_file(x)
  expect_identical(methods::as(local_store(path), "dgCMatrix"), x)
  expect_identical(local_store(path)$type, "uint16")
  types <- rep(c("Gene Expression", "Antibody Capture"), c(35, 5))
  two <- tenx_file(x, type = types)
  expect_identical(methods::as(local_store(two, assay = "Antibody Capture"), "dgCMatrix"), x[36:40, ])
  old <- local_h5(
    `GRCh38/barcodes` = colnames(x), `GRCh38/data` = as.integer(x@x), `GRCh38/indices` = x@i, `GRCh38/indptr` = x@p,
    `GRCh38/shape` = dim(x), `GRCh38/genes` = rownames(x), `GRCh38/gene_names` = rownames(x)
  )
  expect_identical(methods::as(local_store(old), "dgCMatrix"), x)
  expect_identical(methods::as(local_store(old, assay = "GRCh38"), "dgCMatrix"), x)
  # Several samples, whose barcodes repeat.
  both <- local_store(c(one = path, two = old))
  expect_identical(methods::as(both, "dgCMatrix")[, 31:60], `colnames<-`(x, paste0("two_", colnames(x))))
  # Rows of a column in any order.
  turned <- x
  turned@i <- unlist(lapply(seq_len(30), function(j) rev(x@i[seq_len(x@p[j + 1] - x@p[j]) + x@p[j]])))
  turned@x <- unlist(lapply(seq_len(30), function(j) rev(x@x[seq_len(x@p[j + 1] - x@p[j]) + x@p[j]])))
  expect_identical(methods::as(local_store(tenx_file(turned)), "dgCMatrix"), x)
})

test_that("files of anndata: by cells, by genes, dense, layers", {
  skip_if_not_installed("rhdf5")
  x <- file_data()
  for (format in c("csr_matrix", "csc_matrix")) {
    expect_identical(methods::as(local_store(h5ad_file(x, format)), "dgCMatrix"), x)
    expect_identical(methods::as(local_store(h5ad_file(x, format, layer = "counts"), layer = "counts"), "dgCMatrix"), x)
  }
  dense <- local_store(h5ad_file(x, "csr_matrix", dense = TRUE))
  expect_false(dense$sparse)
  expect_identical(as.matrix(dense), as.matrix(x))
})

test_that("rows become columns by way of files, whatever their number", {
  x <- file_data()
  folder <- withr::local_tempdir()
  # Three files, and entries enough that some wait in memory.
  buckets <- cpp_buckets_begin(folder, 40, 30, 9e6)
  rows <- as_dgC(Matrix::t(x))
  for (k in 1:100) cpp_buckets_add_rows(buckets, 0, rows@p, rows@i, rows@x / 100, 30)
  expect_gt(cpp_buckets_count(buckets), 1)
  expect_gt(length(list.files(folder)), 1)
  parts <- lapply(seq_len(cpp_buckets_count(buckets)), function(k) {
    got <- cpp_buckets_take(buckets, k)
    new_dgC(got$p, got$i, got$x, c(40, length(got$p) - 1))
  })
  expect_equal(do.call(cbind, parts), unname_matrix(x))
  expect_identical(list.files(folder), character())
  expect_error(cpp_buckets_add_rows(buckets, 0, c(0, 1), 30L, 1, 30), "outside")
})

test_that("MatrixMarket: every kind that others write", {
  mtx <- function(...) {
    path <- tempfile(fileext = ".mtx")
    writeLines(c(...), path)
    path
  }
  read <- function(...) as.matrix(local_store(mtx(...), env = parent.frame()))
  head <- "%%MatrixMarket matrix coordinate"
  want <- matrix(c(1, 0, 2.5, 0, 3, 0), 2)
  expect_identical(read(paste(head, "real general"), "% a comment", "", "2 3 3", "1 1 1", "1 2 2.5", "1 3 3"), want)
  expect_identical(read(paste(head, "real general"), "2 3 4", "1 3 3", "1 2 2", "1 1 1e0", " 1  2\t0.5 "), want)
  expect_identical(read(paste(head, "unsigned-integer general"), "2 2 1", "2 1 7"), matrix(c(0, 7, 0, 0), 2))
  expect_identical(read(paste(head, "pattern general"), "2 2 2", "2 1", "1 1"), matrix(c(1, 1, 0, 0), 2))
  expect_identical(read(paste(head, "integer symmetric"), "2 2 2", "2 1 3", "2 2 4"), matrix(c(0, 3, 3, 4), 2))
  expect_identical(read("%%MatrixMarket matrix array real general", "2 2", "1", "2", "3", "0"), matrix(c(1, 2, 3, 0), 2))
  expect_identical(read("%%MatrixMarket matrix array real symmetric", "2 2", "1", "2", "3"), matrix(c(1, 2, 2, 3), 2))
  skew <- mtx(paste(head, "real skew-symmetric"), "2 2 1", "2 1 3")
  expect_identical(as.matrix(local_store(skew, negative = "allow")), matrix(c(0, 3, -3, 0), 2))
  # What package Matrix writes, gzipped, with names beside.
  x <- file_data()
  folder <- withr::local_tempdir()
  Matrix::writeMM(x, file.path(folder, "matrix.mtx"))
  writeLines(paste(rownames(x), "name", "Gene Expression", sep = "\t"), file.path(folder, "features.tsv"))
  writeLines(colnames(x), gzfile(file.path(folder, "barcodes.tsv.gz")) -> con)
  close(con)
  expect_identical(methods::as(local_store(folder), "dgCMatrix"), x)
  expect_identical(methods::as(local_store(file.path(folder, "matrix.mtx")), "dgCMatrix"), x)
  zipped <- gzfile(file.path(folder, "matrix.mtx.gz"))
  writeLines(readLines(file.path(folder, "matrix.mtx")), zipped)
  close(zipped)
  unlink(file.path(folder, "matrix.mtx"))
  expect_identical(methods::as(local_store(folder), "dgCMatrix"), x)
})

test_that("numbers of MatrixMarket are cut between pieces as well", {
  x <- file_data()
  path <- withr::local_tempfile(fileext = ".mtx")
  Matrix::writeMM(x, path)
  bytes <- readBin(path, "raw", file.size(path))
  reader <- cpp_mtx_begin(withr::local_tempdir())
  for (k in seq(1, length(bytes), by = 7)) state <- cpp_mtx_feed(reader, bytes[k:min(k + 6, length(bytes))])
  cpp_mtx_feed(reader, raw())
  got <- cpp_mtx_take(reader, 1)
  expect_equal(new_dgC(got$p, got$i, got$x, dim(x)), unname_matrix(x))
})

test_that("faults of files are told with the file and the line", {
  withr::local_options(cli.width = 500)
  mtx <- function(...) {
    path <- tempfile(fileext = ".mtx")
    writeLines(c(...), path)
    path
  }
  faulty <- function(...) fault(nmf_store(mtx(...), tempfile()))
  head <- "%%MatrixMarket matrix coordinate real general"
  hide <- function(lines) gsub("(file )?[\"'][^\"']*[/\\\\][^\"']*[\"']", "<file>", lines)
  folder <- withr::local_tempdir()
  writeLines(c(head, "2 3 1", "1 1 1"), file.path(folder, "matrix.mtx"))
  writeLines(c("a", "b", "c"), file.path(folder, "genes.tsv"))
  expect_snapshot({
    faulty("text")
    faulty(character())
    faulty(head)
    faulty(head, "2 3")
    faulty(head, "2 3 1", "1 1")
    faulty(head, "2 3 1", "3 1 1")
    faulty(head, "2 3 1", "1 1 x")
    faulty(head, "2 3 1", "1 1 NA")
    faulty(head, "2 3 2", "1 1 1")
    faulty(head, "2 3 1", "1 1 1", "1 2 1")
    faulty(head, "2 3 2", "1 1 nan", "1 2 1")
    faulty("%%MatrixMarket matrix coordinate complex general", "2 3 1")
    faulty("%%MatrixMarket matrix coordinate real symmetric", "2 3 1")
    fault(nmf_store(folder, tempfile()))
    fault(nmf_store(withr::local_tempdir(), tempfile()))
    fault(nmf_store(withr::local_tempfile(lines = "a", fileext = ".csv"), tempfile()))
  }, transform = hide)
  skip_if_not_installed("rhdf5")
  x <- file_data()
  text <- withr::local_tempfile(lines = "no HDF5", fileext = ".h5")
  path <- tenx_file(x)
  bad <- x
  bad@x[5] <- -1
  outside <- x
  outside@i[3] <- 40L
  short <- x
  short@p <- x@p[-31]
  expect_snapshot({
    fault(nmf_store(text, tempfile()))
    fault(nmf_store(local_h5(a = 1:3), tempfile()))
    fault(nmf_store(local_h5(a = 1:3, ext = ".h5ad"), tempfile()))
    fault(nmf_store(tenx_file(bad), tempfile()))
    fault(nmf_store(tenx_file(outside), tempfile()))
    fault(nmf_store(tenx_file(short), tempfile()))
    fault(nmf_store(path, tempfile(), assay = "Proteins"))
    fault(nmf_store(c(path, tenx_file(x[-(2:3), ])), tempfile()))
    fault(nmf_store(h5ad_file(x, "csr_matrix"), tempfile(), layer = "spliced"))
  }, transform = hide)
})

test_that("matrices of DelayedArray, in memory and on disk, dense and sparse", {
  skip_if_not_installed("DelayedArray")
  x <- file_data()
  dense <- as.matrix(x)
  expect_identical(as.matrix(local_store(DelayedArray::DelayedArray(dense))), dense)
  sparse <- local_store(DelayedArray::DelayedArray(x))
  expect_true(sparse$sparse)
  expect_identical(methods::as(sparse, "dgCMatrix"), x)
  logged <- local_store(log1p(DelayedArray::DelayedArray(x)))
  expect_true(logged$sparse)
  expect_equal(as.matrix(logged), log1p(dense))
  skip_if_not_installed("HDF5Array")
  # (Once HDF5Array has written a matrix, its TENxMatrix() fails in this session.)
  tenx <- HDF5Array::TENxMatrix(tenx_file(x), "matrix")
  store <- local_store(tenx)
  expect_true(store$sparse)
  expect_identical(unname(as.matrix(store)), unname(dense))
  on_disk <- methods::as(dense, "HDF5Matrix")
  expect_identical(as.matrix(local_store(on_disk)), dense)
  # That switched errors of HDF5 off, which must not hide what is wrong with a file.
  expect_error(nmf_store(local_h5(a = 1:3), tempfile()), "Cell Ranger", class = "nonneg_error_input")
  skip_if_not_installed("SummarizedExperiment")
  se <- SummarizedExperiment::SummarizedExperiment(list(counts = on_disk, log = log1p(on_disk)))
  dimnames(se) <- dimnames(dense)
  expect_identical(as.matrix(local_store(se, assay = "counts")), dense)
  expect_equal(as.matrix(local_store(se, assay = "log")), log1p(dense))
})

test_that("matrices of BPCells: folders and objects, by cells and by genes, with what is still to be done", {
  skip_if_not_installed("BPCells")
  bp <- function(name) getExportedValue("BPCells", name)
  x <- file_data()
  as_folder <- function(m, ...) {
    folder <- tempfile()
    suppressWarnings(bp("write_matrix_dir")(m, folder, ...))
    folder
  }
  m <- methods::as(x, "IterableMatrix")
  whole <- bp("convert_matrix_type")(m, "uint32_t")
  folders <- c(as_folder(m), as_folder(whole), as_folder(m, compress = FALSE))
  for (folder in folders) expect_identical(methods::as(local_store(folder), "dgCMatrix"), x)
  on_disk <- bp("open_matrix_dir")(folders[2])
  expect_identical(methods::as(local_store(on_disk), "dgCMatrix"), x)
  expect_identical(local_store(on_disk)$type, "uint16")
  expect_identical(as.matrix(local_store(Matrix::t(on_disk))), t(as.matrix(x)))
  expect_identical(as.matrix(local_store(on_disk[5:9, 3:20])), as.matrix(x)[5:9, 3:20])
  expect_equal(as.matrix(local_store(log1p(on_disk))), log1p(as.matrix(x)), tolerance = 1e-6)
  # By genes, and read in several blocks: turned first.
  turned <- bp("transpose_storage_order")(on_disk)
  reader <- bpcells_reader(turned, NULL, blocks = split(1:30, rep(1:3, 10)))
  parts <- list()
  while (!is.null(block <- reader$next_block())) parts[[length(parts) + 1]] <- block
  reader$close()
  expect_length(parts, 3)
  expect_identical(do.call(cbind, parts), x[, order(rep(1:3, 10))])
  start <- random_start(40, 30, 2)
  want <- nmf(x, 2, init = start, max_iter = 5)$W
  expect_identical(nmf(on_disk, 2, init = start, max_iter = 5)$W, want)
  # One that is large is written to a store first.
  withr::local_options(nonneg.memory = 4 * 1.2 * 40 * 30 - 1)
  expect_message(fit <- nmf(on_disk, 2, init = start, max_iter = 5), class = "nonneg_message_store")
  expect_identical(fit$W, want)
})

test_that("blocks of a matrix on disk are whole chunks", {
  widths <- function(...) lengths(chunk_blocks(...))
  # Ten million cells, cut to chunks of 64 columns.
  expect_identical(unname(widths(c(1e4, 3000), c(100, 64), FALSE)[1:2]), c(960L, 960L))
  expect_identical(sum(widths(c(1e4, 3000), c(100, 64), FALSE)), 3000L)
  # A chunk of all columns: as much as may be in memory at a time.
  expect_gt(widths(c(1e4, 1e5), c(1, 1e5), FALSE)[1], 1000)
  expect_identical(widths(c(1e4, 5000), NULL, TRUE), 5000L)
})
