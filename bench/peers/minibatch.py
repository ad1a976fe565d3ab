# minibatch.py file rank block epochs out
#
# MiniBatchNMF on a file of Cell Ranger, some cells at a time, which are its rows. Writes components_, whose bytes are
# those of W by columns; prints the seconds, and those of them that reading took.

import sys
import time

import h5py
import numpy as np
import scipy.sparse as sp
from sklearn.decomposition import MiniBatchNMF

file, rank, block, epochs, out = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
matrix = h5py.File(file, "r")["matrix"]
ends = matrix["indptr"][:]
rows, columns = matrix["shape"][:]
model = MiniBatchNMF(rank, init="random", batch_size=block, random_state=1, max_iter=200)
reading = 0
began = time.perf_counter()
for epoch in range(epochs):
    for first in range(0, columns, block):
        last = min(columns, first + block)
        here = time.perf_counter()
        a, b = ends[first], ends[last]
        x = sp.csr_matrix(
            (matrix["data"][a:b].astype(np.float64), matrix["indices"][a:b], ends[first : last + 1] - a),
            shape=(last - first, rows),
        )
        reading += time.perf_counter() - here
        model.partial_fit(x)
print(time.perf_counter() - began, reading)
model.components_.astype(np.float64).tofile(out)
