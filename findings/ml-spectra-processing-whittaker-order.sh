#!/usr/bin/env bash
# ml-spectra-processing 14.35.1, xWhittakerSmoother(): a baseline by penalized least squares; of its default
# algorithm the source says that D is the second-difference operator in "W + lambda D'D".
#
# Guess: a straight line is its own baseline whatever lambda is, since its second differences are 0; weights
# that are given are not touched, and a point of weight 0 has no influence.
# Seen: the penalty is one of first differences: the baseline of a line from 0 to 49 goes from 17 to 32 with
# the default, lambda = 100, and is flat at 24.5 with 10,000, so that a sloping background stays in the
# corrected spectrum, up at one end and negative at the other. The weights are overwritten in the caller's own
# array: a point of weight 0 gets weight from the first iteration on, so that leaving a region out by weights
# has no effect; control points only can.
. "$(dirname "$0")/common.sh"
npm_packages ml-spectra-processing=14.35.1
node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const { xWhittakerSmoother } = require("ml-spectra-processing");

const line = Float64Array.from({ length: 50 }, (_, i) => i);
const shown = (values) => [0, 12, 25, 37, 49].map((i) => values[i].toFixed(1)).join(" ");
for (const algorithm of ["thomas", "cholesky"]) {
  for (const lambda of [1, 100, 10000]) {
    const baseline = xWhittakerSmoother(line, { algorithm, lambda });
    console.log(`line, ${algorithm}, lambda ${lambda}: ${shown(baseline)}`);
  }
}
let seed = 7;
const uniform = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
const within = (_, i) => i >= 40 && i < 60;
const noise = Array.from({ length: 100 }, () => uniform() + uniform() + uniform() - 1.5);
const raised = noise.map((v, i) => v + (within(v, i) ? 1 : 0));
const mean = (values) => values.filter(within).reduce((sum, v) => sum + v / 20, 0).toFixed(2);
for (const outside of [1, 0]) {
  const weights = noise.map((v, i) => (within(v, i) ? outside : 1));
  const baseline = Array.from(xWhittakerSmoother(raised, { weights, lambda: 10 }));
  const after = `baseline there ${mean(baseline)}, weights after ${mean(weights)}`;
  console.log(`a part raised by 1, of weight ${outside}: ${after}`);
}
JS
cat >"$home/wanted" <<'SEEN'
line, thomas, lambda 1: 0.9 12.1 25.0 36.9 48.1
line, thomas, lambda 100: 16.7 19.7 24.7 29.3 32.3
line, thomas, lambda 10000: 24.4 24.4 24.5 24.6 24.6
line, cholesky, lambda 1: 0.9 12.1 25.0 36.9 48.1
line, cholesky, lambda 100: 16.7 19.7 24.7 29.3 32.3
line, cholesky, lambda 10000: 24.4 24.4 24.5 24.6 24.6
a part raised by 1, of weight 1: baseline there 0.59, weights after 0.13
a part raised by 1, of weight 0: baseline there 0.59, weights after 0.13
SEEN
expect "$home/seen" "$home/wanted"
