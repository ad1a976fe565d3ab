#!/usr/bin/env bash
# ml-pca 4.1.1, PCA: its three methods, "SVD", "covarianceMatrix" and "NIPALS", and scaling without centring.
#
# Guess: the same eigenvalues, "of the covariance matrix", and proportions of variance for the components that
# are computed; scale = true divides by standard deviations, with center = false too.
# Seen: by NIPALS the eigenvalues are n - 1 times as large, and proportions are of the components that were
# asked for, by default two, which therefore explain 100 % of any data; so the cumulative variance always ends
# at 1, and how many are needed is never seen. With center = false, scale = true does nothing: a variable in
# other units takes the first component whole.
. "$(dirname "$0")/common.sh"
npm_packages ml-pca=4.1.1
node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const { PCA } = require("ml-pca");

let seed = 7;
const uniform = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
const x = Array.from({ length: 41 }, () => Array.from({ length: 6 }, uniform));
const shown = (values) => values.map((value) => value.toFixed(2)).join(" ");
const told = (title, data, options) => {
  const fit = new PCA(data, options);
  console.log(`${title}: eigenvalues ${shown(fit.getEigenvalues())}`);
  console.log(`${title}: cumulative ${shown(fit.getCumulativeVariance())}`);
};
for (const method of ["SVD", "covarianceMatrix", "NIPALS"]) told(`noise, ${method}`, x, { method });
told("noise, NIPALS of three", x, { method: "NIPALS", nCompNIPALS: 3 });
const units = x.map(([first, ...others]) => [1000 * first, ...others]);
for (const center of [true, false]) told(`one in thousandths, center ${center}`, units, { scale: true, center });
JS
cat >"$home/wanted" <<'SEEN'
noise, SVD: eigenvalues 0.14 0.11 0.09 0.08 0.04 0.03
noise, SVD: cumulative 0.28 0.50 0.69 0.86 0.94 1.00
noise, covarianceMatrix: eigenvalues 0.14 0.11 0.09 0.08 0.04 0.03
noise, covarianceMatrix: cumulative 0.28 0.50 0.69 0.86 0.94 1.00
noise, NIPALS: eigenvalues 5.42 4.36
noise, NIPALS: cumulative 0.55 1.00
noise, NIPALS of three: eigenvalues 5.42 4.36 3.79
noise, NIPALS of three: cumulative 0.40 0.72 1.00
one in thousandths, center true: eigenvalues 1.54 1.44 1.14 1.01 0.46 0.41
one in thousandths, center true: cumulative 0.26 0.50 0.69 0.86 0.93 1.00
one in thousandths, center false: eigenvalues 397427.54 0.34 0.13 0.10 0.05 0.04
one in thousandths, center false: cumulative 1.00 1.00 1.00 1.00 1.00 1.00
SEEN
expect "$home/seen" "$home/wanted"
