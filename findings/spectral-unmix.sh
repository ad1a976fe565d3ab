#!/usr/bin/env bash
# Spectral Python 0.22.4 (Debian 12), unmix(): by its help the fractions of given end members in each pixel of an
# image, by least squares, so that some may be negative.
#
# Guess: fractions that, with the end members, give an exact mixture back.
# Seen: it ends in an AttributeError for every image: it calls inv() of numpy, which is not there but in numpy.linalg.
# The same three lines with that give the fractions to 1e-13. smacc() of the same package, which
# finds pure pixels first and keeps fractions above zero, works.
. "$(dirname "$0")/common.sh"
python_with spectral=0.22.4
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { cat "$home/log"; exit 2; }
import numpy as np
import spectral

rng = np.random.RandomState(0)
members = rng.rand(3, 50)
fractions = rng.dirichlet(np.ones(3), 400)
fractions[:3] = np.eye(3)
image = (fractions @ members).reshape(20, 20, 50)
try:
    found = spectral.unmix(image, members).reshape(400, 3)
    print(f"unmix: largest error {np.abs(found - fractions).max():.0e}")
except Exception as e:
    print(f"unmix: {type(e).__name__}: {e}".split(". ")[0])
inverse = np.linalg.inv(members @ members.T) @ members
found = image.reshape(400, 50) @ inverse.T
print(f"with linalg.inv: error below 1e-10: {np.abs(found - fractions).max() < 1e-10}")
PY
# (smacc() prints its progress, which is of no interest here.)
"$python" -W ignore - >>"$home/seen" 2>"$home/log" <<'PY' || { cat "$home/log"; exit 2; }
import contextlib
import io
import numpy as np
import spectral

rng = np.random.RandomState(0)
members = rng.rand(3, 50)
fractions = rng.dirichlet(np.ones(3), 400)
fractions[:3] = np.eye(3)
image = (fractions @ members).reshape(20, 20, 50)
with contextlib.redirect_stdout(io.StringIO()):
    pure, found, _ = spectral.smacc(image, 3)
rest = np.abs(np.reshape(found, (400, 3)) @ pure - image.reshape(400, 50)).max()
print(f"smacc: error below 1e-4: {rest < 1e-4}")
PY
cat >"$home/wanted" <<'SEEN'
unmix: AttributeError: module 'numpy' has no attribute 'inv'
with linalg.inv: error below 1e-10: True
smacc: error below 1e-4: True
SEEN
expect "$home/seen" "$home/wanted"
