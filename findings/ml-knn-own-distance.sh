#!/usr/bin/env bash
# ml-knn 3.0.0, KNN(data, labels, { k, distance }), with distances of ml-distance 5.0.0, of compositions of
# four parts.
#
# Guess: the nearest neighbour by the given distance, as a search through all rows finds it.
# Seen: so it is for Euclidean, Manhattan and other distances that are sums. By those that are ratios,
# Soergel, Jaccard, Sorensen, Gower or one minus the cosine, more than half of the neighbours found are not
# the nearest: the tree measures how far a border is by calling the distance with an object that has no
# length. A sum over it is 0, so that no branch is ever left out (which is right and slow); a ratio is NaN, so
# that every other branch is left out.
. "$(dirname "$0")/common.sh"
npm_packages ml-knn=3.0.0 ml-distance=5.0.0
node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const KNN = require("ml-knn");
const { distance, similarity } = require("ml-distance");

let seed = 7;
const uniform = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
const composition = () => {
  const parts = Array.from({ length: 4 }, () => -Math.log(1 - uniform()));
  const sum = parts.reduce((a, b) => a + b);
  return parts.map((part) => part / sum);
};
const x = Array.from({ length: 200 }, composition);
const queries = Array.from({ length: 100 }, composition);
const row = x.map((_, i) => i);
const cosine = (a, b) => 1 - similarity.cosine(a, b);
const { euclidean, manhattan, squaredChord, soergel, jaccard, sorensen, gower } = distance;
for (const [name, d] of Object.entries({
  euclidean, manhattan, squaredChord, soergel, jaccard, sorensen, gower, cosine,
})) {
  const found = new KNN(x, row, { k: 1, distance: d }).predict(queries);
  const right = queries.filter((q, i) => d(q, x[found[i]]) === Math.min(...x.map((other) => d(q, other))));
  console.log(`${name}: the nearest for ${right.length} of 100`);
}
JS
cat >"$home/wanted" <<'SEEN'
euclidean: the nearest for 100 of 100
manhattan: the nearest for 100 of 100
squaredChord: the nearest for 100 of 100
soergel: the nearest for 47 of 100
jaccard: the nearest for 43 of 100
sorensen: the nearest for 47 of 100
gower: the nearest for 47 of 100
cosine: the nearest for 46 of 100
SEEN
expect "$home/seen" "$home/wanted"
