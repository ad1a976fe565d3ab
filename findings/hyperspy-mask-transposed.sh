#!/usr/bin/env bash
# HyperSpy 1.7.3 (Debian 12), navigation_mask of decomposition() and of cluster_analysis(): a "boolean numpy
# array or BaseSignal"; "the navigation locations marked as True are not used".
#
# Guess: mask[i, j] is the pixel data[i, j], as in a mask that is made from the data, and the same in both
# functions.
# Seen: in decomposition() mask[i, j] is the pixel data[j, i]: of a square image, of which the first three
# rows are broken and masked, the first three columns are left out and the broken rows are fitted, without a
# word; other shapes are an error. In cluster_analysis() and normalize_poissonian_noise() the same array means
# data[i, j]. A mask that is made of the signal itself, as a BaseSignal, is right in the first.
. "$(dirname "$0")/common.sh"
debian_python_unpacked python3-hyperspy=1.7.3-1
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { tail -5 "$home/log"; exit 2; }
import hyperspy.api as hs
import numpy as np

hs.preferences.General.show_progressbar = False
spectra = np.array([np.exp(-(((np.arange(40) - center) / 5) ** 2)) for center in (12, 28)])
random = np.random.RandomState(0)
data = random.poisson(100 * random.dirichlet([1, 1], (10, 10)) @ spectra).astype(float)
data[:3, :, 35] += 1e4
mask = data.max(axis=2) > 5000


def left_out(values):
    gone = np.isnan(values)
    return f"rows {np.flatnonzero(gone.all(axis=1))}, columns {np.flatnonzero(gone.all(axis=0))}"


print(f"masked: rows {np.flatnonzero(mask.all(axis=1))}, columns {np.flatnonzero(mask.all(axis=0))}")
whole = hs.signals.Signal1D(data)
for title, given in (("array", mask), ("signal", whole.max(axis=-1) > 5000)):
    image = hs.signals.Signal1D(data.copy())
    image.decomposition(algorithm="SVD", output_dimension=2, navigation_mask=given, print_info=False)
    first = image.get_decomposition_factors().data[0]
    print(f"decomposition by {title}: left out {left_out(image.get_decomposition_loadings().data[0])};",
          f"largest channel of the first factor {np.abs(first).argmax()}")
image = hs.signals.Signal1D(data.copy())
image.cluster_analysis("signal", n_clusters=2, navigation_mask=mask, algorithm="kmeans", random_state=0)
labels = image.get_cluster_labels(merged=True).data
print(f"cluster_analysis by array: left out {left_out(np.where(labels < 0, np.nan, labels))}")
PY
cat >"$home/wanted" <<'SEEN'
masked: rows [0 1 2], columns []
decomposition by array: left out rows [], columns [0 1 2]; largest channel of the first factor 35
decomposition by signal: left out rows [0 1 2], columns []; largest channel of the first factor 12
cluster_analysis by array: left out rows [0 1 2], columns []
SEEN
expect "$home/seen" "$home/wanted"
