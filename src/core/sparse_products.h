// The products W'X and P = XH' of a sparse X, block by block.
//
// Where W and P are larger than the second cache, some columns of a block go over their rows a chunk after
// the other, which stays in that cache. Rows of W and P are whole lines, and what is left of them lies in an
// array of its own (kernel/kernels.h).
//
// X and the factors may be of numbers of half the length. P is then summed up in doubles every kSumColumns
// columns.
#ifndef NONNEG_SPARSE_PRODUCTS_H
#define NONNEG_SPARSE_PRODUCTS_H

#include <algorithm>
#include <functional>
#include <limits>
#include <type_traits>
#include <vector>

#include "core/block.h"
#include "core/dense_products.h"
#include "core/factor.h"
#include "core/parallel.h"
#include "core/sparse_rows.h"
#include "kernel/kernels.h"

namespace nonneg {

// What becomes of b = scale W'X of `lanes` columns from `first` on, b(k, c) = b[c*item + k]. In threads.
using Take =
    std::function<void(const Member&, std::ptrdiff_t first, int lanes, const double* b, std::ptrdiff_t item)>;

// Two ways of the same work, in turns until it is known which one this machine does sooner. (Whether a chunk
// that stays in the second cache is worth the shorter runs depends on the cache behind it, which no size
// tells.)
class Trial {
 public:
  bool second() const { return open() ? tried_ % 2 == 1 : best_[1] < best_[0]; }
  bool open() const { return tried_ < kTrials; }
  void record(double seconds) {
    if (!open()) return;
    best_[tried_ % 2] = std::min(best_[tried_ % 2], seconds);
    ++tried_;
  }

 private:
  static constexpr int kTrials = 4;
  int tried_ = 0;
  double best_[2] = {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
};

template <class Number>
class SparseProducts {
 public:
  // `row_nonzeros` of X, cumulated, balance the threads; it may be empty.
  SparseProducts(std::ptrdiff_t rows, int rank, int threads, const std::vector<std::ptrdiff_t>& row_nonzeros);

  void set_size();  // before W is packed
  // Rows first..last of `scale` W.
  void pack(const Factor& W, double scale, std::ptrdiff_t first, std::ptrdiff_t last);
  void begin(bool with_H);  // before a pass
  void end(bool with_W, bool with_H);

  // In threads.
  void multiply_W(const Block&, const Take& take, BlockWork&, const Member&);
  // After a barrier: P += X (scale H)'. `last`: nothing follows.
  void multiply_H(const Block&, const Factor& H, double scale, bool last, const Member&);

  // P(i, k) is P()[i * ld() + k].
  double* P() { return P_.data(); }
  const double* P() const { return P_.data(); }
  std::ptrdiff_t ld() const { return ld_P_; }
  std::size_t size() const { return ld_P_ * l_; }

 private:
  struct Scratch {
    BufferOf<Number> items;
    Buffer doubles;                  // the same as doubles
    BufferOf<Number> y;              // scale H of some columns of a block
    std::vector<std::ptrdiff_t> at;  // the next nonzero of each
  };

  static constexpr bool kSingle = !std::is_same<Number, double>::value;

  SparseRun<Number> run_of(const Block&) const;
  std::ptrdiff_t expected(const Block&, std::ptrdiff_t rows) const;
  std::ptrdiff_t bytes_of_row() const { return (W_.whole() + W_.rest()) * sizeof(Number); }
  std::ptrdiff_t chunk_for(const Block&, std::ptrdiff_t rows, const Trial&) const;
  void share(const Member&, std::ptrdiff_t* begin, std::ptrdiff_t* end) const;
  void add_up(std::ptrdiff_t begin, std::ptrdiff_t end);
  Number* sums();
  bool apart() const { return kSingle || W_.rest() > 0; }

  const std::ptrdiff_t l_;
  const int r_;
  const std::ptrdiff_t ld_, ld_P_;     // the rank, padded to whole units
  SparseRows<Number> W_;               // scale W
  std::ptrdiff_t panel_;               // columns at a time over a chunk of rows
  BufferOf<Number> sums_, sums_rest_;  // what is not yet in P, where numbers are no doubles or have a rest
  Buffer P_;
  std::vector<Scratch> scratch_;
  const std::vector<std::ptrdiff_t>& row_nonzeros_;
  // Rows at once or in chunks? For the product with W and for that with H; and the seconds of the calling
  // thread in this pass.
  Trial with_W_, with_H_;
  double seconds_W_ = 0, seconds_H_ = 0;
};

}  // namespace nonneg

#endif
