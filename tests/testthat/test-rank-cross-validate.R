quiet_cv <- function(x, ..., seed = 1) withr::with_seed(seed, cross_validate(x, ..., verbose = FALSE))

test_that("planted ranks are found", {
  for (method in c("thinning", "entries")) {
    for (rank in c(3, 5, 8)) {
      for (seed in 1:2) {
        loss <- if (seed == 1) "frobenius" else "kl"
        cv <- quiet_cv(
          planted_counts(rank, seed), ranks = (rank - 2):(rank + 2), loss = loss, method = method
        )
        expect_identical(best_rank(cv)$rank, as.integer(rank), label = paste(method, loss, rank, seed))
      }
    }
  }
})

test_that("a curve without a minimum has no best rank", {
  cv <- quiet_cv(planted_counts(8, 1), ranks = 1:5, method = "thinning", folds = 3)
  best <- best_rank(cv)
  expect_identical(best$rank, NA_integer_)
  expect_match(best$reason, "no minimum")
  expect_output(print(cv), "no minimum")
})

test_that("sparse data gives what dense data gives", {
  x <- planted_counts(3, 1, l = 40, n = 30)
  for (method in c("thinning", "entries")) {
    cv <- function(x) {
      quiet_cv(x,
        ranks = 2:3, loss = "kl", solver = "cd", method = method, folds = 3, tol = 1e-6, max_iter = 2000
      )
    }
    dense <- cv(x)
    sparse <- cv(storages$sparse(x))
    expect_identical(sparse$runs$seed, dense$runs$seed)
    if (method == "entries") expect_equal(sparse$errors$error, dense$errors$error, tolerance = 1e-3)
    expect_true(all(is.finite(sparse$errors$error)))
  }
})

test_that("sets of entries share nothing and leave nothing out", {
  x <- random_data(11, 7, zeros = 0.3)
  x[5] <- NA
  for (data in list(x, without_entries(storages$sparse(ifelse(is.na(x), 0, x)), 5))) {
    parts <- lapply(1:4, function(fold) with_stream(3, speckled(data, fold, 4)))
    index <- sort(unlist(lapply(parts, `[[`, "index")))
    expect_identical(as.integer(index), setdiff(seq_along(x), 5L))
    for (p in parts) {
      train <- as.matrix(p$train)
      expect_identical(which(is.na(train)), sort(c(p$index, 5L)))
      expect_equal(p$test, x[p$index])
      expect_equal(weight_total(list(), p$train), sum(!is.na(train)))
    }
  }
})

test_that("parts of counts add up, and a part is what it should be", {
  x <- planted_counts(3, 1)
  for (data in list(x, storages$sparse(x))) {
    parts <- lapply(1:3, function(fold) with_stream(4, thinned(data, fold, 3)))
    expect_equal(as.matrix(Reduce(`+`, lapply(parts, `[[`, "test"))), x, ignore_attr = TRUE)
    for (p in parts) {
      expect_equal(as.matrix(p$train + p$test), x, ignore_attr = TRUE)
      # Binomial: within five standard deviations.
      expect_lt(abs(sum(p$test) - sum(x) / 3), 5 * sqrt(sum(x) * 2 / 9))
      expect_identical(p$by, 1 / 2)
      expect_identical(is.matrix(p$train), is.matrix(data))
    }
  }
})

test_that("the error is the mean loss of scaled predictions", {
  fit <- example_fit()
  x <- round(10 * example_data())
  test <- list(test = x, by = 1 / 4)
  expect_equal(held_out_error(test, fit, check_loss(2)), sum((x - fit$W %*% fit$H / 4)^2) / 2 / length(x))
  q <- fit$W %*% fit$H / 4
  q <- 0.999 * q + 0.001 * mean(q)
  expect_equal(held_out_error(test, fit, check_loss(1)), sum(ifelse(x > 0, x * log(x / q), 0) - x + q) / length(x))
  some <- c(3, 50, 70)
  train <- without_entries(x, some)
  for (data in list(train, without_entries(storages$sparse(x), some))) {
    speckles <- list(train = data, test = x[some], index = some, by = 1)
    expect_equal(held_out_error(speckles, fit, frobenius()), mean((x[some] - (fit$W %*% fit$H)[some])^2) / 2)
    v <- matrix(seq_along(x), nrow(x))
    expect_equal(
      held_out_error(speckles, fit, frobenius(), list(entries = v)),
      sum(some * (x[some] - (fit$W %*% fit$H)[some])^2) / 2 / sum(some)
    )
  }
  by_part <- held_out_error(test, fit, check_loss(2), list(rows = 1:12))
  expect_equal(by_part, sum(1:12 * (x - fit$W %*% fit$H / 4)^2) / 2 / sum(1:12) / ncol(x))
})

test_that("results depend on the seed alone, and ranks share their splits", {
  x <- planted_counts(3, 1, l = 30, n = 25)
  same <- function(cv) cv$runs[setdiff(names(cv$runs), "seconds")]
  a <- quiet_cv(x, ranks = 2:3, method = "thinning", folds = 3, replicates = 2)
  expect_identical(
    same(quiet_cv(x, ranks = 2:3, method = "thinning", folds = 3, replicates = 2, threads = 2)), same(a)
  )
  expect_identical(nrow(a$runs), 12L)
  expect_identical(unique(a$runs$seed[a$runs$rank == 2]), unique(a$runs$seed[a$runs$rank == 3]))
})

test_that("bad input is named", {
  x <- grouped_data()
  expect_snapshot(fault(cross_validate(x, 2, method = "thinning")))
  expect_snapshot(fault(cross_validate(x, 2, folds = 1)))
  expect_snapshot(fault(cross_validate(matrix(1, 2, 2), 1, folds = 5)))
  expect_snapshot(fault(cross_validate(x, 2, method = "rows")))
  expect_snapshot(fault(cross_validate(round(x) + 1, 2, method = "thinning", loss = "is")))
  expect_snapshot(fault(cross_validate(x, 2, replicates = 0)))
  expect_snapshot(fault(cross_validate(x, 0)))
})

test_that("printed", {
  cv <- quiet_cv(planted_counts(2, 1, l = 30, n = 25), ranks = 1:4, method = "thinning", folds = 3)
  cv$seconds <- 1.5
  # Numbers that no processor changes.
  cv$runs$error <- c(4, 2, 2.5, 3)[cv$runs$rank] + cv$runs$fold / 10
  cv$errors <- cv_errors(cv$runs, 1:4)
  cv$errors$train <- 4:1
  expect_snapshot(print(cv))
  expect_snapshot(print(best_rank(cv)))
})

test_that("a prediction is no larger than what its row and its column have shown", {
  fit <- list(W = diag(2) * 1e6, H = matrix(1, 2, 2))
  train <- matrix(c(NA, 3, 5, 7), 2)
  for (data in list(train, storages$sparse(ifelse(is.na(train), 0, train)))) {
    if (!is.matrix(data)) data <- without_entries(data, 1)
    expect_identical(largest_by_side(data), list(rows = c(5, 7), columns = c(3, 7)))
    expect_equal(held_out_error(list(train = data, test = 2, index = 1, by = 1), fit, frobenius()), (3 - 2)^2 / 2)
  }
})

test_that("too many components do not take the curve out of sight", {
  x <- planted_counts(3, 1, l = 150, n = 20)
  cv <- quiet_cv(x, ranks = c(3, 8))
  worst <- sum(x^2) / length(x) / 2
  expect_lt(max(cv$runs$error), worst)
  expect_lt(cv$errors$se[2], cv$errors$error[2])
})

test_that("planted ranks are found in sparse data, and under Itakura-Saito", {
  for (seed in 1:2) {
    for (rank in c(3, 5)) {
      x <- storages$sparse(planted_counts(rank, seed, level = 4))
      cv <- quiet_cv(x, ranks = (rank - 2):(rank + 2), loss = "kl", method = "thinning")
      expect_identical(best_rank(cv)$rank, as.integer(rank), label = paste("sparse", rank, seed))
    }
    x <- withr::with_seed(seed, {
      M <- matrix(stats::rgamma(300, 0.4), 100) %*% matrix(stats::rgamma(180, 0.4), 3)
      M * matrix(stats::rgamma(6000, 10, 10), 100) + 1e-3 * mean(M)
    })
    cv <- quiet_cv(x, ranks = 1:5, loss = "is")
    expect_identical(best_rank(cv)$rank, 3L, label = paste("Itakura-Saito", seed))
  }
})

test_that("weights and known coefficients are those of the fits", {
  x <- planted_counts(3, 1, l = 40, n = 30)
  # Columns of weight 0 are as if they were not there.
  spoilt <- x
  spoilt[, 21:30] <- 1000
  w <- rep(1:0, c(20, 10))
  for (method in c("entries", "thinning")) {
    cv <- quiet_cv(spoilt, 2, method = method, folds = 2, weights = w)
    expect_lt(cv$errors$error, 100)
    as_entries <- quiet_cv(spoilt, 2, method = method, folds = 2, weights = matrix(rep(w, each = 40), 40))
    expect_equal(as_entries$errors, cv$errors, tolerance = 1e-3)
  }
  # Nothing is to be found but H.
  W <- nmf(x, 2)$W
  cv <- quiet_cv(x, 2, method = "thinning", folds = 2, fixed_W = W)
  part <- with_stream(cv$runs$seed[1], thinned(x, 1, 2))
  H <- nnls(W, part$train)
  expect_equal(cv$runs$error[1], mean((part$test - W %*% H)^2) / 2, tolerance = 1e-6)
  expect_snapshot(fault(cross_validate(x, 1:3, fixed_W = W)))
  expect_snapshot(fault(cross_validate(x, 2:3, weights = 1:7)))
})
