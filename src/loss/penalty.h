// The penalty of one factor,  l1 * sum(F) + l2/2 * sum(F^2): it adds l2 to the
// diagonal of the small problems and takes l1 off their right-hand side.
#ifndef NONNEG_PENALTY_H
#define NONNEG_PENALTY_H

#include <algorithm>

#include "core/factor.h"
#include "kernel/kernels.h"

namespace nonneg {

struct Penalty {
  double l1 = 0, l2 = 0;
  bool none() const { return l1 == 0 && l2 == 0; }
};

// For a factor in other units: l1 times `by_l1`, l2 times `by_l2`, which must not
// overflow (Inf * 0 would be NaN).
inline Penalty scaled(const Penalty& p, double by_l1, double by_l2) {
  constexpr double kMost = 1e300;
  Penalty out;
  if (p.l1 > 0) out.l1 = std::min(p.l1 * by_l1, kMost);
  if (p.l2 > 0) out.l2 = std::min(p.l2 * by_l2, kMost);
  return out;
}

inline double penalty_of(const Factor& f, const Penalty& p) {
  if (p.none()) return 0;
  double largest, nonzero, sum = 0, sumsq = 0;
  for (std::size_t at = 0; at < f.size(); at += 65536) {
    double s, q;
    kernels().scan(std::min<std::size_t>(65536, f.size() - at), f.values.data() + at, 1.0, &largest, &s, &q,
                   &nonzero);
    sum += s;
    sumsq += q;
  }
  return p.l1 * sum + 0.5 * p.l2 * sumsq;
}

}  // namespace nonneg

#endif
