#!/usr/bin/env bash
# lda 0.2.0 (npm): topics of a collection of texts, each as its most probable words with their probabilities.
#
# Guess: for two clear topics of six words each, the five words asked for, of a small collection as of one
# that is a half larger.
# Seen: of the larger collection both topics are empty, without a word. Probabilities are sorted as texts, and
# as soon as those of words that are not in a topic are below a millionth they are written as 9.1e-7, which
# comes before 0.19; the first five are then dropped for being below 2 percent, as all words of a topic over
# many words are. With the default of beta, 0.01, that is so for topics of more than 10,000 words; here it is
# 0.001, to be quick.
. "$(dirname "$0")/common.sh"
npm_packages lda=0.2.0
node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const lda = require("lda");

const ships = ["harbor", "vessel", "anchor", "captain", "cargo", "lighthouse"];
const music = ["violin", "concert", "melody", "orchestra", "rhythm", "tenor"];
let seed = 5;
const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
for (const size of [80, 120]) {
  const texts = Array.from({ length: size }, (_, i) =>
    Array.from({ length: 20 }, () => (i % 2 ? ships : music)[Math.floor(6 * random())]).join(" "),
  );
  const topics = lda(texts, 2, 5, ["en"], null, 0.001, 1);
  for (const topic of topics) {
    const words = topic.map(({ term, probability }) => `${term} ${probability}`).join(", ");
    console.log(`${size} texts of 20 words, a topic: ${words || "no words"}`);
  }
}
JS
cat >"$home/wanted" <<'SEEN'
80 texts of 20 words, a topic: vessel 0.19, lighthouse 0.18, harbor 0.18, anchor 0.17, captain 0.15
80 texts of 20 words, a topic: concert 0.19, tenor 0.18, rhythm 0.18, melody 0.16, orchestra 0.15
120 texts of 20 words, a topic: no words
120 texts of 20 words, a topic: no words
SEEN
expect "$home/seen" "$home/wanted"
