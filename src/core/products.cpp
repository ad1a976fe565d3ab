// See core/products.h.
#include "core/products.h"

#include <algorithm>
#include <deque>

#include "core/clock.h"

namespace nonneg {

static_assert(kLanes == kRowTile, "a group of rows of W is one tile of P");

Products::Products(const Source& source, int rank, int threads, double scale,
                   std::vector<std::ptrdiff_t> row_nonzeros, Singles singles)
    : left_source_(source.left()),
      left_(left_source_ ? new Products(*left_source_, rank, threads, 1.0, {}) : nullptr),
      l_(left_source_ ? left_source_->cols() : source.rows()),
      r_(rank),
      threads_(threads),
      sparse_(source.sparse()),
      scale_(scale),
      row_nonzeros_(std::move(row_nonzeros)),
      singles_(std::move(singles)),
      dense_(l_, rank, threads),
      quick_dense_(l_, rank, threads),
      sparse_products_(l_, rank, threads, row_nonzeros_),
      quick_sparse_(l_, rank, threads, row_nonzeros_),
      items_(sparse_ ? 0 : threads) {
  for (Buffer& items : items_) items.resize(kLanes * r_);
}

double* Products::P() { return left_ ? left_->P() : own_P(); }

double* Products::own_P() {
  if (sparse_) return quick_ ? quick_sparse_.P() : sparse_products_.P();
  return quick_ ? quick_dense_.P() : dense_.P();
}

void Products::set_W(const Factor& W) {
  if (left_)
    left_->set_W(W);  // the rest is for pass(), which may be stopped
  else
    pack(W);
}

bool Products::fold_W(Host& host, double deadline) {
  Factor folded(r_, l_);
  const Take take = [&](const Member&, std::ptrdiff_t first, int lanes, const double* b,
                        std::ptrdiff_t item) {
    for (int c = 0; c < lanes; ++c) std::copy_n(b + c * item, r_, folded.item(first + c));
  };
  if (!left_->pass(*left_source_, &take, nullptr, r_, host, deadline)) return false;
  pack(folded);
  return true;
}

bool Products::unfold_P(Host& host, double deadline) {
  Factor folded(r_, l_);
  for (std::ptrdiff_t i = 0; i < l_; ++i)
    for (int k = 0; k < r_; ++k) folded.item(i)[k] = own_P()[place(i, k)];
  return left_->pass(*left_source_, nullptr, &folded, r_, host, deadline);
}

void Products::pack(const Factor& W) {
  if (sparse_) {
    quick_ ? quick_sparse_.set_size() : sparse_products_.set_size();
  } else {
    quick_ ? quick_dense_.set_rank(r_) : dense_.set_rank(r_);
  }
  const double scale = quick_ ? singles_.unit : scale_;
  parallel(threads_for(threads_, static_cast<double>(W.size())), [&](const Member& me) {
    const std::ptrdiff_t first = me.begin(l_, kPackRows), last = me.end(l_, kPackRows);
    if (sparse_) {
      quick_ ? quick_sparse_.pack(W, scale, first, last) : sparse_products_.pack(W, scale, first, last);
    } else {
      quick_ ? quick_dense_.pack(W, scale, first, last, 0) : dense_.pack(W, scale, first, last, 0);
    }
  });
}

template <class Number>
void Products::dense_block(DenseProducts<Number>& products, const Block& block, std::ptrdiff_t ahead,
                           double scale, const Take* take, const Factor* H, BlockWork& work,
                           const Member& me) {
  const std::ptrdiff_t B = block.columns, groups = (B + kLanes - 1) / kLanes;
  if (take) {
    products.multiply_W(block, ahead, work, me);
    me.barrier.wait();
    double* b = items_[me.id].data();
    for (std::ptrdiff_t g; (g = work.groups.next++) < groups;) {
      const int lanes = static_cast<int>(std::min<std::ptrdiff_t>(kLanes, B - g * kLanes));
      products.take(block, g * kLanes, lanes, 0, r_, b);
      (*take)(me, block.first + g * kLanes, lanes, b, r_);
    }
  }
  // Also where there was nothing to take: rows of P may go to another thread than in the block before.
  me.barrier.wait();
  if (!H) return;
  products.set_H(block, *H, scale, 0, me);
  products.multiply_H(block, ahead, work, me);
}

template <class Number>
void Products::sparse_block(SparseProducts<Number>& products, const Block& block, double scale, bool last,
                            const Take* take, const Factor* H, BlockWork& work, const Member& me) {
  if (take) {
    products.multiply_W(block, *take, work, me);
    me.barrier.wait();
  }
  if (H) products.multiply_H(block, *H, scale, last, me);
}

bool Products::pass(Source& given, const Take* take, const Factor* H, double extra, Host& host,
                    double deadline) {
  Source& source = quick_ ? *singles_.source : given;
  const double scale = quick_ ? singles_.unit : scale_;
  if (left_ && take && !fold_W(host, deadline)) return false;
  if (sparse_) {
    quick_ ? quick_sparse_.begin(H) : sparse_products_.begin(H);
  } else {
    quick_ ? quick_dense_.set_width(source.widest(), H) : dense_.set_width(source.widest(), H);
  }
  std::vector<Block> batch;
  // The block of the first column begins P of a dense X; a part of X has no such block, or none at all.
  const auto clear = [&] {
    if (H && !sparse_) std::fill_n(own_P(), quick_ ? quick_dense_.size() : dense_.size(), 0.0);
  };
  if (source.blocks() == 0) clear();
  for (int b = 0; b < source.blocks(); b += static_cast<int>(batch.size())) {
    source.load(b, source.blocks(), batch);
    if (b == 0 && batch[0].first > 0) clear();
    // Cut the batch where the host wants to be polled. A nonzero costs a visit to
    // a row of W and one of P besides its 2r multiply-adds.
    double work = 0;
    for (std::size_t q = 0; q < batch.size() && work < kWorkPerPoll; ++q) {
      const Block& block = batch[q];
      work += block.sparse ? 2.0 * (r_ + 30) * (block.p[block.columns] - block.p[0])
                           : 2.0 * (r_ + 4) * l_ * block.columns;
      work += block.columns * extra;
      if (work >= kWorkPerPoll) batch.resize(q + 1);
    }
    std::deque<BlockWork> blocks;
    for (std::size_t q = 0; q < batch.size(); ++q) blocks.emplace_back(threads_);
    parallel(threads_for(threads_, work), [&](const Member& me) {
      for (std::size_t q = 0; q < batch.size(); ++q) {
        const Block& block = batch[q];
        if (block.sparse) {
          const bool last = b + static_cast<int>(q) + 1 == source.blocks();
          if (quick_)
            sparse_block(quick_sparse_, block, scale, last, take, H, blocks[q], me);
          else
            sparse_block(sparse_products_, block, scale, last, take, H, blocks[q], me);
        } else {
          const bool more =
              prefetches_ahead() && q + 1 < batch.size() && batch[q + 1].columns == block.columns;
          const std::ptrdiff_t ahead = more ? block.columns : 0;
          if (quick_)
            dense_block(quick_dense_, block, ahead, scale, take, H, blocks[q], me);
          else
            dense_block(dense_, block, ahead, scale, take, H, blocks[q], me);
        }
      }
    });
    if (host.interrupted() || now() > deadline) return false;
  }
  if (sparse_) quick_ ? quick_sparse_.end(take, H) : sparse_products_.end(take, H);
  return !left_ || !H || unfold_P(host, deadline);
}

}  // namespace nonneg
