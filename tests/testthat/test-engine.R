# The engine: what it reads, and every set of instructions it has.

test_that("one iteration reads every column of the data once, in order", {
  x <- random_data(400, 1300, zeros = 0.5)
  start <- random_start(400, 1300, 3)
  for (sparse in c(FALSE, TRUE)) {
    for (solver in solver_names()) {
      stored <- storages[[if (sparse) "sparse" else "dense"]](x)
      reads <- list()
      source <- block_source(stored, seen = function(first, last) reads[[length(reads) + 1]] <<- first:last)
      options <- core_options(facts(x), contract_settings(3, solver = solver, max_iter = 6, tol = 0))
      fit <- cpp_fit(source, start$W, start$H, options, NULL)
      label <- paste(solver, if (sparse) "sparse" else "dense")
      expect_identical(max(fit$history$iteration), 6L, label = label)
      blocks <- sum(vapply(reads, `[`, 0, 1) == 1)
      # Six iterations, and one more read that measures the pair returned.
      expect_identical(blocks, 7L, label = label)
      expect_gt(length(reads), 2 * blocks, label = label)
      expect_identical(as.integer(unlist(reads)), rep(1:1300, 7), label = label)
    }
  }
})

test_that("the read that finds the tolerance reached is the last one", {
  x <- random_data(40, 30)
  start <- random_start(40, 30, 3)
  passes <- 0
  source <- block_source(x, seen = function(first, last) passes <<- passes + (first == 1))
  options <- core_options(facts(x), contract_settings(3, max_iter = 500, tol = 1e-3))
  fit <- cpp_fit(source, start$W, start$H, options, NULL)
  expect_identical(fit$reason, "tol")
  expect_equal(passes, max(fit$history$iteration) + 1)
})

test_that("measuring a pair, and predicting, read the data once", {
  x <- random_data(40, 1300)
  start <- random_start(40, 1300, 3)
  options <- core_options(facts(x), contract_settings(3))
  seen <- integer()
  source <- block_source(x, seen = function(first, last) seen <<- c(seen, first:last))
  cpp_certify(source, start$W, start$H, options)
  expect_identical(seen, 1:1300)
  seen <- integer()
  cpp_project(source, start$W, start$H, options)$H
  expect_identical(seen, 1:1300)
})

test_that("blocks that are not what their source promised are errors, and the next fit works", {
  x <- random_data(10, 8)
  start <- random_start(10, 8, 2)
  options <- core_options(facts(x), contract_settings(2, max_iter = 2))
  fit <- function(block, sparse = FALSE) {
    cpp_fit(list(nrow = 10, ncol = 8, sparse = sparse, block = block), start$W, start$H, options, NULL)
  }
  expect_error(fit(function(first, last) x[, 1:2]), "wrong size")
  expect_error(fit(function(first, last) x[1:9, ]), "wrong size")
  expect_error(fit(function(first, last) storages$sparse(x)), "storage")
  expect_error(fit(function(first, last) x, sparse = TRUE), "storage")
  expect_error(fit(function(first, last) `storage.mode<-`(x, "integer")), "double")
  expect_error(fit(function(first, last) stop("the disk is gone")), "the disk is gone")
  expect_identical(fit(function(first, last) x)$W, cpp_fit(x, start$W, start$H, options, NULL)$W)
})

test_that("every set of instructions gives the same fit", {
  isas <- cpp_isas()
  expect_true("baseline" %in% isas)
  expect_identical(cpp_isa(), isas[1])
  dense <- random_data(517, 130, zeros = 0.3)
  for (r in c(1, 2, 3, 5, 7, 8, 9, 10, 11, 20, 33, 70)) {
    start <- random_start(517, 130, r)
    for (storage in c("dense", "sparse")) {
      for (solver in solver_names()) {
        fits <- lapply(isas, function(isa) {
          local_isa(isa)
          expect_identical(cpp_isa(), isa)
          contract_fit(
            dense, start, storage, solver = solver, max_iter = 2, tol = 0, alpha_W = 1e-4, alpha_H = 1e-3,
            l1_ratio = 0.5
          )
        })
        first <- fits[[1]]
        for (k in seq_along(isas)[-1]) {
          other <- fits[[k]]
          gaps <- abs(c(
            other$certificate$gap_W - first$certificate$gap_W,
            other$certificate$gap_H - first$certificate$gap_H
          )) / first$objective
          apart <- c(
            differs_by(other$W, first$W), differs_by(other$H, first$H), gaps,
            differs_by(other$certificate$kkt, first$certificate$kkt) / 100
          )
          expect_lte(max(apart), 1e-9, label = paste(isas[k], storage, solver, "rank", r))
        }
      }
    }
  }
  expect_identical(cpp_isa(), isas[1])
  expect_error(cpp_isa("abacus"), "abacus")
})

test_that("every set of instructions gives the same fit under the other losses", {
  isas <- cpp_isas()
  for (loss in list("kullback-leibler", "itakura-saito", 1.5)) {
    dense <- random_data(130, 57) + 0.05
    for (r in c(1, 2, 3, 5, 8, 11, 20)) {
      start <- random_start(130, 57, r)
      for (storage in c("dense", "sparse")) {
        for (solver in solvers_for(loss)) {
          fits <- lapply(isas, function(isa) {
            local_isa(isa)
            contract_fit(
              dense, start, storage, loss = loss, solver = solver, max_iter = 2, tol = 0, alpha_W = 1e-4,
              alpha_H = 1e-3, l1_ratio = 0.5
            )
          })
          for (k in seq_along(isas)[-1]) {
            apart <- c(
              differs_by(fits[[k]]$W, fits[[1]]$W), differs_by(fits[[k]]$H, fits[[1]]$H),
              differs_by(fits[[k]]$objective, fits[[1]]$objective)
            )
            expect_lte(max(apart), 1e-9, label = paste(isas[k], loss, storage, solver, "rank", r))
          }
        }
      }
    }
  }
})

test_that("every set of instructions multiplies, scans and solves least squares alike", {
  x <- random_data(517, 77, zeros = 0.3)
  U <- matrix(sin(seq_len(517 * 6)), 517)
  A <- random_data(517, 11) - 0.5
  for (isa in cpp_isas()) {
    local_isa(isa)
    for (stored in list(x, storages$sparse(x))) {
      product <- cpp_multiply(stored, U, 1, NULL, TRUE, Inf, 2L)
      expect_close(product$UtX, crossprod(U, x), 1e-12, label = isa)
      expect_close(product$XXtU, x %*% crossprod(x, U), 1e-12, label = isa)
    }
    scan <- cpp_scan(x)
    expect_equal(
      scan[c("max", "sum", "sumsq", "nnz")],
      list(max = max(x), sum = sum(x), sumsq = sum(x^2), nnz = sum(x > 0)),
      tolerance = 1e-13, info = isa
    )
    expect_close(nnls(A, x - 1), t(oracle_best_W(t(x - 1), t(A))), 1e-9, label = isa)
  }
})

test_that("a product is right in every storage, weighted, in any unit, with the same bits for all", {
  x <- random_data(1100, 300, zeros = 0.7)
  U <- matrix(sin(seq_len(1100 * 9)), 1100)
  v <- seq_len(300) / 100
  expected <- list(UtX = crossprod(U, x), XXtU = x %*% (v * crossprod(x, U)))
  for (storage in names(storages)) {
    stored <- storages[[storage]](x)
    one <- cpp_multiply(stored, U, 1, v, TRUE, Inf, 1L)
    expect_close(one$UtX, expected$UtX, 1e-13, label = storage)
    expect_close(one$XXtU, expected$XXtU, 1e-13, label = storage)
    for (threads in c(2L, 3L, 5L)) {
      expect_identical(cpp_multiply(stored, U, 1, v, TRUE, Inf, threads), one, label = paste(storage, threads))
    }
    forward <- cpp_multiply(stored, U, 1, v, FALSE, Inf, 2L)
    expect_identical(forward$UtX, one$UtX)
    expect_null(forward$XXtU)
    expect_null(cpp_multiply(stored, U, 1, v, TRUE, -1, 1L))
    for (unit in c(2^-1000, 2^1000)) {
      scaled <- cpp_multiply(storages[[storage]](x / unit), U, unit, v, TRUE, Inf, 1L)
      expect_identical(scaled, one, label = paste(storage, unit))
    }
  }
})

test_that("rows in chunks for the second cache change no bit, whatever its size and the threads", {
  old <- cpp_cache()
  withr::defer(cpp_cache(0))
  x <- sparse_data(900, 300, 0.2)
  for (rank in c(3, 12, 70)) {
    start <- random_start(900, 300, rank)
    for (storage in c("sparse", "sparse blocks")) {
      fit <- function(threads) {
        settings <- contract_settings(rank, solver = "cd", max_iter = 6, tol = 0, threads = threads)
        options <- core_options(facts(x), settings)
        cpp_fit(storages[[storage]](x), start$W, start$H, options, NULL)[c("W", "H", "scaled")]
      }
      cpp_cache(1e9)
      whole <- fit(1L)
      for (bytes in c(2000, 20000)) {
        cpp_cache(bytes)
        for (threads in 1:3) {
          expect_identical(fit(threads), whole, label = paste(rank, storage, bytes, threads))
        }
      }
      cpp_cache(0)
    }
  }
  expect_identical(cpp_cache(), old)
})

# After one iteration from `start` with an exact solver, H solves its problem for
# the W of the start, and W its own for that H: the largest min(h, gradient), in
# the scale of unit norms, relative to the data.
half_problems_left <- function(x, start, storage) {
  fit <- cpp_fit(
    storages[[storage]](x), start$W, start$H,
    core_options(facts(x), contract_settings(ncol(start$W), solver = "bpp", max_iter = 1, tol = 0)), NULL
  )
  least <- function(factor, gradient, norm) {
    norm[norm == 0] <- 1
    max(abs(pmin(sweep(factor, 1, norm, "*"), sweep(gradient, 1, norm, "/"))))
  }
  size <- max(sqrt(c(colSums(x^2), rowSums(x^2))), 1e-300)
  c(
    H = least(fit$H, oracle_gradient(x, start$W, fit$H)$H, sqrt(colSums(start$W^2))),
    W = least(t(fit$W), t(oracle_gradient(x, fit$W, fit$H)$W), sqrt(rowSums(fit$H^2)))
  ) / size
}

# Around the sizes in which the kernels work: lanes and row tiles of 16, chunks
# of 256 rows, parts of 512, panels of 128 columns, blocks of up to 512.
sizes <- list(
  c(1, 1), c(1, 40), c(40, 1), c(2, 3), c(7, 15), c(15, 7), c(15, 17), c(16, 16), c(17, 15),
  c(31, 33), c(32, 32), c(33, 31), c(127, 129), c(129, 127), c(255, 10), c(257, 16), c(511, 10),
  c(512, 16), c(513, 17), c(10, 511), c(16, 512), c(17, 513), c(5, 1023), c(5, 1024), c(5, 1025),
  c(1023, 10), c(1024, 10), c(1025, 10), c(2047, 33), c(2048, 32), c(2049, 31), c(3073, 5)
)

test_that("objective, certificate and one iteration are right around every size of the kernels", {
  for (size in sizes) {
    x <- random_data(size[1], size[2], zeros = 0.3)
    if (sum(x) == 0) x[] <- 1
    for (r in c(1, 3, 9, 17)) {
      if (r > min(size)) next
      start <- random_start(size[1], size[2], r)
      for (storage in c("dense", "sparse")) {
        label <- paste(toString(size), "rank", r, storage)
        at <- contract_measure(x, start, storage)
        expect_equal(
          at$objective, oracle_objective(x, start$W, start$H)$objective, tolerance = 1e-10, info = label
        )
        expect_equal(at$kkt, oracle_kkt(x, start$W, start$H), tolerance = 1e-10, info = label)
        expect_lte(max(half_problems_left(x, start, storage)), 1e-9, label = label)
      }
    }
  }
})

# A row is whole lines and a rest: none, a quarter, half a line, or a line that is padded, of doubles and of singles.
test_that("products with a sparse matrix are right at every rank, in every instruction set", {
  old <- cpp_isa()
  withr::defer(cpp_isa(old))
  x <- random_data(37, 29, zeros = 0.7)
  x[1, 1] <- 1
  stored <- storages$sparse(x)
  for (isa in cpp_isas()) {
    cpp_isa(isa)
    for (r in c(1:36, 47:52, 55:59, 63:69)) {
      start <- random_start(37, 29, r)
      label <- paste(isa, "rank", r)
      at <- contract_measure(x, start, "sparse")
      expect_equal(at$objective, oracle_objective(x, start$W, start$H)$objective, tolerance = 1e-10, info = label)
      expect_equal(at$kkt, oracle_kkt(x, start$W, start$H), tolerance = 1e-10, info = label)
      fit <- function(precision) {
        control <- nmf_control(precision = precision, extrapolate = FALSE)
        nmf(stored, r, init = start, solver = "cd", max_iter = 3, tol = 0, control = control)$history
      }
      # What is measured in singles, before the end.
      expect_equal(fit("mixed")[2:3, c("objective", "kkt")], fit("double")[2:3, c("objective", "kkt")],
        tolerance = 1e-4, info = label)
    }
  }
})

test_that("half-problems that have many solutions are solved too: more components than rows or columns", {
  for (size in list(
    c(1, 40), c(40, 1), c(2, 3), c(5, 40), c(40, 5), c(5, 1023), c(3073, 5), c(10, 511), c(511, 10)
  )) {
    x <- random_data(size[1], size[2], zeros = 0.3)
    for (r in c(min(size) + 1, min(size) + 8)) {
      start <- random_start(size[1], size[2], r)
      label <- paste(toString(size), "rank", r)
      at <- contract_measure(x, start)
      expect_equal(at$kkt, oracle_kkt(x, start$W, start$H), tolerance = 1e-10, info = label)
      expect_lte(max(half_problems_left(x, start, "dense")), 1e-7, label = label)
    }
  }
})

test_that("a solver does what its paper says: one iteration worked out in R", {
  x <- random_data(13, 11, zeros = 0.3)
  w <- list(alpha_W = 0.02, alpha_H = 0.01, l1_ratio = 0.4)
  weights <- do.call(oracle_weights, c(list(dim(x)), w))
  # min 1/2 h'Ah - (b - l1)'h for every column of h.
  steps <- list(
    mu = function(A, b, l1, h) h * pmax(b - l1, 0) / (A %*% h),
    cd = function(A, b, l1, h) {
      for (k in seq_len(nrow(h))) h[k, ] <- pmax(0, h[k, ] + (b[k, ] - l1 - A[k, ] %*% h) / A[k, k])
      h
    },
    bpp = function(A, b, l1, h) matrix(oracle_quadratic(A, b - l1), nrow(h))
  )
  start <- random_start(13, 11, 4)
  for (solver in solver_names()) {
    step <- steps[[solver]]
    for (sweeps in c(1, 3)) {
      fit <- function(iterations) {
        settings <- do.call(contract_settings, c(list(
          4, solver = solver, max_iter = iterations, tol = 0,
          control = nmf_control(inner_sweeps = sweeps, extrapolate = FALSE)
        ), w))
        cpp_fit(x, start$W, start$H, core_options(facts(x), settings), NULL)
      }
      # The first iteration may take more sweeps; the second is the plain one.
      before <- fit(1)
      after <- fit(2)
      H <- before$H
      A <- crossprod(before$W) + diag(weights$l2_H, 4)
      # Sweeps of cd may end early, so that several are bounds only.
      if (solver == "cd" && sweeps > 1) {
        one <- step(A, crossprod(before$W, x), weights$l1_H, H)
        value <- function(H) do.call(oracle_objective, c(list(x, before$W, H), w))$objective
        expect_lte(value(after$H), value(one))
        next
      }
      for (sweep in seq_len(sweeps)) H <- step(A, crossprod(before$W, x), weights$l1_H, H)
      expect_close(after$H, H, 1e-10, label = paste(solver, sweeps, "H"))
      W <- before$W
      A <- tcrossprod(H) + diag(weights$l2_W, 4)
      for (sweep in seq_len(sweeps)) W <- t(step(A, tcrossprod(H, x), weights$l1_W, t(W)))
      expect_close(after$W, W, 1e-10, label = paste(solver, sweeps, "W"))
    }
  }
})
