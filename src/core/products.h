// The two products of a pass over X, in one read of it: W'x for every column x, and P = XH' of the H that was
// made of them. Block by block, so that the second product finds in the cache what the first one read.
//
// An X = LB is read as its factors: W'X = (W'L) B, and XH' = L (BH'). The products with L are those of
// another such pass.
//
// No sum depends on the number of threads, or on the cache. W'X of a dense block: rows in a few parts, added
// in order. P: a thread has some of its rows, and adds to them in the order of columns.
#ifndef NONNEG_PRODUCTS_H
#define NONNEG_PRODUCTS_H

#include <memory>
#include <vector>

#include "core/dense_products.h"
#include "core/factor.h"
#include "core/host.h"
#include "core/parallel.h"
#include "core/source.h"
#include "core/sparse_products.h"

namespace nonneg {

class Products {
 public:
  // X is multiplied with `scale` W and `scale` H. `row_nonzeros` of a sparse X, cumulated, balance the
  // threads; it may be empty. `singles`: X for the quick products, where `scale` is in its units.
  Products(const Source&, int rank, int threads, double scale, std::vector<std::ptrdiff_t> row_nonzeros,
           Singles singles = {});

  // From now on, products of numbers of half the length or of doubles. Sums are doubles even so.
  void set_quick(bool quick) { quick_ = quick && singles_.source; }
  bool quick() const { return quick_; }

  void set_W(const Factor& W);

  using Take = nonneg::Take;
  // One read of X. With `take`: all of its columns, in groups of kLanes. With `H`, read when the columns of a
  // block have been taken: P = scale XH'. `extra` is what taking a column costs, in multiply-adds. False if
  // stopped.
  bool pass(Source&, const Take* take, const Factor* H, double extra, Host&, double deadline);

  // Of all rows of X. P(i, k) of group g of kLanes rows is P()[g*group() + i % kLanes * item() + k *
  // value()].
  double* P();
  const double* P() const { return const_cast<Products*>(this)->P(); }
  std::size_t size() const {
    if (left_) return left_->size();
    return sparse_ ? sparse_products_.size() : dense_.size();
  }
  std::ptrdiff_t item() const { return sparse_ ? sparse_products_.ld() : 1; }
  std::ptrdiff_t value() const { return sparse_ ? 1 : kRowTile; }
  std::ptrdiff_t group() const { return kLanes * (sparse_ ? sparse_products_.ld() : r_); }
  double P_at(std::ptrdiff_t i, int k) const { return P()[place(i, k)]; }

 private:
  std::ptrdiff_t place(std::ptrdiff_t i, int k) const {
    return i / kLanes * group() + i % kLanes * item() + k * value();
  }
  double* own_P();
  void pack(const Factor& W);
  // For the W that left_ has: (W'L) for the blocks of B. From P of B to that of X. False if stopped.
  bool fold_W(Host&, double deadline);
  bool unfold_P(Host&, double deadline);
  template <class Number>
  void dense_block(DenseProducts<Number>&, const Block&, std::ptrdiff_t ahead, double scale, const Take*,
                   const Factor* H, BlockWork&, const Member&);
  template <class Number>
  void sparse_block(SparseProducts<Number>&, const Block&, double scale, bool last, const Take*,
                    const Factor* H, BlockWork&, const Member&);

  const std::shared_ptr<Source> left_source_;  // L, or null
  const std::unique_ptr<Products> left_;       // products with it
  const std::ptrdiff_t l_;                     // rows of a block
  const int r_, threads_;
  const bool sparse_;
  const double scale_;
  const std::vector<std::ptrdiff_t> row_nonzeros_;
  const Singles singles_;
  bool quick_ = false;
  DenseProducts<double> dense_;
  DenseProducts<float> quick_dense_;
  SparseProducts<double> sparse_products_;
  SparseProducts<float> quick_sparse_;
  std::vector<Buffer> items_;  // dense: W'X of a group of columns, of each thread
};

}  // namespace nonneg

#endif
