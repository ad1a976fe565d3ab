# Builds data/austen.rda: how often each word occurs in each chapter of the six
# novels that Jane Austen completed. The novels are in the public domain; their
# texts (from Project Gutenberg) come from the R package janeaustenr
# (MIT + file LICENSE).
#
# Run from the root of the package:  Rscript data-raw/austen.R
# Needs: the packages janeaustenr (CRAN) and Matrix.

novels <- list(
  # object in janeaustenr, title, chapters that the printed novel has
  list("sensesensibility", "Sense and Sensibility", 50L),
  list("prideprejudice", "Pride and Prejudice", 61L),
  list("mansfieldpark", "Mansfield Park", 48L),
  list("emma", "Emma", 55L),
  list("northangerabbey", "Northanger Abbey", 31L),
  list("persuasion", "Persuasion", 24L)
)
titles <- vapply(novels, `[[`, "", 2L)
shorts <- c("Sense", "Pride", "Mansfield", "Emma", "Northanger", "Persuasion")

# One string per chapter. Headings, title pages and what follows the closing
# "The End" or "Finis" (an editor's note in one text) are left out.
chapters_of <- function(lines) {
  end <- grep("^\\s*(the end|finis)\\s*$", lines, ignore.case = TRUE)
  if (length(end)) lines <- lines[seq_len(end[1L] - 1L)]
  lines <- lines[!grepl("^VOLUME [IVX]+$", lines)]
  heading <- grepl("^\\s*chapter ([0-9]+|[ivxl]+)\\s*$", lines, ignore.case = TRUE)
  number <- cumsum(heading)
  keep <- number > 0L & !heading
  vapply(split(lines[keep], number[keep]), paste, "", collapse = " ")
}

# Lower case; letters with inner apostrophes; the possessive 's goes; from three
# letters on.
words_of <- function(text) {
  words <- unlist(regmatches(
    tolower(text), gregexpr("[a-z]+('[a-z]+)*", tolower(text))
  ))
  words <- sub("'s$", "", words)
  words[nchar(words) >= 3L]
}

source_texts <- new.env()
utils::data(list = vapply(novels, `[[`, "", 1L), package = "janeaustenr", envir = source_texts)

words <- list()
book <- integer()
for (i in seq_along(novels)) {
  chapters <- chapters_of(source_texts[[novels[[i]][[1L]]]])
  stopifnot(length(chapters) == novels[[i]][[3L]])
  words <- c(words, lapply(unname(chapters), words_of))
  book <- c(book, rep(i, length(chapters)))
}
number <- stats::ave(book, book, FUN = seq_along)
name <- sprintf("%s %02d", shorts[book], as.integer(number))

document <- rep(seq_along(words), lengths(words))
vocabulary <- sort(unique(unlist(words)), method = "radix")
counts <- Matrix::sparseMatrix(
  i = match(unlist(words), vocabulary), j = document, x = 1,
  dims = c(length(vocabulary), length(words)), dimnames = list(vocabulary, name)
)

# Keep words of at least 5 chapters and at most half of them: this drops rare
# words and the common ones ("the", "she", "very") without a list of stop words.
in_chapters <- Matrix::rowSums(counts > 0)
counts <- counts[in_chapters >= 5 & in_chapters <= length(words) / 2, ]

austen <- list(
  x = methods::as(counts, "CsparseMatrix"),
  class = factor(stats::setNames(titles[book], name), levels = titles),
  chapters = data.frame(
    book = factor(titles[book], levels = titles),
    chapter = as.integer(number),
    words = lengths(words)
  )
)
stopifnot(inherits(austen$x, "dgCMatrix"), methods::validObject(austen$x, test = TRUE))

save(austen, file = "data/austen.rda", compress = "xz", version = 3)
message(
  "data/austen.rda: ", file.size("data/austen.rda"), " bytes; ",
  paste(dim(austen$x), collapse = " x "), ", ", length(austen$x@x), " nonzeros"
)
