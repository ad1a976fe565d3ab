#!/usr/bin/env bash
# pyclustering 0.10.1.2 (Debian 12), ema(): clusters by a mixture of Gaussians, and gaussian(), their density.
#
# Guess: the density of a Gaussian, and so the clusters of scikit-learn from the same start, in any unit of a
# variable.
# Seen: under the root stands the Frobenius norm of the covariance in place of its determinant. Densities are
# a tenth for variances of 100 and 0.01, and of the unit matrix 0.84 of the right one. So the mixture prefers
# small clusters in one unit and large ones in another: with the second variable in centimetres the clusters
# agree with the groups with an adjusted Rand index of 0.11, in metres of 0.74; by scikit-learn 0.87 in both.
. "$(dirname "$0")/common.sh"
debian_packages python3-pyclustering=0.10.1.2-2 python3-scipy=1.10.1-2 python3-sklearn=1.2.1+dfsg-1
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { cat "$home/log"; exit 2; }
import numpy as np
from pyclustering.cluster.ema import ema, gaussian
from pyclustering.core.wrapper import ccore_library
from scipy.stats import multivariate_normal
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

ccore_library.workable = lambda: False  # Debian has no compiled core, which it would say in the output.
zero = np.zeros(2)
for variances in ((1, 1), (100, 0.01)):
    found = gaussian([zero], zero, np.diag(variances))[0]
    right = multivariate_normal.pdf(zero, zero, np.diag(variances))
    print(f"density at the mean, variances {variances}: {found:.3f}, formula {right:.3f}")

random = np.random.RandomState(3)
groups = np.vstack([random.randn(150, 2) * [10, 0.1], random.randn(150, 2) / 2 + [0, 0.6]])
group = np.repeat([0, 1], 150)
for unit, scale in (("metres", 1), ("centimetres", 100)):
    x = groups * [1, scale]
    parts = x[:150], x[150:]
    means, covariances = [p.mean(axis=0) for p in parts], [np.cov(p.T) for p in parts]
    inverses = np.linalg.inv(covariances)
    start = {"means_init": means, "precisions_init": inverses, "weights_init": [0.5, 0.5]}
    by_sklearn = GaussianMixture(2, **start).fit_predict(x)
    fit = ema(x, 2, means=means, variances=covariances)
    fit.process()
    by_ema = np.zeros(300)
    by_ema[fit.get_clusters()[1]] = 1
    agreement = [adjusted_rand_score(group, found) for found in (by_ema, by_sklearn)]
    print(f"{unit}: agreement of ema {agreement[0]:.2f}, of scikit-learn {agreement[1]:.2f}")
PY
cat >"$home/wanted" <<'SEEN'
density at the mean, variances (1, 1): 0.134, formula 0.159
density at the mean, variances (100, 0.01): 0.016, formula 0.159
metres: agreement of ema 0.74, of scikit-learn 0.87
centimetres: agreement of ema 0.11, of scikit-learn 0.87
SEEN
expect "$home/seen" "$home/wanted"
