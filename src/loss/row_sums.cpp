// See loss/row_sums.h.
#include "loss/row_sums.h"

#include <algorithm>
#include <cstring>

#include "core/parallel.h"
#include "kernel/cache.h"

namespace nonneg {

namespace {

// Terms of a dense block that are in hand, each of two or three numbers: they stay in an outer cache.
constexpr std::ptrdiff_t kDenseTerms = 262144;
// Rows of dense terms that a thread takes at a time.
constexpr std::ptrdiff_t kGatherRows = 256;
static_assert(kGatherRows % kMostRowTile == 0, "they are whole tiles");

}  // namespace

RowSums::RowSums(std::ptrdiff_t rows, int rank, bool dense, bool with_below, Curve curve, int threads)
    : l_(rows), r_(rank), threads_(threads), dense_(dense), curve_(curve) {
  values_[above] = r_;
  values_[below] = with_below ? r_ : 0;
  values_[RowSums::curve] = curve == whole ? r_ * (r_ + 1) / 2 : curve == diagonal ? r_ : 0;
  std::ptrdiff_t size = 0;
  for (int part = 0; part < 3; ++part) {
    offset_[part] = size;
    ld_[part] = dense_ ? values_[part] : padded(values_[part], kUnit);
    size += ld_[part] * (dense_ ? padded(l_, kMostRowTile) : l_);
  }
  P_.resize(static_cast<std::size_t>(size));
  ld_y_ = ld_[above];
  ld_z_ = ld_[RowSums::curve];
  if (dense_) {
    chunk_ = kGatherRows;
  } else {
    const std::ptrdiff_t row = sizeof(double) * (ld_[above] + ld_[below] + ld_[RowSums::curve]);
    const std::ptrdiff_t fit = static_cast<std::ptrdiff_t>(second_cache()) / 2 / row;
    // Several for each thread, as some rows have more entries than others.
    const std::ptrdiff_t share = threads_ > 1 ? (l_ + 8 * threads_ - 1) / (8 * threads_) : l_;
    chunk_ = std::max<std::ptrdiff_t>(kLanes, std::min(fit, share));
  }
  chunks_ = (l_ + chunk_ - 1) / chunk_;
}

void RowSums::begin() {
  const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(P_.size());
  parallel(threads_for(threads_, static_cast<double>(size)), [&](const Member& me) {
    const std::ptrdiff_t from = me.begin(size, kUnit), to = me.end(size, kUnit);
    std::fill(P_.data() + from, P_.data() + to, 0.0);
  });
}

std::ptrdiff_t RowSums::columns_at_once(std::ptrdiff_t columns) const {
  if (!dense_) return columns;
  return std::max<std::ptrdiff_t>(kLanes, kDenseTerms / std::max<std::ptrdiff_t>(l_, 1) / kLanes * kLanes);
}

void RowSums::open(std::ptrdiff_t first, std::ptrdiff_t columns, const int* p) {
  first_ = first;
  columns_ = columns;
  y_.resize(columns * ld_y_);
  z_.resize(columns * ld_z_);
  std::ptrdiff_t count;
  if (dense_) {
    ld_terms_ = padded(l_, kUnit);
    count = columns * ld_terms_;
  } else {
    count = p[columns] - p[0];
    from_.resize(columns);
    for (std::ptrdiff_t j = 0; j < columns; ++j) from_[j] = p[j] - p[0];
    if (static_cast<std::ptrdiff_t>(row_.size()) < count) row_.resize(count);
    cuts_.resize(columns * (chunks_ + 1));
  }
  for (int part = 0; part < 3; ++part)
    if (values_[part] > 0) terms_[part].resize(count);
}

void RowSums::put(std::ptrdiff_t j, std::ptrdiff_t count, const int* at, const double* a, const double* b,
                  const double* c, const double* h) {
  j -= first_;
  double* y = y_.data() + j * ld_y_;
  std::copy_n(h, r_, y);
  std::fill(y + r_, y + ld_y_, 0.0);
  if (curve_ != none) {
    double* z = z_.data() + j * ld_z_;
    std::ptrdiff_t q = 0;
    for (int k = 0; k < r_; ++k)
      for (int l = curve_ == whole ? 0 : k; l <= k; ++l) z[q++] = h[k] * h[l];
    std::fill(z + q, z + ld_z_, 0.0);
  }
  const double* from[3] = {a, b, c};
  for (int part = 0; part < 3; ++part) {
    if (values_[part] == 0) continue;
    if (!dense_) {
      std::copy_n(from[part], count, terms_[part].data() + from_[j]);
      continue;
    }
    double* to = terms_[part].data() + j * ld_terms_;
    if (count == l_) {
      std::copy_n(from[part], count, to);
    } else {
      std::fill_n(to, l_, 0.0);
      for (std::ptrdiff_t q = 0; q < count; ++q) to[at[q]] = from[part][q];
    }
  }
  if (dense_) return;
  int* row = row_.data() + from_[j];
  if (at)
    std::copy_n(at, count, row);
  else
    for (std::ptrdiff_t q = 0; q < count; ++q) row[q] = static_cast<int>(q);
  std::ptrdiff_t* cuts = cuts_.data() + j * (chunks_ + 1);
  cuts[0] = from_[j];
  for (std::ptrdiff_t u = 1; u < chunks_; ++u)
    cuts[u] = std::lower_bound(row + (cuts[u - 1] - from_[j]), row + count, u * chunk_) - row + from_[j];
  cuts[chunks_] = from_[j] + count;
}

void RowSums::add() {
  const double values = values_[above] + values_[below] + values_[curve];
  const double entries = dense_ ? static_cast<double>(columns_) * l_
                                : static_cast<double>(cuts_[columns_ * (chunks_ + 1) - 1] - from_[0]);
  const int members = threads_for(threads_, entries * values);
  Shares shares(members);
  parallel(members, [&](const Member& me) {
    shares.run(me, chunks_, [&](std::ptrdiff_t u) {
      const std::ptrdiff_t begin = u * chunk_, rows = std::min(chunk_, l_ - begin);
      if (dense_) {
        for (int part = 0; part < 3; ++part) {
          const std::ptrdiff_t count = values_[part];
          if (count == 0) continue;
          const double* y = part == curve ? z_.data() : y_.data();
          kernels().nt(rows, columns_, terms_[part].data() + begin, ld_terms_, y,
                       part == curve ? ld_z_ : ld_y_, static_cast<int>(count),
                       P_.data() + offset_[part] + begin * count, 0);
        }
        return;
      }
      SparseRun<double> run = {};
      run.row = row_.data();
      run.stop = begin + rows;
      for (std::ptrdiff_t j = 0; j < columns_; ++j) {
        const std::ptrdiff_t* cuts = cuts_.data() + j * (chunks_ + 1) + u;
        if (cuts[0] == cuts[1]) continue;
        run.from = cuts[0];
        run.to = cuts[1];
        for (int part = 0; part < 3; ++part) {
          if (values_[part] == 0) continue;
          run.value = terms_[part].data();
          run.ld = ld_[part];
          run.units = static_cast<int>(ld_[part] / kUnit);
          kernels().sparse_nt(run, part == curve ? z_.data() + j * ld_z_ : y_.data() + j * ld_y_,
                              P_.data() + offset_[part], nullptr);
        }
      }
    });
  });
}

// By rows, however they lie here: X may be dense on one machine and sparse on another.
void RowSums::reduce(Host& host) {
  const auto each = [&](std::ptrdiff_t i, const auto& number) {
    for (int part = 0; part < 3; ++part)
      for (int k = 0; k < values_[part]; ++k) number(P_[place(static_cast<Part>(part), i, k)]);
  };
  host.reduce_share(
      l_, values_[above] + values_[below] + values_[curve],
      [&](std::ptrdiff_t i, double* to) { each(i, [&](double here) { *to++ = here; }); },
      [&](std::ptrdiff_t i, const double* from) { each(i, [&](double& here) { here += *from++; }); });
}

void RowSums::to_panel(Part part, std::ptrdiff_t first, int count, double* panel) const {
  const int values = values_[part];
  if (dense_) {
    const double* from = P_.data() + offset_[part] + first * values;
    std::copy_n(from, static_cast<std::ptrdiff_t>(values) * kLanes, panel);
    for (int k = 0; count < kLanes && k < values; ++k)
      std::fill(panel + k * kLanes + count, panel + (k + 1) * kLanes, 0.0);
    return;
  }
  for (int c = 0; c < kLanes; ++c) {
    const double* from = P_.data() + place(part, c < count ? first + c : first, 0);
    for (int k = 0; k < values; ++k) panel[k * kLanes + c] = c < count ? from[k] : 0.0;
  }
}

}  // namespace nonneg
