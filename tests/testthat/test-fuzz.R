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
  expect_identical(fuzz_run(utils::modifyList(request, list(rank = stop)))$strange, character())
  expect_match(fuzz_do(function() stop("of R"), list())$strange, "error: of R")
  expect_match(fuzz_do(function() warning("of R"), list())$strange, "warning: of R")
})

test_that("the rules for other functions can be broken", {
  x <- matrix(c(1:11 + 0, NA), 4, dimnames = list(letters[1:4], NULL))
  request <- list(
    x = x, rank = 2, loss = "kullback-leibler", max_iter = 50, tol = 0, threads = 1, smooth_H = 0.1,
    alpha_W = 0.1
  )
  fit <- fuzz_run(request)$fit
  for (rules in list(fuzz_soundness, fuzz_residuals, fuzz_impute, fuzz_divergence, fuzz_predict)) {
    expect_identical(rules(fit, request), character())
  }
  smoother <- utils::modifyList(request, list(smooth_H = 0.2))
  expect_match(fuzz_soundness(fit, smoother), "objective", all = FALSE)
  other <- utils::modifyList(request, list(x = x + (x == 3)))
  expect_match(fuzz_soundness(fit, other), "objective", all = FALSE)
  expect_match(fuzz_divergence(fit, other), "divergence", all = FALSE)
  # A function of ours that is wrong.
  local_replaced("entries_of_product", function(object, row, column) rep(0, length(row)))
  expect_match(fuzz_residuals(fit, request), "at places", all = FALSE)
  expect_match(fuzz_impute(fit, request), "W H", all = FALSE)
})
