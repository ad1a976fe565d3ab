# Computes vignettes/images.rds, the numbers and pictures of the vignette "Images: parts, clusters, hidden
# halves", and inst/extdata/digits.rds, a small case for the tests.
#
# Digits: zip.train of package ElemStatLearn (GPL (>= 2)), 7,291 digits written on envelopes (USPS; Le Cun et
# al. 1990), taken from the archive of CRAN; nothing of the package is built. Faces: Olivetti Research
# Laboratory (AT&T), from package loon.data (GPL-2). (The digits of loon.data and of Rdimtools have the same
# 1,100 pictures for 5, 6 and 7.)
#
# Run from the root of the package, with nonneg, loon.data, clue and RSpectra installed:
#   Rscript data-raw/images.R
# Some minutes.

suppressPackageStartupMessages({
  library(Matrix)
  library(nonneg)
})
options(nonneg.threads = 1)
source("inst/articles/digits.R")
if (!requireNamespace("loon.data", quietly = TRUE)) stop("install.packages(\"loon.data\")")

zip_train <- function(keep = Sys.getenv("KEEP", tempdir())) {
  inside <- "ElemStatLearn/data/zip.train.RData"
  if (!file.exists(file.path(keep, inside))) {
    source <- file.path(keep, "ElemStatLearn_2015.6.26.2.tar.gz")
    repos <- getOption("repos")
    if (!length(repos) || any(repos == "@CRAN@") || !any(nzchar(repos))) utils::chooseCRANmirror(ind = 1)
    place <- utils::contrib.url(getOption("repos")[[1]], "source")
    url <- paste0(place, "/Archive/ElemStatLearn/", basename(source))
    old <- options(timeout = max(600, getOption("timeout")))
    on.exit(options(old))
    utils::download.file(url, source, mode = "wb", quiet = TRUE)
    utils::untar(source, files = inside, exdir = keep)
  }
  load(file.path(keep, inside), box <- new.env())
  box$zip.train
}
zip <- zip_train()
# A picture is a column; its rows follow each other in the file, here its columns do. From paper (-1) to ink
# (1).
digits <- apply(array((t(zip[, -1]) + 1) / 2, c(16, 16, nrow(zip))), 3, t)
class <- factor(zip[, 1])
stopifnot(identical(dim(digits), c(256L, 7291L)), min(digits) >= 0, !anyDuplicated(t(digits)))

utils::data("faces", package = "loon.data", envir = (box <- new.env()))
# 64 x 64 pixels made 32 x 32, by means of four.
full <- as.matrix(box$faces) / 255
faces <- matrix(apply(array(full, c(2, 32, 2, 32, 400)), c(2, 4, 5), mean), 1024)

# Of three runs the median; the value is that of the last.
timed <- function(run) {
  value <- NULL
  seconds <- vapply(1:3, function(k) system.time(value <<- run())[["elapsed"]], 0)
  list(value = value, seconds = stats::median(seconds))
}
sparseness <- function(A) {
  m <- nrow(A)
  mean((sqrt(m) - colSums(abs(A)) / sqrt(colSums(A^2))) / (sqrt(m) - 1))
}
# Two digits are enough for a picture.
percent <- function(x) {
  x[] <- round(100 * x)
  storage.mode(x) <- "integer"
  x
}
row_of <- function(method, x, y, W, H, time) {
  data.frame(
    method = method, error = sqrt(sum((x - y)^2) / sum(x^2)), sparseness_W = sparseness(W),
    sparseness_H = sparseness(t(H)), zeros_W = mean(W == 0), seconds = time
  )
}

# 25 components by NMF, by NMF with a weak lasso, and by PCA.
study <- function(x, alpha) {
  plain <- timed(\() nmf(x, 25))
  sparse <- timed(\() nmf(x, 25, alpha_W = alpha, l1_ratio = 1))
  # 25 singular triples of the centred pictures, and no more.
  pca <- timed(\() {
    m <- rowMeans(x)
    list(m = m, s = RSpectra::svds(x - m, 25))
  })
  time <- c(plain$seconds, sparse$seconds, pca$seconds)
  plain <- plain$value
  sparse <- sparse$value
  m <- pca$value$m
  s <- pca$value$s
  scores <- s$d[1:25] * t(s$v)
  shown <- round(seq(1, ncol(x), length.out = 10))
  list(
    table = rbind(
      row_of("nmf()", x, fitted(plain), plain$W, plain$H, time[1]),
      row_of("nmf(), lasso", x, fitted(sparse), sparse$W, sparse$H, time[2]),
      row_of("PCA", x, m + s$u %*% scores, s$u, scores, time[3])
    ),
    parts = lapply(list(nmf = plain$W, lasso = sparse$W, pca = s$u), function(W) {
      percent(sweep(W, 2, apply(abs(W), 2, max), "/"))
    }),
    shown = percent(simplify2array(list(x[, shown], fitted(plain)[, shown], (m + s$u %*% scores)[, shown]))),
    alpha = alpha, size = dim(x), lowest_pca = min(m + s$u %*% scores),
    printed = utils::capture.output(print(plain)),
    # How many parts a picture needs: those that make 90 % of its fitted sum.
    needed = stats::median(apply(plain$H * colSums(plain$W), 2, function(h) {
      sum(cumsum(sort(h, decreasing = TRUE)) < 0.9 * sum(h)) + 1
    }))
  )
}
message("parts")
parts <- list(digits = study(digits, 1e-3), faces = study(faces, 3e-4))

# Ten clusters, each method from ten random starts.
message("clusters")
graph <- neighbour_graph(digits)
rows <- list()
kept <- list()
add <- function(method, on, run, starts = 10) {
  message(method)
  done <- lapply(seq_len(starts), function(seed) {
    set.seed(seed)
    value <- NULL
    seconds <- system.time(value <- run())[["elapsed"]]
    list(value = value, seconds = seconds)
  })
  measured <- do.call(rbind, lapply(done, function(d) agreement(d$value, class)))
  rows[[length(rows) + 1]] <<- data.frame(
    method, on, starts,
    ari = mean(measured$ari), lowest = min(measured$ari), highest = max(measured$ari),
    nmi = mean(measured$nmi), accuracy = mean(measured$accuracy),
    seconds = stats::median(vapply(done, `[[`, 0, "seconds"))
  )
  kept[[method]] <<- done[[1]]$value
}
unit <- sweep(digits, 2, sqrt(colSums(digits^2)), "/")
random <- function(x, ...) assign_clusters(nmf(x, 10, init = "random", tol = 1e-3, ...))
add("k-means", "pixels", \() kmeans(t(digits), 10, iter.max = 100)$cluster)
add("k-means, best of 10", "pixels", \() kmeans(t(digits), 10, iter.max = 100, nstart = 10)$cluster)
add("k-means of unit pictures", "pixels", \() kmeans(t(unit), 10, iter.max = 100)$cluster)
add("nmf()", "pixels", \() random(digits))
add("nmf() of unit pictures", "pixels", \() random(unit))
add("nmf(), Kullback-Leibler", "pixels", \() random(digits, loss = "kl"))
add("nmf() of the graph", "graph", \() random(graph))
add("nmf() of the graph, default start", "graph", \() assign_clusters(nmf(graph, 10, tol = 1e-3)), starts = 1)
add("nmf() of the graph, best of 10", "graph", \() random(graph, nrun = 10))
add("spectral clustering", "graph", \() spectral(graph, 10))
clusters <- do.call(rbind, rows)
print(clusters, digits = 3, row.names = FALSE)
by_graph <- kept[["nmf() of the graph, default start"]]
by_pixels <- kept[["nmf()"]]

# Other numbers of neighbours, so that ten is no lucky choice.
neighbours_tried <- do.call(rbind, lapply(c(5, 10, 20), function(k) {
  g <- neighbour_graph(digits, k)
  data.frame(k, ari = agreement(assign_clusters(nmf(g, 10, tol = 1e-3)), class)$ari)
}))
print(neighbours_tried)

# Hidden halves. Digits: the lower half of one in seven; faces: the right half, of people never seen.
message("halves")
rmse <- function(V, guess, hidden) sqrt(mean((V[hidden, ] - guess)^2))
halves <- function(x, new, hidden, ranks, ridges) {
  A <- x[, !new]
  V <- x[, new]
  mean_picture <- matrix(rowMeans(A)[hidden], length(hidden), ncol(V))
  row <- function(method, rank, ridge, guess) {
    list(data.frame(method, rank, ridge, rmse = rmse(V, guess, hidden)))
  }
  rows <- row("mean of the others", NA, NA, mean_picture)
  for (rank in ranks) {
    guess <- fill_by_parts(A, V, hidden, rank)
    rows <- c(rows, row("nmf(), weight 0", rank, NA, guess))
    for (ridge in setdiff(ridges, 0)) {
      guess <- fill_by_usual_parts(A, V, hidden, rank, ridge)
      rows <- c(rows, row("nmf(), shrunk", rank, ridge, guess))
    }
    for (ridge in ridges) {
      guess <- fill_by_components(A, V, hidden, rank, ridge)
      name <- if (ridge == 0) "PCA, least squares" else "PCA, shrunk"
      rows <- c(rows, row(name, rank, ridge, guess))
    }
  }
  d <- do.call(rbind, rows)
  d <- d[order(d$rmse), ]
  best <- d[!duplicated(d$method), ]
  chosen <- best[best$method == "nmf(), shrunk", ]
  shown <- round(seq(1, ncol(V), length.out = 8))
  hide <- V
  hide[hidden, ] <- NA
  filled <- mean_filled <- V
  filled[hidden, ] <- fill_by_usual_parts(A, V, hidden, chosen$rank, chosen$ridge)
  mean_filled[hidden, ] <- mean_picture
  list(
    best = best, size = c(learnt = ncol(A), filled = ncol(V)),
    shown = lapply(list(given = V, seen = hide, nmf = filled, mean = mean_filled), function(m) {
      percent(pmin(m[, shown], 1))
    })
  )
}
set.seed(1)
new_digit <- seq_along(class) %in% sample(length(class), 1041)
lower <- which(rep(1:16, 16) > 8)
right <- which(rep(1:32, each = 32) > 16)
hidden <- list(
  digits = halves(digits, new_digit, lower, c(10, 25, 40, 60), c(0, 0.1, 1)),
  faces = halves(faces, rep(1:40, each = 10) > 30, right, c(10, 25, 49), c(0, 0.1, 1))
)
print(hidden$digits$best)
print(hidden$faces$best)

saveRDS(
  list(
    digits = parts$digits, faces = parts$faces, clusters = clusters,
    by_graph = table(by_graph, class), by_pixels = table(by_pixels, class), tried = neighbours_tried,
    hidden = hidden
  ),
  "vignettes/images.rds", compress = "xz"
)
message("vignettes/images.rds: ", file.size("vignettes/images.rds"), " bytes")

# For the tests: 50 of each digit, in 8 bits.
few <- unlist(lapply(levels(class), function(k) which(class == k)[1:50]))
small <- round(255 * digits[, few])
y <- small / 255
set.seed(1)
expected <- c(
  graph = agreement(assign_clusters(nmf(neighbour_graph(y), 10, tol = 1e-3)), class[few])$ari,
  kmeans = agreement(kmeans(t(y), 10, nstart = 10)$cluster, class[few])$ari,
  half = rmse(y[, 401:500], fill_by_parts(y[, 1:400], y[, 401:500], lower, 10), lower)
)
print(expected)
saveRDS(
  list(x = matrix(as.raw(small), 256), class = class[few], lower = lower, expected = expected),
  "inst/extdata/digits.rds", compress = "xz"
)
message("inst/extdata/digits.rds: ", file.size("inst/extdata/digits.rds"), " bytes")
