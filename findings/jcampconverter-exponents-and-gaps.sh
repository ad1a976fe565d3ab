#!/usr/bin/env bash
# jcampconverter 12.5.3, convert(): spectra in JCAMP-DX 4.24, whose ordinates may be plain numbers (AFFN),
# with an exponent as E with sign and two or three digits, or "?" for a point that is missing; each line of
# ##XYDATA starts with the abscissa of its first ordinate.
#
# Guess: 1.5E+01 is 15; a missing point is left out or NaN, and every other one stays at its abscissa, if need
# be by that of its line.
# Seen: E is taken for the squeezed digit 5, as in compressed lines, so that 1.0E+01 is the three values 1, 5
# and 1: three ordinates give nine points, on an axis three times as long, and no message. A missing point is
# dropped and all behind it, on later lines too, move up by one place, since the abscissas of the lines are
# not used; the axis ends one point early. Compressed lines are read right.
. "$(dirname "$0")/common.sh"
npm_packages jcampconverter=12.5.3
node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const { convert } = require("jcampconverter");

const file = (lines, points) => `##TITLE=absorbance
##JCAMP-DX=4.24
##DATA TYPE=INFRARED SPECTRUM
##ORIGIN=made here
##OWNER=public domain
##XUNITS=1/CM
##YUNITS=ABSORBANCE
##XFACTOR=1
##YFACTOR=1
##FIRSTX=400
##LASTX=${399 + points}
##NPOINTS=${points}
##FIRSTY=10
##XYDATA=(X++(Y..Y))
${lines.join("\n")}
##END=
`;
for (const [title, lines, points] of [
  ["plain", ["400 10 20 30", "403 40 50 60"], 6],
  ["squeezed", ["400A0B0C0", "403D0E0F0"], 6],
  ["differences", ["400A0J0J0J0", "403D0J0J0", "405F0"], 6],
  ["exponents", ["400 1.0E+01 2.0E+01 3.0E+01"], 3],
  ["a point missing", ["400 10 ? 30", "403 40 50 60"], 6],
]) {
  const { x, y } = convert(file(lines, points)).flatten[0].spectra[0].data;
  console.log(`${title}: ${Array.from(x, (v, i) => `${v}:${y[i]}`).join(" ")}`);
}
JS
cat >"$home/wanted" <<'SEEN'
plain: 400:10 401:20 402:30 403:40 404:50 405:60
squeezed: 400:10 401:20 402:30 403:40 404:50 405:60
differences: 400:10 401:20 402:30 403:40 404:50 405:60
exponents: 400:1 401:5 402:1 403:2 404:5 405:1 406:3 407:5 408:1
a point missing: 400:10 401:30 402:40 403:50 404:60
SEEN
expect "$home/seen" "$home/wanted"
