#!/usr/bin/env bash
# fastTopics 0.7-38, predict(): how much of each topic is in new documents, by its help a projection "onto a
# previously estimated set of factors fit$F". Here the topics of the model are the true ones, three of 60
# words.
#
# Guess: the most likely parts with these topics, for each document the same alone and in company of others.
# Seen: the topics are fitted again, to the new documents. Of three documents each becomes a topic of its
# own, 1, 0 and 0, where .88, .08 and .03 are in it; with ten the first one still is. The model's likelihood
# falls with it; with 80 the parts are nearly right. update.factors = NULL, an argument of fit_poisson_nmf()
# that predict() hands on, keeps the topics. One new document alone is an error.
. "$(dirname "$0")/common.sh"
r_packages fastTopics=0.7-38
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(fastTopics))
set.seed(1)
topics <- matrix(rexp(180)^2, 60, dimnames = list(paste0("word", 1:60), paste0("topic", 1:3)))
topics <- t(t(topics) / colSums(topics))
parts <- matrix(rgamma(240, 0.3), 80, dimnames = list(paste0("text", 1:80), colnames(topics)))
parts <- parts / rowSums(parts)
x <- matrix(rpois(4800, 300 * parts %*% t(topics)) + 0, 80)
dimnames(x) <- list(rownames(parts), rownames(topics))
model <- poisson2multinom(init_poisson_nmf(x, F = topics, L = parts * rowSums(x)))
likelihood <- function(part) sapply(1:3, function(i) sum(x[i, ] * log(topics %*% part[i, ])))
tell <- function(title, part) {
  cat(title, sprintf("%.2f", t(part[1:3, ])), sprintf("; log-likelihood %.0f", sum(likelihood(part))), "\n")
}
tell("truth:           ", parts)
# With these topics, by the EM algorithm.
best <- matrix(1 / 3, 3, 3)
for (k in 1:2000) best <- best * ((x[1:3, ] / (best %*% t(topics))) %*% topics) / rowSums(x[1:3, ])
tell("most likely:     ", best)
for (n in c(3, 10, 80)) {
  tell(sprintf("predict() of %2d:  ", n), predict(model, x[1:n, ], numiter = 100, verbose = "none"))
}
part <- predict(model, x[1:3, ], numiter = 100, verbose = "none", update.factors = NULL)
tell("update.factors:  ", part)
one <- tryCatch(predict(model, x[1, , drop = FALSE], verbose = "none"), error = conditionMessage)
cat("predict() of one: ", one, "\n")
R
cat >"$home/wanted" <<'SEEN'
truth:            0.90 0.08 0.01 0.09 0.72 0.19 0.10 0.46 0.45 ; log-likelihood -3211 
most likely:      0.88 0.08 0.03 0.12 0.70 0.18 0.08 0.47 0.44 ; log-likelihood -3209 
predict() of  3:   1.00 0.00 0.00 0.00 1.00 0.00 0.00 0.00 1.00 ; log-likelihood -3806 
predict() of 10:   1.00 0.00 0.00 0.14 0.70 0.17 0.10 0.46 0.44 ; log-likelihood -3228 
predict() of 80:   0.88 0.09 0.03 0.12 0.69 0.18 0.09 0.47 0.45 ; log-likelihood -3209 
update.factors:   0.88 0.08 0.03 0.12 0.70 0.18 0.08 0.47 0.44 ; log-likelihood -3209 
predict() of one:  Input matrix "X" should have at least 2 rows and 2 columns 
SEEN
expect "$home/seen" "$home/wanted"
