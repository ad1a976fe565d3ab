# A source of blocks that R delivers is a storage like the others, for every function.

block_data <- function() {
  x <- round(8 * grouped_data())
  x[x < 3] <- 0
  x
}

blocks_of <- function(x, sparse = FALSE) {
  y <- if (sparse) storages$sparse(x) else x
  nmf_blocks(function(first, last) y[, first:last, drop = FALSE], dim(x), dimnames(x), sparse)
}

test_that("blocks give what the matrix gives, in every function and under every loss", {
  x <- block_data()
  start <- random_start(nrow(x), ncol(x), 3)
  for (sparse in c(FALSE, TRUE)) {
    b <- blocks_of(x, sparse)
    y <- if (sparse) methods::as(x, "CsparseMatrix") else x
    same <- function(f, label, ...) {
      expect_equal(withr::with_seed(1, f(b, ...)), withr::with_seed(1, f(y, ...)), tolerance = 1e-8, label = paste(label, sparse))
    }
    w <- outer(1:24, 1:18, function(i, j) (i + j) %% 3)
    factors <- function(x, ...) unclass(nmf(x, 3, init = start, max_iter = 30, verbose = FALSE, ...))[c("W", "H", "objective", "certificate")]
    same(factors, "frobenius")
    same(factors, "kl", loss = "kl")
    same(factors, "beta", loss = 1.5)
    same(factors, "weights", weights = w)
    same(factors, "rows", weights = list(rows = 1:24))
    same(factors, "missing zeros", missing = "zeros")
    same(function(x) nmf(x, 3, verbose = FALSE)$objective, "start")
    same(function(x) nmf(x, 2, nrun = 3, max_iter = 10, verbose = FALSE)$runs$objective, "restarts")
    for (loss in c("frobenius", "kl")) {
      fit <- nmf(x, 3, loss, init = start, max_iter = 30)
      for (type in c("H", "class", "reconstruction", "proportion", "divergence")) {
        same(function(x) predict(fit, x, type), paste("predict", loss, type))
      }
      same(function(x) predict(fit, x, weights = w), paste("predict weighted", loss))
      same(function(x) divergence(x, fit, loss), paste("divergence", loss))
      same(function(x) divergence(x, fit, loss, weights = w), paste("divergence weighted", loss))
    }
    same(function(x) residuals(fit, x), "residuals")
    same(function(x) residuals(fit, x, at = cbind(1:5, 18:14)), "residuals at")
    same(function(x) as.matrix(impute(fit, x)), "impute")
    same(function(x) augment(fit, x), "augment")
    same(function(x) as.matrix(tf_idf(x)), "tf_idf")
    same(function(x) as.matrix(documents(x, in_rows = FALSE)), "documents")
    same(function(x) coherence(fit, x), "coherence")
    same(function(x) as_topics(fit, x)$loglik, "topics")
    same(function(x) nnls(fit$W, x), "nnls")
    same(function(x) cut(nmf_tree(x, 3, verbose = FALSE)), "tree")
    same(function(x) {
      grDevices::pdf(NULL)
      on.exit(grDevices::dev.off())
      metagene_map(fit, x)
    }, "metagene_map")
    skip_if_not_installed("clue")
    skip_if_not_installed("cluster")
    same(function(x) result_of(nmf_survey(x, 2, nrun = 2, times = 2, max_iter = 20, verbose = FALSE)), "survey")
    same(function(x) cross_validate(x, 1:2, folds = 2, max_iter = 20, verbose = FALSE)$errors, "cross-validation")
    same(function(x) nmf_bootstrap(fit, x, times = 2, verbose = FALSE)$W, "bootstrap")
    same(function(x) unclass(consensus_nmf(x, 2, nrun = 4, max_iter = 20, density_threshold = 2, verbose = FALSE))[c("W", "H")], "consensus")
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
