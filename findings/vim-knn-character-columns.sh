#!/usr/bin/env bash
# VIM 6.2.2 (Debian 12), kNN(): missing values from the nearest rows, by Gower's distance, which is made for
# tables with numbers and categories; here a category decides the value. Since R 4.0 columns of text are
# "character" unless asked for.
#
# Guess: the same values whether the category is text or a factor.
# Seen: as a factor values come from rows of the same category, as text from those of another, without a word:
# 10 is filled in for "b", whose values are about 50, and 50 for "c", whose are about 90. Text is numbered
# once among rows with a missing value and once among the others, so that where the former have no "a", their
# "b" is the other ones' "a". If they have all categories it is right. gowerD() by itself has a distance of 0
# between "a" and "b" and of 1 between "b" and "b".
. "$(dirname "$0")/common.sh"
debian_r r-cran-vim=6.2.2+dfsg-1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(VIM))
set.seed(1)
type <- sample(c("a", "b", "c"), 60, replace = TRUE)
value <- c(a = 10, b = 50, c = 90)[type] + rnorm(60)
filled <- function(missing, type_as) {
  table <- data.frame(type = type_as(type), value = replace(value, missing, NA))
  table <- suppressWarnings(kNN(table, variable = "value", dist_var = "type", k = 5, imp_var = FALSE))
  sprintf("%2.0f", table$value[missing])
}
told <- function(name, missing) {
  cat(name, "\n  type     ", sprintf("%2s", type[missing]), "\n")
  cat("  truth    ", sprintf("%2.0f", value[missing]), "\n")
  cat("  factor   ", filled(missing, factor), "\n  character", filled(missing, as.character), "\n")
}
told("missing for b and c", which(type != "a")[1:8])
told("missing for a, b and c", c(which(type == "a")[1:2], which(type != "a")[1:6]))
few <- data.frame(type = c("a", "b", "c"))
apart <- gowerD(few, few[2:3, , drop = FALSE], numerical = character(), factors = "type")
cat("gowerD() of a, b and c from b and from c:\n")
print(apart)
R
cat >"$home/wanted" <<'SEEN'
missing for b and c 
  type       c  b  c  c  b  b  c  c 
  truth     90 51 90 91 51 49 89 90 
  factor    90 50 90 90 50 50 90 90 
  character 50 10 50 50 10 10 50 50 
missing for a, b and c 
  type       a  a  c  b  c  c  b  b 
  truth     10 11 90 51 90 91 51 49 
  factor    11 11 90 50 90 90 50 50 
  character 11 11 90 50 90 90 50 50 
gowerD() of a, b and c from b and from c:
     [,1] [,2]
[1,]    0    1
[2,]    1    0
[3,]    1    1
SEEN
expect "$home/seen" "$home/wanted"
