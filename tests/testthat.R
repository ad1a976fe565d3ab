library(testthat)
library(nonneg)

test_check("nonneg")
