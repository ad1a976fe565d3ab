#!/usr/bin/env bash
# pyclustering 0.10.1.2 (Debian 12), agglomerative() with AVERAGE_LINK: by its help clusters are compared by
# the average distance between their objects.
#
# Guess: the partition of other programs, as with the three other links: of two groups of 60 points and two
# far points alone, the farthest point is one of two clusters, and the nearer one too is alone among four.
# Seen: in two clusters the far points are joined to the groups. The sum of all n1 n2 squared distances is
# divided by n1 + n2, not by n1 n2, so that a point by itself is hardly far from anything and two large groups
# always are: clusters come out of about equal size, and outliers are hidden in them. The other links agree
# with SciPy.
. "$(dirname "$0")/common.sh"
debian_packages python3-pyclustering=0.10.1.2-2 python3-scipy=1.10.1-2
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { cat "$home/log"; exit 2; }
import numpy as np
from pyclustering.cluster.agglomerative import agglomerative, type_link
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist

random = np.random.RandomState(1)
groups = [random.randn(60, 2) / 2 + center for center in ([0, 0], [6, 0])]
x = np.vstack([*groups, [[3, 9], [14, 9]]])
for name in ("average", "complete", "single", "centroid"):
    tree = linkage(x if name == "centroid" else pdist(x) ** 2, name)
    for k in (2, 4):
        link = type_link[name.upper() + "_LINK"]
        found = agglomerative(x.tolist(), k, link, ccore=False).process().get_clusters()
        by_scipy = sorted(np.bincount(fcluster(tree, k, "maxclust"))[1:])
        print(f"{name}, {k} clusters: sizes {sorted(map(len, found))}, SciPy {by_scipy}")
PY
cat >"$home/wanted" <<'SEEN'
average, 2 clusters: sizes [60, 62], SciPy [1, 121]
average, 4 clusters: sizes [1, 1, 60, 60], SciPy [1, 1, 60, 60]
complete, 2 clusters: sizes [1, 121], SciPy [1, 121]
complete, 4 clusters: sizes [1, 1, 60, 60], SciPy [1, 1, 60, 60]
single, 2 clusters: sizes [1, 121], SciPy [1, 121]
single, 4 clusters: sizes [1, 1, 60, 60], SciPy [1, 1, 60, 60]
centroid, 2 clusters: sizes [1, 121], SciPy [1, 121]
centroid, 4 clusters: sizes [1, 1, 60, 60], SciPy [1, 1, 60, 60]
SEEN
expect "$home/seen" "$home/wanted"
