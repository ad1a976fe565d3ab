// Fixed coefficients of a factor, which keep their start: of item j, those of its r coordinates whose place
// in item(j) is not 0.
#ifndef NONNEG_FIXED_H
#define NONNEG_FIXED_H

#include <cstddef>
#include <vector>

namespace nonneg {

struct Fixed {
  int r = 0;
  std::vector<unsigned char> which;  // empty: none is fixed
  bool none() const { return which.empty(); }
  const unsigned char* item(std::ptrdiff_t j) const { return none() ? nullptr : which.data() + j * r; }
};

}  // namespace nonneg

#endif
