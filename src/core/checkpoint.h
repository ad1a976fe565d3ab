// All that an iteration needs of those before it: a fit that goes on from here has the same bits as one that was
// never stopped. In the units of the loss.
#ifndef NONNEG_CHECKPOINT_H
#define NONNEG_CHECKPOINT_H

#include <type_traits>
#include <vector>

#include "core/factor.h"
#include "core/host.h"

namespace nonneg {

struct Checkpoint {
  std::vector<double> numbers;
  std::vector<Record> history;
  Factor W, W_ahead, H, H_plain;
  bool quick = false;  // in arithmetic of single precision
};

// Visitors of the numbers of a state, which is told once for both ways.
struct PutNumbers {
  std::vector<double>& to;
  template <class T>
  void operator()(const T& value) {
    to.push_back(static_cast<double>(value));
  }
};

struct TakeNumbers {
  const std::vector<double>& from;
  std::size_t at = 0;
  template <class T>
  void operator()(T& value) {
    if (at < from.size()) {
      if constexpr (std::is_same<T, bool>::value)
        value = from[at] != 0;
      else
        value = static_cast<T>(from[at]);
    }
    ++at;
  }
  bool all() const { return at == from.size(); }
};

}  // namespace nonneg

#endif
