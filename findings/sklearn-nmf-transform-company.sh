#!/usr/bin/env bash
# scikit-learn 1.2.1, NMF.transform(): is the answer for one row (one new document, one new cell) the same alone and
# in company of others? Rows have nothing in common but the fitted components.
#
# Guess: the same to about tol.
# Seen: under Kullback-Leibler (solver "mu") the coefficients of a row differ by 1 to 3 percent of the largest, as
# the decrease of the objective of all rows together ends the iterations for every one of them; rows given twice agree. Under
# Itakura-Saito it is a percent or more as well. With solver "cd" it is a few parts in 10,000.
. "$(dirname "$0")/common.sh"
python_with scikit-learn=1.2.1
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { cat "$home/log"; exit 2; }
import numpy as np
from sklearn.decomposition import NMF

rng = np.random.RandomState(0)
X = np.abs(rng.rand(80, 5) @ rng.rand(5, 40) + 0.05 * rng.randn(80, 40)) + 0.01
for title, settings in (
    ("cd, frobenius", {}),
    ("mu, kullback-leibler", dict(solver="mu", beta_loss=1)),
    ("mu, itakura-saito", dict(solver="mu", beta_loss=0)),
):
    model = NMF(5, init="nndsvda", max_iter=5000, **settings).fit(X)
    together = model.transform(X)
    alone = np.vstack([model.transform(X[[i]]) for i in range(len(X))])
    twice = model.transform(np.vstack([X, X]))[: len(X)]
    off = np.abs(alone - together).max() / together.max()
    size = "more than 1 percent" if off > 0.01 else "less than 1 in 1000" if off < 1e-3 else "between"
    print(f"{title}: alone against together {size}, twice the rows {np.abs(twice - together).max() / together.max():.0e}")
PY
cat >"$home/wanted" <<'SEEN'
cd, frobenius: alone against together less than 1 in 1000, twice the rows 0e+00
mu, kullback-leibler: alone against together more than 1 percent, twice the rows 0e+00
mu, itakura-saito: alone against together more than 1 percent, twice the rows 0e+00
SEEN
expect "$home/seen" "$home/wanted"
