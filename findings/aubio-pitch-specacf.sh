#!/usr/bin/env bash
# aubio 0.4.9 (Debian 12), pitch(method = "specacf"): pitch by the autocorrelation of the spectrum, one of
# seven methods of the library and of its tool aubiopitch, here of steady tones with eight harmonics that fall
# as 1/h.
#
# Guess: the frequency of the tone, as by the other methods, or an octave or another harmonic of it at worst.
# Seen: at 44100 Hz it is 1.5 to 1.8 times the frequency, which is no harmonic, and by how much depends on the
# number of harmonics (a pure tone is right, twenty harmonics make it 1.9), on the window and on the rate.
# Unlike an octave error it cannot be folded away, and it moves with the timbre, so that a voice on one note
# seems to glide. The others are right.
. "$(dirname "$0")/common.sh"
debian_packages python3-aubio=0.4.9-4.3+b1
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { cat "$home/log"; exit 2; }
import aubio
import numpy as np


def ratio(method, frequency, harmonics, rate=44100, window=2048):
    hop = window // 2
    time = np.arange(50 * hop) / rate
    h = np.arange(1, harmonics + 1)
    h = h[h * frequency < rate / 2]
    tone = 0.3 * (np.sin(2 * np.pi * frequency * np.outer(h, time)) / h[:, None]).sum(axis=0)
    tone = tone.astype(np.float32)
    detect = aubio.pitch(method, window, hop, rate)
    detect.set_unit("Hz")
    return np.median([detect(tone[i : i + hop])[0] for i in range(0, len(tone), hop)]) / frequency


frequencies = (110, 150, 220, 330, 440)
for method in ("schmitt", "fcomb", "mcomb", "yin", "yinfft", "specacf"):
    print(f"{method}, {frequencies} Hz: found / true", *(f"{ratio(method, f, 8):.2f}" for f in frequencies))
for harmonics in (1, 3, 20):
    print(f"specacf, {harmonics} harmonics:", *(f"{ratio('specacf', f, harmonics):.2f}" for f in frequencies))
print("specacf, window of 4096:", *(f"{ratio('specacf', f, 8, window=4096):.2f}" for f in frequencies))
print("specacf, 16000 Hz:", *(f"{ratio('specacf', f, 8, rate=16000):.2f}" for f in frequencies))
PY
cat >"$home/wanted" <<'SEEN'
schmitt, (110, 150, 220, 330, 440) Hz: found / true 1.00 1.00 1.00 1.00 1.00
fcomb, (110, 150, 220, 330, 440) Hz: found / true 1.00 1.00 1.00 1.00 1.00
mcomb, (110, 150, 220, 330, 440) Hz: found / true 1.00 1.00 1.00 1.00 1.00
yin, (110, 150, 220, 330, 440) Hz: found / true 1.00 1.00 1.00 1.00 1.00
yinfft, (110, 150, 220, 330, 440) Hz: found / true 1.00 1.00 1.00 1.00 1.00
specacf, (110, 150, 220, 330, 440) Hz: found / true 1.76 1.54 1.67 1.59 1.60
specacf, 1 harmonics: 1.01 1.01 1.00 1.00 1.00
specacf, 3 harmonics: 1.55 1.33 1.45 1.38 1.49
specacf, 20 harmonics: 1.91 1.65 1.82 1.60 1.56
specacf, window of 4096: 1.67 1.74 1.71 1.58 1.36
specacf, 16000 Hz: 1.57 1.14 1.26 1.04 0.98
SEEN
expect "$home/seen" "$home/wanted"
