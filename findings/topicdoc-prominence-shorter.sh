#!/usr/bin/env bash
# topicdoc 0.1.1, doc_prominence(method = "largest_gamma"): for each topic the number of documents in which it is the largest; by its
# help the vector has one number per topic.
#
# Guess: 0 for a topic that is the largest nowhere.
# Seen: such topics are left out and there are no names, so that all numbers behind belong to other topics than their place
# says: of ten topics with 1 0 1 1 1 1 2 1 1 1 documents it makes nine numbers. The topics that a table of diagnostics is
# to find are those that are missing from it. The other method, by threshold, has all.
. "$(dirname "$0")/common.sh"
r_packages topicmodels=0.2-17 topicdoc=0.1.1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(topicmodels))
data(AssociatedPress, package = "topicmodels")
for (documents in c(30, 10, 6)) {
  x <- AssociatedPress[seq_len(documents), ]
  fit <- LDA(x, k = 10, control = list(seed = 1))
  cat(documents, "documents: of topics 1 to 10", tabulate(topics(fit), 10), "; doc_prominence",
    topicdoc::doc_prominence(fit, method = "largest_gamma"), "\n")
}
R
cat >"$home/wanted" <<'SEEN'
30 documents: of topics 1 to 10 3 5 2 7 2 1 1 3 3 3 ; doc_prominence 3 5 2 7 2 1 1 3 3 3 
10 documents: of topics 1 to 10 1 0 1 1 1 1 2 1 1 1 ; doc_prominence 1 1 1 1 1 2 1 1 1 
6 documents: of topics 1 to 10 1 0 0 0 1 1 1 0 1 1 ; doc_prominence 1 1 1 1 1 1 
SEEN
expect "$home/seen" "$home/wanted"
