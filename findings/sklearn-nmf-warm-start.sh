#!/usr/bin/env bash
# scikit-learn 1.2.1, NMF(solver="cd", init="custom"): a fit that converged is given back as the start, with the same
# data and the same tol, to go on from it (after a checkpoint, or to add a few rows later).
#
# Guess: it stops at once, or after an iteration or two.
# Seen: it runs to max_iter and warns that it has not converged; so it does at ten times the limit. tol is a part of
# the projected gradient of the first iteration: from a solution there is next to nothing of which 1e-4 could be
# left. The better the start, the longer the fit. The error is the same to five digits. solver="mu", whose rule
# looks at the objective, stops at its first look, after 10.
. "$(dirname "$0")/common.sh"
python_with scikit-learn=1.2.1
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { cat "$home/log"; exit 2; }
import warnings
import numpy as np
from sklearn.decomposition import NMF
from sklearn.exceptions import ConvergenceWarning

rng = np.random.RandomState(0)
X = np.abs(rng.rand(80, 5) @ rng.rand(5, 40) + 0.05 * rng.randn(80, 40))


def told(title, model, **start):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        W = model.fit_transform(X, **start)
    warned = any(issubclass(w.category, ConvergenceWarning) for w in caught)
    limit = "the limit" if model.n_iter_ == model.max_iter else "fewer than the limit"
    print(f"{title}: {limit} of {model.max_iter}, warned: {warned}, error {model.reconstruction_err_:.3f}")
    return W


first = NMF(5, init="nndsvd", max_iter=4000)
W = told("cd, first fit", first)
start = lambda: dict(W=W.copy(), H=first.components_.copy())
told("cd, from its own solution", NMF(5, init="custom", max_iter=400), **start())
told("cd, from its own solution", NMF(5, init="custom", max_iter=4000), **start())
mu = NMF(5, init="custom", max_iter=4000, solver="mu")
told("mu, from that solution", mu, **start())
print("mu iterations:", mu.n_iter_)
PY
cat >"$home/wanted" <<'SEEN'
cd, first fit: fewer than the limit of 4000, warned: False, error 2.509
cd, from its own solution: the limit of 400, warned: True, error 2.509
cd, from its own solution: the limit of 4000, warned: True, error 2.509
mu, from that solution: fewer than the limit of 4000, warned: False, error 2.509
mu iterations: 10
SEEN
expect "$home/seen" "$home/wanted"
