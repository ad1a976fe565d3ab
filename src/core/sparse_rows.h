// The rows of a factor as the sparse kernels read them: each is whole units, and what is left of it lies in
// an array of its own (kernel/kernels.h).
#ifndef NONNEG_SPARSE_ROWS_H
#define NONNEG_SPARSE_ROWS_H

#include <cstddef>

#include "core/factor.h"
#include "kernel/kernels.h"

namespace nonneg {

template <class Number>
class SparseRows {
 public:
  explicit SparseRows(int rank)
      : r_(rank), rest_(rest_of(rank)), whole_(padded(rank, unit<Number>) - (rest_ > 0 ? unit<Number> : 0)) {}
  // Numbers of a row in whole units, and beyond these.
  std::ptrdiff_t whole() const { return whole_; }
  std::ptrdiff_t rest() const { return rest_; }

  void resize(std::ptrdiff_t rows) {
    units_.resize(whole_ * rows);
    rests_.resize(rest_ * rows);
  }
  // Rows first..last of `scale` F.
  void set(const Factor& F, double scale, std::ptrdiff_t first, std::ptrdiff_t last) {
    product_kernels<Number>().sparse_pack(first, last, F.values.data(), scale,
                                          at(units_.data(), rests_.data()));
  }
  // Such rows elsewhere.
  RowsAt<Number> at(Number* units, Number* rests) const { return {r_, units, whole_, rests, rest_}; }
  // A run over these rows, of nonzeros that are still to be told.
  SparseRun<Number> run() const {
    SparseRun<Number> out = {};
    out.F = units_.data();
    out.rest = rests_.data();
    out.ld = padded(r_, unit<Number>);
    out.units = static_cast<int>(whole_ / unit<Number>);
    out.rest_length = static_cast<int>(rest_);
    return out;
  }

 private:
  static std::ptrdiff_t rest_of(std::ptrdiff_t rank) {
    const std::ptrdiff_t left = rank % unit<Number>;
    if (left == 0 || left > unit<Number> / 2) return 0;
    return left <= unit<Number> / 4 ? unit<Number> / 4 : unit<Number> / 2;
  }
  int r_;
  std::ptrdiff_t rest_, whole_;
  BufferOf<Number> units_, rests_;
};

}  // namespace nonneg

#endif
