// See core/multiply.h.
#include "core/multiply.h"

#include <algorithm>
#include <cmath>

#include "core/products.h"

namespace nonneg {

bool multiply(Source& source, const Factor& U, double unit, const std::vector<double>& column_weights,
              bool back, int threads, std::vector<std::ptrdiff_t> row_nonzeros, Host& host, double deadline,
              Multiplied& out) {
  // Half of the unit goes before X and half behind it: U times all of it could vanish.
  const double half = std::sqrt(unit);
  const int r = U.r;
  Products products(source, r, threads, half, std::move(row_nonzeros));
  products.set_W(U);
  out.UtX = Factor(r, source.cols());
  Factor weighted(column_weights.empty() || !back ? 0 : r, source.cols());
  const Products::Take take = [&](const Member&, std::ptrdiff_t first, int lanes, const double* b,
                                  std::ptrdiff_t item) {
    for (int c = 0; c < lanes; ++c) {
      double* to = out.UtX.item(first + c);
      for (int k = 0; k < r; ++k) to[k] = half * b[c * item + k];
      if (weighted.r == 0) continue;
      double* again = weighted.item(first + c);
      for (int k = 0; k < r; ++k) again[k] = column_weights[first + c] * to[k];
    }
  };
  const Factor* H = !back ? nullptr : weighted.r > 0 ? &weighted : &out.UtX;
  if (!products.pass(source, &take, H, r, host, deadline)) return false;
  if (!back) return true;
  out.XXtU = Factor(r, source.rows());
  for (std::ptrdiff_t i = 0; i < source.rows(); ++i)
    for (int k = 0; k < r; ++k) out.XXtU.item(i)[k] = half * products.P_at(i, k);
  // Not as P lies in memory: X may be dense on one machine and sparse on another.
  host.reduce(out.XXtU.values.data(), out.XXtU.size());
  return true;
}

}  // namespace nonneg
