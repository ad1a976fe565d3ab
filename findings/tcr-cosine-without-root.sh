#!/usr/bin/env bash
# tcR 2.3.2 (Debian 12), cosine.similarity(): how alike two repertoires of receptors are, by the frequencies
# of clones in both; by its help a * b / (||a|| * ||b||). tversky.index() "gives the Jaccard index" by
# default.
#
# Guess: a cosine: 1 for a repertoire with itself, 0 for two without a common clone, never above 1; the two
# indices agree.
# Seen: a repertoire of ten equal clones has 10 with itself, one of a thousand has 1000: the product is
# divided by squared lengths. The more even a repertoire is, the "more alike" it is to anything, so that two
# that share half of their clones are more alike (500) than a repertoire in which one clone dominates is to
# itself (2). The default of Tversky's index is that of Dice, 0.50 where Jaccard has 0.33.
. "$(dirname "$0")/common.sh"
debian_r r-cran-tcr=2.3.2+ds-1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(tcR))
cosine <- function(a, b) sum(a * b) / sqrt(sum(a^2) * sum(b^2))
told <- function(name, a, b) {
  seen <- cosine.similarity(a, b, .do.norm = FALSE)
  cat(sprintf("%-34s formula %.2f, tcR %.2f\n", name, cosine(a, b), seen))
}
even <- function(n, from = 1, of = n) replace(numeric(of), from - 1 + 1:n, 1 / n)
told("10 equal clones, with itself", even(10), even(10))
told("1000 equal clones, with itself", even(1000), even(1000))
told("1000 each, of which 500 are shared", even(1000, 1, 1500), even(1000, 501, 1500))
told("one clone of 0.7, with itself", c(0.7, rep(0.01, 30)), c(0.7, rep(0.01, 30)))
cat(sprintf("half of the clones shared: Tversky %.2f, Jaccard %.2f\n", tversky.index(1:10, 6:15),
  jaccard.index(1:10, 6:15)))
R
cat >"$home/wanted" <<'SEEN'
10 equal clones, with itself       formula 1.00, tcR 10.00
1000 equal clones, with itself     formula 1.00, tcR 1000.00
1000 each, of which 500 are shared formula 0.50, tcR 500.00
one clone of 0.7, with itself      formula 1.00, tcR 2.03
half of the clones shared: Tversky 0.50, Jaccard 0.33
SEEN
expect "$home/seen" "$home/wanted"
