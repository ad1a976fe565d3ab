#!/usr/bin/env bash
# dendextend 1.16.0 (Debian 12), cor_FM_index() and cor.dendlist(method = "FM_index"): how alike two trees are
# when both are cut into k clusters, by the index of Fowlkes and Mallows; also Bk(), which computes the same.
#
# Guess: 1 for a tree and the same tree with branches turned around, as the clusters have the same members;
# the two agree.
# Seen: Bk() says 1, cor_FM_index() 0.56 to 0.88. It compares the first leaf from the left of one tree with
# the first of the other, whatever their names, so that what it measures is how the trees are drawn. Two trees
# over different data, whose leaves are never in the same order, have a value that says nothing about their
# clusters. The other method of its kind, cor_bakers_gamma(), says 1.
. "$(dirname "$0")/common.sh"
debian_r r-cran-dendextend=1.16.0+dfsg-1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(dendextend))
tree <- as.dendrogram(hclust(dist(scale(mtcars))))
other <- as.dendrogram(hclust(dist(scale(mtcars)), "average"))
for (k in 2:5) {
  cat(sprintf("%d clusters, turned around %.2f, Bk %.2f; other linkage %.2f, turned around %.2f, Bk %.2f\n",
    k, cor_FM_index(tree, rev(tree), k = k), Bk(tree, rev(tree), k = k)[[1]],
    cor_FM_index(tree, other, k = k), cor_FM_index(tree, rev(other), k = k), Bk(tree, other, k = k)[[1]]))
}
both <- dendlist(tree, rev(tree))
cat(sprintf("cor.dendlist: FM_index %.2f, baker %.2f\n", cor.dendlist(both, "FM_index", k = 3)[1, 2],
  cor.dendlist(both, "baker")[1, 2]))
R
cat >"$home/wanted" <<'SEEN'
2 clusters, turned around 0.88, Bk 1.00; other linkage 0.82, turned around 0.94, Bk 0.82
3 clusters, turned around 0.61, Bk 1.00; other linkage 0.74, turned around 0.72, Bk 0.88
4 clusters, turned around 0.63, Bk 1.00; other linkage 0.69, turned around 0.66, Bk 0.89
5 clusters, turned around 0.56, Bk 1.00; other linkage 0.73, turned around 0.52, Bk 0.96
cor.dendlist: FM_index 0.61, baker 1.00
SEEN
expect "$home/seen" "$home/wanted"
