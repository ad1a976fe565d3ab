// See core/sparse_products.h.
#include "core/sparse_products.h"

#include <cmath>
#include <cstring>

#include "core/clock.h"
#include "kernel/cache.h"
#include "kernel/simd.h"

namespace nonneg {

namespace {

// How many nonzeros ahead to prefetch rows of W or P of so many bytes. A processor runs some tens of nonzeros
// ahead by itself, and what it asks for meanwhile comes in time from all of its caches. Not so from memory;
// and sums in doubles, which are as much to write, are a tenth faster where the second cache does not hold
// them. (Fetched in vain, W'X takes a tenth longer.)
constexpr std::ptrdiff_t kOuterCache = 32 << 20;
constexpr std::ptrdiff_t kAheadOfCache = 16, kAheadOfMemory = 64;
std::ptrdiff_t ahead_for(std::ptrdiff_t bytes, bool written) {
  if (bytes > kOuterCache) return kAheadOfMemory;
  return written && bytes > static_cast<std::ptrdiff_t>(second_cache()) ? kAheadOfCache : 0;
}

// A chunk of W or P takes a quarter of the second cache, the sums of its columns another. Every column has at
// least so many nonzeros in a chunk, about: else its sums move to and fro more than what they are made of.
constexpr std::ptrdiff_t kLeastInChunk = 8;
constexpr std::ptrdiff_t kMostPanel = 512;

// Sums in numbers of half the length go to doubles after so many nonzeros of a row, on average: what is lost
// of a sum of N numbers that is cut into parts of M grows with M/sqrt(N), and an iteration that falls by less
// than what is lost is not seen to fall. And after so many columns of X, and those of one block, at most.
constexpr double kSumNonzeros = 32;
constexpr std::ptrdiff_t kSumColumns = 16384;

// Columns of X between two such sums, a power of two, so that the border of a larger one is that of a smaller
// one.
std::ptrdiff_t columns_of_sum(std::ptrdiff_t rows, const Block& block) {
  const double nonzeros = static_cast<double>(block.p[block.columns] - block.p[0]) / block.columns;
  std::ptrdiff_t columns = kSumColumns;
  while (columns > 1 && columns * nonzeros > kSumNonzeros * rows) columns /= 2;
  return columns;
}

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

template <class Number>
void fetch(const SparseRun<Number>& run, std::ptrdiff_t from, std::ptrdiff_t count) {
  for (std::ptrdiff_t q = 0; q < count; q += 16) NN_PREFETCH(run.row + from + q);
  for (std::ptrdiff_t q = 0; q < count; q += unit<Number>) NN_PREFETCH(run.value + from + q);
}

}  // namespace

template <class Number>
SparseProducts<Number>::SparseProducts(std::ptrdiff_t rows, int rank, int threads,
                                       const std::vector<std::ptrdiff_t>& row_nonzeros)
    : l_(rows),
      r_(rank),
      ld_(padded(rank, unit<Number>)),
      ld_P_(padded(rank, kUnit)),
      W_(rank),
      scratch_(threads),
      row_nonzeros_(row_nonzeros) {
  const std::ptrdiff_t fit = second_cache() / 4 / (2 * sizeof(Number) * ld_) / kLanes * kLanes;
  panel_ = std::max<std::ptrdiff_t>(kLanes, std::min(fit, kMostPanel));
}

template <class Number>
void SparseProducts<Number>::set_size() {
  W_.resize(l_);
  for (Scratch& s : scratch_) {
    s.items.resize(panel_ * 2 * ld_);
    if (kSingle) s.doubles.resize(kLanes * ld_);
    s.y.resize(panel_ * ld_);
    s.at.resize(panel_);
  }
}

template <class Number>
void SparseProducts<Number>::pack(const Factor& W, double scale, std::ptrdiff_t first, std::ptrdiff_t last) {
  W_.set(W, scale, first, last);
}

template <class Number>
void SparseProducts<Number>::begin(bool with_H) {
  seconds_W_ = seconds_H_ = 0;
  if (!with_H) return;
  P_.resize(size());
  std::memset(P_.data(), 0, sizeof(double) * size());
  if (!apart()) return;
  sums_.resize(W_.whole() * l_);
  sums_rest_.resize(W_.rest() * l_);
  if (W_.whole() > 0) std::memset(sums_.data(), 0, sizeof(Number) * W_.whole() * l_);
  if (W_.rest() > 0) std::memset(sums_rest_.data(), 0, sizeof(Number) * W_.rest() * l_);
}

template <class Number>
void SparseProducts<Number>::end(bool with_W, bool with_H) {
  if (with_W) with_W_.record(seconds_W_);
  if (with_H) with_H_.record(seconds_H_);
}

// What P is summed up in.
template <class Number>
Number* SparseProducts<Number>::sums() {
  if constexpr (!kSingle) {
    if (!apart()) return P_.data();
  }
  return sums_.data();
}

template <class Number>
SparseRun<Number> SparseProducts<Number>::run_of(const Block& block) const {
  SparseRun<Number> run = W_.run();
  run.row = block.row;
  run.value = numbers_of<Number>(block);
  return run;
}

// Nonzeros of a column in so many rows, on average.
template <class Number>
std::ptrdiff_t SparseProducts<Number>::expected(const Block& block, std::ptrdiff_t rows) const {
  return static_cast<double>(block.p[block.columns] - block.p[0]) * rows / l_ / block.columns;
}

// Rows of a chunk, so that all chunks of `rows` are about equal.
template <class Number>
std::ptrdiff_t SparseProducts<Number>::chunk_for(const Block& block, std::ptrdiff_t rows,
                                                 const Trial& trial) const {
  if (!trial.second()) return rows;
  const double bytes = static_cast<double>(rows) * bytes_of_row();
  // What is no larger than the cache stays there in one piece.
  const double wanted = bytes <= second_cache() / 2 ? 1.0 : std::ceil(bytes / (second_cache() / 4));
  const std::ptrdiff_t chunks = static_cast<std::ptrdiff_t>(
      std::max(1.0, std::min(wanted, static_cast<double>(expected(block, rows) / kLeastInChunk))));
  return (rows + chunks - 1) / chunks;
}

template <class Number>
void SparseProducts<Number>::multiply_W(const Block& block, const Take& take, BlockWork& work,
                                        const Member& me) {
  Scratch& mine = scratch_[me.id];
  const std::ptrdiff_t B = block.columns;
  std::ptrdiff_t* at = mine.at.data();
  SparseRun<Number> run = run_of(block);
  const std::ptrdiff_t chunk = chunk_for(block, l_, with_W_);
  const bool whole = chunk >= l_;
  run.ahead = whole ? ahead_for(l_ * bytes_of_row(), false) : 0;
  const std::ptrdiff_t nonzeros = expected(block, chunk);
  const bool time_W = with_W_.open() && me.id == 0;
  const std::ptrdiff_t share = padded((B + 2 * me.size - 1) / (2 * me.size), kLanes);
  const std::ptrdiff_t width = whole ? kLanes : std::min(panel_, share);
  for (std::ptrdiff_t j; (j = width * work.groups.next++) < B;) {
    const std::ptrdiff_t columns = std::min(width, B - j), item = 2 * ld_;
    for (std::ptrdiff_t c = 0; c < columns; ++c) at[c] = block.p[j + c];
    const double since = time_W ? now() : 0;
    for (std::ptrdiff_t row = 0; row < l_; row += chunk) {
      run.stop = std::min(row + chunk, l_);
      for (std::ptrdiff_t c = 0; c < columns; ++c) {
        Number* sums = mine.items.data() + c * item;
        run.from = at[c];
        run.to = block.p[j + c + 1];
        if (!whole && c + kAheadColumns < columns) fetch(run, at[c + kAheadColumns], nonzeros);
        at[c] = product_kernels<Number>().sparse_tn(run, row > 0 ? sums : nullptr, sums, run.stop == l_);
      }
    }
    if (time_W) seconds_W_ += now() - since;
    for (std::ptrdiff_t c = 0; c < columns; c += kLanes) {
      const int lanes = static_cast<int>(std::min<std::ptrdiff_t>(kLanes, columns - c));
      const Number* b = mine.items.data() + c * item;
      if constexpr (kSingle) {
        double* to = mine.doubles.data();
        for (int q = 0; q < lanes; ++q)
          for (int k = 0; k < r_; ++k) to[q * ld_ + k] = b[q * item + k];
        take(me, block.first + j + c, lanes, to, ld_);
      } else {
        take(me, block.first + j + c, lanes, b, item);
      }
    }
  }
}

// Rows are split between threads so that each has the same number of nonzeros.
template <class Number>
void SparseProducts<Number>::share(const Member& me, std::ptrdiff_t* begin, std::ptrdiff_t* end) const {
  *begin = me.begin(l_);
  *end = me.end(l_);
  if (row_nonzeros_.empty()) return;
  const std::ptrdiff_t total = row_nonzeros_.back();
  const auto border = [&](int part) {
    return std::lower_bound(row_nonzeros_.begin(), row_nonzeros_.end(), total / me.size * part) -
           row_nonzeros_.begin();
  };
  *begin = me.id == 0 ? 0 : border(me.id);
  *end = me.id + 1 == me.size ? l_ : border(me.id + 1);
}

template <class Number>
void SparseProducts<Number>::add_up(std::ptrdiff_t begin, std::ptrdiff_t end) {
  product_kernels<Number>().sparse_add_up(begin, end, W_.at(sums_.data(), sums_rest_.data()), P_.data(),
                                          ld_P_);
}

template <class Number>
void SparseProducts<Number>::multiply_H(const Block& block, const Factor& H, double scale, bool last,
                                        const Member& me) {
  Scratch& mine = scratch_[me.id];
  const std::ptrdiff_t B = block.columns;
  std::ptrdiff_t* at = mine.at.data();
  SparseRun<Number> run = run_of(block);
  std::ptrdiff_t begin, end;
  share(me, &begin, &end);
  if (begin == end) return;
  const double since = now();
  const std::ptrdiff_t chunk = chunk_for(block, end - begin, with_H_);
  const bool whole = chunk >= end - begin;
  run.ahead = whole ? ahead_for((end - begin) * bytes_of_row(), true) : 0;
  const std::ptrdiff_t width = whole ? kLanes : panel_, nonzeros = expected(block, chunk);
  for (std::ptrdiff_t j = 0; j < B; j += width) {
    const std::ptrdiff_t columns = std::min(width, B - j);
    for (std::ptrdiff_t c = 0; c < columns; ++c) {
      Number* y = mine.y.data() + c * ld_;
      product_kernels<Number>().sparse_pack(0, 1, H.item(block.first + j + c), scale,
                                            W_.at(y, y + W_.whole()));
      at[c] = block.p[j + c];
      if (begin > 0)
        at[c] = first_from(block.row, at[c], block.p[j + c + 1], begin, static_cast<double>(me.id) / me.size);
    }
    for (std::ptrdiff_t row = begin; row < end; row += chunk) {
      run.stop = std::min(row + chunk, end);
      for (std::ptrdiff_t c = 0; c < columns; ++c) {
        run.from = at[c];
        run.to = block.p[j + c + 1];
        if (!whole && c + kAheadColumns < columns) fetch(run, at[c + kAheadColumns], nonzeros);
        at[c] = product_kernels<Number>().sparse_nt(run, mine.y.data() + c * ld_, sums(), sums_rest_.data());
      }
    }
  }
  // The borders of sums in singles depend on the blocks alone.
  const std::ptrdiff_t next = block.first + B;
  const std::ptrdiff_t most = columns_of_sum(l_, block);
  const bool full = kSingle && block.first / most != next / most;
  if (apart() && (last || full)) add_up(begin, end);
  if (me.id == 0) seconds_H_ += now() - since;
}

template class SparseProducts<double>;
template class SparseProducts<float>;

}  // namespace nonneg
