test_that("tf-idf is as by hand", {
  x <- small_counts()
  with_term <- c(sea = 1, ship = 2, tree = 1, wind = 2)
  idf <- log(3 / with_term)
  expect_equal(as.matrix(tf_idf(x, unit = FALSE)), log1p(x) * idf)
  expect_equal(as.matrix(tf_idf(x, "count", unit = FALSE)), x * idf)
  expect_equal(as.matrix(tf_idf(x, "binary", unit = FALSE)), (x > 0) * idf)
  expect_equal(as.matrix(tf_idf(x, "count", "smooth", unit = FALSE)), x * (log(4 / (1 + with_term)) + 1))
  expect_equal(as.matrix(tf_idf(x, "count", "none", unit = FALSE)), x)
  unit <- as.matrix(tf_idf(x))
  expect_equal(sqrt(colSums(unit^2)), c(a = 1, empty = 0, b = 1))
  raw <- as.matrix(tf_idf(x, unit = FALSE))
  expect_equal(unit[, "b"], raw[, "b"] / sqrt(sum(raw[, "b"]^2)))
})

test_that("smooth tf-idf of counts is scikit-learn's", {
  # TfidfTransformer().fit_transform() of these counts, documents in rows.
  expected <- rbind(
    a = c(0.88072, 0.33491, 0, 0.33491), empty = 0, b = c(0, 0.87598, 0.38393, 0.29199)
  )
  expect_equal(t(as.matrix(tf_idf(small_counts(), "count", "smooth"))), expected, tolerance = 2e-5, ignore_attr = TRUE)
})

test_that("weights keep the matrix sparse, and a term of all documents has none", {
  x <- cbind(a = c(every = 1, one = 2), b = c(1, 0))
  w <- tf_idf(x, unit = FALSE)
  expect_s4_class(w$x, "dgCMatrix")
  expect_identical(length(w$x@x), 1L)
  expect_equal(as.matrix(w)["one", "a"], log1p(2) * log(2))
  # No term at all: a corpus of one document.
  expect_identical(sum(tf_idf(x[, 1, drop = FALSE])$x), 0)
})

test_that("the normalised cut divides by the root of the similarity to all documents", {
  x <- as.matrix(tf_idf(austen$x[1:200, 1:20]))
  d <- rowSums(crossprod(x))
  expect_equal(as.matrix(ncut_weight(x)), sweep(x, 2, sqrt(d), "/"))
  expect_equal(as.matrix(ncut_weight(tf_idf(austen$x[1:200, 1:20]))), sweep(x, 2, sqrt(d), "/"))
})

test_that("learnt weights apply to new documents", {
  x <- austen$x
  train <- 1:150
  for (weigh in list(tf_idf, function(x) ncut_weight(tf_idf(x)), function(x) tf_idf(x, "count", "smooth"))) {
    w <- weigh(x[, train])
    expect_equal(weight_like(x[, train], w)$x, w$x)
    expect_identical(weight_like(x[, train], w)$weighting, w$weighting)
  }
  w <- tf_idf(x[, train])
  idf <- log(150 / Matrix::rowSums(x[, train] > 0))
  idf[!is.finite(idf)] <- 0
  by_hand <- log1p(as.matrix(x[, 200:205])) * idf
  by_hand <- sweep(by_hand, 2, sqrt(colSums(by_hand^2)), "/")
  expect_equal(as.matrix(weight_like(x[, 200:205], w)), by_hand)
  # The similarity of a new document is that to the old ones.
  n <- ncut_weight(w)
  s <- rowSums(as.matrix(w))
  expect_equal(as.matrix(weight_like(x[, 200:205], n)), sweep(by_hand, 2, sqrt(colSums(by_hand * s)), "/"))
})

test_that("weights match terms by name and tell what is unseen", {
  x <- small_counts()
  w <- tf_idf(x)
  new <- rbind(cloud = c(n1 = 1, n2 = 4), x[c("wind", "sea"), c("a", "empty")])
  expect_snapshot(out <- warned(weight_like(new, w), "nonneg_warning_terms"))
  expect_identical(dimnames(out), list(rownames(x), c("n1", "n2")))
  expect_equal(unname(as.matrix(out)[, "n2"]), numeric(4))
  expect_warning(weight_like(x, w), "\"empty\"", class = "nonneg_warning_terms")
  expect_snapshot({
    fault(weight_like(x, x))
    fault(weight_like(x, documents(x, in_rows = FALSE)))
    fault(weight_like(w, w))
    fault(tf_idf(x, "double"))
    fault(tf_idf(x, unit = 1))
    fault(tf_idf(-x))
    fault(tf_idf(replace(x, 2, NA)))
    fault(ncut_weight(replace(x, 2, NA)))
    fault(weight_like(replace(x, 2, NA), w))
    fault(ncut_weight("x"))
  })
})

test_that("weights change nothing of what they were given", {
  x <- austen$x
  before <- x@x + 0
  ncut_weight(tf_idf(x))
  expect_identical(x@x, before)
})

test_that("held-out documents are classified from weights of the others", {
  x <- austen$x
  test <- seq(1, 269, by = 5)
  w <- tf_idf(x[, -test])
  fit <- nmf(w, 6)
  names <- apply(table(assign_clusters(fit), austen$class[-test]), 1, function(n) names(n)[which.max(n)])
  found <- names[as.character(assign_clusters(fit, weight_like(x[, test], w)))]
  expect_gte(mean(found == austen$class[test]), 0.95)
})
