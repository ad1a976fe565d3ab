#!/usr/bin/env bash
# filling 0.2.4, fill.USVT(): missing entries by universal singular value thresholding (Chatterjee 2015), with
# eta for the threshold, and fill.SVDimpute(). Their R sources are read as they are, since CVXR, which other
# functions of the package need, is not for every R.
#
# Guess: singular values below (2 + eta) times the root of n times the part observed are left out, so that eta
# matters and a matrix of rank 2 is filled better than by the mean; a row without missing entries changes
# nothing.
# Seen: the threshold is computed and not used: values are compared with the part observed, which all but the
# last are above, so that hardly anything is left out. Missing entries come out near the middle of the range,
# which is what they were filled with, worse than by the mean; 0.01 and 0.99 for eta give the same to the last
# bit. fill.SVDimpute() ends in an error of lm.fit() as soon as one row is complete.
. "$(dirname "$0")/common.sh"
r_any RSpectra
Rscript --vanilla - "$home" 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
home <- commandArgs(TRUE)
if ("@CRAN@" %in% getOption("repos")) chooseCRANmirror(graphics = FALSE, ind = 1)
offered <- available.packages(filters = "duplicates")
name <- "filling_0.2.4.tar.gz"
folder <- contrib.url(getOption("repos")[1], "source")
current <- "filling" %in% rownames(offered) && offered["filling", "Version"] == "0.2.4"
if (!current) folder <- file.path(folder, "Archive", "filling")
download.file(file.path(folder, name), file.path(home, name), quiet = TRUE)
untar(file.path(home, name), exdir = home)
for (file in c("auxiliary_invisible.R", "fill_simple.R", "fill_USVT.R", "fill_SVDimpute.R")) {
  source(file.path(home, "filling", "R", file))
}
chatterjee <- function(x, eta) {
  middle <- mean(range(x, na.rm = TRUE))
  half <- diff(range(x, na.rm = TRUE)) / 2
  observed <- mean(!is.na(x))
  s <- svd(ifelse(is.na(x), 0, (x - middle) / half))
  keep <- s$d >= (2 + eta) * sqrt(max(dim(x)) * observed)
  w <- s$u[, keep, drop = FALSE] %*% (s$d[keep] * t(s$v[, keep, drop = FALSE])) / observed
  pmin(pmax(w, -1), 1) * half + middle
}
set.seed(1)
truth <- 4 * outer(runif(60), runif(40)) + outer(runif(60), runif(40))
x <- truth
x[sample(2400, 720)] <- NA
missing <- is.na(x)
told <- function(name, z) {
  cat(sprintf("%-28s error of missing entries %.2f, they lie between %.1f and %.1f\n", name,
    sqrt(mean((z - truth)[missing]^2)), min(z[missing]), max(z[missing])))
}
told("truth", truth)
told("mean of observed entries", replace(x, missing, mean(x[!missing])))
told("middle of their range", replace(x, missing, mean(range(x[!missing]))))
told("formula, eta = 0.01", chatterjee(x, 0.01))
for (eta in c(0.01, 0.99)) told(paste("fill.USVT(), eta =", eta), fill.USVT(x, eta)$X)
cat("both the same:", identical(fill.USVT(x, 0.01), fill.USVT(x, 0.99)), "\n")
svd_impute <- function(x) {
  tryCatch(if (anyNA(fill.SVDimpute(x, 2)$X)) "NA" else "filled", error = function(e) "error")
}
cat("fill.SVDimpute(), missing entries in all rows:", svd_impute(x), "\n")
x[1, ] <- truth[1, ]
cat("fill.SVDimpute(), the first row complete:", svd_impute(x), "\n")
R
cat >"$home/wanted" <<'SEEN'
truth                        error of missing entries 0.00, they lie between 0.1 and 4.0
mean of observed entries     error of missing entries 0.86, they lie between 1.3 and 1.3
middle of their range        error of missing entries 1.24, they lie between 2.3 and 2.3
formula, eta = 0.01          error of missing entries 0.54, they lie between 0.1 and 2.2
fill.USVT(), eta = 0.01      error of missing entries 1.23, they lie between 1.9 and 2.7
fill.USVT(), eta = 0.99      error of missing entries 1.23, they lie between 1.9 and 2.7
both the same: TRUE 
fill.SVDimpute(), missing entries in all rows: filled 
fill.SVDimpute(), the first row complete: error 
SEEN
expect "$home/seen" "$home/wanted"
