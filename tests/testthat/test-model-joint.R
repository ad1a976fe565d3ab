# The methods of joint factorizations: predict, alignment, print, summary, tidiers, adapters, bad input.

small_joint <- function(...) nmf_joint(joint_sets(), 3, ..., threads = 1, verbose = FALSE)

test_that("predict() solves the problem of the data set exactly", {
  x <- joint_sets()
  fit <- small_joint()
  M <- fit$W + fit$V$b
  want <- nnls(rbind(M, sqrt(5) * fit$V$b), rbind(x$b, 0 * x$b))
  H <- predict(fit, x$b, dataset = "b")
  expect_equal(unname(H), unname(want), tolerance = 1e-8)
  expect_identical(dimnames(H), dimnames(fit$H$b))
  expect_identical(predict(fit, x$b, dataset = 2), H)
  # At the optimum of the fit it is the fit's own.
  tight <- small_joint(tol = 1e-9, max_iter = 5000)
  expect_equal(predict(tight, x$b, dataset = "b"), tight$H$b, tolerance = 1e-4)
  # A new data set has W alone; rows go by name, and it may have more.
  H <- predict(fit, rbind(x$c[36:1, ], more = 1))
  expect_equal(unname(H), unname(nnls(fit$W, x$c)), tolerance = 1e-8)
  # Each column by itself, in any storage.
  expect_equal(predict(fit, x$c[, 3, drop = FALSE]), H[, 3, drop = FALSE], tolerance = 1e-10)
  blocks <- nmf_blocks(function(first, last) x$c[, first:last, drop = FALSE], dim(x$c), dimnames(x$c))
  expect_equal(predict(fit, blocks), predict(fit, Matrix::Matrix(x$c, sparse = TRUE)), tolerance = 1e-9)
})

test_that("types of predict() are those of a fit", {
  x <- joint_sets()
  fit <- small_joint()
  H <- predict(fit, x$a, dataset = "a")
  W <- fit$W + fit$V$a
  expect_equal(predict(fit, x$a, "a", type = "reconstruction"), W %*% H)
  P <- predict(fit, x$a, "a", type = "proportion")
  expect_equal(unname(colSums(P)), rep(1, 40))
  expect_equal(as.integer(predict(fit, x$a, "a", type = "class")), unname(apply(colSums(W) * H, 2, which.max)))
  expect_identical(predict(fit), fit$H)
  expect_identical(predict(fit, dataset = "b"), fit$H$b)
  expect_equal(predict(fit, type = "reconstruction")$a, W %*% fit$H$a)
  both <- nmf_joint(list(u = x$a[1:20, ], v = x$a[21:36, ]), 2, shared = "H", threads = 1, verbose = FALSE)
  expect_identical(predict(both), both$H)
  expect_equal(predict(both, type = "reconstruction")$v, both$W$v %*% both$H)
})

test_that("a fit goes on from where it was", {
  fit <- small_joint(max_iter = 5)
  more <- small_joint(init = fit, max_iter = 20)
  expect_equal(more$history$objective[1], fit$objective, tolerance = 1e-12)
  expect_lt(more$objective, fit$objective)
  given <- small_joint(init = list(W = fit$W[36:1, ], H = fit$H[c("c", "a", "b")], V = fit$V), max_iter = 1)
  expect_equal(given$history$objective[1], fit$objective, tolerance = 1e-12)
})

test_that("seeds decide random starts, of which the best is kept", {
  fits <- lapply(c(1, 1, 2), function(seed) withr::with_seed(seed, small_joint(nrun = 3, max_iter = 30)))
  expect_identical(fits[[1]]$W, fits[[2]]$W)
  expect_false(identical(fits[[1]]$W, fits[[3]]$W))
  expect_identical(fits[[1]]$objective, min(fits[[1]]$runs$objective))
  expect_identical(nrow(fits[[1]]$runs), 3L)
  # The default start draws nothing.
  expect_identical(small_joint()$W, withr::with_seed(9, small_joint())$W)
})

test_that("one object with a batch is the list of its parts", {
  x <- joint_sets()
  whole <- do.call(cbind, unname(x))
  batch <- rep(names(x), c(40, 30, 25))
  mixed <- withr::with_seed(1, sample(95))
  fit <- nmf_joint(whole[, mixed], 3, batch = batch[mixed], max_iter = 10, threads = 1, verbose = FALSE)
  parts <- nmf_joint(lapply(split(mixed, batch[mixed]), function(j) whole[, j]), 3, max_iter = 10, threads = 1, verbose = FALSE)
  expect_identical(fit$W, parts$W)
  expect_identical(fit$H, parts$H)
  model <- joint_model(fit)
  expect_identical(colnames(model$H), colnames(whole)[mixed])
  expect_identical(as.character(model$data$annotation$dataset), batch[mixed])
  named <- nmf_joint(whole, 3, batch = stats::setNames(batch, colnames(whole))[mixed], max_iter = 10, threads = 1, verbose = FALSE)
  expect_identical(lapply(named$H, ncol), list(a = 40L, b = 30L, c = 25L))
})

test_that("SingleCellExperiment and Seurat objects are divided by a column", {
  skip_if_not_installed("SingleCellExperiment")
  x <- do.call(cbind, unname(joint_sets()))
  from <- rep(c("a", "b", "c"), c(40, 30, 25))
  sce <- SingleCellExperiment::SingleCellExperiment(list(logcounts = x), colData = data.frame(sample = from))
  fit <- nmf_joint(sce, 3, batch = "sample", max_iter = 10, threads = 1, verbose = FALSE)
  expect_identical(fit$W, small_joint(max_iter = 10)$W)
  sce <- add_nmf(sce, fit, "joint")
  expect_equal(SingleCellExperiment::reducedDim(sce, "joint")[1:40, ], t(fit$H$a), ignore_attr = TRUE)
  expect_error(nmf_joint(sce, 3, batch = "smaple"), "batch", class = "nonneg_error_input")
  skip_if_not_installed("SeuratObject")
  seurat <- suppressWarnings(SeuratObject::CreateSeuratObject(
    Matrix::Matrix(x, sparse = TRUE), meta.data = data.frame(sample = from, row.names = colnames(x))
  ))
  again <- nmf_joint(seurat, 3, batch = "sample", layer = "counts", max_iter = 10, threads = 1, verbose = FALSE)
  expect_equal(again$objective, fit$objective, tolerance = 1e-8)
})

test_that("print, summary and tidiers tell about the fit", {
  fit <- small_joint()
  fit$seconds <- 1
  local_reproducible_output(width = 90)
  expect_snapshot(print(fit))
  s <- summary(fit)
  expect_snapshot(print(s))
  x <- joint_sets()
  rss <- sum((x$a - (fit$W + fit$V$a) %*% fit$H$a)^2)
  expect_equal(s$datasets$explained[1], 1 - rss / sum(x$a^2), tolerance = 1e-8)
  own <- sum((fit$V$a %*% fit$H$a)^2) / sum(((fit$W + fit$V$a) %*% fit$H$a)^2)
  expect_equal(s$datasets$own[1], own, tolerance = 1e-10)
  expect_equal(colSums(s$components[-1]), c(share = 1, a = 1, b = 1, c = 1))
  expect_false(is.unsorted(-s$components$share))
  expect_equal(s$explained, 1 - 2 * fit$loss / sum(unlist(x)^2))
  w <- tidy(fit)
  expect_identical(dim(w), c(36L * 3L, 3L))
  expect_equal(w$value, as.vector(fit$W))
  v <- tidy(fit, "V")
  expect_equal(v$value[v$dataset == "b"], as.vector(fit$V$b))
  h <- tidy(fit, "H")
  expect_equal(h$value[h$dataset == "c"], as.vector(t(fit$H$c)))
  expect_identical(glance(fit)$datasets, 3L)
  both <- nmf_joint(list(u = x$a[1:20, ], v = x$a[21:36, ]), 2, shared = "H", threads = 1, verbose = FALSE)
  expect_identical(nrow(tidy(both, "W")), 36L * 2L)
  expect_identical(dim(both), c(36L, 40L, 2L))
})

test_that("quantile alignment maps quantiles to those of the reference, cluster by cluster", {
  fit <- small_joint()
  aligned <- quantile_align(fit, reference = "a", quantiles = 10, min_cells = 4, neighbors = 1)
  H <- lapply(fit$H, function(H) H / sqrt(rowMeans(H^2)))
  cluster <- lapply(H, function(H) apply(H, 2, which.max))
  expect_identical(as.integer(aligned$cluster), unname(unlist(cluster)))
  expect_identical(aligned$H[, 1:40], fit$H$a)
  # By hand, for one cluster and component.
  sizes <- table(cluster$b)
  j <- as.integer(names(sizes)[which.max(sizes)])
  here <- which(cluster$b == j)
  there <- which(cluster$a == j)
  expect_gte(min(length(here), length(there)), 4)
  at <- 0:10 / 10
  for (k in 1:3) {
    from <- quantile(fit$H$b[k, here], at)
    to <- quantile(fit$H$a[k, there], at)
    want <- if (diff(range(from)) == 0 || diff(range(to)) == 0) 0 * here else approx(from, to, fit$H$b[k, here], ties = mean)$y
    expect_equal(unname(aligned$H[k, 40 + here]), unname(want))
  }
  # Small clusters stay.
  expect_equal(quantile_align(fit, "a", min_cells = 1000)$H, do.call(cbind, unname(fit$H)))
})

test_that("the smoothing takes the component of most neighbours", {
  H <- withr::with_seed(1, matrix(stats::rexp(4 * 700), 4))
  scaled <- H / sqrt(rowMeans(H^2))
  own <- apply(scaled, 2, which.max)
  D <- as.matrix(dist(t(scaled)))
  want <- vapply(seq_len(700), function(j) which.max(tabulate(own[order(D[, j])[1:7]], 4)), 0L)
  expect_identical(cluster_of_columns(H, 7), want)
})

test_that("an interrupt returns the best so far", {
  result <- interrupted(c(
    "x <- list(a = matrix(rexp(6e5), 1000), b = matrix(rexp(8e5), 1000))",
    "started()",
    "fit <- nmf_joint(x, 30, init = 'random', max_iter = 1e7, tol = 0, threads = 2)"
  ))
  expect_interrupted(result)
  expect_identical(result$fit$reason, "interrupt")
  x <- withr::with_seed(1, list(a = matrix(rexp(6e5), 1000), b = matrix(rexp(8e5), 1000)))
  expect_equal(result$fit$objective, joint_oracle(x, result$fit)$objective, tolerance = 1e-9)
})

test_that("time is limited, and iterations that do not suffice are told of", {
  x <- list(a = random_data(300, 300), b = random_data(300, 200))
  expect_warning(fit <- nmf_joint(x, 20, tol = 0, max_iter = 1e6, threads = 1, verbose = FALSE, control = list(max_seconds = 0.3)), class = "nonneg_warning_stopped")
  expect_identical(fit$reason, "max_seconds")
  expect_lt(fit$seconds, 3)
})

test_that("scaled features have a root mean square of 1", {
  x <- joint_sets()$a
  y <- scale_features(x)
  expect_equal(unname(rowSums(y^2) / 39), ifelse(rowSums(x) > 0, 1, 0), ignore_attr = TRUE)
  expect_equal(y, t(scale(t(x), center = FALSE)), ignore_attr = TRUE)
  sparse <- scale_features(Matrix::Matrix(x, sparse = TRUE))
  expect_s4_class(sparse, "dgCMatrix")
  expect_equal(as.matrix(sparse), y)
  expect_equal(scale_features(x * 1e-300), y, tolerance = 1e-10)
})

test_that("bad input is told by name", {
  x <- joint_sets()
  fit <- small_joint()
  expect_snapshot({
    fault(nmf_joint(x))
    fault(nmf_joint(x$a, 3))
    fault(nmf_joint(list(), 3))
    fault(nmf_joint(x, 3, lambda = -1))
    fault(nmf_joint(x, 3, shared = "H", lambda = 2))
    fault(nmf_joint(x, 3, solver = "mu"))
    fault(nmf_joint(x, 3, weights = c(1, 2)))
    fault(nmf_joint(x, 3, weights = c(1, 0, 2)))
    fault(nmf_joint(x, 3, batch = 1:3))
    fault(nmf_joint(x$a, 3, batch = c(1, 2)))
    fault(nmf_joint(list(a = x$a, b = replace(x$b, 3, NA)), 3))
    fault(nmf_joint(list(a = x$a, b = -x$b), 3))
    fault(nmf_joint(list(x$a, unname(x$b)), 3))
    fault(nmf_joint(list(a = unname(x$a), b = unname(x$b[-1, ])), 3))
    fault(nmf_joint(list(a = x$a, b = `rownames<-`(x$b, paste0("h", 1:36))), 3))
    fault(nmf_joint(x, 3, init = "nnsvdlrc"))
    fault(nmf_joint(x, 3, init = list(W = fit$W[, 1:2])))
    fault(nmf_joint(x, 3, init = list(W = fit$W, V = fit$V[1:2])))
    fault(nmf_joint(x, 3, k = 3))
    fault(predict(fit, x$a[-1, ], dataset = "a"))
    fault(predict(fit, x$a, dataset = "z"))
    fault(predict(fit, x$a, dataset = "a", own = TRUE))
    fault(quantile_align(fit, reference = "z"))
    fault(plot(fit, "datasets", dataset = "a"))
    fault(plot(fit, "features", part = "own"))
    fault(tidy(small_joint(lambda = Inf, max_iter = 2), "V"))
  })
})
