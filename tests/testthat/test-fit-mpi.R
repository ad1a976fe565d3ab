# One fit in several processes. What each of them says is what one says alone, but for the order of sums.

# What `script(file)` leaves in files of 1, 2 and 3 processes, a list of which each has the same `bits`: those of the
# first process of each.
results_of <- function(script) {
  lapply(1:3, function(count) {
    file <- withr::local_tempfile(fileext = ".rds")
    ran <- run_mpi(count, script(file))
    files <- paste0(file, seq_len(count) - 1)
    withr::defer(unlink(files))
    if (!all(file.exists(files))) stop(paste(ran$output, collapse = "\n"))
    expect_identical(ran$status, 0L)
    all <- lapply(files, readRDS)
    for (other in all) expect_identical(other$bits, all[[1]]$bits)
    all[[1]]
  })
}

# Columns of a problem are dealt out in unequal shares.
mpi_script <- function(file) {
  c(
    "count <- mpi.comm.size(0)",
    "set.seed(4)",
    "x <- matrix(rpois(60 * 50, 4), 60) + 0",
    "x[5, ] <- 0; x[, 7] <- 0",
    "at <- if (count == 1) 1:50 else split(1:50, cut(1:50, c(0, c(9, 31)[seq_len(count - 1)], 50)))[[me + 1]]",
    "mine <- x[, at]",
    "coarse <- matrix(1:200 %% 7, 4)",
    "fit <- function(x, ...) nmf_mpi(x, 4, ..., max_iter = 25, tol = 0, threads = 1)",
    "set.seed(1)",
    "out <- list(",
    "  plain = fit(mine),",
    "  lasso = fit(mine, alpha_W = 0.02, l1_ratio = 1),",
    "  ridge = fit(mine, alpha_W = 0.02, alpha_H = 0.1, smooth_W = 0.01),",
    "  # Columns at the seams are neighbours. A start that is far from balanced.",
    "  smooth = fit(mine, alpha_W = 0.02, smooth_H = 0.1),",
    "  balanced = fit(mine, alpha_W = 0.02, smooth_H = 0.1, init = list(W = x[, 1:4] / 1e4, H = 1e4 + 1e4 * coarse[, at])),",
    "  random = fit(mine, init = 'random', nrun = 2),",
    "  noise = fit(mine, init = 'nndsvdar'),",
    "  corrected = fit(mine, init = 'nnsvdlrc'),",
    "  pure = fit(mine, init = 'spa'),",
    "  sketched = fit(mine, init = 'sketch'),",
    "  online = fit(mine, alpha_W = 0.02, alpha_H = 0.1, smooth_W = 0.01, init = 'random', control = list(online = TRUE)),",
    "  # Coordinate descent ends its sweeps by groups of 16 columns, of which shares are made.",
    "  sparse = fit(Matrix::Matrix(x, sparse = TRUE), solver = 'cd', init = 'nndsvda', columns = 'split'),",
    "  # A dead component is revived from the columns of any process.",
    "  dead = fit(mine, init = list(W = cbind(x[, 1:3], 0), H = rbind(matrix(1, 3, length(at)), 0))),",
    "  tol = nmf_mpi(mine, 4, threads = 1)",
    ")",
    "# Columns that span less than is asked for: the first, and then the largest.",
    "flat <- (outer(1:60, c(1:49, 25)) + 0)[, at]",
    "pure <- nonneg:::with_machines(nonneg:::mpi_machines(), {",
    "  nonneg:::pure_columns(nonneg:::shared_data(nonneg:::nmf_data(flat)), 4)",
    "})",
    "stopifnot(identical(pure, c(1L, 49:47)))",
    "split <- fit(nmf_blocks(function(first, last) x[, first:last, drop = FALSE], dim(x)),",
    "  columns = 'split')",
    "# So are those of a store, which the core reads.",
    "store <- nmf_store(x, tempfile(), verbose = FALSE)",
    "reads <- nonneg:::cpp_store_reads()",
    "stored <- fit(store, columns = 'split')",
    "stopifnot(nonneg:::cpp_store_reads() - reads > 25, nonneg:::cpp_store_reads() - reads < 32)",
    "own <- fit(mine, collect = FALSE)",
    "quick <- nmf_mpi(mine, 4, threads = 1, tol = 1e-6, max_iter = 2000, control = nmf_control(precision = 'mixed'))",
    "# One of several has an older processor.",
    "isas <- nonneg:::cpp_isas()",
    "oldest <- isas[length(isas)]",
    "if (me == 1) nonneg:::cpp_isa(oldest)",
    "older <- fit(mine)",
    "stopifnot(identical(nonneg:::cpp_isa(), if (me == 1) oldest else isas[1]))",
    "nonneg:::cpp_isa(isas[1])",
    "stopifnot(identical(unname(coef(out$plain))[, at], unname(coef(own))), identical(basis(own), basis(out$plain)))",
    "bits <- lapply(c(out, list(older, quick)), function(f) list(basis(f), coef(f), f$history$objective, f$reason))",
    "left <- list(fits = out, split = split, stored = stored, quick = quick, bits = bits)",
    sprintf("saveRDS(left, paste0(%s, me))", deparse(file)),
    "invisible(mpi.quit())"
  )
}

test_that("1, 2 and 3 processes find the same fit", {
  results <- results_of(mpi_script)
  for (name in names(results[[1]]$fits)) {
    all <- lapply(results, function(result) result$fits[[name]])
    for (fit in all) {
      validate_nmf(fit)
      expect_identical(dim(coef(fit)), c(4L, 50L))
      expect_equal(fit$objective, all[[1]]$objective, tolerance = 1e-12, label = name)
      expect_equal(fit$history$objective, all[[1]]$history$objective, tolerance = 1e-10, label = name)
      expect_equal(basis(fit), basis(all[[1]]), tolerance = 1e-6, label = name)
      expect_equal(coef(fit), coef(all[[1]]), tolerance = 1e-6, label = name)
    }
  }
  for (result in results) {
    expect_equal(result$split$objective, results[[1]]$fits$plain$objective, tolerance = 1e-12)
    expect_equal(result$stored$objective, results[[1]]$fits$plain$objective, tolerance = 1e-12)
    expect_identical(result$fits$tol$reason, "tol")
    # In single precision sums differ by the shares, and where it ends by the tolerance.
    expect_identical(result$quick$reason, "tol")
    expect_lt(result$quick$certificate$kkt, 1e-6)
    expect_equal(result$quick$objective, results[[1]]$quick$objective, tolerance = 1e-6)
  }
  # What nmf() says of the same data, by an oracle.
  set.seed(4)
  x <- matrix(rpois(60 * 50, 4), 60) + 0
  x[5, ] <- 0
  x[, 7] <- 0
  for (name in c("plain", "lasso", "ridge", "smooth", "balanced")) {
    fit <- results[[3]]$fits[[name]]
    expect_equal(fit$loss, sum((x - basis(fit) %*% coef(fit))^2) / 2, tolerance = 1e-10)
    arguments <- switch(name,
      plain = list(),
      lasso = list(alpha_W = 0.02, l1_ratio = 1),
      ridge = list(alpha_W = 0.02, alpha_H = 0.1, smooth_W = 0.01),
      list(alpha_W = 0.02, smooth_H = 0.1)
    )
    alone <- do.call(nmf, c(list(x, 4, init = list(W = basis(fit), H = coef(fit)), max_iter = 1), arguments))
    expect_equal(fit$objective, alone$history$objective[1], tolerance = 1e-10, label = name)
  }
})

# Every loss and kind of data, with shares of columns of any size; dense in the first process, sparse in others.
entries_script <- function(file) {
  c(
    "count <- mpi.comm.size(0)",
    "set.seed(4)",
    "W <- matrix(rgamma(60 * 4, 0.5), 60); H <- matrix(rgamma(4 * 50, 0.5), 4)",
    "x <- matrix(rpois(60 * 50, 5 * W %*% H), 60) + 0",
    "x[5, ] <- 0; x[, 7] <- 0",
    "at <- if (count == 1) 1:50 else split(1:50, cut(1:50, c(0, c(9, 31)[seq_len(count - 1)], 50)))[[me + 1]]",
    "holes <- x; holes[cbind(1:40, 40:1)] <- NA",
    "v <- outer(1:60, 1:50, function(i, j) (i + 2 * j) %% 5)",
    "few <- v; few[, -(1:9)] <- 1",
    "start <- list(W = matrix(runif(240), 60), H = matrix(runif(200), 4)[, at])",
    "as_here <- function(x) if (me == 0) x else methods::as(x, 'CsparseMatrix')",
    "fit <- function(x, ..., init = start) {",
    "  nmf_mpi(as_here(x[, at]), 4, ..., init = init, max_iter = 20, tol = 0, threads = 1)",
    "}",
    "by <- function(f) list(rows = 1:60 / 7, columns = (50:1 / 9)[at])",
    "store <- nmf_store(x[, at], tempfile(), verbose = FALSE)",
    "set.seed(1)",
    "out <- list(",
    "  kl = fit(x, loss = 'kl'),",
    "  is = fit(x + 1, loss = 'is'),",
    "  beta = fit(x, loss = 1.5, alpha_W = 0.02, alpha_H = 0.1, l1_ratio = 0.5, smooth_W = 0.01),",
    "  smooth = fit(x, loss = 'kl', alpha_W = 0.02, smooth_H = 0.1),",
    "  smooth_weights = fit(x, weights = by(x), alpha_W = 0.02, smooth_H = 0.1),",
    "  nb = fit(x, loss = 'nb'),",
    "  gaps_nb = fit(holes, loss = 'nb', weights = by(x)),",
    "  mu = fit(x, loss = 'kl', solver = 'mu'),",
    "  # Beyond a rank there are diagonals of Hessians alone.",
    "  wide = nmf_mpi(as_here(x[, at]), 34, 'kl', init = 'random', max_iter = 20, tol = 0, threads = 1),",
    "  weights = fit(x, loss = 'kl', weights = by(x)),",
    "  entries = fit(x, loss = 'kl', weights = v[, at]),",
    "  few = fit(x, loss = 'kl', weights = if (me == 0) few[, at]),",
    "  zeros = fit(x, loss = 'kl', missing = 'zeros'),",
    "  holes = fit(holes, loss = 'kl'),",
    "  fixed = fit(x, loss = 'kl', fixed_W = cbind(x[, 1] + 1)),",
    "  # Coefficients are fixed, and columns have weights, in one of the processes alone.",
    "  own = fit(x, loss = 'kl', fixed_H = if (me == 0) replace(matrix(NA, 4, length(at)), 5, 2)),",
    "  some = fit(x, weights = if (me == 0) list(columns = rep(1:3, length.out = length(at))^(at < 10))),",
    "  # A dead component gets the largest column of any process.",
    "  dead = fit(x, loss = 'kl', init = list(W = cbind(start$W[, 1:3], 0), H = rbind(start$H[1:3, ], 0))),",
    "  nndsvd = fit(x, loss = 'kl', init = 'nndsvd'),",
    "  random = fit(x, loss = 'kl', init = 'random', nrun = 2),",
    "  frobenius = fit(x, weights = by(x)),",
    "  svd = fit(x, weights = by(x), init = 'nndsvd'),",
    "  mixed = fit(x, init = 'nndsvd'),",
    "  revived = fit(x, init = list(W = cbind(start$W[, 1:3], 0), H = rbind(start$H[1:3, ], 0))),",
    "  bound = fit(x, init = 'random', upper_H = 0.3),",
    "  gaps = fit(holes, alpha_W = 0.02, alpha_H = 0.02)",
    ")",
    "for (loss in setdiff(nmf_losses(), 'frobenius')) out[[loss]] <- fit(x + 1, loss = loss)",
    "options(nonneg.memory = 4 * nonneg:::bytes_of(store) - 1)",
    "out$store <- nmf_mpi(store, 4, 'kl', init = start, max_iter = 20, tol = 0, threads = 1)",
    "out$tol <- nmf_mpi(x[, at], 4, 'kl', init = start, max_iter = 500, threads = 1)",
    "quick <- nmf_mpi(",
    "  as_here(x[, at]), 4, 'kl', init = start, tol = 1e-6, max_iter = 2000, threads = 1,",
    "  control = nmf_control(precision = 'mixed')",
    ")",
    "bits <- lapply(c(out, list(quick)), function(f) list(basis(f), coef(f), f$history$objective, f$reason))",
    sprintf("saveRDS(list(fits = out, quick = quick, bits = bits), paste0(%s, me))", deparse(file)),
    "invisible(mpi.quit())"
  )
}

# Of W, of H and of neighbouring columns of H.
smooth_penalty <- function(fit) {
  0.5 * 0.02 * (50 * sum(fit$W^2) + 60 * sum(fit$H^2)) + 0.5 * 0.1 * 60 * sum((fit$H[, -1] - fit$H[, -50])^2)
}

test_that("so do they with every loss, missing entries and weights", {
  all <- results_of(entries_script)
  results <- lapply(all, `[[`, "fits")
  for (name in names(results[[1]])) {
    for (fits in results) {
      fit <- fits[[name]]
      validate_nmf(fit)
      expect_identical(dim(coef(fit)), c(if (name == "wide") 34L else 4L, 50L))
      expect_equal(fit$objective, results[[1]][[name]]$objective, tolerance = 1e-12, label = name)
      expect_equal(fit$certificate$kkt, results[[1]][[name]]$certificate$kkt, tolerance = 1e-5, label = name)
      expect_equal(fit$data$null_loss, results[[1]][[name]]$data$null_loss, tolerance = 1e-12, label = name)
    }
  }
  # By an oracle.
  set.seed(4)
  W <- matrix(rgamma(60 * 4, 0.5), 60)
  H <- matrix(rgamma(4 * 50, 0.5), 4)
  x <- matrix(rpois(60 * 50, 5 * W %*% H), 60) + 0
  x[5, ] <- 0
  x[, 7] <- 0
  holes <- x
  holes[cbind(1:40, 40:1)] <- NA
  v <- outer(1:60, 1:50, function(i, j) (i + 2 * j) %% 5)
  for (fits in results) {
    by <- function(name, x, loss, v = 1) {
      fit <- fits[[name]]
      expect_equal(fit$loss, oracle_objective(x, fit$W, fit$H, loss = loss, v = v)$loss, tolerance = 1e-9, label = name)
    }
    for (name in c("kl", "mu", "fixed", "own", "dead", "nndsvd", "random", "store", "tol")) {
      by(name, x, "kullback-leibler")
    }
    by("is", x + 1, "itakura-saito")
    by("smooth", x, "kullback-leibler")
    by("smooth_weights", x, "frobenius", outer(1:60 / 7, 50:1 / 9))
    expect_equal(fits$smooth$penalty, smooth_penalty(fits$smooth), tolerance = 1e-12)
    by("beta", x, 1.5)
    by("weights", x, "kullback-leibler", outer(1:60 / 7, 50:1 / 9))
    by("entries", x, "kullback-leibler", v)
    by("few", x, "kullback-leibler", cbind(v[, 1:9], matrix(1, 60, 41)))
    by("zeros", replace(x, x == 0, NA), "kullback-leibler")
    by("holes", holes, "kullback-leibler")
    for (name in c("frobenius", "svd")) by(name, x, "frobenius", outer(1:60 / 7, 50:1 / 9))
    for (name in c("mixed", "revived", "bound")) by(name, x, "frobenius")
    by("some", x, "frobenius", outer(rep(1, 60), c(1:3, 1:3, 1:3, rep(1, 41))))
    expect_identical(fits$svd$settings$column_weights, 50:1 / 9)
    expect_identical(unname(coef(fits$own)[1, 2]), 2)
    by("gaps", holes, "frobenius")
    expect_identical(fits$tol$reason, "tol")
  }
  # In single precision sums differ by the shares, and where it ends by the tolerance.
  for (quick in lapply(all, `[[`, "quick")) {
    expect_identical(quick$reason, "tol")
    expect_lt(quick$certificate$kkt, 1e-6)
    expect_equal(quick$objective, all[[1]]$quick$objective, tolerance = 1e-6)
    expect_equal(quick$objective, oracle_objective(x, quick$W, quick$H, loss = "kullback-leibler")$loss, tolerance = 1e-9)
  }
})

# The first fit ends at 7 iterations and leaves its checkpoint; the last processes have written their next one, and
# all but the first have put it in its place, when they are killed.
checkpoint_script <- function(file) {
  c(
    "count <- mpi.comm.size(0)",
    "set.seed(4)",
    "x <- matrix(rpois(60 * 50, 4), 60) + 0",
    "at <- if (count == 1) 1:50 else split(1:50, cut(1:50, c(0, c(9, 31)[seq_len(count - 1)], 50)))[[me + 1]]",
    sprintf("path <- paste0(%s, '-saved-', count)", deparse(file)),
    "fit <- function(loss, max_iter = 24, checkpoint = path) {",
    "  set.seed(1)",
    "  nmf_mpi(x[, at], 4, loss, init = 'random', max_iter = max_iter, tol = 0, threads = 1,",
    "    control = nmf_control(checkpoint = checkpoint, every = 0))",
    "}",
    "# What it leaves stays where it is.",
    "keep <- function(code) {",
    "  ns <- asNamespace('nonneg')",
    "  close <- ns$close_checkpoint",
    "  unlockBinding('close_checkpoint', ns)",
    "  on.exit(assign('close_checkpoint', close, ns))",
    "  assign('close_checkpoint', function(checkpoint) NULL, ns)",
    "  code",
    "}",
    "own <- if (count == 1) path else paste0(path, '.', me)",
    "resume <- function(loss) {",
    "  whole <- fit(loss, checkpoint = NULL)",
    "  keep(fit(loss, 7))",
    "  file.copy(own, older <- tempfile())",
    "  keep(fit(loss, 12))",
    "  if (me == 0 && count > 1) {",
    "    file.rename(own, paste0(own, '.part'))",
    "    file.copy(older, own)",
    "  }",
    "  if (count > 1) mpi.barrier(0)",
    "  again <- fit(loss)",
    "  stopifnot(identical(again$history$objective, whole$history$objective), identical(coef(again), coef(whole)))",
    "  stopifnot(!file.exists(own), !file.exists(paste0(own, '.part')))",
    "  again",
    "}",
    "bits <- lapply(list(resume('frobenius'), resume('kl')), function(f) list(basis(f), coef(f)))",
    sprintf("saveRDS(list(bits = bits), paste0(%s, me))", deparse(file)),
    "invisible(mpi.quit())"
  )
}

test_that("checkpoints of several processes go on from the newest moment that all have, to the same bits", {
  expect_length(results_of(checkpoint_script), 3)
  path <- file.path(withr::local_tempdir(), "fit")
  file.create(paste0(path, ".1"))
  ran <- run_mpi(2, sprintf("nmf_mpi(matrix(1:60 + 0, 6), 2, control = nmf_control(checkpoint = %s))", deparse(path)))
  expect_false(ran$status == 0)
  expect_match(paste(ran$output, collapse = " "), "Error in process 1 of 2: `checkpoint` .* is empty or cannot be read")
})

# Processes with a checkpoint after every iteration. The last of them is killed in some call: of "read", a block of
# its data, or "save", a checkpoint; there `before` or after it has put its own in its place.
dying_script <- function(path, loss, dies = "never", call = 0, before = FALSE, file = NULL) {
  c(
    "count <- mpi.comm.size(0)",
    "set.seed(4)",
    "x <- matrix(rpois(60 * 50, 4), 60) + 0",
    "at <- split(1:50, cut(1:50, c(0, c(9, 31)[seq_len(count - 1)], 50)))[[me + 1]]",
    "calls <- c(read = 0, save = 0)",
    "here <- function(what) {",
    "  calls[what] <<- calls[what] + 1",
    sprintf("  if (me == count - 1 && what == '%s' && calls[what] == %d) tools::pskill(Sys.getpid(), 9)", dies, call),
    "}",
    "ns <- asNamespace('nonneg')",
    "write <- ns$write_checkpoint",
    "unlockBinding('write_checkpoint', ns)",
    "assign('write_checkpoint', function(...) {",
    if (before) "  here('save')",
    "  write(...)",
    if (!before) "  here('save')",
    "}, ns)",
    # Under other losses than Frobenius blocks are taken into memory first.
    "block <- function(first, last) { here('read'); x[, at[first:last], drop = FALSE] }",
    "mine <- nmf_blocks(block, c(60, length(at)))",
    sprintf("fit <- function(max_iter = 24, checkpoint = %s) {", deparse(path)),
    "  set.seed(1)",
    sprintf("  nmf_mpi(mine, 4, '%s', init = 'random', max_iter = max_iter, tol = 0, threads = 1,", loss),
    "    control = nmf_control(checkpoint = checkpoint, every = 0))",
    "}",
    if (is.null(file)) {
      c("fit()", "writeLines('survived')")
    } else {
      c(
        sprintf("there <- file.exists(paste0(%s, '.', me))", deparse(path)),
        "again <- fit()",
        "saved <- calls[['save']]",
        "whole <- fit(checkpoint = NULL)",
        "bits <- lapply(list(again, whole), function(f) list(f$W, f$H, f$history$objective, f$certificate))",
        sprintf("saveRDS(list(bits = bits, there = there, saved = saved), paste0(%s, me))", deparse(file))
      )
    },
    "invisible(mpi.quit())"
  )
}

test_that("a job of which a process was killed goes on to the bits of one that was not", {
  cases <- list(
    list(loss = "frobenius", count = 2, dies = "read", call = 12),
    list(loss = "kl", count = 2, dies = "save", call = 9, before = TRUE),
    list(loss = "kl", count = 3, dies = "save", call = 9)
  )
  for (case in cases) {
    folder <- withr::local_tempdir()
    path <- file.path(folder, "fit")
    script <- function(...) do.call(dying_script, c(list(path, case$loss), ...))
    killed <- run_mpi(case$count, script(case[setdiff(names(case), c("loss", "count"))]))
    label <- paste(case$loss, case$count, case$dies)
    # mpirun ends the others, and says so.
    expect_false(killed$status == 0, label = label)
    expect_false("survived" %in% killed$output, label = label)
    expect_match(paste(killed$output, collapse = " "), "signal 9", label = label)
    file <- file.path(folder, "after")
    ran <- run_mpi(case$count, script(list(file = file)))
    files <- paste0(file, seq_len(case$count) - 1)
    if (!all(file.exists(files))) stop(paste(ran$output, collapse = "\n"))
    for (after in lapply(files, readRDS)) {
      expect_true(after$there, label = label)
      # It did not begin anew.
      expect_lt(after$saved, 24)
      expect_identical(after$bits[[1]], after$bits[[2]], label = label)
    }
    expect_identical(sort(basename(list.files(folder))), basename(files))
  }
})

test_that("a process that fails ends the job with its message", {
  ran <- run_mpi(2, c(
    "x <- matrix(1:60 + 0, 6)",
    "blocks <- function(first, last) {",
    "  calls <<- calls + 1",
    "  if (me == 1 && calls > 9) stop('the disk of this process is gone')",
    "  x[, first:last, drop = FALSE]",
    "}",
    "calls <- 0",
    "nmf_mpi(nmf_blocks(blocks, dim(x)), 2, max_iter = 1e5, tol = 0)",
    "invisible(mpi.quit())"
  ))
  expect_false(ran$status == 0)
  expect_match(paste(ran$output, collapse = " "), "Error in process 1 of 2: the disk of this process is gone")
})

test_that("arguments and rows that differ are told, and so is a limit of time that one has reached", {
  ran <- run_mpi(2, "nmf_mpi(matrix(1:60 + 0, 6), 2 + me)")
  expect_match(paste(ran$output, collapse = " "), "`rank` must be the same in all processes")
  ran <- run_mpi(2, "nmf_mpi(matrix(1:60 + 0, 6 - me), 2)")
  expect_match(paste(ran$output, collapse = " "), "`x` must have the 6 rows that it has in the first process, not 5")
  ran <- run_mpi(2, "nmf_mpi(matrix(1:60 + 0, 6), 2, 'kl', weights = list(rows = 1:6 + me))")
  expect_match(paste(ran$output, collapse = " "), "`weights` of the rows must be the same in all processes")
  ran <- run_mpi(2, "nmf_mpi(matrix(1:60 + 0, 6), 2, 'kl', weights = list(columns = 1:10 - 2 * me))")
  expect_false(ran$status == 0)
  expect_match(paste(ran$output, collapse = " "), "Error in process 1 of 2: `weights\\$columns` must be numbers from 0")
})

test_that("nmf_mpi() says what it needs and what it cannot do", {
  skip_without_mpi()
  ran <- run_mpi(1, c(
    "said <- function(code) writeLines(tryCatch(code, error = conditionMessage))",
    "x <- matrix(1:60 + 0, 6)",
    "said(nmf_mpi(x, 2, smooth_H = smoothness(1, matrix(1, 10, 10))))",
    "said(nmf_mpi(x, 2, init = 'anywhere'))",
    "said(nmf_mpi(x, 2, columns = 'mine'))",
    "said(nmf_mpi(x, 2, collect = 1))",
    "said(nmf_mpi(x, 2, engine = 'spark'))",
    "said(nmf_mpi(x))",
    "said(nmf_mpi(replace(x, 3, -1), 2))",
    "invisible(mpi.quit())"
  ))
  expect_snapshot(cat(grep("^mpi|^$", ran$output, invert = TRUE, value = TRUE), sep = "\n"))
})
