test_that("by weight, features come in the order of their weight", {
  top <- top_features(example_fit(), 3)
  expect_named(top, c("component", "rank", "feature", "weight", "score"))
  expect_identical(top$component, factor(rep(c("NMF1", "NMF2", "NMF3"), each = 3)))
  expect_identical(top$rank, rep(1:3, 3))
  expect_identical(top$feature[1:3], c("gene1", "gene2", "gene3"))
  expect_identical(top$weight[1:3], c(9, 7, 5))
  expect_equal(top$score[1:3], c(9, 7, 5) / 30)
})

test_that("by specificity, the score is a divergence from the strongest rival", {
  W <- example_factors()$W
  U <- sweep(W, 2, colSums(W), "/")
  # Poisson means a and m: a log(a / m) - a + m.
  score <- function(i, k) {
    a <- U[i, k]
    m <- (a + max(U[i, -k])) / 2
    if (a > max(U[i, -k])) a * log(a / m) - a + m else 0
  }
  top <- top_features(example_fit(), 12, by = "specificity")
  for (k in 1:3) {
    expected <- vapply(1:12, score, 0, k = k)
    t <- top[as.integer(top$component) == k, ]
    i <- match(t$feature, rownames(W))
    expect_identical(sort(i), which(expected > 0))
    expect_equal(t$score, expected[i])
    expect_false(is.unsorted(rev(t$score)))
  }
})

test_that("a feature that is strong everywhere is not specific", {
  W <- cbind(c(10, 1, 0), c(10, 0, 1))
  fit <- fit_with(W, matrix(1, 2, 4))
  expect_identical(top_features(fit, 1)$feature, c("1", "1"))
  expect_identical(top_features(fit, 3, "specificity")$feature, c("2", "3"))
})

test_that("the scale between W and H changes weights but not scores", {
  fit <- example_fit()
  other <- normalize(fit, "H", "l2")
  for (by in c("weight", "specificity")) {
    columns <- c("component", "rank", "feature", "score")
    expect_equal(top_features(other, 5, by)[columns], top_features(fit, 5, by)[columns])
  }
})

test_that("features of weight zero are left out", {
  top <- top_features(example_fit(), 100)
  expect_true(all(top$weight > 0))
  expect_identical(nrow(top), sum(example_factors()$W > 0))

  f <- example_factors()
  f$W[, 2] <- 0
  top <- top_features(fit_with(f$W, f$H), 2)
  expect_identical(as.character(top$component), c("NMF1", "NMF1", "NMF3", "NMF3"))
  expect_identical(nlevels(top$component), 3L)
  expect_identical(nrow(top_features(fit_with(f$W * 0, f$H))), 0L)
})

test_that("equal scores are in the order of the data", {
  fit <- fit_with(cbind(c(1, 2, 1, 2)), matrix(1, 1, 3))
  expect_identical(top_features(fit)$feature, c("2", "4", "1", "3"))
})

test_that("with one component both scores give one order", {
  fit <- example_fit()[1]
  expect_identical(
    top_features(fit, by = "specificity")$feature, top_features(fit)$feature
  )
})

test_that("wrong arguments are refused", {
  fit <- example_fit()
  expect_snapshot({
    fault(top_features(fit, 0))
    fault(top_features(fit, by = "size"))
    fault(top_features(fit, 3, "weight", "W"))
  })
})
