# What a topic model says of terms, documents and words in documents, by the names that other packages have
# for it.

#' Terms of topics, topics of documents
#'
#' `terms()` gives the most probable terms of each topic, `topics()` the most probable topics of each
#' document, under the names that package topicmodels has for them. `augment()` adds to counts of words in
#' documents the topic that each most probably came from, in the form of package tidytext.
#'
#' The topic of a word \eqn{i} in document \eqn{j} is the one with the largest \eqn{\phi_{ik}
#' \theta_{kj}}{phi[i, k] theta[k, j]}, see [as_topics()]; every occurrence of the word in that document has
#' the same.
#'
#' @param x A topic model from [as_topics()].
#' @param n How many: terms of each topic, or topics of each document.
#' @param data The counts. A data frame with one row per document and term, as [tidy_documents()] takes it,
#'   comes back with a new column `.topic`; anything else that [as_topics()] takes as a data frame of its
#'   counts that are not 0. `NULL`: one row per document instead.
#' @param document,term Names of its columns, see [tidy_documents()].
#' @param ... Must be empty.
#' @return `terms()`: a character matrix with `n` rows and one column per topic, from the most probable term
#'   down, `NA` where a topic has no more terms.
#'
#'   `topics()`: a factor with one element per document, named by the documents, `NA` for one that the model
#'   makes
#'   0. For `n` of 2 and more a character matrix with `n` rows and one column per document, `NA` where a
#'     document
#'   has no more topics.
#'
#'   `augment()`: a data frame, a tibble where that package is installed. With counts: theirs and `.topic`, a
#'   factor, `NA` for terms and documents that the model does not know or makes 0. Without: `document`,
#'   `.topic` and the probability of each topic, one column each.
#' @seealso [as_topics()], [plot.nmf_topics()], [as_ldavis()], [top_terms()] for other ways to rank terms.
#' @examples
#' topics <- as_topics(nmf(austen$x, rank = 6, loss = "kullback-leibler", max_iter = 50))
#' terms(topics, 5)
#' table(topics(topics), austen$class)
#' topics(topics, 2)[, 1:3]
#' head(augment(topics, austen$x))
#' @importFrom stats terms
#' @method terms nmf_topics
#' @name terms.nmf_topics
#' @export
terms.nmf_topics <- function(x, n = 10, ...) {
  check_dots_empty(...)
  n <- check_count(n, "n")
  names <- entry_names(rownames(x$terms), nrow(x$terms))
  out <- ranked_names(x$terms, names, n)
  colnames(out) <- colnames(x$terms)
  out
}

#' @rdname terms.nmf_topics
#' @export
topics <- function(x, ...) {
  need_arguments(x)
  UseMethod("topics")
}

#' @export
topics.default <- function(x, ...) {
  if (inherits(x, "nmf")) {
    abort_input(c(
      "{.fn topics} takes a topic model, not {describe(x)}.",
      "i" = "{.code topics(as_topics(fit))}, or for the classes of observations \\
             {.code predict(fit, type = \"class\")}."
    ))
  }
  hand_on("topics", x, ..., wanted = "a topic model from {.fn as_topics}")
}

#' @rdname terms.nmf_topics
#' @export
topics.nmf_topics <- function(x, n = 1, ...) {
  check_dots_empty(...)
  n <- check_count(n, "n")
  names <- colnames(x$terms)
  documents <- entry_names(colnames(x$documents), ncol(x$documents))
  if (n == 1) {
    return(stats::setNames(factor(likeliest(t(x$documents)), seq_along(names), names), documents))
  }
  out <- ranked_names(x$documents, names, n)
  colnames(out) <- documents
  out
}

#' @importFrom stats predict
#' @export
predict.nmf_topics <- function(object, ...) {
  abort_input(c(
    "A topic model holds no fit that could be applied to new documents.",
    "i" = "The fit that it was made from can: {.code predict(fit, newdata, type = \"proportion\")}."
  ))
}

# The names of the `n` largest entries above 0 of each column, as a matrix.
ranked_names <- function(P, names, n) {
  n <- min(n, nrow(P))
  out <- vapply(seq_len(ncol(P)), function(k) {
    best <- utils::head(order(P[, k], decreasing = TRUE, method = "radix"), n)
    replace(names[best], !(P[best, k] > 0) %in% TRUE, NA)
  }, character(n))
  matrix(out, n, ncol(P))
}

#' @rdname terms.nmf_topics
#' @method augment nmf_topics
#' @export
augment.nmf_topics <- function(x, data = NULL, document = "document", term = "term", ...) {
  check_dots_empty(...)
  documents <- entry_names(colnames(x$documents), ncol(x$documents))
  terms <- entry_names(rownames(x$terms), nrow(x$terms))
  topic <- function(i, j) {
    k <- rep(NA_integer_, length(i))
    known <- which(!is.na(i) & !is.na(j))
    # A few words at a time: one row for each, one column per topic.
    for (some in split(known, ceiling(seq_along(known) / 1e5))) {
      k[some] <- likeliest(x$terms[i[some], , drop = FALSE] * t(x$documents[, j[some], drop = FALSE]))
    }
    factor(k, seq_len(ncol(x$terms)), colnames(x$terms))
  }
  if (is.null(data)) {
    df <- data.frame(document = documents, .topic = unname(topics.nmf_topics(x)), unname(t(x$documents)))
    names(df)[-(1:2)] <- colnames(x$terms)
    return(as_tidy(df))
  }
  if (is.data.frame(data) && !all(vapply(data, is_numeric_column, NA))) {
    d <- tidy_column(data, substitute(document), "document", parent.frame(), missing(document))
    t <- tidy_column(data, substitute(term), "term", parent.frame(), missing(term))
    data$.topic <- topic(match(exact_text(t), terms), match(exact_text(d), documents))
    return(as_tidy(data))
  }
  data <- hold_data(nmf_data(data, "data"), "{.fn augment}", "data")
  given <- data$dimnames
  rows <- if (is.null(given[[1]])) seq_len(data$dim[1]) else match(given[[1]], terms)
  columns <- if (is.null(given[[2]])) seq_len(data$dim[2]) else match(given[[2]], documents)
  size <- c(length(terms), length(documents))
  unnamed <- c(is.null(given[[1]]), is.null(given[[2]]))
  if (any(unnamed & data$dim != size)) {
    abort_input(
      "{.arg data} without names must have the size of the data of the model, {size[1]} x {size[2]}, \\
       not {data$dim[1]} x {data$dim[2]}."
    )
  }
  counts <- as_sparse(data$x)
  there <- which(!is.na(counts@x) & counts@x != 0)
  i <- counts@i[there] + 1L
  j <- rep(seq_len(ncol(counts)), diff(counts@p))[there]
  as_tidy(data.frame(
    document = entry_names(given[[2]], data$dim[2])[j], term = entry_names(given[[1]], data$dim[1])[i],
    count = counts@x[there], .topic = topic(rows[i], columns[j])
  ))
}

#' A topic model for LDAvis
#'
#' Package LDAvis draws a topic model as a page to turn through. `as_ldavis()` makes a list with the names of
#' the arguments of its `createJSON()`, so that `do.call(LDAvis::createJSON, as_ldavis(topics, x))` is what
#' its `serVis()` shows.
#'
#' LDAvis takes logarithms of all probabilities, and of a model with zeros gets nothing it can draw. So each
#' topic is mixed with a small part of the whole corpus, and each document with a small part of all topics:
#' \eqn{(1 - \epsilon)
#' \phi_{ik} + \epsilon f_i}{(1 - s) phi[i, k] + s f[i]} with \eqn{\epsilon}{s} = `smooth` and \eqn{f_i}{f[i]}
#' the share of the term in all counts. LDAvis takes neither terms that do not occur nor documents without
#' any, and they are left out, as are documents that the model makes 0.
#'
#' @param object A topic model from [as_topics()], or a fit; with three topics or more, fewer of which LDAvis
#'   cannot draw.
#' @param x The counts that were factorized, of the kinds that [nmf()] takes, none missing. A fit of other
#'   weights takes the counts all the same: LDAvis needs lengths of documents and frequencies of terms.
#' @param smooth The part of other topics that is mixed in, above 0.
#' @param ... Must be empty.
#' @param assay,layer See [adapters].
#' @return A list with `phi` (topics x terms, rows sum to 1), `theta` (documents x topics, rows sum to 1),
#'   `doc.length`, `vocab` and `term.frequency`.
#' @references
#' Sievert C, Shirley K (2014). LDAvis: a method for visualizing and interpreting topics. *Proceedings of the
#' Workshop on Interactive Language Learning, Visualization, and Interfaces*, 63--70.
#' \doi{10.3115/v1/W14-3110}
#' @examples
#' topics <- as_topics(nmf(austen$x, rank = 6, loss = "kullback-leibler", max_iter = 50))
#' shown <- as_ldavis(topics, austen$x)
#' str(shown)
#' \dontrun{
#' LDAvis::serVis(do.call(LDAvis::createJSON, shown))
#' }
#' @export
as_ldavis <- function(object, x, smooth = 1e-6, assay = NULL, layer = NULL, ...) {
  need_arguments(object, x)
  check_dots_empty(...)
  if (is_nmf(object)) object <- as_topics(object)
  if (!inherits(object, "nmf_topics")) {
    abort_input("{.arg object} must be a topic model from {.fn as_topics}, or a fit, not {describe(object)}.")
  }
  smooth <- check_number(smooth, "smooth", min = 0, max = 0.5, above = TRUE)
  if (ncol(object$terms) < 3) {
    abort_input("LDAvis draws three topics or more; {.arg object} has {ncol(object$terms)}.")
  }
  data <- hold_data(nmf_data(x, assay = assay, layer = layer), "{.fn as_ldavis}")
  check_cells(data$x, data$scan, "x")
  size <- c(nrow(object$terms), ncol(object$documents))
  if (!identical(as.integer(data$dim), as.integer(size))) {
    abort_input(c(
      "{.arg x} must have the size of the data of the model, {size[1]} x {size[2]}.",
      "x" = "It is {data$dim[1]} x {data$dim[2]}."
    ))
  }
  rows <- match_by_name(data$dimnames[[1]], rownames(object$terms), "x", "row", "the model")
  columns <- match_by_name(data$dimnames[[2]], colnames(object$documents), "x", "column", "the model")
  counts <- as_sparse(data$x)
  if (!is.null(rows)) counts <- counts[rows, , drop = FALSE]
  if (!is.null(columns)) counts <- counts[, columns, drop = FALSE]
  frequency <- Matrix::rowSums(counts)
  length <- Matrix::colSums(counts)
  documents <- which(length > 0 & !is.na(colSums(object$documents)))
  terms <- which(frequency > 0)
  if (!length(terms) || !length(documents)) abort_input("{.arg x} has no document with a count and a topic.")
  phi <- object$terms[terms, , drop = FALSE]
  phi <- sweep(phi, 2, pmax(colSums(phi), .Machine$double.xmin), "/")
  phi <- (1 - smooth) * phi + smooth * frequency[terms] / sum(frequency[terms])
  theta <- (1 - smooth) * object$documents[, documents, drop = FALSE] + smooth / ncol(phi)
  list(
    phi = t(sweep(phi, 2, colSums(phi), "/")), theta = t(sweep(theta, 2, colSums(theta), "/")),
    doc.length = unname(length[documents]), vocab = entry_names(rownames(object$terms), size[1])[terms],
    term.frequency = unname(frequency[terms])
  )
}
