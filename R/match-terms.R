# New documents against the terms of a fit (or of weights). Terms that the fit does not
# know are left out, and terms that the documents do not have are 0; the
# user is told what was left out.

# `data` as nmf_data() gives it; returns it with the rows `terms`, scanned again.
match_documents <- function(data, terms, n_terms = length(terms), arg = "newdata") {
  have <- rownames(data$x)
  if (is.null(have) || is.null(terms)) {
    if (nrow(data$x) != n_terms) {
      abort_input(c(
        "{.arg {arg}} must have {n_terms} terms, those of the fit, not {nrow(data$x)}.",
        "i" = "Terms with names on both sides would be matched by name."
      ))
    }
    return(data)
  }
  if (identical(have, terms)) {
    return(data)
  }
  check_distinct(have, terms, arg)
  place <- match(terms, have)
  known <- which(!is.na(place))
  if (!length(known)) {
    abort_input(c(
      "{.arg {arg}} has no term of the fit.",
      "x" = "Its terms are such as {quote_each(utils::head(have, 3))}; those of the fit \\
             are such as {quote_each(utils::head(terms, 3))}."
    ))
  }
  old <- sparse_counts(data$x)
  # Row k of the new matrix is row place[k] of the old one, or zero: renumber the entries.
  row <- match(have, terms)[old@i + 1L]
  kept <- !is.na(row)
  new <- Matrix::sparseMatrix(
    i = row[kept], j = rep(seq_len(ncol(old)), diff(old@p))[kept], x = old@x[kept],
    dims = c(length(terms), ncol(old)), dimnames = list(terms, colnames(old)), repr = "C"
  )
  warn_unseen(have, terms, old, new, kept, arg)
  matched <- scanned_data(new, data$class, arg)
  matched$documents <- TRUE
  matched
}

check_distinct <- function(have, terms, arg) {
  twice <- anyDuplicated(have)
  if (twice || anyDuplicated(terms)) {
    abort_input(c(
      "Terms are matched by name, so none may be there twice.",
      "x" = if (twice) "{.arg {arg}} has {quote_each(have[twice])} again." else "The fit has such terms."
    ))
  }
}

warn_unseen <- function(have, terms, old, new, kept, arg) {
  unseen <- setdiff(have, terms)
  if (!length(unseen)) {
    return(invisible())
  }
  before <- diff(old@p) > 0
  emptied <- which(before & diff(new@p) == 0)
  names <- colnames(new)
  names <- if (is.null(names)) paste("number", emptied) else names[emptied]
  total <- sum(old@x)
  part <- if (total > 0) sum(old@x[!kept]) / total else 0
  warn_user(c(
    "{length(unseen)} of {length(have)} term{?s} of {.arg {arg}} {cli::qty(length(unseen))}{?is/are} unknown to \\
     the fit and left out, such as {quote_each(utils::head(unseen, 3))}.",
    "i" = "They hold {format(signif(100 * part, 2))}% of the sum of all entries.",
    "x" = if (length(emptied)) {
      "{length(emptied)} document{?s} {?has/have} no known term, so that {?its/their} coefficients are 0: \\
       {quote_each(utils::head(names, 3))}{if (length(emptied) > 3) ', ...'}."
    }
  ), class = "nonneg_warning_terms")
}
