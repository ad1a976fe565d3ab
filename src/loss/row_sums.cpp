// See loss/row_sums.h.
#include "loss/row_sums.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "core/parallel.h"
#include "kernel/cache.h"

namespace nonneg {

namespace {

// Terms of a dense block that are in hand, each of two or three numbers: they stay in an outer cache.
constexpr std::ptrdiff_t kDenseTerms = 262144;
// Rows of dense terms that a thread takes at a time.
constexpr std::ptrdiff_t kTermRows = 256;
static_assert(kTermRows % kMostRowTile == 0, "they are whole tiles");
// Columns of X that sums of numbers of half the length are over, at most.
constexpr std::ptrdiff_t kQuickColumns = 4096;

}  // namespace

RowSums::RowSums(std::ptrdiff_t rows, int rank, bool dense, bool with_below, Curve curve, int threads)
    : l_(rows), r_(rank), threads_(threads), dense_(dense), curve_(curve) {
  values_[above] = r_;
  values_[below] = with_below ? r_ : 0;
  values_[RowSums::curve] = curve == whole ? r_ * (r_ + 1) / 2 : curve == diagonal ? r_ : 0;
  sums_ = layout<double>();
  quick_sums_ = layout<float>();
  P_.resize(static_cast<std::size_t>(sums_.size));
  set_chunks();
}

template <class Number>
RowSums::Layout RowSums::layout() const {
  Layout out;
  out.size = 0;
  for (int part = 0; part < 3; ++part) {
    out.offset[part] = out.size;
    out.ld[part] = dense_ ? values_[part] : padded(values_[part], unit<Number>);
    out.size += out.ld[part] * (dense_ ? padded(l_, kMostRowTile) : l_);
  }
  return out;
}

template <class Number>
RowSums::Columns<Number>& RowSums::columns() {
  if constexpr (std::is_same<Number, double>::value)
    return columns_;
  else
    return quick_columns_;
}

void RowSums::set_chunks() {
  if (dense_) {
    chunk_ = kTermRows;
  } else {
    const Layout& layout = quick_ ? quick_sums_ : sums_;
    std::ptrdiff_t row = 0;
    for (const std::ptrdiff_t ld : layout.ld) row += ld * (quick_ ? sizeof(float) : sizeof(double));
    const std::ptrdiff_t fit = static_cast<std::ptrdiff_t>(second_cache()) / 2 / row;
    // Several for each thread, as some rows have more entries than others.
    const std::ptrdiff_t share = threads_ > 1 ? (l_ + 8 * threads_ - 1) / (8 * threads_) : l_;
    chunk_ = std::max<std::ptrdiff_t>(kLanes, std::min(fit, share));
  }
  chunks_ = (l_ + chunk_ - 1) / chunk_;
}

void RowSums::set_quick(bool quick) {
  quick_ = quick;
  set_chunks();
  if (apart()) {
    quick_P_.resize(static_cast<std::size_t>(quick_sums_.size));
  } else {
    quick_P_ = BufferOf<float>();
    quick_columns_ = Columns<float>();
  }
}

void RowSums::begin() {
  const auto clear = [&](auto* numbers, std::ptrdiff_t size) {
    parallel(threads_for(threads_, static_cast<double>(size)), [&](const Member& me) {
      std::fill(numbers + me.begin(size, kUnit), numbers + me.end(size, kUnit), 0);
    });
  };
  clear(P_.data(), static_cast<std::ptrdiff_t>(P_.size()));
  if (apart()) clear(quick_P_.data(), quick_sums_.size);
}

std::ptrdiff_t RowSums::columns_at_once(std::ptrdiff_t columns) const {
  if (!dense_) return columns;
  const std::ptrdiff_t fit = kDenseTerms / std::max<std::ptrdiff_t>(l_, 1) / kLanes * kLanes;
  return std::min(kQuickColumns, std::max<std::ptrdiff_t>(kLanes, fit));
}

void RowSums::open(std::ptrdiff_t first, std::ptrdiff_t columns, const int* p) {
  first_ = first;
  count_ = columns;
  std::ptrdiff_t terms;
  if (dense_) {
    ld_terms_ = padded(l_, unit<float>);
    terms = columns * ld_terms_;
  } else {
    terms = p[columns] - p[0];
    from_.resize(columns);
    for (std::ptrdiff_t j = 0; j < columns; ++j) from_[j] = p[j] - p[0];
    if (static_cast<std::ptrdiff_t>(row_.size()) < terms) row_.resize(terms);
    cuts_.resize(columns * (chunks_ + 1));
  }
  quick_ ? open_columns<float>(terms, columns, quick_sums_) : open_columns<double>(terms, columns, sums_);
}

template <class Number>
void RowSums::open_columns(std::ptrdiff_t terms, std::ptrdiff_t columns, const Layout& layout) {
  Columns<Number>& to = this->columns<Number>();
  to.y.resize(columns * layout.ld[above]);
  to.z.resize(columns * layout.ld[curve]);
  for (int part = 0; part < 3; ++part)
    if (values_[part] > 0) to.terms[part].resize(terms);
}

template <class Number>
void RowSums::put(std::ptrdiff_t j, std::ptrdiff_t count, const int* at, const Number* a, const Number* b,
                  const Number* c, const double* h) {
  const Layout& layout = std::is_same<Number, double>::value ? sums_ : quick_sums_;
  Columns<Number>& in = columns<Number>();
  j -= first_;
  const std::ptrdiff_t ld_y = layout.ld[above], ld_z = layout.ld[curve];
  Number* y = in.y.data() + j * ld_y;
  for (int k = 0; k < r_; ++k) y[k] = static_cast<Number>(h[k]);
  std::fill(y + r_, y + ld_y, Number(0));
  if (curve_ != none) {
    Number* z = in.z.data() + j * ld_z;
    std::ptrdiff_t q = 0;
    for (int k = 0; k < r_; ++k)
      for (int l = curve_ == whole ? 0 : k; l <= k; ++l) z[q++] = static_cast<Number>(h[k] * h[l]);
    std::fill(z + q, z + ld_z, Number(0));
  }
  const Number* from[3] = {a, b, c};
  for (int part = 0; part < 3; ++part) {
    if (values_[part] == 0) continue;
    if (!dense_) {
      std::copy_n(from[part], count, in.terms[part].data() + from_[j]);
      continue;
    }
    Number* to = in.terms[part].data() + j * ld_terms_;
    if (count == l_) {
      std::copy_n(from[part], count, to);
    } else {
      std::fill_n(to, l_, Number(0));
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

template void RowSums::put(std::ptrdiff_t, std::ptrdiff_t, const int*, const double*, const double*,
                           const double*, const double*);
template void RowSums::put(std::ptrdiff_t, std::ptrdiff_t, const int*, const float*, const float*,
                           const float*, const double*);

void RowSums::add() {
  const double values = values_[above] + values_[below] + values_[curve];
  const double entries = dense_ ? static_cast<double>(count_) * l_
                                : static_cast<double>(cuts_[count_ * (chunks_ + 1) - 1] - from_[0]);
  const int members = threads_for(threads_, entries * values);
  Shares shares(members);
  parallel(members, [&](const Member& me) {
    shares.run(me, chunks_, [&](std::ptrdiff_t u) {
      const std::ptrdiff_t begin = u * chunk_, rows = std::min(chunk_, l_ - begin);
      if (dense_)
        quick_ ? add_dense<float>(begin, rows) : add_dense<double>(begin, rows);
      else
        quick_ ? add_sparse<float>(u, begin, rows) : add_sparse<double>(u, begin, rows);
    });
  });
}

template <class Number>
void RowSums::add_dense(std::ptrdiff_t begin, std::ptrdiff_t rows) {
  const Columns<Number>& in = columns<Number>();
  for (int part = 0; part < 3; ++part) {
    const std::ptrdiff_t count = values_[part];
    if (count == 0) continue;
    product_kernels<Number>().nt(rows, count_, in.terms[part].data() + begin, ld_terms_,
                                 part == curve ? in.z.data() : in.y.data(),
                                 sums_.ld[part == curve ? curve : above], static_cast<int>(count),
                                 P_.data() + sums_.offset[part] + begin * count, 0);
  }
}

// Chunk u of the rows.
template <class Number>
void RowSums::add_sparse(std::ptrdiff_t u, std::ptrdiff_t begin, std::ptrdiff_t rows) {
  constexpr bool single = !std::is_same<Number, double>::value;
  const Layout& layout = single ? quick_sums_ : sums_;
  const Columns<Number>& in = columns<Number>();
  Number* sums;
  if constexpr (single)
    sums = quick_P_.data();
  else
    sums = P_.data();
  SparseRun<Number> run = {};
  run.row = row_.data();
  run.stop = begin + rows;
  for (std::ptrdiff_t j = 0; j < count_; ++j) {
    if (single && first_ + j > 0 && (first_ + j) % kQuickColumns == 0) add_up(begin, begin + rows);
    const std::ptrdiff_t* cuts = cuts_.data() + j * (chunks_ + 1) + u;
    if (cuts[0] == cuts[1]) continue;
    run.from = cuts[0];
    run.to = cuts[1];
    for (int part = 0; part < 3; ++part) {
      if (values_[part] == 0) continue;
      run.value = in.terms[part].data();
      run.ld = layout.ld[part];
      run.units = static_cast<int>(layout.ld[part] / unit<Number>);
      const Number* y =
          part == curve ? in.z.data() + j * layout.ld[curve] : in.y.data() + j * layout.ld[above];
      product_kernels<Number>().sparse_nt(run, y, sums + layout.offset[part], nullptr);
    }
  }
}

// What rows have in numbers of half the length goes to P.
void RowSums::add_up(std::ptrdiff_t begin, std::ptrdiff_t end) {
  for (const Part part : {above, below, curve}) {
    if (values_[part] == 0) continue;
    const RowsAt<float> rows = {values_[part], quick_P_.data() + quick_sums_.offset[part],
                                quick_sums_.ld[part], nullptr, 0};
    product_kernels<float>().sparse_add_up(begin, end, rows, P_.data() + place(part, 0, 0), sums_.ld[part]);
  }
}

// By rows, however they lie here: X may be dense on one machine and sparse on another.
void RowSums::reduce(Host& host) {
  if (apart())
    parallel(threads_for(threads_, static_cast<double>(quick_sums_.size)),
             [&](const Member& me) { add_up(me.begin(l_, kLanes), me.end(l_, kLanes)); });
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
    const double* from = P_.data() + sums_.offset[part] + first * values;
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
