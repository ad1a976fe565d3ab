// Validity and size of X, for the checks in R.
#include <Rcpp.h>

#include "core/scan.h"
#include "r_list.h"
#include "r_source.h"

namespace {

constexpr int kListed = 5;

// 1-based position of value q in the full matrix.
class Position {
 public:
  explicit Position(const Rcpp::RObject& x) {
    if (!x.isS4()) return;
    row_ = INTEGER(x.slot("i"));
    p_ = INTEGER(x.slot("p"));
    nrow_ = INTEGER(x.slot("Dim"))[0];
  }
  double of(std::size_t q) {
    if (!row_) return q + 1.0;
    while (static_cast<std::size_t>(p_[column_ + 1]) <= q) ++column_;  // q only grows
    return static_cast<double>(column_) * nrow_ + row_[q] + 1.0;
  }

 private:
  const int* row_ = nullptr;
  const int* p_ = nullptr;
  double nrow_ = 0;
  std::ptrdiff_t column_ = 0;
};

struct Found {
  double count = 0;
  std::vector<double> first;
  void add(Position& position, std::size_t q) {
    ++count;
    if (first.size() < kListed) first.push_back(position.of(q));
  }
};

}  // namespace

// Size, and faults. Missing entries (NA) are counted and left out; NaN is a fault.
// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_scan(SEXP x, int threads = 1) {
  const nonneg::Values values = nonneg::values_of(x);
  nonneg::Scan scan = nonneg::scan_values(values.data, values.size, 1.0, threads);
  // Subnormal sums would be flushed to zero.
  constexpr double kSmall = 1e-280, kUp = 0x1p900;
  if (scan.valid && scan.largest < kSmall)
    scan.sum = nonneg::scan_values(values.data, values.size, kUp, threads).sum / kUp;
  Found na, nan, negative, infinite;
  double nonzero = scan.nonzero;
  if (!scan.valid) {
    Position position{Rcpp::RObject(x)};
    scan.sum = scan.sumsq = 0;
    for (std::size_t q = 0; q < values.size; ++q) {
      const double v = values.data[q];
      if (R_IsNA(v)) {
        na.add(position, q);
        continue;
      }
      if (ISNAN(v))
        nan.add(position, q);
      else if (v < 0 && R_FINITE(v))
        negative.add(position, q);
      else if (!R_FINITE(v))
        infinite.add(position, q);
      scan.sum += v;
      scan.sumsq += v * v;
    }
    nonzero -= na.count;
  }
  return nonneg::list({{"na", na.first},
                       {"nan", nan.first},
                       {"negative", negative.first},
                       {"infinite", infinite.first},
                       {"n_na", na.count},
                       {"n_nan", nan.count},
                       {"n_negative", negative.count},
                       {"n_infinite", infinite.count},
                       {"max", scan.largest},
                       {"sum", scan.sum},
                       {"sumsq", scan.sumsq},
                       {"nnz", nonzero}});
}

// Row indices of a dgCMatrix: 0, or 1 where they do not increase within every column, or 2 where one is no
// row. `p` increases, and ends within `i`.
// [[Rcpp::export(rng = false)]]
int cpp_rows_order(const Rcpp::IntegerVector& i, const Rcpp::IntegerVector& p, double rows) {
  // The highest bit of what is collected tells: a difference below 0 has it.
  const unsigned* at = reinterpret_cast<const unsigned*>(i.begin());
  const unsigned most = static_cast<unsigned>(rows) - 1, high = 1u << 31;
  unsigned outside = 0;
  const R_xlen_t n = i.size();
  for (R_xlen_t q = 0; q < n; ++q) outside |= at[q] | (most - at[q]);
  if (outside & high) return 2;
  unsigned increase = high;
  const int* border = p.begin();
  const R_xlen_t columns = p.size() - 1;
  for (R_xlen_t j = 0; j < columns; ++j)
    for (int q = border[j] + 1; q < border[j + 1]; ++q) increase &= at[q - 1] - at[q];
  return increase & high ? 0 : 1;
}
