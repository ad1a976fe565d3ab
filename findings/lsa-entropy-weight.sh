#!/usr/bin/env bash
# lsa 0.73.4, gw_entropy(): a weight for each word, as in Dumais (1992), by how evenly it is spread over the
# texts. Its help says "one plus entropy".
#
# Guess: that of Dumais: 1 for a word that is in one text only, 0 for one that is in all alike and so tells
# nothing; entropy() there is negative, or at most 0.
# Seen: entropy() is positive, so that it is the other way round: 1 for a word of one text, 2 for one that is
# in all alike. Weighted so, words that tell nothing count twice as much as those that tell most. Two texts
# about different things become more alike (0.86; without any weight 0.78, with the right one 0.00). gw_idf()
# has the right direction.
. "$(dirname "$0")/common.sh"
r_packages lsa=0.73.4
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(lsa))
x <- rbind(the = c(9, 8, 9, 10), and = c(5, 6, 6, 5), cat = c(3, 2, 0, 0), mouse = c(2, 3, 0, 0),
  moon = c(0, 0, 3, 2), star = c(0, 0, 0, 4))
colnames(x) <- c("pets", "zoo", "sky", "night")
p <- x / rowSums(x)
dumais <- 1 + rowSums(ifelse(p > 0, p * log(p), 0)) / log(ncol(x))
for (word in rownames(x)) {
  cat(sprintf("%-6s in %s texts of 4: Dumais %.2f, gw_entropy() %.2f, gw_idf() %.2f\n",
    word, sum(x[word, ] > 0), dumais[[word]], gw_entropy(x)[[word]], gw_idf(x)[[word]]))
}
weights <- list(none = 1, Dumais = dumais, `gw_entropy()` = gw_entropy(x), `gw_idf()` = gw_idf(x))
for (name in names(weights)) {
  cat(sprintf("cosine of pets and sky, log times %-13s %.2f\n",
    name, cosine((lw_logtf(x) * weights[[name]])[, "pets"], (lw_logtf(x) * weights[[name]])[, "sky"])))
}
R
cat >"$home/wanted" <<'SEEN'
the    in 4 texts of 4: Dumais 0.00, gw_entropy() 2.00, gw_idf() 1.00
and    in 4 texts of 4: Dumais 0.00, gw_entropy() 2.00, gw_idf() 1.00
cat    in 2 texts of 4: Dumais 0.51, gw_entropy() 1.49, gw_idf() 2.00
mouse  in 2 texts of 4: Dumais 0.51, gw_entropy() 1.49, gw_idf() 2.00
moon   in 2 texts of 4: Dumais 0.51, gw_entropy() 1.49, gw_idf() 2.00
star   in 1 texts of 4: Dumais 1.00, gw_entropy() 1.00, gw_idf() 3.00
cosine of pets and sky, log times none          0.78
cosine of pets and sky, log times Dumais        0.00
cosine of pets and sky, log times gw_entropy()  0.86
cosine of pets and sky, log times gw_idf()      0.47
SEEN
expect "$home/seen" "$home/wanted"
