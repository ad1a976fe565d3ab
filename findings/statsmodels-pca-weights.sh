#!/usr/bin/env bash
# statsmodels 0.13.5 (Debian 12), PCA(weights = ) and PCA(gls = True): principal components with weights of
# the variables; by its help rsquare is the R squared of the first components, on the transformed data, and ic
# has three criteria for their number.
#
# Guess: rsquare rises from 0 to 1 with all components, when the data come back exactly, with weights as
# without.
# Seen: without weights it does. With weights it is above 1 from the first component on, up to 3.56 here, and
# with gls from the second on: the data that are weighted already are weighted once more for what is left, and
# not for the whole. So plots of it, and shares of variance that are read from it, are wrong; of the criteria
# for 0 to 6 components one row is returned, that of none.
. "$(dirname "$0")/common.sh"
debian_packages python3-statsmodels=0.13.5+dfsg-7
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { cat "$home/log"; exit 2; }
import numpy as np
from statsmodels.multivariate.pca import PCA

random = np.random.RandomState(0)
x = random.rand(60, 6) * range(1, 7) + 5 * random.rand(60, 1)
z = (x - x.mean(axis=0)) / x.std(axis=0)
for title, given in (
    ("no weights", {}),
    ("weights 1 to 6", {"weights": np.arange(1.0, 7)}),
    ("weights 6 to 1", {"weights": np.arange(6.0, 0, -1)}),
    ("one variable ten times", {"weights": np.array([10.0, 1, 1, 1, 1, 1])}),
    ("gls", {"gls": True, "ncomp": 2}),
):
    fit = PCA(x, **given)
    values = np.linalg.svd(z * np.sqrt(fit.weights), compute_uv=False) ** 2
    right = np.append(0, np.cumsum(values) / values.sum())[: len(fit.rsquare)]
    print(f"{title}: rsquare", *(f"{r:.2f}" for r in fit.rsquare))
    print(f"{title}, by definition:", *(f"{r:.2f}" for r in right), "- criteria for", len(fit.ic), "of", len(right))
PY
cat >"$home/wanted" <<'SEEN'
no weights: rsquare 0.00 0.75 0.84 0.91 0.96 0.99 1.00
no weights, by definition: 0.00 0.75 0.84 0.91 0.96 0.99 1.00 - criteria for 7 of 7
weights 1 to 6: rsquare 0.00 1.33 1.42 1.48 1.53 1.57 1.59
weights 1 to 6, by definition: 0.00 0.70 0.84 0.92 0.98 1.00 1.00 - criteria for 1 of 7
weights 6 to 1: rsquare 0.00 1.14 1.38 1.50 1.56 1.58 1.59
weights 6 to 1, by definition: 0.00 0.82 0.88 0.93 0.96 0.99 1.00 - criteria for 1 of 7
one variable ten times: rsquare 0.00 2.56 2.96 3.22 3.45 3.55 3.56
one variable ten times, by definition: 0.00 0.88 0.92 0.96 0.98 0.99 1.00 - criteria for 1 of 7
gls: rsquare 0.00 0.91 1.04
gls, by definition: 0.00 0.78 0.87 - criteria for 2 of 3
SEEN
expect "$home/seen" "$home/wanted"
