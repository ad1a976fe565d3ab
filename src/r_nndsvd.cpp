// The border for NNDSVD: what is done with all entries of singular vectors, one pass for each.
#include <Rcpp.h>

#include <algorithm>
#include <cmath>

// In place, in matrices that nobody else holds: entries that are rounding errors of vectors of unit norm
// become 0, and the largest entry of each column of u positive; of several that are equal up to rounding, the
// first. A column whose d is 0 becomes 0.
// [[Rcpp::export(rng = false)]]
void cpp_settle_vectors(Rcpp::NumericMatrix u, Rcpp::NumericMatrix v, Rcpp::NumericVector d) {
  constexpr double kNoise = 1e-10, kEqual = 1 - 1e-6;
  for (int k = 0; k < u.ncol(); ++k) {
    double* first = u.begin() + static_cast<std::ptrdiff_t>(k) * u.nrow();
    double* last = first + u.nrow();
    double most = 0;
    for (const double* at = first; at < last; ++at) most = std::max(most, std::abs(*at));
    const double* lead =
        std::find_if(first, last, [&](double one) { return std::abs(one) >= kEqual * most; });
    const double by = d[k] > 0 ? (lead < last && *lead < 0 ? -1 : 1) : 0;
    const auto settle = [by](double one) { return by != 0 && std::abs(one) >= kNoise ? by * one : 0.0; };
    std::transform(first, last, first, settle);
    double* to = v.begin() + static_cast<std::ptrdiff_t>(k) * v.nrow();
    std::transform(to, to + v.nrow(), to, settle);
  }
}

// Sums of squares of the positive entries of each column of x, and of the negative ones: 2 x k.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericMatrix cpp_signed_squares(const Rcpp::NumericMatrix& x) {
  Rcpp::NumericMatrix out(2, x.ncol());
  const double* at = x.begin();
  for (int k = 0; k < x.ncol(); ++k) {
    double sums[2] = {0, 0};
    for (int i = 0; i < x.nrow(); ++i, ++at) sums[*at < 0] += *at * *at;
    out(0, k) = sums[0];
    out(1, k) = sums[1];
  }
  return out;
}

// max(by[k] * x[i, k], 0); with `turn` transposed.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericMatrix cpp_signed_part(const Rcpp::NumericMatrix& x, const Rcpp::NumericVector& by, bool turn) {
  const int rows = x.nrow(), columns = x.ncol();
  Rcpp::NumericMatrix out = turn ? Rcpp::NumericMatrix(columns, rows) : Rcpp::NumericMatrix(rows, columns);
  const std::ptrdiff_t step = turn ? columns : 1;
  for (int k = 0; k < columns; ++k) {
    const double* from = x.begin() + static_cast<std::ptrdiff_t>(k) * rows;
    double* to = out.begin() + (turn ? k : static_cast<std::ptrdiff_t>(k) * rows);
    for (int i = 0; i < rows; ++i, to += step) *to = std::max(by[k] * from[i], 0.0);
  }
  return out;
}
