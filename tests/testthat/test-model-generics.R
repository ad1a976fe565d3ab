# Other packages have S4 generics of the names of ours: in a process of its own, with the real packages.

prints <- function(...) output_of("suppressPackageStartupMessages({", ..., "})")

test_that("normalize() takes fits and sounds, whichever of tuneR and nonneg was attached last", {
  skip_if_not_installed("tuneR")
  code <- c(
    "set.seed(1); fit <- nmf(matrix(rexp(60), 10), 2);",
    "sound <- tuneR::Wave(left = c(1, -2, 4), samp.rate = 8000, bit = 16);",
    "cat(all.equal(unname(colSums(normalize(fit)$W)), c(1, 1)), \"\\n\");",
    "cat(all.equal(unname(colSums(normalize(fit, 'W', 'l2')$W^2)), c(1, 1)), \"\\n\");",
    "cat(max(normalize(sound, unit = '16')@left), \"\\n\");"
  )
  right <- c("TRUE", "TRUE", "32767")
  for (order in list(c("nonneg", "tuneR"), c("tuneR", "nonneg"))) {
    out <- prints(paste0("library(", order, ");"), code)
    expect_identical(trimws(out), right, label = paste(order, collapse = " then "))
  }
})

test_that("normalize() takes fits with BiocGenerics attached before or after", {
  skip_if_not_installed("BiocGenerics")
  for (order in list(c("nonneg", "BiocGenerics"), c("BiocGenerics", "nonneg"))) {
    out <- prints(
      paste0("library(", order, ");"), "set.seed(1); fit <- nmf(matrix(rexp(60), 10), 2);",
      "cat(all.equal(unname(rowSums(normalize(fit, which = 'H')$H)), c(1, 1)), \"\\n\");"
    )
    expect_identical(trimws(out), "TRUE", label = paste(order, collapse = " then "))
  }
})

test_that("consensus() and basis() take our objects and those of NMF, by both names", {
  skip_if_not_installed("NMF")
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  out <- prints(
    "library(nonneg); library(NMF); set.seed(1); x <- matrix(rexp(200), 20);",
    "s <- nonneg::nmf_survey(x, 2, nrun = 2, resample = 'none', max_iter = 20, verbose = FALSE);",
    "cat(class(consensus(s, 2)), dim(basis(s$fits[[1]])), \"\\n\");",
    "cat(dim(coef(s$fits[[1]])), dim(fitted(s$fits[[1]])), nlevels(predict(s$fits[[1]], type = 'class')), \"\\n\");",
    "theirs <- NMF::nmf(x, 2, nrun = 2, .options = '-p');",
    "cat(dim(nonneg::consensus(theirs)), dim(nonneg::basis(theirs)), \"\\n\");"
  )
  expect_identical(trimws(utils::tail(out, 3)), c("nmf_consensus 20 2", "2 10 20 10 2", "10 10 20 2"))
})

test_that("what nobody knows is an error of ours", {
  expect_error(normalize(1), "must be a fit", class = "nonneg_error_input")
  expect_error(basis("a"), "must be a fit", class = "nonneg_error_input")
  expect_error(consensus(methods::new("numeric")), "must be a survey or a matrix", class = "nonneg_error_input")
})
