#!/usr/bin/env bash
# aubio 0.4.9 (Debian 12), pitch() by its default method, "yinfft", and by others: the chromatic notes of the
# two highest octaves of a piano, C6 to B7 (1046 to 3951 Hz), as steady tones with three harmonics at 44100
# Hz.
#
# Guess: the default is right within a few cents, as "yin", from which it is made, is.
# Seen: of notes with three harmonics it puts ten of 24 an octave, a twelfth or two octaves too low, of pure
# tones three, and which ones follows no order: a semitone up or down may be right. "yin" and "mcomb" have
# them all. Melodies of whistles, piccolos or birds get leaps that were not played.
. "$(dirname "$0")/common.sh"
debian_packages python3-aubio=0.4.9-4.3+b1
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { cat "$home/log"; exit 2; }
import aubio
import numpy as np

rate, window = 44100, 2048
time = np.arange(15 * window) / rate


def found(method, frequency, harmonics):
    tone = sum(0.3 / h * np.sin(2 * np.pi * frequency * h * time) for h in range(1, harmonics + 1))
    tone = tone.astype(np.float32)
    detect = aubio.pitch(method, window, window // 2, rate)
    detect.set_unit("Hz")
    seen = [detect(tone[start : start + window // 2])[0] for start in range(0, len(tone), window // 2)]
    return np.median(seen[5:])


names = "C C# D D# E F F# G G# A A# B".split()
for method in ("default", "yin", "mcomb"):
    for harmonics in (1, 3):
        wrong = []
        for note in range(84, 108):
            frequency = 440 * 2 ** ((note - 69) / 12)
            pitch = found(method, frequency, harmonics)
            if abs(np.log2(pitch / frequency)) > 1 / 24:
                wrong.append(f"{names[note % 12]}{note // 12 - 1} 1/{frequency / pitch:.0f}")
        print(f"{method}, {harmonics} harmonics: wrong {len(wrong)} of 24: {', '.join(wrong) or 'none'}")
PY
cat >"$home/wanted" <<'SEEN'
default, 1 harmonics: wrong 3 of 24: G#6 1/2, E7 1/3, G#7 1/4
default, 3 harmonics: wrong 10 of 24: D6 1/2, D#6 1/2, E6 1/2, F6 1/2, G#6 1/2, A#6 1/3, B6 1/3, D#7 1/3, E7 1/3, G#7 1/4
yin, 1 harmonics: wrong 0 of 24: none
yin, 3 harmonics: wrong 0 of 24: none
mcomb, 1 harmonics: wrong 0 of 24: none
mcomb, 3 harmonics: wrong 0 of 24: none
SEEN
expect "$home/seen" "$home/wanted"
