#!/usr/bin/env bash
# scikit-learn 1.2.1: does a zero that is stored in a sparse X (left by scaling, thresholding, or adding
# matrices) change an NMF?
#
# Guess: it may cost time, and changes nothing; perhaps an error from the check of the input.
# Seen: under the Frobenius loss nothing changes. Under Kullback-Leibler and beta = 1.5 (solver "mu") the fit ends
# with an IndexError from inside, since the values of X are taken with the stored zeros and those of WH where X
# is not zero; MiniBatchNMF fails elsewhere, with a ValueError about shapes. A COO matrix with such entries
# does the same. X.eliminate_zeros() before the fit helps.
. "$(dirname "$0")/common.sh"
python_with scikit-learn=1.2.1
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { cat "$home/log"; exit 2; }
import numpy as np
import scipy.sparse as sp
from sklearn.decomposition import NMF, MiniBatchNMF

stored = sp.csr_matrix(np.random.RandomState(0).poisson(3, (60, 30)).astype(float))
stored.data[::7] = 0
eliminated = stored.copy()
eliminated.eliminate_zeros()
for title, model in (
    ("NMF, frobenius", NMF(4, init="random", random_state=0, max_iter=50)),
    ("NMF, kullback-leibler", NMF(4, init="random", random_state=0, max_iter=50, solver="mu", beta_loss=1)),
    ("NMF, beta = 1.5", NMF(4, init="random", random_state=0, max_iter=50, solver="mu", beta_loss=1.5)),
    ("MiniBatchNMF, kullback-leibler", MiniBatchNMF(4, init="random", random_state=0, max_iter=50, beta_loss=1)),
):
    for kind, X in (("stored", stored), ("eliminated", eliminated)):
        try:
            print(f"{title}, zeros {kind}: error {model.fit(X).reconstruction_err_:.3f}")
        except Exception as e:
            print(f"{title}, zeros {kind}: {type(e).__name__}")
PY
cat >"$home/wanted" <<'SEEN'
NMF, frobenius, zeros stored: error 66.519
NMF, frobenius, zeros eliminated: error 66.519
NMF, kullback-leibler, zeros stored: IndexError
NMF, kullback-leibler, zeros eliminated: error 48.003
NMF, beta = 1.5, zeros stored: IndexError
NMF, beta = 1.5, zeros eliminated: error 54.925
MiniBatchNMF, kullback-leibler, zeros stored: ValueError
MiniBatchNMF, kullback-leibler, zeros eliminated: error 49.036
SEEN
expect "$home/seen" "$home/wanted"
