// Factors across the border.
#ifndef NONNEG_R_FACTOR_H
#define NONNEG_R_FACTOR_H

#include <RcppArmadillo.h>

#include <algorithm>

#include "core/factor.h"

namespace nonneg {

// W as rows (items), H as columns (items).
inline Factor factor_of_W(const arma::mat& W) {
  Factor f(static_cast<int>(W.n_cols), W.n_rows);
  for (arma::uword k = 0; k < W.n_cols; ++k)
    for (arma::uword i = 0; i < W.n_rows; ++i) f.item(i)[k] = W(i, k);
  return f;
}
inline Factor factor_of_H(const arma::mat& H) {
  Factor f(static_cast<int>(H.n_rows), H.n_cols);
  std::copy(H.begin(), H.end(), f.values.data());
  return f;
}
inline Rcpp::NumericMatrix matrix_of_W(const Factor& f) {
  Rcpp::NumericMatrix out(static_cast<int>(f.count), f.r);
  for (std::ptrdiff_t i = 0; i < f.count; ++i)
    for (int k = 0; k < f.r; ++k) out(i, k) = f.item(i)[k];
  return out;
}
inline Rcpp::NumericMatrix matrix_of_H(const Factor& f) {
  Rcpp::NumericMatrix out(f.r, static_cast<int>(f.count));
  std::copy(f.values.data(), f.values.data() + f.size(), out.begin());
  return out;
}

}  // namespace nonneg

#endif
