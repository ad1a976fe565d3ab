#!/usr/bin/env bash
# vegetarian 1.2, Rel.homog(wts = ): how alike communities of unequal weight are, by its help "between zero
# (all communities distinct) and one (all communities identical)"; H(HCDT = TRUE): HCDT entropies of other
# orders than 0, 1 and 2.
#
# Guess: 0 for communities without a common species, whatever the weights; (sum(p^q) - 1) / (1 - q) for the
# entropy.
# Seen: below zero, -0.8 for weights of 0.9 and 0.1, and -3.7 for 0.97, 0.02 and 0.01: the weights are in the
# largest diversity there can be and not in the diversity that is compared with it, which takes all as equal.
# Two that have half of their species in common are at -0.06 in place of 0.46. HCDT entropies end in an error
# for each order that the help allows: the branch stands in one for HCDT = FALSE.
. "$(dirname "$0")/common.sh"
r_packages vegetarian=1.2
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(vegetarian))
# Equation 22 of Jost (2007): (1/Dbeta - 1/Dw) / (1 - 1/Dw).
formula <- function(x, w) {
  p <- x / rowSums(x)
  entropy <- function(p) -sum(p[p > 0] * log(p[p > 0]))
  beta <- exp(entropy(colSums(w * p)) - sum(w * apply(p, 1, entropy)))
  (1 / beta - 1 / exp(entropy(w))) / (1 - 1 / exp(entropy(w)))
}
told <- function(name, x, w) {
  cat(sprintf("%-38s formula %5.2f, Rel.homog %5.2f\n", name, formula(x, w), Rel.homog(x, wts = w)))
}
apart <- kronecker(diag(3), t(c(5, 3, 2)))
told("nothing in common, equal weights", apart[1:2, ], c(0.5, 0.5))
told("nothing in common, 0.9 and 0.1", apart[1:2, ], c(0.9, 0.1))
told("nothing in common, 0.97, 0.02, 0.01", apart, c(0.97, 0.02, 0.01))
told("half in common, 0.9 and 0.1", rbind(c(5, 5, 0), c(0, 5, 5)), c(0.9, 0.1))
hcdt <- tryCatch(H(c(5, 3, 2), q = 1.5, HCDT = TRUE), error = function(e) conditionMessage(e))
cat("HCDT, q = 1.5:", hcdt, "\n")
R
cat >"$home/wanted" <<'SEEN'
nothing in common, equal weights       formula  0.00, Rel.homog  0.00
nothing in common, 0.9 and 0.1         formula  0.00, Rel.homog -0.80
nothing in common, 0.97, 0.02, 0.01    formula  0.00, Rel.homog -3.68
half in common, 0.9 and 0.1            formula  0.46, Rel.homog -0.06
HCDT, q = 1.5: object 'H.VALUE' not found 
SEEN
expect "$home/seen" "$home/wanted"
