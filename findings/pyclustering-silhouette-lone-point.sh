#!/usr/bin/env bash
# pyclustering 0.10.1.2 (Debian 12), silhouette() and silhouette_ksearch(data, kmin, kmax): the number of
# clusters by the mean silhouette; by its help kmax is the "maximum amount of clusters that might be
# allocated". (Its k-means++ needs numpy.warnings, which numpy 1.24 of Debian 12 no longer has; it is put back
# here.)
#
# Guess: 4 of 2 to 4 for four clear groups; three groups and one point far away are 4 clusters too; a point
# that is alone has the silhouette 0, as Rousseeuw (1987) has it.
# Seen: kmax itself is never tried, so that 3 are found of 2 to 4. A point that is alone has NaN, and with it
# the mean of every partition in which it is alone: of 2 to 6 none has a number, and the number of clusters
# that is returned is -1.
. "$(dirname "$0")/common.sh"
debian_packages python3-pyclustering=0.10.1.2-2 python3-sklearn=1.2.1+dfsg-1
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { cat "$home/log"; exit 2; }
import warnings
import numpy
from pyclustering.cluster.silhouette import silhouette, silhouette_ksearch
from pyclustering.core.wrapper import ccore_library
from sklearn.metrics import silhouette_samples

ccore_library.workable = lambda: False  # Debian has no compiled core, which it would say in the output.
numpy.warnings = warnings
random = numpy.random.RandomState(0)
x = numpy.vstack([random.randn(20, 2) * 0.3 + center for center in ([0, 0], [5, 0], [0, 5], [5, 5])])


def searched(title, x, kmax):
    found = silhouette_ksearch(x.tolist(), 2, kmax, random_state=1, ccore=False).process()
    scores = ", ".join(f"{k}: {score:.2f}" for k, score in found.get_scores().items())
    print(f"{title}, 2 to {kmax}: {found.get_amount()} clusters (scores {scores})")


searched("four groups", x, 4)
searched("four groups", x, 5)
searched("three groups and a point far away", numpy.vstack([x[:60], [[30, 30]]]), 7)
points = [[0.0], [1.0], [9.0]]
found = silhouette(points, [[0, 1], [2]], ccore=False).process().get_score()
by_sklearn = silhouette_samples(points, [0, 0, 1], metric="sqeuclidean")
shown = numpy.round([found, by_sklearn], 2).tolist()
print(f"of 0 and 1 together and 9 alone: {shown[0]}, scikit-learn {shown[1]}")
PY
cat >"$home/wanted" <<'SEEN'
four groups, 2 to 4: 3 clusters (scores 2: 0.68, 3: 0.76)
four groups, 2 to 5: 4 clusters (scores 2: 0.68, 3: 0.76, 4: 0.98)
three groups and a point far away, 2 to 7: -1 clusters (scores 2: nan, 3: nan, 4: nan, 5: nan, 6: nan)
of 0 and 1 together and 9 alone: [0.99, 0.98, nan], scikit-learn [0.99, 0.98, 0.0]
SEEN
expect "$home/seen" "$home/wanted"
