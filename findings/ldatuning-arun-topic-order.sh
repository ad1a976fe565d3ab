#!/usr/bin/env bash
# ldatuning 1.0.2, FindTopicsNumber(metrics = "Arun2010"): a divergence between two distributions of a topic model, that of the
# singular values of the word probabilities and that of topics over the corpus, which is smallest for the right number of topics.
#
# Guess: the names of topics do not matter, so that the same model with its topics in another order has the same value; nor
# does a corpus in which every document is there twice.
# Seen: singular values come sorted, topics as they are numbered, and neither sums to one. The value of one model
# moves by a tenth and more with the order of its topics, and more than doubles with the documents. For texts
# of five topics the smallest value is at 5, 6, 7 or 8, by that order alone. The paper has both sorted and summing to one.
. "$(dirname "$0")/common.sh"
r_any ggplot2 reshape2 Rmpfr scales slam
r_packages topicmodels=0.2-17 ldatuning=1.0.2
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(topicmodels))
arun <- ldatuning:::Arun2010 # what FindTopicsNumber(metrics = "Arun2010") calls with its fits
set.seed(2)
dirichlet <- function(n, a) prop.table(matrix(rgamma(n * length(a), rep(a, each = n)), n), 1)
words <- dirichlet(5, rep(0.1, 100))
shares <- dirichlet(120, rep(0.3, 5)) %*% words
x <- t(sapply(1:120, function(d) rmultinom(1, round(rlnorm(1, 5, 0.5)), shares[d, ])))
colnames(x) <- paste0("word", 1:100)
x <- slam::as.simple_triplet_matrix(x)
ks <- 4:8
values <- sapply(ks, function(k) {
  fit <- LDA(x, k, control = list(seed = 1))
  replicate(100, {
    by <- sample(k)
    fit@beta <- fit@beta[by, ]
    fit@gamma <- fit@gamma[, by]
    arun(list(fit), x)
  })
})
twice <- sapply(ks, function(k) {
  fit <- LDA(x, k, control = list(seed = 1))
  fit@gamma <- rbind(fit@gamma, fit@gamma)
  arun(list(fit), rbind(x, x))
})
cat("topics              ", sprintf("%6d", ks), "\n")
cat("least of 100 orders ", sprintf("%6.0f", apply(values, 2, min)), "\n")
cat("largest             ", sprintf("%6.0f", apply(values, 2, max)), "\n")
cat("every document twice", sprintf("%6.0f", twice), "\n")
chosen <- ks[apply(values, 1, which.min)]
cat("number of topics with the least value, in 100 orders:\n")
print(table(chosen))
R
cat >"$home/wanted" <<'SEEN'
topics                    4      5      6      7      8 
least of 100 orders     133    122    119    116    113 
largest                 139    125    135    138    140 
every document twice    325    302    303    311    298 
number of topics with the least value, in 100 orders:
chosen
 5  6  7  8 
36 14 17 33 
SEEN
expect "$home/seen" "$home/wanted"
