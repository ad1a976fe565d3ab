# nmf() itself: its arguments, what it returns, what it leaves alone.

test_that("a fit is a correct object of class nmf that tells how it was made", {
  x <- random_data(14, 9)
  fit <- nmf(
    x, 3, solver = "cd", init = "nndsvda", alpha_W = 0.1, alpha_H = 0.2, l1_ratio = 0.3, max_iter = 40,
    tol = 1e-3, threads = 1
  )
  expect_s3_class(validate_nmf(fit), "nmf")
  expect_identical(
    unclass(fit$settings)[c(
      "loss", "solver", "init", "rank", "alpha_W", "alpha_H", "l1_ratio", "nrun", "max_iter", "tol",
      "threads"
    )],
    list(
      loss = "frobenius", solver = "cd", init = "nndsvda", rank = 3L, alpha_W = 0.1, alpha_H = 0.2,
      l1_ratio = 0.3, nrun = 1L, max_iter = 40L, tol = 1e-3, threads = 1L
    )
  )
  expect_identical(fit$settings$control, nmf_control())
  expect_equal(
    fit$data,
    list(
      nrow = 14L, ncol = 9L, class = "matrix", nnz = 126, sum = sum(x), sumsq = sum(x^2),
      observed = 126, weighted = FALSE, weights = character(), zeros_missing = FALSE, negative = FALSE, assay = NULL,
      layer = NULL, weighting = list()
    ),
    tolerance = 1e-14
  )
  expect_identical(fit$call[[1]], quote(nmf))
  expect_identical(fit$call$rank, 3)
  expect_identical(unname(fit$scale), c(1, 1, 1))
  # No copy of the data, however the call was made.
  big <- random_data(300, 200)
  fit <- do.call(nmf, list(big, 2, max_iter = 3))
  expect_lt(as.numeric(object.size(fit)), as.numeric(object.size(big)) / 5)
})

test_that("components come in decreasing order of their share", {
  for (solver in solver_names()) {
    fit <- withr::with_seed(2, nmf(random_data(30, 20), 6, solver = solver, init = "random", max_iter = 20))
    share <- colSums(fit$W) * rowSums(fit$H)
    expect_false(is.unsorted(-share), label = solver)
  }
})

test_that("names go where they belong", {
  x <- random_data(6, 4)
  expect_identical(dimnames(nmf(x, 2)$W), list(NULL, c("NMF1", "NMF2")))
  expect_identical(dimnames(nmf(x, 2)$H), list(c("NMF1", "NMF2"), NULL))
  rownames(x) <- letters[1:6]
  fit <- nmf(x, 2)
  expect_identical(rownames(fit$W), letters[1:6])
  expect_null(colnames(fit$H))
  colnames(x) <- LETTERS[1:4]
  for (stored in list(x, as.data.frame(x), Matrix::Matrix(x, sparse = TRUE), Matrix::Matrix(x))) {
    fit <- nmf(stored, 2)
    expect_identical(rownames(fit$W), letters[1:6])
    expect_identical(colnames(fit$H), LETTERS[1:4])
  }
})

test_that("neither the data nor the start is modified, nor a copy that shares their memory", {
  same <- function(a, b) identical(serialize(a, NULL), serialize(b, NULL))
  dense <- random_data(30, 20, zeros = 0.3)
  for (x in list(
    dense, storages$sparse(dense), `storage.mode<-`(round(dense), "integer"), as.data.frame(dense)
  )) {
    before <- unserialize(serialize(x, NULL))
    shared <- x
    start <- random_start(30, 20, 3)
    start_before <- unserialize(serialize(start, NULL))
    for (solver in solver_names()) {
      fit <- nmf(x, 3, solver = solver, init = start, max_iter = 10)
      nmf(x, 3, solver = solver, init = "nndsvd", max_iter = 3)
      H <- fit$H + 0
      predict(fit, x)
      expect_identical(fit$H, H)
    }
    expect_true(same(x, before), label = class(x)[1])
    expect_true(same(shared, before), label = class(x)[1])
    expect_true(same(start, start_before), label = class(x)[1])
  }
})

test_that("a start that is given is used, both factors or one", {
  x <- random_data(25, 20)
  best <- nmf(x, 3, init = random_start(25, 20, 3), tol = 1e-6, max_iter = 5000)
  again <- function(...) {
    withr::with_seed(2, nmf(x, 3, max_iter = 2, tol = 0, ...))$objective
  }
  for (solver in c("bpp", "cd")) {
    random <- again(solver = solver, init = "random")
    expect_gt(random, 1.05 * best$objective)
    expect_equal(
      again(solver = solver, init = list(W = best$W, H = best$H)), best$objective, tolerance = 1e-5
    )
    expect_equal(
      again(solver = solver, init = list(W = best$W)), best$objective, tolerance = 1e-3, info = solver
    )
    expect_equal(
      again(solver = solver, init = list(H = best$H)), best$objective, tolerance = 1e-3, info = solver
    )
  }
  # Factors of any numeric type, with names of their own, which are not used.
  start <- list(
    W = matrix(1:50, 25, dimnames = list(NULL, c("a", "b"))),
    H = Matrix::Matrix(matrix(1:40 %% 3, 2), sparse = TRUE)
  )
  fit <- nmf(x, 2, init = start, max_iter = 3)
  plain <- nmf(x, 2, init = list(W = matrix(as.double(1:50), 25), H = matrix(1:40 %% 3, 2)), max_iter = 3)
  expect_identical(fit$W, plain$W)
  expect_identical(fit$settings$init, "user")
})

test_that("without a solver, the registry's choice for the rank is used", {
  x <- random_data(60, 50)
  solvers <- nmf_solvers()
  chosen <- function(x, rank, loss = "kl") nmf(x, rank, loss = loss, max_iter = 2)$settings$solver
  for (rank in c(1, 2, 16, 17, 40, 41)) {
    expected <- function(most) solvers$name[most >= rank][which.min(most[most >= rank])]
    expect_identical(chosen(x, rank, "frobenius"), expected(solvers$most_rank_dense), label = rank)
    expect_identical(
      chosen(storages$sparse(x), rank, "frobenius"), expected(solvers$most_rank_sparse), label = rank
    )
  }
  expect_identical(chosen(x, 3), "newton")
  expect_identical(chosen(x, 25), "cd")
  expect_identical(chosen(storages$sparse(x), 16), "newton")
  expect_identical(chosen(storages$sparse(x), 17), "cd")
  expect_identical(chosen(x + 1, 3, "is"), "cd")
})

test_that("without a start, the one for the solver and the number of runs is used", {
  x <- random_data(40, 30)
  init <- function(...) nmf(x, max_iter = 2, ...)$settings$init
  expect_identical(init(rank = 3), "nndsvd")
  expect_identical(init(rank = 3, solver = "mu"), "nndsvda")
  expect_identical(init(rank = 3, nrun = 2), "random")
  # More components than the singular vectors can make.
  expect_identical(nmf(x[, 1:3], 20, max_iter = 2)$settings$init, "random")
})

test_that("it works without being attached, and the generic can be extended", {
  out <- output_of(
    "x <- matrix(1:20 + 0, 5); f <- nonneg::nmf(x, 2);",
    "cat(inherits(f, 'nmf'), dim(predict(f, x)), 'package:nonneg' %in% search())"
  )
  expect_identical(out[length(out)], "TRUE 2 4 FALSE")

  nmf.counts <- function(x, rank, ...) nmf(unclass(x$values), rank, ...)
  registerS3method("nmf", "counts", nmf.counts, envir = asNamespace("nonneg"))
  x <- structure(list(values = random_data(6, 5)), class = "counts")
  expect_identical(nmf(x, 2, max_iter = 3)$W, nmf(x$values, 2, max_iter = 3)$W)
})

test_that("the library unloads", {
  out <- output_of(
    "f <- nonneg::nmf(matrix(runif(200000), 2000), 8, threads = 2, max_iter = 3);",
    "loaded <- function() 'nonneg' %in% names(getLoadedDLLs());",
    "before <- loaded(); rm(f); unloadNamespace('nonneg'); cat(before, loaded())"
  )
  expect_identical(out[length(out)], "TRUE FALSE")
})

test_that("bad arguments are refused, with the argument, what was given and what is allowed", {
  x <- matrix(c(1, 2, 3, 4, 5, 6), 3, dimnames = list(c("a", "b", "c"), c("A", "B")))
  fit <- function(data = x, rank = 2, ...) nmf(data, rank, ...)
  cases <- list(
    `no rank` = quote(nmf(x)),
    `rank 0` = quote(fit(rank = 0)),
    `rank 1.5` = quote(fit(rank = 1.5)),
    `rank too large` = quote(fit(rank = 1001)),
    `rank of two values` = quote(fit(rank = 2:3)),
    `rank missing value` = quote(fit(rank = NA)),
    `rank character` = quote(fit(rank = "2")),
    `loss` = quote(fit(loss = "euclid")),
    `loss of the wrong type` = quote(fit(loss = TRUE)),
    `loss out of range` = quote(fit(loss = 9)),
    `loss and solver` = quote(fit(loss = "kl", solver = "bpp")),
    `loss and zeros` = quote(nmf(diag(3), 2, loss = "is")),
    `solver` = quote(fit(solver = "hals")),
    `two solvers` = quote(fit(solver = c("cd", "mu"))),
    `alpha_W negative` = quote(fit(alpha_W = -1)),
    `alpha_W infinite` = quote(fit(alpha_W = Inf)),
    `alpha_H not a number` = quote(fit(alpha_H = NaN)),
    `alpha_H NULL` = quote(fit(alpha_H = NULL)),
    `l1_ratio above 1` = quote(fit(l1_ratio = 1.01)),
    `l1_ratio negative` = quote(fit(l1_ratio = -0.1)),
    `nrun 0` = quote(fit(nrun = 0)),
    `nrun with a fixed start` = quote(fit(nrun = 3, init = "nndsvd")),
    `nrun with both factors given` = quote(fit(nrun = 3, init = list(W = x, H = diag(2)))),
    `max_iter 0` = quote(fit(max_iter = 0)),
    `max_iter too large` = quote(fit(max_iter = 1e10)),
    `tol negative` = quote(fit(tol = -1e-4)),
    `tol character` = quote(fit(tol = "small")),
    `threads 0` = quote(fit(threads = 0)),
    `threads character` = quote(fit(threads = "all")),
    `verbose` = quote(nmf(x, 2, verbose = 2)),
    `control with an unknown option` = quote(fit(control = list(max_second = 5))),
    `control without names` = quote(fit(control = list(5))),
    `control with a bad value` = quote(fit(control = list(max_seconds = -1))),
    `init unknown` = quote(fit(init = "svd")),
    `init a number` = quote(fit(init = 1)),
    `init an empty list` = quote(fit(init = list())),
    `init with unknown parts` = quote(fit(init = list(W = x, basis = x))),
    `init W of the wrong size` = quote(fit(init = list(W = t(x)))),
    `init H of the wrong size` = quote(fit(init = list(H = x))),
    `init W negative` = quote(fit(init = list(W = -x))),
    `init H missing values` = quote(fit(init = list(H = matrix(c(1, NA, 1, 1), 2)))),
    `init W a vector` = quote(fit(init = list(W = 1:6))),
    `rank too large for the start` = quote(fit(rank = 3, init = "nndsvd")),
    `unknown argument` = quote(fit(maxiter = 5)),
    `unnamed arguments too many` = quote(nmf(
      x, 2, "frobenius", NULL, NULL, 0, 0, 0, NULL, NULL, NULL, "NA", "error", NULL, NULL, NULL, FALSE, 1, 5, 0.1,
      1, FALSE, nmf_control(), NULL, NULL, 5
    )),
    `x a vector` = quote(fit(1:6)),
    `x NULL` = quote(fit(NULL)),
    `x a list` = quote(fit(list(1, 2))),
    `x a function` = quote(fit(mean)),
    `x characters` = quote(fit(matrix(letters[1:6], 3))),
    `x complex` = quote(fit(x + 1i)),
    `x a data frame with words` = quote(fit(data.frame(a = 1:3, b = letters[1:3]))),
    `x three-dimensional` = quote(fit(array(1, c(2, 2, 2)))),
    `x without rows` = quote(fit(x[0, ])),
    `x without columns` = quote(fit(x[, 0])),
    `x negative` = quote(fit(replace(x, 5, -0.5))),
    `x nothing but missing values` = quote(fit(x * NA)),
    `x not a number` = quote(fit(replace(x, c(2, 6), c(NA, NaN)))),
    `x infinite` = quote(fit(replace(x, 6, Inf))),
    `x minus infinity` = quote(fit(replace(x, 6, -Inf))),
    `x sparse and negative` = quote(fit(Matrix::Matrix(replace(0 * x, 5, -1), sparse = TRUE))),
    `x sparse and not a number` = quote(fit(Matrix::Matrix(replace(0 * x, 5, NaN), sparse = TRUE)))
  )
  expect_snapshot(for (name in names(cases)) {
    cat("\n# ", name, "\n", sep = "")
    fault(eval(cases[[name]]))
  })
})

test_that("errors show the call of the user", {
  error <- tryCatch(nmf(matrix(1, 2, 2), 5000), error = identity)
  expect_identical(conditionCall(error)[[1]], quote(nmf))
  expect_identical(as.list(conditionCall(error))[[3]], 5000)
})

test_that("the call of a fit holds no data, however it was made", {
  df <- data.frame(a = c(1, 2, 4), b = c(3, 1, 2))
  start <- list(W = matrix(1:3, 3), H = matrix(1:2, 1))
  control <- nmf_control(max_seconds = 100)
  fit <- do.call(nmf, list(df, 1, init = start, control = control, tol = 1e-3))
  expect_identical(as.list(fit$call)[-1], list(
    x = quote(...), rank = 1, init = quote(...), tol = 1e-3, control = control
  ))
  expect_identical(do.call(nmf, list(quote(df), 1))$call, quote(nmf(x = df, rank = 1)))
})

test_that("common mistakes get a hint", {
  x <- random_data(6, 5)
  expect_error(nmf(x, 2:4), "nmf_survey()", fixed = TRUE, class = "nonneg_error_input")
  expect_error(nmf(x, 2, seed = 1), "set.seed()", fixed = TRUE, class = "nonneg_error_input")
  expect_error(nmf(leukemia, 3), "did you mean `leukemia$x`", fixed = TRUE, class = "nonneg_error_input")
  expect_error(nmf(list(x = 1:3), 3), "not a list of length 1.$", class = "nonneg_error_input")
})

test_that("a free scale that extrapolation carried away comes back without a change of the product", {
  W <- cbind(c(1, 2, 3), c(0.5, 0, 1), c(1, 1, 0)) * rep(c(1e-30, 1, 2^-60), each = 3)
  H <- rbind(c(1, 3, 2, 1) * 1e30, c(1, 0, 2, 3), c(1, 2, 0, 1) * 2^60)
  by <- even_split(W, H)
  expect_identical(by[2], 1)
  expect_identical(scale_columns(W, by) %*% (H / by), W %*% H)
  expect_true(all(abs(log2(colSums(scale_columns(W, by)) / rowSums(H / by))) <= 40))
  expect_identical(even_split(0 * W, H), c(1, 1, 1))
  # Seen with these counts and this start: columns of W below 1e-30.
  x <- austen$x[order(-Matrix::rowSums(austen$x))[1:1000], ]
  fit <- withr::with_seed(4, nmf(x, 6, loss = "kl", init = "random"))
  expect_gt(min(colSums(basis(fit))), 1e-6)
  expect_lt(max(rowSums(coef(fit))), 1e9)
})
