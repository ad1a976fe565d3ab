// Factors across the border.
#ifndef NONNEG_R_FACTOR_H
#define NONNEG_R_FACTOR_H

#include <Rcpp.h>

#include <algorithm>

#include "core/factor.h"

namespace nonneg {

// Rows of W that cross at a time: they stay in the first cache.
constexpr std::ptrdiff_t kCrossRows = 64;

// W as rows (items), H as columns (items).
inline Factor factor_of_W(const double* W, std::ptrdiff_t rows, int columns) {
  Factor f(columns, rows);
  for (std::ptrdiff_t first = 0; first < f.count; first += kCrossRows)
    for (int k = 0; k < f.r; ++k) {
      const double* from = W + k * rows;
      for (std::ptrdiff_t i = first; i < std::min(first + kCrossRows, f.count); ++i) f.item(i)[k] = from[i];
    }
  return f;
}
inline Factor factor_of_W(const Rcpp::NumericMatrix& W) { return factor_of_W(W.begin(), W.nrow(), W.ncol()); }
inline Factor factor_of_H(const Rcpp::NumericMatrix& H) {
  Factor f(H.nrow(), H.ncol());
  std::copy(H.begin(), H.end(), f.values.data());
  return f;
}
inline Rcpp::NumericMatrix matrix_of_W(const Factor& f) {
  Rcpp::NumericMatrix out(static_cast<int>(f.count), f.r);
  for (std::ptrdiff_t first = 0; first < f.count; first += kCrossRows)
    for (int k = 0; k < f.r; ++k) {
      double* to = out.begin() + k * f.count;
      for (std::ptrdiff_t i = first; i < std::min(first + kCrossRows, f.count); ++i) to[i] = f.item(i)[k];
    }
  return out;
}
inline Rcpp::NumericMatrix matrix_of_H(const Factor& f) {
  Rcpp::NumericMatrix out(f.r, static_cast<int>(f.count));
  std::copy(f.values.data(), f.values.data() + f.size(), out.begin());
  return out;
}

}  // namespace nonneg

#endif
