#!/usr/bin/env bash
# cluster 1.4.1.post3 (python3-cluster of Debian 12), KMeansClustering().getclusters(k): by its help the
# k-means method.
#
# Guess: for a skewed variable the two clusters with the smallest sum of squares about their means, as from
# scikit-learn.
# Seen: others, with twice that sum, whatever the order of the values: the centre of a cluster is the median
# of each coordinate, so that a rare large value has no weight. Squares about means are not what is made
# small, and nothing says so; "median" and "mean" of its helpers can be exchanged in the source only.
. "$(dirname "$0")/common.sh"
debian_packages python3-cluster=1.4.1.post3-1 python3-sklearn=1.2.1+dfsg-1
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { cat "$home/log"; exit 2; }
from statistics import fmean
from cluster import KMeansClustering
from sklearn.cluster import KMeans

x = [0, 0, 0, 0, 0, 1, 7, 8, 9, 10, 30]


def told(title, clusters):
    squares = sum((value - fmean(one)) ** 2 for one in clusters for value in one)
    print(f"{title}: {sorted(map(sorted, clusters))}, sum of squares {squares:.1f}")


for title, data in (("in order", x), ("from the last", x[::-1]), ("even places first", x[::2] + x[1::2])):
    found = KMeansClustering([(v,) for v in data]).getclusters(2)
    told(title, [[v for (v,) in one] for one in found])
label = KMeans(2, n_init=10, random_state=0).fit_predict([[v] for v in x])
told("scikit-learn", [[v for v, l in zip(x, label) if l == k] for k in (0, 1)])
PY
cat >"$home/wanted" <<'SEEN'
in order: [[0, 0, 0, 0, 0, 1], [7, 8, 9, 10, 30]], sum of squares 375.6
from the last: [[0, 0, 0, 0, 0, 1], [7, 8, 9, 10, 30]], sum of squares 375.6
even places first: [[0, 0, 0, 0, 0, 1], [7, 8, 9, 10, 30]], sum of squares 375.6
scikit-learn: [[0, 0, 0, 0, 0, 1, 7, 8, 9, 10], [30]], sum of squares 172.5
SEEN
expect "$home/seen" "$home/wanted"
