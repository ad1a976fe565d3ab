#!/usr/bin/env bash
# ml-pls 4.4.1, PLS: partial least squares of one response on four correlated spectra-like variables, exactly
# linear but for noise of 0.01.
#
# Guess: with four latent vectors, as many as variables, the fit is that of least squares; predictions of the
# training data differ from the data by the residuals that it keeps (F); predict() reads its argument; scale =
# false gives the same there.
# Seen: the residuals are those of least squares, 0.01, and predictions of the same data are off by 2.31: the
# loadings are used as if they were the weights that give scores from data, which is right for one latent
# vector of uncorrelated variables only. predict() of a Matrix standardizes it in place, so that a second call
# with it gives other numbers, off by 12. With scale = false nothing is centred, and the prediction is
# multiplied by the standard deviation of the response and shifted by its mean all the same.
# getExplainedVariance() is that of the last latent vector alone.
. "$(dirname "$0")/common.sh"
npm_packages ml-pls=4.4.1 ml-matrix=6.15.1
node - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
const { PLS } = require("ml-pls");
const { Matrix, solve } = require("ml-matrix");

let seed = 7;
const uniform = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
const x = Array.from({ length: 40 }, () => {
  const common = normal();
  return Array.from({ length: 4 }, (_, j) => 3 + common + ((j + 1) * normal()) / 2);
});
const y = x.map(([a, b, c, d]) => [10 + 2 * a - b + c / 2 + 3 * d + normal() / 100]);
const error = (found) =>
  Math.sqrt(found.reduce((sum, [v], i) => sum + (v - y[i][0]) ** 2, 0) / y.length).toFixed(2);
const predicted = (model, data) => error(model.predict(data).to2DArray());
const design = new Matrix(x.map((row) => [1, ...row]));
console.log(`least squares: error ${error(design.mmul(solve(design, new Matrix(y))).to2DArray())}`);
for (const scale of [true, false]) {
  for (const latentVectors of [1, 2, 4]) {
    const model = new PLS({ latentVectors, scale });
    model.train(x, y);
    const kept = Math.sqrt(Matrix.mul(model.F, model.F).sum() / y.length) * (scale ? model.stdDevY[0] : 1);
    const explained = model.getExplainedVariance().toFixed(2);
    console.log(
      `scale ${scale}, ${latentVectors} latent vectors: error of predict() ${predicted(model, x)},`,
      `residuals kept ${kept.toFixed(2)}, explained ${explained}`,
    );
  }
}
const model = new PLS({ latentVectors: 4 });
model.train(x, y);
const data = new Matrix(x);
console.log(`the same Matrix twice: error ${predicted(model, data)} and ${predicted(model, data)}`);
console.log(`its first number before and after: ${x[0][0].toFixed(2)}, ${data.get(0, 0).toFixed(2)}`);
JS
cat >"$home/wanted" <<'SEEN'
least squares: error 0.01
scale true, 1 latent vectors: error of predict() 4.72, residuals kept 3.61, explained 0.56
scale true, 2 latent vectors: error of predict() 2.62, residuals kept 1.12, explained 0.20
scale true, 4 latent vectors: error of predict() 2.31, residuals kept 0.01, explained 0.13
scale false, 1 latent vectors: error of predict() 190.53, residuals kept 5.37, explained 0.88
scale false, 2 latent vectors: error of predict() 188.70, residuals kept 4.28, explained 0.07
scale false, 4 latent vectors: error of predict() 188.34, residuals kept 3.48, explained 0.03
the same Matrix twice: error 2.31 and 12.01
its first number before and after: 3.21, -2.56
SEEN
expect "$home/seen" "$home/wanted"
