#!/usr/bin/env bash
# philentropy 0.10.0, lin.cor(): "Pearson's correlation coefficient", its square, Kendall's and Spearman's, of
# two vectors or of the columns of a matrix.
#
# Guess: what cor() gives.
# Seen: by "pearson" the chi-square distance of Pearson, which has the same name among the distances of the
# package, so that two equal vectors have 0 and others any number; for negative data it is negative.
# "sq_pearson" is NaN, and "spearman" and "kendall" are 0 for all. Nothing is said. A matrix always ends in an
# error about the length of a condition.
. "$(dirname "$0")/common.sh"
r_packages philentropy=0.10.0
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
library(philentropy)
shown <- function(call) tryCatch(format(round(unname(call), 3)), error = function(e) "error")
x <- c(1, 2, 3, 4, 6)
others <- list(itself = x, doubled = 2 * x, `other way round` = rev(x), `minus itself` = -x)
for (name in names(others)) {
  y <- others[[name]]
  cat(sprintf("with %-16s cor() %6.3f, lin.cor() %s\n", name, cor(x, y), shown(lin.cor(x, y))))
}
for (method in c("sq_pearson", "spearman", "kendall")) {
  wanted <- if (method == "sq_pearson") cor(x, rev(x))^2 else cor(x, rev(x), method = method)
  cat(sprintf("%-10s with the other way round: R %6.3f, lin.cor() %s\n", method, wanted,
    shown(lin.cor(x, rev(x), method = method))))
}
cat("a matrix:", shown(lin.cor(cbind(x, rev(x)))), "\n")
R
cat >"$home/wanted" <<'SEEN'
with itself           cor()  1.000, lin.cor() 0
with doubled          cor()  1.000, lin.cor() 8
with other way round  cor() -0.959, lin.cor() 32.167
with minus itself     cor() -1.000, lin.cor() -64
sq_pearson with the other way round: R  0.921, lin.cor() NaN
spearman   with the other way round: R -1.000, lin.cor() 0
kendall    with the other way round: R -1.000, lin.cor() 0
a matrix: error 
SEEN
expect "$home/seen" "$home/wanted"
