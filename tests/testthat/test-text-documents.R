test_that("a tm matrix of either orientation becomes terms by documents, with its names", {
  counts <- small_counts()
  dtm <- small_dtm()
  tdm <- t(dtm)
  expect_s3_class(tdm, "TermDocumentMatrix")
  for (x in list(dtm, tdm)) {
    d <- documents(x)
    expect_s4_class(d$x, "dgCMatrix")
    expect_identical(as.matrix(d), counts)
    data <- quietly(nmf_data(x))
    expect_identical(as.matrix(data$x), counts)
    expect_identical(data$class, class(x)[1])
    expect_true(data$documents)
  }
  fit <- quietly(nmf(dtm, 2))
  expect_identical(rownames(fit$W), rownames(counts))
  expect_identical(colnames(fit$H), colnames(counts))
  expect_identical(fit$W, nmf(tdm, 2)$W)
  expect_identical(fit$W, nmf(d$x, 2)$W)
  expect_identical(fit$data$class, "DocumentTermMatrix")
})

test_that("a corpus made by tm itself is taken", {
  skip_if_not_installed("tm")
  corpus <- tm::VCorpus(tm::VectorSource(c("ship ship sea", "tree wind tree", "")))
  dtm <- tm::DocumentTermMatrix(corpus)
  d <- documents(dtm)
  expect_identical(sort(rownames(d$x)), c("sea", "ship", "tree", "wind"))
  expect_equal(as.matrix(d)[c("sea", "ship", "tree"), ], rbind(sea = c(1, 0, 0), ship = c(2, 0, 0), tree = c(0, 2, 0)),
    ignore_attr = TRUE
  )
  expect_identical(as.matrix(documents(tm::TermDocumentMatrix(corpus))), as.matrix(d))
})

test_that("a plain simple triplet matrix is a matrix like any other", {
  skip_if_not_installed("slam")
  counts <- small_counts()
  data <- nmf_data(slam::as.simple_triplet_matrix(counts))
  expect_identical(as.matrix(data$x), counts)
  expect_false(data$documents)
  twice <- structure(
    list(i = c(1, 1, 2), j = c(1, 1, 2), v = c(2, 3, 1), nrow = 2, ncol = 2, dimnames = NULL),
    class = "simple_triplet_matrix"
  )
  expect_identical(as.matrix(unname(nmf_data(twice)$x)), diag(c(5, 1)))
})

test_that("a dfm of quanteda is taken", {
  skip_if_not_installed("quanteda")
  tokens <- quanteda::tokens(c(a = "ship ship sea", b = "tree wind tree", empty = ""))
  dfm <- quanteda::dfm(tokens)
  d <- documents(dfm)
  expect_s4_class(d$x, "dgCMatrix")
  expect_identical(class(d$x)[1], "dgCMatrix")
  expect_identical(colnames(d$x), c("a", "b", "empty"))
  expect_identical(as.matrix(d)["ship", ], c(a = 2, b = 0, empty = 0))
  expect_identical(as.matrix(quietly(nmf_data(dfm))$x), as.matrix(d))
  fit <- quietly(nmf(dfm, 2))
  expect_identical(dimnames(fit$H)[[2]], c("a", "b", "empty"))
  expect_identical(rownames(fit$W), rownames(d$x))
  new <- quanteda::dfm(quanteda::tokens(c(z = "ship rocket")))
  expect_warning(H <- predict(fit, new), class = "nonneg_warning_terms")
  expect_close(H, predict(fit, matrix(c(ship = 1), 4, 1, dimnames = list(rownames(fit$W), "z")) *
    (rownames(fit$W) == "ship")), 1e-12)
})

test_that("a dfm that was turned, and one without documents, are taken as they are", {
  skip_if_not_installed("quanteda")
  tokens <- quanteda::tokens(c(a = "ship ship sea", b = "tree wind tree", empty = ""))
  dfm <- quanteda::dfm(tokens)
  turned <- documents(Matrix::t(dfm))
  expect_identical(as.matrix(turned), as.matrix(documents(dfm)))
  expect_identical(quietly(nmf(Matrix::t(dfm), 2))$W, quietly(nmf(dfm, 2))$W)
  expect_identical(class(turned$x)[1], "dgCMatrix")
  expect_error(documents(Matrix::t(dfm), in_rows = TRUE), "contradicts", class = "nonneg_error_input")
  expect_no_message(nmf_data(Matrix::t(dfm)))

  together <- quanteda::fcm(tokens, tri = FALSE)
  data <- nmf_data(together)
  expect_identical(class(data$x)[1], "dgCMatrix")
  expect_identical(data$class, "fcm")
  expect_false(data$documents)
  expect_equal(as.matrix(data$x), as.matrix(together), ignore_attr = TRUE)
  expect_identical(data$dimnames, unname(dimnames(together)))
  # Not symmetric, so that turning would be seen.
  upper <- quanteda::fcm(tokens)
  expect_equal(as.matrix(nmf_data(upper)$x), as.matrix(upper), ignore_attr = TRUE)
  expect_error(documents(together), "in_rows", class = "nonneg_error_input")
})

test_that("an S4 class on top of dgCMatrix named dfm needs no quanteda", {
  skip_if("quanteda" %in% loadedNamespaces(), "quanteda, which is loaded, has the class")
  env <- new.env()
  methods::setClass("dfm", contains = "dgCMatrix", slots = c(docvars = "data.frame"), where = env)
  withr::defer(methods::removeClass("dfm", where = env))
  plain <- as_dgC(Matrix::Matrix(t(small_counts()), sparse = TRUE))
  names(plain@Dimnames) <- c("docs", "features")
  x <- methods::new("dfm", plain, docvars = data.frame(id = 1:3))
  expect_identical(as.matrix(documents(x)), small_counts())
  expect_identical(as.matrix(quietly(nmf_data(x))$x), small_counts())
})

test_that("other matrices must tell where the documents are", {
  counts <- small_counts()
  sparse <- as_dgC(Matrix::Matrix(t(counts), sparse = TRUE))
  for (x in list(t(counts), sparse, as.data.frame(t(counts)))) {
    expect_identical(as.matrix(documents(x, in_rows = TRUE)), counts)
  }
  expect_identical(as.matrix(documents(counts, in_rows = FALSE)), counts)
  expect_identical(as.matrix(documents(documents(counts, in_rows = FALSE))), counts)
  expect_snapshot({
    fault(documents(counts))
    fault(documents(sparse))
    fault(documents(counts, in_rows = NA))
    fault(documents(documents(counts, in_rows = FALSE), in_rows = TRUE))
    fault(documents("corpus", in_rows = TRUE))
    fault(documents(c("texts are", "no counts")))
    fault(documents(-counts, in_rows = TRUE))
  })
})

test_that("turning is told once in a process, and only where it was not asked for", {
  lines <- output_of(
    "library(nonneg); d <- structure(list(i = c(1, 2), j = c(1, 2), v = c(1, 2), nrow = 2, ncol = 3,",
    "dimnames = list(c('a', 'b'), c('x', 'y', 'z'))), class = c('DocumentTermMatrix', 'simple_triplet_matrix'));",
    "t <- d; class(t)[1] <- 'TermDocumentMatrix'; x <- documents(d); f <- nmf(t, 1); cat('before\\n');",
    "f <- nmf(d, 1); cat('after\\n'); f <- nmf(d, 1); cat('end\\n')"
  )
  # What is told goes to another stream, so its place is known only by its number.
  expect_identical(sum(grepl("documents in the rows of `x`", lines)), 1L)
  expect_true(all(c("before", "after", "end") %in% lines))
})

test_that("tidy data frames become documents; factors keep what is empty", {
  words <- data.frame(
    document = c("a", "b", "a", "b", "a"), term = c("ship", "tree", "sea", "wind", "ship"),
    count = c(1, 3, 2, 1, 0.5)
  )
  d <- tidy_documents(words)
  expect_identical(
    as.matrix(d),
    rbind(ship = c(a = 1.5, b = 0), tree = c(0, 3), sea = c(2, 0), wind = c(0, 1))
  )
  words$document <- factor(words$document, c("b", "none", "a"))
  words$n <- 1L
  other <- tidy_documents(words[c("document", "term", "n")], count = "n")
  expect_identical(colnames(as.matrix(other)), c("b", "none", "a"))
  expect_identical(unname(colSums(as.matrix(other))), c(2, 0, 3))
  expect_identical(as.matrix(tidy_documents(words, count = NULL)), as.matrix(other))
  names(words)[1:2] <- c("chapter", "word")
  expect_identical(as.matrix(tidy_documents(words, "chapter", "word", NULL)), as.matrix(other))
  expect_snapshot({
    fault(tidy_documents(as.matrix(words)))
    fault(tidy_documents(words))
    fault(tidy_documents(words, "chapter", "word", "word"))
    fault(tidy_documents(transform(words, count = -count), "chapter", "word"))
    fault(tidy_documents(transform(words, word = c(NA, word[-1])), "chapter", "word"))
    fault(tidy_documents(words[0, ], "chapter", 3))
    fault(tidy_documents(transform(words[0, ], chapter = character()), "chapter", "word"))
  })
})

test_that("values of any kind become names with all their digits", {
  names_of <- function(id) colnames(tidy_documents(data.frame(document = id, term = "a", count = 1)))
  expect_identical(names_of(c(100000, 3, 1e15, 0.1)), c("100000", "3", "1e+15", "0.1"))
  expect_identical(names_of(1 / 3), "0.33333333333333331")
  expect_identical(names_of(c(0.5, 0.5 + 2^-53)), c("0.5", "0.50000000000000011"))
  expect_identical(names_of(100000L), "100000")
  expect_identical(names_of(as.Date("2020-03-01") + c(1, 0)), c("2020-03-02", "2020-03-01"))
  noon <- as.POSIXct("2020-03-01 12:00:00", tz = "UTC")
  expect_identical(names_of(noon + c(0, 60)), c("2020-03-01 12:00:00", "2020-03-01 12:01:00"))
  expect_identical(names_of(noon + c(0, 0.5)), c("2020-03-01 12:00:00.000000", "2020-03-01 12:00:00.500000"))
  # A level that is NA is a value that is; one that does not occur is none.
  f <- factor(c("x", "y"), levels = c("x", "y", NA), exclude = NULL)
  expect_identical(names_of(f), c("x", "y"))
  f[2] <- NA
  words <- data.frame(document = f, term = "a", count = 1)
  twice <- transform(words, document = as.POSIXct("2020-10-25 00:30:00", tz = "UTC") + c(0, 3600))
  attr(twice$document, "tzone") <- "Europe/Berlin"
  expect_snapshot({
    fault(tidy_documents(words))
    fault(tidy_documents(twice))
    fault(tidy_documents(transform(words, document = I(list(1, 2)))))
    fault(tidy_documents(twice, no_such_object, term))
    fault(tidy_documents(twice, "term", count = no_such_object))
    fault(nmf(data.frame(document = c("a", "b"), term = "x", n = 1), 1))
  })
})

test_that("what tidytext makes of a corpus comes back", {
  skip_if_not_installed("tidytext")
  dtm <- small_dtm()
  tidied <- tidytext::tidy(dtm)
  d <- tidy_documents(tidied)
  counts <- small_counts()
  expect_identical(as.matrix(d)[rownames(counts), c("a", "b")], counts[, c("a", "b")])
})

test_that("documents print, and are selected like a matrix", {
  d <- documents(small_counts(), in_rows = FALSE)
  expect_identical(dim(d), c(4L, 3L))
  expect_identical(as.matrix(d[, 3:1]), small_counts()[, 3:1])
  expect_identical(as.matrix(d["tree", 3]), small_counts()["tree", "b", drop = FALSE])
  expect_snapshot({
    d
    ncut_weight(tf_idf(d))[, -2]
    fault(d[2])
  })
  # Stored zeros are zeros, and a document of them is empty.
  zeros <- Matrix::sparseMatrix(i = c(1, 2, 1), j = c(1, 2, 2), x = c(0, 1, 0), dims = c(2, 2))
  zeros <- documents(zeros, in_rows = FALSE)
  expect_output(print(zeros), "1 nonzero (25%)\n  1 document is empty", fixed = TRUE)
})

test_that("a corpus without terms is refused in its own words", {
  skip_if_not_installed("tm")
  dtm <- tm::DocumentTermMatrix(tm::VCorpus(tm::VectorSource(c("", ""))))
  expect_snapshot({
    fault(documents(dtm))
    fault(nmf(dtm, 1))
    documents(small_counts(), in_rows = FALSE)[0, ]
  })
})

test_that("residuals and augment take the documents themselves", {
  dtm <- small_dtm()
  fit <- quietly(nmf(dtm, 1))
  expect_identical(residuals(fit, dtm), residuals(fit, small_counts()))
  expect_close(augment(fit, dtm)$.rss, augment(fit, small_counts())$.rss, 1e-12)
})

test_that("new documents are matched by terms; unseen terms are told, documents without terms named", {
  corpus <- planted_corpus(3, 10)
  fit <- nmf(corpus$x, 3)
  one <- as.matrix(corpus$x[, c(1, 11, 21)])
  # Fewer terms, in another order, one unseen; the last document has nothing but that.
  kept <- rownames(one)[rowSums(one) > 0]
  new <- rbind(one[rev(kept), ], unseen = c(5, 0, 0))
  new <- cbind(new, lost = (rownames(new) == "unseen") * 2, empty = 0)
  expect_snapshot({
    H <- warned(predict(fit, documents(new, in_rows = FALSE)), "nonneg_warning_terms")
  })
  expect_close(H[, 1:3], predict(fit, one), 1e-10)
  expect_identical(unname(H[, 4:5]), matrix(0, 3, 2))
  expect_identical(colnames(H), colnames(new))
  class <- suppressWarnings(predict(fit, documents(new, in_rows = FALSE), type = "class"))
  expect_identical(unname(is.na(class)), c(FALSE, FALSE, FALSE, TRUE, TRUE))
  expect_identical(unname(class[1:3]), unname(predict(fit, type = "class")[c(1, 11, 21)]))
  # Nothing was left out, or terms go by position: what is empty is still told.
  known <- new[rownames(new) != "unseen", -4]
  same <- cbind(as.matrix(corpus$x)[, 1:2], none = 0, nil = 0)
  expect_snapshot({
    H <- warned(predict(fit, documents(known, in_rows = FALSE)), "nonneg_warning_terms")
    H <- warned(predict(fit, documents(same, in_rows = FALSE)), "nonneg_warning_terms")
    H <- warned(predict(fit, documents(unname(same), in_rows = FALSE)), "nonneg_warning_terms")
    many <- documents(same[, rep(3, 12)], in_rows = FALSE)
    H <- warned(assign_clusters(fit, many), "nonneg_warning_terms")
  })
  # Absent terms alone are no reason for a warning.
  expect_no_warning(predict(fit, documents(one[kept, ], in_rows = FALSE)))
  # A plain matrix may have a mistake in its rows.
  expect_error(predict(fit, new), class = "nonneg_error_input")
  # The units of the penalty are those of the fit: l features, whatever the new documents have.
  penalised <- nmf(corpus$x, 3, alpha_W = 0.01)
  expect_close(predict(penalised, documents(one[kept, ], in_rows = FALSE)), predict(penalised, one), 1e-10)
  # Nothing is known: told, and zero, as if there were others. But terms in columns are a mistake.
  foreign <- documents(`rownames<-`(one[1:4, ], c("z1", "z2", "z3", "z4")), in_rows = FALSE)
  expect_snapshot({
    H <- warned(predict(fit, foreign), "nonneg_warning_terms")
    fault(predict(fit, documents(one, in_rows = TRUE)))
    fault(predict(fit, documents(`rownames<-`(one, rep("t1", nrow(one))), in_rows = FALSE)))
    fault(predict(fit, documents(unname(one)[1:5, ], in_rows = FALSE)))
  })
  expect_identical(unname(H), matrix(0, 3, 3))
})

test_that("empty documents of tm are named by predict(), for fits and trees", {
  corpus <- planted_corpus(2, 8)
  dtm <- small_dtm(cbind(as.matrix(corpus$x), gap = 0))
  fit <- nmf(corpus$x, 2)
  tree <- nmf_tree(corpus$x, 2)
  for (model in list(fit, tree)) {
    new <- documents(dtm[c("d1", "gap", "d9"), ])
    expect_warning(out <- predict(model, new), "\"gap\"", class = "nonneg_warning_terms")
  }
  expect_identical(is.na(out), c(d1 = FALSE, gap = TRUE, d9 = FALSE))
})

test_that("terms are matched under Kullback-Leibler as well", {
  corpus <- planted_corpus(2, 8)
  fit <- nmf(corpus$x, 2, loss = "kl", tol = 1e-8)
  new <- documents(rbind(as.matrix(corpus$x)[20:1, 1:4], unseen = 1), in_rows = FALSE)
  H <- suppressWarnings(predict(fit, new))
  kept <- as.matrix(corpus$x[, 1:4])
  kept[-(1:20), ] <- 0
  expect_close(H, predict(fit, kept), 1e-6)
})

test_that("a damaged triplet matrix is refused", {
  broken <- structure(
    list(i = c(1, 9), j = c(1, 1), v = c(1, 1), nrow = 2, ncol = 2, dimnames = NULL),
    class = c("TermDocumentMatrix", "simple_triplet_matrix")
  )
  expect_snapshot({
    fault(nmf(broken, 1))
    broken$i <- 1:2
    broken$v <- c("a", "b")
    fault(nmf(broken, 1))
  })
})

test_that("tidy_documents() takes bare names, variables and tidytext's names", {
  words <- data.frame(book = c("a", "a", "b"), word = c("sea", "ship", "sea"), n = c(2, 1, 3))
  wanted <- as.matrix(tidy_documents(words, "book", "word", "n"))
  expect_identical(as.matrix(tidy_documents(words, book, word, n)), wanted)
  expect_identical(as.matrix(tidy_documents(words, book)), wanted)
  # A variable that holds a name comes before a column of its own name.
  n <- "count"
  where <- "book"
  expect_identical(as.matrix(tidy_documents(words, where)), wanted)
  expect_identical(as.matrix(tidy_documents(cbind(words, count = 1), book, word, n)), 1 * (wanted > 0))
  by <- function(data, column) as.matrix(tidy_documents(data, column))
  expect_identical(by(words, "book"), wanted)
  names(words) <- c("doc_id", "token", "n")
  expect_identical(as.matrix(tidy_documents(words)), wanted)
  # Two that it might be are none.
  expect_error(tidy_documents(cbind(words, feature = "x")), class = "nonneg_error_input")
})
