#!/usr/bin/env bash
# cluster 1.4.1.post3 (python3-cluster of Debian 12), HierarchicalClustering() by its default, single linkage,
# and by complete linkage: by the help the distance of the two points that are closest together or farthest
# apart.
#
# Guess: the clusters of SciPy; with another distance function other clusters where the distances differ.
# Seen: only the smallest and the largest element of each cluster are looked at, in the order of Python, which
# for points is that of their first coordinate. On a line that is right; in the plane two columns of points
# are cut into four clusters. Distances are kept by the elements of the clusters alone, for the whole process:
# the same values clustered again by another distance function, here in units of ten, have the distances of
# the first call.
. "$(dirname "$0")/common.sh"
debian_packages python3-cluster=1.4.1.post3-1 python3-scipy=1.10.1-2
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { cat "$home/log"; exit 2; }
from math import dist
from random import Random
import numpy as np
from cluster import HierarchicalClustering
from cluster.linkage import complete, single
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import cdist

near = [(0, 0), (1, 5), (2, 0)], [(3, 9), (4, 5), (5, 9)]
far = [(0, 5), (1, 0), (2, 5)], [(3, 5), (4, 10), (5, 5)]
for name, found, right in (
    ("single", single(*near, dist), cdist(*near).min()),
    ("complete", complete(*far, dist), cdist(*far).max()),
):
    print(f"{name} linkage of points: {found:.2f}, by definition {right:.2f}")


def sizes(data, distance, level):
    return sorted(len(found) for found in HierarchicalClustering(data, distance).getlevel(level))


random = Random(1)
columns = [(random.gauss(center, 0.5), y / 2) for center in (0, 20) for y in range(30)]
by_scipy = sorted(np.bincount(fcluster(linkage(columns, "single"), 4, "distance"))[1:].tolist())
print(f"two columns of 30 points, 20 apart, at 4: sizes {sizes(columns, dist, 4)}, SciPy {by_scipy}")
values = [1, 2, 12, 13]
print(f"1, 2, 12, 13 by |x - y| at 5: sizes {sizes(values, lambda x, y: abs(x - y), 5)}")
print(f"the same by |x - y| / 10: sizes {sizes(values, lambda x, y: abs(x - y) / 10, 5)}")
values = [101, 102, 112, 113]
print(f"100 more, by |x - y| / 10 at first: sizes {sizes(values, lambda x, y: abs(x - y) / 10, 5)}")
PY
cat >"$home/wanted" <<'SEEN'
single linkage of points: 9.06, by definition 3.00
complete linkage of points: 5.00, by definition 10.44
two columns of 30 points, 20 apart, at 4: sizes [7, 9, 14, 30], SciPy [30, 30]
1, 2, 12, 13 by |x - y| at 5: sizes [2, 2]
the same by |x - y| / 10: sizes [2, 2]
100 more, by |x - y| / 10 at first: sizes [4]
SEEN
expect "$home/seen" "$home/wanted"
