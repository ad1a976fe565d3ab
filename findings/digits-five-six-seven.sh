#!/usr/bin/env bash
# loon.data 0.1.4, digits, and Rdimtools 1.1.4, usps: 11,000 digits of the US Postal Service, by their help pages
# 1,100 different pictures of each of the ten.
#
# Guess: ten kinds of digits; a few scans may appear twice.
# Seen: the pictures of 5 are stored three times, once as 5, once as 6 and once as 7, to the last bit. There is no 6 and
# no 7 in either package, 2,200 of the 11,000 columns are copies, and no classifier of the labels of Rdimtools can be
# right more often than 8 times in 10.
. "$(dirname "$0")/common.sh"
r_packages loon.data=0.1.4
Rscript --vanilla - "$home" 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
home <- commandArgs(TRUE)[1]
if ("@CRAN@" %in% getOption("repos")) chooseCRANmirror(graphics = FALSE, ind = 1)
look <- function(name, pictures, label) {
  key <- apply(pictures, 2, paste, collapse = " ")
  first <- match(key, key)
  cat(name, ": ", length(key), " pictures, ", length(unique(key)), " different\n", sep = "")
  copied <- label[first] != label
  print(table(label = label[copied], `first seen as` = label[first][copied]))
}
data(digits, package = "loon.data")
# The order that its help page gives.
look("loon.data", as.matrix(digits), rep(c(1:9, 0), each = 1100))
# Of Rdimtools the data file alone; its code need not be compiled.
folder <- contrib.url(getOption("repos")[1], "source")
file <- file.path(home, "Rdimtools.tar.gz")
got <- FALSE
for (place in c("Rdimtools_1.1.4.tar.gz", "Archive/Rdimtools/Rdimtools_1.1.4.tar.gz")) {
  if (!got) got <- tryCatch(download.file(file.path(folder, place), file, quiet = TRUE) == 0, error = function(e) FALSE, warning = function(w) FALSE)
}
stopifnot(got)
untar(file, "Rdimtools/data/usps.rda", exdir = home)
load(file.path(home, "Rdimtools/data/usps.rda"))
look("Rdimtools", t(usps$data), as.integer(as.character(usps$label)))
R
cat >"$home/wanted" <<'SEEN'
loon.data: 11000 pictures, 8800 different
     first seen as
label    5
    6 1100
    7 1100
Rdimtools: 11000 pictures, 8800 different
     first seen as
label    5
    6 1100
    7 1100
SEEN
expect "$home/seen" "$home/wanted"
