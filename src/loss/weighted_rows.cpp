// X by blocks: the quadratics of the rows of W are gathered while it is read by columns, exactly,
//   A_i = sum_j v_ij h_j h_j',  b_i = sum_j v_ij x_ij h_j.
// See loss/weighted.h and loss/row_sums.h.
#include <algorithm>
#include <cmath>

#include "loss/entry_window.h"
#include "loss/weighted.h"

namespace nonneg {

void WeightedFrobenius::set_by_blocks() {
  // Where entries of a sparse X are missing, its zeros are part of A_i; what is left of the whole less the
  // missing could be rounding error.
  const bool listed = columns_.sparse() && (columns_.partial || !columns_.missing);
  row_sums_ = std::make_unique<RowSums>(columns_.length, r_, !listed, false,
                                        one_gram() ? RowSums::none : RowSums::whole, threads_);
  for (Scratch& s : scratch_) s.terms.resize(2 * columns_.length);
}

void WeightedFrobenius::take_block(std::ptrdiff_t columns) {
  Facts& facts = facts_[of_H];
  if (first_read() || columns_.missing) {
    facts = facts_of(columns_, columns, units_.X);
    return;
  }
  // Squares have been summed, and nothing is missing.
  facts.first = columns_.origin;
  facts.squares.assign(columns, 0.0);
  facts.p.assign(columns + 1, 0);
}

double WeightedFrobenius::gather(int thread, std::ptrdiff_t j, const double* h) {
  Scratch& mine = scratch_[thread];
  const bool zeros = columns_.sparse() && columns_.missing && !columns_.partial;
  if (h) {
    Listing& list = mine.list;
    list.read(columns_, j, units_.X, -std::numeric_limits<double>::infinity(), zeros);
    double *a = mine.terms.data(), *c = a + columns_.length;
    for (std::ptrdiff_t q = 0; q < list.count; ++q) {
      c[q] = columns_.weighted() ? list.v[q] : 1.0;
      a[q] = c[q] * list.x[q];
    }
    row_sums().put<double>(j, list.count, list.at, a, nullptr, c, h);
  }
  return facts_[of_H].squares[j - facts_[of_H].first];
}

// The Gram matrix of all rows, but for their weights.
void WeightedFrobenius::gathered(const Factor& H, Host& host) {
  if (!one_gram()) return;
  std::vector<double>& gram = other_[of_W].gram;
  if (columns_.own) {
    Factor scaled(r_, H.count);
    for (std::ptrdiff_t j = 0; j < H.count; ++j)
      for (int k = 0; k < r_; ++k) scaled.item(j)[k] = std::sqrt(columns_.own[j]) * H.item(j)[k];
    gram_.compute(scaled, threads_, gram);
  } else {
    gram_.compute(H, threads_, gram);
  }
  if (!host.machines().alone()) host.reduce(gram.data(), gram.size());
}

// A_i and b_i.
void WeightedFrobenius::set_row(std::ptrdiff_t i, double* gram, double* b) const {
  for (int k = 0; k < r_; ++k) b[k] = row_sums().at(RowSums::above, i, k);
  if (one_gram()) {
    const double weight = columns_.across_weight(i);
    for (int q = 0; q < r_ * r_; ++q) gram[q] = weight * other_[of_W].gram[q];
  } else {
    for (int k = 0; k < r_; ++k)
      for (int l = 0; l <= k; ++l)
        gram[k + l * r_] = gram[l + k * r_] = row_sums().at(RowSums::curve, i, RowSums::packed(k, l));
  }
}

}  // namespace nonneg
