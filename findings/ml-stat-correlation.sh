#!/usr/bin/env bash
# ml-stat 1.3.3, matrix.correlation() and matrix.zScores(), of the columns of a table, and weightedVariance().
#
# Guess: correlations between -1 and 1, with 1 on the diagonal, the same in any unit; scores of mean 0 and
# variance 1.
# Seen: correlation() gives the covariances, 233 on the diagonal for one variable here and a ten thousandth of
# it for the same in other units. zScores() centres and does not scale: it calls standardDeviation() with its
# arguments in another order, gets NaN, and columns whose deviation is NaN are left as they are. With means
# and deviations given both steps are done. weightedVariance() is about the unweighted mean, so that it is not
# what weightedCovariance() has on its diagonal. entropy() is NaN as soon as one probability is 0, and the
# geometric mean of 400 values of 0.1 is 0, of 400 of 10 infinite.
. "$(dirname "$0")/common.sh"
npm_packages ml-stat=1.3.3
node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const { array, matrix } = require("ml-stat");

const shown = (rows) => rows.map((row) => row.map((v) => v.toFixed(2)).join(" ")).join(", ");
for (const unit of [1, 0.01]) {
  const x = [[1, 20], [3, 50], [4, 40]].map(([a, b]) => [a, unit * b]);
  const deviations = matrix.standardDeviation(x);
  console.log(`unit ${unit}: correlation() ${shown(matrix.correlation(x))}`);
  console.log(`unit ${unit}: covariance() ${shown(matrix.covariance(x))}`);
  console.log(`unit ${unit}: zScores() ${shown(matrix.zScores(x))}`);
  console.log(`unit ${unit}: with deviations given ${shown(matrix.zScores(x, matrix.mean(x), deviations))}`);
}
const [x, weights] = [[[0], [0], [10]], [1, 1, 8]];
const variance = matrix.weightedVariance(x, weights)[0].toFixed(1);
const covariance = matrix.weightedCovariance(x, weights)[0][0].toFixed(1);
console.log(`0, 0, 10 of weights 1, 1, 8: weightedVariance() ${variance}, covariance ${covariance}`);
console.log(`entropy of 1/2, 1/2, 0: ${array.entropy([0.5, 0.5, 0])}`);
for (const v of [0.1, 10]) {
  console.log(`geometric mean of 400 times ${v}: ${array.geometricMean(Array(400).fill(v))}`);
}
JS
cat >"$home/wanted" <<'SEEN'
unit 1: correlation() 2.33 18.33, 18.33 233.33
unit 1: covariance() 2.33 18.33, 18.33 233.33
unit 1: zScores() -1.67 -16.67, 0.33 13.33, 1.33 3.33
unit 1: with deviations given -1.09 -1.09, 0.22 0.87, 0.87 0.22
unit 0.01: correlation() 2.33 0.18, 0.18 0.02
unit 0.01: covariance() 2.33 0.18, 0.18 0.02
unit 0.01: zScores() -1.67 -0.17, 0.33 0.13, 1.33 0.03
unit 0.01: with deviations given -1.09 -1.09, 0.22 0.87, 0.87 0.22
0, 0, 10 of weights 1, 1, 8: weightedVariance() 111.1, covariance 47.1
entropy of 1/2, 1/2, 0: NaN
geometric mean of 400 times 0.1: 0
geometric mean of 400 times 10: Infinity
SEEN
expect "$home/seen" "$home/wanted"
