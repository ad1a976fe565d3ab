// Coefficients of a factor that are held at their start: item j holds those of
// its r coordinates that are marked.
#ifndef NONNEG_HELD_H
#define NONNEG_HELD_H

#include <cstddef>
#include <vector>

namespace nonneg {

struct Held {
  int r = 0;
  std::vector<unsigned char> mark;  // empty: none is held
  bool none() const { return mark.empty(); }
  const unsigned char* item(std::ptrdiff_t j) const { return none() ? nullptr : mark.data() + j * r; }
};

}  // namespace nonneg

#endif
