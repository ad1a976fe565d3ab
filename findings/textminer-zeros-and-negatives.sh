#!/usr/bin/env bash
# textmineR 3.0.6, CalcLikelihood() of topics with zeros, as sparse models have them, and SummarizeTopics() of
# a model whose document weights are negative in places, as those of latent semantic analysis: by its help "a
# constant is added so that the least prevalent topic has a prevalence of 0".
#
# Guess: a word that a document does not have and cannot have counts as 0 log 0 = 0, and the likelihood is
# that of the multinomial distribution; prevalences of 0 and above that sum to 100.
# Seen: one zero among the probabilities of a document makes the likelihood NaN, also where the word does not
# appear. The constant is added with the wrong sign, so that what is negative gets more so: 257, -171 and 14
# percent in place of 70, 0 and 30, and a topic is in the wrong place of the order.
. "$(dirname "$0")/common.sh"
r_packages textmineR=3.0.6
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(textmineR))
phi <- rbind(t1 = c(a = 0.5, b = 0.5, c = 0), t2 = c(a = 0.5, b = 0.25, c = 0.25))
theta <- rbind(d1 = c(t1 = 1, t2 = 0), d2 = c(t1 = 0, t2 = 1))
counts <- rbind(d1 = c(a = 2, b = 1, c = 0), d2 = c(a = 1, b = 1, c = 2))
multinomial <- sum(vapply(1:2, function(i) dmultinom(counts[i, ], prob = theta[i, ] %*% phi, log = TRUE), 0))
cat(sprintf("log likelihood: multinomial %.3f, CalcLikelihood() %.3f\n", multinomial,
  CalcLikelihood(as(counts, "CsparseMatrix"), phi, theta)))
theta <- cbind(t_1 = c(0.5, 0.4, 0.3), t_2 = c(-0.3, 0.1, -0.1), t_3 = c(0.1, -0.05, 0.3))
data <- nih_sample_dtm[1:3, ]
rownames(theta) <- rownames(data)
model <- lapply(nih_sample_topic_model[c("phi", "gamma")], function(x) x[1:3, ])
model <- c(model, list(theta = theta, data = data, coherence = rep(0.1, 3)))
rownames(model$phi) <- colnames(theta)
sums <- colSums(theta) - min(colSums(theta))
cat("prevalence by the help:       ", sprintf("%.2f", 100 * sums / sum(sums)), "\n")
found <- suppressMessages(SummarizeTopics(model))$prevalence
cat("prevalence, SummarizeTopics():", sprintf("%.2f", found), "\n")
R
cat >"$home/wanted" <<'SEEN'
log likelihood: multinomial -3.348, CalcLikelihood() NaN
prevalence by the help:        69.77 0.00 30.23 
prevalence, SummarizeTopics(): 257.14 -171.43 14.29 
SEEN
expect "$home/seen" "$home/wanted"
