// See core/products.h.
#include "core/products.h"

#include <algorithm>
#include <cstring>
#include <deque>

#include "core/clock.h"

namespace nonneg {

namespace {

static_assert(kLanes == kRowTile, "a group of rows of W is one tile of P");

// Rows of X are split in parts of whole chunks, at most about this many.
constexpr std::ptrdiff_t kMostParts = 8;
constexpr std::ptrdiff_t kLeastPartRows = 2 * kRowChunk;

// Numbers of P, sparse, that a thread finds in its second cache or soon after: 4 MB.
constexpr std::ptrdiff_t kNearP = 524288;

// The host is polled after about this many multiply-adds, 0.1 s or less.
constexpr double kWorkPerPoll = 1e9;

// The first p in [from, to) with row[p] >= least, or to. The search begins at a guess, and goes away from it
// in steps that double: what is far from it is in no cache.
std::ptrdiff_t first_from(const int* row, std::ptrdiff_t from, std::ptrdiff_t to, std::ptrdiff_t least,
                          double guess) {
  if (from == to) return to;
  std::ptrdiff_t step = 16;
  const std::ptrdiff_t at = std::min(from + static_cast<std::ptrdiff_t>(guess * (to - from)), to - 1);
  if (row[at] < least) {
    for (from = at + 1; to - from > step && row[from + step - 1] < least; step *= 2) from += step;
    to = std::min(to, from + step);
  } else {
    for (to = at; to - from > step && row[to - step] >= least; step *= 2) to -= step;
    from = std::max(from, to - step);
  }
  // Without branches on what is compared, which no processor foresees.
  std::ptrdiff_t left = to - from;
  while (left > 0) {
    const std::ptrdiff_t half = (left + 1) / 2;
    from += row[from + half - 1] < least ? half : 0;
    left -= half;
  }
  return from;
}

}  // namespace

void pack_dense(const Factor& W, double scale, std::ptrdiff_t first, std::ptrdiff_t last, std::ptrdiff_t rank,
                double* packed) {
  for (std::ptrdiff_t i = first; i < last; i += kPackRows)
    for (int k = 0; k < W.r; ++k) {
      double* to = packed + (i / kRowChunk * rank + k) * kRowChunk + i % kRowChunk;
      const std::ptrdiff_t count = std::min(kPackRows, last - i);
      for (std::ptrdiff_t q = 0; q < count; ++q) to[q] = scale * W.item(i + q)[k];
    }
}

Products::Products(const Source& source, int rank, int threads, double scale,
                   std::vector<std::ptrdiff_t> row_nonzeros)
    : l_(source.rows()),
      r_(rank),
      threads_(threads),
      sparse_(source.sparse()),
      scale_(scale),
      ld_(padded(rank, kUnit)),
      part_(padded(std::max(kLeastPartRows, (l_ + kMostParts - 1) / kMostParts), kRowChunk)),
      scratch_(threads),
      row_nonzeros_(std::move(row_nonzeros)) {
  for (Scratch& s : scratch_) {
    s.items.resize(kLanes * ld_);
    if (!sparse_) s.acc.resize(kTnColumns * r_ * 8);
  }
}

void Products::set_W(const Factor& W) {
  packed_W_.resize(sparse_ ? ld_ * l_ : r_ * padded(l_, kRowChunk));
  parallel(threads_for(threads_, static_cast<double>(W.size())), [&](const Member& me) {
    const std::ptrdiff_t first = me.begin(l_, kPackRows), last = me.end(l_, kPackRows);
    if (!sparse_) return pack_dense(W, scale_, first, last, r_, packed_W_.data());
    for (std::ptrdiff_t i = first; i < last; ++i) {
      double* to = packed_W_.data() + i * ld_;
      const double* from = W.item(i);
      for (int k = 0; k < r_; ++k) to[k] = scale_ * from[k];
      for (std::ptrdiff_t k = r_; k < ld_; ++k) to[k] = 0.0;
    }
  });
}

// Rows are split in parts for W'X nearly as they are for XH', so that a thread finds
// in its own cache the rows that it read; the partial sums are few and of fixed order.
void Products::dense_block(const Block& block, std::ptrdiff_t ahead, const Take* take, const Factor* H,
                           BlockWork& work, const Member& me) {
  Scratch& mine = scratch_[me.id];
  const std::ptrdiff_t B = block.columns, groups = (B + kLanes - 1) / kLanes;
  const std::ptrdiff_t parts = (l_ + part_ - 1) / part_;
  if (take) {
    // Columns are split as threads need it: no sum depends on that.
    const std::ptrdiff_t width = parts % me.size == 0 ? kTnColumns : kLanes;
    const std::ptrdiff_t panels = (B + width - 1) / width;
    work.with_W.run(me, parts * panels, [&](std::ptrdiff_t u) {
      const std::ptrdiff_t row = u / panels * part_, column = u % panels * width;
      kernels().tn(std::min(part_, l_ - row), packed_W_.data() + row * r_, r_,
                   block.x + row + column * block.ld, block.ld, std::min(width, B - column),
                   partial_.data() + (u / panels * B + column) * r_, r_, mine.acc.data(), ahead);
    });
    me.barrier.wait();
    for (std::ptrdiff_t g; (g = work.groups.next++) < groups;) {
      const int lanes = static_cast<int>(std::min<std::ptrdiff_t>(kLanes, B - g * kLanes));
      const double* first = partial_.data() + g * kLanes * r_;
      double* b = mine.items.data();
      for (std::ptrdiff_t q = 0; q < lanes * r_; ++q) {
        double sum = first[q];
        for (std::ptrdiff_t part = 1; part < parts; ++part) sum += first[q + part * B * r_];
        b[q] = sum;
      }
      (*take)(me, block.first + g * kLanes, lanes, b, r_);
    }
  }
  // Also where there was nothing to take: rows of P may go to another thread than in the block before.
  me.barrier.wait();
  if (!H) return;
  // Every thread scales its own copy of the block's H: smaller than a barrier is long.
  double* y = mine.y.data();
  const double* from = H->item(block.first);
  for (std::ptrdiff_t q = 0; q < B * r_; ++q) y[q] = scale_ * from[q];
  work.with_H.run(me, (l_ + kGatherRows - 1) / kGatherRows, [&](std::ptrdiff_t u) {
    const std::ptrdiff_t begin = u * kGatherRows, rows = std::min(kGatherRows, l_ - begin);
    double* P = P_.data() + begin * r_;
    if (block.first == 0) std::memset(P, 0, sizeof(double) * r_ * padded(rows, kRowTile));
    kernels().nt(rows, B, block.x + begin, block.ld, y, r_, r_, P, ahead);
  });
}

void Products::sparse_block(const Block& block, const Take* take, const Factor* H, BlockWork& work,
                            const Member& me) {
  Scratch& mine = scratch_[me.id];
  const std::ptrdiff_t B = block.columns, groups = (B + kLanes - 1) / kLanes;
  const int units = static_cast<int>(ld_ / kUnit);
  if (take) {
    for (std::ptrdiff_t g; (g = work.groups.next++) < groups;) {
      const int lanes = static_cast<int>(std::min<std::ptrdiff_t>(kLanes, B - g * kLanes));
      for (int c = 0; c < lanes; ++c) {
        const std::ptrdiff_t from = block.p[g * kLanes + c], to = block.p[g * kLanes + c + 1];
        kernels().sparse_tn(to - from, block.p[B] - from, block.row + from, block.value + from,
                            packed_W_.data(), ld_, units, mine.items.data() + c * ld_);
      }
      (*take)(me, block.first + g * kLanes, lanes, mine.items.data(), ld_);
    }
    me.barrier.wait();
  }
  if (!H) return;
  // Rows are split between threads so that each has the same number of nonzeros.
  std::ptrdiff_t begin = me.begin(l_), end = me.end(l_);
  if (!row_nonzeros_.empty()) {
    const std::ptrdiff_t total = row_nonzeros_.back();
    const auto border = [&](int part) {
      return std::lower_bound(row_nonzeros_.begin(), row_nonzeros_.end(), total / me.size * part) -
             row_nonzeros_.begin();
    };
    begin = me.id == 0 ? 0 : border(me.id);
    end = me.id + 1 == me.size ? l_ : border(me.id + 1);
  }
  const bool far = ld_ * l_ > me.size * kNearP;
  double* y = mine.items.data();
  for (std::ptrdiff_t k = r_; k < ld_; ++k) y[k] = 0.0;
  for (std::ptrdiff_t j = 0; j < B; ++j) {
    const int* row = block.row;
    std::ptrdiff_t from = block.p[j], to = block.p[j + 1];
    const std::ptrdiff_t first = from, last = to;
    if (begin > 0) from = first_from(row, first, last, begin, static_cast<double>(me.id) / me.size);
    if (end < l_) to = first_from(row, first, last, end, (me.id + 1.0) / me.size);
    if (from == to) continue;
    const double* h = H->item(block.first + j);
    for (int k = 0; k < r_; ++k) y[k] = scale_ * h[k];
    kernels().sparse_nt(to - from, row + from, block.value + from, y, units, P_.data(), ld_, far);
  }
}

bool Products::pass(Source& source, const Take* take, const Factor* H, double extra, Host& host,
                    double deadline) {
  if (!sparse_) {
    const std::ptrdiff_t width = source.widest();
    partial_.resize((l_ + part_ - 1) / part_ * width * r_);
    for (Scratch& s : scratch_) s.y.resize(width * r_);
  }
  if (H) {
    P_.resize(size());
    if (sparse_) std::memset(P_.data(), 0, sizeof(double) * size());
  }
  std::vector<Block> batch;
  for (int b = 0; b < source.blocks(); b += static_cast<int>(batch.size())) {
    source.load(b, source.blocks(), batch);
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
        if (batch[q].sparse) {
          sparse_block(batch[q], take, H, blocks[q], me);
        } else {
          const bool more =
              prefetches_ahead() && q + 1 < batch.size() && batch[q + 1].columns == batch[q].columns;
          dense_block(batch[q], more ? batch[q].columns : 0, take, H, blocks[q], me);
        }
      }
    });
    if (host.interrupted() || now() > deadline) return false;
  }
  return true;
}

}  // namespace nonneg
