ratings <- function(l = 30, n = 20) {
  withr::with_seed(1, {
    taste <- matrix(rgamma(l * 2, 1), l) %*% matrix(rgamma(2 * n, 1), 2)
    x <- pmin(ceiling(taste), 5) * rbinom(l * n, 1, 0.4)
  })
  dimnames(x) <- list(paste0("film", seq_len(l)), paste0("p", seq_len(n)))
  x
}

# By the whole of W H.
naive <- function(WH, known, n, j) {
  score <- ifelse(known[, j], 0, WH[, j])
  best <- head(order(-score), n)
  best <- best[score[best] > 0]
  data.frame(feature = rownames(WH)[best], prediction = unname(score[best]))
}

test_that("recommendations are the best of what is not known, in every storage", {
  x <- ratings()
  sparse <- Matrix::Matrix(x, sparse = TRUE)
  fit <- nmf(sparse, 2, missing = "zeros", alpha_W = 0.01, init = list(W = matrix(1:60, 30)))
  out <- recommend(fit, sparse, n = 4)
  expect_named(out, c("observation", "rank", "feature", "prediction"))
  for (j in seq_len(20)) {
    own <- out[out$observation == colnames(x)[j], ]
    expect_equal(data.frame(own[c("feature", "prediction")], row.names = NULL), naive(fitted(fit), x > 0, 4, j))
    expect_identical(own$rank, seq_len(nrow(own)))
  }
  expect_identical(recommend(fit, x, n = 4), out)
  expect_identical(recommend(fit, x[30:1, 20:1], n = 4), out)
  some <- recommend(fit, x, n = 4, columns = c("p7", "p2"))
  expect_identical(unique(some$observation), c("p7", "p2"))
  expect_identical(some[some$observation == "p2", ], out[out$observation == "p2", ])
  every <- recommend(fit, x, n = 1e6)
  expect_identical(tabulate(match(every$observation, colnames(x)), 20), as.integer(colSums(x == 0 & fitted(fit) > 0)))
})

test_that("what is NA is recommended, and in complete data what is 0", {
  x <- ratings()
  holes <- replace(x, x == 0, NA)
  fit <- nmf(holes, 2, init = list(W = matrix(1:60, 30)))
  expect_equal(data.frame(recommend(fit, holes, 3)[1:3, 3:4]), naive(fitted(fit), !is.na(holes), 3, 1))
  clicks <- nmf(x, 2)
  expect_equal(data.frame(recommend(clicks, x, 3)[1:3, 3:4]), naive(fitted(clicks), x > 0, 3, 1))
})

test_that("new users get recommendations from their own ratings", {
  x <- ratings()
  fit <- nmf(x[, 1:15], 2, missing = "zeros", init = list(W = matrix(1:60, 30)))
  out <- recommend(fit, newdata = x[, 16:20], n = 2)
  H <- predict(fit, x[, 16:20])
  p17 <- out[out$observation == "p17", 3:4]
  expect_equal(data.frame(p17, row.names = NULL), naive(fit$W %*% H, x[, 16:20] > 0, 2, 2))
})

test_that("nobody without ratings gets recommendations; wrong calls are told", {
  x <- ratings()
  x[, 3] <- 0
  fit <- suppressWarnings(nmf(x, 2, missing = "zeros", init = list(W = matrix(1:60, 30))))
  expect_warning(out <- recommend(fit, x), class = "nonneg_warning_unobserved")
  expect_false("p3" %in% out$observation)
  expect_snapshot({
    fault(recommend(fit))
    fault(recommend(fit, x, newdata = x))
    fault(recommend(fit, x[1:3, ]))
    fault(recommend(fit, x, columns = "nobody"))
    fault(recommend(fit, x, n = 0))
  })
})

test_that("the n best are found among equals", {
  score <- c(0, 3, 1, 3, 2, 3, 0)
  expect_identical(best_of(score, 2), c(2L, 4L))
  expect_identical(best_of(score, 4), c(2L, 4L, 6L, 5L))
  expect_identical(best_of(score, 7), c(2L, 4L, 6L, 5L, 3L))
  expect_identical(best_of(c(0, 0), 1), integer())
})
