// X by rows, for losses that need it: a copy.
#ifndef NONNEG_TRANSPOSE_H
#define NONNEG_TRANSPOSE_H

#include <algorithm>
#include <vector>

#include "core/factor.h"
#include "loss/entry_view.h"

namespace nonneg {

class Transposed {
 public:
  explicit Transposed(const EntryView& x) {
    view_ = x;
    std::swap(view_.length, view_.items);
    std::swap(view_.across, view_.own);
    view_.mask = x.mask.turned();
    if (x.sparse()) {
      sparse(x);
    } else {
      dense(x, x.value, value_);
      if (x.weight) dense(x, x.weight, weight_);
    }
    view_.value = value_.data();
    if (x.weight) view_.weight = weight_.data();
  }
  // X by rows is there already: `turned` has its values, and `x` what else there is to know.
  Transposed(const EntryView& x, const EntryView& turned) {
    view_ = turned;
    view_.partial = x.partial;
    view_.missing = x.missing;
    view_.across = x.own;
    view_.own = x.across;
  }
  const EntryView& view() const { return view_; }

 private:
  void sparse(const EntryView& x) {
    const int count = x.p[x.items];
    value_.resize(std::max(count, 1));
    if (x.weight) weight_.resize(std::max(count, 1));
    index_.resize(count);
    p_.assign(view_.items + 1, 0);
    for (int q = 0; q < count; ++q) ++p_[x.index[q] + 1];
    for (std::ptrdiff_t i = 0; i < view_.items; ++i) p_[i + 1] += p_[i];
    std::vector<int> at(p_.begin(), p_.end() - 1);
    for (std::ptrdiff_t j = 0; j < x.items; ++j)
      for (int q = x.p[j]; q < x.p[j + 1]; ++q) {
        const int to = at[x.index[q]]++;
        index_[to] = static_cast<int>(j);
        value_[to] = x.value[q];
        if (x.weight) weight_[to] = x.weight[q];
      }
    view_.p = p_.data();
    view_.index = index_.data();
  }
  // In squares that stay in the first cache.
  static void dense(const EntryView& x, const double* from, Buffer& to) {
    constexpr std::ptrdiff_t kTile = 32;
    const std::ptrdiff_t l = x.length, n = x.items;
    to.resize(static_cast<std::size_t>(l) * n);
    for (std::ptrdiff_t j = 0; j < n; j += kTile)
      for (std::ptrdiff_t i = 0; i < l; i += kTile)
        for (std::ptrdiff_t b = j; b < std::min(n, j + kTile); ++b)
          for (std::ptrdiff_t a = i; a < std::min(l, i + kTile); ++a) to[b + a * n] = from[a + b * l];
  }

  EntryView view_;
  Buffer value_, weight_;
  std::vector<int> index_, p_;
};

}  // namespace nonneg

#endif
