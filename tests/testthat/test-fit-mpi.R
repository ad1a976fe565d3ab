# One fit in several processes. What each of them says is what one says alone, but for the order of sums.

# Columns of a problem are dealt out in unequal shares.
mpi_script <- function(file) {
  c(
    "count <- mpi.comm.size(0)",
    "set.seed(4)",
    "x <- matrix(rpois(60 * 50, 4), 60) + 0",
    "x[5, ] <- 0; x[, 7] <- 0",
    "at <- if (count == 1) 1:50 else split(1:50, cut(1:50, c(0, c(9, 31)[seq_len(count - 1)], 50)))[[me + 1]]",
    "mine <- x[, at]",
    "fit <- function(x, ...) nmf_mpi(x, 4, ..., max_iter = 25, tol = 0, threads = 1)",
    "set.seed(1)",
    "out <- list(",
    "  plain = fit(mine),",
    "  lasso = fit(mine, alpha_W = 0.02, l1_ratio = 1),",
    "  ridge = fit(mine, alpha_W = 0.02, alpha_H = 0.1, smooth_W = 0.01),",
    "  random = fit(mine, init = 'random', nrun = 2),",
    "  # Coordinate descent ends its sweeps by groups of 16 columns, of which shares are made.",
    "  sparse = fit(Matrix::Matrix(x, sparse = TRUE), solver = 'cd', init = 'nndsvda', columns = 'split'),",
    "  # A dead component is revived from the columns of any process.",
    "  dead = fit(mine, init = list(W = cbind(x[, 1:3], 0), H = rbind(matrix(1, 3, length(at)), 0))),",
    "  tol = nmf_mpi(mine, 4, threads = 1)",
    ")",
    "split <- fit(nmf_blocks(function(first, last) x[, first:last, drop = FALSE], dim(x)),",
    "  columns = 'split')",
    "own <- fit(mine, collect = FALSE)",
    "stopifnot(identical(unname(coef(out$plain))[, at], unname(coef(own))), identical(basis(own), basis(out$plain)))",
    "bits <- lapply(out, function(f) list(basis(f), coef(f), f$history$objective, f$reason))",
    sprintf("saveRDS(list(fits = out, split = split, bits = bits), paste0(%s, me))", deparse(file)),
    "invisible(mpi.quit())"
  )
}

test_that("1, 2 and 3 processes find the same fit", {
  results <- lapply(1:3, function(count) {
    file <- withr::local_tempfile(fileext = ".rds")
    ran <- run_mpi(count, mpi_script(file))
    files <- paste0(file, seq_len(count) - 1)
    withr::defer(unlink(files))
    if (!all(file.exists(files))) stop(paste(ran$output, collapse = "\n"))
    expect_identical(ran$status, 0L)
    all <- lapply(files, readRDS)
    # What every process returns has the same bits.
    for (other in all) expect_identical(other$bits, all[[1]]$bits)
    all[[1]]
  })
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
    expect_identical(result$fits$tol$reason, "tol")
  }
  # What nmf() says of the same data, by an oracle.
  set.seed(4)
  x <- matrix(rpois(60 * 50, 4), 60) + 0
  x[5, ] <- 0
  x[, 7] <- 0
  for (name in c("plain", "lasso", "ridge")) {
    fit <- results[[3]]$fits[[name]]
    expect_equal(fit$loss, sum((x - basis(fit) %*% coef(fit))^2) / 2, tolerance = 1e-10)
    arguments <- switch(name,
      plain = list(),
      lasso = list(alpha_W = 0.02, l1_ratio = 1),
      ridge = list(alpha_W = 0.02, alpha_H = 0.1, smooth_W = 0.01)
    )
    alone <- do.call(nmf, c(list(x, 4, init = list(W = basis(fit), H = coef(fit)), max_iter = 1), arguments))
    expect_equal(fit$objective, alone$history$objective[1], tolerance = 1e-10, label = name)
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
})

test_that("nmf_mpi() says what it needs and what it cannot do", {
  skip_without_mpi()
  ran <- run_mpi(1, c(
    "said <- function(code) writeLines(tryCatch(code, error = conditionMessage))",
    "x <- matrix(1:60 + 0, 6)",
    "said(nmf_mpi(x, 2, smooth_H = 1))",
    "said(nmf_mpi(x, 2, init = 'nnsvdlrc'))",
    "said(nmf_mpi(x, 2, columns = 'mine'))",
    "said(nmf_mpi(x, 2, collect = 1))",
    "said(nmf_mpi(x, 2, engine = 'spark'))",
    "said(nmf_mpi(x))",
    "said(nmf_mpi(replace(x, 3, -1), 2))",
    "invisible(mpi.quit())"
  ))
  expect_snapshot(cat(grep("^mpi|^$", ran$output, invert = TRUE, value = TRUE), sep = "\n"))
})
