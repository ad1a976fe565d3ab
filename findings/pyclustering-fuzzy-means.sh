#!/usr/bin/env bash
# pyclustering 0.10.1.2 (Debian 12), fcm(): fuzzy c-means with the fuzziness m, by default 2.
#
# Guess: at the end memberships and centres are those of the usual updates with that m (Bezdek 1981):
# distances to the power -2 / (m - 1), centres weighted by memberships to the power m. A point on a centre
# belongs to that one alone.
# Seen: memberships are those of m = 1.5, since the exponent is applied to squared distances; centres are
# weighted by the memberships themselves. Together these minimise the objective of no m. A point on a centre
# belongs wholly to every centre, as distances of 0 are left out of the sum: three values of 0 and three of 1,
# from starts at 0 and 1, which are the answer, end with both centres at 0.5 and all six in one cluster.
# k-means++, the start of its examples, puts centres on points.
. "$(dirname "$0")/common.sh"
debian_packages python3-pyclustering=0.10.1.2-2
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { cat "$home/log"; exit 2; }
import numpy as np
from pyclustering.cluster.fcm import fcm

random = np.random.RandomState(1)
x = np.vstack([random.randn(60, 2) / 2, random.randn(60, 2) / 2 + [6, 0]])
fit = fcm(x.tolist(), [[1.0, 1.0], [5.0, 1.0]], m=2, tolerance=1e-14, ccore=False).process()
u = np.array(fit.get_membership())
centers = np.array(fit.get_centers())
squares = ((x[:, None] - centers) ** 2).sum(axis=2)
for m in (1.5, 2):
    by_formula = squares ** (-1 / (m - 1))
    by_formula /= by_formula.sum(axis=1, keepdims=True)
    print(f"memberships are those of m = {m}: {np.allclose(u, by_formula, atol=1e-5)}")
for power in (1, 2):
    by_formula = (u**power).T @ x / (u**power).sum(axis=0)[:, None]
    same = np.allclose(centers, by_formula, atol=1e-5)
    print(f"centres are weighted by memberships to the power {power}: {same}")
fit = fcm([[0.0]] * 3 + [[1.0]] * 3, [[0.0], [1.0]], ccore=False, itermax=1).process()
print(f"three 0, three 1, one iteration: memberships of the first point {list(fit.get_membership()[0])}")
fit = fcm([[0.0]] * 3 + [[1.0]] * 3, [[0.0], [1.0]], ccore=False).process()
print(f"at the end: centres {fit.get_centers().ravel().tolist()}, clusters {fit.get_clusters()}")
PY
cat >"$home/wanted" <<'SEEN'
memberships are those of m = 1.5: True
memberships are those of m = 2: False
centres are weighted by memberships to the power 1: True
centres are weighted by memberships to the power 2: False
three 0, three 1, one iteration: memberships of the first point [1.0, 1.0]
at the end: centres [0.5, 0.5], clusters [[0, 1, 2, 3, 4, 5], []]
SEEN
expect "$home/seen" "$home/wanted"
