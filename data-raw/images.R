# Computes vignettes/images.rds, the pictures and numbers of the vignette "Images, sound and faces": handwritten digits
# (USPS) and faces (Olivetti Research Laboratory, AT&T), both from Sam Roweis's page, as distributed in the package
# loon.data (GPL-2) by R. Wayne Oldford and Adrian Waddell.
#
# Run from the root of the package, with nonneg, loon.data and RSpectra installed:
#   Rscript data-raw/images.R

library(nonneg)
options(nonneg.threads = 1)
if (!requireNamespace("loon.data", quietly = TRUE)) stop("install.packages(\"loon.data\")")

utils::data(list = c("digits", "faces"), package = "loon.data", envir = (box <- new.env()))
digits <- as.matrix(box$digits) / 255 # 16 x 16 pixels, 11,000 digits
dimnames(digits) <- NULL
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
    method = method, error = sqrt(sum((x - y)^2) / sum(x^2)), sparseness_W = sparseness(W), sparseness_H = sparseness(t(H)),
    zeros_W = mean(W == 0), seconds = time
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
    alpha = alpha, size = dim(x), lowest_pca = min(m + s$u %*% scores), printed = utils::capture.output(print(plain)),
    # How many parts a picture needs: those that make 90 % of its fitted sum.
    needed = stats::median(apply(plain$H * colSums(plain$W), 2, function(h) {
      sum(cumsum(sort(h, decreasing = TRUE)) < 0.9 * sum(h)) + 1
    }))
  )
}

saveRDS(list(digits = study(digits, 1e-3), faces = study(faces, 3e-4)), "vignettes/images.rds", compress = "xz")
message("vignettes/images.rds: ", file.size("vignettes/images.rds"), " bytes")
