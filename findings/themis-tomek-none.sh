#!/usr/bin/env bash
# themis 1.0.0 (Debian 12), tomek(): rows that form Tomek links, pairs of nearest neighbours of two classes,
# are taken out of a table; bsmote(all_neighbors = ), new rows of the rarer class near the border, between
# neighbours of its own class or between any.
#
# Guess: a table without such pairs stays as it is; the two kinds of new rows differ.
# Seen: a table without such pairs comes back without rows: nothing is subtracted from no index, which in R is
# to take none. The better two classes are apart, the surer all data are gone. step_tomek() of a recipe keeps
# them. bsmote() gives the same rows with all_neighbors = TRUE as with FALSE, since it does not hand it on;
# step_bsmote() does.
. "$(dirname "$0")/common.sh"
debian_r r-cran-themis=1.0.0-1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages({
  library(themis)
  library(recipes)
})
by_step <- function(step) bake(prep(step), NULL)
told <- function(name, x) {
  kept <- by_step(step_tomek(recipe(class ~ ., x), class))
  cat(sprintf("%-12s rows %3d, after tomek() %3d, after step_tomek() %3d\n", name, nrow(x),
    nrow(tomek(x, "class")), nrow(kept)))
}
# Pairs of points, each of one class; then one of the first class moves to a lonely one of the second.
x <- data.frame(x = c(1, 1.1, 3, 3.2, 11, 11.1, 13, 13.2, 20), y = 0)
x$class <- factor(rep(c("a", "b"), c(4, 5)))
told("classes apart", x)
x$x[4] <- 19.9
told("one link", x)
told("iris, two", setNames(droplevels(iris[1:100, 3:5]), c("x", "y", "class")))
set.seed(1)
x <- data.frame(x = rnorm(100) + rep(0:1, c(80, 20)), y = rnorm(100))
x$class <- factor(rep(c("a", "b"), c(80, 20)))
new <- lapply(c(TRUE, FALSE), function(all) {
  set.seed(2)
  by_function <- bsmote(x, "class", all_neighbors = all)
  list(by_function, by_step(step_bsmote(recipe(class ~ ., x), class, all_neighbors = all)))
})
cat("all_neighbors changes bsmote():", !identical(new[[1]][[1]], new[[2]][[1]]),
  "step_bsmote():", !identical(new[[1]][[2]], new[[2]][[2]]), "\n")
R
cat >"$home/wanted" <<'SEEN'
classes apart rows   9, after tomek()   0, after step_tomek()   9
one link     rows   9, after tomek()   7, after step_tomek()   7
iris, two    rows 100, after tomek()   0, after step_tomek() 100
all_neighbors changes bsmote(): FALSE step_bsmote(): TRUE 
SEEN
expect "$home/seen" "$home/wanted"
