#!/usr/bin/env bash
# ml-naivebayes 4.0.0, GaussianNB: a naive Bayes classifier of four features, of which one tells the two
# classes apart.
#
# Guess: all samples in their class, whichever of the features it is; any number of rows can be predicted.
# Seen: so it is if that feature is the first or the second. The third and all later ones are not looked at,
# since the loop over features runs to the number of constants that are kept for one feature, which is two;
# with a single feature it fails. Half of the samples are then wrong, without a word. A matrix of as many rows
# as there are features, and one more, is refused, as the number of its rows is compared where the number of
# its columns should be. Far from all classes the class is -1.
. "$(dirname "$0")/common.sh"
npm_packages ml-naivebayes=4.0.0
node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const { GaussianNB } = require("ml-naivebayes");

let seed = 7;
const uniform = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
const classes = Array.from({ length: 100 }, (_, i) => i % 2);
const data = (telling, features) =>
  classes.map((k) => Array.from({ length: features }, (_, j) => normal() + (j === telling ? 10 * k : 0)));
const fitted = (x) => {
  const model = new GaussianNB();
  model.train(x, classes);
  return model;
};
for (let telling = 0; telling < 4; telling++) {
  const x = data(telling, 4);
  const right = fitted(x).predict(x).filter((k, i) => k === classes[i]).length;
  console.log(`feature ${telling + 1} of 4 tells the classes apart: ${right} of 100 right`);
}
const attempt = (title, run) => {
  try {
    console.log(`${title}: ${run()}`);
  } catch (e) {
    console.log(`${title}: ${e.name}: ${e.message}`);
  }
};
const x = data(0, 4);
const model = fitted(x);
for (const rows of [4, 5, 6]) attempt(`${rows} rows`, () => model.predict(x.slice(0, rows)).join(" "));
attempt("60, on the side of class 1", () => model.predict([[60, 0, 0, 0]])[0]);
attempt("one feature", () => fitted(data(0, 1)).predict([[0]])[0]);
JS
cat >"$home/wanted" <<'SEEN'
feature 1 of 4 tells the classes apart: 100 of 100 right
feature 2 of 4 tells the classes apart: 100 of 100 right
feature 3 of 4 tells the classes apart: 58 of 100 right
feature 4 of 4 tells the classes apart: 52 of 100 right
4 rows: 0 1 0 1
5 rows: RangeError: the dataset must have the same features as the training set
6 rows: 0 1 0 1 0 1
60, on the side of class 1: -1
one feature: TypeError: Cannot read properties of undefined (reading '0')
SEEN
expect "$home/seen" "$home/wanted"
