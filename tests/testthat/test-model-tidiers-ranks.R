skip_if_not_installed("clue")
skip_if_not_installed("cluster")

survey <- small_survey(ranks = 2:3, nrun = 2, times = 4)

test_that("tidy() of a survey, its consensus and its best rank has their numbers", {
  df <- tidy(survey)
  expect_named(df, c("rank", "measure", "from", "value", "std.error"))
  s <- survey$stability
  at <- df$measure == "agreement" & df$from == "resamples"
  expect_identical(df$value[at], s$agreement[s$from == "resamples"])
  expect_identical(df$std.error[at], s$agreement_se[s$from == "resamples"])
  expect_identical(df$value[df$measure == "explained"], survey$measures$explained)

  C <- consensus(survey, 3)
  df <- tidy(C)
  expect_identical(nrow(df), 18L)
  expect_identical(as.integer(df$class), unname(C$class))
  expect_identical(df$silhouette, unname(C$silhouette))
  expect_identical(df$component, unname(component_class(survey$fits[["3"]]$W, survey$fits[["3"]]$H)))
  expect_false("component" %in% names(tidy(consensus(matrix(c(1, 1, 2), 3, 2), rank = 2))))
  expect_equal(as.data.frame(tidy(best_rank(survey))), best_rank(survey)$evidence)
})

test_that("tidy() and summary() of a bootstrap, by hand", {
  boot <- withr::with_seed(1, nmf_bootstrap(survey$fits[["3"]], grouped_data(), times = 4, verbose = FALSE))
  df <- tidy(boot, "H")
  expect_identical(df$conf.low, as.vector(t(boot$H$lower)))
  expect_named(tidy(boot), c("feature", "component", "estimate", "conf.low", "conf.high"))
  s <- summary(boot)$components
  expect_identical(s$stability, boot$components$stability)
  expect_equal(s$lost, colMeans(boot$similarity < 0.8), ignore_attr = TRUE)
  k <- 2
  w <- boot$W$estimate[, k]
  expect_equal(s$width_W[k], stats::median(((boot$W$upper - boot$W$lower)[, k] / w)[w > 0]))
  expect_identical(s$sure_H[k], sum(boot$H$lower[k, ] > 0))
  expect_output(print(summary(boot)), "lowest tenth")
  expect_error(summary(boot, digits = 2), class = "nonneg_error_input")
})

test_that("tidy() of a cross-validation and of a tree", {
  cv <- withr::with_seed(1, cross_validate(grouped_data(), 1:2, folds = 2, max_iter = 20, verbose = FALSE))
  expect_identical(tidy(cv)$error, cv$errors$error)
  tree <- nmf_tree(austen$x[1:300, ], leaves = 3)
  df <- tidy(tree, n = 2)
  expect_identical(sum(df$leaf), 3L)
  expect_identical(df$size, tree$nodes$size)
  expect_identical(lengths(strsplit(df$features, ", ")), rep(2L, 5))
  expect_error(tidy(tree, n = 0), "`n` must be a whole number", class = "nonneg_error_input")
})
