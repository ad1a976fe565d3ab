skip_if_not_installed("clue")
skip_if_not_installed("cluster")

# The definition, fit by fit: `fits` a list of list(W, rows), W in the order of the components of `best`.
naive_features <- function(fits, best, n, by) {
  l <- nrow(best)
  places <- function(W, by, rows = seq_len(l)) {
    top <- top_features(fit_with(W, matrix(1, ncol(W), 3)), n, by)
    data.frame(component = as.integer(top$component), feature = rows[as.integer(top$feature)], place = top$rank)
  }
  rows <- list()
  own <- places(best, by)
  for (k in seq_len(ncol(best))) {
    for (i in seq_len(l)) {
      there <- Filter(function(f) i %in% f$rows, fits)
      place <- unlist(lapply(there, function(f) {
        p <- places(f$W, by, f$rows)
        p$place[p$component == k & p$feature == i]
      }))
      if (!length(place)) next
      class <- vapply(there, function(f) {
        u <- sweep(f$W, 2, colSums(f$W), "/")[match(i, f$rows), ]
        sum(u) > 0 && which.max(u) == k
      }, NA)
      at <- own$place[own$component == k & own$feature == i]
      rows[[length(rows) + 1]] <- data.frame(
        k = k, feature = as.character(i), frequency = length(place) / length(there), place = mean(place),
        best = if (length(at)) at else NA, class_frequency = mean(class)
      )
    }
  }
  rows <- do.call(rbind, rows)
  rows[order(rows$k, -rows$frequency, rows$place), ]
}

test_that("frequencies, places and classes are those of the lists of every fit", {
  withr::local_seed(1)
  l <- 14
  best <- random_data(l, 3, zeros = 0.4)
  fits <- lapply(1:6, function(k) {
    rows <- sort(sample(l, 11))
    W <- best[rows, ] * exp(rnorm(33, sd = 0.5))
    W[2, ] <- 0
    list(W = W, rows = rows)
  })
  swap <- list(1:3, 3:1, c(2, 3, 1), c(3, 1, 2), 1:3, 1:3)
  kept <- lapply(1:6, function(k) {
    list(features = features_kept(fits[[k]]$W[, swap[[k]]], fits[[k]]$rows, l), match = order(swap[[k]]))
  })
  reference <- fit_with(best, matrix(1, 3, 5))
  counts <- count_features(kept, reference)
  for (by in c("weight", "specificity")) {
    for (n in c(2, 4)) {
      found <- stable_features(reference, counts, n, by, 0)
      expected <- naive_features(fits, best, n, by)
      at <- paste(as.integer(found$component), found$feature)
      expected <- expected[match(at, paste(expected$k, expected$feature)), ]
      expect_identical(nrow(expected), nrow(found))
      for (column in c("frequency", "place", "class_frequency")) expect_equal(found[[column]], expected[[column]])
      expect_identical(found$best, as.integer(expected$best))
      order <- order(found$component, -found$frequency, found$place)
      expect_false(is.unsorted(order))
      strict <- stable_features(reference, counts, n, by, 0.5)
      expect_equal(strict$feature, found$feature[found$frequency >= 0.5])
    }
  }
})

test_that("the rows that lead each column are those with the highest scores, of equal ones the first", {
  withr::local_seed(2)
  # More rows than are kept, rows and columns of zeros, equal numbers, rows that two columns share.
  W <- cbind(random_data(130, 3, zeros = 0.3), 0)
  W[7, ] <- 0
  W[20:29, ] <- W[rep(30, 10), ]
  W[10:11, 2] <- W[10:11, 2] * 1e-300
  shared <- rbind(c(1, 1), c(1, 0), c(0, 1))
  for (A in list(W, W[1:6, ], W[, 1, drop = FALSE], W[, 4, drop = FALSE], W * 1e-290, shared)) {
    leading <- leading_features(A)
    U <- shares_of(A)
    expect_identical(leading$class, ifelse(rowSums(U) > 0, max.col(U, "first"), ncol(A) + 1L))
    for (by in c("weight", "specificity")) {
      score <- feature_score(A, by)
      expected <- vapply(seq_len(ncol(A)), function(k) {
        i <- order(-score[, k])
        i[score[i, k] > 0][seq_len(min(50, nrow(A)))]
      }, integer(min(50, nrow(A))))
      expect_identical(leading[[by]], expected, label = by)
    }
  }
  expect_identical(leading_features(shared)$specificity, cbind(c(2L, NA, NA), c(3L, NA, NA)))
})

test_that("a survey of clear groups finds their features in every fit", {
  for (kind in c("columns", "rows", "none")) {
    survey <- small_survey(ranks = 2:3, nrun = 2, times = 4, resample = kind)
    stable <- consensus_features(survey, 3, n = 3, min_frequency = 0)
    expect_identical(levels(stable$component), colnames(survey$fits[["3"]]$W))
    expect_true(all(stable$class_frequency == 1))
    group <- (as.integer(sub("g", "", stable$feature)) - 1) %/% 8
    expect_true(all(colSums(table(group, stable$component) > 0) == 1))
    expect_gte(nrow(stable), 9)
    # In every list of three there are three.
    if (kind != "rows") expect_equal(c(tapply(stable$frequency, stable$component, sum)), rep(3, 3), ignore_attr = TRUE)
  }
  # The best restart is one of the restarts.
  survey <- small_survey(ranks = 3, nrun = 1, times = 2)
  stable <- consensus_features(survey, n = 4, from = "restarts")
  top <- top_features(survey$fits[["3"]], 4)
  expect_identical(stable$best, rep(1:4, 3))
  expect_identical(stable$place, rep(c(1, 2, 3, 4), 3))
  expect_identical(stable$feature, top$feature)
})

test_that("an interrupted survey has the features of the fits that are there, and goes on to the same", {
  whole <- small_survey(ranks = 3, nrun = 2, times = 4)
  task <- NULL
  withr::with_seed(1, {
    local_replaced("run_survey", function(task, verbose) task)
    task <- nmf_survey(grouped_data(), ranks = 3, nrun = 2, times = 4, verbose = FALSE)
  })
  task <- run_survey_jobs(task, "restarts", FALSE, function(...) NULL)
  task$stopped <- TRUE
  part <- survey_of(task)
  expect_null(part$features[["3"]]$resamples)
  expect_identical(part$features[["3"]]$restarts, whole$features[["3"]]$restarts)
  expect_identical(consensus_features(part), consensus_features(whole, from = "restarts"))
})

test_that("wrong arguments are refused", {
  survey <- small_survey(ranks = 2:3, nrun = 1, times = 2)
  expect_snapshot({
    fault(consensus_features(survey))
    fault(consensus_features(survey$fits[[1]]))
    fault(consensus_features(survey, 4))
    fault(consensus_features(survey, 3, n = 51))
    fault(consensus_features(survey, 3, by = "lift"))
    fault(consensus_features(survey, 3, min_frequency = 2))
    fault(consensus_features(survey, 3, from = "fits"))
  })
})
