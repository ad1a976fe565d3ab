# One small case of each article whose numbers are computed by data-raw/: the functions that the article shows, on
# data of the package, give again what the script wrote down.

article <- function(name) {
  code <- new.env(parent = globalenv())
  file <- system.file("articles", paste0(name, ".R"), package = "nonneg")
  skip_if(file == "", "the package is not installed with its articles")
  sys.source(file, code)
  data <- readRDS(system.file("extdata", paste0(name, ".rds"), package = "nonneg"))
  data$x <- matrix(as.integer(data$x) / 255, nrow(data$x))
  list(code = code, data = data)
}

test_that("faces are verified as the script did it", {
  a <- article("faces")
  x <- a$data$x
  learn <- a$data$learn
  person <- rep(1:40, each = 10)
  same <- a$code$same_person(person[!learn])
  expect_equal(c(length(same), sum(same)), c(19900, 900))
  error <- function(Z) a$code$equal_error(a$code$roc(a$code$cosines(Z), same))
  own <- a$code$nmf_features(x[, learn], x[, !learn], 25)
  found <- c(
    nmf = error(own$V), pca = error(a$code$pca_features(x[, learn], x[, !learn], 25)$V),
    nmf_lda = error(a$code$discriminants(own, person[learn], 0.1))
  )
  # NMF may end at another optimum.
  expect_equal(found[["pca"]], a$data$expected[["pca"]], tolerance = 1e-6)
  expect_lt(max(abs(found - a$data$expected)), 0.02)
  expect_lt(found[["nmf_lda"]], found[["nmf"]])
})

test_that("equal error rate and accepted pairs are those of a naive count", {
  code <- article("faces")$code
  set.seed(1)
  score <- round(rnorm(60), 1)
  same <- rep(c(TRUE, FALSE), c(20, 40))
  r <- code$roc(score + same + seq_along(score) * 1e-6, same)
  at <- score + same + seq_along(score) * 1e-6
  naive <- sapply(sort(at, decreasing = TRUE), function(t) c(mean(at[!same] >= t), mean(at[same] >= t)))
  expect_equal(rbind(r$false, r$true), naive)
  expect_equal(code$true_at(r, 0.1), max(naive[2, naive[1, ] <= 0.1]))
  expect_lt(abs(code$equal_error(r) - min(pmax(naive[1, ], 1 - naive[2, ]))), 0.05)
  expect_equal(code$equal_error(code$roc(c(3, 2, 1, 0), c(TRUE, TRUE, FALSE, FALSE))), 0)
})
