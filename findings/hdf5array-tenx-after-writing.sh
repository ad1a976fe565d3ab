#!/usr/bin/env bash
# HDF5Array 1.26.0 with rhdf5 2.42.0 (Bioconductor 3.16, as Debian 12 has them): a sparse matrix is written in the
# layout of Cell Ranger and read again, in one session.
#
# Guess: writeTENxMatrix() returns the TENxMatrix, and other writes in between change nothing.
# Seen: writeTENxMatrix() of a dgCMatrix writes a whole file and then ends with an error about an H5IdComponent, from
# opening what it wrote. A new session opens that file and its sums are right; but once writeHDF5Array() was
# called there, TENxMatrix() of the same valid file fails, for the rest of the session. HDF5Array() still works.
. "$(dirname "$0")/common.sh"
r_packages HDF5Array=1.26.0 rhdf5=2.42.0
cat >"$home/told.R" <<'R'
suppressPackageStartupMessages(library(HDF5Array))
file <- file.path(commandArgs(TRUE)[1], "a.h5")
told <- function(title, call) {
  out <- suppressWarnings(tryCatch(call(), error = function(e) "error"))
  cat(title, ": ", if (is.character(out)) out else paste("sum", sum(out)), "\n", sep = "")
}
read <- function() TENxMatrix(file, "matrix")
R
{
  cat "$home/told.R"
  cat <<'R'
x <- Matrix::sparseMatrix(i = c(1, 3, 2), j = c(1, 1, 2), x = c(1, 2, 3), dims = c(4, 3))
told("write", function() writeTENxMatrix(x, file, group = "matrix"))
R
} >"$home/write.R"
{
  cat "$home/told.R"
  cat <<'R'
told("read in a new session", read)
other <- writeHDF5Array(matrix(1:6, 2), file.path(commandArgs(TRUE)[1], "b.h5"), "x")
told("read after another write", read)
told("the other one", function() HDF5Array(file.path(commandArgs(TRUE)[1], "b.h5"), "x"))
R
} >"$home/read.R"
for script in write read; do
  Rscript --vanilla "$home/$script.R" "$home" 2>"$home/log" || { cat "$home/log"; exit 2; }
done >"$home/seen"
cat >"$home/wanted" <<'SEEN'
write: error
read in a new session: sum 6
read after another write: error
the other one: sum 21
SEEN
expect "$home/seen" "$home/wanted"
