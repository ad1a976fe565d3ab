test_that("sets of entries share nothing and leave nothing out", {
  for (dim in list(c(11L, 7L), c(150L, 80L), c(2L, 2L))) {
    drawn <- with_stream(3, draw_holdout(dim, 2))
    sets <- lapply(1:2, function(set) out_columns(holdout_of(drawn, set), seq_len(dim[2])))
    expect_identical(sets[[1]], !sets[[2]])
    for (set in 1:2) {
      out <- holdout_of(drawn, set)
      expect_identical(count_out(out), as.double(sum(sets[[set]])))
      cells <- seq_len(prod(dim))
      expect_identical(is_out(out, row_of_cell(cells, dim[1]), column_of_cell(cells, dim[1])), c(sets[[set]]))
    }
  }
})

test_that("every entry is as likely to be out, and few rows or columns are out as a whole", {
  dim <- c(200L, 150L)
  times <- 0
  for (seed in 1:40) {
    out <- out_columns(holdout_of(with_stream(seed, draw_holdout(dim, 5)), 1), 1:150)
    times <- times + out
    # Of a row a fifth is out, give or take what 64 classes let vary.
    expect_lt(max(abs(rowMeans(out) - 0.2)), 0.25)
    expect_lt(max(abs(colMeans(out) - 0.2)), 0.25)
  }
  # Binomial, and no entry stands out.
  expect_equal(mean(times) / 40, 0.2, tolerance = 0.02)
  expect_lt(max(times), 40 * 0.2 + 5.5 * sqrt(40 * 0.16))
  expect_equal(stats::var(c(times)), 40 * 0.16, tolerance = 0.1)
})

test_that("a part of the entries is that part", {
  out <- holdout_of(with_stream(1, draw_holdout(c(20L, 15L), 0.2)))
  expect_identical(count_out(out), 60)
  out <- holdout_of(with_stream(1, draw_holdout(c(2000L, 1500L), 0.2)))
  expect_equal(count_out(out) / 3e6, 0.2, tolerance = 0.02)
})

test_that("gaps are where entries are out, and nothing else changes", {
  x <- random_data(150, 80, zeros = 0.3)
  dimnames(x) <- list(paste0("r", 1:150), NULL)
  x[3, 4] <- NA
  before <- x + 0
  out <- holdout_of(with_stream(3, draw_holdout(dim(x), 3)), 2)
  gaps <- cpp_with_gaps(x, out)
  expect_identical(gaps, replace(x, out_columns(out, 1:80), NA))
  expect_false(any(is.nan(gaps)))
  expect_identical(x, before)
})

# What is left of the data, as a dense matrix.
left_as_dense <- function(part) {
  x <- observed_columns(part, seq_len(part$dim[2]))
  if (!is.null(part$mask)) x[out_columns(part$mask, seq_len(part$dim[2]))] <- NA
  unname(x)
}

test_that("what is left is the rest of the data, whatever its storage, and nothing else is touched", {
  x <- random_data(30, 22, zeros = 0.6)
  gaps <- replace(x, c(5, 77), NA)
  sparse <- storages$sparse(x)
  sparse_gaps <- sparse
  sparse_gaps@x[c(2, 9)] <- NA
  weights <- withr::with_seed(1, Matrix::Matrix(matrix(stats::rbinom(660, 1, 0.3) * stats::rexp(660), 30), sparse = TRUE))
  cases <- list(
    nmf_data(x), nmf_data(sparse), nmf_data(gaps), nmf_data(sparse_gaps), nmf_data(x, weights = list(rows = 30:1)),
    nmf_data(sparse, weights = weights), nmf_data(x, weights = as.matrix(weights) + 1), nmf_data(sparse, missing = "zeros")
  )
  out <- holdout_of(with_stream(1, draw_holdout(dim(x), 3)), 2)
  gone <- out_columns(out, 1:22)
  for (data in cases) {
    before <- left_as_dense(data)
    for (loss in list(frobenius(), kullback_leibler(), beta_divergence(0.5))) {
      part <- left_out(data, out, loss)
      expect_identical(left_as_dense(part), replace(before, gone, NA))
      expect_identical(part$observed, as.double(sum(!is.na(before) & !gone)))
      expect_identical(part$scan$nnz, sum(before[!gone] > 0, na.rm = TRUE) + 0)
      expect_identical(part[c("row_weights", "weights")], data[c("row_weights", "weights")])
      expect_equal(count_observed(part), list(rowSums(!is.na(before) & !gone), colSums(!is.na(before) & !gone)))
      expect_identical(is.null(part$mask), !takes_mask(data, loss))
    }
    expect_identical(left_as_dense(data), before)
  }
})

test_that("a fit to what is left is that to missing entries", {
  x <- planted_counts(3, 1, l = 70, n = 66)
  out <- holdout_of(with_stream(1, draw_holdout(dim(x), 4)), 1)
  gaps <- replace(x, out_columns(out, 1:66), NA)
  start <- random_start(70, 66, 3)
  for (loss in list(frobenius(), kullback_leibler())) {
    fit <- function(data) nmf(data, 3, loss = loss, init = start, solver = "cd", max_iter = 60, tol = 0)
    plain <- fit(gaps)
    for (data in list(x, storages$sparse(x))) {
      masked <- fit(left_out(nmf_data(data), out, loss))
      expect_equal(masked$objective, plain$objective, tolerance = 1e-8)
      expect_close(fitted(masked), fitted(plain), 1e-5)
    }
  }
})
