# Data given again to a fit: its weights, its rule of what is missing, its assay.

ratings <- function() {
  withr::with_seed(4, {
    R <- matrix(stats::rgamma(30 * 2, 1), 30) %*% matrix(stats::rgamma(2 * 20, 1), 2) + 0.1
    R[stats::runif(600) < 0.7] <- 0
    dimnames(R) <- list(paste0("u", 1:30), paste0("i", 1:20))
    Matrix::Matrix(R, sparse = TRUE)
  })
}

test_that("missing = \"zeros\" is a weight of 0 for zeros, in any storage, and every function obeys it", {
  R <- ratings()
  seen <- (as.matrix(R) > 0) + 0
  start <- random_start(30, 20, 2)
  fit <- nmf(R, 2, init = start, missing = "zeros", max_iter = 200)
  weighted <- nmf(R, 2, init = start, weights = seen, max_iter = 200)
  expect_equal(fit$W, weighted$W)
  expect_identical(fit$data$observed, sum(seen))
  stored <- R
  stored[1, which(R[1, ] == 0)[1]] <- 1
  stored@x[stored@x == 1] <- 0  # a zero that is stored is a zero
  kinds <- list(dense = as.matrix(R), `stored zero` = stored, blocks = nmf_blocks(function(i, j) R[, i:j, drop = FALSE], dim(R), dimnames(R), TRUE))
  for (kind in names(kinds)) expect_equal(nmf(kinds[[kind]], 2, init = start, missing = "zeros", max_iter = 200)$W, fit$W, label = kind)

  holes <- replace(as.matrix(R), seen == 0, NA)
  expect_equal(predict(fit, R), predict(weighted, R, weights = seen))
  expect_equal(cor(c(predict(fit, R)), c(fit$H)), 1, tolerance = 1e-3)
  WH <- fit$W %*% fit$H
  expect_equal(residuals(fit, R), holes - WH)
  expect_equal(residuals(fit, R, at = cbind(1:5, 1:5)), (holes - WH)[cbind(1:5, 1:5)])
  expect_equal(impute(fit, R), ifelse(is.na(holes), WH, holes))
  expect_equal(augment(fit, R)$.rss, unname(colSums((holes - WH)^2, na.rm = TRUE)))
  expect_equal(sum(predict(fit, R, "divergence")), divergence(R, list(W = fit$W, H = predict(fit, R)), weights = seen))
  expect_equal(divergence(R, fit), fit$loss)
  expect_equal(divergence(R, fit, missing = "NA"), sum((as.matrix(R) - WH)^2) / 2)
  expect_snapshot(fault(nmf(R, 2, missing = "zero")))
})

test_that("a fit says that it does not hold the weights of its entries", {
  R <- ratings()
  seen <- (as.matrix(R) > 0) + 0
  fit <- nmf(R, 2, init = random_start(30, 20, 2), weights = seen, max_iter = 100)
  expect_snapshot({
    out <- warned(predict(fit, R), "nonneg_warning_weights")
    out <- warned(residuals(fit, R), "nonneg_warning_weights")
    out <- warned(impute(fit, R), "nonneg_warning_weights")
    out <- warned(augment(fit, R), "nonneg_warning_weights")
  })
  holes <- replace(as.matrix(R), seen == 0, NA)
  WH <- fit$W %*% fit$H
  expect_no_warning({
    expect_equal(residuals(fit, R, weights = seen), holes - WH)
    expect_equal(impute(fit, R, weights = seen), ifelse(is.na(holes), WH, holes))
    expect_equal(augment(fit, R, weights = seen)$.rss, unname(colSums((holes - WH)^2, na.rm = TRUE)))
  })
  # Weights of rows and columns are held; 3 times the weight is 3 times the squares.
  x <- example_data()
  w <- list(rows = rep(c(1, 3), 6), columns = rep(c(2, 1), 5))
  fit <- nmf(x, 2, weights = w)
  for (y in list(x, storages$sparse(x))) {
    rss <- expect_no_warning(augment(fit, y)$.rss)
    expect_equal(rss, unname(colSums(outer(w$rows, w$columns) * (x - fit$W %*% fit$H)^2)))
    expect_equal(sum(rss), 2 * fit$loss)
  }
})

test_that("nothing known is NA, with a warning", {
  x <- example_data()
  x[3, ] <- NA
  x[, 7] <- NA
  x[1, 2] <- NA
  fit <- suppressWarnings(nmf(x, 2))
  for (y in list(x, methods::as(x, "CsparseMatrix"))) {
    expect_warning(
      expect_warning(full <- as.matrix(impute(fit, y)), "1 row .*row 3", class = "nonneg_warning_unobserved"),
      "column 7 \\(\"s7\"\\)", class = "nonneg_warning_unobserved"
    )
    expect_true(all(is.na(full[3, ])) && all(is.na(full[, 7])))
    expect_identical(which(is.na(full)), which(row(x) == 3 | col(x) == 7))
  }
  expect_warning(H <- predict(fit, x), "column 7", class = "nonneg_warning_unobserved")
  expect_identical(unname(which(is.na(H[1, ]))), 7L)
  expect_true(is.na(suppressWarnings(predict(fit, x, "class"))[[7]]))
  expect_true(all(is.na(suppressWarnings(predict(fit, x, "reconstruction"))[, 7])))
})

test_that("new data may share some features with the fit only", {
  x <- example_data()
  fit <- nmf(x, 2, alpha_H = 0.01, alpha_W = 0.01)
  few <- rbind(x[c(9, 2, 5, 1, 7), ], other = 1)
  holes <- x
  holes[-c(9, 2, 5, 1, 7), ] <- NA
  expect_equal(predict(fit, few, features = "shared"), predict(fit, holes))
  expect_equal(predict(fit, few, "reconstruction", features = "shared"), fit$W %*% predict(fit, holes))
  expect_identical(predict(fit, x, features = "shared"), predict(fit, x))
  expect_snapshot({
    fault(predict(fit, few))
    fault(predict(fit, t(x), features = "shared"))
    fault(predict(fit, t(x)))
    fault(predict(fit, x, features = "some"))
  })
})

test_that("a fit of weighted terms weighs counts like its own data, or says that it does not", {
  corpus <- planted_corpus(2, 10)
  weighted <- tf_idf(corpus$x)
  fit <- nmf(weighted, 2)
  new <- corpus$x[, 3:12]
  expect_message(H <- predict(fit, new), class = "nonneg_message_weighting")
  expect_identical(H, expect_no_message(predict(fit, weight_like(new, weighted))))
  expect_identical(suppressMessages(predict(fit, as.matrix(new))), H)
  expect_snapshot({
    out <- warned(predict(fit, as.matrix(new) / 2), "nonneg_warning_weighting")
    out <- warned(predict(fit, tf_idf(new)), "nonneg_warning_weighting")
  })
  # Fits of counts have none.
  expect_no_message(predict(nmf(corpus$x, 2), new))
})

test_that("fits made or changed by hand are refused with what is wrong", {
  x <- example_data()
  fit <- example_fit()
  forged <- structure(list(W = fit$W, H = fit$H), class = "nmf")
  broken <- fit
  broken$W[1, 1] <- NaN
  unknown <- fit
  unknown$settings <- list(rank = 3L)
  for (call in list(
    quote(predict(object, x)), quote(fitted(object)), quote(impute(object, x)), quote(residuals(object, x)),
    quote(augment(object, x)), quote(metagene_map(object, x))
  )) {
    for (object in list(forged, broken)) expect_error(eval(call), class = "nonneg_error_input", label = deparse1(call))
  }
  expect_snapshot({
    fault(predict(forged, x))
    fault(predict(broken, x))
    fault(predict(unknown, x))
  })
  # A fit of an earlier version does not know of weights.
  old <- nmf(x, 2)
  old$data[c("weights", "zeros_missing", "assay", "layer", "weighting")] <- NULL
  expect_equal(predict(old, x), predict(nmf(x, 2), x))
})

test_that("every function takes an assay, which the fit remembers", {
  skip_if_not_installed("SummarizedExperiment")
  suppressPackageStartupMessages(loadNamespace("SummarizedExperiment"))
  x <- round(grouped_data())
  se <- SummarizedExperiment::SummarizedExperiment(list(counts = x, log = log1p(x)))
  y <- log1p(x)
  fit <- nmf(se, 3, assay = "log")
  expect_identical(fit$data$assay, "log")
  plain <- nmf(y, 3)
  expect_identical(predict(fit, se), predict(plain, y))
  expect_identical(predict(fit, se, assay = "counts"), predict(plain, x))
  expect_identical(residuals(fit, se), residuals(plain, y))
  expect_identical(impute(fit, se), y)
  expect_identical(augment(fit, se)$.rss, augment(plain, y)$.rss)
  expect_identical(divergence(se, fit), divergence(y, plain))
  expect_identical(divergence(se, fit, assay = "counts"), divergence(x, plain))
  expect_identical(coherence(fit, se), coherence(plain, y))
  expect_identical(as.matrix(tf_idf(se, assay = 1)), as.matrix(tf_idf(x)))
  expect_identical(nnls(fit$W, se, assay = "log"), nnls(plain$W, y))
  tree <- nmf_tree(se, 2, assay = "counts", verbose = FALSE)
  expect_identical(cut(tree), cut(nmf_tree(x, 2, verbose = FALSE)))
  expect_identical(predict(tree, se), predict(nmf_tree(x, 2, verbose = FALSE), x))
  expect_snapshot({
    fault(predict(fit, se, assay = "tpm"))
    fault(nmf(y, 3, assay = "log"))
    fault(nmf(se, 3))
    fault(nmf(se, 3, layer = "data", assay = "log"))
  })
})

test_that("an object of a class of one's own is one method of nmf_matrix()", {
  registerS3method("nmf_matrix", "toy", function(x, assay = "first", ...) x[[assay]], envir = asNamespace("nonneg"))
  x <- example_data()
  toy <- structure(list(first = x, second = 2 * x), class = "toy")
  fit <- nmf(toy, 2, assay = "second")
  expect_identical(fit$data$class, "toy")
  expect_identical(fit$H, nmf(2 * x, 2)$H)
  expect_identical(predict(fit, toy), predict(fit, 2 * x))
  expect_identical(predict(fit, toy, assay = "first"), predict(fit, x))
  expect_identical(residuals(fit, toy), residuals(fit, 2 * x))
})

test_that("counts get the weights of terms of the fit in every function", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  set.seed(1)
  x <- matrix(rpois(120, 2) + 0, 12, dimnames = list(paste0("t", 1:12), paste0("d", 1:10)))
  weighted <- tf_idf(documents(x, in_rows = FALSE))
  fit <- nmf(weighted, 2)
  turned <- x[12:1, ]
  same <- function(f) {
    expect_message(counted <- f(turned), class = "nonneg_message_weighting")
    expect_equal(counted, f(weighted), tolerance = 1e-12)
  }
  same(function(x) unname(sort(residuals(fit, x))))
  same(function(x) augment(fit, x)$.rss)
  same(function(x) divergence(x, fit))
  same(function(x) withr::with_seed(1, nmf_bootstrap(fit, x, times = 2, verbose = FALSE)$similarity))
})

test_that("what a fit with weights of entries forgets is told by divergence(), too; nothing known is no error of 0", {
  x <- example_data()
  w <- matrix(1, nrow(x), ncol(x))
  w[, 2] <- 0
  expect_warning(fit <- nmf(x, 2, weights = w), class = "nonneg_warning_unobserved")
  expect_warning(divergence(x, fit), class = "nonneg_warning_weights")
  expect_no_warning(expect_equal(divergence(x, fit, weights = w), fit$loss))
  expect_identical(which(is.na(augment(fit, x, weights = w)$.rss)), 2L)
})

test_that("a forged fit is told as such by every function of fits", {
  fit <- nmf(example_data(), 2)
  x <- example_data()
  calls <- list(
    print, summary, plot, function(f) plot(f, "H"), tidy, glance, augment, normalize, top_features, as_topics,
    component_shares, assign_clusters, function(f) f[1], function(f) cbind(fit, f), function(f) nmf(x, 2, init = f),
    function(f) divergence(x, f), function(f) coherence(f, x)
  )
  without <- nan <- fit
  without$W <- NULL
  nan$W[1] <- NaN
  for (forged in list(without, nan, structure(1, class = "nmf"), structure(list(), class = "nmf"))) {
    for (f in calls) expect_error(f(forged), class = "nonneg_error_input")
  }
  short <- fit
  short$settings$row_weights <- 1
  expect_error(predict(short, x), "row_weights", class = "nonneg_error_input")
})
