test_that("the consensus of identical fits is 0 or 1, whatever classes are called", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  a <- c(1, 1, 2, 2, 3)
  same <- consensus(cbind(a, c(3, 3, 1, 1, 2), a), rank = 3)
  expect_identical(unname(same$matrix), outer(a, a, "==") + 0)
  expect_equal(
    same$measures[c("cophenetic", "dispersion", "pac")], c(cophenetic = 1, dispersion = 1, pac = 0)
  )
  expect_identical(adjusted_rand(same$class, a), 1)
  # Classes by name are classes.
  expect_identical(
    consensus(cbind(letters[a], letters[a]), rank = 3)$matrix, consensus(cbind(a, a), rank = 3)$matrix
  )
})

test_that("pairs count over the fits that have both", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  members <- rbind(c(1, 1, NA), c(1, 2, 1), c(NA, NA, 1), c(2, NA, NA))
  C <- consensus(members, rank = 2)
  expected <- rbind(c(1, 0.5, NA, 0), c(0.5, 1, 1, 0), c(NA, 1, 1, NA), c(0, 0, NA, 1))
  expect_equal(unname(C$matrix), expected)
  # Upper triangle known: 0.5, 0, 1, 0.
  expect_equal(C$measures[["pac"]], 1 / 4)
  expect_equal(C$measures[["dispersion"]], mean(4 * (expected - 0.5)^2, na.rm = TRUE))
})

test_that("measures are those of the formulas", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  members <- rbind(c(1, 1, 1, 1), c(1, 1, 1, 2), c(2, 2, 1, 2), c(2, 2, 2, 2))
  C <- consensus(members, rank = 2)
  # By hand: how many of the four fits have each pair together.
  together <- rbind(c(4, 3, 1, 0), c(3, 4, 2, 1), c(1, 2, 4, 3), c(0, 1, 3, 4)) / 4
  expect_equal(unname(C$matrix), together)
  expect_equal(C$measures[["dispersion"]], sum(4 * (together - 0.5)^2) / 16)
  expect_equal(C$measures[["pac"]], 5 / 6)
  # The tree joins (1, 2) and (3, 4) at 1/4 and the pairs at the mean of 3/4, 1, 1/2, 3/4.
  d <- 1 - together[lower.tri(together)]
  expect_equal(C$measures[["cophenetic"]], cor(d, c(1 / 4, 3 / 4, 3 / 4, 3 / 4, 3 / 4, 1 / 4)))
  width <- function(own, other) (other - own) / max(own, other)
  expect_equal(
    C$silhouette, c(width(1 / 4, 7 / 8), width(1 / 4, 5 / 8), width(1 / 4, 5 / 8), width(1 / 4, 7 / 8))
  )
  expect_equal(C$class, c(1, 1, 2, 2))
})

test_that("measures are those of package NMF", {
  skip_if_not_installed("NMF")
  members <- withr::with_seed(1, matrix(sample(3, 20 * 15, TRUE), 20))
  C <- consensus(members, rank = 3)
  expect_equal(C$measures[["cophenetic"]], suppressMessages(NMF::cophcor(C$matrix)))
  expect_equal(C$measures[["dispersion"]], NMF::dispersion(C$matrix))
})

test_that("many observations are sampled unless all are asked for", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  members <- matrix(rep(1:2, length.out = 30000 * 3), 30000)
  memory <- gc(reset = TRUE)
  C <- consensus(members, rank = 2, max_n = 100)
  # 30000 x 30000 numbers would be 7200 MB.
  expect_lt(sum(gc()[, 6]) - sum(memory[, 6]), 200)
  expect_identical(dim(C$matrix), c(100L, 100L))
  expect_identical(range(C$observations), c(1, 30000))
  expect_identical(dim(consensus(members[1:150, ], rank = 2, max_n = Inf)$matrix), c(150L, 150L))
})

test_that("identical partitions score 1, also with one class, only singletons, and one observation", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  perfect <- c(cophenetic = 1, dispersion = 1, silhouette = 1, pac = 0)
  partitions <- list(
    `one class` = rep(1, 5), singletons = 1:5, `a singleton` = c(1, 1, 1, 2, 2, 3), `two alone` = 1:2, one = 1
  )
  for (name in names(partitions)) {
    a <- partitions[[name]]
    for (rank in c(1, max(a), length(a))) {
      members <- cbind(a, max(a) + 1 - a, a)
      expect_identical(consensus(members, rank = rank)$measures, perfect, label = name)
      # Where some take no part in a fit as well.
      members[length(a), 1] <- NA
      expect_identical(consensus(members, rank = rank)$measures, perfect, label = name)
    }
    expect_identical(adjusted_rand(a, letters[a]), 1, label = name)
  }
  # Those that have nothing in common do not.
  expect_identical(adjusted_rand(rep(1, 4), 1:4), 0)
})

test_that("adjusted Rand index", {
  # Hubert and Arabie (1985), by hand: pairs together in both 1, rows 2, columns 2, of 6.
  expect_equal(adjusted_rand(c(1, 1, 2, 2), c(1, 1, 2, 3)), (1 - 2 * 1 / 6) / (1.5 - 2 * 1 / 6))
  expect_identical(adjusted_rand(c(1, 1, 2, NA), c(5, 5, 4, 4)), 1)
})

test_that("bad input is named", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  expect_snapshot(fault(consensus(1:3, rank = 2)))
  expect_snapshot(fault(consensus(matrix(1, 3, 2))))
  expect_snapshot(fault(consensus(matrix(1, 3, 2), rank = 0)))
  expect_snapshot(fault(consensus(matrix(1, 3, 2), rank = 1, max_n = 0)))
  expect_snapshot(print(consensus(rbind(c(1, 1), c(1, 2), c(2, 2)), rank = 2)))
})

test_that("a survey of one rank needs no rank", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  set.seed(1)
  survey <- nmf_survey(matrix(rexp(60), 10), 2, nrun = 2, resample = "none", verbose = FALSE)
  expect_identical(consensus(survey)$C, consensus(survey, 2)$C)
})
