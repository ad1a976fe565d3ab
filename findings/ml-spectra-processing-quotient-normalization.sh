#!/usr/bin/env bash
# ml-spectra-processing 14.35.1, matrixPQN(): probabilistic quotient normalization of spectra, one per row,
# "to account dilution", as in Dieterle et al. (2006), to which its help refers.
#
# Guess: the median of the quotients of each spectrum to the reference is 1 afterwards; of the same sample in
# several dilutions, in some of which one of eight signals is 40 times as strong, the other seven are the same
# in every row.
# Seen: where the signal is strong the other seven are less than a quarter of what they are elsewhere: only
# the norm of each row was divided out, which that signal dominates, the very thing the method is for. The
# quotients are taken down the columns, so that their medians are 1 for any data; then row i is divided by the
# median of column i. With more samples than variables the rows beyond have no median, and are NaN.
. "$(dirname "$0")/common.sh"
npm_packages ml-spectra-processing=14.35.1
node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const { matrixPQN, xMedian } = require("ml-spectra-processing");

const signals = [3, 2, 4, 1, 5, 2, 3, 4];
const dilutions = [1, 0.5, 2, 0.25, 4, 1, 3, 2, 1, 0.5];
const spectra = dilutions.map((d, i) => signals.map((s, j) => (j === 3 && i % 2 ? 40 : 1) * s * d));
const reference = signals.map((_, j) => xMedian(spectra.map((row) => row[j])));
const shown = (values) => values.map((value) => value.toFixed(2)).join(" ");
const { data, medianOfQuotients } = matrixPQN(spectra.slice(0, 8));
console.log(`first signal of 8 samples: ${shown(data.map((row) => row[0]))}`);
console.log(`medians of quotients that it tells: ${shown(medianOfQuotients)}`);
const byDefinition = spectra.slice(0, 8).map((row) => row[0] / xMedian(row.map((v, j) => v / reference[j])));
console.log(`first signal by definition: ${shown(byDefinition)}`);
console.log(`first signal of 10 samples: ${shown(matrixPQN(spectra).data.map((row) => row[0]))}`);
JS
cat >"$home/wanted" <<'SEEN'
first signal of 8 samples: 32.73 7.31 32.73 7.31 32.73 7.31 32.73 7.31
medians of quotients that it tells: 1.00 1.00 1.00 1.00 1.00 1.00 1.00 1.00
first signal by definition: 3.00 3.00 3.00 3.00 3.00 3.00 3.00 3.00
first signal of 10 samples: 32.73 7.31 32.73 7.31 32.73 7.31 32.73 7.31 NaN NaN
SEEN
expect "$home/seen" "$home/wanted"
