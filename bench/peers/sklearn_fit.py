# sklearn_fit.py directory rows columns rank solver iterations
#
# Factorizes the matrix in the files x, i, p (sparse, by columns) or x (dense) of
# the directory, from the start in W, H, and writes the result there. scikit-learn
# has observations in rows: what we call H is its W, transposed, and these bytes
# are the same. Prints the seconds of the fit and the bytes it took above the data.

import os
import sys
import time
import warnings

import numpy as np
import scipy.sparse as sp
from sklearn.decomposition import NMF

warnings.filterwarnings("ignore")


def memory(what):
    try:
        with open("/proc/self/status") as status:
            return 1024 * next(int(line.split()[1]) for line in status if line.startswith(what + ":"))
    except OSError:
        return float("nan")


def reset_peak():
    try:
        with open("/proc/self/clear_refs", "w") as peak:
            peak.write("5")
    except OSError:
        pass


directory, rows, columns, rank, solver, iterations = sys.argv[1:]
rows, columns, rank, iterations = int(rows), int(columns), int(rank), int(iterations)


def read(name, kind=np.float64):
    return np.fromfile(os.path.join(directory, name), dtype=kind)


if os.path.exists(os.path.join(directory, "i")):
    X = sp.csr_matrix((read("x"), read("i", np.int32), read("p", np.int32)), shape=(columns, rows))
else:
    X = read("x").reshape(columns, rows)

options = dict(n_components=rank, solver=solver)
if solver == "mu-kl":
    options.update(solver="mu", beta_loss="kullback-leibler")
start = {}
if os.path.exists(os.path.join(directory, "W")):
    options["init"] = "custom"
    start = dict(W=read("H").reshape(columns, rank), H=read("W").reshape(rank, rows))
else:
    options.update(init="random", random_state=1)
if iterations > 0:
    options.update(tol=0, max_iter=iterations)

# What loading leaves for the first call is done on a matrix of nothing.
NMF(2, init="random", solver=options["solver"], max_iter=2).fit_transform(np.eye(4))
reset_peak()
before = memory("VmRSS")
model = NMF(**options)
began = time.perf_counter()
H = model.fit_transform(X, **start)
seconds = time.perf_counter() - began
above = memory("VmHWM") - before
H.astype(np.float64).tofile(os.path.join(directory, "H"))
model.components_.astype(np.float64).tofile(os.path.join(directory, "W"))
print(seconds, above)
