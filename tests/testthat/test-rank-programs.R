# Programs across samples: what is planted is found, each number is that of its definition, recipes do what they say.

# Four samples: two programs that all have, one that two have, one that a single sample has.
program_samples <- function(seed = 1, l = 60, n = 40) {
  withr::with_seed(seed, {
    blocks <- split(seq_len(l), rep(1:6, each = l / 6))
    part <- function(i) {
      w <- numeric(l)
      w[blocks[[i]]] <- 1 + stats::rexp(l / 6)
      w
    }
    P <- cbind(part(1), part(2), part(3), part(4), part(5), part(6))
    own <- list(a = c(1, 2, 3), b = c(1, 2, 3), c = c(1, 2, 4), d = c(1, 2, 5))
    lapply(own, function(k) {
      x <- P[, k] %*% matrix(stats::rexp(3 * n) * (stats::runif(3 * n) < 0.6), 3) + 0.05 * matrix(stats::rexp(l * n), l)
      dimnames(x) <- list(paste0("g", seq_len(l)), NULL)
      x
    })
  })
}

programs_fit <- function(x = program_samples(), ...) {
  nmf_programs(x, ranks = 3, n_features = 10, ..., threads = 1, verbose = FALSE)
}

test_that("programs that recur are found, those of one sample set aside", {
  p <- programs_fit()
  expect_identical(p$programs$samples, c(4L, 4L, 2L))
  expect_equal(p$programs$coverage, c(1, 1, 0.5))
  tops <- lapply(seq_len(3), function(k) as.integer(sub("g", "", top_features(p, 10)$feature[(k - 1) * 10 + 1:10])))
  expect_setequal(lapply(tops, sort), list(1:10, 11:20, 21:30))
  aside <- p$components[is.na(p$components$program), ]
  expect_identical(as.character(aside$sample), c("c", "d"))
  expect_identical(unique(aside$aside), "few samples")
  expect_identical(sum(p$coverage), 10L)
  expect_identical(rownames(p$coverage), letters[1:4])
  # All of them count where one sample is enough.
  expect_identical(ncol(regroup_programs(p, min_samples = 1, n_features = 10)$W), 5L)
})

test_that("each number is that of its definition", {
  p <- nmf_programs(program_samples(), ranks = 2:4, n_features = 8, threads = 1, verbose = FALSE)
  about <- p$components
  expect_identical(nrow(about), 4L * 9L)
  fit <- nmf(program_samples()$b, 3, threads = 1)
  own <- which(about$sample == "b" & about$rank == 3)
  unit <- function(A) A / rep(sqrt(colSums(A^2)), each = nrow(A))
  expect_equal(unname(p$pool[, own]), unname(unit(fit$W)), tolerance = 1e-12)
  expect_equal(about$share[own], unname(summary(fit)$components$share))
  expect_equal(unname(p$similarity), unname(crossprod(p$pool)), tolerance = 1e-12)
  S <- p$similarity
  expect_equal(colSums(p$W), stats::setNames(rep(1, ncol(p$W)), colnames(p$W)))
  for (k in colnames(p$W)) {
    members <- which(about$program == k)
    U <- p$pool[, members] / rep(colSums(p$pool[, members]), each = 60)
    by_sample <- sapply(unique(about$sample[members]), function(s) rowMeans(U[, about$sample[members] == s, drop = FALSE]))
    expect_equal(p$W[, k], rowMeans(by_sample) / sum(rowMeans(by_sample)), tolerance = 1e-12)
    similarity <- drop(crossprod(p$pool[, members], p$W[, k])) / sqrt(sum(p$W[, k]^2))
    expect_equal(about$similarity[members], unname(similarity), tolerance = 1e-12)
    top <- lapply(members, function(c) order(-p$pool[, c])[1:8])
    has <- sapply(unique(about$sample[members]), function(s) seq_len(60) %in% unlist(top[about$sample[members] == s]))
    expect_equal(unname(p$confidence[, k]), rowMeans(has))
  }
  # One by one.
  widths <- function(cluster, kept = seq_along(cluster)) {
    vapply(kept, function(c) {
      others <- kept[about$sample[kept] != about$sample[c]]
      d <- tapply(1 - S[c, others], cluster[others], mean)
      own <- names(d) == as.character(cluster[c])
      if (!any(own) || all(own)) 0 else (min(d[!own]) - d[own]) / max(min(d[!own]), d[own])
    }, 0)
  }
  there <- which(!is.na(about$program))
  expect_equal(about$silhouette[there], widths(as.integer(about$program), there), tolerance = 1e-10)
  # The number of clusters is that with the largest mean.
  tree <- hclust(as.dist(1 - S), "average")
  means <- sapply(2:35, function(k) mean(widths(cutree(tree, k))))
  best <- cutree(tree, which.max(means) + 1)
  shared <- best %in% names(which(tapply(about$sample, best, function(s) length(unique(s))) > 1))
  expect_identical(!is.na(about$program), shared)
  expect_identical(length(unique(best[shared])), ncol(p$W))
})

test_that("features go by name: those that all have, or all", {
  x <- program_samples()
  x$b <- x$b[60:6, ]
  x$c <- rbind(x$c, only = 5)
  shared <- programs_fit(x)
  expect_setequal(rownames(shared$W), paste0("g", 6:60))
  alone <- programs_fit(list(a = x$a[6:60, ], b = x$b[55:1, ], c = x$c[6:60, ], d = x$d[6:60, ]))
  expect_equal(shared$W[rownames(alone$W), ], alone$W, tolerance = 1e-6)
  all <- programs_fit(x, features = "all")
  expect_setequal(rownames(all$W), c(paste0("g", 1:60), "only"))
  expect_identical(colSums(is.na(all$pool[, all$components$sample == "b"])), stats::setNames(rep(6, 3), colnames(all$pool)[4:6]))
  # By hand, a pair over the features of both.
  both <- !is.na(all$pool[, 1]) & !is.na(all$pool[, 4])
  cosine <- sum(all$pool[both, 1] * all$pool[both, 4]) / sqrt(sum(all$pool[both, 1]^2) * sum(all$pool[both, 4]^2))
  expect_equal(all$similarity[1, 4], cosine)
  expect_identical(all$programs$samples, c(4L, 4L, 2L))
  expect_error(regroup_programs(all, "cnmf"), "same features", class = "nonneg_error_input")
})

test_that("the overlap is the part of the top features that two share", {
  p <- regroup_programs(programs_fit(), similarity = "overlap", n_features = 12)
  top <- lapply(seq_len(12), function(c) order(-p$pool[, c])[1:12])
  expect_equal(p$similarity[2, 7], length(intersect(top[[2]], top[[7]])) / 12)
})

test_that("the recipe of Gavish et al.: robust components, then clusters around founders", {
  p <- nmf_programs(program_samples(), ranks = 2:5, recipe = "gavish", min_size = 1, n_features = 10, threads = 1, verbose = FALSE)
  about <- p$components
  top <- lapply(seq_len(nrow(about)), function(c) order(-p$pool[, c])[1:10])
  O <- sapply(top, function(a) sapply(top, function(b) length(intersect(a, b)) / 10))
  diag(O) <- 0
  out <- rep(NA_character_, nrow(about))
  for (c in seq_along(out)) {
    if (!any(about$sample == about$sample[c] & about$rank != about$rank[c] & O[c, ] >= 0.7)) out[c] <- "not reproduced"
  }
  kept <- is.na(out)
  across <- sapply(seq_along(out), function(c) max(0, O[c, kept & about$sample != about$sample[c]]))
  out[kept & across < 0.2] <- "other samples"
  for (s in letters[1:4]) {
    chosen <- NULL
    for (c in which(is.na(out) & about$sample == s)[order(-across[is.na(out) & about$sample == s])]) {
      if (any(O[c, chosen] > 0.2)) out[c] <- "redundant" else chosen <- c(chosen, c)
    }
  }
  expect_identical(robust_components(O, about), out)
  expect_true(all(about$aside[!is.na(out)] == out[!is.na(out)]))
  # A component of each sample at most, since the others of the sample are redundant.
  expect_true(all(p$coverage <= 1))
  expect_identical(p$programs$samples[1:2], c(4L, 4L))
  # None begins with as few partners as here by default.
  expect_identical(ncol(regroup_programs(p, "gavish", n_features = 10)$W), 0L)
})

test_that("other recipes: k clusters by Ward's linkage, k-means with medians", {
  p <- withr::with_seed(1, programs_fit())
  ward <- regroup_programs(p, "genenmf", k = 5, n_features = 10)
  cluster <- cutree(hclust(as.dist(1 - p$similarity), "ward.D2"), 5)
  expect_identical(tapply(as.integer(ward$components$program), cluster, function(p) length(unique(p))), tapply(cluster, cluster, function(c) 1L))
  kmeans <- regroup_programs(p, "cnmf", k = 5, density_threshold = 2, n_features = 10)
  expect_identical(kmeans$settings$k, 5L)
  members <- which(kmeans$components$program == "P1")
  U <- p$pool[, members] / rep(colSums(p$pool[, members]), each = 60)
  m <- apply(U, 1, median)
  expect_equal(kmeans$W[, 1], m / sum(m))
  expect_identical(regroup_programs(p, "cnmf", k = 5, density_threshold = 2, n_features = 10)$W, kmeans$W)
  expect_error(regroup_programs(p, "cnmf", density_threshold = 1e-6), "density_threshold", class = "nonneg_error_input")
})

test_that("scores of new cells are those of the consensus, kept", {
  p <- programs_fit()
  x <- program_samples()
  H <- predict(p, x$c)
  expect_equal(unname(H), unname(nnls(p$W, x$c)), tolerance = 1e-8)
  expect_identical(rownames(H), colnames(p$W))
  # What new data lack is missing.
  some <- predict(p, x$c[7:60, ])
  expect_equal(unname(some), unname(nnls(p$W[7:60, ], x$c[7:60, ])), tolerance = 1e-8)
  expect_equal(predict(p, x[c("a", "c")])$c, H)
  kl <- programs_fit(loss = "kl")
  expect_identical(dim(predict(kl, x$a, type = "proportion")), c(ncol(kl$W), 40L))
})

test_that("seeds, restarts, threads and processes: the same programs", {
  p <- withr::with_seed(3, programs_fit(nrun = 3))
  q <- withr::with_seed(3, nmf_programs(program_samples(), ranks = 3, nrun = 3, n_features = 10, threads = 2, verbose = FALSE))
  expect_identical(q$W, p$W)
  expect_identical(nrow(p$runs), 12L)
  # The best run of each sample is kept.
  best <- tapply(p$runs$objective, p$runs$sample, min)
  again <- withr::with_seed(p$runs$seed[which.min(p$runs$objective)], nmf(program_samples()[[1]], 3, init = "random", threads = 1))
  expect_true(all(best > 0))
  more <- withr::with_seed(4, programs_fit(nrun = 3))
  expect_false(identical(more$runs$objective, p$runs$objective))
  expect_identical(withr::with_seed(5, programs_fit())$W, programs_fit()$W)
})

test_that("one object is divided by a batch", {
  x <- program_samples()
  whole <- do.call(cbind, unname(x))
  p <- programs_fit(whole, batch = rep(letters[1:4], each = 40))
  expect_identical(p$W, programs_fit(x)$W)
})

test_that("an interrupt keeps what is finished, and update() ends as the call would have", {
  call <- "nmf_programs(x, ranks = 4:6, nrun = 20, threads = 1, tol = 1e-9)"
  result <- interrupted(c(
    "x <- lapply(c(a = 1, b = 2, c = 3), function(i) matrix(rexp(40000), 200))",
    "started()",
    "set.seed(2)",
    paste("fit <-", call)
  ), after = 0.5, then = paste("{ more <- update(fit, verbose = FALSE); set.seed(2); whole <- ", call, "
    list(same = identical(more$W, whole$W), complete = more$complete, count = nrow(whole$runs)) }"))
  expect_s3_class(result$warned, "nonneg_warning_stopped")
  expect_false(result$fit$complete)
  expect_lt(nrow(result$fit$runs), 180)
  expect_gt(nrow(result$fit$runs), 1)
  expect_identical(result$then, list(same = TRUE, complete = TRUE, count = 180L))
  expect_output(print(result$fit), "interrupted")
})

test_that("a checkpoint is removed when all is done, and belongs to its data", {
  path <- withr::local_tempfile()
  saved <- withr::with_seed(1, programs_fit(nrun = 2, control = list(checkpoint = path, every = 0)))
  expect_identical(saved$W, withr::with_seed(1, programs_fit(nrun = 2))$W)
})

test_that("print, summary and tidiers", {
  p <- programs_fit()
  p$seconds <- 1
  local_reproducible_output(width = 100)
  expect_snapshot(print(p))
  expect_identical(summary(p)$program, colnames(p$W))
  w <- tidy(p)
  expect_equal(w$value, as.vector(p$W))
  expect_equal(w$confidence, as.vector(p$confidence))
  expect_identical(nrow(tidy(p, "components")), 12L)
  expect_equal(tidy(p, "coverage")$components, as.vector(p$coverage))
  none <- regroup_programs(p, "gavish", n_features = 10)
  expect_snapshot(print(none))
  expect_error(predict(none, program_samples()$a), "no programs", class = "nonneg_error_input")
})

test_that("what plots draw", {
  p <- programs_fit()
  type <- plot_type("nmf_programs", "similarity")
  d <- type$data(p, list(all = FALSE, palette = NULL))
  expect_identical(dim(d$cells), c(10L, 10L))
  expect_false(is.unsorted(as.integer(d$bars$program)))
  d <- type$data(p, list(all = TRUE, palette = NULL))
  expect_identical(dim(d$cells), c(12L, 12L))
  expect_identical(sum(is.na(as.character(d$bars$program))), 2L)
  d <- plot_type("nmf_programs", "coverage")$data(p, list())
  expect_identical(d$cells, unname(t(p$coverage)))
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  for (t in c("similarity", "features", "coverage", "W")) {
    expect_identical(plot(p, t), p)
    skip_if_not_installed("ggplot2")
    expect_s3_class(ggplot2::autoplot(p, t), "ggplot")
  }
})

test_that("bad input is told by name", {
  x <- program_samples()
  p <- programs_fit()
  expect_snapshot({
    fault(nmf_programs(x$a))
    fault(nmf_programs(x["a"], 3))
    fault(nmf_programs(x, 3.5))
    fault(nmf_programs(x, 3, recipe = "liger"))
    fault(nmf_programs(x, 3, recipe = "gavish", k = 3))
    fault(nmf_programs(x, 3, recipe = "gavish", similarity = "cosine"))
    fault(nmf_programs(x, 3, recipe = "cnmf", similarity = "overlap"))
    fault(nmf_programs(x, 3, min_size = 3))
    fault(nmf_programs(x, 3, min_samples = 0))
    fault(nmf_programs(x, 3, loss = "l2"))
    fault(nmf_programs(x, 3, nrun = 2, init = "nndsvd"))
    fault(regroup_programs(p, k = 100))
    fault(regroup_programs(p, "genenmf", k = 100))
    fault(regroup_programs(1))
    fault(predict(p))
    fault(predict(p, `rownames<-`(x$a, paste0("h", 1:60))))
    fault(plot(p, "H"))
  })
})
