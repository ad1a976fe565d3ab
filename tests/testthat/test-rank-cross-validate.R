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

test_that("parts of counts add up, and a part is what it should be", {
  x <- planted_counts(3, 1)
  for (data in list(x, storages$sparse(x))) {
    parts <- lapply(1:3, function(fold) with_stream(4, thinned(nmf_data(data), fold, 3)))
    expect_equal(as.matrix(Reduce(`+`, lapply(parts, function(p) p$test$x))), x, ignore_attr = TRUE)
    for (p in parts) {
      expect_equal(as.matrix(p$train$x + p$test$x), x, ignore_attr = TRUE)
      # Binomial: within five standard deviations.
      expect_lt(abs(sum(p$test$x) - sum(x) / 3), 5 * sqrt(sum(x) * 2 / 9))
      expect_identical(p$by, 1 / 2)
      expect_identical(is.matrix(p$train$x), is.matrix(data))
    }
  }
})

test_that("counts beyond those of integers are thinned", {
  x <- matrix(c(3e9, 1, 2, 3, 4, 5e15), 2)
  parts <- lapply(1:2, function(fold) with_stream(1, thinned(nmf_data(x), fold, 2)))
  expect_equal(parts[[1]]$test$x + parts[[2]]$test$x, x)
  expect_lt(abs(parts[[1]]$test$x[1, 1] - 1.5e9), 5 * sqrt(3e9) / 2)
  expect_s3_class(quiet_cv(x, 1, method = "thinning", folds = 2), "nmf_cv")
  expect_snapshot(fault(cross_validate(x * 1e3, 1, method = "thinning")))
})

test_that("the error is the mean loss of scaled predictions", {
  fit <- example_fit()
  x <- round(10 * example_data())
  error <- function(held) held$loss / held$weight
  test <- list(test = nmf_data(x), by = 1 / 4)
  expect_equal(error(thinned_loss(test, fit, check_loss(2))), sum((x - fit$W %*% fit$H / 4)^2) / 2 / length(x))
  q <- fit$W %*% fit$H / 4
  q <- 0.999 * q + 0.001 * mean(q)
  expect_equal(
    error(thinned_loss(test, fit, check_loss(1))), sum(ifelse(x > 0, x * log(x / q), 0) - x + q) / length(x)
  )
  by_part <- list(test = nmf_data(x, weights = list(rows = 1:12)), by = 1 / 4)
  expect_equal(
    error(thinned_loss(by_part, fit, check_loss(2))), sum(1:12 * (x - fit$W %*% fit$H / 4)^2) / 2 / sum(1:12) / ncol(x)
  )
})

test_that("the error of entries is that of the formula, for every kind of data", {
  fit <- example_fit()
  x <- round(10 * example_data())
  gaps <- replace(x, c(4, 50), NA)
  v <- withr::with_seed(1, matrix(stats::runif(length(x)), nrow(x)))
  observed <- withr::with_seed(2, matrix(stats::runif(length(x)) < 0.4, nrow(x)))
  cases <- list(
    dense = list(nmf_data(x), x, 1),
    sparse = list(nmf_data(storages$sparse(x)), x, 1),
    `missing entries` = list(nmf_data(gaps), gaps, 1),
    `weights of rows and columns` = list(
      nmf_data(storages$sparse(x), weights = list(rows = 1:12, columns = 10:1)), x, outer(1:12, 10:1)
    ),
    `weights of entries` = list(nmf_data(x, weights = v), x, v),
    `few observed` = list(
      nmf_data(x, weights = Matrix::Matrix(v * observed, sparse = TRUE)), replace(x, !observed, NA), v * observed
    )
  )
  out <- holdout_of(with_stream(3, draw_holdout(dim(x), 4)), 2)
  gone <- out_columns(out, seq_len(ncol(x)))
  for (name in names(cases)) {
    for (loss in c("frobenius", "kl", "is")) {
      loss <- check_loss(loss)
      data <- cases[[name]][[1]]
      full <- cases[[name]][[2]]
      weight <- cases[[name]][[3]] * gone * !is.na(full)
      if (!loss$zeros) {
        full <- full + 1
        data <- fill_input(data, with_values(data$x, values_of(data$x) + 1), data$partial, weights_list(data), data$weights)
        if (name %in% c("sparse", "weights of rows and columns")) next # its zeros would be left
      }
      parts <- list(train = left_out(data, out, loss), out = out)
      train <- replace(full, gone, NA)
      q <- fitted(fit)
      if (loss$infinite) q <- 0.999 * q + 0.001 * mean(q)
      top <- function(v) max(v, 0, na.rm = TRUE)
      q <- pmin(q, apply(train, 1, top), rep(apply(train, 2, top), each = nrow(x)))
      d <- oracle_loss(loss_label(loss))$entries(full, pmax(q, 1e-16 * max(full, na.rm = TRUE)))
      held <- held_out_loss(data, parts, fit, loss)
      expect_equal(held$weight, sum(weight), label = name)
      expect_equal(held$loss, sum(weighed(d, weight)), tolerance = 1e-10, label = paste(name, loss$name))
      expect_equal(weight_total(data) - held$weight, sum((cases[[name]][[3]] * !is.na(full))[!gone]), label = name)
    }
  }
})

test_that("threads do not matter to the error", {
  x <- storages$sparse(planted_counts(3, 1, l = 300, n = 300))
  cv <- function(threads) quiet_cv(x, 2:3, folds = 2, threads = threads)
  expect_identical(cv(1)$errors, cv(2)$errors)
})

test_that("fits that go to the threads one by one are those of nmf()", {
  x <- planted_counts(3, 1, l = 60, n = 40)
  gaps <- replace(x, 5:30, NA)
  task <- NULL
  given <- function(...) {
    local_replaced("run_cv", function(task, verbose) task)
    quiet_cv(..., threads = 2)
  }
  runs <- function(cv) cv$runs[setdiff(names(cv$runs), "seconds")]
  for (method in c("entries", "thinning")) {
    for (loss in c("frobenius", "kl")) {
      for (data in list(x, storages$sparse(x), gaps)) {
        cv <- function(threads) {
          quiet_cv(data, 2:3, loss, folds = 2, method = method, threads = threads, alpha_H = 0.01)
        }
        task <- given(data, 2:3, loss, folds = 2, method = method)
        expect_identical(cv_at_once(task), 2)
        expect_identical(runs(cv(2)), runs(cv(1)), label = paste(method, loss))
      }
    }
  }
  # One start each, as many as half of the threads, and neither a limit of time, nor data so large that threads
  # share a fit.
  changes <- list(
    list(nrun = 2), list(control = nmf_control(max_seconds = 9)), list(threads = 1L), list(threads = 5L)
  )
  for (change in changes) {
    other <- task
    other$arguments[names(change)] <- change
    expect_identical(cv_at_once(other), 1, label = names(change))
  }
  task$data$scan$nnz <- 1e6
  expect_identical(cv_at_once(task), 1)
})

test_that("fits that did not converge are told, unless a limit was asked for", {
  x <- planted_counts(3, 1, l = 40, n = 30)
  slowly <- function(...) quiet_cv(x, 3, folds = 2, loss = "kl", solver = "mu", ...)
  expect_warning(
    cv <- slowly(), "did not converge", class = "nonneg_warning_convergence"
  )
  expect_output(print(cv), "not converged")
  expect_no_warning(slowly(max_iter = 20))
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

test_that("weights and fixed coefficients are those of the fits", {
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
  part <- with_stream(cv$runs$seed[1], thinned(nmf_data(x), 1, 2))
  H <- nnls(W, part$train$x)
  expect_equal(cv$runs$error[1], mean((part$test$x - W %*% H)^2) / 2, tolerance = 1e-6)
  expect_snapshot(fault(cross_validate(x, 1:3, fixed_W = W)))
  expect_snapshot(fault(cross_validate(x, 2:3, weights = 1:7)))
})

test_that("k may be ranks or folds", {
  expect_error(cross_validate(example_data(), 1:2, k = 5), "`ranks` or `folds`", class = "nonneg_error_input")
  expect_error(nmf_survey(example_data(), k = 2:3), "`k` is called `ranks` here", class = "nonneg_error_input")
})
