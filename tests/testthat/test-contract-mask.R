# Entries left out by classes of rows and columns are missing entries, in whatever way the core is told.

masked_data <- function() {
  x <- random_data(60, 45, zeros = 0.6)
  mask <- withr::with_seed(3, list(
    rows = sample(rep_len(0:6, 60)), columns = sample(rep_len(0:4, 45)),
    out = matrix(sample(rep_len(c(TRUE, FALSE, FALSE), 35)), 7)
  ))
  gone <- mask$out[mask$rows + 1, mask$columns + 1]
  list(mask = mask, gaps = replace(x, gone, NA), zeros = replace(x, gone, 0))
}

# Not coordinate descent for the Frobenius loss: items of one class sweep until none of them has much to gain,
# others each for itself.
core_fit <- function(x, loss, scan, mask = NULL, weights = NULL, threads = 1L) {
  start <- random_start(60, 45, 4)
  cpp_fit(x, start$W, start$H, list(
    loss = check_loss(loss)[c("name", "parameter")], solver = if (loss == "frobenius") "bpp" else "cd",
    threads = threads, max_iter = 100L, tol = 1e-7,
    largest = scan$max, sumsq = scan$sumsq, missing = is.null(mask), row_weights = weights, mask = mask
  ), NULL)
}

test_that("a mask is the same as missing entries", {
  d <- masked_data()
  scan <- cpp_scan(d$gaps)
  for (weights in list(NULL, withr::with_seed(1, stats::runif(60)))) {
    plain <- core_fit(d$gaps, "frobenius", scan, weights = weights)
    masked <- list(
      dense = core_fit(d$gaps, "frobenius", scan, d$mask, weights),
      sparse = core_fit(storages$sparse(d$zeros), "frobenius", scan, d$mask, weights)
    )
    for (fit in masked) {
      expect_equal(fit$history$objective, plain$history$objective, tolerance = 1e-10)
      expect_close(fit$W %*% fit$H, plain$W %*% plain$H, 1e-6)
      expect_equal(fit$certificate$kkt, plain$certificate$kkt, tolerance = 1e-4)
    }
    plain <- core_fit(d$gaps, "kl", scan, weights = weights)
    fit <- core_fit(storages$sparse(d$zeros), "kl", scan, d$mask, weights)
    expect_equal(fit$history$objective, plain$history$objective, tolerance = 1e-10)
    expect_close(fit$W %*% fit$H, plain$W %*% plain$H, 1e-8)
  }
})

test_that("with a mask threads do not matter", {
  d <- masked_data()
  scan <- cpp_scan(d$gaps)
  for (loss in c("frobenius", "kl")) {
    fits <- lapply(1:2, function(k) core_fit(storages$sparse(d$zeros), loss, scan, d$mask, threads = k))
    expect_identical(fits[[1]][c("W", "H")], fits[[2]][c("W", "H")])
  }
})

test_that("a mask that a loss could not obey is refused", {
  d <- masked_data()
  scan <- cpp_scan(d$gaps)
  expect_error(core_fit(d$gaps, "kl", scan, d$mask), "not for this loss or data of this kind")
  expect_error(core_fit(storages$sparse(d$zeros + 1), 0, scan, d$mask), "not for this loss")
  expect_error(core_fit(d$gaps, "frobenius", scan, replace(d$mask, "rows", list(0:58))), "one class for every row")
})

test_that("classes of more items than go by lanes, and with weights, penalties and fixed coefficients", {
  x <- random_data(150, 100, zeros = 0.6)
  mask <- withr::with_seed(4, list(
    rows = sample(rep_len(0:2, 150)), columns = sample(rep_len(0:3, 100)),
    out = matrix(c(TRUE, FALSE, FALSE, FALSE, FALSE, TRUE, FALSE, FALSE, FALSE, FALSE, TRUE, FALSE), 3)
  ))
  gone <- mask$out[mask$rows + 1, mask$columns + 1]
  gaps <- replace(x, gone, NA)
  scan <- cpp_scan(gaps)
  fixed <- withr::with_seed(5, matrix(stats::runif(150 * 5) < 0.1, 150))
  core <- function(x, mask, solver, ..., threads = 1L) {
    start <- random_start(150, 100, 5)
    cpp_fit(x, start$W, start$H, list(
      loss = check_loss("frobenius")[c("name", "parameter")], solver = solver, threads = threads,
      max_iter = 30L, tol = 0, largest = scan$max, sumsq = scan$sumsq, missing = is.null(mask), mask = mask, ...
    ), NULL)
  }
  cases <- list(
    list(), list(row_weights = withr::with_seed(6, stats::runif(150))),
    list(column_weights = withr::with_seed(7, stats::runif(100))),
    list(penalties_H = list(list(kind = "elastic-net", l1 = 0.3, l2 = 0.2))), list(fixed_W = fixed)
  )
  sparse <- storages$sparse(replace(x, gone, 0))
  for (isa in cpp_isas()) {
    local_isa(isa)
    for (solver in c("bpp", "cd", "mu")) {
      for (case in cases) {
        of <- function(x, mask, threads = 1L) do.call(core, c(list(x, mask, solver, threads = threads), case))
        plain <- of(gaps, NULL)
        for (data in list(gaps, sparse)) {
          fit <- of(data, mask)
          label <- paste(isa, solver, names(case))
          if (solver == "cd") {
            # Sweeps end when all of a group have little to gain: another path.
            value <- c(fit$W %*% fit$H - x)[!gone]^2 / 2
            if (!length(case)) expect_equal(tail(fit$history$objective, 1), sum(value))
          } else {
            expect_equal(fit$history$objective, plain$history$objective, tolerance = 1e-8, label = label)
            expect_equal(fit$certificate, plain$certificate, tolerance = 1e-3, label = label)
          }
          expect_identical(of(data, mask, 2L)[c("W", "H")], fit[c("W", "H")], label = label)
        }
      }
    }
  }
})

# Rows of a factor lie in units of eight numbers and a rest, Gram matrices in tiles of sixteen.
test_that("what is left out is the same for ranks that fill units and tiles, or leave a rest", {
  x <- random_data(150, 100, zeros = 0.3)
  mask <- withr::with_seed(4, list(
    rows = sample(rep_len(0:5, 150)), columns = sample(rep_len(0:6, 100)),
    out = matrix(sample(rep_len(c(TRUE, FALSE, FALSE), 42)), 6)
  ))
  gone <- mask$out[mask$rows + 1, mask$columns + 1]
  gaps <- replace(x, gone, NA)
  scan <- cpp_scan(gaps)
  core <- function(x, rank, mask = NULL) {
    start <- random_start(150, 100, rank)
    cpp_fit(x, start$W, start$H, list(
      loss = check_loss("frobenius")[c("name", "parameter")], solver = "bpp", threads = 2L, max_iter = 8L,
      tol = 0, largest = scan$max, sumsq = scan$sumsq, missing = is.null(mask), mask = mask
    ), NULL)
  }
  zeros <- storages$sparse(replace(x, gone, 0))
  stored <- storages$sparse(replace(x, gone, 1))
  stored@x[gone[cbind(stored@i + 1, rep(1:100, diff(stored@p)))]] <- NA
  for (isa in cpp_isas()) {
    local_isa(isa)
    for (rank in c(1, 2, 3, 4, 6, 8, 10, 16, 17, 20, 33)) {
      plain <- core(gaps, rank)
      naive <- sum((plain$W %*% plain$H - x)[!gone]^2) / 2
      fits <- list(dense = core(gaps, rank, mask), classes = core(zeros, rank, mask), stored = core(stored, rank))
      expect_equal(tail(plain$history$objective, 1), naive)
      for (kind in names(fits)) {
        label <- paste(isa, rank, kind)
        expect_equal(fits[[kind]]$history$objective, plain$history$objective, tolerance = 1e-8, label = label)
      }
    }
  }
})
