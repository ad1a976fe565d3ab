skip_if_not_installed("clue")

test_that("the measures are as by hand", {
  cluster <- c(1, 1, 1, 2, 2, 2, 3, 3)
  class <- c("x", "x", "y", "y", "y", "x", "z", "y")
  out <- agreement(cluster, class)
  t <- table(cluster, class)
  pairs <- function(v) sum(v * (v - 1) / 2)
  chance <- pairs(rowSums(t)) * pairs(colSums(t)) / pairs(8)
  expect_equal(out$ari, (pairs(t) - chance) / ((pairs(rowSums(t)) + pairs(colSums(t))) / 2 - chance))
  p <- t / 8
  entropy <- function(p) -sum(p[p > 0] * log(p[p > 0]))
  mutual <- entropy(rowSums(p)) + entropy(colSums(p)) - entropy(p)
  expect_equal(out$nmi, mutual / sqrt(entropy(rowSums(p)) * entropy(colSums(p))))
  expect_equal(out$purity, (2 + 2 + 1) / 8)
  expect_equal(out$accuracy, (2 + 2 + 1) / 8)
  expect_identical(attr(out, "matching"), c(`1` = "x", `2` = "y", `3` = "z"))
})

test_that("accuracy gives each class to one cluster only, purity does not", {
  # Both large clusters are mostly x; one of them must be y.
  cluster <- rep(1:2, c(10, 8))
  class <- rep(c("x", "y", "x", "y"), c(9, 1, 5, 3))
  out <- agreement(cluster, class)
  expect_equal(out$purity, 14 / 18)
  expect_equal(out$accuracy, 12 / 18)
  # More clusters than classes, and fewer.
  out <- agreement(c(1, 2, 3, 3), c("x", "x", "y", "y"))
  expect_equal(out$accuracy, 3 / 4)
  expect_equal(sum(is.na(attr(out, "matching"))), 1)
  expect_equal(agreement(c(1, 1, 1, 1), c("x", "x", "x", "y"))$accuracy, 3 / 4)
})

test_that("names of clusters and the order do not matter; the same grouping is 1", {
  class <- rep(letters[1:4], c(3, 5, 2, 6))
  out <- agreement(match(class, c("d", "b", "a", "c")), class)
  expect_equal(unlist(out, use.names = FALSE), rep(1, 4))
  turned <- withr::with_seed(1, sample(16))
  expect_equal(agreement(class[turned], class[turned]), agreement(class, class))
  expect_equal(agreement(rep(1, 5), rep("x", 5))$ari, 1)
})

test_that("NA clusters are wrong, NA classes are left out", {
  expect_equal(agreement(c(1, 1, NA, 2), c("x", "x", "y", "y"))$accuracy, 3 / 4)
  expect_equal(agreement(c(1, 1, NA, 2), c("x", "x", "y", "y"))$purity, 3 / 4)
  expect_equal(
    agreement(c(1, 1, 2, 2), c("x", "x", "y", NA)), agreement(c(1, 1, 2), c("x", "x", "y"))
  )
  expect_equal(agreement(c(NA, NA), c("x", "x"))$accuracy, 0)
})

test_that("a fit is grouped by assign_clusters(), a tree by its leaves", {
  fit <- example_fit()
  groups <- example_groups()
  expect_identical(agreement(fit, groups), agreement(assign_clusters(fit), groups))
  corpus <- planted_corpus(3, 12)
  tree <- nmf_tree(corpus$x, 3)
  expect_identical(agreement(tree, corpus$class), agreement(cut(tree), corpus$class))
})

test_that("wrong groupings are refused", {
  expect_snapshot({
    fault(agreement(1:3, 1:4))
    fault(agreement(list(1), 1))
    fault(agreement(1:2, c(NA, NA)))
    fault(agreement(1:2, NULL))
  })
})

test_that("elements are matched by their names where both have them", {
  skip_if_not_installed("clue")
  class <- c(d1 = "x", d2 = "x", d3 = "y", d4 = "y")
  cluster <- factor(c(d4 = 2, d2 = 1, d1 = 1, d3 = 2))
  expect_identical(agreement(cluster, class)$ari, 1)
  expect_lt(agreement(unname(cluster), class)$ari, 1)
  expect_lt(agreement(cluster, unname(class))$ari, 1)
  fit <- nmf(austen$x, 3)
  shuffled <- withr::with_seed(1, sample(austen$class))
  expect_identical(agreement(fit, shuffled), agreement(fit, austen$class))
  same <- stats::setNames(c(1, 1, 2), c("a", "a", "b"))
  expect_identical(agreement(same, same)$ari, 1)
  expect_snapshot({
    fault(agreement(cluster, stats::setNames(class, c("d1", "d2", "d3", "e"))))
    fault(agreement(same, same[c(1, 3, 2)]))
  })
})
