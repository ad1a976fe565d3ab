// See core/store_source.h.
#include "core/store_source.h"

#include <algorithm>
#include <atomic>
#include <limits>

#include "core/parallel.h"

namespace nonneg {

namespace {

// Entries that are handed out at a time. Those that are widened are read again soon, from a cache if they are
// few; and what comes from disk is waited for in small parts.
constexpr std::int64_t kBatch = 4194304;
constexpr std::int64_t kSmallBatch = 1048576;
// Entries that the disk may be ahead of the reader.
constexpr std::int64_t kAhead = 4194304;
// The part of the machine's memory that pages of a store may fill before they are dropped behind the reader:
// a larger store, read from end to end again and again, would find none of its pages.
constexpr double kPartOfMemory = 0.6;

// Numbers as they lie in a store meet factors that have this many times their values: neither may leave the
// range of single precision.
constexpr double kFarthest = 1048576.0 * 1048576.0;

std::atomic<std::int64_t> count_of_reads{0};

}  // namespace

std::int64_t StoreSource::reads() { return count_of_reads; }

StoreSource::StoreSource(const StoreSpec& spec, int threads, double unit)
    : Source(spec.rows, spec.cols),
      store_(spec),
      threads_(threads),
      unit_(unit),
      in_place_(unit > 0 ? spec.type == ValueType::float32 && unit >= 1 / kFarthest && unit <= kFarthest
                         : spec.type == ValueType::float64) {
  store_.check_columns();
  border_ = spec.sparse ? sparse_borders(store_.columns(), cols_)
                        : dense_borders(rows_, cols_, single() ? sizeof(float) : sizeof(double));
  for (std::size_t b = 1; b < border_.size(); ++b) {
    widest_ = std::max(widest_, border_[b] - border_[b - 1]);
    if (begin(static_cast<int>(b)) - begin(static_cast<int>(b) - 1) > std::numeric_limits<int>::max() &&
        spec.sparse)
      store_.damaged(border_[b - 1]);
  }
  const double all = static_cast<double>(store_.bytes());
  double keep = spec.keep;
  if (keep < 0) {
    const double room = kPartOfMemory * static_cast<double>(physical_memory());
    keep = room > 0 ? room : std::numeric_limits<double>::infinity();
  }
  kept_ = blocks();
  if (all > keep) kept_ = static_cast<int>(keep / all * blocks());
}

Singles StoreSource::singles(double unit) const {
  const std::shared_ptr<StoreSource> out(new StoreSource(store_.spec(), threads_, unit));
  return {out, out->unit_left()};
}

std::vector<std::ptrdiff_t> StoreSource::row_nonzeros() const {
  if (!sparse()) return {};
  std::vector<std::ptrdiff_t> out(rows_);
  std::ptrdiff_t sum = 0;
  for (std::ptrdiff_t i = 0; i < rows_; ++i) {
    sum += static_cast<std::ptrdiff_t>(store_.row_counts()[i]);
    out[i] = sum;
  }
  return out;
}

// As many blocks as go together, at least one.
int StoreSource::batch_end(int first, int last) const {
  const std::int64_t most = in_place_ && kept_ == blocks() ? kBatch : kSmallBatch;
  int end = first + 1;
  while (end < last && begin(end + 1) - begin(first) <= most) ++end;
  return end;
}

// Each block the first time it is read. What is not a row would be written to by a pass.
void StoreSource::check(int first, int last) {
  if (!sparse() || last <= checked_) return;
  first = std::max(first, checked_);
  std::atomic<int> bad{-1};
  Counter counter;
  parallel(threads_for(threads_, static_cast<double>(begin(last) - begin(first)) * 4), [&](const Member&) {
    for (std::ptrdiff_t b; (b = first + counter.next++) < last;)
      if (!store_.sound(border_[b], border_[b + 1] - border_[b])) bad = static_cast<int>(b);
  });
  if (bad >= 0) store_.damaged(border_[bad]);
  if (first == checked_) checked_ = last;
}

// Of the blocks behind `end`, and of the first ones for the next pass, which begins when this one ends.
void StoreSource::ask_ahead(int first, int end) {
  const int n = blocks();
  if (first == 0) asked_ = std::max(0, asked_ - n);
  const auto position = [&](int block) { return begin(block % n) + block / n * (begin(n) - begin(0)); };
  const auto ask = [&](int from, int to) {
    if (to > from) store_.will_need(begin(from), begin(to) - begin(from));
  };
  const int from = std::max(asked_, end);
  int to = from;
  while (to < n + first && position(to + 1) - position(end) <= kAhead) ++to;
  if (to == end && to < n) ++to;
  ask(std::min(from, n), std::min(to, n));
  ask(std::max(from, n) - n, std::max(to, n) - n);
  asked_ = to;
}

// Entries [from, from + count) in `room`, by all threads.
template <class Number, class Convert>
const Number* StoreSource::converted(BufferOf<Number>& room, std::int64_t from, std::int64_t count,
                                     const Convert& convert) {
  room.resize(static_cast<std::size_t>(count));
  constexpr std::int64_t kPiece = 65536;
  const std::ptrdiff_t pieces = static_cast<std::ptrdiff_t>((count + kPiece - 1) / kPiece);
  Counter counter;
  parallel(threads_for(threads_, static_cast<double>(count) * 4), [&](const Member&) {
    for (std::ptrdiff_t q; (q = counter.next++) < pieces;)
      convert(from + q * kPiece, std::min(kPiece, count - q * kPiece), room.data() + q * kPiece);
  });
  return room.data();
}

void StoreSource::load(int first, int last, std::vector<Block>& out) {
  if (first == 0) ++count_of_reads;
  // Those handed out last have been read. (A pass may hand some of them back.)
  if (at_ > behind_) {
    const int from = std::max(behind_, kept_), to = first > behind_ ? std::min(first, at_) : at_;
    if (to > from) store_.drop(begin(from), begin(to) - begin(from));
  }
  const int end = batch_end(first, last);
  ask_ahead(first, end);
  check(first, end);
  const std::int64_t from = begin(first), count = begin(end) - from;
  const double* values = nullptr;
  const float* singles = nullptr;
  if (in_place_ && single()) {
    singles = store_.floats(from);
  } else if (single()) {
    singles = converted(singles_, from, count, [&](std::int64_t first_of, std::int64_t many, float* to) {
      store_.to_floats(first_of, many, unit_, to);
    });
  } else if (in_place_) {
    values = store_.doubles(from);
  } else {
    values = converted(values_, from, count, [&](std::int64_t first_of, std::int64_t many, double* to) {
      store_.widen(first_of, many, to);
    });
  }
  out.clear();
  if (sparse()) pointers_.resize(static_cast<std::size_t>(border_[end] - border_[first] + end - first));
  int* p = pointers_.data();
  for (int b = first; b < end; ++b) {
    Block block;
    block.first = border_[b];
    block.columns = border_[b + 1] - border_[b];
    const std::int64_t base = begin(b);
    if (sparse()) {
      block.sparse = true;
      block.p = p;
      for (std::ptrdiff_t j = 0; j <= block.columns; ++j)
        *p++ = static_cast<int>(store_.columns()[block.first + j] - base);
      block.row = store_.rows() + base;
    } else {
      block.ld = rows_;
    }
    if (single())
      block.single = singles + (base - from);
    else
      (sparse() ? block.value : block.x) = values + (base - from);
    out.push_back(block);
  }
  behind_ = first;
  at_ = end;
}

}  // namespace nonneg
