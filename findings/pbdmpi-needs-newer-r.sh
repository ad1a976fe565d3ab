#!/usr/bin/env bash
# pbdMPI 0.5-5, whose DESCRIPTION asks for R 3.6.0 or newer, on R 4.2.2 (Debian 12) with Open MPI 4.1.4.
#
# Guess: it installs and loads, since R is new enough.
# Seen: it compiles, and cannot be loaded: it calls R_getVarEx() of R 4.5. Installing it ends with that error, unless the
# trial of loading is left out; then the first library(pbdMPI) fails. With that function replaced it works.
. "$(dirname "$0")/common.sh"
r_packages float=0.3-4
Rscript --vanilla - "$home" >"$home/install.log" 2>&1 <<'R' || { tail -20 "$home/install.log"; exit 2; }
if ("@CRAN@" %in% getOption("repos")) chooseCRANmirror(graphics = FALSE, ind = 1)
home <- commandArgs(TRUE)
file <- download.packages("pbdMPI", home, type = "source", quiet = TRUE)[, 2]
install.packages(file, lib = file.path(home, "r"), repos = NULL, type = "source", INSTALL_opts = "--no-test-load")
R
Rscript --vanilla - >"$home/seen" 2>/dev/null <<'R'
about <- packageDescription("pbdMPI")
cat("version", about$Version, "asks for", strsplit(about$Depends, ",")[[1]][1], "\n")
told <- tryCatch({ loadNamespace("pbdMPI"); "loaded" }, error = conditionMessage)
cat("newer than R 4.5:", getRversion() >= "4.5", "\n")
cat("loading:", sub(".*(undefined symbol: [A-Za-z_]+).*", "\\1", gsub("\n", " ", told)), "\n")
R
cat >"$home/wanted" <<'SEEN'
version 0.5-5 asks for R (>= 3.6.0) 
newer than R 4.5: FALSE 
loading: undefined symbol: R_getVarEx 
SEEN
expect "$home/seen" "$home/wanted"
