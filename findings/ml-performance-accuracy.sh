#!/usr/bin/env bash
# ml-performance 0.2.0, getMeasure() of "acc" and "err", the accuracy and error rate of a classifier at each
# threshold, and ml-confusion-matrix 2.0.0, getFalseOmissionRate().
#
# Guess: parts of all samples, which add up to 1; the false omission rate is the part of negative predictions
# that are wrong.
# Seen: accuracies of 1 and 1.5 for eight samples with four different scores: the right ones are divided by
# the number of thresholds, not of samples, which is right only if no two scores are equal. The error rate is
# the number of false negatives plus a quarter of the false positives. The false omission rate is the false
# negative rate: 0.5 where one of four negative predictions is wrong.
. "$(dirname "$0")/common.sh"
npm_packages ml-performance=0.2.0 ml-confusion-matrix=2.0.0
node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const Performance = require("ml-performance");
const { ConfusionMatrix } = require("ml-confusion-matrix");

const scores = [0.9, 0.9, 0.7, 0.7, 0.4, 0.4, 0.1, 0.1];
const truth = [1, 1, 1, 0, 1, 0, 0, 0];
const one = new Performance([scores], [truth], { all: true, max: true });
const shown = (x) => x.map((value) => value.toFixed(3)).join(" ");
const right = one.tp.map((tp, i) => (tp + one.tn[i]) / scores.length);
console.log("accuracy:   right", shown(right), " acc", shown(one.getMeasure("acc")));
console.log("error rate: right", shown(right.map((x) => 1 - x)), " err", shown(one.getMeasure("err")));
const table = ConfusionMatrix.fromLabels([1, 1, 0, 0, 0, 0], [1, 0, 1, 0, 0, 0]);
const wrong = table.getFalseNegativeCount(1);
console.log(`negative predictions: ${wrong + table.getTrueNegativeCount(1)}, of which wrong: ${wrong}`);
console.log("false omission rate", table.getFalseOmissionRate(1));
console.log("one minus the negative predictive value", 1 - table.getNegativePredictiveValue(1));
console.log("false negative rate", table.getFalseNegativeRate(1));
JS
cat >"$home/wanted" <<'SEEN'
accuracy:   right 0.500 0.750 0.750 0.750 0.500  acc 1.000 1.500 1.500 1.500 1.000
error rate: right 0.500 0.250 0.250 0.250 0.500  err 4.000 2.000 1.250 0.500 1.000
negative predictions: 4, of which wrong: 1
false omission rate 0.5
one minus the negative predictive value 0.25
false negative rate 0.5
SEEN
expect "$home/seen" "$home/wanted"
