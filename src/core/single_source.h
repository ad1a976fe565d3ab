// X in memory once more, in numbers of half the length and in units in which its largest entry is near 1:
// what a fit in mixed precision reads until it is near its end. The indices of a sparse X are used in place.
// Fits of the same X share one.
#ifndef NONNEG_SINGLE_SOURCE_H
#define NONNEG_SINGLE_SOURCE_H

#include <mutex>

#include "core/factor.h"
#include "core/parallel.h"
#include "core/source.h"

namespace nonneg {

class SingleSource : public Source {
 public:
  // `values` of X, in the order in which `source` has them: `length` of them, which times `scale` are in
  // those units. `threads` make the copy, when it is first read.
  SingleSource(Source& source, const double* values, std::ptrdiff_t length, double scale, int threads)
      : Source(source.rows(), source.cols()),
        source_(source),
        width_(dense_block_columns(rows_, sizeof(float))),
        from_(values),
        length_(length),
        scale_(scale),
        threads_(threads) {}
  bool sparse() const override { return source_.sparse(); }
  int blocks() const override {
    return sparse() ? source_.blocks() : static_cast<int>((cols_ + width_ - 1) / width_);
  }
  std::ptrdiff_t widest() const override { return sparse() ? source_.widest() : width_; }
  void load(int first, int last, std::vector<Block>& out) override {
    std::call_once(made_, [&] { make(); });
    if (sparse()) {
      source_.load(first, last, out);
      for (Block& block : out) block.single = values_.data();
      return;
    }
    out.clear();
    for (int b = first; b < last; ++b) {
      Block block;
      block.first = b * width_;
      block.columns = std::min(width_, cols_ - block.first);
      block.ld = rows_;
      block.single = values_.data() + block.first * rows_;
      out.push_back(block);
    }
  }

 private:
  void make() {
    constexpr std::ptrdiff_t kChunk = 65536;
    values_.resize(length_);
    parallel(threads_for(threads_, static_cast<double>(length_)), [&](const Member& me) {
      for (std::ptrdiff_t q = me.begin(length_, kChunk); q < me.end(length_, kChunk); ++q)
        values_[q] = static_cast<float>(scale_ * from_[q]);
    });
  }

  Source& source_;
  const std::ptrdiff_t width_;
  const double* const from_;
  const std::ptrdiff_t length_;
  const double scale_;
  const int threads_;
  std::once_flag made_;
  BufferOf<float> values_;
};

}  // namespace nonneg

#endif
