# The 20 newsgroups from package lda: list(train, test), counts of terms x documents, and
# list(train_class, test_class). Where lda is not installed its data files are taken from the sources of
# its version 1.4.2 in the archive of CRAN; nothing of it is built. `keep` is a folder for the download.

newsgroups <- function(keep = tempdir()) {
  names <- c("vocab", "label.map", "train.documents", "train.labels", "test.documents", "test.labels")
  names <- paste0("newsgroup.", names)
  box <- new.env()
  if (requireNamespace("lda", quietly = TRUE)) {
    utils::data(list = names, package = "lda", envir = box)
  } else {
    inside <- paste0("lda/data/", names, ".rda")
    if (!all(file.exists(file.path(keep, inside)))) {
      source <- file.path(keep, "lda_1.4.2.tar.gz")
      repos <- getOption("repos")
      if (!length(repos) || any(repos == "@CRAN@") || !any(nzchar(repos))) utils::chooseCRANmirror(ind = 1)
      repos <- getOption("repos")[[1]]
      url <- paste0(utils::contrib.url(repos, "source"), "/Archive/lda/lda_1.4.2.tar.gz")
      utils::download.file(url, source, mode = "wb", quiet = TRUE)
      utils::untar(source, files = inside, exdir = keep)
      unlink(source)
    }
    for (file in file.path(keep, inside)) load(file, box)
  }
  labels <- as.character(box$newsgroup.label.map$V1)[order(box$newsgroup.label.map$V2)]
  list(
    train = newsgroup_counts(box$newsgroup.train.documents, box$newsgroup.vocab),
    test = newsgroup_counts(box$newsgroup.test.documents, box$newsgroup.vocab),
    train_class = factor(labels[box$newsgroup.train.labels], levels = labels),
    test_class = factor(labels[box$newsgroup.test.labels], levels = labels)
  )
}

# lda has for each document a matrix of two rows: term (from 0) and count.
newsgroup_counts <- function(documents, vocabulary) {
  length <- vapply(documents, ncol, 0L)
  entries <- do.call(cbind, documents)
  Matrix::sparseMatrix(
    i = entries[1, ] + 1L, j = rep(seq_along(documents), length), x = as.double(entries[2, ]),
    dims = c(length(vocabulary), length(documents)), dimnames = list(vocabulary, NULL)
  )
}
