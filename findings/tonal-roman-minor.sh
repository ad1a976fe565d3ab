#!/usr/bin/env bash
# tonal 6.5.1, Progression.fromRomanNumerals() and toRomanNumerals(): chord progressions as Roman numerals and
# as chord symbols in a key.
#
# Guess: ii and vi in C are Dm and Am, since lower case means minor, which RomanNumeral.get() knows; there and
# back gives the same chords.
# Seen: lower case is dropped: I vi ii V7 are the chords C, A, D, G7, three of them major, and vii with a sign
# for diminished only keeps that sign. In minor keys the same holds for i and iv. What toRomanNumerals()
# writes has an upper-case numeral and m, which comes back right, so that only analyses from elsewhere, where
# lower case is common, are changed, without a word.
. "$(dirname "$0")/common.sh"
npm_packages tonal=6.5.1
node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const { Chord, Progression, RomanNumeral } = require("tonal");

for (const [tonic, numerals] of [
  ["C", ["I", "vi", "ii", "V7", "viio7"]],
  ["A", ["i", "iv", "V7"]],
  ["C", ["IM7", "VIm7", "IIm7", "V7"]],
]) {
  const chords = Progression.fromRomanNumerals(tonic, numerals);
  const back = Progression.toRomanNumerals(tonic, chords);
  console.log(`${tonic}: ${numerals.join(" ")} are ${chords.join(" ")}, back ${back.join(" ")}`);
  console.log(`  ${chords.map((chord) => Chord.get(chord).notes.join("-")).join(", ")}`);
}
console.log(`RomanNumeral.get("ii").major: ${RomanNumeral.get("ii").major}`);
JS
cat >"$home/wanted" <<'SEEN'
C: I vi ii V7 viio7 are C A D G7 Bo7, back I VI II V7 VIIo7
  C-E-G, A-C#-E, D-F#-A, G-B-D-F, B-D-F-Ab
A: i iv V7 are A D E7, back I IV V7
  A-C#-E, D-F#-A, E-G#-B-D
C: IM7 VIm7 IIm7 V7 are CM7 Am7 Dm7 G7, back IM7 VIm7 IIm7 V7
  C-E-G-B, A-C-E-G, D-F-A-C, G-B-D-F
RomanNumeral.get("ii").major: false
SEEN
expect "$home/seen" "$home/wanted"
