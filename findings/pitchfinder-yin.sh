#!/usr/bin/env bash
# pitchfinder 2.3.4, YIN(): the pitch of a sound; by its README "null if pitch cannot be identified".
#
# Guess: the pitch of a tone whatever its loudness, null for silence and for tones too low for the number of
# samples.
# Seen: 17640 Hz for silence, and for a tone of 220 Hz that is 40 dB below full scale; 18540 Hz for one of 80
# Hz at half of full scale and 2048 samples, which the detector DynamicWavelet has right. The difference at a
# lag of 1 is set to 1 before the running mean is taken, so that the larger its part in that mean, the smaller
# all others look: the fainter or lower a tone, the sooner the first lag that is looked at, 2 samples, is
# taken. A melody's rests become notes of 17640 Hz.
. "$(dirname "$0")/common.sh"
npm_packages pitchfinder=2.3.4
node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const { YIN, DynamicWavelet, frequencies } = require("pitchfinder");

const sampleRate = 44100;
const yin = YIN({ sampleRate });
const wavelet = DynamicWavelet({ sampleRate });
const tone = (hertz, loud, samples) =>
  Float32Array.from({ length: samples }, (_, i) => loud * Math.sin((2 * Math.PI * hertz * i) / sampleRate));
const shown = (pitch) => (pitch === null ? "null" : pitch.toFixed(0));
const sounds = [[220, 0.5], [220, 0.01], [220, 0], [100, 0.5], [90, 0.5], [80, 0.5]];
for (const [hertz, loud] of sounds) {
  const x = tone(hertz, loud, 2048);
  console.log(`${hertz} Hz, amplitude ${loud}: YIN ${shown(yin(x))}, DynamicWavelet ${shown(wavelet(x))}`);
}
const melody = Float32Array.from([...tone(220, 0.5, 11025), ...tone(0, 0, 11025), ...tone(330, 0.5, 11025)]);
console.log("two notes and a rest:", frequencies(yin, melody, { sampleRate }).map(shown).join(" "));
JS
cat >"$home/wanted" <<'SEEN'
220 Hz, amplitude 0.5: YIN 220, DynamicWavelet 220
220 Hz, amplitude 0.01: YIN 17643, DynamicWavelet 220
220 Hz, amplitude 0: YIN 17640, DynamicWavelet null
100 Hz, amplitude 0.5: YIN 100, DynamicWavelet 100
90 Hz, amplitude 0.5: YIN 18848, DynamicWavelet 90
80 Hz, amplitude 0.5: YIN 18541, DynamicWavelet 80
two notes and a rest: 220 220 17640 17640 330
SEEN
expect "$home/seen" "$home/wanted"
