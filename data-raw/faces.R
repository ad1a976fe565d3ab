# Computes vignettes/faces.rds, the numbers and pictures of the vignette "Is it the same face?", and
# inst/extdata/faces.rds, a small case for the tests: faces of 40 people (Olivetti Research Laboratory, AT&T),
# from Sam Roweis's page, as distributed in the package loon.data (GPL-2) by R. Wayne Oldford and Adrian
# Waddell.
#
# Run from the root of the package, with nonneg and loon.data installed:
#   Rscript data-raw/faces.R
# Some minutes.

library(nonneg)
options(nonneg.threads = 1)
source("inst/articles/faces.R")
if (!requireNamespace("loon.data", quietly = TRUE)) stop("install.packages(\"loon.data\")")

utils::data("faces", package = "loon.data", envir = (box <- new.env()))
full <- as.matrix(box$faces) / 255
stopifnot(identical(dim(full), c(4096L, 400L)))
# 64 x 64 pixels made smaller by means of squares.
smaller <- function(x, by) {
  side <- 64 / by
  matrix(apply(array(x, c(by, side, by, side, ncol(x))), c(2, 4, 5), mean), side^2)
}
x <- smaller(full, 2)
person <- rep(1:40, each = 10)
same <- same_person(rep(1:20, each = 10))
stopifnot(length(same) == 19900, sum(same) == 900)

false <- 10^seq(-3, 0, length.out = 61)
shrinks <- c(0, 0.1, 0.3)
rows <- list()
curves <- list()
add <- function(split, method, rank, shrink, Z) {
  r <- roc(cosines(Z), same)
  rows[[length(rows) + 1]] <<- data.frame(
    split, method, rank, shrink, eer = equal_error(r), true = true_at(r, 0.01)
  )
  curves[[length(curves) + 1]] <<- true_at(r, false)
}
add_lda <- function(split, method, rank, features, person) {
  for (shrink in shrinks) {
    # Without shrinkage the covariance must be invertible: 200 pictures less 20 means.
    if (shrink == 0 && nrow(features$A) > 150) next
    add(split, paste(method, "+ LDA"), rank, shrink, discriminants(features, person, shrink))
  }
}
split_people <- function(split) {
  set.seed(split)
  person %in% sample(40, 20)
}
for (split in 1:10) {
  message("split ", split)
  learn <- split_people(split)
  A <- x[, learn]
  V <- x[, !learn]
  who <- person[learn]
  add(split, "pixels", NA, NA, V)
  add(split, "pixels less the mean face", NA, NA, V - rowMeans(A))
  for (rank in c(25, 49, 100)) {
    pca <- pca_features(A, V, rank)
    white <- pca_features(A, V, rank, whiten = TRUE)
    own <- nmf_features(A, V, rank)
    add(split, "PCA", rank, NA, pca$V)
    add(split, "PCA, whitened", rank, NA, white$V)
    add(split, "NMF", rank, NA, own$V)
    add_lda(split, "PCA", rank, pca, who)
    add_lda(split, "PCA, whitened", rank, white, who)
    add_lda(split, "NMF", rank, own, who)
  }
  for (rank in c(16, 25)) {
    add_lda(split, "PCA of blocks", rank, by_blocks(pca_features, A, V, rank), who)
    own <- by_blocks(nmf_features, A, V, rank)
    add(split, "NMF of blocks", rank, NA, own$V)
    add_lda(split, "NMF of blocks", rank, own, who)
  }
}
scores <- do.call(rbind, rows)
curves <- do.call(cbind, curves)

# Every method at its best rank and shrinkage, which favours each of them equally.
mean_of <- function(d) aggregate(cbind(eer, true) ~ method + rank + shrink, d, mean)
fill <- transform(scores, rank = ifelse(is.na(rank), 0, rank), shrink = ifelse(is.na(shrink), -1, shrink))
means <- mean_of(fill)
means <- means[order(means$eer), ]
best <- means[!duplicated(means$method), ]
best$sd <- mapply(function(m, r, s) {
  sd(fill$eer[fill$method == m & fill$rank == r & fill$shrink == s])
}, best$method, best$rank, best$shrink)
print(best, digits = 3, row.names = FALSE)
key <- paste(fill$method, fill$rank, fill$shrink)
drawn <- c("PCA", "NMF", "PCA + LDA", "NMF of blocks + LDA")
band <- lapply(stats::setNames(drawn, drawn), function(m) {
  b <- best[best$method == m, ]
  y <- curves[, key == paste(m, b$rank, b$shrink)]
  data.frame(mean = rowMeans(y), low = apply(y, 1, min), high = apply(y, 1, max))
})

# Pictures: parts, and the pairs that the best method by parts gets wrong, of the first split.
bytes <- function(x) {
  x[] <- round(255 * x)
  storage.mode(x) <- "integer"
  x
}
learn <- split_people(1)
A <- x[, learn]
V <- x[, !learn]
fit <- nmf(A, 49, tol = 1e-3, max_iter = 1000)
blocks <- lapply(nine_blocks(32), function(b) nmf(A[b, ], 16, tol = 1e-3)$W)
eigen <- svd(A - rowMeans(A), nu = 16, nv = 0)$u
choice <- best[best$method == "NMF of blocks + LDA", ]
Z <- discriminants(by_blocks(nmf_features, A, V, choice$rank), person[learn], choice$shrink)
similarity <- cosines(Z)
pair <- which(upper.tri(diag(200)), arr.ind = TRUE)
worst <- function(k) pair[k, ]
unlike <- worst(which(same)[order(similarity[same])[1:5]])
alike <- worst(which(!same)[order(-similarity[!same])[1:5]])
peak <- function(W) sweep(W, 2, apply(abs(W), 2, max), "/")
pictures <- list(
  nmf = bytes(peak(fit$W[, 1:16])), pca = bytes(peak(eigen)),
  blocks = bytes(peak(do.call(cbind, lapply(blocks, function(W) W[, 1:4])))),
  unlike = bytes(V[, t(unlike)]), alike = bytes(V[, t(alike)])
)

saveRDS(
  list(
    means = means, best = best, false = false, band = band, pictures = pictures, size = dim(x),
    printed = utils::capture.output(print(fit))
  ),
  "vignettes/faces.rds", compress = "xz"
)
message("vignettes/faces.rds: ", file.size("vignettes/faces.rds"), " bytes")

# For the tests: 16 x 16 pixels in 8 bits, and what one split of them gave.
small <- bytes(smaller(full, 4))
y <- small / 255
learn <- split_people(1)
error <- function(Z) equal_error(roc(cosines(Z), same))
own <- nmf_features(y[, learn], y[, !learn], 25)
expected <- c(
  nmf = error(own$V), pca = error(pca_features(y[, learn], y[, !learn], 25)$V),
  nmf_lda = error(discriminants(own, person[learn], 0.1))
)
print(expected)
saveRDS(
  list(x = matrix(as.raw(small), 256), learn = learn, expected = expected),
  "inst/extdata/faces.rds", compress = "xz"
)
message("inst/extdata/faces.rds: ", file.size("inst/extdata/faces.rds"), " bytes")
