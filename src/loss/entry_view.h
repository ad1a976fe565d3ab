// X by items: the entries of one column, or of one row, lie side by side. An
// entry may be missing or have a weight; both views of X tell the same.
#ifndef NONNEG_ENTRY_VIEW_H
#define NONNEG_ENTRY_VIEW_H

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "kernel/kernels.h"
#include "loss/mask.h"

namespace nonneg {

struct EntryView {
  std::ptrdiff_t length = 0;  // positions of an item
  std::ptrdiff_t items = 0;
  // `value`, `p` and `index` are those of items from this one on: of a block of columns, see entry_window().
  std::ptrdiff_t origin = 0;
  const double* value = nullptr;  // NaN: missing
  const int* p = nullptr;         // sparse: item j has entries p[j] .. p[j+1)
  const int* index = nullptr;
  bool partial = false;  // sparse: positions that are not stored are missing, not zero
  bool missing = false;  // some values are NaN
  // Positions that are missing as well. A dense X has NaN there, a sparse one stores nothing.
  Mask mask;
  // Weights are products of these three; null stands for ones.
  const double* weight = nullptr;  // of each value
  const double* across = nullptr;  // of each position
  const double* own = nullptr;     // of each item
  bool sparse() const { return p != nullptr; }
  bool weighted() const { return weight || across || own; }
  std::ptrdiff_t begin(std::ptrdiff_t j) const { return sparse() ? p[j - origin] : (j - origin) * length; }
  // Those that are stored.
  std::ptrdiff_t stored(std::ptrdiff_t j) const {
    return sparse() ? p[j + 1 - origin] - p[j - origin] : length;
  }
  std::ptrdiff_t most_stored() const {
    std::ptrdiff_t most = 0;
    for (std::ptrdiff_t j = 0; j < items; ++j) most = std::max(most, stored(j));
    return most;
  }
  double own_weight(std::ptrdiff_t j) const { return own ? own[j] : 1.0; }
  double across_weight(std::ptrdiff_t i) const { return across ? across[i] : 1.0; }
};

// The observed entries of an item: values x, in the units asked for, weights v
// (set if the view is weighted) and positions. Of numbers of either length.
template <class Number>
struct ListingOf {
  std::ptrdiff_t count = 0;
  bool whole = false;        // every position, in order
  std::vector<int> missing;  // the others, where the view has some
  const int* at = nullptr;   // not set for a whole dense item
  std::vector<int> found;    // where `at` is, unless X itself has it
  Number *x = nullptr, *v = nullptr;

  // With `zeros`, positions of a sparse item that are not stored are entries, too.
  // A value below `least` counts as that.
  void read(const EntryView& view, std::ptrdiff_t j, double unit, double least, bool zeros) {
    count = 0;
    missing.clear();
    at = found.data();
    const std::ptrdiff_t first = view.begin(j), stored = view.stored(j);
    const double* value = view.value + first;
    const double* weight = view.weight ? view.weight + first : nullptr;
    const int* index = view.sparse() ? view.index + first : nullptr;
    const double own = view.own_weight(j);
    const bool weighted = view.weighted();
    const auto add = [&](int position, double entry, double times) {
      if (std::isnan(entry) || times == 0) {
        missing.push_back(position);
        return;
      }
      x[count] = static_cast<Number>(std::max(unit * entry, least));
      if (weighted) v[count] = static_cast<Number>(times);
      found[count++] = position;
    };
    if (index && zeros && !view.partial) {
      std::ptrdiff_t q = 0;
      for (std::ptrdiff_t i = 0; i < view.length; ++i) {
        const bool here = q < stored && index[q] == i;
        add(static_cast<int>(i), here ? value[q] : 0.0, own * view.across_weight(i));
        q += here;
      }
    } else if (view.missing || weighted) {
      for (std::ptrdiff_t q = 0; q < stored; ++q) {
        const int i = index ? index[q] : static_cast<int>(q);
        add(i, value[q], own * view.across_weight(i) * (weight ? weight[q] : 1.0));
      }
    } else {
      if constexpr (std::is_same<Number, double>::value)
        kernels().rescale(1, stored, value, 0, unit, least, x, 0);
      else
        kernels().single_entries.rescale(stored, value, unit, least, x);
      at = index;
      count = stored;
    }
    whole = count == view.length;
  }
};
typedef ListingOf<double> Listing;

}  // namespace nonneg

#endif
