#!/usr/bin/env bash
# meyda 5.6.3, spectralSlope, spectralKurtosis and perceptualSharpness of sounds, here of noise whose low or
# whose high frequencies are stronger.
#
# Guess: the slope of a line of least squares, below 0 for the low noise; a kurtosis of about 2, the fourth
# moment about the mean over the squared second; a sharpness that is higher for the high noise and the same
# for a fainter sound of the same kind.
# Seen: the slope has the wrong sign, and a third of its size: the number of lines is missing in one of two
# terms below. The kurtosis is -48 and -317: in the fourth moment the mean is there where its square should
# be, which no fourth power over a square can give. The sharpness of the high noise is the lower one, and a
# thousandth as loud it is half as much again: bands from the sixteenth on count without their loudness.
# Centroid, spread and skewness are right.
. "$(dirname "$0")/common.sh"
npm_packages meyda=5.6.3
node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const Meyda = require("meyda");

Meyda.bufferSize = 512;
Meyda.sampleRate = 44100;
let seed = 3;
const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
const noise = Array.from({ length: 513 }, () => random() + random() + random() - 1.5);
const sounds = {
  low: noise.slice(1).map((x, i) => (x + noise[i]) / 2),
  high: noise.slice(1).map((x, i) => (x - noise[i]) / 2),
};
const sum = (x) => x.reduce((total, value) => total + value, 0);
for (const [name, sound] of Object.entries(sounds)) {
  const features = ["amplitudeSpectrum", "spectralSlope", "spectralKurtosis", "spectralSkewness"];
  const found = Meyda.extract(features, sound);
  const a = Array.from(found.amplitudeSpectrum);
  const hertz = a.map((_, i) => (i * Meyda.sampleRate) / Meyda.bufferSize);
  const middle = sum(hertz) / a.length;
  const spread = sum(hertz.map((f) => (f - middle) ** 2));
  const slope = sum(a.map((x, i) => x * (hertz[i] - middle))) / spread / sum(a);
  const mean = sum(a.map((x, i) => x * i)) / sum(a);
  const moment = (k) => sum(a.map((x, i) => x * (i - mean) ** k)) / sum(a);
  const skewness = moment(3) / moment(2) ** 1.5;
  const kurtosis = moment(4) / moment(2) ** 2;
  console.log(`${name}: slope ${slope.toExponential(1)}, meyda ${found.spectralSlope.toExponential(1)}`);
  console.log(`${name}: skewness ${skewness.toFixed(2)}, meyda ${found.spectralSkewness.toFixed(2)}`);
  console.log(`${name}: kurtosis ${kurtosis.toFixed(1)}, meyda ${found.spectralKurtosis.toFixed(1)}`);
  for (const factor of [1, 0.001]) {
    const sharpness = Meyda.extract("perceptualSharpness", sound.map((x) => factor * x));
    console.log(`${name}: sharpness by meyda, amplitude times ${factor}: ${sharpness.toFixed(2)}`);
  }
}
JS
cat >"$home/wanted" <<'SEEN'
low: slope -2.8e-7, meyda 9.6e-8
low: skewness 0.41, meyda 0.41
low: kurtosis 2.3, meyda -47.9
low: sharpness by meyda, amplitude times 1: 0.53
low: sharpness by meyda, amplitude times 0.001: 0.70
high: slope 2.6e-7, meyda -8.9e-8
high: skewness -0.33, meyda -0.33
high: kurtosis 2.2, meyda -316.6
high: sharpness by meyda, amplitude times 1: 0.48
high: sharpness by meyda, amplitude times 0.001: 0.71
SEEN
expect "$home/seen" "$home/wanted"
