#!/usr/bin/env bash
# ml-ngmca 1.0.0, nGMCA(): a nonnegative factorization AS with a sparse S, for spectra of mixtures, here of
# two peaks with noise.
#
# Guess: the same fit in any unit, S or A times a factor; giving maxFBIteration = 80 and toleranceFB =
# 0.00001, its documented defaults, changes nothing.
# Seen: in units that make the numbers a tenth and a thousandth, the error is 0.41 and 0.99 of the data in
# place of 0.08: a column of A that is shorter than 1 is multiplied by its own length where it should be left
# as it is, in each iteration of the second phase. With the defaults written out the fit differs, and S has 23
# zeros in place of 2: left out, they do not reach the step of S, which then makes no iteration, so that S
# never becomes sparse.
. "$(dirname "$0")/common.sh"
npm_packages ml-ngmca=1.0.0 ml-matrix=6.15.1
node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const { Matrix } = require("ml-matrix");
const { nGMCA } = require("ml-ngmca");

const generator = (seed) => () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
const random = generator(7);
const peak = (at) => Array.from({ length: 60 }, (_, i) => Math.exp(-((i - at) ** 2) / 18));
const Y = Matrix.rand(20, 2, { random }).mmul(new Matrix([peak(20), peak(40)]));
for (let i = 0; i < Y.rows; i++) {
  for (let j = 0; j < Y.columns; j++) {
    Y.set(i, j, Math.abs(Y.get(i, j) + 0.05 * (random() + random() + random() - 1.5)));
  }
}
const writtenOut = { maxFBIteration: 80, toleranceFB: 0.00001 };
for (const unit of [1000, 1, 0.1, 0.001]) {
  for (const [name, options] of [["left out", {}], ["written out", writtenOut]]) {
    const x = Matrix.mul(Y, unit);
    const fit = nGMCA(x, 2, { maximumIteration: 100, randGenerator: generator(1), ...options });
    const error = Matrix.sub(x, fit.A.mmul(fit.S)).norm() / x.norm();
    const zeros = fit.S.to1DArray().filter((value) => value === 0).length;
    console.log(`times ${unit}, defaults ${name}: relative error ${error.toFixed(2)}, zeros in S ${zeros}`);
  }
}
JS
cat >"$home/wanted" <<'SEEN'
times 1000, defaults left out: relative error 0.08, zeros in S 2
times 1000, defaults written out: relative error 0.08, zeros in S 23
times 1, defaults left out: relative error 0.08, zeros in S 2
times 1, defaults written out: relative error 0.08, zeros in S 23
times 0.1, defaults left out: relative error 0.41, zeros in S 2
times 0.1, defaults written out: relative error 0.37, zeros in S 28
times 0.001, defaults left out: relative error 0.99, zeros in S 2
times 0.001, defaults written out: relative error 0.99, zeros in S 31
SEEN
expect "$home/seen" "$home/wanted"
