#!/usr/bin/env bash
# ml-tree-similarity 2.2.0, treeSimilarity() of createTree(): how alike two spectra are (Castillo et al.
# 2013).
#
# Guess: 1 for a spectrum with itself, or the same number for every spectrum; the same for counts as for parts
# of their sum.
# Seen: the similarity of a spectrum with itself is 0.33 for one peak, 0.55 for two and 0.63 for three: where
# both trees end, 0 is added, not 1, so that it rises with the depth of the tree alone. Two different spectra
# of three and two peaks, 0.53, are more alike than one with itself. A part of the spectrum whose sum is below
# 0.01 ends a tree, so that units decide besides; two empty spectra are 0. Numbers of different pairs cannot
# be compared, nor cut at one threshold.
. "$(dirname "$0")/common.sh"
npm_packages ml-tree-similarity=2.2.0
node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const { createTree, treeSimilarity } = require("ml-tree-similarity");

const x = Array.from({ length: 1001 }, (_, i) => i / 100);
const spectrum = (centers, height) =>
  x.map((v) => height * centers.reduce((sum, c) => sum + Math.exp(-(((v - c) / 0.05) ** 2)), 0));
const alike = (a, b, height = 1) => {
  const tree = (centers) => createTree({ x, y: spectrum(centers, height) }, { from: 0, to: 10 });
  return treeSimilarity(tree(a), tree(b)).toFixed(2);
};
const spectra = { "one peak": [5], "two peaks": [1.5, 6], "three peaks": [2, 5, 8], nothing: [] };
for (const [name, centers] of Object.entries(spectra)) {
  console.log(`${name}, with itself: ${alike(centers, centers)}`);
}
for (const height of [1, 0.001]) {
  for (const [a, b] of [["three peaks", "two peaks"], ["three peaks", "three peaks"]]) {
    console.log(`height ${height}, ${a} and ${b}: ${alike(spectra[a], spectra[b], height)}`);
  }
}
JS
cat >"$home/wanted" <<'SEEN'
one peak, with itself: 0.33
two peaks, with itself: 0.55
three peaks, with itself: 0.63
nothing, with itself: 0.00
height 1, three peaks and two peaks: 0.53
height 1, three peaks and three peaks: 0.63
height 0.001, three peaks and two peaks: 0.32
height 0.001, three peaks and three peaks: 0.55
SEEN
expect "$home/seen" "$home/wanted"
