# Missing entries, weights and fixed coefficients: every loss x solver x storage.

weighted_losses <- list("frobenius", "kullback-leibler", "itakura-saito", 0.5, 1.5, 3, negative_binomial(0.3))
weighted_penalties <- list(
  none = list(), both = list(alpha_W = 0.01, alpha_H = 0.02, l1_ratio = 0.3)
)

# Each way to say it: data, the argument `weights`, and the weights v that it means.
observed_data <- function(kind, loss, l = 19, n = 33) {
  withr::local_seed(11)
  zeros <- check_loss(loss)$zeros
  x <- matrix(rexp(l * n) + 0.05, l)
  if (zeros) x[runif(l * n) < 0.3] <- 0
  v <- matrix(1, l, n)
  weights <- NULL
  hide <- function(part) {
    gone <- matrix(runif(l * n) < part, l)
    gone[cbind(1:l, 1:l)] <- FALSE
    gone
  }
  if (kind == "missing") {
    gone <- hide(0.15)
    gone[-(1:3), 5] <- TRUE # in one column most are
    x[gone] <- NA
  } else if (kind == "mostly missing") {
    x[hide(0.7)] <- NA
  } else if (kind == "weights") {
    v <- weights <- matrix(runif(l * n, 0.1, 3), l)
    v[2, 3] <- weights[2, 3] <- 0
    x[4, 5] <- NA
  } else if (kind == "mask") {
    v[hide(0.2)] <- 0
    weights <- v
  } else if (kind == "sparse weights") {
    v <- matrix(runif(l * n, 0.1, 3), l)
    v[hide(0.7)] <- 0
    weights <- as_dgC(Matrix::Matrix(v, sparse = TRUE))
  } else if (kind == "rows and columns") {
    weights <- list(rows = runif(l, 0.2, 2), columns = runif(n, 0.2, 2))
    v <- outer(weights$rows, weights$columns)
    x[3, 1:4] <- NA
  }
  v[is.na(x)] <- 0
  list(x = x, weights = weights, v = v)
}

kinds <- c("missing", "mostly missing", "weights", "mask", "sparse weights", "rows and columns")

weighted_cases <- function() {
  cases <- expand.grid(
    kind = kinds, loss = seq_along(weighted_losses), storage = c("dense", "sparse"), stringsAsFactors = FALSE
  )
  lapply(split(cases, seq_len(nrow(cases))), function(case) {
    case <- as.list(case)
    case$loss <- weighted_losses[[case$loss]]
    case$label <- paste(case$kind, label_of(case$loss), case$storage)
    case
  })
}

test_that("objective and certificate of any pair are the oracle's", {
  start <- random_start(19, 33, 4)
  start$W[2, 1:2] <- 0
  for (case in weighted_cases()) {
    d <- observed_data(case$kind, case$loss)
    data <- weigh_data(nmf_data(storages[[case$storage]](d$x)), d$weights)
    for (name in names(weighted_penalties)) {
      p <- weighted_penalties[[name]]
      label <- paste(case$label, name)
      settings <- do.call(contract_settings, c(list(4, loss = case$loss, solver = "cd"), p))
      found <- cpp_certify(data$x, start$W, start$H, core_options(data, settings))
      here <- c(list(d$x, start$W, start$H, loss = case$loss, v = d$v), p)
      expect_equal(found[1:3], do.call(oracle_objective, here), tolerance = 1e-10, info = label)
      expect_equal(found$certificate$kkt, do.call(entry_kkt, here), tolerance = 1e-8, info = label)
    }
    expect_equal(
      divergence(storages[[case$storage]](d$x), start, case$loss, weights = d$weights),
      oracle_objective(d$x, start$W, start$H, loss = case$loss, v = d$v)$loss,
      tolerance = 1e-10, info = case$label
    )
  }
})

test_that("fits descend, end in the objective of the pair returned, and are stationary at tol", {
  start <- random_start(19, 33, 4)
  for (case in weighted_cases()) {
    d <- observed_data(case$kind, case$loss)
    for (solver in solvers_for(case$loss)) {
      for (name in names(weighted_penalties)) {
        p <- weighted_penalties[[name]]
        # Where x is 0 and beta > 2 the curvature vanishes at the optimum, and steps are short.
        tol <- if (identical(case$loss, 3)) 1e-4 else 1e-5
        fit <- do.call(nmf, c(list(
          storages[[case$storage]](d$x), 4,
          loss = case$loss, solver = solver, init = start, weights = d$weights,
          max_iter = if (solver == "mu") 30 else 5000, tol = tol
        ), p))
        label <- paste(case$label, solver, name)
        expect_true(all(diff(fit$history$objective) <= 1e-12 * fit$history$objective[1]), label = label)
        here <- c(list(d$x, fit$W, fit$H, loss = case$loss, v = d$v), p)
        expect_equal(fit$objective, do.call(oracle_objective, here)$objective, tolerance = 1e-9, info = label)
        if (solver == "mu") next
        expect_identical(fit$reason, "tol", label = label)
        expect_lte(do.call(entry_kkt, here), tol * (1 + 1e-3), label = label)
      }
    }
  }
})

test_that("dense is sparse, and any number of threads gives the same bits", {
  same <- c("W", "H", "objective", "certificate")
  l <- 160
  n <- 300
  fits <- list(
    list(loss = "frobenius"), list(loss = "kullback-leibler", solver = "cd"),
    list(loss = "kullback-leibler", solver = "newton"), list(loss = 1.5), list(loss = negative_binomial(2))
  )
  for (kind in kinds) {
    for (how in fits) {
      loss <- how$loss
      d <- observed_data(kind, loss, l, n)
      start <- random_start(l, n, 5)
      short <- function(storage, threads) {
        nmf(storages[[storage]](d$x), 5,
          loss = loss, solver = how$solver, init = start, weights = d$weights, max_iter = 5, tol = 0,
          threads = threads
        )
      }
      label <- paste(c(kind, how), collapse = " ")
      one <- short("dense", 1)
      for (threads in c(2, 4)) {
        expect_identical(unclass(short("dense", threads))[same], unclass(one)[same], label = label)
      }
      # A step of Kullback-Leibler that leaves x > 0 without a reconstruction multiplies
      # the rounding errors of the sums, which the two storages take differently.
      sparse <- short("sparse", 2)
      expect_close(fitted(sparse), fitted(one), if (identical(loss, "kullback-leibler")) 1e-4 else 1e-7, label = label)
      expect_equal(sparse$objective, one$objective, tolerance = 1e-6, info = label)
    }
  }
})

test_that("hidden entries of a planted matrix of rank 3 are recovered, for every loss", {
  withr::local_seed(5)
  W <- matrix(runif(180), 60)
  H <- matrix(runif(120), 3)
  x <- W %*% H
  hidden <- sample(length(x), 240)
  holes <- replace(x, hidden, NA)
  for (loss in weighted_losses) {
    for (storage in c("dense", "sparse")) {
      y <- storages[[storage]](holes)
      fit <- withr::with_seed(1, nmf(y, 3, loss = loss, tol = 1e-7, max_iter = 5000))
      full <- impute(fit, y)
      expect_lt(max(abs(full[hidden] / x[hidden] - 1)), 1e-3, label = paste(label_of(loss), storage))
      expect_identical(full[-hidden], x[-hidden])
    }
  }
})

test_that("predict() is the fit of H with W fixed, with NA, weights and penalties", {
  for (loss in weighted_losses) {
    for (kind in kinds) {
      d <- observed_data(kind, loss)
      train <- nmf(random_data(19, 40) + 0.1, 3, loss = loss, init = random_start(19, 40, 3), alpha_W = 0.01)
      H <- predict(train, d$x, weights = d$weights)
      at <- function(h) {
        oracle_objective(d$x, train$W, h, loss = loss, v = d$v, alpha_W = 0, alpha_H = 0.01)$objective
      }
      label <- paste(label_of(loss), kind)
      refit <- nmf(d$x, 3,
        loss = loss, weights = d$weights, fixed_W = train$W, alpha_W = 0.01, init = random_start(19, 33, 3),
        max_iter = 5000, tol = 1e-8
      )
      expect_identical(unname(refit$W), unname(train$W))
      expect_equal(at(H), at(refit$H), tolerance = 1e-7, info = label)
      withr::local_seed(1)
      for (k in 1:10) expect_lte(at(H), at(abs(H + rnorm(length(H)) * 0.01 * max(H))), label = label)
    }
  }
})

test_that("a row or a column without observed entries gets coefficients of 0, with a warning", {
  x <- random_data(8, 9) + 0.1
  x[3, ] <- NA
  x[, 4] <- NA
  for (loss in weighted_losses) {
    for (storage in c("dense", "sparse")) {
      withr::local_seed(1)
      expect_warning(
        expect_warning(
          fit <- nmf(storages[[storage]](x), 2, loss = loss),
          "1 row of `x` has no observed entry, the first is row 3",
          class = "nonneg_warning_unobserved"
        ), "column 4",
        class = "nonneg_warning_unobserved"
      )
      expect_identical(unname(fit$W[3, ]), c(0, 0))
      expect_identical(unname(fit$H[, 4]), c(0, 0))
      expect_true(all(is.finite(fit$history$objective)))
    }
  }
})

test_that("a weight of 2 is an observation twice, and 0 is one that is not there", {
  x <- random_data(10, 12) + 0.1
  start <- random_start(10, 12, 3)
  twice <- c(1:12, 3, 7)
  for (loss in weighted_losses) {
    w <- replace(rep(1, 12), c(3, 7), 2)
    a <- nmf(x, 3, loss = loss, weights = w, init = start, tol = 1e-7, max_iter = 5000)
    b <- nmf(x[, twice], 3,
      loss = loss, init = list(W = start$W, H = start$H[, twice]), tol = 1e-7, max_iter = 5000
    )
    expect_equal(a$objective, b$objective, tolerance = 1e-6, info = label_of(loss))
    w <- replace(rep(1, 12), 5, 0)
    expect_warning(
      a <- nmf(x, 3, loss = loss, weights = list(columns = w), init = start, tol = 1e-7, max_iter = 5000),
      "column 5",
      class = "nonneg_warning_unobserved"
    )
    b <- nmf(x[, -5], 3,
      loss = loss, init = list(W = start$W, H = start$H[, -5]), tol = 1e-7, max_iter = 5000
    )
    expect_equal(a$objective, b$objective, tolerance = 1e-6, info = label_of(loss))
  }
})

test_that("what has no weight is told like what is missing, in whatever form the weights come", {
  x <- random_data(8, 9, zeros = 0.3)
  rows <- replace(rep(1, 8), 3, 0)
  columns <- replace(rep(2, 9), 7, 0)
  entries <- outer(rows, columns)
  half <- entries
  half[1:4, 1:5] <- 0
  half[, 8:9] <- 0
  told <- function(x, weights) {
    messages <- character()
    withCallingHandlers(
      nmf(x, 2, weights = weights, init = random_start(8, 9, 2), max_iter = 2),
      nonneg_warning_unobserved = function(w) {
        messages <<- c(messages, conditionMessage(w))
        invokeRestart("muffleWarning")
      }
    )
    sub(".*the first is (\\w+ \\d+).*", "\\1", messages)
  }
  holes <- replace(x, cbind(1:8, 2), NA)
  for (stored in list(x, storages$sparse(x))) {
    expect_identical(told(stored, list(rows = rows, columns = columns)), c("row 3", "column 7"))
    expect_identical(told(stored, entries), c("row 3", "column 7"))
    expect_identical(told(stored, as.data.frame(entries)), c("row 3", "column 7"))
    expect_identical(told(stored, storages$sparse(half)), c("row 3", "column 7"))
    expect_identical(told(stored, list(rows = rep(2, 8))), character())
  }
  for (stored in list(holes, storages$sparse(holes))) {
    expect_identical(told(stored, list(rows = rows)), c("row 3", "column 2"))
    # All that column 1 has is in a row without weight.
    stored[c(1:2, 4:8), 1] <- NA
    expect_identical(told(stored, list(rows = rows)), c("row 3", "column 1"))
  }
  expect_error(
    nmf(x, 2, weights = data.frame(a = letters[1:8])), "must be a matrix of numbers",
    class = "nonneg_error_input"
  )
})

test_that("fixed coefficients stay as given, bit by bit, and the others are optimal", {
  x <- random_data(15, 20) + 0.1
  withr::local_seed(7)
  fixed_W <- matrix(NA_real_, 15, 4)
  fixed_W[, 2] <- runif(15) # a known signature
  fixed_W[4:6, 3] <- 0 # a mask
  fixed_W[9, ] <- runif(4) * 1e-3
  fixed_H <- matrix(NA_real_, 4, 20)
  fixed_H[1, 1:7] <- 0
  fixed_H[, 20] <- 1 / 3
  start <- random_start(15, 20, 4)
  free_W <- is.na(fixed_W)
  free_H <- is.na(fixed_H)
  for (loss in weighted_losses) {
    for (solver in solvers_for(loss)) {
      for (storage in c("dense", "sparse")) {
        for (holes in c(FALSE, TRUE)) {
          y <- x
          if (holes) y[cbind(1:9, 3:11)] <- NA
          fit <- nmf(storages[[storage]](y), 4,
            loss = loss, solver = solver, init = start, fixed_W = fixed_W, fixed_H = fixed_H,
            tol = 1e-6, max_iter = if (solver == "mu") 50 else 5000, alpha_W = 0.001, l1_ratio = 0.5
          )
          label <- paste(label_of(loss), solver, storage, holes)
          expect_identical(unname(fit$W)[!free_W], fixed_W[!free_W], label = label)
          expect_identical(unname(fit$H)[!free_H], fixed_H[!free_H], label = label)
          here <- list(y, fit$W, fit$H, loss = loss, alpha_W = 0.001, l1_ratio = 0.5)
          expected <- do.call(oracle_objective, here)$objective
          expect_equal(fit$objective, expected, tolerance = 1e-9, info = label)
          expect_true(all(diff(fit$history$objective) <= 1e-12 * fit$history$objective[1]), label = label)
          if (solver == "mu") next
          expect_identical(fit$reason, "tol", label = label)
          g <- do.call(oracle_gradient, here)
          size <- max(abs(do.call(oracle_gradient, utils::modifyList(here, list(H = fit$H * 2)))$W))
          expect_lt(max(abs(pmin(fit$W, g$W / size)[free_W])), 1e-4, label = label)
          expect_lt(max(abs(pmin(fit$H, g$H / size)[free_H])), 1e-4, label = label)
        }
      }
    }
  }
})

test_that("the first components may be given alone, by name, and name the fit", {
  x <- random_data(10, 12)
  rownames(x) <- letters[1:10]
  signature <- matrix(runif(10), 10, 1, dimnames = list(rev(letters[1:10]), "known"))
  withr::local_seed(1)
  fit <- nmf(x, 3, fixed_W = signature)
  expect_identical(fit$W[, "known"], signature[letters[1:10], 1])
  expect_identical(colnames(fit$W), c("known", "NMF2", "NMF3"))
  fit <- nmf(x, 3, fixed_H = matrix(1, 1, 12), loss = "kl")
  expect_identical(unname(fit$H[1, ]), rep(1, 12))
})

test_that("Itakura-Saito with zeros works on a floor, dense and sparse", {
  x <- random_data(12, 15, zeros = 0.4)
  least <- min(x[x > 0])
  start <- random_start(12, 15, 3)
  for (loss in list("is", -1)) {
    raised <- nmf(pmax(x, least), 3, loss = loss, init = start, max_iter = 30)
    for (storage in c("dense", "sparse")) {
      fit <- nmf(storages[[storage]](x), 3,
        loss = loss, init = start, max_iter = 30, control = nmf_control(floor = least)
      )
      expect_close(fitted(fit), fitted(raised), 1e-10)
      H <- predict(fit, storages[[storage]](x[, 1:4]))
      expect_close(unname(H), unname(predict(raised, pmax(x[, 1:4], least))), 1e-8)
    }
  }
  expect_error(nmf(x, 3, control = nmf_control(floor = 1)), "floor", class = "nonneg_error_input")
})

test_that("weights and fixed coefficients that are wrong are errors that say why", {
  local_reproducible_output()
  x <- random_data(4, 6)
  expect_snapshot({
    fault(nmf(x, 2, weights = 1:5))
    fault(nmf(x[, 1:4], 2, weights = 1:4))
    fault(nmf(x, 2, weights = matrix(1, 6, 4)))
    fault(nmf(x, 2, weights = matrix(0, 4, 6)))
    fault(nmf(x, 2, weights = -x))
    fault(nmf(x, 2, weights = replace(x, 2, NA)))
    fault(nmf(x, 2, weights = list(row = 1:4)))
    fault(nmf(x, 2, weights = list(rows = c(1, NA, 1, 1))))
    fault(nmf(x, 2, weights = "one"))
    fault(nmf(x, 2, fixed_W = matrix(1, 3, 2)))
    fault(nmf(x, 2, fixed_W = matrix(1, 4, 3)))
    fault(nmf(x, 2, fixed_H = matrix(-1, 1, 6)))
    fault(nmf(x, 2, fixed_H = 1:6))
    fault(nmf(replace(x, 3, NaN), 2))
    fault(nmf(replace(x, 3, NA), 2, init = "nndsvd"))
    fault(impute(nmf(x, 2)))
    fault(divergence(x, replace(x, 3, NA)))
  })
})

test_that("named rows that do not fit are an error", {
  x <- random_data(4, 6)
  rownames(x) <- letters[1:4]
  expect_error(
    nmf(x, 2, fixed_W = matrix(1, 4, 1, dimnames = list(letters[2:5], NULL))), "such as \"a\"",
    class = "nonneg_error_input"
  )
})

test_that("a fit says what was missing, weighted and known; its methods leave out what is missing", {
  local_reproducible_output()
  x <- random_data(10, 12)
  x[2, 3:5] <- NA
  withr::local_seed(1)
  fit <- nmf(x, 2, weights = list(rows = 1:10), fixed_W = matrix(1, 10, 1), threads = 1)
  fit$seconds <- 0.01
  expect_snapshot(print(fit))
  expect_identical(fit$data$observed, 117)
  v <- (1:10) * !is.na(x)
  x0 <- replace(x, is.na(x), 0)
  explained <- 1 - sum(v * (x0 - fitted(fit))^2) / sum(v * x0^2)
  expect_equal(summary(fit)$explained, explained)

  r <- residuals(fit, x)
  expect_identical(is.na(unname(r)), is.na(x))
  expect_equal(augment(fit, x)$.rss, unname(colSums((1:10) * r^2, na.rm = TRUE)))
  expect_equal(augment(fit, storages$sparse(x))$.rss, unname(colSums((1:10) * r^2, na.rm = TRUE)))
})

test_that("missing entries and weights at extreme scales", {
  start <- random_start(12, 15, 3)
  x <- random_data(12, 15) + 0.1
  x[cbind(1:10, 3:12)] <- NA
  w <- list(rows = seq(0.5, 2, length.out = 12))
  for (loss in list("frobenius", "kl")) {
    one <- nmf(x, 3, loss = loss, weights = w, init = start, max_iter = 20, tol = 0)
    for (scale in c(2^-1000, 2^-1040, 2^1000)) {
      scaled <- nmf(x * scale, 3,
        loss = loss, weights = w, init = lapply(start, `*`, sqrt(scale)), max_iter = 20, tol = 0
      )
      # Numbers as small as 2^-1040 have lost their last digits themselves.
      within <- if (scale == 2^-1040) 1e-2 else 1e-8
      expect_close(fitted(scaled) / scale, fitted(one), within, label = paste(label_of(loss), log2(scale)))
    }
  }
})

test_that("fixed coefficients of rows that nothing was observed of cost their penalty and no more", {
  x <- random_data(8, 10) + 0.1
  x[3, ] <- NA
  fixed <- matrix(NA_real_, 8, 2)
  fixed[3, ] <- c(2, 5)
  for (solver in solver_names()) {
    for (l1_ratio in c(0, 1)) {
      fit <- suppressWarnings(nmf(x, 2,
        fixed_W = fixed, solver = solver, init = random_start(8, 10, 2), alpha_W = 0.01, l1_ratio = l1_ratio
      ))
      expected <- oracle_objective(x, fit$W, fit$H, alpha_W = 0.01, l1_ratio = l1_ratio)
      expect_equal(fit$objective, expected$objective, tolerance = 1e-10)
      expect_equal(fit$loss, expected$loss, tolerance = 1e-9)
    }
  }
})

test_that("huge reconstructions where x is missing cost no digits elsewhere", {
  start <- random_start(19, 33, 4)
  start$W[, 1] <- start$W[, 1] * 1e-9
  start$H[1, ] <- start$H[1, ] * 1e-9
  start$W[2, 1] <- start$H[1, 3] <- 1e8
  x <- random_data(19, 33, zeros = 0.4)
  x[2, 3] <- NA
  for (loss in c("frobenius", "kullback-leibler")) {
    expected <- oracle_objective(x, start$W, start$H, loss = loss, v = 1 - is.na(x))
    gradient <- entry_kkt(x, start$W, start$H, loss = loss, v = 1 - is.na(x))
    for (storage in c("dense", "sparse")) {
      data <- nmf_data(storages[[storage]](x))
      settings <- contract_settings(4, loss = loss, solver = "cd")
      found <- cpp_certify(data$x, start$W, start$H, core_options(data, settings))
      label <- paste(label_of(loss), storage)
      expect_equal(found$objective, expected$objective, tolerance = 1e-10, info = label)
      expect_equal(found$certificate$kkt, gradient, tolerance = 1e-8, info = label)
    }
  }
})

test_that("rows and columns of the weight 0 may hold anything", {
  x <- example_data()
  w <- list(rows = replace(rep(1, nrow(x)), 2, 0), columns = replace(rep(2, ncol(x)), 3, 0))
  spoilt <- x
  spoilt[2, ] <- -999
  spoilt[, 3] <- Inf
  init <- list(W = unname(x[, 1:2]) + 1, H = unname(x[1:2, ]) + 1)
  fit <- function(x) suppressWarnings(nmf(x, 2, weights = w, init = init))
  expect_equal(fit(spoilt)$objective, fit(x)$objective, tolerance = 1e-6)
  sparse <- methods::as(Matrix::Matrix(spoilt, sparse = TRUE), "CsparseMatrix")
  expect_equal(fit(sparse)$objective, fit(x)$objective, tolerance = 1e-6)
  spoilt[1, 1] <- -1
  expect_error(fit(spoilt), "negative", class = "nonneg_error_input")
})

# Sixteen columns go by lanes, each with a quadratic of its own.
test_that("each column is solved for what it has, as it is alone", {
  missing <- withr::with_seed(4, matrix(stats::runif(40 * 37) < 0.3, 40))
  for (isa in cpp_isas()) {
    local_isa(isa)
    for (rank in c(1, 2, 3, 5, 8, 13)) {
      W <- random_start(40, 37, rank)$W
      # Where they are missing, nothing is left of the last component; two others are the same.
      W[, rank] <- replace(numeric(40), 1:3, 1)
      x <- random_data(40, 37, zeros = 0.3)
      x[1:3, 5:8] <- NA
      x[missing & row(x) > 3] <- NA
      x[, 37] <- 0  # nothing to solve for
      if (rank >= 5) W[, 2] <- W[, 1]
      for (alpha in c(0, 1e-3)) {
        settings <- contract_settings(rank, alpha_H = alpha)
        solve <- function(j, storage, threads = 1L) {
          data <- nmf_data(storages[[storage]](x[, j, drop = FALSE]))
          options <- core_options(data, settings)
          options[c("threads", "largest")] <- list(threads, max(x, na.rm = TRUE))
          cpp_project(data$x, W, matrix(0.5, rank, length(j)), options)$H
        }
        for (storage in c("dense", "sparse")) {
          H <- solve(1:37, storage)
          label <- paste(isa, rank, alpha, storage)
          l2 <- core_options(nmf_data(x), settings)$penalties_H[[1]]$l2
          if (is.null(l2)) l2 <- 0
          for (j in c(1, 5, 16, 17, 36, 37)) {
            seen <- !is.na(x[, j])
            A <- crossprod(W[seen, , drop = FALSE]) + diag(l2, rank)
            b <- drop(crossprod(W[seen, , drop = FALSE], x[seen, j]))
            slope <- drop(A %*% H[, j]) - b
            # Optimal, whichever of two equal components has it.
            expect_true(all(H[, j] >= 0), label = label)
            expect_lt(max(abs(pmin(H[, j], slope))), 1e-9 * max(b, 1), label = label)
            expect_identical(solve(j, storage)[, 1], H[, j], label = label)
          }
          expect_identical(solve(1:37, storage, 2L), H, label = label)
        }
      }
    }
  }
})
