# A survey with given measures: agreement per resample in rows, ranks in columns.
made_survey <- function(agreement, ranks = seq_len(ncol(agreement)) + 1L, cophenetic = agreement[1, ]) {
  runs <- data.frame(
    rank = rep(ranks, each = nrow(agreement)), from = "resamples", run = rep(
      seq_len(nrow(agreement)), length(ranks)
    ),
    agreement = as.vector(agreement), similarity = as.vector(agreement), error = NA_character_
  )
  stability <- data.frame(
    rank = ranks, from = "resamples", agreement = colMeans(agreement),
    agreement_se = apply(agreement, 2, standard_error), similarity = colMeans(agreement),
    similarity_se = apply(agreement, 2, standard_error), cophenetic = cophenetic, dispersion = cophenetic,
    silhouette = cophenetic, pac = 1 - cophenetic
  )
  structure(list(ranks = ranks, runs = runs, stability = stability), class = "nmf_survey")
}

test_that("the largest rank within one standard error, resample by resample", {
  # Rank 3 is below rank 2 by 0, 0.01, 0.02: mean 0.01, standard error 0.0058. Not near.
  far <- rbind(c(0.90, 0.90, 0.5, 0.4), c(0.95, 0.94, 0.5, 0.4), c(0.92, 0.90, 0.5, 0.4))
  expect_identical(best_rank(made_survey(far))$rank, 2L)
  # By -0.02, 0.02, 0.02: mean 0.0067, standard error 0.0133. Near.
  near <- rbind(c(0.90, 0.92, 0.5, 0.4), c(0.95, 0.93, 0.5, 0.4), c(0.92, 0.90, 0.5, 0.4))
  best <- best_rank(made_survey(near))
  expect_identical(best$rank, 3L)
  expect_equal(best$evidence$shortfall[2], 0.02 / 3)
  expect_equal(best$evidence$shortfall_se[2], sd(c(-0.02, 0.02, 0.02)) / sqrt(3))
  expect_identical(best$evidence$chosen, c(FALSE, TRUE, FALSE, FALSE))
})

test_that("the largest rank tried is no answer", {
  flat <- matrix(1, 3, 3)
  best <- best_rank(made_survey(flat))
  expect_identical(best$rank, NA_integer_)
  expect_match(best$reason, "the largest rank tried")
  expect_identical(best_rank(made_survey(flat[, 1, drop = FALSE]))$rank, NA_integer_)
})

test_that("the last rank before the largest fall", {
  s <- made_survey(matrix(1, 2, 4), cophenetic = c(0.99, 0.98, 0.90, 0.89))
  for (by in c("cophenetic", "dispersion", "silhouette", "pac")) expect_identical(
    best_rank(s, by)$rank, 3L, label = by
  )
  rising <- made_survey(matrix(1, 2, 3), cophenetic = c(0.8, 0.9, 1))
  expect_identical(best_rank(rising, "cophenetic")$rank, NA_integer_)
  expect_match(best_rank(rising, "cophenetic")$reason, "never")
})

test_that("three groups are three", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  s <- small_survey(ranks = 2:5, nrun = 3, times = 10)
  expect_identical(best_rank(s)$rank, 3L)
})

test_that("printed, and bad input is named", {
  s <- made_survey(rbind(c(0.9, 0.8, 0.7), c(0.9, 0.82, 0.7)))
  expect_snapshot(print(best_rank(s)))
  expect_snapshot(print(best_rank(s, "pac")))
  expect_snapshot(fault(best_rank(s, "rss")))
  expect_snapshot(fault(best_rank(s, from = "restarts")))
})

test_that("rounding error is no fall", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  s <- made_survey(matrix(1, 2, 4), cophenetic = c(1, 1 - 2^-53, 1, 1))
  for (by in c("cophenetic", "dispersion", "silhouette", "pac")) {
    best <- best_rank(s, by)
    expect_identical(best$rank, NA_integer_, label = by)
    expect_match(best$reason, "never")
  }
  # Consensus matrices of 0 and 1 alone have a cophenetic correlation of 1, not nearly.
  for (seed in 1:20) {
    class <- withr::with_seed(seed, sample(4, 38, TRUE))
    expect_identical(consensus(cbind(class, class), rank = 4)$measures[["cophenetic"]], 1)
  }
})

test_that("an answer that is to be doubted says so", {
  clear <- made_survey(rbind(c(0.9, 0.95, 0.5), c(0.9, 0.94, 0.5)))
  expect_identical(best_rank(clear)$rank, 3L)
  expect_identical(best_rank(clear)$notes, character())
  weak <- best_rank(made_survey(rbind(c(0.2, 0.3, 0.1), c(0.2, 0.31, 0.1))))
  expect_identical(weak$rank, 3L)
  expect_length(weak$notes, 1)
  expect_match(weak$notes, "agreement 0.3.: there may be no")
  first <- best_rank(made_survey(rbind(c(0.9, 0.5, 0.1), c(0.9, 0.5, 0.1))), "cophenetic")
  expect_match(first$notes, "smallest rank tried")
  # No answer, nothing to doubt.
  expect_identical(best_rank(made_survey(matrix(0.1, 3, 3)))$notes, character())
})

test_that("data without structure is not given a rank without a word", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  noise <- withr::with_seed(4, matrix(stats::rpois(100 * 30, 5), 100))
  best <- best_rank(small_survey(noise, ranks = 2:4, loss = "kl", nrun = 2, times = 8))
  expect_true(is.na(best$rank) || length(best$notes) > 0)
  cv <- withr::with_seed(1, cross_validate(noise, 2:4, loss = "kl", method = "thinning", verbose = FALSE))
  expect_match(best_rank(cv)$notes, "smallest rank tried")
  cv <- withr::with_seed(1, cross_validate(noise, 1:3, loss = "kl", method = "thinning", verbose = FALSE))
  expect_identical(best_rank(cv)$rank, 1L)
  expect_identical(best_rank(cv)$notes, character())
})

test_that("no evidence is no answer, told in words", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  one <- small_survey(ranks = 1, nrun = 2, times = 3)
  for (by in c("agreement", "similarity", "cophenetic", "dispersion", "silhouette", "pac")) {
    expect_no_warning(best <- best_rank(one, by))
    expect_identical(best$rank, NA_integer_)
    expect_match(best$reason, "rank 1 alone was tried")
  }
  expect_output(print(best), "none singled out")
  none <- made_survey(matrix(NaN, 3, 3))
  for (by in c("agreement", "pac")) {
    expect_no_warning(best <- best_rank(none, by))
    expect_identical(best$rank, NA_integer_)
    expect_match(best$reason, "no rank above 1 has a finite value")
  }
  cv <- withr::with_seed(1, cross_validate(grouped_data(), 1:2, folds = 2, max_iter = 5, verbose = FALSE))
  cv$runs$error <- cv$errors$error <- Inf
  expect_no_warning(best <- best_rank(cv))
  expect_identical(best$reason, "no rank has a finite error")
})

test_that("rank 1 cannot be compared, which is not the smallest rank tried", {
  falling <- rbind(c(0.9, 0.9, 0.5, 0.1), c(0.9, 0.9, 0.5, 0.1))
  best <- best_rank(made_survey(falling, ranks = 1:4))
  expect_identical(best$rank, 2L)
  expect_match(best$notes, "nothing about rank 1")
  expect_no_match(best$notes, "smallest rank tried")
})

test_that("all rules are side by side, each as if asked alone", {
  s <- made_survey(rbind(c(0.9, 0.95, 0.5), c(0.9, 0.94, 0.5)), cophenetic = c(0.99, 0.6, 0.5))
  best <- best_rank(s)
  expect_identical(best$by, "agreement")
  for (by in best$rules$by) {
    expect_identical(best$rules$rank[best$rules$by == by], best_rank(s, by)$rank)
    expect_identical(best$rules$reason[best$rules$by == by], best_rank(s, by)$reason)
  }
  expect_identical(best$rules$rank, c(3L, 3L, 2L, 2L, 2L, 2L))
  expect_output(print(best), "agreement 3, similarity 3, cophenetic 2")
})
