# A source of blocks that R delivers is a storage like the others, for every function.

blocks_of <- function(x, sparse = FALSE) {
  y <- if (sparse) storages$sparse(x) else x
  nmf_blocks(function(first, last) y[, first:last, drop = FALSE], dim(x), dimnames(x), sparse)
}

test_that("blocks give what the matrix gives, in every function and under every loss", {
  x <- block_data()
  for (sparse in c(FALSE, TRUE)) {
    y <- if (sparse) methods::as(x, "CsparseMatrix") else x
    expect_same_everywhere(blocks_of(x, sparse), y, paste("blocks", sparse))
  }
})

test_that("missing entries of blocks, and blocks in any units, are read into memory", {
  x <- block_data()
  holes <- x
  holes[cbind(1:10, 1:10)] <- NA
  start <- random_start(nrow(x), ncol(x), 3)
  expect_equal(nmf(blocks_of(holes), 3, init = start)$W, nmf(holes, 3, init = start)$W)
  for (unit in c(1e-200, 1e200)) {
    expect_equal(nmf(blocks_of(x * unit), 3, init = start)$objective, nmf(x * unit, 3, init = start)$objective)
  }
  fit <- nmf(blocks_of(x), 3)
  expect_identical(fit$data$class, "nmf_blocks")
  expect_equal(fit$data[c("nnz", "sum", "sumsq")], nmf(x, 3)$data[c("nnz", "sum", "sumsq")])
})

test_that("a fit to blocks asks for each once per iteration, in order, and holds one", {
  x <- random_data(4000, 300)
  asked <- list()
  b <- nmf_blocks(function(first, last) {
    asked[[length(asked) + 1]] <<- c(first, last)
    x[, first:last]
  }, dim(x))
  nmf(b, 2, init = random_start(4000, 300, 2), max_iter = 5, tol = 0)
  first <- vapply(asked, `[`, 0, 1)
  passes <- sum(first == 1)
  # The scan, five iterations, and the certificate at the end.
  expect_lte(passes, 8)
  # Blocks follow each other, from the first.
  expect_true(all(diff(first) > 0 | first[-1] == 1))
})

test_that("faults of blocks are told with their place", {
  x <- block_data()
  bad <- x
  bad[3, 17] <- -1
  broken <- function(f, ...) nmf_blocks(f, dim(x), dimnames(x), ...)
  fit <- example_fit()
  expect_snapshot({
    blocks_of(x)
    fault(nmf(blocks_of(bad), 2))
    fault(nmf_blocks(x, dim(x)))
    fault(nmf_blocks(function(first) x, dim(x)))
    fault(nmf_blocks(function(first, last) x, 3))
    fault(nmf_blocks(function(first, last) x, dim(x), list("a", NULL)))
    fault(nmf_blocks(function(first, last) x, c(2, 0)))
    fault(nmf(broken(function(first, last) x[, 1, drop = FALSE]), 2))
    fault(nmf(broken(function(first, last) "a"), 2))
    fault(nmf(broken(function(first, last) x[, first:last], sparse = TRUE), 2))
  })
  # Errors of the function itself pass.
  expect_error(nmf(broken(function(first, last) stop("no disk")), 2), "no disk")
  withr::local_options(nonneg.memory = 100)
  expect_snapshot(fault(nmf(blocks_of(x), 2, "kl")))
})

test_that("large blocks say what is read into memory", {
  b <- blocks_of(block_data(), TRUE)
  expect_message(x <- hold_storage(b, 1e7, "a test"), "120 MB", class = "nonneg_message_memory")
  expect_identical(x, methods::as(block_data(), "CsparseMatrix"))
  expect_no_message(hold_storage(b, 100, "a test"))
  expect_identical(size_text(c(12, 1.26e9)[2]), "1.3 GB")
})
