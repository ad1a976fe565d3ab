test_that("tidy has one row per entry", {
  fit <- example_fit()
  w <- tidy(fit, "W")
  expect_named(w, c("feature", "component", "value"))
  expect_identical(w$value[w$feature == "gene9"], unname(fit$W["gene9", ]))
  expect_identical(levels(w$component), c("NMF1", "NMF2", "NMF3"))
  expect_identical(nrow(w), 36L)

  h <- tidy(fit, "H")
  expect_named(h, c("observation", "component", "value"))
  expect_identical(h$value[h$component == "NMF2"], unname(fit$H["NMF2", ]))
  expect_identical(nrow(h), 30L)
  expect_identical(tidy(fit), w)
})

test_that("data without names are numbered", {
  fit <- example_fit(named = FALSE)
  expect_identical(unique(tidy(fit, "W")$feature), as.character(1:12))
  expect_identical(augment(fit)$.observation, as.character(1:10))
})

test_that("glance is one row of the fit's numbers", {
  fit <- example_fit(alpha_W = 0.1)
  g <- glance(fit)
  expect_identical(nrow(g), 1L)
  expect_identical(c(g$nrow, g$ncol, g$rank), dim(fit))
  expect_identical(g$objective, fit$objective)
  expect_identical(g$explained, summary(fit)$explained)
  expect_identical(g$kkt, fit$certificate$kkt)
  expect_identical(g$iterations, 6L)
  expect_identical(g$reason, "tol")
  expect_identical(nrow(glance(fit[1])), 1L)
})

test_that("augment has one row per observation", {
  fit <- example_fit()
  a <- augment(fit)
  expect_named(a, c(".observation", ".class", "NMF1", "NMF2", "NMF3"))
  expect_identical(a$.observation, colnames(fit$H))
  expect_identical(a$NMF3, unname(fit$H[3, ]))
  expect_identical(
    as.character(a$.class),
    c(rep("NMF1", 4), rep("NMF2", 3), rep("NMF3", 2), NA)
  )
})

test_that("the class of an observation does not depend on the scale", {
  f <- example_factors()
  d <- c(1, 9, 1)
  other <- fit_with(f$W %*% diag(1 / d), f$H * d)
  largest <- function(H) max.col(t(H), ties.method = "first")
  expect_false(identical(largest(other$H), largest(f$H)))
  expect_identical(augment(other)$.class, augment(example_fit())$.class)
})

test_that("the first of equal components is the class", {
  fit <- fit_with(cbind(c(1, 0), c(0, 1)), rbind(c(1, 0), c(1, 0)))
  expect_identical(augment(fit)$.class, factor(c("NMF1", NA), c("NMF1", "NMF2")))
})

test_that(".rss is the residual sum of squares of each column, dense or sparse", {
  fit <- example_fit()
  x <- example_data()
  expected <- unname(colSums(residuals(fit, x)^2))
  expect_equal(augment(fit, x)$.rss, expected, tolerance = 1e-12)
  expect_equal(augment(fit, as.data.frame(x))$.rss, expected, tolerance = 1e-12)
  sparse <- Matrix::Matrix(x, sparse = TRUE)
  expect_equal(augment(fit, sparse)$.rss, expected, tolerance = 1e-10)
  expect_equal(sum(expected), summary(fit)$rss)
})

test_that("blocks of columns do not show in .rss", {
  fit <- large_fit(3000, 700, 3)
  x <- outer(1:3000, 1:700, function(i, j) (i + 3 * j) %% 11)
  expect_equal(augment(fit, x)$.rss, colSums((x - fit$W %*% fit$H)^2))
})

test_that("data of another size are refused", {
  fit <- example_fit()
  x <- example_data()
  expect_snapshot({
    fault(augment(fit, t(x)))
    fault(tidy(fit, "X"))
    fault(glance(fit, 3))
  })
})

test_that("tibbles are returned where tibble is installed", {
  skip_if_not_installed("tibble")
  expect_s3_class(tidy(example_fit()), "tbl_df")
  expect_s3_class(glance(example_fit()), "tbl_df")
  expect_s3_class(augment(example_fit()), "tbl_df")
})

test_that("augment() takes observations in rows, and new ones", {
  x <- example_data()
  fit <- nmf(x, 3)
  frame <- data.frame(group = example_groups(), t(x))
  a <- augment(fit, frame, in_rows = TRUE)
  expect_identical(names(a), c(names(frame), ".class", "NMF1", "NMF2", "NMF3"))
  expect_identical(a$NMF2, unname(fit$H[2, ]))
  expect_identical(a$group, frame$group)
  # Rows by name, in any order.
  expect_identical(augment(fit, frame[10:1, ], in_rows = TRUE)$NMF1, rev(a$NMF1))
  new <- augment(fit, newdata = frame[c(4, 7), ], in_rows = TRUE)
  expect_identical(new$NMF3, unname(predict(fit, x[, c(4, 7)])[3, ]))
  expect_identical(new$.class, unname(component_class(fit$W, predict(fit, x[, c(4, 7)]))))
  columns <- augment(fit, newdata = x[, c(4, 7)])
  expect_identical(columns$.observation, c("s4", "s7"))
  expect_identical(columns$NMF3, new$NMF3)
  # Without names columns are features by position.
  bare <- nmf(unname(x), 3)
  expect_identical(augment(bare, newdata = unname(t(x)), in_rows = TRUE)$NMF1, unname(predict(bare, unname(x))[1, ]))
  expect_snapshot({
    fault(augment(fit, frame[1:3, ], in_rows = TRUE))
    fault(augment(fit, newdata = frame[1:5], in_rows = TRUE))
    fault(augment(fit, newdata = a, in_rows = TRUE))
    fault(augment(fit, in_rows = TRUE))
    fault(augment(fit, x, newdata = x))
  })
})
