# Losses that are sums over entries, missing entries and weights, where X is read by columns alone: once per iteration.

# Stays on disk, whatever its size.
on_disk <- function(y, ..., env = parent.frame()) {
  store <- local_store(y, ..., env = env)
  withr::local_options(nonneg.memory = 4 * bytes_of(store) - 1, .local_envir = env)
  store
}

reads_of <- function(code) {
  before <- cpp_store_reads()
  force(code)
  cpp_store_reads() - before
}

counts <- function(l = 40, n = 36, rank = 3, seed = 1) {
  withr::with_seed(seed, {
    W <- matrix(stats::rgamma(l * rank, 0.5), l)
    H <- matrix(stats::rgamma(rank * n, 0.5), rank)
    matrix(stats::rpois(l * n, 6 * W %*% H), l) + 0
  })
}

some_losses <- list("kullback-leibler", "itakura-saito", 0.5, 1.5, 3, negative_binomial(0.3))

test_that("objective and certificate of any pair are the oracle's", {
  x <- counts() + 1
  holes <- x
  holes[cbind(1:30, 30:1)] <- NA
  zeros <- replace(x, x < 3, 0)
  weights <- list(rows = seq_len(40) / 10, columns = 36:1 / 9)
  v <- outer(weights$rows, weights$columns)
  start <- random_start(40, 36, 3)
  start$W[2, 1] <- start$H[3, 5] <- 0
  p <- list(alpha_W = 0.05, alpha_H = 0.02, l1_ratio = 0.4)
  for (loss in some_losses) {
    cases <- list(whole = list(x), holes = list(holes), weights = list(x, weights), both = list(holes, weights))
    if (!identical(loss, "itakura-saito")) cases$zeros <- list(zeros)
    for (name in names(cases)) {
      y <- cases[[name]][[1]]
      w <- if (length(cases[[name]]) > 1) weights
      at_v <- if (is.null(w)) 1 else v
      for (sparse in c(FALSE, TRUE)) {
        store <- on_disk(if (sparse) methods::as(y, "CsparseMatrix") else y, type = "double")
        fit <- do.call(nmf, c(list(store, 3, loss, init = start, weights = w, max_iter = 6, tol = 0), p))
        label <- paste(label_of(loss), name, sparse)
        of <- function(f, ...) do.call(f, c(list(y, fit$W, fit$H, ..., loss = loss, v = at_v), p))
        expect_equal(fit$objective, of(oracle_objective)$objective, tolerance = 1e-10, label = label)
        expect_equal(fit$certificate$kkt, of(entry_kkt), tolerance = 1e-6, label = label)
        expect_true(all(diff(fit$history$objective) <= 1e-12 * fit$history$objective[1]), label = label)
      }
    }
  }
})

test_that("a fit of any loss reads a store once per iteration, whatever happens on the way", {
  x <- counts() + 1
  holes <- replace(x, 7, NA)
  start <- random_start(40, 36, 3)
  weights <- list(rows = seq_len(40))
  for (sparse in c(FALSE, TRUE)) {
    y <- function(x) if (sparse) methods::as(x, "CsparseMatrix") else x
    # One more for the certificate at the end, if no iteration was without extrapolation; and for losses that are
    # not quadratic one for that of the features' means.
    within <- function(store, loss = "frobenius", ..., more = 1) {
      expect_no_message(reads <- reads_of(
        nmf(store, 3, loss = loss, ..., init = start, max_iter = 30, tol = 0, verbose = FALSE)
      ))
      means <- if (identical(loss, "frobenius")) 0 else 1
      expect_true(reads >= 30 + means && reads <= 30 + means + more)
    }
    store <- on_disk(y(x))
    for (loss in some_losses) within(store, loss = loss)
    within(store, loss = "kl", weights = weights)
    within(store, loss = "kl", smooth_W = 0.1, alpha_W = 0.1, alpha_H = 0.1)
    within(store, loss = "frobenius", weights = weights)
    within(store, loss = "kl", solver = "mu")
    # Three for dispersions.
    within(store, loss = "nb", more = 4)
    holes <- on_disk(y(replace(x, 7, NA)), type = "double")
    within(holes)
    within(holes, loss = "kl")
    # It says that it ended by itself, and by its own certificate.
    expect_identical(
      reads_of(fit <- nmf(store, 3, "kl", init = start, max_iter = 200)),
      as.double(max(fit$history$iteration)) + 1
    )
    expect_identical(fit$reason, "tol")
  }
})

test_that("quadratic losses go the way that they go in memory", {
  x <- counts()
  holes <- x
  holes[cbind(1:30, 30:1)] <- NA
  many <- withr::with_seed(2, replace(x, sample(length(x), length(x) / 3), NA))
  start <- random_start(40, 36, 3)
  weights <- list(rows = 1:40, columns = 36:1)
  for (sparse in c(FALSE, TRUE)) {
    y <- function(x) if (sparse) methods::as(x, "CsparseMatrix") else x
    same <- function(x, ...) {
      fit <- function(x) nmf(x, 3, init = start, max_iter = 20, tol = 0, ...)
      store <- on_disk(x, type = "double")
      expect_equal(
        unclass(fit(store))[c("W", "H", "objective", "certificate")],
        unclass(fit(x))[c("W", "H", "objective", "certificate")],
        tolerance = 1e-8
      )
    }
    same(y(x), weights = weights)
    same(y(holes))
    same(y(many), weights = weights, alpha_W = 0.1, smooth_W = 0.1)
    same(y(holes), fixed_W = cbind(x[, 1] + 1), alpha_W = 0.1, l1_ratio = 1)
  }
})

test_that("the others reach what they reach in memory", {
  x <- counts() + 1
  start <- random_start(40, 36, 3)
  store <- on_disk(x)
  reached <- function(..., within = 1e-5) {
    fit <- function(x) nmf(x, 3, init = start, max_iter = 500, tol = 1e-5, ...)
    expect_equal(fit(store)$objective, fit(x)$objective, tolerance = within)
  }
  reached(loss = "kl")
  reached(loss = 1.5)
  reached(loss = negative_binomial(0.3))
  reached(loss = "kl", alpha_W = 0.1, alpha_H = 0.1, l1_ratio = 0.5)
  reached(loss = "kl", smooth_W = 0.01, alpha_H = 0.1)
  reached(loss = "kl", smooth_H = 0.01, alpha_W = 0.1)
  reached(loss = "kl", weights = list(rows = 1:40))
  reached(loss = "kl", fixed_W = cbind(x[, 1] + 1))
  reached(loss = "kl", solver = "newton")
})

test_that("no bit depends on threads, on the type of the store, or on the second cache", {
  x <- counts(300, 700)
  withr::defer(cpp_cache(0))
  for (y in list(x, methods::as(x, "CsparseMatrix"))) {
    start <- random_start(300, 700, 4)
    bits <- function(type, threads, cache, loss, rank = 4) {
      cpp_cache(cache)
      store <- on_disk(y, type = type)
      unclass(nmf(store, 4, loss, init = start, max_iter = 6, tol = 0, threads = threads))[c("W", "H", "certificate")]
    }
    for (loss in list("kl", negative_binomial(0.3))) {
      want <- bits("uint16", 1, 0, loss)
      expect_identical(bits("uint16", 2, 0, loss), want)
      expect_identical(bits("double", 2, 20000, loss), want)
    }
  }
})

test_that("beyond the rank of whole Hessians the diagonal does", {
  x <- counts(60, 50)
  start <- random_start(60, 50, 35)
  for (y in list(x, methods::as(x, "CsparseMatrix"))) {
    store <- on_disk(y)
    fit <- nmf(store, 35, "kl", init = start, max_iter = 150, tol = 0)
    memory <- nmf(y, 35, "kl", init = start, max_iter = 30, tol = 0)
    expect_true(all(diff(fit$history$objective) <= 0))
    expect_lte(fit$objective, memory$objective)
    expect_equal(fit$objective, oracle_objective(x, fit$W, fit$H, loss = "kullback-leibler")$objective, tolerance = 1e-9)
  }
})

test_that("rows that begin without a reconstruction get one", {
  x <- counts() + 1
  start <- random_start(40, 36, 3)
  start$W[4, ] <- 0
  start$W[5, 1:2] <- 0
  for (loss in some_losses) {
    store <- on_disk(x)
    fit <- nmf(store, 3, loss, init = start, max_iter = 60)
    expect_true(sum(fit$W[4, ]) > 0, label = label_of(loss))
    all <- nmf(store, 3, loss, init = random_start(40, 36, 3), max_iter = 60)
    expect_equal(fit$objective, all$objective, tolerance = 0.05, label = label_of(loss))
  }
})

test_that("one factor may be given, and a checkpoint goes on with the same bits", {
  x <- counts() + 1
  start <- random_start(40, 36, 3)
  store <- on_disk(x)
  for (part in c("W", "H")) {
    fit <- nmf(store, 3, "kl", init = start[part], max_iter = 60)
    expect_equal(fit$objective, nmf(x, 3, "kl", init = start[part], max_iter = 60)$objective, tolerance = 0.02)
  }
  for (loss in some_losses) {
    file <- withr::local_tempfile()
    fit <- function(...) nmf(store, 3, loss = loss, init = "random", tol = 0, ...)
    whole <- withr::with_seed(1, fit(max_iter = 24))
    for (at in c(5, 9)) {
      local({
        local_replaced("close_checkpoint", function(checkpoint) NULL)
        withr::with_seed(1, fit(max_iter = at, control = nmf_control(checkpoint = file, every = 0)))
      })
      resumed <- withr::with_seed(2, fit(max_iter = 24, control = nmf_control(checkpoint = file, every = 0)))
      expect_identical(resumed$W, whole$W)
      expect_identical(resumed$H, whole$H)
      expect_identical(resumed$history$objective, whole$history$objective)
    }
  }
})

test_that("a limit of time ends a fit with its best pair", {
  x <- counts(200, 300)
  store <- on_disk(x)
  fit <- suppressWarnings(nmf(store, 5, "kl", tol = 0, max_iter = 1e6, control = nmf_control(max_seconds = 0.2)))
  expect_identical(fit$reason, "max_seconds")
  expect_equal(fit$loss, divergence(x, fit, "kl"), tolerance = 1e-9)
})

test_that("what needs the place of each entry takes a store into memory, or says that it does not fit", {
  x <- round(4 * random_data(40, 30, zeros = 0.6))
  weights <- 1 + outer(1:40, 1:30) %% 3
  start <- random_start(40, 30, 2)
  for (y in list(x, storages$sparse(x))) {
    store <- local_store(y)
    calls <- list(
      list("weights of entries", function(x) nmf(x, 2, "kl", init = start, max_iter = 5, weights = weights)),
      list("missing = \"zeros\"", function(x) nmf(x, 2, init = start, max_iter = 5, missing = "zeros")),
      list("held-out entries", function(x) {
        withr::with_seed(1, cross_validate(x, ranks = 2, nrun = 1, method = "entries", threads = 1))
      })
    )
    for (call in calls) {
      withr::with_seed(1, want <- call[[2]](y))
      withr::with_seed(1, got <- call[[2]](store))
      for (part in if (is_nmf(want)) c("W", "H", "objective") else "errors") {
        expect_false(is.null(want[[part]]), label = call[[1]])
        expect_identical(got[[part]], want[[part]], label = call[[1]])
      }
      withr::with_options(list(nonneg.memory = bytes_of(store) - 1), {
        expect_error(call[[2]](store), paste0("in memory for .*", call[[1]]), class = "nonneg_error_input")
      })
    }
  }
})
