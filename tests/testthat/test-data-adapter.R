quiet_library <- function(package) {
  skip_if_not_installed(package)
  suppressPackageStartupMessages(loadNamespace(package))
}

adapter_data <- function() round(grouped_data())

test_that("SummarizedExperiment: the only assay, or the one that is named", {
  quiet_library("SummarizedExperiment")
  x <- adapter_data()
  se <- SummarizedExperiment::SummarizedExperiment(list(counts = storages$sparse(x)))
  dimnames(se) <- dimnames(x)
  fit <- nmf(se, 3)
  expect_equal(fit$W, nmf(as_dgC(methods::as(x, "CsparseMatrix")), 3)$W)
  expect_identical(fit$data$class, "SummarizedExperiment")
  two <- SummarizedExperiment::SummarizedExperiment(list(counts = x, log = log1p(x)))
  expect_snapshot(fault(nmf(two, 3)))
  expect_snapshot(fault(nmf_matrix(two, "tpm")))
  expect_snapshot(fault(nmf_matrix(two, 3)))
  expect_identical(nmf_matrix(two, "log"), log1p(x))
  expect_identical(nmf_matrix(two, 2), log1p(x))
})

test_that("SummarizedExperiment: a fit goes into rowData, colData and metadata", {
  quiet_library("SummarizedExperiment")
  x <- adapter_data()
  se <- SummarizedExperiment::SummarizedExperiment(list(counts = x))
  fit <- nmf(se, 3)
  out <- add_nmf(se, fit, "parts")
  expect_identical(SummarizedExperiment::rowData(out)$parts, fit$W)
  expect_identical(SummarizedExperiment::colData(out)$parts, t(fit$H))
  expect_identical(out@metadata$parts, fit)
  expect_true(methods::validObject(out))
  # A fit to some features: the others are there, as NA.
  some <- nmf(x[5:20, ], 2)
  W <- SummarizedExperiment::rowData(add_nmf(se, some))$NMF
  expect_identical(W[5:20, ], some$W)
  expect_true(all(is.na(W[-(5:20), ])))
  expect_snapshot(fault(add_nmf(se, nmf(x[, -1], 2))))
  expect_snapshot(fault(add_nmf(se, nmf(x[, 18:1], 2))))
  other <- x
  rownames(other)[3] <- "unknown"
  expect_snapshot(fault(add_nmf(se, nmf(other, 2))))
  expect_snapshot(fault(add_nmf(se, x)))
  expect_snapshot(fault(add_nmf(x, fit)))
})

test_that("SingleCellExperiment: reducedDim", {
  quiet_library("SingleCellExperiment")
  x <- adapter_data()
  sce <- SingleCellExperiment::SingleCellExperiment(list(counts = x))
  fit <- nmf(sce, 3)
  out <- add_nmf(sce, fit)
  reduced <- SingleCellExperiment::reducedDim(out, "NMF")
  expect_identical(attr(reduced, "basis"), fit$W)
  expect_equal(reduced, t(fit$H), ignore_attr = "basis")
  expect_identical(out@metadata$NMF, fit)
  bare <- sce
  dimnames(bare) <- NULL
  expect_identical(unname(SingleCellExperiment::reducedDim(add_nmf(bare, nmf(bare, 2)), "NMF")[, 1]), unname(nmf(bare, 2)$H[1, ]))
})

test_that("ExpressionSet", {
  quiet_library("Biobase")
  x <- adapter_data()
  es <- Biobase::ExpressionSet(x)
  fit <- nmf(es, 3)
  expect_identical(fit$W, nmf(x, 3)$W)
  out <- add_nmf(es, fit)
  expect_identical(Biobase::pData(out)$NMF2, unname(fit$H[2, ]))
  expect_identical(Biobase::fData(out)$NMF3, unname(fit$W[, 3]))
  expect_identical(Biobase::preproc(Biobase::experimentData(out))$NMF, fit)
  expect_true(methods::validObject(out))
  expect_snapshot(fault(nmf_matrix(es, "se.exprs")))
})

test_that("Seurat", {
  quiet_library("SeuratObject")
  x <- adapter_data()
  so <- suppressWarnings(SeuratObject::CreateSeuratObject(methods::as(x * 1, "CsparseMatrix")))
  counts <- nmf_matrix(so, layer = "counts")
  expect_identical(as.matrix(counts), x)
  fit <- nmf(counts, 3)
  out <- add_nmf(so, fit)
  expect_identical(unname(SeuratObject::Embeddings(out, "NMF")), unname(t(fit$H)))
  expect_identical(rownames(SeuratObject::Embeddings(out, "NMF")), colnames(x))
  expect_identical(unname(SeuratObject::Loadings(out[["NMF"]])), unname(fit$W))
  expect_identical(out[["NMF"]]@misc$fit, fit)
  expect_error(nmf_matrix(so, layer = "none"), class = "nonneg_error_input")
  if (utils::packageVersion("SeuratObject") < "5.0.0") {
    expect_identical(nmf(so, 3)$W, fit$W)
  } else {
    # Without a layer "data" there is nothing to take.
    expect_error(nmf(so, 3), class = "nonneg_error_input")
    split <- so
    split[["RNA"]] <- split(so[["RNA"]], f = rep(1:2, 9))
    expect_error(nmf_matrix(split, layer = "counts"), "JoinLayers", class = "nonneg_error_input")
  }
})

test_that("surveys and cross-validation take these objects", {
  quiet_library("SummarizedExperiment")
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  x <- adapter_data()
  se <- SummarizedExperiment::SummarizedExperiment(list(counts = x))
  expect_identical(result_of(small_survey(se, ranks = 2, nrun = 2, times = 2)), result_of(small_survey(x, ranks = 2, nrun = 2, times = 2)))
  expect_identical(withr::with_seed(1, cross_validate(se, 2, verbose = FALSE))$errors, withr::with_seed(1, cross_validate(x, 2, verbose = FALSE))$errors)
})

test_that("nmf() takes the assay, or the layer, itself", {
  x <- adapter_data()
  same <- function(fit, y, class) {
    plain <- nmf(y, 3)
    expect_equal(fit$W, plain$W)
    expect_identical(fit$data$class, class)
    expect_match(deparse1(fit$call), "nmf(x = ", fixed = TRUE)
    expect_true("assay" %in% names(fit$call))
  }
  quiet_library("SingleCellExperiment")
  sce <- SingleCellExperiment::SingleCellExperiment(list(counts = x, log = log1p(x)))
  same(nmf(sce, 3, assay = "log"), log1p(x), "SingleCellExperiment")
  expect_identical(nmf(sce, 3, "kl", assay = 1)$settings$loss, "kullback-leibler")
  expect_snapshot(fault(nmf(sce, 3, assay = "tpm")))
  expect_snapshot(fault(nmf(sce, assay = "log")))
  expect_snapshot(fault(nmf(sce, 3, assay = "log", runs = 3)))
  quiet_library("Biobase")
  es <- Biobase::ExpressionSet(x)
  same(nmf(es, 3, assay = "exprs"), x, "ExpressionSet")
  quiet_library("SeuratObject")
  so <- suppressWarnings(SeuratObject::CreateSeuratObject(methods::as(x * 1, "CsparseMatrix")))
  same(nmf(so, 3, assay = "RNA", layer = "counts"), methods::as(x * 1, "CsparseMatrix"), "Seurat")
})

test_that("ExpressionSet: a fit takes the place of one with more components", {
  quiet_library("Biobase")
  x <- adapter_data()
  es <- Biobase::ExpressionSet(x)
  Biobase::pData(es)$NMF9 <- 1
  out <- add_nmf(add_nmf(es, nmf(es, 4)), nmf(es, 2))
  expect_identical(names(Biobase::pData(out)), c("NMF9", "NMF1", "NMF2"))
  expect_identical(names(Biobase::fData(out)), c("NMF1", "NMF2"))
  both <- add_nmf(out, nmf(es, 2), "other")
  expect_identical(names(Biobase::fData(both)), c("NMF1", "NMF2", "other1", "other2"))
})

test_that("delayed assays are taken into memory, or refused with a way out", {
  quiet_library("SummarizedExperiment")
  quiet_library("DelayedArray")
  x <- adapter_data()
  for (y in list(x, storages$sparse(x))) {
    dimnames(y) <- dimnames(x)
    se <- SummarizedExperiment::SummarizedExperiment(list(counts = DelayedArray::DelayedArray(y)))
    fit <- nmf(se, 3)
    expect_equal(fit$W, nmf(y, 3)$W)
    expect_identical(is.matrix(nmf_data(se)$x), is.matrix(y))
    expect_equal(predict(fit, nmf_matrix(se)), fit$H, tolerance = 1e-3)
  }
  # One that is too large for memory goes through a store, which is gone when nobody needs it.
  place <- withr::local_tempdir()
  withr::local_options(nonneg.memory = 4 * 8 * length(x) - 1, nonneg.store_place = place)
  large <- DelayedArray::DelayedArray(x)
  expect_message(data <- nmf_data(large), "written to a store", class = "nonneg_message_store")
  expect_s3_class(data$x, "nmf_store")
  expect_length(list.files(place), 1)
  expect_identical(data$class, "DelayedMatrix")
  suppressMessages(expect_equal(nmf(large, 3)$W, nmf(x, 3)$W, tolerance = 1e-6))
  withr::with_options(list(nonneg.memory = 100), {
    suppressMessages(sparse <- nmf_data(DelayedArray::DelayedArray(storages$sparse(x)))$x)
    expect_true(sparse$sparse)
  })
  rm(data, sparse)
  gc()
  gc()
  expect_length(list.files(place), 0)
  withr::local_options(nonneg.store_place = "none")
  expect_snapshot(fault(nmf(large, 3)))
})

test_that("a fit of a Seurat object keeps to the assay that was the default", {
  skip_if_not_installed("SeuratObject")
  set.seed(1)
  counts <- matrix(rpois(120, 4) + 0, 12, dimnames = list(paste0("g", 1:12), paste0("s", 1:10)))
  sparse <- methods::as(Matrix::Matrix(counts, sparse = TRUE), "CsparseMatrix")
  x <- suppressWarnings(SeuratObject::CreateSeuratObject(sparse))
  x[["other"]] <- SeuratObject::CreateAssayObject(2 * sparse)
  fit <- nmf(x, 2, layer = "counts")
  expect_identical(fit$data$assay, "RNA")
  SeuratObject::DefaultAssay(x) <- "other"
  expect_equal(predict(fit, x), predict(fit, counts))
})
