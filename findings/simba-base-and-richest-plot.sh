#!/usr/bin/env bash
# simba 0.3-5, trudi(): gamma, alpha and beta as effective numbers of species (Jost 2006), where base is that
# of a logarithm that is taken inside; mps(): how much plots differ, among others 1 - max(alpha) / gamma,
# alpha being the number of species of a plot.
#
# Guess: the base does not matter for a number of species; a plot with all species makes max(alpha) equal to
# gamma.
# Seen: with base 2 eight equally frequent species are 20.1, with base 10 2.5: the power of e is taken
# whatever the base. With weights = FALSE mean sums of counts stand where the help has numbers of species, so
# that beta of plots that are alike is 0.2 in place of 1. In mps() the largest alpha is the number of plots of
# the commonest species: 1 - max(alpha) / gamma is 0.75 where one plot has all species, in place of 0, and
# -1.5 for ten plots of the same four.
. "$(dirname "$0")/common.sh"
debian_r r-cran-vegan=2.6-4+dfsg-1
r_packages simba=0.3-5
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(simba))
even <- matrix(5, 4, 8)
for (base in c(exp(1), 2, 10)) {
  seen <- sprintf("%s %.2f", c("gamma", "beta", "alpha"), trudi(even, q = 1, base = base))
  cat(sprintf("4 plots of the same 8 species, base %.2f:", base), seen, "\n")
}
cat("the same, q = 0, weights = FALSE:       ", sprintf("%s %.2f", c("gamma", "beta", "alpha"),
  trudi(even, q = 0, weights = FALSE)), "\n")
told <- function(name, x) {
  gamma <- sum(colSums(x) > 0)
  alpha <- max(rowSums(x > 0))
  cat(sprintf("%-36s williams %5.2f, formula %.2f; harrison.turnover %5.2f, formula %.2f\n", name,
    mps(x, "williams"), 1 - alpha / gamma, mps(x, "harrison.turnover"), (gamma / alpha - 1) / (nrow(x) - 1)))
}
told("one plot has all 8, 3 have one each", rbind(1, diag(8)[1:3, ]))
told("10 plots of the same 4 species", matrix(1, 10, 4))
told("4 plots without a common species", kronecker(diag(4), t(c(1, 1))))
R
cat >"$home/wanted" <<'SEEN'
4 plots of the same 8 species, base 2.72: gamma 8.00 beta 1.00 alpha 8.00 
4 plots of the same 8 species, base 2.00: gamma 20.09 beta 1.00 alpha 20.09 
4 plots of the same 8 species, base 10.00: gamma 2.47 beta 1.00 alpha 2.47 
the same, q = 0, weights = FALSE:        gamma 8.00 beta 0.20 alpha 40.00 
one plot has all 8, 3 have one each  williams  0.75, formula 0.00; harrison.turnover  1.00, formula 0.00
10 plots of the same 4 species       williams -1.50, formula 0.00; harrison.turnover -0.07, formula 0.00
4 plots without a common species     williams  0.88, formula 0.75; harrison.turnover  2.33, formula 1.00
SEEN
expect "$home/seen" "$home/wanted"
