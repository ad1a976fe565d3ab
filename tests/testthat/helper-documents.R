# Three small documents, one of them empty, with known counts: terms x documents.
small_counts <- function() {
  matrix(
    c(2, 1, 0, 1, 0, 0, 0, 0, 0, 3, 1, 1), 4,
    dimnames = list(c("sea", "ship", "tree", "wind"), c("a", "empty", "b"))
  )
}

# As package tm has it, without tm: documents in rows.
small_dtm <- function(counts = small_counts()) {
  skip_if_not_installed("slam")
  skip_if_not_installed("tm")
  tm::as.DocumentTermMatrix(slam::as.simple_triplet_matrix(t(counts)), weighting = tm::weightTf)
}

# nmf() of documents says once that it turned them; that is tested by itself.
quietly <- function(code) {
  withCallingHandlers(code, nonneg_message_documents = function(m) invokeRestart("muffleMessage"))
}

# A corpus of planted topics: each has its own words, a few are shared.
planted_corpus <- function(topics, each, words = 15, shared = 10, length = 40, seed = 1) {
  withr::with_seed(seed, {
    l <- topics * words + shared
    class <- rep(seq_len(topics), each = each)
    x <- vapply(class, function(k) {
      own <- (k - 1) * words + seq_len(words)
      p <- rep(0.001, l)
      p[own] <- 1
      p[topics * words + seq_len(shared)] <- 0.5
      as.double(stats::rmultinom(1, length, p))
    }, numeric(l))
    dimnames(x) <- list(paste0("t", seq_len(l)), paste0("d", seq_along(class)))
    list(x = as_dgC(Matrix::Matrix(x, sparse = TRUE)), class = class)
  })
}
