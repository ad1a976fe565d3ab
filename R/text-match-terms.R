# New documents against the terms of a fit (or of weights). Terms that the fit does not
# know are left out, and terms that the documents do not have are 0; the user is told
# what was left out, and which documents have nothing left.

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
    warn_unseen(data$x, data$x, character(), arg)
    return(data)
  }
  if (identical(have, terms)) {
    warn_unseen(data$x, data$x, character(), arg)
    return(data)
  }
  check_not_turned(data$dimnames, terms, arg, documents = TRUE)
  check_distinct(have, terms, arg)
  old <- as_sparse(data$x)
  # Row k of the old matrix is row place[k] of the new one, or left out: renumber the entries.
  place <- match(have, terms)
  row <- place[old@i + 1L]
  kept <- !is.na(row)
  new <- Matrix::sparseMatrix(
    i = row[kept], j = rep(seq_len(ncol(old)), diff(old@p))[kept], x = old@x[kept],
    dims = c(length(terms), ncol(old)), dimnames = list(terms, colnames(old)), repr = "C"
  )
  warn_unseen(old, new, have[is.na(place)], arg)
  restored(data, new, arg)
}

# Features in the columns and none in the rows are data the wrong way round.
check_not_turned <- function(names, features, arg, documents = FALSE) {
  if (is.null(features) || any(names[[1]] %in% features) || !any(names[[2]] %in% features)) {
    return(invisible())
  }
  what <- if (documents) "terms" else "features"
  rows <- if (length(names[[1]])) paste("Its rows are such as",
    quote_each(utils::head(names[[1]], 3))) else "Its rows have no names"
  rows <- gsub("}", "}}", gsub("{", "{{", rows, fixed = TRUE), fixed = TRUE)
  abort_input(c(
    "{.arg {arg}} must have {what} in its rows, but has those of the fit in its columns.",
    "x" = paste0(
      rows, ", its columns such as {quote_each(utils::head(intersect(names[[2]], features), 3))}."
    ),
    "i" = if (documents) {
      "Is it turned? {.arg in_rows} of {.fn documents} tells where the documents of a matrix are."
    } else {
      "Is it turned? {.code t({arg})}."
    }
  ))
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

# `new` is what is left of `old` without the terms `unseen`.
warn_unseen <- function(old, new, unseen, arg) {
  filled <- has_terms(new)
  if (!length(unseen) && all(filled)) {
    return(invisible())
  }
  before <- has_terms(old)
  lost <- which(before & !filled)
  empty <- which(!before)
  total <- sum(old, na.rm = TRUE)
  part <- if (total > 0) 1 - sum(new, na.rm = TRUE) / total else 0
  message <- c(
    if (length(unseen)) {
      "{length(unseen)} of {nrow(old)} term{?s} of {.arg {arg}} {cli::qty(length(unseen))}{?is/are} \\
       unknown to the fit and left out, such as {quote_each(utils::head(unseen, 3))}."
    },
    if (length(unseen)) c("i" = "They hold {format(signif(100 * part, 2))}% of the sum of all entries."),
    if (length(lost)) {
      c("x" = "{length(lost)} document{?s} {?has/have} no known term: {list_columns(new, lost)}.")
    },
    if (length(empty)) {
      c("x" = "{length(empty)} document{?s} of {.arg {arg}} {cli::qty(length(empty))}{?is/are} empty: \\
               {list_columns(new, empty)}.")
    }
  )
  names(message)[1] <- ""
  warn_user(message, class = "nonneg_warning_terms")
}

# Which columns have an entry that is not zero? One that is missing may be.
has_terms <- function(x) {
  if (is.matrix(x)) {
    return(colSums(is.na(x) | x > 0) > 0)
  }
  entry <- is.na(x@x) | x@x > 0
  tabulate(rep(seq_len(ncol(x)), diff(x@p))[entry], ncol(x)) > 0
}

# The names of some columns, or their numbers.
list_columns <- function(x, columns, most = 10) {
  shown <- utils::head(columns, most)
  names <- colnames(x)[shown]
  names <- if (is.null(names)) paste("number", paste(shown, collapse = ", ")) else quote_each(names)
  paste0(names, if (length(columns) > most) sprintf(" and %d more", length(columns) - most))
}
