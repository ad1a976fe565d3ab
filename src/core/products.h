// The two products of a pass over X, in one read of it: W'x for every column x, and P = XH' of the H that was
// made of them. Block by block, so that the second product finds in the cache what the first one read.
//
// Where W and P are larger than the second cache, some columns of a sparse block go over their rows a chunk
// after the other, which stays in that cache.
//
// No sum depends on the number of threads, or on the cache. W'X of a dense block: rows in a few parts, added
// in order. P: a thread has some of its rows, and adds to them in the order of columns.
#ifndef NONNEG_PRODUCTS_H
#define NONNEG_PRODUCTS_H

#include <algorithm>
#include <functional>
#include <limits>
#include <vector>

#include "core/dense_products.h"
#include "core/factor.h"
#include "core/host.h"
#include "core/parallel.h"
#include "core/source.h"

namespace nonneg {

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

class Products {
 public:
  // X is multiplied with `scale` W and `scale` H. `row_nonzeros` of a sparse X, cumulated, balance the
  // threads; it may be empty.
  Products(const Source&, int rank, int threads, double scale, std::vector<std::ptrdiff_t> row_nonzeros);

  void set_W(const Factor& W);

  // What becomes of b = scale W'X of `lanes` columns from `first` on, b(k, c) = b[c*item + k]. In threads.
  using Take = std::function<void(const Member&, std::ptrdiff_t first, int lanes, const double* b,
                                  std::ptrdiff_t item)>;
  // One read of X. With `take`: all of its columns, in groups of kLanes. With `H`, read when the columns of a
  // block have been taken: P = scale XH'. `extra` is what taking a column costs, in multiply-adds. False if
  // stopped.
  bool pass(Source&, const Take* take, const Factor* H, double extra, Host&, double deadline);

  // P(i, k) of group g of kLanes rows is P()[g*group() + i % kLanes * item() + k * value()].
  double* P() { return sparse_ ? P_.data() : dense_.P(); }
  const double* P() const { return sparse_ ? P_.data() : dense_.P(); }
  std::size_t size() const { return sparse_ ? ld_ * l_ : dense_.size(); }
  std::ptrdiff_t item() const { return sparse_ ? ld_ : 1; }
  std::ptrdiff_t value() const { return sparse_ ? 1 : kRowTile; }
  std::ptrdiff_t group() const { return kLanes * (sparse_ ? ld_ : r_); }
  double P_at(std::ptrdiff_t i, int k) const {
    return P()[i / kLanes * group() + i % kLanes * item() + k * value()];
  }

 private:
  struct Scratch {
    Buffer items;
    Buffer y;                        // sparse: scale H of some columns of a block
    std::vector<std::ptrdiff_t> at;  // sparse: the next nonzero of each
  };

  void dense_block(const Block&, std::ptrdiff_t ahead, const Take*, const Factor* H, BlockWork&,
                   const Member&);
  void sparse_block(const Block&, const Take*, const Factor* H, BlockWork&, const Member&);
  std::ptrdiff_t expected(const Block&, std::ptrdiff_t rows) const;
  std::ptrdiff_t chunk_for(const Block&, std::ptrdiff_t rows, const Trial&) const;

  const std::ptrdiff_t l_;
  const int r_, threads_;
  const bool sparse_;
  const double scale_;
  const std::ptrdiff_t ld_;  // sparse: the rank, padded to whole units
  std::ptrdiff_t panel_;     // sparse: columns at a time over a chunk of rows
  DenseProducts dense_;
  Buffer packed_W_, P_;  // sparse: scale W and P, rows of ld
  std::vector<Scratch> scratch_;
  const std::vector<std::ptrdiff_t> row_nonzeros_;
  // Sparse: rows at once or in chunks? For the product with W and for that with H; and the seconds of the
  // calling thread in this pass.
  Trial with_W_, with_H_;
  double seconds_W_ = 0, seconds_H_ = 0;
};

}  // namespace nonneg

#endif
