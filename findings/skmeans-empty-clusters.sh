#!/usr/bin/env bash
# skmeans 0.11.3: k-means of eight points of which three are the same, as counts and ratings often are, in
# three clusters.
#
# Guess: two centres that start at the same place give a cluster without points, whose centre stays or is
# drawn anew, or an error; each centre is a mean of points.
# Seen: a cluster without points gets its centre at the origin, (0, 0), far from all data, and is returned as
# one of the three, without a word; 64 of 200 random starts end so. In one dimension it is 117. Besides, the
# array of starting centres that was given is overwritten, so that a second run with it starts from the first
# result. "kmpp" avoids equal starts.
. "$(dirname "$0")/common.sh"
npm_packages skmeans=0.11.3
node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const skmeans = require("skmeans");

const points = [[10, 10], [10, 10], [10, 10], [10, 11], [11, 10], [20, 20], [20, 21], [21, 20]];
const start = [[10, 10], [10, 10], [20, 20]];
console.log("start:", JSON.stringify(start));
const fit = skmeans(points, 3, start);
console.log("centres:", JSON.stringify(fit.centroids.map((c) => c.map((x) => Number(x.toFixed(1))))));
console.log("clusters of the points:", fit.idxs.join(" "));
console.log("start afterwards is as it was:", JSON.stringify(start) === "[[10,10],[10,10],[20,20]]");
let seed = 1;
Math.random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
const origin = (centre) => [].concat(centre).every((x) => x === 0);
const often = (data, how) => {
  let count = 0;
  for (let run = 0; run < 200; run++) count += skmeans(data, 3, how).centroids.some(origin);
  return count;
};
console.log("of 200 runs with a centre at the origin: random", often(points), "kmpp", often(points, "kmpp"));
console.log("in one dimension: random", often([5, 5, 5, 5, 6, 9, 9, 10]));
JS
cat >"$home/wanted" <<'SEEN'
start: [[10,10],[10,10],[20,20]]
centres: [[0,0],[10.2,10.2],[20.3,20.3]]
clusters of the points: 1 1 1 1 1 2 2 2
start afterwards is as it was: false
of 200 runs with a centre at the origin: random 64 kmpp 0
in one dimension: random 117
SEEN
expect "$home/seen" "$home/wanted"
