// The penalty of one factor,  l1 * sum(F) + l2/2 * sum(F^2): it adds l2 to the
// diagonal of the small problems and takes l1 off their right-hand side.
#ifndef NONNEG_PENALTY_H
#define NONNEG_PENALTY_H

namespace nonneg {

struct Penalty {
  double l1 = 0, l2 = 0;
  bool none() const { return l1 == 0 && l2 == 0; }
};

}  // namespace nonneg

#endif
