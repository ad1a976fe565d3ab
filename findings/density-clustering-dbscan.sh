#!/usr/bin/env bash
# density-clustering 1.3.0, DBSCAN: clusters of points that have minPts points within epsilon, and the rest as
# noise.
#
# Guess: each point is in one cluster or noise, whatever the order; a point at a distance of epsilon is within
# it, as in Ester et al. (1996) and in other programs.
# Seen: a point at the border of a cluster that comes before its inner points is in both: it is put down as
# noise first, and is not taken out when it joins. So noise depends on the order of the data, and the clusters
# and the noise have more points than there are. Points at a distance of just epsilon are not within: whole
# numbers with epsilon = 1 are all noise.
. "$(dirname "$0")/common.sh"
npm_packages density-clustering=1.3.0
node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const { DBSCAN } = require("density-clustering");

const points = [0, 1, 2, 3, 10];
for (const [epsilon, data] of [
  [1.5, points],
  [1.5, points.slice().reverse()],
  [1.5, [1, 2, 0, 3, 10]],
  [1, points],
  [1.001, points],
]) {
  const found = new DBSCAN();
  const clusters = found.run(data.map((x) => [x]), epsilon, 3);
  const values = (indices) => `{${indices.map((i) => data[i]).sort((a, b) => a - b).join(" ")}}`;
  const shown = clusters.map(values).join(" ") || "none";
  console.log(`epsilon ${epsilon}, data ${data.join(" ")}: clusters ${shown}, noise ${values(found.noise)}`);
}
JS
cat >"$home/wanted" <<'SEEN'
epsilon 1.5, data 0 1 2 3 10: clusters {0 1 2 3}, noise {0 10}
epsilon 1.5, data 10 3 2 1 0: clusters {0 1 2 3}, noise {3 10}
epsilon 1.5, data 1 2 0 3 10: clusters {0 1 2 3}, noise {10}
epsilon 1, data 0 1 2 3 10: clusters none, noise {0 1 2 3 10}
epsilon 1.001, data 0 1 2 3 10: clusters {0 1 2 3}, noise {0 10}
SEEN
expect "$home/seen" "$home/wanted"
