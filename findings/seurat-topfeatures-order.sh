#!/usr/bin/env bash
# Seurat 4.3.0, TopFeatures(): the features with the largest loadings of a reduced dimension, as of a nonnegative
# factorization that was put into the object.
#
# Guess: the strongest first, and with balanced = TRUE none among the negative ones, since no loading is below zero.
# Seen: the strongest last, so that the first of three is the weakest of them; with balanced = TRUE, the other way
# round, the strongest is first. "negative" then holds features that have a loading of 0, as many as "positive" has.
# TopCells() has the strongest last as well. DimHeatmap() is balanced by default: half of its rows are such features.
. "$(dirname "$0")/common.sh"
r_packages Seurat=4.3.0
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(Seurat))
cells <- matrix(c(3, 8, 1, 5, 2, 7), 6, 1, dimnames = list(paste0("cell", 1:6), "P_1"))
loadings <- matrix(c(9, 5, 3, 1, 0, 0), 6, 1, dimnames = list(paste0("gene", 1:6), "P_1"))
parts <- CreateDimReducObject(embeddings = cells, loadings = loadings, key = "P_", assay = "RNA")
cat("three largest loadings:", TopFeatures(parts, dim = 1, nfeatures = 3), "\n")
halves <- TopFeatures(parts, dim = 1, nfeatures = 4, balanced = TRUE)
cat("balanced, positive:", halves$positive, "\n")
cat("balanced, negative:", halves$negative, "with loadings", loadings[halves$negative, 1], "\n")
cat("three largest cells:", TopCells(parts, dim = 1, ncells = 3), "\n")
cat("DimHeatmap() balanced by default:", formals(DimHeatmap)$balanced, "\n")
R
cat >"$home/wanted" <<'SEEN'
three largest loadings: gene3 gene2 gene1 
balanced, positive: gene1 gene2 
balanced, negative: gene6 gene5 with loadings 0 0 
three largest cells: cell4 cell6 cell2 
DimHeatmap() balanced by default: TRUE 
SEEN
expect "$home/seen" "$home/wanted"
