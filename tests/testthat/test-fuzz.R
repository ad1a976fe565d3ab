# `make fuzz` runs more of them: NONNEG_FUZZ is how many, NONNEG_FUZZ_FROM the seed before the first.

test_that("no random call breaks a rule", {
  skip_on_cran()
  count <- as.integer(Sys.getenv("NONNEG_FUZZ", "2000"))
  from <- as.integer(Sys.getenv("NONNEG_FUZZ_FROM", "0"))
  expect_identical(fuzz(from + seq_len(count)), character())
})

test_that("the rules can be broken", {
  request <- list(x = matrix(1:6 + 0, 3), rank = 1, loss = "frobenius", max_iter = 5, tol = 0, threads = 1)
  fit <- fuzz_run(request)$fit
  expect_identical(fuzz_soundness(fit, request), character())
  broken <- fit
  broken$objective <- broken$objective + 1
  expect_match(fuzz_soundness(broken, request), "objective")
  broken <- fit
  broken$H[2] <- NaN
  expect_match(fuzz_soundness(broken, request), "finite", all = FALSE)
  expect_match(fuzz_run(utils::modifyList(request, list(rank = stop)))$strange, NA)
})
