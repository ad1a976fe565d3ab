small_topics <- function() as_topics(nmf(planted_corpus(3, 8)$x, 3, loss = "kl"))

test_that("terms() are the most probable of each topic", {
  t <- small_topics()
  out <- terms(t, 4)
  expect_identical(dim(out), c(4L, 3L))
  for (k in 1:3) expect_identical(out[, k], names(sort(t$terms[, k], decreasing = TRUE))[1:4], ignore_attr = TRUE)
  t$terms[, 2] <- c(1, rep(0, nrow(t$terms) - 1))
  expect_identical(terms(t, 3)[, 2], c("t1", NA, NA))
  expect_identical(dim(terms(t, 1e6)), dim(t$terms))
})

test_that("topics() are the most probable of each document", {
  t <- small_topics()
  best <- topics(t)
  expect_identical(names(best), colnames(t$documents))
  expect_identical(as.integer(best), unname(apply(t$documents, 2, which.max)))
  two <- topics(t, 2)
  expect_identical(two[1, ], setNames(as.character(best), names(best)))
  t$documents[, 2] <- NA
  expect_identical(which(is.na(topics(t))), c(d2 = 2L))
  expect_true(all(is.na(topics(t, 2)[, 2])))
})

test_that("augment() gives every word in a document its topic, in either form", {
  corpus <- planted_corpus(3, 8)
  t <- as_topics(nmf(corpus$x, 3, loss = "kl"))
  long <- augment(t, corpus$x)
  expect_named(long, c("document", "term", "count", ".topic"))
  expect_identical(nrow(long), length(corpus$x@x))
  by_hand <- mapply(function(d, w) which.max(t$terms[w, ] * t$documents[, d]), long$document, long$term)
  expect_identical(as.integer(long$.topic), unname(by_hand))
  words <- data.frame(book = long$document, word = long$term, n = long$count)
  expect_identical(augment(t, words, document = book)$.topic, long$.topic)
  expect_named(augment(t, words, "book"), c("book", "word", "n", ".topic"))
  words$word[3] <- "unknown"
  expect_identical(which(is.na(augment(t, words, book)$.topic)), 3L)
  each <- augment(t)
  expect_named(each, c("document", ".topic", "NMF1", "NMF2", "NMF3"))
  expect_identical(each$NMF2, unname(t$documents[2, ]))
})

test_that("as_ldavis() has what createJSON() wants, for sparse topics and empty documents", {
  x <- cbind(planted_corpus(3, 8)$x, nothing = 0)
  x <- rbind(x, never = 0)
  fit <- nmf(x, 3, loss = "kl")
  fit$W[1:5, 2] <- 0
  d <- as_ldavis(fit, x)
  expect_named(d, c("phi", "theta", "doc.length", "vocab", "term.frequency"))
  expect_equal(unname(rowSums(d$phi)), rep(1, 3))
  expect_equal(unname(rowSums(d$theta)), rep(1, 24))
  expect_true(all(d$phi > 0) && all(d$theta > 0))
  expect_identical(d$vocab, rownames(x)[-nrow(x)])
  expect_identical(d$doc.length, unname(Matrix::colSums(x)[-25]))
  expect_identical(d$term.frequency, unname(Matrix::rowSums(x)[-nrow(x)]))
  # Near to the topics themselves.
  expect_equal(d$phi, t(as_topics(fit)$terms[-nrow(x), ]), tolerance = 1e-5)
  # Columns in another order are found by name.
  expect_equal(as_ldavis(fit, x[, 25:1]), d)
  skip_if_not_installed("LDAvis")
  expect_match(do.call(getExportedValue("LDAvis", "createJSON"), d), "token.table")
})

test_that("topicmodels' generic of the same name knows our topics", {
  skip_if_not_installed("topicmodels")
  t <- small_topics()
  theirs <- getExportedValue("topicmodels", "topics")
  expect_identical(theirs(t), topics(t))
  expect_identical(theirs(t, 2), topics(t, 2))
})

test_that("wrong arguments are told", {
  t <- small_topics()
  expect_snapshot({
    fault(terms(t, 0))
    fault(topics(1:3))
    fault(augment(t, matrix(1, 2, 3)))
    fault(augment(t, data.frame(text = "a", count = 1)))
    fault(as_ldavis(t[1], 1))
    fault(as_ldavis(t, matrix(1, 2, 3)))
    fault(as_ldavis(nmf(small_counts(), 1), small_counts()))
  })
})

test_that("a fit, and new documents, are told what a topic model is", {
  fit <- example_fit()
  expect_error(topics(fit), "topics(as_topics(fit))", fixed = TRUE, class = "nonneg_error_input")
  expect_error(topics(1), "must be a topic model", class = "nonneg_error_input")
  expect_error(predict(as_topics(fit), example_data()), "type = \"proportion\"", fixed = TRUE, class = "nonneg_error_input")
})
