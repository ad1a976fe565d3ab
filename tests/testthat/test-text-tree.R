# Two groups of two topics each: the first division must part the groups.
nested_corpus <- function() {
  withr::with_seed(3, {
    one <- function(k) {
      p <- rep(0.01, 60)
      p[(k - 1) * 10 + 1:10] <- 1
      p[40 + (if (k <= 2) 1:10 else 11:20)] <- 1.5
      as.double(stats::rmultinom(1, 80, p))
    }
    class <- rep(1:4, c(30, 25, 20, 35))
    x <- vapply(class, one, numeric(60))
    dimnames(x) <- list(paste0("t", 1:60), paste0("d", seq_along(class)))
    list(x = x, class = class)
  })
}

# Topics whose words are as unequal as those of a language: k / rank.
unequal_corpus <- function(topics, words = 100, shared = 50, each = 30, length = 100) {
  withr::with_seed(1, {
    class <- rep(seq_len(topics), each = each)
    x <- vapply(class, function(k) {
      p <- rep(5e-4, topics * words + shared)
      p[(k - 1) * words + seq_len(words)] <- 1 / seq_len(words)
      p[topics * words + seq_len(shared)] <- 0.5 / seq_len(shared)
      as.double(stats::rmultinom(1, length, p))
    }, numeric(topics * words + shared))
    list(x = x, class = class)
  })
}
# by = "terms" on few features warns; that is tested by itself.
short <- function(code) {
  withCallingHandlers(code, nonneg_warning_tree = function(w) invokeRestart("muffleWarning"))
}

test_that("planted clusters are found, in the order of their likeness", {
  corpus <- nested_corpus()
  tree <- nmf_tree(corpus$x, 4)
  expect_s3_class(tree, "nmf_tree")
  leaves <- cut(tree)
  counts <- table(leaves, corpus$class)
  expect_identical(unname(rowSums(counts > 0)), rep(1, 4))
  expect_identical(unname(colSums(counts > 0)), rep(1, 4))
  expect_identical(names(leaves), colnames(corpus$x))
  for (by in c("loss", "terms")) {
    halves <- table(cut(short(nmf_tree(corpus$x, 4, by = by)), 2), corpus$class <= 2)
    expect_identical(sort(as.vector(halves)), c(0L, 0L, 55L, 55L), label = by)
  }
})

test_that("many planted topics are found in a sparse corpus, whatever the threads", {
  corpus <- planted_corpus(8, 30)
  x <- tf_idf(corpus$x)
  tree <- nmf_tree(x, 8, threads = 1)
  expect_gte(mean(apply(table(cut(tree), corpus$class), 1, max) / 30), 0.95)
  again <- nmf_tree(x, 8, threads = 2)
  same <- c("nodes", "W", "member")
  expect_identical(again[same], tree[same])
  dense <- nmf_tree(as.matrix(x), 8)
  expect_identical(dense$member, tree$member)
  withr::with_seed(5, first <- nmf_tree(x, 8))
  expect_identical(first[same], tree[same])
})

test_that("both scores find planted topics in a long vocabulary; a short one is warned of", {
  corpus <- unequal_corpus(4)
  x <- tf_idf(corpus$x)
  for (by in c("loss", "terms")) {
    expect_no_warning(tree <- nmf_tree(x, 4, by = by))
    counts <- table(cut(tree), corpus$class)
    expect_identical(sort(as.vector(counts)), rep(c(0L, 30L), c(12, 4)), label = by)
  }
  expect_snapshot(tree <- warned(nmf_tree(x, 5, by = "terms"), "nonneg_warning_tree"))
  expect_no_warning(nmf_tree(x, 5))
})

test_that("the nodes fit together", {
  corpus <- planted_corpus(6, 20)
  tree <- nmf_tree(tf_idf(corpus$x), 6)
  n <- tree$nodes
  expect_identical(nrow(n), 11L)
  expect_identical(n$size[1], 120L)
  for (k in which(!is.na(n$split))) {
    expect_identical(n$size[k], n$size[n$left[k]] + n$size[n$right[k]] + n$dropped[k])
    expect_identical(n$parent[c(n$left[k], n$right[k])], c(k, k))
  }
  expect_identical(sort(n$split), 1:5)
  expect_equal(unname(colSums(tree$W)), rep(1, 11))
  # A cut into k is what k - 1 divisions made: coarser cuts contain finer ones.
  for (k in 2:6) {
    expect_identical(nlevels(cut(tree, k)), k)
    fine <- table(cut(tree, k), cut(tree, k - 1))
    expect_true(all(rowSums(fine > 0) == 1))
  }
  expect_identical(nlevels(cut(tree, 1)), 1L)
  expect_identical(predict(tree), cut(tree))
})

test_that("the leaf that is divided is the one with the highest score", {
  corpus <- planted_corpus(6, 20)
  for (by in c("loss", "terms")) {
    n <- short(nmf_tree(tf_idf(corpus$x), 6, by = by))$nodes
    for (s in 1:5) {
      # Leaves at that time: made before, not yet divided.
      made <- ifelse(is.na(n$parent), 0, n$split[n$parent])
      open <- made < s & (is.na(n$split) | n$split >= s)
      expect_identical(which.max(ifelse(open, n$score, NA)), which(n$split %in% s), label = paste(by, s))
    }
  }
})

test_that("the scores are as documented", {
  # Rank 1 less rank 2, by singular values.
  x <- random_data(12, 9)
  fit <- nmf(x, 2, solver = "bpp", init = "nndsvd")
  expect_equal(nmf_tree(x, 2)$nodes$score[1], sum(svd(x)$d[-1]^2) - 2 * fit$loss, tolerance = 1e-4)

  # Five features by hand: ranks in the node 1 to 5.
  profile <- c(5, 4, 3, 2, 1)
  W <- cbind(c(5, 1, 4, 2, 3), c(1, 5, 2, 4, 3))
  q1 <- c(1, 5, 2, 4, 3)
  q2 <- c(5, 1, 4, 2, 3)
  discount <- log(5 - pmax(q1, q2) + 1)
  discount[discount == 0] <- log(2)
  gain <- log(5 - 1:5 + 1) / discount
  at <- c(1, log2(2:5))
  dcg <- function(order) sum(gain[order] / at)
  best <- dcg(order(-gain))
  expect_equal(term_score(profile, W), dcg(order(q1)) / best * dcg(order(q2)) / best)
})

test_that("new observations go down the tree", {
  corpus <- planted_corpus(5, 30)
  train <- rep(c(TRUE, TRUE, FALSE), 50)
  w <- tf_idf(corpus$x[, train])
  tree <- nmf_tree(w, 5)
  new <- weight_like(corpus$x[, !train], w)
  found <- predict(tree, new)
  expect_identical(levels(found), levels(cut(tree)))
  expect_identical(names(found), colnames(corpus$x)[!train])
  truth <- corpus$class[!train]
  home <- apply(table(cut(tree), corpus$class[train]), 1, which.max)
  expect_gte(mean(home[as.character(found)] == truth), 0.95)
  # The tree's own documents, and cuts.
  expect_gte(mean(predict(tree, w) == cut(tree)), 0.95)
  expect_identical(nlevels(predict(tree, new, k = 3)), 3L)
  # Unseen terms and empty documents.
  odd <- documents(cbind(
    rbind(as.matrix(new$x)[, 1, drop = FALSE], unseen = 3), lost = c(numeric(nrow(new)), 1)
  ), in_rows = FALSE)
  expect_warning(
    expect_warning(out <- predict(tree, odd), "lost", class = "nonneg_warning_terms"),
    "as it is", class = "nonneg_warning_weighting"
  )
  # Counts get the weights of the tree.
  expect_message(counted <- predict(tree, corpus$x[, !train]), class = "nonneg_message_weighting")
  expect_identical(counted, found)
  expect_identical(out[[1]], found[[1]])
  expect_true(is.na(out[[2]]))
})

test_that("empty documents, identical ones and too many leaves are no trouble", {
  corpus <- nested_corpus()
  x <- cbind(corpus$x, none = 0)
  tree <- nmf_tree(x, 4)
  expect_true(is.na(cut(tree)[["none"]]))
  expect_identical(tree$nodes$size[1], 110L)
  same <- matrix(1, 5, 6)
  expect_message(tree <- nmf_tree(same, 3), "1 leaf instead of 3", class = "nonneg_message_leaves")
  expect_identical(nrow(tree$nodes), 1L)
  expect_identical(nlevels(cut(tree)), 1L)
  expect_output(print(tree), "1 leaf")
  # Nodes of less than four columns stay whole.
  expect_message(few <- nmf_tree(corpus$x[, 1:10], 10), "leaves instead of 10", class = "nonneg_message_leaves")
  expect_true(all(few$nodes$size[!is.na(few$nodes$split)] >= 4))
  expect_true(all(is.na(few$nodes$score[few$nodes$size < 4])))
  expect_no_message(nmf_tree(x, 4))
  expect_identical(nrow(suppressMessages(nmf_tree(0 * same, 2))$nodes), 1L)
})

test_that("outliers are set aside, and counted", {
  corpus <- planted_corpus(3, 25)
  # Two documents like nothing else.
  odd <- cbind(odd1 = c(numeric(nrow(corpus$x)), 300, 0), odd2 = c(numeric(nrow(corpus$x)), 0, 300))
  x <- cbind(rbind(as.matrix(corpus$x), u1 = 0, u2 = 0), odd)
  tree <- short(nmf_tree(x, 3, by = "terms"))
  n <- tree$nodes
  expect_identical(sum(is.na(cut(tree))), sum(n$dropped))
  for (k in which(!is.na(n$split))) {
    expect_identical(n$size[k], n$size[n$left[k]] + n$size[n$right[k]] + n$dropped[k])
  }
  expect_identical(sum(short(nmf_tree(x, 3, by = "terms", trials = 0))$nodes$dropped), 0L)
})

test_that("a tree prints and plots", {
  corpus <- nested_corpus()
  tree <- nmf_tree(corpus$x, 4)
  tree$seconds <- 0.1
  expect_snapshot(tree)
  expect_identical(top_features(tree, 1)$feature[1], rownames(corpus$x)[which.max(rowSums(corpus$x))])
  skip_if_not_installed("vdiffr")
  vdiffr::expect_doppelganger("tree", function() plot(tree, n = 3, groups = letters[corpus$class], main = "Tree"))
  vdiffr::expect_doppelganger("tree cut at 2", function() plot(tree, k = 2))
})

test_that("wrong arguments are refused", {
  x <- random_data(6, 8)
  tree <- nmf_tree(x, 2)
  expect_snapshot({
    fault(nmf_tree(x))
    fault(nmf_tree(x, 1))
    fault(nmf_tree(x, 9))
    fault(nmf_tree(x, 2, by = "size"))
    fault(nmf_tree(x, 2, unbalanced = 0.6))
    fault(nmf_tree(x, 2, trials = -1))
    fault(nmf_tree(-x, 2))
    fault(nmf_tree(replace(x, 2, NA), 2))
    fault(predict(tree, replace(x, 2, NA)))
    fault(cut(tree, 3))
    fault(cut(tree, 2, 3))
    fault(predict(tree, x[1:3, ]))
    fault(plot(tree, groups = 1:3))
  })
})

test_that("arguments of other trees are told what they are called here", {
  expect_error(nmf_tree(example_data(), k = 3), "`k` is called `leaves` here", class = "nonneg_error_input")
})
