// The penalty of one factor,  l1 * sum(F) + l2/2 * sum(F^2): it adds l2 to the
// diagonal of the small problems and takes l1 off their right-hand side.
#ifndef NONNEG_PENALTY_H
#define NONNEG_PENALTY_H

#include <algorithm>

#include "factor.h"
#include "kernels.h"

namespace nonneg {

struct Penalty {
  double l1 = 0, l2 = 0;
  bool none() const { return l1 == 0 && l2 == 0; }
};

inline double penalty_of(const Factor& f, const Penalty& p) {
  if (p.none()) return 0;
  double largest, sum = 0, sumsq = 0;
  for (std::size_t at = 0; at < f.size(); at += 65536) {
    double s, q;
    kernels().scan(std::min<std::size_t>(65536, f.size() - at), f.values.data() + at, 1.0, &largest, &s, &q);
    sum += s;
    sumsq += q;
  }
  return p.l1 * sum + 0.5 * p.l2 * sumsq;
}

}  // namespace nonneg

#endif
