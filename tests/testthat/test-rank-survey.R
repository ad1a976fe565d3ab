skip_if_not_installed("clue")
skip_if_not_installed("cluster")

survey <- small_survey(ranks = 2:4, nrun = 3, times = 6)

test_that("a survey has what its page says", {
  expect_identical(survey$ranks, 2:4)
  expect_identical(names(survey$fits), c("2", "3", "4"))
  for (fit in survey$fits) expect_sound(fit)
  expect_identical(nrow(survey$runs), 3L * (3L + 6L))
  expect_true(all(is.na(survey$runs$error)))
  expect_identical(dim(survey$members[["3"]]$resamples), c(18L, 6L))
  expect_identical(rownames(survey$members[["3"]]$restarts), colnames(grouped_data()))
  # A fifth of the columns is in no class.
  expect_identical(unname(colSums(is.na(survey$members[["3"]]$resamples))), rep(18 - round(0.8 * 18), 6))
  expect_identical(nrow(survey$components), 9L)
})

test_that("the fit of a rank is the best of its restarts", {
  for (r in 2:4) {
    runs <- survey$runs[survey$runs$rank == r & survey$runs$from == "restarts", ]
    expect_identical(survey$fits[[as.character(r)]]$objective, min(runs$objective))
  }
})

test_that("measures are those of the fits", {
  x <- grouped_data()
  fit <- survey$fits[["3"]]
  m <- survey$measures[2, ]
  rss <- sum((x - fitted(fit))^2)
  expect_equal(m$rss, rss)
  expect_equal(m$explained, 1 - rss / sum(x^2))
  sparseness <- function(w) (sqrt(length(w)) - sum(w) / sqrt(sum(w^2))) / (sqrt(length(w)) - 1)
  expect_equal(m$sparseness_W, mean(apply(fit$W, 2, sparseness)))
  expect_equal(m$sparseness_H, mean(apply(fit$H, 1, sparseness)))
  expect_identical(m$kkt, fit$certificate$kkt)
  s <- survey$stability[survey$stability$rank == 3 & survey$stability$from == "resamples", ]
  expect_equal(s$cophenetic, consensus(survey, 3)$measures[["cophenetic"]])
  # Three clear groups: always found.
  expect_identical(s$agreement, 1)
  expect_identical(s$pac, 0)
})

test_that("RSS of any loss and storage, with missing entries, is over what is there", {
  x <- grouped_data()
  gone <- x
  gone[c(2, 30, 77)] <- NA
  sparse <- storages$sparse(x)
  sparse@x[cells_of(sparse) %in% c(2, 30, 77)] <- NA
  fit <- list(W = survey$fits[["3"]]$W, H = survey$fits[["3"]]$H)
  expected <- sum((gone - fit$W %*% fit$H)^2, na.rm = TRUE)
  for (data in list(gone, sparse)) {
    found <- fit_squares(nmf_data(data), fit)
    expect_equal(found$rss, expected)
    expect_equal(found$total, sum(gone^2, na.rm = TRUE))
  }
})

test_that("the same seed gives the same survey for any threads and processes", {
  again <- small_survey(ranks = 2:4, nrun = 3, times = 6, threads = 2)
  expect_identical(result_of(again), result_of(survey))
  skip_if_not_installed("future")
  skip_on_os("windows")
  old <- future::plan("multicore", workers = 2)
  withr::defer(future::plan(old))
  again <- small_survey(ranks = 2:4, nrun = 3, times = 6)
  expect_identical(result_of(again), result_of(survey))
})

test_that("a rank's results do not depend on the other ranks, and set.seed() governs all", {
  alone <- small_survey(ranks = 3, nrun = 3, times = 6)
  expect_identical(result_of(alone)$fits[["3"]], result_of(survey)$fits[["3"]])
  expect_identical(alone$members[["3"]], survey$members[["3"]])
  other <- small_survey(ranks = 3, nrun = 3, times = 6, seed = 2)
  expect_false(identical(other$runs$seed, alone$runs$seed))
  # R's generator moves by the seeds and no more.
  withr::with_seed(5, {
    draw_seeds(2)
    after <- runif(1)
  })
  withr::with_seed(5, {
    nmf_survey(grouped_data(), 2:3, nrun = 3, times = 6, verbose = FALSE)
    expect_identical(runif(1), after)
  })
})

test_that("labels of classes do not matter", {
  permuted <- survey
  swap <- function(m) {
    m[] <- c(3L, 1L, 2L)[m]
    m
  }
  permuted$members[["3"]] <- lapply(permuted$members[["3"]], swap)
  expect_identical(consensus(permuted, 3)$matrix, consensus(survey, 3)$matrix)
})

test_that("every kind of resample runs, dense and sparse", {
  for (kind in resample_kinds) {
    for (x in list(grouped_data(), storages$sparse(round(grouped_data())))) {
      s <- small_survey(x, ranks = 2:3, nrun = 2, times = 4, resample = kind)
      expect_true(all(is.na(s$runs$error)), label = kind)
      expect_identical("resamples" %in% s$stability$from, kind != "none", label = kind)
    }
  }
})

test_that("nor do fits to large data depend on threads, of which single ones would be in mixed precision", {
  x <- withr::with_seed(1, matrix(rexp(1e6), 1000))
  single <- list(control = nmf_control(), nrun = 1, loss_object = check_loss("frobenius"))
  expect_true(mixed_by_default(nmf_data(x), single))
  of <- function(threads) {
    s <- withr::with_seed(2, nmf_survey(
      as_sparse(x), 2:3,
      nrun = 3, max_iter = 8, tol = 0, threads = threads, verbose = FALSE
    ))
    lapply(s$fits, function(f) unclass(f)[c("W", "H", "objective")])
  }
  expect_identical(of(2), of(1))
})

test_that("of resamples as many are made at once as keep the threads at work, and fit into memory", {
  data <- nmf_data(random_data(500, 40))
  expect_identical(copies_together(64, data, 2), 64)
  expect_identical(copies_together(1, data, 2), 1)
  # Ten copies are 16 MB; eight threads have four fits each.
  data <- nmf_data(random_data(5000, 40))
  expect_identical(copies_together(64, data, 2), 10)
  expect_identical(copies_together(64, data, 8), 32)
  expect_identical(copies_together(8, data, 8), 8)
  local_replaced("bytes_of", function(x, nnz) 1.5e8)
  expect_identical(copies_together(64, data, 2), 6)
  # All threads on one fit.
  local_replaced("bytes_of", function(x, nnz) 3e8)
  expect_identical(copies_together(64, data, 2), 1)
})

test_that("resamples are parts of the data", {
  x <- storages$sparse(random_data(20, 15, zeros = 0.6))
  withr::with_seed(1, {
    columns <- resample_data(nmf_data(x), "columns", 0.8, frobenius())
    expect_identical(columns$data$x, x[, columns$columns])
    expect_identical(ncol(columns$data$x), 12L)
    rows <- resample_data(nmf_data(x), "rows", 0.5, frobenius())
    expect_identical(rows$data$x, x[rows$rows, ])
    for (data in list(x, as.matrix(x))) {
      entries <- resample_data(nmf_data(data), "entries", 0.8, frobenius())
      expect_identical(entries$data$observed, 240)
    }
  })
})

test_that("a fit that fails is left out, and said", {
  calls <- 0
  local_replaced("quiet_fit", function(x, rank, arguments) {
    calls <<- calls + 1
    if (calls == 2) stop("out of {luck}")
    do.call(nmf, c(list(x, rank), arguments))
  })
  expect_warning(s <- small_survey(ranks = 3, nrun = 3, times = 4, threads = 1), "1 of 7 fits failed", class = "nonneg_warning_failed")
  expect_identical(which(!is.na(s$runs$error)), 2L)
  expect_identical(ncol(s$members[["3"]]$restarts), 2L)
  expect_match(paste(capture.output(print(s)), collapse = " "), "1 of 7 fits")
})

test_that("where fits at once fail, each runs on its own", {
  local_replaced("fit_many", function(...) stop("no memory"))
  expect_identical(result_of(small_survey(ranks = 2:4, nrun = 3, times = 6, threads = 2)), result_of(survey))
})

test_that("a rank of which all fits fail leaves the others", {
  local_replaced("quiet_fit", function(x, rank, arguments) {
    if (rank == 2) stop("no")
    do.call(nmf, c(list(x, rank), arguments))
  })
  expect_warning(
    s <- small_survey(ranks = 2:3, nrun = 2, times = 3, threads = 1), class = "nonneg_warning_failed"
  )
  expect_null(s$fits[["2"]])
  expect_true(is.na(s$measures$loss[1]))
  expect_identical(s$stability$rank, c(3L, 3L))
  expect_output(print(s), "Survey")
})

test_that("bad input is an error of the survey, not of its fits", {
  x <- grouped_data()
  expect_snapshot(fault(nmf_survey(x, ranks = 0:3)))
  expect_snapshot(fault(nmf_survey(x, ranks = c(2, 2))))
  expect_snapshot(fault(nmf_survey(x, ranks = "a")))
  expect_snapshot(fault(nmf_survey(x, ranks = 2:30)))
  expect_snapshot(fault(nmf_survey(x, ranks = integer())))
  expect_snapshot(fault(nmf_survey(x, 2, nrun = 0)))
  expect_snapshot(fault(nmf_survey(x, 2, times = 0)))
  expect_snapshot(fault(nmf_survey(x, 2, part = 1)))
  expect_snapshot(fault(nmf_survey(x, 2, part = 0)))
  expect_snapshot(fault(nmf_survey(x, 2, resample = "cells")))
  expect_snapshot(fault(nmf_survey(x, 2, init = "nndsvd")))
  expect_error(nmf_survey(x, 2, loss = "hellinger"), "`loss` must be one of", class = "nonneg_error_input")
  expect_snapshot(fault(nmf_survey(x, 2, tol = -1)))
  expect_snapshot(fault(nmf_survey(x, 2, max_iter = 0)))
  expect_snapshot(fault(nmf_survey(x, 2, control = 5)))
  expect_error(nmf_survey(x, 2, runs = 3), "Unknown argument `runs`", class = "nonneg_error_input")
  expect_snapshot(fault(nmf_survey(-x, 2)))
  expect_snapshot(fault(nmf_survey(x * 0, 2, loss = "is")))
  expect_snapshot(fault(consensus(survey)))
  expect_snapshot(fault(consensus(survey, 7)))
  expect_snapshot(fault(consensus(survey, 3, from = "rows")))
})

test_that("printed", {
  fixed <- survey
  fixed$seconds <- 1.5
  # Numbers that no processor changes.
  fixed$measures[-1] <- lapply(seq_along(fixed$measures[-1]), function(k) c(1, 0.5, 0.25) * k)
  for (name in setdiff(names(fixed$stability), c("rank", "from", "fits"))) {
    fixed$stability[[name]] <- rep(c(0.9, 0.875, 0.7), each = 2)
  }
  expect_snapshot(print(fixed))
})

test_that("a survey, or a cross-validation, of which every fit fails is an error with the first reason", {
  local_replaced("quiet_fit", function(...) stop("out of {luck}"))
  x <- grouped_data()
  failed <- list(
    function() small_survey(ranks = 2:3, nrun = 2, times = 3, threads = 1),
    function() cross_validate(x, 2, folds = 2, threads = 1, verbose = FALSE),
    function() consensus_nmf(x, 2, nrun = 2, verbose = FALSE)
  )
  for (run in failed) expect_error(run(), "fits failed.*out of \\{luck\\}", class = "nonneg_error_input")
})

test_that("data of which all is missing is named", {
  nothing <- grouped_data() * NA
  expect_snapshot(fault(nmf_survey(nothing, 2)))
  expect_snapshot(fault(cross_validate(nothing, 2)))
  expect_snapshot(fault(consensus_nmf(nothing, 2)))
})

test_that("what fails in part is printed and drawn all the same", {
  local_replaced("quiet_fit", function(x, rank, arguments) {
    # Of rank 2 all fits, of rank 3 those of resamples.
    if (rank == 2 || (rank == 3 && ncol(x) < 18)) stop("no")
    do.call(nmf, c(list(x, rank), arguments))
  })
  expect_warning(
    s <- small_survey(ranks = 2:4, nrun = 2, times = 3, threads = 1), class = "nonneg_warning_failed"
  )
  expect_output(print(s), "Survey")
  expect_identical(summary(s)$agreement[1:2], c(NA_real_, NA_real_))
  expect_s3_class(best_rank(s), "nmf_best_rank")
  grDevices::pdf(NULL, width = 7, height = 6)
  withr::defer(grDevices::dev.off())
  for (type in c("measures", "consensus", "components")) expect_no_error(plot(s, type))
  expect_error(plot(s, "consensus", rank = 2), "No fit of rank 2", class = "nonneg_error_input")
})

test_that("more restarts or resamples leave the others as they were", {
  # (Ranks of one fit and many; the first fits are those of the small survey.)
  more <- small_survey(ranks = 3, nrun = 5, times = 9)
  few <- small_survey(ranks = 3, nrun = 3, times = 6)
  for (from in c("restarts", "resamples")) {
    of <- function(s) s$runs[s$runs$from == from, c("run", "seed", "objective")]
    expect_identical(of(more)[seq_len(nrow(of(few))), ], of(few), ignore_attr = TRUE)
  }
})

test_that("weights and fixed coefficients are those of every fit", {
  x <- grouped_data()
  w <- withr::with_seed(1, matrix(stats::runif(length(x)), nrow(x)))
  for (kind in resample_kinds) {
    s <- small_survey(x, ranks = 2:3, nrun = 2, times = 2, resample = kind, weights = w)
    expect_true(all(is.na(s$runs$error)), label = kind)
  }
  run <- s$runs[s$runs$rank == 3 & s$runs$run == 2, ]
  alone <- with_stream(run$seed, nmf(x, 3, init = "random", weights = w))
  expect_equal(run$objective, alone$objective, tolerance = 1e-12)
  # One weight per column goes with the column.
  by_column <- seq_len(18)
  s <- small_survey(x, ranks = 3, nrun = 1, times = 2, weights = by_column)
  run <- s$runs[s$runs$from == "resamples", ][2, ]
  there <- which(!is.na(s$members[["3"]]$resamples[, 2]))
  part <- with_stream(run$seed, {
    kept <- resample_data(nmf_data(x), "columns", 0.8, frobenius())$columns
    nmf(x[, kept], 3, init = "random", weights = by_column[kept])
  })
  expect_identical(unname(there), with_stream(run$seed, resample_data(nmf_data(x), "columns", 0.8, frobenius())$columns))
  expect_equal(run$objective, part$objective, tolerance = 1e-12)

  known <- matrix(1:24, 24, 1, dimnames = list(rev(rownames(x)), "signature"))
  for (kind in c("columns", "rows")) {
    s <- small_survey(x, ranks = 2:3, nrun = 2, times = 3, resample = kind, fixed_W = known)
    expect_true(all(is.na(s$runs$error)), label = kind)
    for (fit in s$fits) expect_equal(fit$W[, "signature"], known[rownames(x), 1])
    expect_equal(s$components$similarity[s$components$component == "signature"], c(1, 1))
  }
  expect_snapshot(fault(nmf_survey(x, 1:3, fixed_W = cbind(known, NA))))
  expect_snapshot(fault(nmf_survey(x, 2:3, fixed_W = known[-1, , drop = FALSE])))
  expect_snapshot(fault(nmf_survey(x, 2:3, weights = -w)))
})

test_that("entries are not left out of a sparse matrix that could not store them", {
  x <- Matrix::sparseMatrix(i = c(1, 3000), j = c(1, 200000), x = 1:2, dims = c(3000, 200000))
  expect_snapshot(fault(nmf_survey(x, 2, loss = 0.5, resample = "entries")))
  expect_snapshot(fault(cross_validate(x, 2, loss = 0.5)))
})

test_that("a survey survives a worker that dies, and a fit that fails in one, and says so", {
  skip_if_not_installed("future")
  skip_on_os("windows")
  old <- future::plan("multicore", workers = 2)
  withr::defer(future::plan(old))
  skip_if_not(has_workers(), "this machine does not fork")
  home <- Sys.getpid()
  seeds <- survey$runs$seed[survey$runs$rank == 3 & survey$runs$from == "restarts"]
  fitted_by <- survey_fit
  local_replaced("survey_fit", function(x, job, ...) {
    if (job$rank == 3 && job$seed == seeds[2] && Sys.getpid() != home) {
      tools::pskill(Sys.getpid(), tools::SIGKILL)
    }
    fitted_by(x, job, ...)
  })
  messages <- character()
  withCallingHandlers(
    s <- small_survey(ranks = 2:4, nrun = 3, times = 6, threads = 1),
    warning = function(w) {
      if (inherits(w, "nonneg_warning_worker")) messages <<- c(messages, conditionMessage(w))
      invokeRestart("muffleWarning")
    }
  )
  expect_match(messages, "A worker ended before its")
  expect_length(messages, 1)
  expect_identical(result_of(s), result_of(survey))

  local_replaced("survey_fit", function(x, job, ...) {
    if (job$rank == 3 && job$seed == seeds[2]) stop("out of luck")
    fitted_by(x, job, ...)
  })
  expect_warning(
    s <- small_survey(ranks = 2:4, nrun = 3, times = 6, threads = 1), "1 of 27 fits failed",
    class = "nonneg_warning_failed"
  )
  expect_identical(s$runs$error[!is.na(s$runs$error)], "out of luck")
  expect_identical(s$members[["2"]], survey$members[["2"]])
})

test_that("restarts of a matrix that no cache holds share its read in processes as well", {
  skip_if_not_installed("future")
  skip_on_os("windows")
  x <- random_data(1100, 1000)
  alone <- small_survey(x, ranks = 2:3, nrun = 4, resample = "none", max_iter = 3, threads = 1)
  old <- future::plan("multicore", workers = 2)
  withr::defer(future::plan(old))
  skip_if_not(has_workers(), "this machine does not fork")
  # One by one would be an error.
  local_replaced("survey_fit", function(...) stop("not together"))
  s <- small_survey(x, ranks = 2:3, nrun = 4, resample = "none", max_iter = 3, threads = 1)
  expect_true(all(is.na(s$runs$error)))
  expect_identical(result_of(s), result_of(alone))
})

test_that("measures of the fit are those of package NMF", {
  skip_if_not_installed("NMF")
  x <- round(grouped_data())
  s <- small_survey(x, ranks = 2:3, loss = "kl", nrun = 2, times = 5)
  for (k in 1:2) {
    fit <- s$fits[[k]]
    theirs <- NMF::nmfModel(W = unname(fit$W), H = unname(fit$H))
    expect_equal(s$measures$rss[k], NMF::rss(theirs, unname(x)))
    expect_equal(s$measures$explained[k], NMF::evar(theirs, unname(x)))
    sparseness <- NMF::sparseness(theirs)
    expect_equal(s$measures$sparseness_W[k], sparseness[["basis"]])
    # Theirs of H is the mean over observations; of the transposed matrix it is ours.
    expect_equal(s$measures$sparseness_H[k], NMF::sparseness(t(unname(fit$H))))
    # (Over restarts, so that all pairs are there.)
    C <- consensus(s, k + 1L, from = "restarts")
    tree <- suppressMessages(NMF::consensushc(unname(C$matrix), dendrogram = FALSE))
    width <- cluster::silhouette(stats::cutree(tree, k + 1), stats::as.dist(1 - C$matrix))[, "sil_width"]
    expect_equal(C$measures[["silhouette"]], mean(width))
  }
})
