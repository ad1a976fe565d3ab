# One small case of each article whose numbers are computed by data-raw/: the functions that the article
# shows, on data of the package, give again what the script wrote down.

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

test_that("instruments are named as the script did it", {
  a <- article("instruments")
  d <- a$data
  right <- function(found) mean(found == d$class[d$to])
  near <- right(a$code$classify_near(a$code$nmf_coefficients(d$x, d$from, d$to, 15), d$class[d$from]))
  dictionaries <- right(a$code$classify_dictionaries(d$x, d$from, d$to, d$class[d$from], 2))
  expect_lt(abs(near - d$expected[["near"]]), 0.06)
  expect_lt(abs(dictionaries - d$expected[["dictionaries"]]), 0.06)
  expect_gt(dictionaries, 0.25)
})

test_that("harmonics are read where they are, and a known comb gives its filter", {
  code <- article("instruments")$code
  time <- seq(0, 0.5, by = 1 / 16000)
  f0 <- 440 * 2^((57 - 69) / 12)
  strength <- c(1, 0, 0.5)
  sound <- colSums(strength * sin(2 * pi * outer(f0 * 1:3, time)))
  S <- code$spectrogram(sound)
  h <- code$harmonics(S, 57, 4)
  expect_equal(rowMeans(h), c(strength, 0), tolerance = 0.1)
  W <- code$source_filter(57)
  W <- W[, colSums(W) > 1e-6]
  filter <- seq_len(ncol(W))
  found <- predict(as_nmf(W, loss = "kl"), W %*% filter)
  expect_equal(drop(found), filter, tolerance = 1e-3, ignore_attr = TRUE)
})

test_that("digits are clustered by their graph, and halves filled, as the script did it", {
  skip_if_not_installed("clue")
  a <- article("digits")
  x <- a$data$x
  class <- a$data$class
  graph <- a$code$neighbour_graph(x)
  expect_true(Matrix::isSymmetric(graph))
  ari <- agreement(assign_clusters(nmf(graph, 10, tol = 1e-3)), class)$ari
  expect_lt(abs(ari - a$data$expected[["graph"]]), 0.05)
  expect_gt(ari, a$data$expected[["kmeans"]])
  lower <- a$data$lower
  filled <- a$code$fill_by_parts(x[, 1:400], x[, 401:500], lower, 10)
  error <- sqrt(mean((filled - x[lower, 401:500])^2))
  expect_equal(error, a$data$expected[["half"]], tolerance = 0.02)
})

test_that("neighbours are those of all distances", {
  code <- article("digits")$code
  set.seed(1)
  x <- matrix(runif(200), 5)
  D <- as.matrix(dist(t(x)))
  diag(D) <- Inf
  found <- code$neighbours(x, 4)
  expect_equal(found$near, unname(apply(D, 2, function(d) order(d)[1:4])))
  expect_equal(found$far, unname(apply(D, 2, function(d) sort(d)[1:4])))
})
