# What rOpenSci's standards for unsupervised learning ask for and no other file tests; R/nonneg-standards.R has
# the list.

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

test_that("every standard is named once, with a word on how it is met", {
  file <- test_path("..", "..", "R", "nonneg-standards.R")
  skip_if_not(file.exists(file), "the sources are not here")
  lines <- grep("@srrstats", readLines(file), value = TRUE)
  lines <- grep("\\{", lines, value = TRUE)
  number <- sub(".*\\{(.*)\\}.*", "\\1", lines)
  expect_identical(number[duplicated(number)], character())
  expect_true(all(grepl("^(G[1-5]|UL[1-7])\\.[0-9]+[a-e]?$", number)))
  expect_true(all(nchar(sub(".*\\} *", "", lines)) > 6))
})
