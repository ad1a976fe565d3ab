# One small case of the article "Transcribing a piano", computed again.

test_that("the excerpt's frames come out as the article's script found", {
  x <- (matrix(as.integer(piano$excerpt), 197) / 255)^2 + 1e-5
  bumps <- sapply(seq(1, 197, length.out = 10), function(at) dnorm(1:197, at, 13))
  W <- cbind(unname(piano$templates), bumps)
  fit <- nmf(x, fixed_W = W, init = list(W = W), loss = "kl", tol = 1e-3, max_iter = 30)
  expect_identical(unname(basis(fit)), unname(W))
  h <- coef(fit)[1:88, ]
  h <- h / quantile(apply(h, 2, max), 0.9)
  truth <- matrix(FALSE, 88, ncol(x))
  for (i in seq_len(nrow(piano$notes))) {
    n <- piano$notes[i, ]
    truth[n$pitch - 20, (round(n$onset / 0.02) + 1):min(ncol(x), round((n$onset + n$length) / 0.02))] <- TRUE
  }
  found <- h > piano$found$above
  expect_equal(2 * sum(found & truth) / (sum(found) + sum(truth)), piano$found$frame, tolerance = 0.01)
  expect_gt(piano$found$frame, 0.7)
})
