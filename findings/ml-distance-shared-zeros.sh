#!/usr/bin/env bash
# ml-distance 5.0.0, its distances for compositions and counts, of which many have zeros in common, as words
# and species do.
#
# Guess: an entry that is 0 in both adds nothing, as 0 log 0 and 0/0 are taken in the survey that the package
# follows (Cha 2007) and elsewhere.
# Seen: eighteen of the 41 are NaN as soon as both vectors have a zero in the same place: all that are made of
# logarithms, among them the Jensen-Shannon and the Kullback-Leibler divergence, and Canberra, Clark,
# wave-Hedges and those of the chi-square kind. With the place left out they are numbers. A nearest neighbour
# by them is none, since NaN is never smaller.
. "$(dirname "$0")/common.sh"
npm_packages ml-distance=5.0.0
node --input-type=module - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
import { distance } from "ml-distance";

const x = [0.5, 0.3, 0.2, 0];
const y = [0.2, 0.3, 0.5, 0];
const lost = [];
for (const [name, f] of Object.entries(distance)) {
  if (name === "minkowski") continue;
  const whole = f(x, y);
  const without = f(x.slice(0, 3), y.slice(0, 3));
  if (Number.isNaN(whole) && Number.isFinite(without)) lost.push(name);
}
console.log(`${Object.keys(distance).length} distances, of which NaN: ${lost.length}`);
for (let i = 0; i < lost.length; i += 5) {
  console.log("NaN with a shared zero:", lost.slice(i, i + 5).join(", "));
}
JS
cat >"$home/wanted" <<'SEEN'
41 distances, of which NaN: 18
NaN with a shared zero: additiveSymmetric, canberra, clark, divergence, harmonicMean
NaN with a shared zero: jeffreys, jensenDifference, jensenShannon, kdivergence, kullbackLeibler
NaN with a shared zero: kumarJohnson, neyman, pearson, probabilisticSymmetric, squared
NaN with a shared zero: taneja, topsoe, waveHedges
SEEN
expect "$home/seen" "$home/wanted"
