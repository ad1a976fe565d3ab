#!/usr/bin/env bash
# lsa 0.73.4, associate(measure = ), words that are used like a given one by cosine, Pearson's or Spearman's
# correlation, and textmatrix(removeNumbers = TRUE), which leaves out words that are only digits.
#
# Guess: for each measure the words above the threshold; without numbers the same matrix without their rows.
# Seen: by both correlations nothing is ever close, NULL, even a word whose counts are twice those of the
# other: the names are lost on the way, and the step that takes the word itself out then takes all. A
# collection in which one text has no number ends in an error about numbers of rows: of that text all words
# are taken out.
. "$(dirname "$0")/common.sh"
r_packages lsa=0.73.4
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(lsa))
set.seed(1)
x <- matrix(rpois(60, 2), 6, dimnames = list(letters[1:6], paste0("text", 1:10)))
x["b", ] <- 2 * x["a", ]
for (measure in c("cosine", "pearson", "spearman")) {
  found <- associate(x, "a", measure, threshold = 0.6)
  told <- if (is.null(found)) "NULL" else toString(sprintf("%s %.2f", names(found), found))
  cat(sprintf("%-9s %s\n", measure, told))
}
cat(sprintf("correlation of a and b: %.2f\n", cor(x["a", ], x["b", ])))
texts <- function(...) {
  folder <- tempfile()
  dir.create(folder)
  for (text in c(...)) writeLines(text, file.path(folder, paste0("text", length(dir(folder)) + 1)))
  folder
}
read <- function(folder) {
  tryCatch(toString(sort(rownames(textmatrix(folder, removeNumbers = TRUE)))), error = function(e) "error")
}
cat("numbers in both:", read(texts("12 dogs and 7 cats", "in 1999 dogs")), "\n")
cat("numbers in one: ", suppressWarnings(read(texts("12 dogs and 7 cats", "dogs at last"))), "\n")
R
cat >"$home/wanted" <<'SEEN'
cosine    b 1.00, c 0.84, d 0.71, f 0.71, e 0.71
pearson   NULL
spearman  NULL
correlation of a and b: 1.00
numbers in both: and, cats, dogs, in 
numbers in one:  error 
SEEN
expect "$home/seen" "$home/wanted"
