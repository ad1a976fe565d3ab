// By Armadillo, which nothing else of the border needs.
#include <RcppArmadillo.h>

#include "r_linear.h"

namespace nonneg {

namespace {

arma::mat view_of(Matrix& A) {
  return arma::mat(A.values.data(), A.rows, A.columns, false, true);  // in place
}

void take(const arma::mat& from, Matrix& to) {
  to = Matrix(static_cast<int>(from.n_rows), static_cast<int>(from.n_cols));
  std::copy(from.begin(), from.end(), to.values.begin());
}

}  // namespace

bool qr(Matrix& A, Matrix& R) {
  arma::mat q, r;
  if (!arma::qr_econ(q, r, view_of(A))) return false;
  take(q, A);
  take(r, R);
  return true;
}

bool cholesky(Matrix& A) {
  arma::mat in_place = view_of(A), R;
  if (!arma::chol(R, in_place)) return false;
  in_place = R;
  return true;
}

bool invert_upper(Matrix& R) {
  arma::mat in_place = view_of(R), inverse;
  if (!arma::inv(inverse, arma::trimatu(in_place))) return false;
  in_place = inverse;
  return true;
}

bool eigenvectors(Matrix& A, std::vector<double>& values) {
  arma::mat in_place = view_of(A), vectors;
  arma::vec found;
  if (!arma::eig_sym(found, vectors, in_place)) return false;
  in_place = vectors;
  values.assign(found.begin(), found.end());
  return true;
}

double reciprocal_condition(Matrix A) { return arma::rcond(view_of(A)); }

}  // namespace nonneg
