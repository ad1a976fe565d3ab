// Where the blocks of X come from. Block borders depend on the shape of X only,
// never on the number of threads.
#ifndef NONNEG_SOURCE_H
#define NONNEG_SOURCE_H

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "core/block.h"
#include "kernel/kernels.h"

namespace nonneg {

class Source;

// X in numbers of half the length, for quick products: `unit` times them is in the units of these products.
// No source: it is not to be had.
struct Singles {
  std::shared_ptr<Source> source;
  double unit = 1;
};

class Source {
 public:
  virtual ~Source() = default;
  std::ptrdiff_t rows() const { return rows_; }
  std::ptrdiff_t cols() const { return cols_; }
  virtual bool sparse() const = 0;
  virtual int blocks() const = 0;
  // The most columns that a block has.
  virtual std::ptrdiff_t widest() const = 0;
  // Makes blocks [first, last) ready, fewer if they do not fit; they stay valid
  // until the next call. Called from the main thread.
  virtual void load(int first, int last, std::vector<Block>& out) = 0;
  // Sparse: nonzeros in rows 0..i, cumulated, where that is known; else empty.
  virtual std::vector<std::ptrdiff_t> row_nonzeros() const { return {}; }
  // Of an X = LB that blocks of B stand for: L. Else null.
  virtual std::shared_ptr<Source> left() const { return nullptr; }
  // For products of units of `unit` times X. (Of a matrix in memory: core/single_source.h.)
  virtual Singles singles(double /*unit*/) const { return {}; }

 protected:
  Source(std::ptrdiff_t rows, std::ptrdiff_t cols) : rows_(rows), cols_(cols) {}
  std::ptrdiff_t rows_, cols_;
};

// Columns of a dense block: about 2.5 MB, so that it is still in the last cache
// when it is used the second time, in whole groups of lanes.
inline std::ptrdiff_t dense_block_columns(std::ptrdiff_t rows, std::size_t bytes = sizeof(double)) {
  const std::ptrdiff_t numbers = 2560000 / static_cast<std::ptrdiff_t>(bytes);
  const std::ptrdiff_t fit = numbers / std::max<std::ptrdiff_t>(rows, 1) / kLanes * kLanes;
  return std::min<std::ptrdiff_t>(std::max<std::ptrdiff_t>(fit, 2 * kLanes), 512);
}

inline std::vector<std::ptrdiff_t> dense_borders(std::ptrdiff_t rows, std::ptrdiff_t cols,
                                                 std::size_t bytes = sizeof(double)) {
  const std::ptrdiff_t width = dense_block_columns(rows, bytes);
  std::vector<std::ptrdiff_t> border;
  for (std::ptrdiff_t j = 0; j < cols; j += width) border.push_back(j);
  border.push_back(cols);
  return border;
}

// Sparse blocks have about the same number of nonzeros. Column j begins at p[j].
template <class Index>
std::vector<std::ptrdiff_t> sparse_borders(const Index* p, std::ptrdiff_t cols) {
  constexpr std::ptrdiff_t kNonzeros = 524288;  // 6 MB of indices and values
  constexpr std::ptrdiff_t kMost = 4096;
  std::vector<std::ptrdiff_t> border = {0};
  std::ptrdiff_t first = 0;
  for (std::ptrdiff_t j = kLanes; j < cols; j += kLanes)
    if (p[j] - p[first] >= kNonzeros || j - first >= kMost) {
      border.push_back(j);
      first = j;
    }
  border.push_back(cols);
  return border;
}

// A dense matrix in memory, column-major.
class DenseSource : public Source {
 public:
  DenseSource(const double* x, std::ptrdiff_t rows, std::ptrdiff_t cols)
      : Source(rows, cols), x_(x), width_(dense_block_columns(rows)) {}
  bool sparse() const override { return false; }
  int blocks() const override { return static_cast<int>((cols_ + width_ - 1) / width_); }
  std::ptrdiff_t widest() const override { return width_; }
  void load(int first, int last, std::vector<Block>& out) override {
    out.clear();
    for (int b = first; b < last; ++b) {
      Block block;
      block.first = b * width_;
      block.columns = std::min(width_, cols_ - block.first);
      block.x = x_ + block.first * rows_;
      block.ld = rows_;
      out.push_back(block);
    }
  }

 private:
  const double* x_;
  const std::ptrdiff_t width_;
};

// A sparse matrix in memory, compressed by columns (the slots of a dgCMatrix,
// used in place).
class SparseSource : public Source {
 public:
  SparseSource(const int* p, const int* row, const double* value, std::ptrdiff_t rows, std::ptrdiff_t cols)
      : Source(rows, cols), p_(p), row_(row), value_(value), border_(sparse_borders(p, cols)) {}
  bool sparse() const override { return true; }
  int blocks() const override { return static_cast<int>(border_.size()) - 1; }
  std::ptrdiff_t widest() const override {
    std::ptrdiff_t most = 0;
    for (std::size_t b = 1; b < border_.size(); ++b) most = std::max(most, border_[b] - border_[b - 1]);
    return most;
  }
  void load(int first, int last, std::vector<Block>& out) override {
    out.clear();
    for (int b = first; b < last; ++b) {
      Block block;
      block.first = border_[b];
      block.columns = border_[b + 1] - border_[b];
      block.sparse = true;
      block.p = p_ + border_[b];
      block.row = row_;
      block.value = value_;
      out.push_back(block);
    }
  }
  std::vector<std::ptrdiff_t> row_nonzeros() const override {
    std::vector<std::ptrdiff_t> sums(rows_, 0);
    for (int q = 0; q < p_[cols_]; ++q) ++sums[row_[q]];
    for (std::ptrdiff_t i = 1; i < rows_; ++i) sums[i] += sums[i - 1];
    return sums;
  }

 private:
  const int* p_;
  const int* row_;
  const double* value_;
  const std::vector<std::ptrdiff_t> border_;
};

}  // namespace nonneg

#endif
