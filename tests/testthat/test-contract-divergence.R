# The losses that are sums over entries: every loss x solver x storage.

entry_losses <- list("kullback-leibler", "itakura-saito", 0.5, 1.5, 3, -1, negative_binomial(0.7))
in_memory <- c("dense", "sparse")
entry_penalties <- list(
  none = list(), ridge = list(alpha_W = 0.02, alpha_H = 0.01),
  lasso = list(alpha_W = 0.004, alpha_H = 0.01, l1_ratio = 1),
  both = list(alpha_W = 0.01, alpha_H = 0.02, l1_ratio = 0.3)
)

# Zeros only where the loss allows them.
entry_data <- function(loss, l = 19, n = 33, zeros = 0.4) {
  if (!check_loss(loss)$zeros) random_data(l, n) + 0.05 else random_data(l, n, zeros = zeros)
}

entry_cases <- function(storage = in_memory) {
  cases <- do.call(rbind, lapply(seq_along(entry_losses), function(loss) {
    solver <- solvers_for(entry_losses[[loss]])
    expand.grid(loss = loss, solver = solver, storage = storage, stringsAsFactors = FALSE)
  }))
  lapply(split(cases, seq_len(nrow(cases))), function(case) {
    case <- as.list(case)
    case$loss <- entry_losses[[case$loss]]
    case$label <- paste(label_of(case$loss), case$solver, case$storage)
    case
  })
}

# The best H for fixed W, by the package.
predict_from <- function(W, x, ..., loss) {
  settings <- contract_settings(ncol(W), loss = loss, solver = "cd", ...)
  cpp_project(x, W, matrix(0, ncol(W), ncol(x)), core_options(facts(x), settings))$H
}

test_that("the oracle's gradient is that of its objective", {
  f <- random_start(6, 5, 3)
  p <- list(alpha_W = 0.05, alpha_H = 0.02, l1_ratio = 0.4)
  for (loss in entry_losses) {
    x <- random_data(6, 5) + 0.1
    value <- function(f) do.call(oracle_objective, c(list(x, f$W, f$H, loss = loss), p))$objective
    gradient <- do.call(oracle_gradient, c(list(x, f$W, f$H, loss = loss), p))
    for (factor in c("W", "H")) {
      difference <- vapply(seq_along(f[[factor]]), function(k) {
        up <- down <- f
        up[[factor]][k] <- up[[factor]][k] + 1e-6
        down[[factor]][k] <- down[[factor]][k] - 1e-6
        (value(up) - value(down)) / 2e-6
      }, 0)
      expect_equal(c(gradient[[factor]]), difference, tolerance = 1e-6, info = paste(label_of(loss), factor))
    }
  }
})

test_that("objective and certificate of any pair are the oracle's", {
  start <- random_start(19, 33, 4)
  start$W[2, 1:2] <- 0
  start$H[1, 3] <- 0
  for (loss in entry_losses) {
    x <- entry_data(loss)
    for (name in names(entry_penalties)) {
      p <- entry_penalties[[name]]
      expected <- do.call(oracle_objective, c(list(x, start$W, start$H, loss = loss), p))
      kkt <- do.call(entry_kkt, c(list(x, start$W, start$H, loss = loss), p))
      for (storage in in_memory) {
        found <- do.call(contract_measure, c(list(x, start, storage, loss = loss, solver = "cd"), p))
        label <- paste(label_of(loss), name, storage)
        expect_equal(found[1:3], expected, tolerance = 1e-10, info = label)
        expect_equal(found$kkt, kkt, tolerance = 1e-8, info = label)
      }
    }
  }
})

test_that("the history never increases, and ends in the objective of the pair returned", {
  start <- random_start(19, 33, 4)
  for (case in entry_cases()) {
    x <- entry_data(case$loss)
    for (name in names(entry_penalties)) {
      p <- entry_penalties[[name]]
      fit <- do.call(contract_fit, c(
        list(x, start, case$storage, solver = case$solver, loss = case$loss, max_iter = 60, tol = 0), p
      ))
      label <- paste(case$label, name)
      expect_true(all(diff(fit$history$objective) <= 1e-12 * fit$history$objective[1]), label = label)
      expect_lt(fit$objective, fit$history$objective[1], label = label)
      expect_equal(
        fit$objective, do.call(oracle_objective, c(list(x, fit$W, fit$H, loss = case$loss), p))$objective,
        tolerance = 1e-10, info = label
      )
      expect_identical(faults_of(fit)[grepl("^NA in history", faults_of(fit))], character(), label = label)
    }
  }
})

test_that("a fit that reached tol is a stationary point", {
  start <- random_start(19, 33, 4)
  tol <- 1e-5
  for (case in entry_cases()) {
    if (case$solver == "mu") next
    x <- entry_data(case$loss)
    for (name in names(entry_penalties)) {
      p <- entry_penalties[[name]]
      fit <- do.call(contract_fit, c(
        list(x, start, case$storage, solver = case$solver, loss = case$loss, max_iter = 10000, tol = tol), p
      ))
      label <- paste(case$label, name)
      expect_identical(fit$reason, "tol", label = label)
      kkt <- do.call(entry_kkt, c(list(x, fit$W, fit$H, loss = case$loss), p))
      expect_lte(kkt, tol * (1 + 1e-4), label = label)
    }
  }
})

test_that("the gaps of Kullback-Leibler bound what the best half-problem gains", {
  x <- random_data(12, 15, zeros = 0.3)
  for (p in entry_penalties[c("none", "lasso")]) {
    for (iterations in c(1, 5, 30)) {
      fit <- do.call(contract_fit, c(
        list(x, random_start(12, 15, 3), solver = "cd", loss = "kl", max_iter = iterations, tol = 0), p
      ))
      H <- do.call(predict_from, c(list(fit$W, x, loss = "kl"), p))
      best <- do.call(oracle_objective, c(list(x, fit$W, H, loss = "kullback-leibler"), p))$objective
      expect_gte(fit$certificate$gap_H, fit$objective - best - 1e-10 * fit$objective)
      expect_gte(fit$objective, best * (1 - 1e-12))
    }
  }
})

test_that("same bits for any number of threads, and sparse is dense", {
  start <- random_start(300, 400, 5)
  same <- c("W", "H", "objective", "certificate")
  for (loss in list("kullback-leibler", "itakura-saito", 1.5)) {
    x <- entry_data(loss, 300, 400, zeros = 0.8)
    for (solver in solvers_for(loss)) {
      short <- function(storage, threads) {
        contract_fit(
          x, start, storage, loss = loss, solver = solver, max_iter = 6, tol = 0, threads = threads
        )
      }
      fits <- lapply(c(1, 2, 4), function(threads) short("sparse", threads))
      dense <- short("dense", 2)
      for (f in fits[-1]) expect_identical(unclass(f)[same], unclass(fits[[1]])[same])
      expect_close(dense$W, fits[[1]]$W, 1e-8, label = paste(label_of(loss), solver))
      # Where x > 0 and its reconstruction is next to nothing, rounding errors show in its logarithm.
      expect_equal(dense$objective, fits[[1]]$objective, tolerance = 1e-8)
    }
  }
})

test_that("multiplicative updates for Kullback-Leibler are those of Lee and Seung", {
  x <- random_data(9, 11, zeros = 0.2)
  f <- random_start(9, 11, 3)
  # The core keeps H for its update and then W, several inner steps each.
  fit <- contract_fit(
    x, f, solver = "mu", loss = "kl", max_iter = 7, tol = 0, control = nmf_control(inner_sweeps = 1)
  )
  for (step in 1:7) {
    f$H <- f$H * (t(f$W) %*% (x / (f$W %*% f$H))) / colSums(f$W)
    f$W <- sweep(f$W * ((x / (f$W %*% f$H)) %*% t(f$H)), 2, rowSums(f$H), "/")
  }
  order <- component_order(f$W, f$H)
  expect_close(unname(fit$W), f$W[, order], 1e-12)
  expect_close(unname(fit$H), f$H[order, ], 1e-12)
})

test_that("all solvers reach one optimum of a small Kullback-Leibler problem", {
  x <- random_data(8, 10, zeros = 0.2)
  start <- random_start(8, 10, 2)
  mu <- contract_fit(x, start, solver = "mu", loss = "kl", tol = 1e-8, max_iter = 50000)
  for (solver in setdiff(solvers_for(1), "mu")) {
    fit <- contract_fit(x, start, solver = solver, loss = "kl", tol = 1e-8, max_iter = 5000)
    expect_identical(fit$reason, "tol", label = solver)
    expect_equal(fit$objective, mu$objective, tolerance = 1e-6, info = solver)
  }
})

# Every loss at the edge: with a floor where it needs one, of `scale` times the numbers here.
every_loss <- c(list("frobenius"), entry_losses)

# The loss that treats scale * x as `loss` does x.
scaled_loss <- function(loss, scale) {
  if (inherits(loss, "nmf_loss")) negative_binomial(loss$dispersion / scale) else loss
}

edge_cases <- function() {
  x <- random_data(9, 20)
  list(
    `zero row` = replace(x, row(x) == 3, 0), `zero column` = replace(x, col(x) == 4, 0),
    zero = 0 * x, single = replace(0 * x, 40, 3),
    integers = matrix(as.integer(round(4 * x)), 9),
    `a faint row` = x * ifelse(row(x) == 3, 1e-18, 1), `a faint column` = x * ifelse(col(x) == 4, 1e-18, 1)
  )
}

# What else is asked of nmf(), for data times `scale` and factors times its root; no penalty where it
# would be out of range.
edge_variants <- function(scale, loss) {
  weights <- matrix(seq(0.5, 2, length.out = 180), 9)
  weights[seq(2, 180, by = 11)] <- 0
  penalty <- 0.01 * sqrt(scale)^(2 * check_loss(loss)$degree - 1)
  start <- random_start(9, 20, 3)
  penalised <- list(alpha_W = penalty, alpha_H = penalty, l1_ratio = 1)
  c(
    list(plain = list(), missing = list(), weighted = list(weights = weights)),
    if (penalty > 0 && penalty < 1e300) list(penalised = penalised),
    list(fixed = list(fixed_W = start$W[, 1:2] * sqrt(scale)))
  )
}

edge_fit <- function(x, scale, loss, solver, storage, variant, extra, ...) {
  data <- if (scale == 1) x else x * scale
  if (variant == "missing") data[seq(2, 180, by = 11)] <- NA
  if (storage == "sparse") data <- storages$sparse(data)
  floor <- if (!check_loss(loss)$zeros) 0.02 * scale
  suppressWarnings(
    withr::with_seed(1, do.call(nmf, c(
      list(data, 3, loss = loss, solver = solver, init = "random", control = nmf_control(floor = floor)),
      extra, list(...)
    ))),
    classes = c("nonneg_warning_unobserved", "nonneg_warning_zero")
  )
}

test_that("data at the edge: every loss, solver and storage converges, whatever is asked for besides", {
  edges <- edge_cases()
  for (loss in every_loss) {
    variants <- edge_variants(1, loss)
    for (solver in solvers_for(loss)) {
      for (edge in names(edges)) {
        for (variant in names(variants)) {
          # What is plain in both storages, the rest in turns.
          turn <- 1 + match(edge, names(edges)) %% 2
          for (storage in if (variant == "plain") in_memory else in_memory[turn]) {
            fit <- edge_fit(
              edges[[edge]], 1, loss, solver, storage, variant, variants[[variant]],
              max_iter = if (solver == "mu") 20 else 2000
            )
            label <- paste(label_of(loss), solver, edge, variant, storage)
            expect_sound_entries(fit, label)
            if (solver == "mu") next # reaches 0 in the limit only
            expect_identical(fit$reason, "tol", label = label)
            if (!check_loss(loss)$zeros) next # the floor is above 0
            if (edge == "zero row") expect_identical(unname(fit$W[3, 3]), 0, label = label)
            if (edge == "zero row" && variant != "fixed") {
              expect_identical(unname(fit$W[3, ]), numeric(3), label = label)
            }
            if (edge == "zero column") expect_identical(unname(fit$H[, 4]), numeric(3), label = label)
          }
        }
      }
    }
  }
})

test_that("a fit of c * x is that of x at the ends of what numbers can be, for every loss and solver", {
  x <- random_data(9, 20) + 0.05
  for (loss in every_loss) {
    for (solver in solvers_for(loss)) {
      for (storage in in_memory) {
        one <- edge_variants(1, loss)
        plain <- lapply(setNames(nm = names(one)), function(variant) {
          edge_fit(x, 1, loss, solver, storage, variant, one[[variant]], max_iter = 15, tol = 0)
        })
        # A dispersion times 2^1040 is no number.
        for (scale in c(1e-300, 1e300, if (!inherits(loss, "nmf_loss")) 2^-1040)) {
          variants <- edge_variants(scale, loss)
          for (variant in names(variants)) {
            fit <- edge_fit(
              x, scale, scaled_loss(loss, scale), solver, storage, variant, variants[[variant]],
              max_iter = 15, tol = 0
            )
            label <- paste(label_of(loss), solver, storage, format(scale), variant)
            found <- fit$W %*% (fit$H / sqrt(scale)) / sqrt(scale)
            expect_close(found, plain[[variant]]$W %*% plain[[variant]]$H, 1e-5, label = label)
          }
        }
      }
    }
  }
})

test_that("a fit of c * x is that of x, whatever the loss", {
  for (loss in entry_losses) {
    x <- entry_data(loss)
    one <- withr::with_seed(1, nmf(x, 3, loss = loss, init = "random", max_iter = 40))
    two <- withr::with_seed(1, nmf(x * 2^40, 3, loss = scaled_loss(loss, 2^40), init = "random", max_iter = 40))
    expect_close(two$W %*% two$H / 2^40, one$W %*% one$H, 1e-8, label = label_of(loss))
  }
})

test_that("a coordinate that became 0 comes back", {
  x <- random_data(10, 12)
  start <- random_start(10, 12, 3)
  start$W[1:5, 1] <- 0
  start$H[2, ] <- 0
  fit <- contract_fit(x, start, solver = "cd", loss = "kl", tol = 1e-6, max_iter = 3000)
  expect_true(fit$converged)
  free <- contract_fit(x, random_start(10, 12, 3), solver = "cd", loss = "kl", tol = 1e-6, max_iter = 3000)
  expect_lt(fit$objective, 1.1 * free$objective)
  expect_gt(sum(fit$W > 0), 25)
})

test_that("predict() finds the best H", {
  for (loss in entry_losses) {
    x <- entry_data(loss)
    fit <- nmf(x[, 1:25], 3, loss = loss, init = list(W = random_start(19, 33, 3)$W), alpha_W = 0.001)
    H <- predict(fit, x[, 26:33])
    at <- function(h) {
      oracle_objective(x[, 26:33], fit$W, h, loss = loss, alpha_W = 0, alpha_H = 0.001)$objective
    }
    g <- oracle_gradient(x[, 26:33], fit$W, H, loss = loss, alpha_W = 0, alpha_H = 0.001)$H
    size <- max(abs(oracle_gradient(x[, 26:33], fit$W, H * 0 + mean(H), loss = loss)$H))
    expect_lt(max(abs(pmin(H / max(H), g / size))), 1e-6, label = label_of(loss))
    withr::local_seed(1)
    for (k in 1:20) expect_lte(at(H), at(abs(H + rnorm(length(H)) * 0.01 * max(H))), label = label_of(loss))
  }
})

test_that("divergence() is the oracle's value, dense, sparse, and from factors", {
  f <- random_start(19, 33, 4)
  for (loss in c(list("frobenius"), entry_losses)) {
    x <- entry_data(loss)
    expected <- oracle_loss(loss)$value(x, f$W %*% f$H)
    expect_equal(divergence(x, f$W %*% f$H, loss), expected, tolerance = 1e-12)
    expect_equal(divergence(x, f, loss), expected, tolerance = 1e-12)
    expect_equal(divergence(storages$sparse(x), f, loss), expected, tolerance = 1e-12)
  }
  expect_identical(divergence(matrix(c(0, 1)), matrix(c(0, 1)), "kl"), 0)
  expect_identical(divergence(matrix(1), matrix(0), "kl"), Inf)
})

test_that("divergence() is a number wherever its value is one", {
  d <- function(x, y, loss) divergence(matrix(x), matrix(y), loss)
  expect_equal(d(1e300, 1.1e300, "kl"), (log(1 / 1.1) + 0.1) * 1e300, tolerance = 1e-12)
  expect_equal(d(1e300, 1e-300, "kl"), (600 * log(10) - 1) * 1e300, tolerance = 1e-12)
  expect_equal(d(1e-300, 1e300, "is"), 600 * log(10) - 1, tolerance = 1e-12)
  expect_equal(d(4.94e-324, 3 * 4.94e-324, "is"), 1 / 3 + log(3) - 1, tolerance = 1e-12)
  expect_equal(d(1e200, 1.1e200, -1) * 1e200, (1 - 2 / 1.1 + 1 / 1.21) / 2, tolerance = 1e-12)
  expect_equal(d(1e-300, 4e-300, 0.5) * 1e150, 1, tolerance = 1e-12)
  expect_equal(d(1e-100, 3e-100, 3) * 1e300, (1 + 2 * 27 - 3 * 9) / 6, tolerance = 1e-12)
  expect_equal(d(1e150, 3e150, 2), 2e300, tolerance = 1e-12)
  expect_identical(d(1e200, 3e200, 2), Inf)
  expect_identical(d(1e305, 1e305, 4), 0)
  # Factors of very different size, whose squares are out of range.
  f <- random_start(9, 8, 2)
  x <- random_data(9, 8)
  for (loss in list("frobenius", "kl", 1.5)) {
    uneven <- list(W = f$W * 1e200, H = f$H * 1e-200)
    for (storage in in_memory) {
      expect_equal(
        divergence(storages[[storage]](x), uneven, loss), divergence(x, f$W %*% f$H, loss), tolerance = 1e-12
      )
    }
  }
})

test_that("losses and solvers that cannot work are errors that say what can", {
  x <- random_data(5, 6, zeros = 0.5)
  expect_error(nmf(x, 2, loss = "poison"), "Did you mean \"poisson\"", class = "nonneg_error_input")
  expect_error(nmf(x, 2, loss = 7), "from -4 to 4", class = "nonneg_error_input")
  expect_error(nmf(x, 2, loss = NA_real_), "loss", class = "nonneg_error_input")
  expect_error(nmf(x, 2, loss = "kl", solver = "bpp"), "does not work", class = "nonneg_error_input")
  zeros <- sum(x == 0)
  expect_error(nmf(x, 2, loss = "is"), paste(zeros, "zeros"), class = "nonneg_error_input")
  expect_error(nmf(x, 2, loss = -1), "smallest positive", class = "nonneg_error_input")
  expect_error(divergence(x, x[, 1:3]), "must be 5 x 6", class = "nonneg_error_input")
})

test_that("real data over four orders of magnitude: every loss converges, few iterations are undone", {
  x <- leukemia$x[seq(1, 5000, by = 10), ] + 0
  for (loss in entry_losses) {
    withr::local_seed(1)
    fit <- nmf(x, 4, loss = loss, init = "random", max_iter = 1000)
    expect_true(fit$converged, label = label_of(loss))
    expect_lt(sum(diff(fit$history$objective) == 0), 0.2 * nrow(fit$history), label = label_of(loss))
  }
})

test_that("Kullback-Leibler on leukemia: the best of ten starts reaches the known optima", {
  known <- c(16272116, 13806508, 12453698, 11338406)
  withr::local_seed(1)
  for (rank in 2:5) {
    fit <- nmf(leukemia$x, rank, loss = "kl", nrun = 10, tol = 1e-5, max_iter = 1000)
    expect_lte(fit$objective, known[rank - 1] * (1 + 1e-6))
  }
})

test_that("data in more separate groups than components: no start is a trap", {
  set.seed(1)
  blocks <- as.matrix(Matrix::bdiag(lapply(1:8, function(i) matrix(rpois(30, 3) + 1, 6))))
  for (loss in list("kl", 0.5)) {
    random <- nmf(blocks, 4, loss = loss, init = "random")
    fit <- nmf(blocks, 4, loss = loss)
    expect_lt(fit$objective, 3 * random$objective, label = label_of(loss))
  }
  # One component for all would have 8 log 8 = 16.6; the trap has 179.
  expect_lt(nmf(diag(8), 3, loss = "kl")$objective, 16.6)
})

test_that("a beta that is 1 or 0 but for rounding is that loss", {
  x <- random_data(8, 9) + 0.1
  beta <- seq(0.1, 1.9, by = 0.3)[4]
  expect_false(beta == 1)
  start <- random_start(8, 9, 2)
  expect_identical(
    nmf(x, 2, loss = beta, init = start)$objective, nmf(x, 2, loss = "kl", init = start)$objective
  )
  expect_identical(check_loss(1e-12)$name, "itakura-saito")
})

test_that("divergence() has its limits where an entry is 0", {
  d <- function(x, y, loss) divergence(matrix(x), matrix(y), loss)
  expect_identical(c(d(1, 0, "is"), d(1, 0, -1), d(1, 0, 0.5), d(1, 0, 1)), rep(Inf, 4))
  expect_identical(c(d(0, 0, "is"), d(0, 0, -1), d(0, 0, 0.5), d(0, 0, 1.5), d(0, 0, 3)), numeric(5))
  expect_identical(d(0, 4, 0.5), 4)
  expect_identical(d(0, 2, "kl"), 2)
  expect_equal(d(1, 0, 3), 1 / 6)
})

test_that("predict() returns the lowest point it saw", {
  W <- matrix(c(
    2.802, 2.515, .03045, 1.04, 2.429, .07216, .5717, 1.685, .4367, .6673, 2.59, .1062, .03794, .172, .1543
  ), 3)
  y <- matrix(c(.3753, 1.641, .2508), 3)
  fit <- nmf(W, 5, loss = -4, init = list(W = W, H = diag(5)), max_iter = 1)
  fit$W[] <- W
  expect_warning(H <- predict(fit, y), class = "nonneg_warning_unsolved")
  expect_lt(divergence(y, list(W = W, H = H), -4), 0.01)
  large <- matrix(seq(1, 2, length.out = 60), 30) * 5e304
  expect_true(all(is.finite(predict(nmf(large, 1, loss = "kl"), large))))
})
