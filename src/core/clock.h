// Seconds on a clock that never goes back.
#ifndef NONNEG_CLOCK_H
#define NONNEG_CLOCK_H

#include <chrono>

namespace nonneg {

inline double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace nonneg

#endif
