#' Documents of a corpus as columns of X
#'
#' Text packages put documents in rows; in this package they are the columns of
#' `x`, and terms its rows. `documents()` turns what other packages make into a sparse
#' matrix the right way round, with its names.
#'
#' [nmf()], [predict()][predict.nmf], [tf_idf()], [nmf_tree()] and the other functions of this package take
#' these objects directly, and turn them in the same way:
#' * `DocumentTermMatrix` and `TermDocumentMatrix` of package tm;
#' * `dfm` of package quanteda, also turned by `t()`. (Its `fcm`, terms by terms, has no documents and is a
#'   matrix like any other.)
#'
#' For any other matrix, such as the `dgCMatrix` that text2vec makes, no class tells
#' what is in its rows: `nmf(x)` takes columns for documents, as always, and
#' `nmf(documents(x, in_rows = TRUE))` rows. Data frames with one row per document and
#' term, as tidytext makes them, have [tidy_documents()]. For a data frame of counts with
#' documents in rows, say so with `in_rows = TRUE`.
#'
#' The first time that a text object is turned without being asked, a message says so.
#'
#' A fit does not need to be told that its data are documents. New ones given to [predict()][predict.nmf]
#' are matched to the fit by their terms: those unknown to the fit are left out, with a warning (class
#' `"nonneg_warning_terms"`) that counts and names some; terms that do not occur in the new documents
#' count as 0. Documents without a known term, and those that were empty, get coefficients of 0 and the
#' class `NA`, and the warning names them, the first ten of each. (For a plain matrix an unknown row is an
#' error, as it may be a mistake.) Without term names on one side, terms are matched by position.
#' Documents that have the terms of the fit in columns, and none in rows, are an error: they are the wrong
#' way round.
#'
#' A fit knows which weights its data had, from [tf_idf()], say: counts of new documents get the same in
#' [predict()][predict.nmf], with a message. [weight_like()] does so anywhere.
#'
#' @param x An object of one of the classes above, a matrix, a matrix of package Matrix or
#'   a data frame of numbers.
#' @param in_rows `TRUE` if documents are in the rows of `x`, `FALSE` if they are in
#'   its columns. `NULL` is for objects whose class tells; for others it is an error.
#' @param assay,layer See [adapters].
#' @param ... Must be empty.
#' @return A list of class `"nmf_documents"` with
#' \describe{
#'   \item{`x`}{a `dgCMatrix`, terms x documents.}
#'   \item{`weighting`}{list of the weights applied, see [tf_idf()].}
#' }
#' It has `dim()`, `dimnames()`, `as.matrix()`, `print()` and `[`, with terms in rows and
#' documents in columns.
#' @seealso [tidy_documents()], [tf_idf()], [nmf_tree()], [as_topics()]
#' @examples
#' counts <- Matrix::t(austen$x) # chapters in rows, as text packages have them
#' d <- documents(counts, in_rows = TRUE)
#' d
#' fit <- nmf(tf_idf(d), rank = 6)
#' top_terms(fit, 5)
#' @export
documents <- function(x, in_rows = NULL, assay = NULL, layer = NULL, ...) {
  need_arguments(x)
  check_dots_empty(...)
  data <- known_documents(x, "x", tell = FALSE)
  if (!is.null(data)) {
    if (!is.null(in_rows) && !identical(check_flag(in_rows, "in_rows"), data$in_rows)) {
      abort_input(c(
        "{.arg in_rows} = {in_rows} contradicts the class of {.arg x}.",
        "x" = "A {.cls {class(x)[1]}} has documents in its {if (data$in_rows) 'rows' else 'columns'}."
      ))
    }
    check_has_documents(data$x, "x")
    return(new_documents(data$x, data$weighting))
  }
  counts <- hold_data(nmf_data(x, assay = assay, layer = layer), "documents")$x
  if (is.null(in_rows)) {
    abort_input(c(
      "{.arg in_rows} must be TRUE or FALSE for {describe(x)}.",
      "i" = "TRUE if its rows are documents, FALSE if its columns are."
    ))
  }
  check_flag(in_rows, "in_rows")
  counts <- as_sparse(counts)
  new_documents(if (in_rows) Matrix::t(counts) else counts)
}

new_documents <- function(x, weighting = list()) {
  structure(list(x = x, weighting = weighting), class = "nmf_documents")
}

# What an object of a text package says of itself: list(x, in_rows, weighting), x being
# terms x documents, a dgCMatrix whose values are not checked yet; NULL for
# others. A new class is one new method.
known_documents <- function(x, arg, tell = TRUE) {
  data <- text_data(x, arg)
  if (tell && !is.null(data) && data$in_rows) tell_turned(x, ncol(data$x), arg)
  data
}

#' @noRd
#' @keywords internal
text_data <- function(x, arg) {
  UseMethod("text_data")
}

#' @export
text_data.default <- function(x, arg) NULL

#' @export
text_data.nmf_documents <- function(x, arg) {
  list(x = x$x, in_rows = FALSE, weighting = x$weighting)
}

# For methods of nmf_storage(): the same as for a matrix, and that columns are documents.
documents_storage <- function(x, arg) {
  text <- known_documents(x, arg)
  check_has_documents(text$x, arg)
  stored(as_sorted_dgC(text$x, arg), class(x)[1], documents = TRUE, weighting = text$weighting)
}

check_has_documents <- function(x, arg) {
  if (any(dim(x) == 0)) {
    abort_input(
      "{.arg {arg}} must have at least one term and one document, \\
       not {nrow(x)} term{?s} and {ncol(x)} document{?s}."
    )
  }
}

#' @export
nmf_storage.nmf_documents <- function(x, arg = "x") documents_storage(x, arg)

# Once per R process.
told <- new.env(parent = emptyenv())

tell_turned <- function(x, n, arg) {
  if (isTRUE(told$turned)) {
    return(invisible())
  }
  told$turned <- TRUE
  tell_user(c(
    "The {n} document{?s} in the rows of {.arg {arg}}, a {.cls {class(x)[1]}}, \\
     {cli::qty(n)}{?becomes/become} \\
     columns: terms are rows of X and W.",
    "i" = "This is said once per session. {.run ?nonneg::documents} tells more."
  ), class = "nonneg_message_documents")
}

tell_user <- function(message, class, env = parent.frame()) {
  message(structure(
    class = c(class, "message", "condition"),
    list(message = paste0(cli::format_message(message, .envir = env), "\n"), call = NULL)
  ))
}

#' Documents from a tidy data frame
#'
#' From a data frame with one row per document and term, as tidytext and
#' `dplyr::count()` make it, to a sparse matrix of terms by documents.
#'
#' Documents and terms are in the order in which they first appear or, for a factor, of its levels. So
#' a factor keeps documents without any term, which are columns of zeros. Rows with the same document
#' and term are added. Numbers, dates and times become names with all their digits.
#'
#' @param data A data frame.
#' @param document,term,count Its columns: names as text, or unquoted. (A variable that holds the name of a
#'   column is one.) Where they are not given and there is no such column, the names that tidytext and others
#'   have for it are taken, if one of them is there: `doc_id` for `document`; `word`, `token` or `feature` for
#'   `term`; `n` for `count`. `count = NULL`: every row counts one.
#' @param ... Must be empty.
#' @return An object of class `"nmf_documents"`, see [documents()].
#' @examples
#' words <- data.frame(
#'   document = c("a", "a", "b", "c"), term = c("sea", "ship", "ship", "tree"), count = c(2, 1, 3, 1)
#' )
#' as.matrix(tidy_documents(words))
#'
#' # As tidytext and dplyr::count() name them
#' counted <- data.frame(book = c("a", "a", "b"), word = c("sea", "ship", "sea"), n = c(2, 1, 3))
#' as.matrix(tidy_documents(counted, document = book))
#' @export
tidy_documents <- function(data, document = "document", term = "term", count = "count", ...) {
  need_arguments(data)
  check_dots_empty(...)
  if (!is.data.frame(data)) {
    abort_input("{.arg data} must be a data frame, not {describe(data)}.")
  }
  env <- parent.frame()
  absent <- c(document = missing(document), term = missing(term), count = missing(count))
  document <- tidy_column(data, substitute(document), "document", env, absent[["document"]])
  term <- tidy_column(data, substitute(term), "term", env, absent[["term"]])
  count <- tidy_column(data, substitute(count), "count", env, absent[["count"]], null_ok = TRUE)
  if (is.null(count)) count <- rep(1, nrow(data))
  if (!is_numeric_column(count)) {
    abort_input("Column {.arg count} of {.arg data} must hold numbers, not {describe(count)}.")
  }
  bad <- which(!is.finite(count) | count < 0)
  if (length(bad)) {
    abort_input(c(
      "Column {.arg count} of {.arg data} must hold finite numbers, none negative.",
      "x" = "{length(bad)} {?does/do} not; row {bad[1]} is {count[bad[1]]}."
    ))
  }
  document <- as_levels(document, "document")
  term <- as_levels(term, "term")
  x <- Matrix::sparseMatrix(
    i = as.integer(term), j = as.integer(document), x = as.double(count),
    dims = c(nlevels(term), nlevels(document)), dimnames = list(levels(term), levels(document)), repr = "C"
  )
  check_has_documents(x, "data")
  new_documents(Matrix::drop0(x))
}

# What tidytext and others call these columns.
tidy_synonyms <- list(document = "doc_id", term = c("word", "token", "feature"), count = "n")

# `expr`: the name of a column, as text, as a variable that holds it, or bare. `default`: was it not given?
tidy_column <- function(data, expr, arg, env, default = FALSE, null_ok = FALSE) {
  given <- tryCatch(list(eval(expr, env)), error = conditionMessage)
  if (null_ok && identical(given, list(NULL))) {
    return(NULL)
  }
  name <- if (is.list(given)) given[[1]]
  is_column <- function(name) is.character(name) && length(name) == 1 && name %in% names(data)
  if (!is_column(name) && is.name(expr) && is_column(as.character(expr))) name <- as.character(expr)
  if (!is_column(name) && default) {
    there <- intersect(tidy_synonyms[[arg]], names(data))
    if (length(there) == 1) name <- there
  }
  if (!is_column(name)) {
    abort_input(c(
      "{.arg {arg}} must be the name of a column of \\
       {.arg data}{if (is.list(given)) paste0(', not ', describe(name))}.",
      "x" = if (!is.list(given)) "What was given has no value, and is none: {given}.",
      "i" = "Its columns are {quote_each(names(data))}.",
      "i" = if (null_ok && default) "Without counts, {.code {arg} = NULL} takes each row for one."
    ))
  }
  data[[name]]
}

# A factor with one level for each value, in their order.
as_levels <- function(column, arg) {
  if (!is.atomic(column) || !is.null(dim(column))) {
    abort_input("Column {.arg {arg}} of {.arg data} must be a vector or factor, not {describe(column)}.")
  }
  bad <- which(is.na(if (is.factor(column)) as.character(column) else column))
  if (length(bad)) {
    abort_input("Column {.arg {arg}} of {.arg data} must not be NA; row {bad[1]} is.")
  }
  if (is.factor(column)) {
    return(factor(column, levels = levels(column), exclude = NA))
  }
  values <- unique(column)
  text <- exact_text(values)
  twice <- anyDuplicated(text)
  if (twice) {
    abort_input(c(
      "Column {.arg {arg}} of {.arg data} must have values that differ as text.",
      "x" = "Several are {quote_each(text[twice])}."
    ))
  }
  factor(match(column, values), levels = seq_along(values), labels = text)
}

# Numbers with all their digits (100000, not 1e+05), times with the parts of a second that there are.
exact_text <- function(x) {
  if (is.double(x) && !is.object(x)) {
    text <- sprintf("%.15g", x)
    ifelse(as.double(text) == x, text, sprintf("%.17g", x))
  } else if (inherits(x, "POSIXct")) {
    format(x, if (all(as.double(x) %% 1 == 0)) "%Y-%m-%d %H:%M:%S" else "%Y-%m-%d %H:%M:%OS6")
  } else {
    as.character(x)
  }
}

# Loads Matrix with this package: sparse matrices such as austen$x can be subset from the start.
#' @importFrom Matrix drop0
#' @export
dim.nmf_documents <- function(x) dim(x$x)

#' @export
dimnames.nmf_documents <- function(x) dimnames(x$x)

#' @export
as.matrix.nmf_documents <- function(x, ...) as.matrix(x$x)

#' @export
`[.nmf_documents` <- function(x, i, j, ..., drop = FALSE) {
  if (!missing(drop) || nargs() != 3) {
    abort_input("Documents are selected by rows (terms) and columns (documents), as in {.code x[i, j]}.")
  }
  if (missing(i)) i <- seq_len(nrow(x$x))
  if (missing(j)) j <- seq_len(ncol(x$x))
  new_documents(x$x[i, j, drop = FALSE], x$weighting)
}

#' @export
print.nmf_documents <- function(x, ...) {
  check_dots_empty(...)
  d <- dim(x)
  nonzero <- sum(x$x@x != 0, na.rm = TRUE)
  empty <- sum(!has_terms(x$x))
  print_line(
    "Documents as columns: ", count_of(d[1], "term"), " x ", count_of(d[2], "document"),
    sprintf(", %s nonzero", format(nonzero, big.mark = big_mark())),
    if (prod(d) > 0) sprintf(" (%s%%)", format(signif(100 * nonzero / prod(d), 2)))
  )
  if (empty) print_line("  ", count_of(empty, "document"), if (empty == 1) " is" else " are", " empty")
  steps <- vapply(x$weighting, describe_weighting, "")
  if (length(steps)) print_line("  weights: ", paste(steps, collapse = ", then "))
  invisible(x)
}
