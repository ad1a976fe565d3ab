#!/usr/bin/env bash
# eimpute 0.2.4, eimpute(): missing entries of a matrix by one of low rank, if asked for after centring or
# scaling of rows and columns. By its help observed entries stay unless override = TRUE.
#
# Guess: observed entries come back as they were, missing ones near the truth, all in the units of the data.
# Seen: with any centring or scaling the observed entries come back centred or scaled, among missing ones in
# the units of the data: with rows centred, figures of 79 to 113 come back as -9 to 47 where they were
# observed and as 84 to 115 where they were missing. A mean over a column mixes both. As it is, or with
# override = TRUE, all have one unit.
. "$(dirname "$0")/common.sh"
r_packages eimpute=0.2.4
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
library(eimpute)
set.seed(1)
truth <- 100 + outer(rnorm(20, 0, 5), rep(1, 8)) + outer(rep(1, 20), rnorm(8, 0, 5))
x <- truth
x[sample(160, 24)] <- NA
seen <- !is.na(x)
controls <- list(`as it is` = list(), `rows centred` = list(row.mean = TRUE),
  `columns centred, scaled` = list(col.mean = TRUE, col.std = TRUE))
for (name in names(controls)) {
  for (override in c(FALSE, TRUE)) {
    z <- eimpute(x, 1, control = controls[[name]], override = override)$x.imp
    cat(sprintf("%-24s override %-5s observed %.0f to %.0f now %.1f to %.1f, missing now %.1f to %.1f\n",
      name, override, min(x[seen]), max(x[seen]), min(z[seen]), max(z[seen]), min(z[!seen]), max(z[!seen])))
  }
}
R
cat >"$home/wanted" <<'SEEN'
as it is                 override FALSE observed 79 to 113 now 79.0 to 112.6, missing now 88.4 to 111.1
as it is                 override TRUE  observed 79 to 113 now 80.3 to 112.5, missing now 88.4 to 111.1
rows centred             override FALSE observed 79 to 113 now -9.1 to 46.7, missing now 84.2 to 115.4
rows centred             override TRUE  observed 79 to 113 now 79.9 to 115.5, missing now 84.2 to 115.4
columns centred, scaled  override FALSE observed 79 to 113 now -0.3 to 1.6, missing now 85.7 to 118.5
columns centred, scaled  override TRUE  observed 79 to 113 now 77.3 to 116.5, missing now 85.7 to 118.5
SEEN
expect "$home/seen" "$home/wanted"
