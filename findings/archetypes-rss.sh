#!/usr/bin/env bash
# archetypes 2.2-0.2, rss(): "return residual sum of squares", by which archetypes() stops and bestModel()
# chooses among fits of stepArchetypes().
#
# Guess: a sum of squares, perhaps divided by the number of observations, which no iteration raises; the fit
# chosen has the smallest.
# Seen: the largest singular value of the residuals, divided by the number of observations, so that the same
# data twice have 0.71 of it, and rss(type = "single") gives lengths, not squares. Steps that lower the sum of
# squares may raise it, and then the fit stops: of 20 fits of three archetypes to swiss the one chosen stopped
# after 2 iterations and has a sum of squares of 107, where the best of the others has 94 and three of four
# have less.
. "$(dirname "$0")/common.sh"
r_packages archetypes=2.2-0.2
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(archetypes))
fits_of <- function(x, k) {
  fits <- lapply(1:20, function(seed) {
    set.seed(seed)
    suppressWarnings(archetypes(x, k))
  })
  Filter(function(fit) !is.null(parameters(fit)), fits)
}
for (name in c("swiss", "mtcars")) {
  fits <- fits_of(as.matrix(get(name)), 3)
  squares <- vapply(fits, function(fit) sum(residuals(fit)^2), 0)
  chosen <- which.min(vapply(fits, rss, 0))
  cat(sprintf(
    "%-6s %d fits; chosen: %d iterations, sum of squares %.1f; smallest %.1f; with a smaller one: %d\n",
    name, length(fits), fits[[chosen]]$iters, squares[chosen], min(squares), sum(squares < squares[chosen])
  ))
}
fit <- fits[[chosen]]
r <- residuals(fit)
cat(sprintf("rss() %.4f; sum of squares per car %.4f; largest singular value per car %.4f\n",
  rss(fit), sum(r^2) / nrow(r), svd(r)$d[1] / nrow(r)))
cat(sprintf("Mazda RX4: rss(type = \"single\") %.3f; sum of squares %.3f\n",
  rss(fit, "single")[1], sum(r[1, ]^2)))
R
cat >"$home/wanted" <<'SEEN'
swiss  20 fits; chosen: 2 iterations, sum of squares 106.6; smallest 94.3; with a smaller one: 15
mtcars 19 fits; chosen: 6 iterations, sum of squares 85.7; smallest 79.5; with a smaller one: 15
rss() 0.1530; sum of squares per car 2.6773; largest singular value per car 0.1530
Mazda RX4: rss(type = "single") 1.351; sum of squares 1.826
SEEN
expect "$home/seen" "$home/wanted"
