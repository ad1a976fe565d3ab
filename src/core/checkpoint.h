// All that an iteration needs of those before it: a fit that goes on from here has the same bits as one that
// was never stopped. In the units of the loss.
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

  void keep_factors(const Factor& from_W, const Factor& from_ahead, const Factor& from_H,
                    const Factor& from_plain) {
    const Factor* from[4] = {&from_W, &from_ahead, &from_H, &from_plain};
    Factor* to[4] = {&W, &W_ahead, &H, &H_plain};
    for (int q = 0; q < 4; ++q) {
      if (to[q]->size() != from[q]->size()) *to[q] = Factor(from[q]->r, from[q]->count);
      copy_values(*from[q], *to[q]);
    }
  }
  // False, and nothing is done, if they are not of these sizes.
  bool give_factors(Factor& to_W, Factor& to_ahead, Factor& to_H, Factor& to_plain) const {
    if (W.size() != to_W.size() || W_ahead.size() != to_ahead.size() || H.size() != to_H.size() ||
        H_plain.size() != to_plain.size() || history.empty())
      return false;
    copy_values(W, to_W);
    copy_values(W_ahead, to_ahead);
    copy_values(H, to_H);
    copy_values(H_plain, to_plain);
    return true;
  }
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
