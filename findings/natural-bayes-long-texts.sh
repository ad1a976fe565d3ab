#!/usr/bin/env bash
# natural 8.1.1, BayesClassifier: texts of two classes; half of the words of each are from a vocabulary of its
# class, half common.
#
# Guess: the longer a text, the surer its class; which class was taught first does not matter.
# Seen: texts of 100 and of 500 words are all right. Of 2,000 words, the length of an article, all are put
# into the class that was taught first: the logarithms of all words are summed, and the exponential of the sum
# is 0 for both classes beyond some 300 different words, so that they tie. Nothing tells that a text was too
# long.
. "$(dirname "$0")/common.sh"
npm_packages natural=8.1.1
DOTENV_CONFIG_QUIET=true node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const { BayesClassifier } = require("natural");

let seed = 7;
const below = (n) => Math.floor(((seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648) * n);
const syllable = () => "bdfgklmnprtvz"[below(13)] + "aou"[below(3)];
const words = (n) => Array.from({ length: n }, () => syllable() + syllable() + syllable() + "k");
const common = words(1000);
const own = { ships: words(200), music: words(200) };
const drawn = (from) => from[below(from.length)];
const text = (k, n) => Array.from({ length: n }, () => drawn(below(2) ? own[k] : common)).join(" ");
for (const order of [["ships", "music"], ["music", "ships"]]) {
  const model = new BayesClassifier();
  for (let i = 0; i < 40; i++) for (const k of order) model.addDocument(text(k, 200), k);
  model.train();
  for (const n of [100, 500, 2000]) {
    const found = (k) => Array.from({ length: 20 }, () => model.classify(text(k, n)));
    const counts = ["ships", "music"].map((k) => `${k} ${found(k).filter((one) => one === k).length}`);
    const values = model.getClassifications(text("music", n)).map(({ value }) => value.toExponential(0));
    const told = `right of 20 ${counts.join(", ")}; values ${values.join(" ")}`;
    console.log(`${order[0]} first, ${n} words: ${told}`);
  }
}
JS
cat >"$home/wanted" <<'SEEN'
ships first, 100 words: right of 20 ships 20, music 20; values 2e-56 3e-114
ships first, 500 words: right of 20 ships 20, music 20; values 1e-235 0e+0
ships first, 2000 words: right of 20 ships 20, music 0; values 0e+0 0e+0
music first, 100 words: right of 20 ships 20, music 20; values 1e-61 3e-118
music first, 500 words: right of 20 ships 20, music 20; values 2e-255 0e+0
music first, 2000 words: right of 20 ships 0, music 20; values 0e+0 0e+0
SEEN
expect "$home/seen" "$home/wanted"
