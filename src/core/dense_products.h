// The products W'X and P = XH' of a dense X, block by block. W and H have `rank` columns side by side, those
// of one fit or of several. No sum depends on what else is side by side, or on the number of threads.
// X and factors may be of numbers of half the length: the products are doubles even so.
#ifndef NONNEG_DENSE_PRODUCTS_H
#define NONNEG_DENSE_PRODUCTS_H

#include <vector>

#include "core/block.h"
#include "core/factor.h"
#include "core/parallel.h"
#include "kernel/kernels.h"

namespace nonneg {

// Rows of W that are packed at a time: W stays in L1 over its components.
constexpr std::ptrdiff_t kPackRows = 64;
static_assert(kRowChunk % kPackRows == 0, "they are of one chunk");

// The work on one block of X: its products with W, what is made of them, the products with H.
struct BlockWork {
  explicit BlockWork(int members) : with_W(members), with_H(members) {}
  Shares with_W, with_H;
  Counter groups;
};

template <class Number>
class DenseProducts {
 public:
  DenseProducts(std::ptrdiff_t rows, std::ptrdiff_t rank, int threads);

  // Before W is packed: room for all of its columns, now so many.
  void set_rank(std::ptrdiff_t rank);
  // Rows first..last of `scale` W, to the columns from `offset` on.
  void pack(const Factor& W, double scale, std::ptrdiff_t first, std::ptrdiff_t last, std::ptrdiff_t offset);
  // Before a pass over blocks of at most `width` columns.
  void set_width(std::ptrdiff_t width, bool with_H);

  // In threads: W'X of a block. The next block begins `ahead` columns further on; 0: not there.
  void multiply_W(const Block&, std::ptrdiff_t ahead, BlockWork&, const Member&);
  // After a barrier: b(k, c) = b[c*r + k] of r columns of W from `offset` on and `lanes` of the block from
  // `column` on.
  void take(const Block&, std::ptrdiff_t column, int lanes, std::ptrdiff_t offset, int r, double* b) const;

  // This thread's own copy, which is smaller than a barrier is long, of H of a block: `scale` times the
  // columns of one H, to those from `offset` on.
  void set_H(const Block&, const Factor& H, double scale, std::ptrdiff_t offset, const Member&);
  // In threads, each with all of H set: P += XH', from the first block on.
  void multiply_H(const Block&, std::ptrdiff_t ahead, BlockWork&, const Member&);

  // In tiles of kRowTile rows: P(i, k) is P()[(i / kRowTile * rank + k) * kRowTile + i % kRowTile].
  double* P() { return P_.data(); }
  const double* P() const { return P_.data(); }
  std::size_t size() const { return rank_ * padded(l_, kRowTile); }

 private:
  struct Scratch {
    BufferOf<Number> acc, y;
  };
  static constexpr int kChunk = row_chunk<Number>;

  const std::ptrdiff_t l_, part_;  // rows of X, and of a part of it
  std::ptrdiff_t rank_;
  BufferOf<Number> packed_;  // scale W in chunks (see kernels.h)
  Buffer partial_;           // W'X of a block, of each part of the rows
  Buffer P_;
  std::vector<Scratch> scratch_;
};

}  // namespace nonneg

#endif
