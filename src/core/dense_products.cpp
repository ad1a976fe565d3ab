// See core/dense_products.h.
#include "core/dense_products.h"

#include <algorithm>
#include <cstring>

namespace nonneg {

namespace {

// Rows of X are split in parts of whole chunks, at most about 8: half as many in numbers of half the length,
// where adding up what is in a register is as much work as so many more rows are. But there no sum is of more
// than kMostSingle rows.
constexpr std::ptrdiff_t kMostSingle = 16384;

template <class Number>
std::ptrdiff_t part_of(std::ptrdiff_t rows) {
  constexpr std::ptrdiff_t kMostParts = sizeof(Number);
  std::ptrdiff_t part = std::max<std::ptrdiff_t>(2 * row_chunk<Number>, (rows + kMostParts - 1) / kMostParts);
  if (sizeof(Number) < sizeof(double)) part = std::min(part, kMostSingle);
  return padded(part, row_chunk<Number>);
}

// Rows of X that one thread takes at a time for XH'.
constexpr std::ptrdiff_t kGatherRows = 512;
static_assert(kGatherRows % kMostRowTile == 0, "they are whole tiles of P");

}  // namespace

template <class Number>
DenseProducts<Number>::DenseProducts(std::ptrdiff_t rows, std::ptrdiff_t rank, int threads)
    : l_(rows), part_(part_of<Number>(rows)), rank_(rank), scratch_(threads) {}

template <class Number>
void DenseProducts<Number>::set_rank(std::ptrdiff_t rank) {
  rank_ = rank;
  packed_.resize(rank * padded(l_, kChunk));
}

template <class Number>
void DenseProducts<Number>::pack(const Factor& W, double scale, std::ptrdiff_t first, std::ptrdiff_t last,
                                 std::ptrdiff_t offset) {
  Number* packed = packed_.data() + offset * kChunk;
  for (std::ptrdiff_t i = first; i < last; i += kPackRows)
    for (int k = 0; k < W.r; ++k) {
      Number* to = packed + (i / kChunk * rank_ + k) * kChunk + i % kChunk;
      const std::ptrdiff_t count = std::min(kPackRows, last - i);
      for (std::ptrdiff_t q = 0; q < count; ++q) to[q] = static_cast<Number>(scale * W.item(i + q)[k]);
    }
}

template <class Number>
void DenseProducts<Number>::set_width(std::ptrdiff_t width, bool with_H) {
  partial_.resize((l_ + part_ - 1) / part_ * width * rank_);
  for (Scratch& s : scratch_) {
    s.acc.resize(kTnColumns * rank_ * unit<Number>);
    s.y.resize(width * rank_);
  }
  if (with_H) P_.resize(rank_ * padded(l_, kMostRowTile));
}

// Rows are split in parts nearly as they are for XH', so that a thread finds in its own cache the rows that
// it read; the partial sums are few and of fixed order.
template <class Number>
void DenseProducts<Number>::multiply_W(const Block& block, std::ptrdiff_t ahead, BlockWork& work,
                                       const Member& me) {
  Number* acc = scratch_[me.id].acc.data();
  const std::ptrdiff_t B = block.columns, parts = (l_ + part_ - 1) / part_;
  const Number* x = numbers_of<Number>(block);
  // Columns are split as threads need it: no sum depends on that.
  const std::ptrdiff_t width = parts % me.size == 0 ? kTnColumns : kLanes;
  const std::ptrdiff_t panels = (B + width - 1) / width;
  work.with_W.run(me, parts * panels, [&](std::ptrdiff_t u) {
    const std::ptrdiff_t row = u / panels * part_, column = u % panels * width;
    product_kernels<Number>().tn(std::min(part_, l_ - row), packed_.data() + row * rank_,
                                 static_cast<int>(rank_), x + row + column * block.ld, block.ld,
                                 std::min(width, B - column),
                                 partial_.data() + (u / panels * B + column) * rank_, rank_, acc, ahead);
  });
}

template <class Number>
void DenseProducts<Number>::take(const Block& block, std::ptrdiff_t column, int lanes, std::ptrdiff_t offset,
                                 int r, double* b) const {
  const std::ptrdiff_t parts = (l_ + part_ - 1) / part_, next = block.columns * rank_;
  if (r == rank_) {  // a fit alone: one run of numbers
    r *= lanes;
    lanes = 1;
  }
  for (int c = 0; c < lanes; ++c, b += r) {
    const double* from = partial_.data() + (column + c) * rank_ + offset;
    for (int k = 0; k < r; ++k) {
      double sum = from[k];
      for (std::ptrdiff_t part = 1; part < parts; ++part) sum += from[k + part * next];
      b[k] = sum;
    }
  }
}

template <class Number>
void DenseProducts<Number>::set_H(const Block& block, const Factor& H, double scale, std::ptrdiff_t offset,
                                  const Member& me) {
  Number* y = scratch_[me.id].y.data() + offset;
  const double* from = H.item(block.first);
  std::ptrdiff_t items = block.columns, run = H.r;
  if (run == rank_) {
    run *= items;
    items = 1;
  }
  for (; items > 0; --items, y += rank_, from += run)
    for (std::ptrdiff_t k = 0; k < run; ++k) y[k] = static_cast<Number>(scale * from[k]);
}

template <class Number>
void DenseProducts<Number>::multiply_H(const Block& block, std::ptrdiff_t ahead, BlockWork& work,
                                       const Member& me) {
  const Number *x = numbers_of<Number>(block), *y = scratch_[me.id].y.data();
  work.with_H.run(me, (l_ + kGatherRows - 1) / kGatherRows, [&](std::ptrdiff_t u) {
    const std::ptrdiff_t begin = u * kGatherRows, rows = std::min(kGatherRows, l_ - begin);
    double* P = P_.data() + begin * rank_;
    if (block.first == 0) std::memset(P, 0, sizeof(double) * rank_ * padded(rows, kMostRowTile));
    product_kernels<Number>().nt(rows, block.columns, x + begin, block.ld, y, rank_, static_cast<int>(rank_),
                                 P, ahead);
  });
}

template class DenseProducts<double>;
template class DenseProducts<float>;

}  // namespace nonneg
