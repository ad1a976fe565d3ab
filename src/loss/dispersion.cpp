// See loss/dispersion.h.
#include "loss/dispersion.h"

#include <algorithm>
#include <cmath>

#include "core/factor.h"
#include "loss/entry_window.h"

namespace nonneg {

namespace {

// Reads the columns of X one by one: what is observed of each, and zeros that are not stored as a rest.
class Columns {
 public:
  Columns(Source& source, const EntryView& view)
      : source_(source),
        all_(view),
        view_(entries_to_come(view, source.sparse())),
        rest_(source.sparse() && !view.partial),
        x_(padded(view.length, kUnit)),
        v_(padded(view.length, kUnit)) {
    list_.found.resize(view.length);
    list_.x = x_.data();
    list_.v = v_.data();
  }
  // One read: of all of them.
  template <class Column>
  void each(const Column& column) {
    std::vector<Block> batch;
    for (int b = 0; b < source_.blocks(); b += static_cast<int>(batch.size())) {
      source_.load(b, source_.blocks(), batch);
      for (const Block& block : batch) {
        view_ = entry_window(all_, block);
        for (std::ptrdiff_t j = block.first; j < block.first + block.columns; ++j) column(j);
      }
    }
  }
  // entry(i, x, v) for every entry that is observed and stored. Where zeros are not stored, sums over all
  // rows are added in one go, and zero(i) takes off the part of a row that is no such zero.
  template <class Entry, class Zero>
  void read(std::ptrdiff_t j, const Entry& entry, const Zero& zero) {
    list_.read(view_, j, 1.0, 0.0, false);
    for (std::ptrdiff_t q = 0; q < list_.count; ++q) {
      const std::ptrdiff_t i = list_.at ? list_.at[q] : q;
      if (rest_) zero(i);
      entry(i, x_[q], view_.weighted() ? v_[q] : 1.0);
    }
    if (rest_)
      for (const int i : list_.missing) zero(i);
  }
  bool rest() const { return rest_; }

 private:
  Source& source_;
  const EntryView all_;
  EntryView view_;   // of the block in hand
  const bool rest_;  // are zeros left over?
  Listing list_;
  Buffer x_, v_;
};

double median(std::vector<double> v) {
  if (v.empty()) return 0;
  const std::size_t half = v.size() / 2;
  std::nth_element(v.begin(), v.begin() + half, v.end());
  const double above = v[half];
  if (v.size() % 2 == 1) return above;
  return 0.5 * (above + *std::max_element(v.begin(), v.begin() + half));
}

}  // namespace

std::vector<double> dispersions(Source& source, const EntryView& view, Host& host) {
  const std::ptrdiff_t l = view.length, n = view.items;
  const bool whole = !view.missing && !view.partial && !view.weight && !view.mask;
  Columns columns(source, view);
  const auto over_machines = [&](std::vector<double>& sums) {
    if (!host.machines().alone()) host.reduce(sums.data(), sums.size());
  };
  const auto across = [&](std::ptrdiff_t i) { return view.across_weight(i); };

  // m_ij = row_i column_j: the fit of rank one, at once if nothing is missing.
  std::vector<double> row(l, 0.0), column(n, 1.0), sum(l), size(l);
  for (int pass = 0; pass < (whole ? 1 : 10); ++pass) {
    std::fill(sum.begin(), sum.end(), 0.0);
    std::fill(size.begin(), size.end(), 0.0);
    double all = 0;
    columns.each([&](std::ptrdiff_t j) {
      const double own = view.own_weight(j) * column[j];
      all += own;
      columns.read(
          j,
          [&](std::ptrdiff_t i, double x, double v) {
            sum[i] += v * x;
            size[i] += v * column[j];
          },
          [&](std::ptrdiff_t i) { size[i] -= across(i) * own; });
    });
    // Before sums go over machines: on some of them X may be dense, without such a rest.
    for (std::ptrdiff_t i = 0; i < l && columns.rest(); ++i) size[i] += across(i) * all;
    over_machines(sum);
    over_machines(size);
    for (std::ptrdiff_t i = 0; i < l; ++i) row[i] = size[i] > 0 ? sum[i] / size[i] : 0.0;
    double rows = 0;
    for (std::ptrdiff_t i = 0; i < l; ++i) rows += across(i) * row[i];
    columns.each([&](std::ptrdiff_t j) {
      const double own = view.own_weight(j);
      double counts = 0, expected = columns.rest() ? own * rows : 0.0;
      columns.read(
          j,
          [&](std::ptrdiff_t i, double x, double v) {
            counts += v * x;
            expected += v * row[i];
          },
          [&](std::ptrdiff_t i) { expected -= own * across(i) * row[i]; });
      column[j] = expected > 0 ? counts / expected : 0.0;
    });
  }

  std::vector<double> excess(l, 0.0), squares(l, 0.0), noise(l, 0.0);
  // Sums over columns of what a zero has that is not stored.
  double own1 = 0, own2 = 0, noise1 = 0, noise2 = 0;
  columns.each([&](std::ptrdiff_t j) {
    const double own = view.own_weight(j), s = column[j];
    own1 += own * s;
    own2 += own * s * s;
    noise1 += own * own * s;
    noise2 += own * own * s * s;
    const auto add = [&](std::ptrdiff_t i, double x, double v) {
      const double m = row[i] * s, a = std::fabs(v);
      excess[i] += v * ((x - m) * (x - m) - m);
      squares[i] += v * m * m;
      noise[i] += v * a * (m + 2 * m * m);
    };
    columns.read(j, add, [&](std::ptrdiff_t i) { add(i, 0.0, -own * across(i)); });
  });
  for (std::ptrdiff_t i = 0; i < l && columns.rest(); ++i) {
    const double m = row[i], v = across(i);
    excess[i] += v * (m * m * own2 - m * own1);
    squares[i] += v * m * m * own2;
    noise[i] += v * v * (m * noise1 + 2 * m * m * noise2);
  }
  for (std::vector<double>* sums : {&excess, &squares, &noise}) over_machines(*sums);
  std::vector<double> known;
  for (std::ptrdiff_t i = 0; i < l; ++i) {
    noise[i] = std::sqrt(std::max(0.0, noise[i]));
    if (squares[i] > noise[i]) known.push_back(excess[i] / squares[i]);
  }
  const double middle = std::max(0.0, median(known));
  std::vector<double> out(l, middle);
  for (std::ptrdiff_t i = 0; i < l; ++i)
    if (squares[i] > 0) out[i] = std::max(0.0, (excess[i] + noise[i] * middle) / (squares[i] + noise[i]));
  return out;
}

}  // namespace nonneg
