#' A fit as a topic model
#'
#' Turns `W` and `H` into probabilities: of terms in topics and of topics in documents. A factorization with
#' the Kullback-Leibler loss is probabilistic latent semantic analysis (PLSA), also known as the multinomial
#' topic model (Gaussier and Goutte 2005; Ding et al. 2008), and `as_topics()` gives its likelihood.
#'
#' Any \eqn{WH} can be written as \eqn{(WH)_{ij} = s_j p_{ij}}{(WH)[i, j] = s[j] p[i, j]} with
#' \eqn{p_{ij} = \sum_k \phi_{ik} \theta_{kj}}{p[i, j] = sum over k of phi[i, k] theta[k, j]}, where columns
#' of \eqn{\phi} (`W` divided by its column sums) and of \eqn{\theta} sum to one, and \eqn{s_j} is the sum of
#' column j of \eqn{WH}. With \eqn{n_j} the length of document j, its sum of counts, the multinomial
#' log-likelihood is
#' \deqn{\ell = \sum_{ij} x_{ij} \log p_{ij},}{l = sum of x[i, j] log p[i, j],}
#' without the multinomial coefficients, which do not depend on the model, and the Kullback-Leibler divergence
#' is
#' \deqn{D(X, WH) = \sum_{ij} x_{ij} \log x_{ij} - \ell + \sum_j (s_j - n_j - n_j \log s_j).}{
#'   D(X, WH) = sum(x log x) - l + sum(s - n - n log s).}
#' For fixed \eqn{p} the last sum is least at \eqn{s_j = n_j}, which holds at a stationary point without
#' penalties. So the two have the same optimum, where \eqn{D = \sum x \log x - \sum_j n_j \log n_j - \ell}{D =
#' sum(x log x) - sum(n log n) - l}.
#'
#' Fits with another loss have the probabilities too, but they maximise no likelihood.
#'
#' @param object For `as_topics()` a fit of class `"nmf"`, for `logLik()` its result.
#' @param x For `as_topics()` the counts that were factorized, for the log-likelihood (a fit does not hold its
#'   data); of the kinds that [nmf()] takes, [documents()] included, none missing. Only for fits with the
#'   Kullback-Leibler loss. For `tidy()` the result of `as_topics()`.
#' @param assay,layer See [adapters].
#' @param matrix `"beta"` or `"gamma"`, see below.
#' @param ... Must be empty.
#' @return A list of class `"nmf_topics"` with
#' \describe{
#'   \item{`terms`}{terms x topics: the probability of each term in each topic. Columns sum to one.}
#'   \item{`documents`}{topics x documents: the probability of each topic in each document. Columns sum
#'     to one; `NA` for a document that the fit makes 0, about which it says nothing.}
#'   \item{`share`}{the part of each topic in the whole of the fit.}
#'   \item{`loglik`}{the log-likelihood, `NA` without `x`.}
#'   \item{`perplexity`}{`exp(-loglik / sum(x))`.}
#' }
#' A component with a zero column of `W` is no topic; it is left out.
#'
#' `tidy()` gives them in the form of package tidytext: `matrix = "beta"` has columns `topic`, `term` and
#' `beta`, `matrix = "gamma"` has `document`, `topic` and `gamma`. Zeros are included. `logLik()` gives the
#' log-likelihood, with degrees of freedom \eqn{r(l - 1) + n(r - 1)}. [terms()][terms.nmf_topics], [topics()]
#' and [augment()][augment.nmf_topics] tell what a topic, a document and a word in a document are about,
#' [plot()][plot.nmf_topics] draws them, and [as_ldavis()] hands them to package LDAvis.
#' @references
#' Gaussier E, Goutte C (2005). Relation between PLSA and NMF and implications. *SIGIR 2005*, 601--602.
#' \doi{10.1145/1076034.1076148}
#'
#' Ding C, Li T, Peng W (2008). On the equivalence between non-negative matrix factorization and
#' probabilistic latent semantic indexing. *Computational Statistics & Data Analysis* 52(8), 3913--3927.
#' \doi{10.1016/j.csda.2008.01.011}
#' @examples
#' fit <- nmf(austen$x, rank = 6, loss = "kullback-leibler", max_iter = 50)
#' topics <- as_topics(fit, austen$x)
#' topics
#' colSums(topics$terms)
#' round(topics$documents[, 1:3], 3)
#' @export
as_topics <- function(object, ...) {
  need_arguments(object)
  UseMethod("as_topics")
}

#' @rdname as_topics
#' @export
as_topics.nmf <- function(object, x = NULL, assay = NULL, layer = NULL, ...) {
  check_dots_empty(...)
  check_fit(object)
  size <- colSums(object$W)
  if (all(size == 0)) abort_input("{.arg object} has no topics: all of its W is 0.")
  kept <- size > 0
  W <- object$W[, kept, drop = FALSE]
  H <- object$H[kept, , drop = FALSE]
  terms <- sweep(W, 2, size[kept], "/")
  amount <- H * size[kept]
  total <- colSums(amount)
  documents <- sweep(amount, 2, ifelse(total > 0, total, NA), "/")
  fitted <- if (is.null(x)) {
    list(loglik = NA_real_, perplexity = NA_real_)
  } else {
    topic_likelihood(object, x, terms, documents, assay, layer)
  }
  structure(
    list(
      terms = terms, documents = documents, share = component_share(W, H),
      loglik = fitted$loglik, perplexity = fitted$perplexity,
      loss = object$settings$loss
    ),
    class = "nmf_topics"
  )
}

topic_likelihood <- function(object, x, terms, documents, assay, layer) {
  if (!identical(object$settings$loss, "kullback-leibler")) {
    abort_input(c(
      "{.arg x} is for fits with {.arg loss} = \"kullback-leibler\".",
      "x" = "This one has {quote_each(object$settings$loss)}: its probabilities maximise no likelihood."
    ))
  }
  data <- data_of_fit(x, object, "x", assay, layer, terms = FALSE)
  check_cells(data$x, data$scan, "x")
  sparse <- as_sparse(data$x)
  column <- rep(seq_len(ncol(sparse)), diff(sparse@p))
  used <- sparse@x > 0
  p <- numeric(sum(used))
  for (k in seq_len(ncol(terms))) p <- p + terms[sparse@i[used] + 1L, k] * documents[k, column[used]]
  # A document with counts that the fit makes 0 is impossible under it.
  p[is.na(p)] <- 0
  loglik <- sum(sparse@x[used] * log(p))
  list(loglik = loglik, perplexity = exp(-loglik / data$scan$sum))
}

#' @export
print.nmf_topics <- function(x, n = 6, digits = 4, ...) {
  check_dots_empty(...)
  check_digits(digits)
  d <- c(dim(x$terms), ncol(x$documents))
  print_line(
    "Topic model from a factorization (", x$loss, "): ", count_of(d[1], "term"), ", ",
    count_of(d[2], "topic"), ", ", count_of(d[3], "document")
  )
  if (!is.na(x$loglik)) {
    print_line(
      "  log-likelihood ", formatC(x$loglik, digits = digits + 2, format = "g", big.mark = big_mark()),
      ", perplexity ", formatC(x$perplexity, digits = digits, format = "g")
    )
  }
  names <- entry_names(rownames(x$terms), d[1])
  for (k in utils::head(seq_len(d[2]), 20)) {
    best <- utils::head(order(x$terms[, k], decreasing = TRUE, method = "radix"), n)
    best <- best[x$terms[best, k] > 0]
    print_line(
      "  ", format(colnames(x$terms))[k], sprintf(" %5.1f%%  ", 100 * x$share[k]),
      paste(names[best], collapse = ", ")
    )
  }
  if (d[2] > 20) print_line("  and ", count_of(d[2] - 20, "more topic"))
  invisible(x)
}

#' @rdname as_topics
#' @method tidy nmf_topics
#' @export
tidy.nmf_topics <- function(x, matrix = c("beta", "gamma"), ...) {
  check_dots_empty(...)
  matrix <- pick(matrix, c("beta", "gamma"), "matrix")
  r <- ncol(x$terms)
  topic <- factor(seq_len(r), labels = colnames(x$terms))
  if (matrix == "beta") {
    l <- nrow(x$terms)
    as_tidy(data.frame(
      topic = rep(topic, each = l), term = rep(entry_names(rownames(x$terms), l), times = r),
      beta = as.vector(x$terms)
    ))
  } else {
    n <- ncol(x$documents)
    as_tidy(data.frame(
      document = rep(entry_names(colnames(x$documents), n), each = r), topic = rep(topic, times = n),
      gamma = as.vector(x$documents)
    ))
  }
}

#' @rdname as_topics
#' @importFrom stats logLik
#' @export
logLik.nmf_topics <- function(object, ...) {
  check_dots_empty(...)
  r <- ncol(object$terms)
  structure(
    object$loglik,
    df = r * (nrow(object$terms) - 1) + ncol(object$documents) * (r - 1), nobs = ncol(object$documents),
    class = "logLik"
  )
}
