#!/usr/bin/env bash
# ml-sparse-matrix 3.1.0: sums and products of two sparse matrices entry by entry, as for masks and weights,
# and functions of each entry.
#
# Guess: what the same matrices give when they are dense, by mul() and add() and by the static functions of
# these names.
# Seen: a.mul(b) keeps the entries of a where b is 0, in place of 0: a mask takes nothing away. The static
# functions of the same names, whose types have numbers only, give NaN and text for matrices and no error.
# cos() and add(1) leave zeros as they are. add() and sub() of matrices and mmul() are right.
. "$(dirname "$0")/common.sh"
npm_packages ml-sparse-matrix=3.1.0 ml-matrix=6.15.1
node --input-type=module - 2>"$home/log" <<'JS' >"$home/seen" || { cat "$home/log"; exit 2; }
import { Matrix } from "ml-matrix";
import { SparseMatrix } from "ml-sparse-matrix";

const a = [[1, 0, 3], [0, 2, 4]];
const mask = [[1, 1, 0], [0, 0, 1]];
const shown = (x) => JSON.stringify(x.to2DArray());
for (const name of ["add", "sub", "mul"]) {
  const dense = shown(new Matrix(a)[name](new Matrix(mask)));
  const sparse = shown(new SparseMatrix(a)[name](new SparseMatrix(mask)));
  const fixed = shown(SparseMatrix[name](new SparseMatrix(a), new SparseMatrix(mask)));
  console.log(`${name}: dense ${dense}, sparse ${sparse}`);
  console.log(`${name}: static ${fixed}`);
}
console.log("mmul:", shown(new SparseMatrix(a).mmul(new SparseMatrix(mask).transpose())));
console.log("cos: dense", shown(new Matrix(a).cos().round()));
console.log("cos: sparse", shown(new SparseMatrix(a).cos().round()));
console.log("add(1): dense", shown(new Matrix(a).add(1)), "sparse", shown(new SparseMatrix(a).add(1)));
JS
cat >"$home/wanted" <<'SEEN'
add: dense [[2,1,3],[0,2,5]], sparse [[2,1,3],[0,2,5]]
add: static [["1[object Object]",0,"3[object Object]"],[0,"2[object Object]","4[object Object]"]]
sub: dense [[0,-1,3],[0,2,3]], sparse [[0,-1,3],[0,2,3]]
sub: static [[null,0,null],[0,null,null]]
mul: dense [[1,0,0],[0,0,4]], sparse [[1,0,3],[0,2,4]]
mul: static [[null,0,null],[0,null,null]]
mmul: [[1,3],[2,4]]
cos: dense [[1,1,-1],[1,0,-1]]
cos: sparse [[1,0,-1],[0,0,-1]]
add(1): dense [[2,1,4],[1,3,5]] sparse [[2,0,4],[0,3,5]]
SEEN
expect "$home/seen" "$home/wanted"
