test_that("metagene_map() draws one component, one row and one column", {
  x <- matrix(1:6 + 0, 2, dimnames = list(c("a", "b"), c("u", "v", "w")))
  pdf(NULL)
  on.exit(dev.off())
  expect_s3_class(metagene_map(nmf(x, 1), x), "data.frame")
  one <- x[, 1, drop = FALSE]
  expect_s3_class(metagene_map(nmf(one, 1), one), "data.frame")
})
