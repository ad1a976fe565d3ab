#!/usr/bin/env bash
# pca-js 2.0.6, getEigenVectors() and computeVarianceCovariance(devSumOfSquares, isSample): principal
# components of a table with observations in rows; by its README n is adjusted by one for a sample.
#
# Guess: eigenvalues of the covariance matrix, sums of squares by n or n - 1 observations; by n they are the
# same with every row twice.
# Seen: the n is the number of variables: sums of squares of 30 rows of three variables are divided by 3, or
# by 2 for a sample, so that eigenvalues are ten times too large, and twice that with every row twice. Rules
# such as "larger than 1", and variances of scores, are wrong by that factor; shares of the variance are
# right.
. "$(dirname "$0")/common.sh"
npm_packages pca-js=2.0.6
node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const PCA = require("pca-js");

let seed = 7;
const uniform = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
const row = () => {
  const common = uniform();
  return [common + uniform() / 4, common + uniform() / 4, uniform()];
};
const x = Array.from({ length: 30 }, row);
const trace = (rows, by) => {
  const means = rows[0].map((_, j) => rows.reduce((sum, r) => sum + r[j], 0) / rows.length);
  return rows.reduce((sum, r) => sum + r.reduce((s, v, j) => s + (v - means[j]) ** 2, 0), 0) / by;
};
for (const [title, rows] of [["30 rows", x], ["each row twice", [...x, ...x]]]) {
  const found = PCA.getEigenVectors(rows).map(({ eigenvalue }) => eigenvalue);
  const total = found.reduce((a, b) => a + b);
  console.log(
    `${title}: eigenvalues ${found.map((v) => v.toFixed(3)).join(" ")}, sum ${total.toFixed(3)},`,
    `variances by n ${trace(rows, rows.length).toFixed(3)}, by 3 ${trace(rows, 3).toFixed(3)}`,
  );
}
const squares = PCA.computeDeviationScores(PCA.computeDeviationMatrix(x));
for (const sample of [false, true]) {
  const covariance = PCA.computeVarianceCovariance(squares, sample);
  const [found, sum] = [covariance[0][0], squares[0][0]].map((v) => v.toFixed(3));
  console.log(`sample ${sample}: first variance ${found}, sum of squares ${sum}`);
}
JS
cat >"$home/wanted" <<'SEEN'
30 rows: eigenvalues 1.609 0.695 0.061, sum 2.365, variances by n 0.236, by 3 2.365
each row twice: eigenvalues 3.218 1.390 0.121, sum 4.729, variances by n 0.236, by 3 4.729
sample false: first variance 0.755, sum of squares 2.264
sample true: first variance 1.132, sum of squares 2.264
SEEN
expect "$home/seen" "$home/wanted"
