// See core/products.h.
#include "core/products.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>

#include "core/clock.h"
#include "kernel/cache.h"
#include "kernel/simd.h"

namespace nonneg {

namespace {

static_assert(kLanes == kRowTile, "a group of rows of W is one tile of P");

// Numbers of P, sparse, that a thread finds in its second cache or soon after: 4 MB.
constexpr std::ptrdiff_t kNearP = 524288;

// A chunk of W or P takes half of the second cache, the sums of its columns a quarter. Every column has at
// least so many nonzeros in a chunk, about: else its sums move to and fro more than what they are made of.
constexpr std::ptrdiff_t kLeastInChunk = 8;
constexpr std::ptrdiff_t kMostPanel = 512;

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

// Over a chunk, the nonzeros of the columns are many short runs, too short for the processor to foresee:
// those of a column some columns further on are fetched.
constexpr std::ptrdiff_t kAheadColumns = 2;

void fetch(const Block& block, std::ptrdiff_t from, std::ptrdiff_t count) {
  for (std::ptrdiff_t q = 0; q < count; q += 16) NN_PREFETCH(block.row + from + q);
  for (std::ptrdiff_t q = 0; q < count; q += 8) NN_PREFETCH(block.value + from + q);
}

}  // namespace

Products::Products(const Source& source, int rank, int threads, double scale,
                   std::vector<std::ptrdiff_t> row_nonzeros)
    : l_(source.rows()),
      r_(rank),
      threads_(threads),
      sparse_(source.sparse()),
      scale_(scale),
      ld_(padded(rank, kUnit)),
      dense_(source.rows(), rank, threads),
      scratch_(threads),
      row_nonzeros_(std::move(row_nonzeros)) {
  const std::ptrdiff_t fit = second_cache() / 4 / (2 * sizeof(double) * ld_) / kLanes * kLanes;
  panel_ = std::max<std::ptrdiff_t>(kLanes, std::min(fit, kMostPanel));
  for (Scratch& s : scratch_) {
    s.items.resize(sparse_ ? panel_ * 2 * ld_ : kLanes * r_);
    if (!sparse_) continue;
    s.y.resize(panel_ * ld_);
    s.at.resize(panel_);
  }
}

// Nonzeros of a column in so many rows, on average.
std::ptrdiff_t Products::expected(const Block& block, std::ptrdiff_t rows) const {
  return static_cast<double>(block.p[block.columns] - block.p[0]) * rows / l_ / block.columns;
}

// Rows of a chunk, so that all chunks of `rows` are about equal.
std::ptrdiff_t Products::chunk_for(const Block& block, std::ptrdiff_t rows, const Trial& trial) const {
  if (!trial.second()) return rows;
  const double bytes = static_cast<double>(rows) * ld_ * sizeof(double);
  const double nonzeros =
      static_cast<double>(block.p[block.columns] - block.p[0]) * rows / l_ / block.columns;
  const double wanted = std::ceil(bytes / (second_cache() / 2)), most = std::floor(nonzeros / kLeastInChunk);
  const std::ptrdiff_t chunks = static_cast<std::ptrdiff_t>(
      std::max(1.0, std::min(wanted, static_cast<double>(expected(block, rows) / kLeastInChunk))));
  return (rows + chunks - 1) / chunks;
}

void Products::set_W(const Factor& W) {
  if (sparse_)
    packed_W_.resize(ld_ * l_);
  else
    dense_.set_rank(r_);
  parallel(threads_for(threads_, static_cast<double>(W.size())), [&](const Member& me) {
    const std::ptrdiff_t first = me.begin(l_, kPackRows), last = me.end(l_, kPackRows);
    if (!sparse_) return dense_.pack(W, scale_, first, last, 0);
    for (std::ptrdiff_t i = first; i < last; ++i) {
      double* to = packed_W_.data() + i * ld_;
      const double* from = W.item(i);
      for (int k = 0; k < r_; ++k) to[k] = scale_ * from[k];
      for (std::ptrdiff_t k = r_; k < ld_; ++k) to[k] = 0.0;
    }
  });
}

void Products::dense_block(const Block& block, std::ptrdiff_t ahead, const Take* take, const Factor* H,
                           BlockWork& work, const Member& me) {
  const std::ptrdiff_t B = block.columns, groups = (B + kLanes - 1) / kLanes;
  if (take) {
    dense_.multiply_W(block, ahead, work, me);
    me.barrier.wait();
    double* b = scratch_[me.id].items.data();
    for (std::ptrdiff_t g; (g = work.groups.next++) < groups;) {
      const int lanes = static_cast<int>(std::min<std::ptrdiff_t>(kLanes, B - g * kLanes));
      dense_.take(block, g * kLanes, lanes, 0, r_, b);
      (*take)(me, block.first + g * kLanes, lanes, b, r_);
    }
  }
  // Also where there was nothing to take: rows of P may go to another thread than in the block before.
  me.barrier.wait();
  if (!H) return;
  dense_.set_H(block, *H, scale_, 0, me);
  dense_.multiply_H(block, ahead, work, me);
}

void Products::sparse_block(const Block& block, const Take* take, const Factor* H, BlockWork& work,
                            const Member& me) {
  Scratch& mine = scratch_[me.id];
  const std::ptrdiff_t B = block.columns;
  std::ptrdiff_t* at = mine.at.data();
  SparseRun run = {};
  run.row = block.row;
  run.value = block.value;
  run.F = packed_W_.data();
  run.ld = ld_;
  run.units = static_cast<int>(ld_ / kUnit);
  if (take) {
    const std::ptrdiff_t chunk = chunk_for(block, l_, with_W_);
    const bool whole = chunk >= l_;
    const std::ptrdiff_t nonzeros = expected(block, chunk);
    const bool time_W = with_W_.open() && me.id == 0;
    const std::ptrdiff_t share = padded((B + 2 * me.size - 1) / (2 * me.size), kLanes);
    const std::ptrdiff_t width = whole ? kLanes : std::min(panel_, share);
    for (std::ptrdiff_t j; (j = width * work.groups.next++) < B;) {
      const std::ptrdiff_t columns = std::min(width, B - j), item = 2 * ld_;
      for (std::ptrdiff_t c = 0; c < columns; ++c) at[c] = block.p[j + c];
      run.known = whole ? block.p[B] : 0;
      const double since = time_W ? now() : 0;
      for (std::ptrdiff_t row = 0; row < l_; row += chunk) {
        run.stop = std::min(row + chunk, l_);
        for (std::ptrdiff_t c = 0; c < columns; ++c) {
          double* sums = mine.items.data() + c * item;
          run.from = at[c];
          run.to = block.p[j + c + 1];
          if (!whole && c + kAheadColumns < columns) fetch(block, at[c + kAheadColumns], nonzeros);
          at[c] = kernels().sparse_tn(run, row > 0 ? sums : nullptr, sums, run.stop == l_);
        }
      }
      if (time_W) seconds_W_ += now() - since;
      for (std::ptrdiff_t c = 0; c < columns; c += kLanes)
        (*take)(me, block.first + j + c, static_cast<int>(std::min<std::ptrdiff_t>(kLanes, columns - c)),
                mine.items.data() + c * item, item);
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
  if (begin == end) return;
  const double since = now();
  const std::ptrdiff_t chunk = chunk_for(block, end - begin, with_H_);
  const bool whole = chunk >= end - begin, far = whole && ld_ * (end - begin) > kNearP;
  const std::ptrdiff_t width = whole ? kLanes : panel_, nonzeros = expected(block, chunk);
  for (std::ptrdiff_t j = 0; j < B; j += width) {
    const std::ptrdiff_t columns = std::min(width, B - j);
    for (std::ptrdiff_t c = 0; c < columns; ++c) {
      const double* h = H->item(block.first + j + c);
      double* y = mine.y.data() + c * ld_;
      for (int k = 0; k < r_; ++k) y[k] = scale_ * h[k];
      for (std::ptrdiff_t k = r_; k < ld_; ++k) y[k] = 0.0;
      at[c] = block.p[j + c];
      if (begin > 0)
        at[c] = first_from(block.row, at[c], block.p[j + c + 1], begin, static_cast<double>(me.id) / me.size);
    }
    for (std::ptrdiff_t row = begin; row < end; row += chunk) {
      run.stop = std::min(row + chunk, end);
      for (std::ptrdiff_t c = 0; c < columns; ++c) {
        run.from = at[c];
        run.to = block.p[j + c + 1];
        run.known = far ? run.to : 0;
        if (!whole && c + kAheadColumns < columns) fetch(block, at[c + kAheadColumns], nonzeros);
        at[c] = kernels().sparse_nt(run, mine.y.data() + c * ld_, P_.data());
      }
    }
  }
  if (me.id == 0) seconds_H_ += now() - since;
}

bool Products::pass(Source& source, const Take* take, const Factor* H, double extra, Host& host,
                    double deadline) {
  if (!sparse_) {
    dense_.set_width(source.widest(), H);
  } else if (H) {
    P_.resize(size());
    std::memset(P_.data(), 0, sizeof(double) * size());
  }
  seconds_W_ = seconds_H_ = 0;
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
  if (sparse_ && take) with_W_.record(seconds_W_);
  if (sparse_ && H) with_H_.record(seconds_H_);
  return true;
}

}  // namespace nonneg
