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
  for (by in feature_rules) {
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

test_that("lift is the weight over the share in the whole fit", {
  f <- example_factors()
  U <- sweep(f$W, 2, colSums(f$W), "/")
  share <- colSums(f$W) * rowSums(f$H)
  share <- share / sum(share)
  lift <- U / as.vector(U %*% share)
  top <- top_features(example_fit(), 12, by = "lift")
  i <- match(top$feature, rownames(f$W))
  expect_equal(top$score, lift[cbind(i, as.integer(top$component))])
  # Genes 1 and 5 are in one component only, up to a little.
  expect_equal(max(top$score[top$component == "NMF3"]), unname(lift["gene8", 3]))
  expect_equal(unname(lift["gene8", 3]), unname(1 / share[3]))
})

test_that("FREX is the harmonic mean of the ranks of frequency and exclusivity", {
  W <- cbind(c(4, 3, 2, 1, 0), c(3, 0, 1, 2, 4))
  # Component 1: frequency 4 3 2 1 of 10; exclusivity .57, 1, .67, .33: ranks 2 4 3 1 of 4.
  expected <- 2 / (1 / (c(4, 3, 2, 1) / 4) + 1 / (c(2, 4, 3, 1) / 4))
  fit <- fit_with(W, matrix(1, 2, 4))
  top <- top_features(fit, 5, by = "frex")
  one <- top[top$component == "NMF1", ]
  expect_equal(one$score[order(one$feature)], expected)
  expect_identical(one$feature[1], "2")
  other <- top_features(normalize(fit, "H", "l2"), 5, by = "frex")
  expect_equal(other$score, top$score)
})

test_that("top terms are the features, side by side", {
  fit <- example_fit()
  top <- top_features(fit, 5, "lift")
  terms <- top_terms(fit, 5, "lift")
  expect_identical(dimnames(terms), list(NULL, colnames(fit$W)))
  for (k in colnames(fit$W)) expect_identical(terms[, k], top$feature[top$component == k])
  f <- example_factors()
  f$W[, 2] <- 0
  expect_identical(unname(top_terms(fit_with(f$W, f$H), 3)[, 2]), rep(NA_character_, 3))
  expect_identical(dim(top_terms(fit_with(0 * f$W, f$H))), c(0L, 3L))
})

test_that("the Kim-Park score is one minus a relative entropy", {
  W <- example_factors()$W
  U <- sweep(W, 2, colSums(W), "/")
  score <- function(u) {
    p <- u[u > 0] / sum(u)
    if (sum(u) > 0) 1 + sum(p * log2(p)) / log2(3) else 0
  }
  expected <- apply(U, 1, score)
  top <- top_features(example_fit(), 12, by = "kim-park")
  i <- match(top$feature, rownames(W))
  expect_equal(top$score, unname(expected[i]))
  expected <- unname(expected)
  # Each feature once, in its class.
  expect_identical(sort(i), which(expected > 0))
  expect_identical(as.integer(top$component), unname(apply(U, 1, which.max)[i]))
  # A feature that all have alike has the score 0, in spite of rounding.
  even <- fit_with(cbind(c(0.1, 0.2, 0.7), c(0.3, 0.6, 2.1), c(0.7, 1.4, 4.9)), matrix(1, 3, 4))
  expect_identical(nrow(top_features(even, by = "kim-park")), 0L)
  one <- top_features(example_fit()[1], 12, by = "kim-park")
  expect_identical(unique(one$score), 1)
})

test_that("n = \"auto\" is the rule of Kim and Park, as package NMF has it where W has no zeros", {
  skip_if_not_installed("NMF")
  W <- 1 + random_data(200, 4)
  strong <- 1:40
  W[cbind(strong, rep(1:4, 10))] <- W[cbind(strong, rep(1:4, 10))] * (20 + strong)
  W <- sweep(W, 2, colSums(W), "/")
  fit <- fit_with(W, matrix(1, 4, 5))
  suppressPackageStartupMessages(suppressWarnings(library(NMF)))
  withr::defer(detach("package:NMF"))
  theirs <- NMF::extractFeatures(W, method = "kim")
  ours <- top_features(fit, "auto", "kim-park")
  expect_gt(nrow(ours), 10)
  for (k in 1:4) {
    expect_identical(as.integer(ours$feature[as.integer(ours$component) == k]), unname(theirs[[k]]), label = k)
  }
  scores <- feature_scores(fit)
  expect_equal(scores$kim_park[1:200], unname(NMF::featureScore(W, "kim")))
  # Another order, the same features.
  expect_setequal(top_features(fit, "auto", "weight")$feature, ours$feature)
})

test_that("the table has every score of every feature", {
  fit <- example_fit()
  W <- fit$W
  table <- feature_scores(fit)
  expect_named(table, c(
    "component", "feature", "weight", "share", "specificity", "lift", "frex", "kim_park", "class", "selected"
  ))
  expect_identical(table$weight, as.vector(W))
  expect_identical(table$feature, rep(rownames(W), 3))
  for (by in setdiff(feature_rules, "kim-park")) {
    top <- top_features(fit, 12, by)
    at <- match(paste(top$component, top$feature), paste(table$component, table$feature))
    expect_identical(table[[if (by == "weight") "share" else by]][at], top$score, label = by)
  }
  class <- table[table$class, ]
  expect_identical(sort(class$feature), sort(setdiff(rownames(W), "gene12")))
  U <- sweep(W, 2, colSums(W), "/")
  expect_identical(as.integer(class$component), unname(apply(U[class$feature, ], 1, which.max)))
  auto <- top_features(fit, "auto")
  expect_setequal(paste(auto$component, auto$feature), with(table[table$selected, ], paste(component, feature)))
  expect_true(all(table$class[table$selected]))
  expect_identical(dim(top_terms(fit, "auto"))[1], max(table(auto$component)))
})

test_that("wrong arguments are refused", {
  fit <- example_fit()
  expect_snapshot({
    fault(top_features(fit, 0))
    fault(top_features(fit, "all"))
    fault(top_features(fit, by = "size"))
    fault(top_features(fit, 3, "weight", 1, "W"))
    fault(top_terms(fit$W))
    fault(feature_scores())
    fault(feature_scores(fit, 3))
  })
})

test_that("components that are asked for are those of the whole list, in that order", {
  fit <- nmf(example_data(), 3)
  for (by in feature_rules) {
    all <- top_features(fit, 4, by)
    some <- top_features(fit, 4, by, components = c("NMF3", "NMF1"))
    expect_identical(levels(some$component), c("NMF3", "NMF1"))
    for (k in c("NMF3", "NMF1")) {
      own <- function(t) `rownames<-`(t[t$component == k, -1], NULL)
      expect_identical(own(some), own(all), label = paste(by, k))
    }
    one <- top_terms(fit, 4, by, components = 2)
    expect_identical(one, top_terms(fit, 4, by)[seq_len(nrow(one)), 2, drop = FALSE])
  }
  expect_identical(top_features(fit, component = 2), top_features(fit, components = "NMF2"))
  expect_error(top_features(fit, components = 4), "from 1 to 3", class = "nonneg_error_input")
})
