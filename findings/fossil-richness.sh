#!/usr/bin/env bash
# fossil 0.4.0, ACE(), chao.sd() and bootstrap(): how many species there are, from counts of those that were
# seen, and how certain that is.
#
# Guess: the values of the formulas of Chao et al. (1993), Chao (1987) and Smith and van Belle (1984). Species
# that were not seen, or in which row of the table a species is, do not matter.
# Seen: ACE leaves out how uneven the rare species are: where i (i - 1) is to be summed over their counts, i
# is, and what comes of that is nearly always cut off at 0 (8.2 in place of 11.2 species). chao.sd() takes the
# sum of the species with count 2 for their number, so that the standard error is about half of what it should
# be. bootstrap() takes the first rows of the table for the species that were seen: of the same counts it
# makes 8.2, 10.9 or 12.7 species.
. "$(dirname "$0")/common.sh"
r_packages fossil=0.4.0
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(fossil))
ace <- function(x) {
  rare <- x[x > 0 & x <= 10]
  cover <- 1 - sum(rare == 1) / sum(rare)
  uneven <- length(rare) / cover * sum(rare * (rare - 1)) / (sum(rare) * (sum(rare) - 1)) - 1
  sum(x > 10) + length(rare) / cover + sum(rare == 1) / cover * max(uneven, 0)
}
chao <- function(x) {
  r <- sum(x == 1) / sum(x == 2)
  sqrt(sum(x == 2) * (r^4 / 4 + r^3 + r^2 / 2))
}
smith <- function(x, n) sum(x > 0) + sum((1 - x[x > 0] / n)^n)
of_the_help <- c(0, 5, 1, 1, 2, 0, 0, 1, 0, 0, 8, 45)
data(fdata.mat)
tables <- list(`of the help` = of_the_help, fdata.mat = rowSums(fdata.mat))
for (name in names(tables)) {
  x <- tables[[name]]
  cat(sprintf("%-11s ACE: formula %5.2f, fossil %5.2f; error of Chao: formula %5.2f, fossil %5.2f\n",
    name, ace(x), ACE(x), chao(x), chao.sd(x)))
}
orders <- list(`as they are` = identity, `0 first` = sort, `0 last` = function(x) sort(x, decreasing = TRUE))
for (name in names(orders)) {
  x <- orders[[name]](of_the_help)
  cat(sprintf("bootstrap of 45 samples, rows %-11s formula %5.2f, fossil %5.2f\n",
    name, smith(x, 45), bootstrap(x, samples = 45)))
}
R
cat >"$home/wanted" <<'SEEN'
of the help ACE: formula 11.21, fossil  8.20; error of Chao: formula  7.19, fossil  3.40
fdata.mat   ACE: formula 12.55, fossil 12.21; error of Chao: formula  0.73, fossil  0.44
bootstrap of 45 samples, rows as they are formula  8.23, fossil 10.86
bootstrap of 45 samples, rows 0 first     formula  8.23, fossil 12.73
bootstrap of 45 samples, rows 0 last      formula  8.23, fossil  8.23
SEEN
expect "$home/seen" "$home/wanted"
