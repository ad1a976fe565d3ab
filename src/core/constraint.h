// A constraint on the coefficients of an item besides h >= 0: upper bounds, or that they sum to 1.
#ifndef NONNEG_CONSTRAINT_H
#define NONNEG_CONSTRAINT_H

#include <vector>

namespace nonneg {

struct Constraint {
  std::vector<double> upper;  // of each component; empty: none
  double sum = 0;             // what they sum to; 0: anything
  bool none() const { return upper.empty() && sum == 0; }
};

}  // namespace nonneg

#endif
