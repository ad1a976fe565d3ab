# What rOpenSci's standards for unsupervised learning ask for and no other file tests; the list is in
# R/nonneg-standards.R.

planted <- function(n, noise = 0, seed = 1) {
  withr::with_seed(seed, {
    W <- matrix(stats::rexp(60) * stats::rbinom(60, 1, 0.5), 20)
    H <- matrix(stats::rexp(3 * n) * stats::rbinom(3 * n, 1, 0.6), 3)
    W[cbind(1:3, 1:3)] <- 3
    W[cbind(c(1, 1, 2, 2, 3, 3), c(2, 3, 1, 3, 1, 2))] <- 0
    x <- W %*% H
    list(W = W, H = H, x = pmax(x + noise * mean(x) * stats::rnorm(length(x)), 0))
  })
}

cosine_to <- function(fit, W) {
  unit <- function(A) sweep(A, 2, sqrt(colSums(A^2)), "/")
  min(apply(crossprod(unit(W), unit(basis(fit))), 1, max))
}

test_that("components are in decreasing order of their share, and so are their names (UL3.1, UL7.2)", {
  x <- example_data() + 0.1
  share <- function(fit) colSums(basis(fit)) * rowSums(coef(fit))
  for (loss in list("frobenius", "kl", "is", "nb", 0.5)) {
    for (seed in 1:3) {
      fit <- withr::with_seed(seed, nmf(x, 3, loss = loss, init = "random", max_iter = 20))
      expect_false(is.unsorted(-share(fit)), label = format(loss))
      expect_identical(colnames(basis(fit)), paste0("NMF", 1:3))
    }
  }
  several <- withr::with_seed(1, nmf(x, 3, nrun = 4, max_iter = 20))
  expect_false(is.unsorted(-share(several)))
})

test_that("planted components are found, more exactly with more observations (G5.6, G5.7)", {
  found <- sapply(c(20, 2000), function(n) {
    sapply(1:3, function(seed) {
      p <- planted(n, noise = 0.2, seed)
      cosine_to(withr::with_seed(seed, nmf(p$x, 3, nrun = 5)), p$W)
    })
  })
  expect_gt(min(found[, 2]), 0.99)
  expect_gt(mean(found[, 2]), mean(found[, 1]))
})

test_that("a smaller tolerance gives a smaller residual, and never a larger objective (G5.7)", {
  x <- planted(40, noise = 0.3)$x
  fits <- lapply(10^-(2:6), function(tol) nmf(x, 3, tol = tol, max_iter = 5000))
  kkt <- sapply(fits, function(f) f$certificate$kkt)
  expect_true(all(kkt <= 10^-(2:6)))
  objective <- sapply(fits, `[[`, "objective")
  expect_true(all(diff(objective) <= 1e-12 * objective[1]))
})

test_that("trivial noise changes little, and other seeds end near the same objective (G5.9)", {
  p <- planted(60, noise = 0.1)
  fit <- nmf(p$x, 3, tol = 1e-8, max_iter = 5000)
  nudged <- nmf(p$x * (1 + 1e-12 * sin(seq_along(p$x))), 3, tol = 1e-8, max_iter = 5000)
  expect_equal(basis(nudged), basis(fit), tolerance = 1e-5)
  objective <- sapply(1:5, function(seed) withr::with_seed(seed, nmf(p$x, 3, nrun = 5))$objective)
  expect_lt(max(objective) / min(objective), 1.001)
})

test_that("predict() reads new data once, where a fit reads them in every iteration (UL7.4)", {
  x <- planted(300, noise = 0.2)$x
  reads <- 0
  blocks <- function(first, last) {
    reads <<- reads + (last - first + 1) / 300
    x[, first:last, drop = FALSE]
  }
  count <- function(code) {
    reads <<- 0
    force(code)
    reads
  }
  source <- nmf_blocks(blocks, c(20, 300))
  fitted_in <- count(fit <- withr::with_seed(1, nmf(source, 3, init = "random")))
  predicted_in <- count(H <- predict(fit, source))
  expect_gt(fitted_in, max(fit$history$iteration) - 1)
  # Once to look at the values, once to solve.
  expect_lte(predicted_in, 2)
  expect_equal(unname(H), unname(coef(nmf(x, 3, init = fit, fixed_W = basis(fit)))), tolerance = 1e-3)
})

test_that("columns with a class of their own are their numbers, columns of lists an error (G2.11, G2.12)", {
  x <- data.frame(a = c(1, 2, 0), b = c(0, 1, 3), row.names = c("f1", "f2", "f3"))
  plain <- nmf(x, 1)
  classed <- x
  classed$a <- structure(classed$a, class = "units", units = "m")
  classed$b <- structure(classed$b, class = c("haven_labelled", "vctrs_vctr", "double"), label = "weight")
  expect_equal(basis(nmf(classed, 1)), basis(plain))
  x$c <- list(1, 2:3, 4)
  expect_snapshot(fault(nmf(x, 1)))
})

test_that("names of choices are taken in any case (G2.3b)", {
  x <- example_data() + 0.1
  plain <- nmf(x, 2, solver = "cd", init = "nndsvda", missing = "NA")
  other <- nmf(x, 2, solver = "CD", init = "NNDSVDa", missing = "na", loss = "Frobenius")
  expect_identical(basis(other), basis(plain))
  expect_identical(predict(other, type = "CLASS"), predict(plain, type = "class"))
  expect_snapshot({
    fault(nmf(x, 2, solver = "CDs"))
    fault(nmf(x, 2, init = "NND"))
  })
})

test_that("missing = \"error\" refuses NA, in every storage and function (G2.14a, UL2.2)", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  x <- example_data() + 0.1
  holes <- replace(x, c(2, 9), NA)
  expect_snapshot(fault(nmf(holes, 2, missing = "error")))
  of <- list(
    methods::as(holes, "CsparseMatrix"), as.data.frame(holes),
    nmf_blocks(function(from, to) holes[, from:to, drop = FALSE], dim(holes))
  )
  for (data in of) {
    expect_error(nmf(data, 2, missing = "error"), "2 cells are NA", class = "nonneg_error_input")
  }
  for (f in list(nmf_survey, cross_validate, consensus_nmf)) {
    expect_error(f(holes, 2, missing = "error"), "2 cells are NA", class = "nonneg_error_input")
  }
  expect_error(check_data(holes, missing = "error"), "2 cells are NA", class = "nonneg_error_input")
  # Weights do not excuse one. Complete data are fitted as ever.
  expect_error(nmf(holes, 2, weights = 1 * !is.na(holes), missing = "error"), class = "nonneg_error_input")
  expect_identical(fitted(nmf(x, 2, missing = "error")), fitted(nmf(x, 2)))
})

test_that("NaN and infinite values are ignored where their weight is 0, and nowhere else (G2.16)", {
  x <- example_data() + 0.1
  bad <- replace(x, c(3, 8), c(NaN, Inf))
  w <- replace(x * 0 + 1, c(3, 8), 0)
  for (loss in c("frobenius", "kl")) {
    ignored <- withr::with_seed(1, nmf(bad, 2, loss = loss, weights = w))
    as_na <- withr::with_seed(1, nmf(replace(x, c(3, 8), NA), 2, loss = loss))
    expect_equal(fitted(ignored), fitted(as_na), tolerance = 1e-3)
    expect_true(all(is.finite(basis(ignored))))
  }
  expect_error(nmf(bad, 2), "NaN", class = "nonneg_error_input")
  expect_error(nmf(bad, 2, weights = replace(w, 8, 1e-9)), "infinite", class = "nonneg_error_input")
})

test_that("a large feature rules the squared error; check_data() tells, weights help (UL1.4a, UL7.1)", {
  off <- function(fit, W) {
    unit <- function(A) sweep(A, 2, sqrt(colSums(A^2)), "/")
    1 - min(apply(crossprod(unit(W[-1, ]), unit(basis(fit)[-1, ])), 1, max))
  }
  for (seed in 1:3) {
    p <- planted(200, noise = 0.1, seed)
    large <- p$x
    large[1, ] <- 1000 * large[1, ] * withr::with_seed(9, exp(0.5 * stats::rnorm(200)))
    expect_gt(check_data(large)$largest[["part"]], 0.9)
    ruled <- withr::with_seed(seed, nmf(large, 3, nrun = 5))
    rows <- list(rows = c(1e-6, rep(1, 19)))
    weighted <- withr::with_seed(seed, nmf(large, 3, nrun = 5, weights = rows))
    expect_gt(off(ruled, p$W), 2 * off(weighted, p$W))
  }
})

test_that("leukemia falls into the clusters that Brunet et al. (2004) published (G5.4c)", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  # Of two and of three, one patient each in another one.
  kind <- list(sub("-.*", "", leukemia$class), as.character(leukemia$class))
  for (rank in 2:3) {
    fit <- withr::with_seed(1, nmf(leukemia$x, rank, loss = "kl", nrun = 5))
    expect_gte(agreement(predict(fit, type = "class"), kind[[rank - 1]])$accuracy, 37 / 38)
  }
})

test_that("every standard is named once, with a word on how it is met", {
  file <- test_path("..", "..", "R", "nonneg-standards.R")
  skip_if_not(file.exists(file), "the sources are not here")
  lines <- grep("@srrstats", readLines(file), value = TRUE)
  lines <- grep("\\{", lines, value = TRUE)
  number <- sub(".*\\{(.*)\\}.*", "\\1", lines)
  with_parts <- function(of, last, parts) {
    whole <- paste0(of, ".", seq_len(last + 1) - 1)
    c(whole, unlist(lapply(names(parts), function(k) paste0(of, ".", k, parts[[k]]))))
  }
  # Those of version 0.2.0.
  standards <- c(
    with_parts("G1", 6, list(`4` = "a")),
    with_parts("G2", 16, list(
      `0` = "a", `1` = "a", `3` = letters[1:2], `4` = letters[1:5], `14` = letters[1:3]
    )),
    with_parts("G3", 1, list(`1` = "a")), "G4.0",
    with_parts("G5", 12, list(
      `2` = letters[1:2], `4` = letters[1:3], `6` = letters[1:2], `8` = letters[1:4], `9` = letters[1:2],
      `11` = "a"
    )),
    with_parts("UL1", 4, list(`3` = "a", `4` = letters[1:2])), with_parts("UL2", 3, list()),
    with_parts("UL3", 4, list()), with_parts("UL4", 4, list(`3` = "a")), with_parts("UL6", 2, list()),
    with_parts("UL7", 5, list(`5` = "a"))
  )
  expect_identical(sort(number), sort(standards))
  expect_true(all(nchar(sub(".*\\} *", "", lines)) > 6))
})
