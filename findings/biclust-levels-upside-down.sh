#!/usr/bin/env bash
# biclust 2.0.3, discretize(): a matrix in levels, "equally spaced intervals from minimum to maximum" or of
# equal size; binarize(): zeros and ones, by its help with the median as threshold if none is given.
#
# Guess: level 1 holds the smallest values, as with cut(); the largest one is in the last level; half of the
# entries are ones.
# Seen: level 1 holds the largest values and the last level the smallest, so that levels fall as expression
# rises. In one of three matrices of random numbers the largest value is in no level but left as it is, 1.74
# among levels of 1 to 10, where the last bound is below it by rounding. The threshold of binarize() lies
# halfway between minimum and maximum: of skewed data, as expression is, 3 percent are ones in place of 50.
. "$(dirname "$0")/common.sh"
r_any colorspace flexclust additivityTests tidyr ggplot2
r_packages biclust=2.0.3
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(biclust))
cat("values 1 to 10 in 5 levels:      ", discretize(matrix(1:10, 2), 5), "\n")
cat("levels of equal size:            ", discretize(matrix(1:10, 2), 5, quant = TRUE), "\n")
cat("cut():                           ", as.integer(cut(1:10, 5)), "\n")
left <- sapply(1:200, function(seed) {
  set.seed(seed)
  x <- discretize(matrix(rnorm(100), 10), 10)
  x[x != round(x)][1]
})
cat(sprintf("of 200 matrices have an entry that is no level: %d, such as %.2f\n", sum(!is.na(left)), na.omit(left)[1]))
set.seed(1)
x <- matrix(rexp(400), 20)
silent <- capture.output(ones <- binarize(x))
cat(sprintf("ones by binarize() %.1f %%, above the median %.1f %%\n", 100 * mean(ones),
  100 * mean(x > median(x))))
R
cat >"$home/wanted" <<'SEEN'
values 1 to 10 in 5 levels:       5 5 4 4 3 3 2 2 1 1 
levels of equal size:             5 5 4 4 3 3 2 2 1 1 
cut():                            1 1 2 2 3 3 4 4 5 5 
of 200 matrices have an entry that is no level: 65, such as 1.74
ones by binarize() 3.0 %, above the median 50.0 %
SEEN
expect "$home/seen" "$home/wanted"
