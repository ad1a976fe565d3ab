# Computes vignettes/newsgroups.rds, the numbers and pictures' data of the vignette "Document clustering": the
# 20 newsgroups (Lang 1995; the "by date" split of Jason Rennie), as counted in the package lda (LGPL) by Jonathan Chang.
#
# Run from the root of the package, with nonneg installed:
#   Rscript data-raw/newsgroups.R
# Needs: the packages Matrix, RSpectra and clue, and lda or access to a CRAN mirror, from whose archive
# the data files of lda 1.4.2 are taken. About a quarter of an hour.

suppressPackageStartupMessages({
  library(Matrix)
  library(nonneg)
})
threads <- 1
options(nonneg.threads = threads)

source("data-raw/newsgroups-data.R")
news <- newsgroups()
counts <- news$train
class <- news$train_class

in_documents <- rowSums(counts > 0)
kept <- in_documents >= 5 & in_documents <= 0.1 * ncol(counts)
counts <- counts[kept, ]
test <- documents(news$test, in_rows = FALSE)
weighted <- tf_idf(counts)
x <- weighted$x

seconds_of <- function(expr) {
  value <- NULL
  list(seconds = system.time(value <- expr)[["elapsed"]], value = value)
}

# Lloyd's k-means on a sparse matrix, documents in columns; the best of `starts` by the sum of squares.
sparse_kmeans <- function(x, k, starts = 10, iterations = 50) {
  best <- NULL
  for (start in seq_len(starts)) {
    centres <- as.matrix(x[, sample(ncol(x), k)])
    cluster <- 0
    for (iteration in seq_len(iterations)) {
      distance <- colSums(centres^2) - 2 * as.matrix(crossprod(centres, x))
      new <- max.col(-t(distance), ties.method = "first")
      if (all(new == cluster)) break
      cluster <- new
      member <- sparseMatrix(i = seq_along(cluster), j = cluster, x = 1, dims = c(ncol(x), k))
      size <- colSums(member)
      sums <- as.matrix(x %*% member)
      some <- size > 0
      centres[, some] <- sweep(sums[, some, drop = FALSE], 2, size[some], "/")
    }
    inertia <- sum(distance[cbind(cluster, seq_along(cluster))])
    if (is.null(best) || inertia < best$inertia) {
      best <- list(cluster = cluster, centres = centres, inertia = inertia)
    }
  }
  best
}

lsa <- function(x, k) {
  s <- RSpectra::svds(x, k)
  z <- s$v %*% diag(s$d)
  z / sqrt(rowSums(z^2))
}

# What depends on a random start is done from five; the numbers are medians, and the first one is kept.
# tf-idf weights are lengths: columns of W get length one before coefficients are compared.
by_length <- function(fit) if (is_nmf(fit) && fit$settings$loss == "frobenius") assign_clusters(fit, norm = "l2") else fit
fits <- list()
rows <- list()
add <- function(method, matrix, run, grouping = identity, starts = 1) {
  message(method)
  done <- lapply(seq_len(starts), function(seed) {
    set.seed(seed)
    seconds_of(run())
  })
  measured <- do.call(rbind, lapply(done, function(d) agreement(by_length(grouping(d$value)), class)))
  rows[[length(rows) + 1]] <<- data.frame(
    method = method, matrix = matrix, starts = starts, seconds = median(vapply(done, `[[`, 0, "seconds")),
    lapply(measured, median), lowest = min(measured$ari), highest = max(measured$ari)
  )
  fits[[method]] <<- done[[1]]$value
}
add("nmf(), Frobenius", "tf-idf", \() nmf(weighted, 20))
add("nmf(), Frobenius, random start", "tf-idf", \() nmf(weighted, 20, init = "random"), starts = 5)
add("nmf(), Frobenius, cut weights", "tf-idf, normalised cut", \() nmf(ncut_weight(weighted), 20))
add("nmf(), Kullback-Leibler", "counts", \() nmf(counts, 20, loss = "kl"))
add(
  "nmf(), Kullback-Leibler, random start", "counts", \() nmf(counts, 20, loss = "kl", init = "random"),
  starts = 5
)
add("nmf_tree()", "tf-idf", \() nmf_tree(weighted, 20))
add("nmf_tree(by = \"terms\")", "tf-idf", \() nmf_tree(weighted, 20, by = "terms"))
add("k-means", "tf-idf", \() sparse_kmeans(x, 20, 1), function(f) f$cluster, starts = 5)
add("k-means, best of 10", "tf-idf", \() sparse_kmeans(x, 20, 10), function(f) f$cluster, starts = 5)
add(
  "LSA, then k-means, best of 10", "tf-idf", \() kmeans(lsa(x, 20), 20, nstart = 10, iter.max = 100)$cluster,
  starts = 5
)
scores <- do.call(rbind, rows)
print(scores)

frobenius <- fits[["nmf(), Frobenius"]]
kl <- fits[["nmf(), Kullback-Leibler"]]
tree <- fits[["nmf_tree()"]]
confusion <- table(by_length(frobenius), class)
coherence_of_fits <- rbind(
  cbind(fit = "Frobenius, tf-idf", coherence(frobenius, counts)), cbind(fit = "Kullback-Leibler, counts", coherence(kl, counts))
)

# Without an upper limit of messages per word.
wide <- local({
  x <- tf_idf(news$train[in_documents >= 5, ])
  fit <- nmf(x, 20)
  list(terms = nrow(x), agreement = agreement(by_length(fit), class), top = top_terms(fit, 8))
})
print(wide)

# Ranks: explained part, coherence, agreement, and unseen documents.
majority <- function(group, class) {
  t <- table(group, class)
  setNames(colnames(t)[max.col(t, ties.method = "first")], rownames(t))
}
new <- suppressWarnings(weight_like(test, weighted))
# A message without a known word is in no cluster, and so not right.
right <- function(cluster, found) {
  named <- majority(cluster, class)[as.character(found)]
  mean(!is.na(named) & named == news$test_class)
}
classify <- function(fit) right(by_length(fit), assign_clusters(fit, new, norm = "l2"))
ranks <- do.call(rbind, lapply(c(5, 10, 15, 20, 30, 50, 80, 120), function(rank) {
  message("rank ", rank)
  fit <- seconds_of(nmf(weighted, rank))
  data.frame(
    rank = rank, seconds = fit$seconds, explained = summary(fit$value)$explained,
    npmi = mean(coherence(fit$value, counts)$npmi), agreement(by_length(fit$value), class), unseen = classify(fit$value)
  )
}))
print(ranks)

centres <- fits[["k-means, best of 10"]]
nearest <- max.col(t(2 * as.matrix(crossprod(centres$centres, new$x)) - colSums(centres$centres^2)))
prediction <- list(
  message = tryCatch(weight_like(test, weighted), warning = conditionMessage),
  seconds = seconds_of(predict(frobenius, new))$seconds,
  nmf = classify(frobenius),
  kl = right(assign_clusters(kl), suppressWarnings(assign_clusters(kl, test))),
  kmeans = right(centres$cluster, nearest),
  tree = right(cut(tree), predict(tree, new)),
  empty = sum(colSums(new$x) == 0)
)
# For scale: a classifier that learns from the labels, naive Bayes on the same words.
words <- as.matrix(t(counts %*% sparseMatrix(seq_along(class), as.integer(class), x = 1)))
rownames(words) <- levels(class)
words <- log((words + 0.1) / rowSums(words + 0.1))
bayes <- max.col(t(as.matrix(words %*% news$test[rownames(counts), ]) + log(as.vector(table(class)) / length(class))))
prediction$bayes <- mean(rownames(words)[bayes] == news$test_class)
print(prediction)

# What the pictures need, and no more.
top <- unique(top_features(tree, 6)$feature)
tree$W <- tree$W[top, ]
tree$call <- NULL
tree$member <- unname(tree$member)
topics <- as_topics(kl, counts)
saveRDS(
  list(
    size = c(all_terms = nrow(news$train), terms = nrow(counts), train = ncol(counts), test = ncol(news$test)),
    nonzero = length(x@x), classes = table(class), scores = scores,
    top = top_terms(frobenius, 8), share = topics$share, top_kl = top_terms(kl, 8), top_kl_frex = top_terms(kl, 8, "frex"),
    printed = utils::capture.output(print(frobenius)), printed_kl = utils::capture.output(print(kl)),
    printed_topics = utils::capture.output(print(topics, n = 5)),
    kmeans_sizes = sort(tabulate(centres$cluster, 20)), confusion = confusion, coherence = coherence_of_fits,
    ranks = ranks, wide = wide, tree = tree, class = class, prediction = prediction, threads = threads,
    r = R.version.string, date = Sys.Date()
  ),
  "vignettes/newsgroups.rds", compress = "xz"
)
message("vignettes/newsgroups.rds: ", file.size("vignettes/newsgroups.rds"), " bytes")
