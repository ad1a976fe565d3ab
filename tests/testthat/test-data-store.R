# A store is a storage like the others; what it holds is what was written, in any type.

test_that("a store gives what the matrix gives, in every function and under every loss", {
  x <- block_data()
  for (sparse in c(FALSE, TRUE)) {
    y <- if (sparse) methods::as(x, "CsparseMatrix") else x
    store <- local_store(y)
    expect_identical(store$type, "uint16")
    expect_same_everywhere(store, y, paste("store", sparse))
  }
})

test_that("so does one that stays on disk", {
  x <- block_data()
  for (sparse in c(FALSE, TRUE)) {
    y <- if (sparse) methods::as(x, "CsparseMatrix") else x
    store <- local_store(y)
    place <- withr::local_tempdir()
    withr::local_options(nonneg.memory = 4 * bytes_of(store) - 1, nonneg.store_place = place)
    expect_s3_class(hold_for_many(nmf_data(store), "a test")$x, "nmf_store")
    suppressMessages(expect_same_everywhere(store, y, paste("store on disk", sparse), in_memory = FALSE))
    gc()
    gc()
    expect_identical(list.files(place), character())
  }
})

test_that("parts of a store, and what is drawn from it, become stores where they are large", {
  x <- block_data()
  store <- local_store(methods::as(x, "CsparseMatrix"))
  data <- nmf_data(store)
  withr::local_options(nonneg.memory = 1000)
  part <- part_of(data, 24:3, c(5, 5, 2))
  expect_s3_class(part$x, "nmf_store")
  withr::local_options(nonneg.memory = 1e6)
  expect_identical(as.matrix(part$x), x[24:3, c(5, 5, 2)])
  expect_identical(part$scan$sum, sum(x[24:3, c(5, 5, 2)]))
  expect_identical(as.matrix(part_of(data, 24:3, c(5, 5, 2))$x), x[24:3, c(5, 5, 2)])
  halves <- withr::with_seed(1, thinned(data, 1, 2))
  expect_s3_class(halves$train$x, "nmf_store")
  expect_identical(as.matrix(halves$train$x) + as.matrix(halves$test$x), x)
  again <- withr::with_seed(1, thinned(nmf_data(methods::as(x, "CsparseMatrix")), 1, 2))
  expect_identical(as.matrix(halves$test$x), as.matrix(again$test$x))
  poisson <- withr::with_seed(1, drawn_again(store, "poisson"))
  expect_identical(as.matrix(poisson), as.matrix(withr::with_seed(1, drawn_again(as_sparse(x), "poisson"))))
  expect_identical(not_whole(local_store(x + 0.5)), list(count = 432, first = x[1] + 0.5))
  expect_identical(not_whole(local_store(x, type = "double"))$count, 0)
})

test_that("coefficients go to a store, a part after the other", {
  x <- block_data()
  for (loss in c("frobenius", "kl")) {
    fit <- nmf(x, 3, loss, init = random_start(24, 18, 3), max_iter = 30)
    store <- local_store(x)
    path <- withr::local_tempfile()
    H <- predict(fit, store, store = path)
    expect_s3_class(H, "nmf_store")
    expect_identical(H$type, "double")
    expect_identical(as.matrix(H), predict(fit, x))
    expect_identical(as.matrix(open_store(path)), predict(fit, x))
    # Of a matrix as well.
    expect_identical(as.matrix(predict(fit, x[, 1:4], store = withr::local_tempfile())), predict(fit, x[, 1:4]))
  }
  expect_snapshot({
    fault(predict(fit, store, "class", store = tempfile()))
    fault(predict(fit, store = tempfile()))
    fault(predict(fit, store, store = 3))
  })
  expect_error(predict(fit, store, store = path), "is a store already", class = "nonneg_error_input")
})

test_that("a fit to a store has the bits of one to the matrix, for any type that loses nothing and any threads", {
  # Several blocks, and a batch of blocks that is cut.
  dense <- round(100 * random_data(3000, 700, zeros = 0.3))
  sparse <- methods::as(sparse_data(3000, 9000, 0.05), "CsparseMatrix")
  sparse@x <- round(1000 * sparse@x) + 1
  for (x in list(dense, sparse)) {
    start <- random_start(nrow(x), ncol(x), 4)
    # Of the largest ones no number is near 1, and in single precision values are converted.
    for (scale in c(1, 2^60)) {
      y <- scale * x
      stores <- list()
      for (type in if (scale == 1) store_types else c("float", "double")) stores[[type]] <- local_store(y, type = type)
      for (precision in c("double", "mixed")) {
        control <- nmf_control(precision = precision)
        want <- nmf(y, 4, init = start, max_iter = 3, threads = 1, control = control)
        for (store in stores) {
          for (threads in 1:2) {
            fit <- nmf(store, 4, init = start, max_iter = 3, threads = threads, control = control)
            label <- paste(store$type, threads, precision, scale)
            expect_identical(fit$W, want$W, label = label)
            expect_identical(fit$H, want$H, label = label)
            expect_equal(fit$history$objective, want$history$objective, tolerance = 1e-14, label = label)
          }
        }
        # Pages that are dropped behind the reader come back.
        withr::with_options(list(nonneg.store_cache = 1e5), {
          expect_identical(nmf(stores[[1]], 4, init = start, max_iter = 3, control = control)$W, want$W)
        })
      }
    }
    # What nothing is said about.
    first <- nmf(x, 4, init = start, max_iter = 3, threads = 2)
    expect_identical(nmf(local_store(x), 4, init = start, max_iter = 3, threads = 2)$W, first$W)
  }
})

test_that("columns of a store are a store without a copy, with the bits of those columns", {
  set.seed(2)
  x <- matrix(rpois(12 * 9000, 0.7), 12) + 0
  x[, 4000] <- 0
  dimnames(x) <- list(paste0("f", 1:12), paste0("o", 1:9000))
  start <- random_start(12, 9000, 3)
  at <- 3001:8500
  for (type in c("uint16", "float", "double")) {
    for (sparse in c(FALSE, TRUE)) {
      y <- if (sparse) methods::as(x, "CsparseMatrix") else x
      own <- y[, at]
      store <- local_store(y, type = type)
      window <- window_of_store(store, 3001, 8500)
      label <- paste(type, sparse)
      expect_identical(dim(window), c(12L, 5500L))
      expect_identical(dimnames(window), unname(dimnames(own)))
      expect_identical(window[, c(5500, 1)], own[, c(5500, 1)], label = label)
      expect_equal(window$scan, scan_storage(own), tolerance = 1e-14, label = label)
      expect_identical(values_at(window, c(1, 12), c(1, 5500)), x[cbind(c(1, 12), c(3001, 8500))])
      # Also where pages are dropped behind the reader.
      for (keep in c(1e9, 2e4)) {
        withr::local_options(nonneg.store_cache = keep)
        fit <- function(x) {
          nmf(x, 3, init = list(W = start$W, H = start$H[, at]), max_iter = 4, tol = 0, threads = 2,
            control = nmf_control(precision = "double"))
        }
        expect_identical(unclass(fit(window))[c("W", "H", "objective")],
          unclass(fit(own))[c("W", "H", "objective")], label = label)
      }
      expect_error(cpp_store_check(replace(window, "ncol", 6001L)), "has not so many columns")
    }
  }
  holes <- replace(x, cbind(5, 4000), NA)
  window <- window_of_store(local_store(holes), 3001, 8500)
  expect_identical(window$scan$n_na, 1)
  expect_identical(window$scan$na, (4000 - 3001) * 12 + 5)
  expect_identical(as.matrix(window), holes[, at])
})

test_that("the narrowest type that loses nothing is found, also late", {
  x <- matrix(as.double(1:60), 6)
  late <- function(value) replace(x, 57, value)
  cases <- list(uint16 = x, uint16 = late(65535), float = late(65536), float = late(0.5), double = late(0.1), double = late(1e-40))
  # In blocks of one column, so that what is written has to be widened.
  for (k in seq_along(cases)) {
    for (sparse in c(FALSE, TRUE)) {
      y <- if (sparse) storages$sparse(cases[[k]]) else cases[[k]]
      part <- withr::local_tempdir()
      out <- store_writer(part)
      for (j in 1:10) out$append(y[, j, drop = FALSE], 1)
      out$finish()
      store <- open_store(part, verify = TRUE)
      expect_identical(store$type, names(cases)[k])
      expect_identical(as.matrix(store), cases[[k]])
      expect_identical(sort(list.files(part)), sort(c(store$files$name, "header")))
    }
  }
  # From 16 bits to 32, and on to 64.
  part <- withr::local_tempdir()
  out <- store_writer(part)
  for (value in c(1, 0.5, 0.1)) out$append(matrix(value, 3, 2), 2)
  out$finish()
  expect_identical(as.matrix(open_store(part)), matrix(rep(c(1, 0.5, 0.1), each = 6), 3))
})

test_that("type = \"float\" rounds, and what does not fit a type is an error that names the place", {
  x <- matrix(c(1, 2, 1 / 3, 4), 2, dimnames = list(c("a", "b"), c("c", "d")))
  expect_identical(as.matrix(local_store(x, type = "float"))[1, 2], as.double(0.3333333432674407958984375))
  expect_snapshot({
    fault(nmf_store(x, tempfile(), "uint16"))
    fault(nmf_store(x * 1e300, tempfile(), "float"))
    fault(nmf_store(x * 1e-300, tempfile(), "float"))
    fault(nmf_store(replace(x, 3, NA), tempfile(), "uint16"))
    fault(nmf_store(replace(x, 3, 70000), tempfile(), "uint16"))
  })
})

test_that("missing and negative entries are kept, and obey the same rules", {
  x <- block_data() / 3
  holes <- x
  holes[cbind(1:10, 10:1)] <- NA
  start <- random_start(nrow(x), ncol(x), 3)
  for (type in c("float", "double")) {
    given <- holes
    if (type == "float") given <- as.matrix(local_store(x, type = "float"))
    given[cbind(1:10, 10:1)] <- NA
    for (y in list(given, methods::as(given, "CsparseMatrix"))) {
      store <- local_store(y, type = type)
      expect_identical(as.matrix(store), given)
      # Missing, not NaN.
      expect_false(any(is.nan(as.matrix(store))))
      expect_equal(nmf(store, 3, init = start)$W, nmf(y, 3, init = start)$W)
    }
  }
  expect_identical(local_store(replace(x * 3, 5, NA))$type, "float")
  below <- replace(x, 7, -1)
  expect_snapshot({
    fault(nmf_store(below, tempfile()))
    fault(nmf(local_store(below, negative = "allow"), 2))
  })
  fit <- nmf(local_store(below, negative = "allow"), 3, init = start, negative = "allow")
  expect_equal(fit$W, nmf(below, 3, init = start, negative = "allow")$W)
})

test_that("a fit to a store reads it once per iteration", {
  x <- round(random_data(50, 40) * 10)
  reads_of <- function(code) {
    before <- cpp_store_reads()
    force(code)
    cpp_store_reads() - before
  }
  for (y in list(x, storages$sparse(x))) {
    store <- local_store(y)
    start <- random_start(50, 40, 3)
    # One more for the certificate at the end; the scan was taken when it was written.
    expect_identical(reads_of(nmf(store, 3, init = start, max_iter = 7, tol = 0)), 8)
    # Three for the singular vectors of a start.
    expect_identical(reads_of(nmf(store, 3, init = "nndsvd", max_iter = 7, tol = 0)), 11)
  }
})

test_that("dim, dimnames, parts and conversions of a store", {
  x <- block_data()
  for (y in list(x, methods::as(x, "CsparseMatrix"))) {
    store <- local_store(y)
    expect_identical(dim(store), dim(x))
    expect_identical(dimnames(store), dimnames(x))
    expect_identical(store[, 3], y[, 3])
    expect_identical(store[, c(5, 2, 5)], y[, c(5, 2, 5)])
    expect_identical(store[4:2, -1], y[4:2, -1])
    expect_identical(store[rownames(x)[3], ], y[rownames(x)[3], ])
    expect_identical(store[2, 3, drop = FALSE], y[2, 3, drop = FALSE])
    expect_identical(store[], y)
    expect_identical(as.matrix(store), x)
    expect_identical(methods::as(store, "dgCMatrix"), methods::as(x, "CsparseMatrix"))
    # An object that was saved opens the same folder.
    file <- withr::local_tempfile()
    saveRDS(store, file)
    expect_identical(readRDS(file)[, 1:2], y[, 1:2])
  }
  unnamed <- local_store(unname(x))
  expect_null(dimnames(unnamed))
  odd <- x
  dimnames(odd) <- list(c("a\\n\nb", NA, "", "\\", "caf\u00e9", paste0("r", 6:24)), c("tab\t", paste0("s", 2:18)))
  expect_identical(dimnames(open_store(local_store(odd)$path)), dimnames(odd))
  expect_snapshot(print(local_store(x)), transform = function(lines) sub("^  /.*|^  [A-Z]:.*", "  <path>", lines))
  expect_snapshot({
    fault(store[1])
    fault(store[1:30, ])
    fault(store[, "nobody"])
  })
  withr::local_options(nonneg.memory = 100)
  expect_snapshot({
    fault(as.matrix(store))
    fault(methods::as(store, "dgCMatrix"))
    fault(store[, 1:10])
  })
})

test_that("a store is written from blocks and stores, and transformed on the way", {
  x <- block_data()
  blocks <- nmf_blocks(function(first, last) x[, first:last, drop = FALSE], dim(x), dimnames(x))
  expect_identical(as.matrix(local_store(blocks)), x)
  sparse <- methods::as(x, "CsparseMatrix")
  expect_identical(as.matrix(local_store(local_store(sparse), type = "double")), x)
  expect_identical(as.matrix(local_store(as.data.frame(x))), x)
  store <- local_store(sparse, transform = list(counts_per(1e4), log1p))
  expect_equal(as.matrix(store), log1p(t(1e4 * t(x) / colSums(x))))
  expect_true(store$sparse)
  expect_equal(colSums(counts_per(5)(cbind(1:3, 0))), c(5, 0))
  expect_identical(as.matrix(local_store(x, transform = function(b) b[3:5, ])), x[3:5, ])
  expect_snapshot({
    fault(nmf_store(x, tempfile(), transform = 3))
    fault(nmf_store(x, tempfile(), transform = function(b) b[, 1]))
    fault(nmf_store(x, tempfile(), transform = function(b) b - 100))
    fault(counts_per(0))
  })
})

test_that("several objects go side by side, features matched by name", {
  x <- block_data()
  a <- x[, 1:7]
  b <- methods::as(x[24:1, 8:18], "CsparseMatrix")
  expect_error(local_store(list(a, b)), class = "nonneg_error_input")
  expect_identical(as.matrix(local_store(list(a, as.matrix(b)))), x)
  both <- local_store(list(methods::as(a, "CsparseMatrix"), b))
  expect_identical(as.matrix(both), x)
  expect_true(both$sparse)
  prefixed <- local_store(list(one = a, two = a))
  expect_identical(colnames(prefixed), c(paste0("one_", colnames(a)), paste0("two_", colnames(a))))
  expect_identical(colnames(local_store(list(a, a)))[8], paste0("2_", colnames(a)[1]))
  some <- local_store(list(a[-1, ], as.matrix(b)[-2, ]), features = "zeros")
  expect_identical(rownames(some), rownames(x)[c(2:24, 1)])
  want <- x[c(2:24, 1), ]
  want["g1", 1:7] <- 0
  want["g23", 8:18] <- 0
  expect_identical(as.matrix(some), want)
  expect_snapshot({
    fault(nmf_store(list(a, as.matrix(b)[-(1:3), ]), tempfile()))
    fault(nmf_store(list(unname(a), as.matrix(b)), tempfile()))
    fault(nmf_store(list(a, as.matrix(b)[c(1, 1:23), ]), tempfile()))
    fault(nmf_store(list(), tempfile()))
    fault(nmf_store(list(a, "nowhere.h5"), tempfile()))
  }, transform = function(lines) gsub("nowhere", "nowhere", lines))
})

test_that("models of several data sets read stores, to the same bits", {
  withr::local_dir(withr::local_tempdir())
  x <- withr::with_seed(1, lapply(c(a = 20, b = 25), function(n) {
    sets <- Matrix::rsparsematrix(30, n, 0.4, rand.x = function(n) stats::rpois(n, 3) + 1)
    rownames(sets) <- paste0("g", 1:30)
    sets
  }))
  stored <- lapply(names(x), function(name) nmf_store(x[[name]], name, verbose = FALSE))
  names(stored) <- names(x)
  fits <- lapply(list(x, stored), function(sets) {
    withr::with_seed(2, nmf_joint(sets, 3, init = "random", max_iter = 30, verbose = FALSE))
  })
  expect_identical(fits[[2]][c("W", "V", "H", "objective")], fits[[1]][c("W", "V", "H", "objective")])
  expect_identical(predict(fits[[2]], stored$b, "b"), predict(fits[[1]], x$b, "b"))
  semi <- lapply(list(x$a, stored$a), function(data) {
    withr::with_seed(2, nmf_semi(data, 2, init = "random", max_iter = 20))
  })
  expect_identical(semi[[2]]$W, semi[[1]]$W)
})
