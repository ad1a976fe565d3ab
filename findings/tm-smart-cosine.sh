#!/usr/bin/env bash
# tm 0.7-10 (Debian 12), weightSMART(): weights of words in SMART notation, three letters for the words of a
# document, for how rare a word is in all, and for the length of documents, as in Manning, Raghavan and
# Schuetze (2008).
#
# Guess: with "ltc" or "ntc" each document has a length of 1; with "p" each word has its max(0, log2((N - df)
# / df)).
# Seen: lengths lie between 1.9 and 3.8: the length that is divided by is that before the second letter, so
# that documents with many rare words are longer and count more wherever cosines are taken for products or
# documents are added up. With "p" all words have the same number, that of the rarest: max() takes one maximum
# over all words. It does then not weigh words at all, and a word that is in no document makes all of them 0.
. "$(dirname "$0")/common.sh"
debian_r r-cran-tm=0.7-10-1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(tm))
data(crude)
words <- list(stopwords = TRUE, removePunctuation = TRUE)
counts <- suppressWarnings(DocumentTermMatrix(crude, control = words))
for (spec in c("nnc", "lnc", "ntc", "ltc")) {
  lengths <- sqrt(rowSums(as.matrix(weightSMART(counts, spec))^2))
  cat(sprintf("%s: lengths of documents between %.2f and %.2f\n", spec, min(lengths), max(lengths)))
}
# Three documents: one word in all, one in two, one in one.
few <- matrix(c(1, 1, 1, 1, 1, 0, 1, 0, 0), 3, dimnames = list(Docs = 1:3, Terms = letters[1:3]))
few <- as.DocumentTermMatrix(few, weighting = weightTf)
N <- 3
df <- 3:1
cat("by the formula, words in 3, 2 and 1 of 3 documents:", pmax(0, log2((N - df) / df)), "\n")
cat("weightSMART(\"npn\") of the document with all three:", as.matrix(weightSMART(few, "npn"))[1, ], "\n")
other <- suppressWarnings(as.matrix(weightSMART(few[2:3, ], "npn")))
cat("of the other two, where no document has the third:", other, "\n")
R
cat >"$home/wanted" <<'SEEN'
nnc: lengths of documents between 1.00 and 1.00
lnc: lengths of documents between 1.00 and 1.00
ntc: lengths of documents between 1.90 and 3.75
ltc: lengths of documents between 2.13 and 3.70
by the formula, words in 3, 2 and 1 of 3 documents: 0 0 1 
weightSMART("npn") of the document with all three: 1 1 1 
of the other two, where no document has the third: 0 0 0 0 0 0 
SEEN
expect "$home/seen" "$home/wanted"
