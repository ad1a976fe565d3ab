#!/usr/bin/env bash
# gensim 4.2.0 (Debian 12), matutils.jaccard(): by its help the "Jaccard distance between vec1 and vec2", each
# a "distribution vector", as bag of words, array or sparse matrix, 0 for the largest similarity and 1 for the
# smallest.
#
# Guess: 0 for a vector with itself, and the same in each of the three forms: one minus the sum of minima over
# that of maxima.
# Seen: a bag of words with itself has 0.5, since both are added up for the union and what they share is not
# taken off, so that all distances lie between 0.5 and 1. Arrays and sparse matrices are taken for sets of
# numbers, whatever their place: (2, 1, 0) and (0, 2, 1), other words, have 0, and (2, 1, 0) and (4, 2, 0),
# the same words twice, 0.5.
. "$(dirname "$0")/common.sh"
python_with numpy=1.24.2 scipy=1.10.1
debian_python python3-gensim=4.2.0+dfsg-1+deb12u1 python3-smart-open=5.2.1-5
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { cat "$home/log"; exit 2; }
import numpy as np
from gensim.matutils import jaccard

x = np.array([2.0, 1.0, 0.0])
for name, y in (
    ("itself", x),
    ("other words", np.array([0.0, 2.0, 1.0])),
    ("the same twice", 2 * x),
    ("nothing shared", np.array([0.0, 0.0, 5.0])),
):
    wanted = 1 - np.minimum(x, y).sum() / np.maximum(x, y).sum()
    bags = [[(int(i), v[i]) for i in np.flatnonzero(v)] for v in (x, y)]
    print(f"{name:15s} formula {wanted:.2f}, bags of words {jaccard(*bags):.2f}, arrays {jaccard(x, y):.2f}")
PY
cat >"$home/wanted" <<'SEEN'
itself          formula 0.00, bags of words 0.50, arrays 0.00
other words     formula 0.80, bags of words 0.83, arrays 0.00
the same twice  formula 0.50, bags of words 0.67, arrays 0.50
nothing shared  formula 1.00, bags of words 1.00, arrays 0.75
SEEN
expect "$home/seen" "$home/wanted"
