// X = LB as its two factors, where it is of low rank: both are small next to X. Blocks are those of B, and
// the products with X are those with B and L in turn (core/products.h).
#ifndef NONNEG_FACTORED_SOURCE_H
#define NONNEG_FACTORED_SOURCE_H

#include <memory>

#include "core/source.h"

namespace nonneg {

class FactoredSource : public Source {
 public:
  // L is rows x inner, B inner x cols, column-major.
  FactoredSource(const double* L, const double* B, std::ptrdiff_t rows, std::ptrdiff_t inner,
                 std::ptrdiff_t cols)
      : Source(rows, cols), left_(std::make_shared<DenseSource>(L, rows, inner)), right_(B, inner, cols) {}
  bool sparse() const override { return false; }
  int blocks() const override { return right_.blocks(); }
  std::ptrdiff_t widest() const override { return right_.widest(); }
  void load(int first, int last, std::vector<Block>& out) override { right_.load(first, last, out); }
  std::shared_ptr<Source> left() const override { return left_; }

 private:
  const std::shared_ptr<DenseSource> left_;
  DenseSource right_;
};

}  // namespace nonneg

#endif
