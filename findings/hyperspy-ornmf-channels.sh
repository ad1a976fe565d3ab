#!/usr/bin/env bash
# HyperSpy 1.7.3 (Debian 12), decomposition(algorithm="ORNMF"): online robust nonnegative factorization of a
# spectrum image, which takes pixels one after the other; here of exact mixtures of three spectra, without
# noise.
#
# Guess: a model as good as that of "NMF" to a few percent, in any unit.
# Seen: its relative error is 0.50 where the largest values are about 1 and 0.69 where they are about 100, as
# counts are, while "NMF" has less than 0.01. The data are transposed once too often, so that it goes through
# the 60 channels, each as a sample of 400 pixels. Given the transposed image, ornmf() goes through pixels and
# has 0.06 in units of 1; at 100 it fails too, since lambda1 = 1 and kappa = 1, which no help ties to the
# data, have units.
. "$(dirname "$0")/common.sh"
debian_python_unpacked python3-hyperspy=1.7.3-1
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { tail -5 "$home/log"; exit 2; }
import hyperspy.api as hs
import numpy as np
from hyperspy.learn.ornmf import ornmf

hs.preferences.General.show_progressbar = False
spectra = np.array([np.exp(-(((np.arange(60) - center) / 6) ** 2)) for center in (15, 30, 45)]) + 0.02
mixtures = np.random.RandomState(0).dirichlet([0.4] * 3, 400) @ spectra


def error(model, data):
    return np.linalg.norm(model - data) / np.linalg.norm(data)


for scale in (1, 100):
    data = scale * mixtures
    for algorithm in ("NMF", "ORNMF"):
        image = hs.signals.Signal1D(data.reshape(20, 20, 60).copy())
        image.decomposition(algorithm=algorithm, output_dimension=3, print_info=False, random_state=0)
        model = image.get_decomposition_model().data.reshape(400, 60)
        print(f"largest value {data.max():.0f}, {algorithm}: relative error {error(model, data):.2f}")
    first, second = ornmf(data.T.copy(), 3, random_state=0)
    model = (first @ second).T
    print(f"largest value {data.max():.0f}, ornmf of the transposed: relative error {error(model, data):.2f}")
PY
cat >"$home/wanted" <<'SEEN'
largest value 1, NMF: relative error 0.00
largest value 1, ORNMF: relative error 0.50
largest value 1, ornmf of the transposed: relative error 0.06
largest value 102, NMF: relative error 0.00
largest value 102, ORNMF: relative error 0.69
largest value 102, ornmf of the transposed: relative error 0.66
SEEN
expect "$home/seen" "$home/wanted"
