#!/usr/bin/env bash
# pyclustering 0.10.1.2 (Debian 12), distance_metric(type_metric.MINKOWSKI, degree = ): the Minkowski
# distance.
#
# Guess: that of SciPy for every degree from 1 on; degree 1 is the Manhattan distance.
# Seen: differences are raised to the power without taking their size. For odd degrees 1 up and 1 down cancel,
# so that two different points are at distance 0, and others get a complex number, or NaN with numpy_usage =
# True; degree 1 gives negative distances, and which of the two points comes first decides. Even degrees are
# right. k-medians by degree 1 puts four points in one cluster where the Manhattan metric finds two.
. "$(dirname "$0")/common.sh"
debian_packages python3-pyclustering=0.10.1.2-2 python3-scipy=1.10.1-2
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { cat "$home/log"; exit 2; }
import numpy as np
from pyclustering.cluster.kmedians import kmedians
from pyclustering.utils.metric import distance_metric, type_metric
from scipy.spatial.distance import minkowski

for a, b in (((1, 0), (0, 1)), ((3, 1), (1, 2)), ((1, 2), (3, 1))):
    for degree in (1, 2, 3):
        a, b = np.array(a, float), np.array(b, float)
        plain = distance_metric(type_metric.MINKOWSKI, degree=degree)(a.tolist(), b.tolist())
        array = distance_metric(type_metric.MINKOWSKI, degree=degree, numpy_usage=True)(a, b)
        right = minkowski(a, b, degree)
        print(f"{a} {b}, degree {degree}: lists {plain:.2f}, numpy {array:.2f}, SciPy {right:.2f}")
points = [[0.0], [1.0], [9.0], [10.0]]
for name, metric in (
    ("Manhattan", distance_metric(type_metric.MANHATTAN)),
    ("Minkowski of degree 1", distance_metric(type_metric.MINKOWSKI, degree=1)),
):
    found = kmedians(points, [[0.0], [9.0]], metric=metric, ccore=False).process().get_clusters()
    print(f"0, 1, 9, 10 by k-medians, {name}: {[[int(points[i][0]) for i in cluster] for cluster in found]}")
PY
cat >"$home/wanted" <<'SEEN'
[1. 0.] [0. 1.], degree 1: lists 0.00, numpy 0.00, SciPy 2.00
[1. 0.] [0. 1.], degree 2: lists 1.41, numpy 1.41, SciPy 1.41
[1. 0.] [0. 1.], degree 3: lists 0.00, numpy 0.00, SciPy 1.26
[3. 1.] [1. 2.], degree 1: lists 1.00, numpy 1.00, SciPy 3.00
[3. 1.] [1. 2.], degree 2: lists 2.24, numpy 2.24, SciPy 2.24
[3. 1.] [1. 2.], degree 3: lists 1.91, numpy 1.91, SciPy 2.08
[1. 2.] [3. 1.], degree 1: lists -1.00, numpy -1.00, SciPy 3.00
[1. 2.] [3. 1.], degree 2: lists 2.24, numpy 2.24, SciPy 2.24
[1. 2.] [3. 1.], degree 3: lists 0.96+1.66j, numpy nan, SciPy 2.08
0, 1, 9, 10 by k-medians, Manhattan: [[0, 1], [9, 10]]
0, 1, 9, 10 by k-medians, Minkowski of degree 1: [[0, 1, 9, 10]]
SEEN
expect "$home/seen" "$home/wanted"
