#!/usr/bin/env bash
# ALS 0.0.7, als(fixed = ): components that are known to be absent in some of several data sets, one vector of
# numbers per data set ("the indices of the components to fix to zero in each dataset").
#
# Guess: exact data of three components, of which the first set lacks one and the second another, are fitted
# exactly, from the right spectra at once.
# Seen: only the first data set is. Spectra that it lacks are left out for good, so that the second one is
# fitted without them, and its numbers count what is left: lacking component 3 it is given spectra 2 and 3
# under the names 1 and 2, without a word. In other cases als() ends with an error about 'times', also if both
# lack the same.
. "$(dirname "$0")/common.sh"
r_packages ALS=0.0.7
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(ALS))
bell <- function(x, at, width) exp(-(x - at)^2 / (2 * width^2))
S <- cbind(bell(1:30, 6, 4), bell(1:30, 15, 3), bell(1:30, 24, 4))
C <- cbind(bell(1:40, 10, 5), bell(1:40, 20, 5), bell(1:40, 30, 5))
for (absent in list(c(1, 3), c(3, 1), c(1, 1))) {
  profiles <- lapply(absent, function(k) replace(C, col(C) == k, 0))
  cat("absent:", absent, "\n")
  for (told in list(vector("list", 2), as.list(absent))) {
    fit <- tryCatch(
      {
        data <- lapply(profiles, tcrossprod, S)
        capture.output(fit <- als(profiles, data, S = S, optS1st = FALSE, fixed = told))
        fit
      },
      error = function(e) NULL
    )
    cat(if (length(unlist(told))) "  told,    " else "  not told,")
    if (is.null(fit)) {
      cat(" error\n")
    } else {
      highest <- vapply(fit$CList, function(x) paste(sprintf("%.2f", apply(x, 2, max)), collapse = " "), "")
      cat(" squared error", sprintf("%.1f", fit$rss), " highest in each set:", highest, sep = "  ")
      cat("\n")
    }
  }
}
R
cat >"$home/wanted" <<'SEEN'
absent: 1 3 
  not told, squared error  0.0   highest in each set:  0.00 1.00 1.00  1.00 1.00 0.00
  told,     squared error  95.1   highest in each set:  0.00 1.00 1.00  1.03 0.00 0.00
absent: 3 1 
  not told, squared error  0.0   highest in each set:  1.00 1.00 0.00  0.00 1.00 1.00
  told,     error
absent: 1 1 
  not told, squared error  0.0   highest in each set:  0.00 1.00 1.00  0.00 1.00 1.00
  told,     error
SEEN
expect "$home/seen" "$home/wanted"
