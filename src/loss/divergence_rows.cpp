// X by blocks: what the rows of W need is gathered while it is read by columns, and W is solved from that.
// See loss/divergence.h and loss/row_sums.h.
//
// With the terms of the entries at the W and H of a read, row w_i has there the slope below_i - above_i and
// the Hessian M_i = sum_j c_ij h_j h_j', of the convex part where the loss is not convex. A step of Newton's
// model replaces those of its own entries, whose other values nobody looks at before the next read.
#include <algorithm>
#include <cmath>
#include <limits>

#include "loss/divergence.h"
#include "loss/entry_window.h"

namespace nonneg {

namespace {

// Beyond this rank, of M_i only the diagonal.
constexpr int kMostWhole = 32;

// There, how near the curvature that is taken is to the one that bounds the model. Measured: at 0.5 every
// other step fails.
constexpr double kTogether = 0.8;

// Where the loss is not convex a step changes a coefficient by these factors at most, or by the square of
// that of the majorant; it may go to 0 where it makes less than this part of its row.
constexpr double kMostUp = 2, kMostDown = 0.3, kSmallPart = 0.01;

}  // namespace

void Divergence::set_by_blocks(double largest) {
  // Zeros of a sparse X are entries, unless sums of H stand for them; where some are missing, those do not.
  const bool listed = columns_.sparse() && (columns_.partial || (facts_.by_sums && !columns_.missing));
  const bool with_below = !facts_.by_sums || columns_.missing || columns_.partial || columns_.weight;
  const bool whole = r_ <= kMostWhole && !solver_.multiplicative;
  const RowSums::Curve curve = whole ? RowSums::whole : RowSums::diagonal;
  row_sums_ = std::make_unique<RowSums>(columns_.length, r_, !listed, with_below, curve, threads_);
  floor_ = floor_for(units_.X * largest);
  rows_known_.plain.assign(columns_.length, 0.0);
  rows_known_.positive = rows_known_.lost = rows_known_.plain;
  const std::ptrdiff_t square = whole ? static_cast<std::ptrdiff_t>(r_) * r_ : 0;
  for (Scratch& s : scratch_) {
    s.lost.assign(columns_.length, 0.0);
    // The panel, the Hessian, what Newton steps work in, the packed Hessian, three times h.
    s.rows.resize(kLanes * ((4 * r_ + 1) + square + (4 * r_ + 2) + square / 2 + r_ + 3 * r_));
    s.u.resize((4 + kLanes) * r_);
  }
}

// The first time: sums of rows, in the order of columns.
void Divergence::take_block(std::ptrdiff_t columns) {
  if (!first_read()) return;
  const EntryView& x = columns_;
  for (std::ptrdiff_t j = x.origin; j < x.origin + columns; ++j) {
    const std::ptrdiff_t first = x.begin(j);
    for (std::ptrdiff_t q = first; q < first + x.stored(j); ++q) {
      const double value = units_.X * x.value[q];
      const std::ptrdiff_t i = x.sparse() ? x.index[q] : q - first;
      if (!(value > 0)) continue;
      rows_known_.plain[i] += value;
      rows_known_.positive[i] += 1;
    }
  }
}

template <class Number>
void Divergence::gather_terms(Scratch& mine, std::ptrdiff_t j, const double* h) {
  Room<Number>& room = mine.of<Number>();
  EntryProblemOf<Number> p = room.item;
  const ListingOf<Number>& list = room.list;
  p.h = const_cast<double*>(h);
  Number *a = p.work, *b = a + p.n, *c = b + p.n;
  calls<Number>().terms(p, a, b, c);
  // What nothing reaches cannot be helped.
  if (std::any_of(h, h + r_, [](double v) { return v > 0; })) {
    std::ptrdiff_t lost = 0;
    for (std::ptrdiff_t q = 0; q < p.count; ++q) lost += p.q[q] < facts_.lost * p.x[q];
    for (std::ptrdiff_t q = 0; lost > 0 && q < p.count; ++q)
      if (p.q[q] < facts_.lost * p.x[q]) mine.lost[list.at ? list.at[q] : q] += 1;
  }
  if (!unlisted_terms()) return row_sums().put<Number>(j, p.count, list.at, a, b, c, h);
  const std::ptrdiff_t l = columns_.length;
  Number *all_a = room.terms.data(), *all_b = all_a + l, *all_c = all_b + l;
  std::fill_n(all_a, 3 * l, Number(0));
  for (std::ptrdiff_t i = 0; i < l; ++i)
    all_b[i] = static_cast<Number>(columns_.own_weight(j) * columns_.across_weight(i));
  for (const int i : list.missing) all_b[i] = 0;
  for (std::ptrdiff_t q = 0; q < p.count; ++q) {
    const std::ptrdiff_t i = list.at[q];
    all_a[i] = a[q];
    all_b[i] = b[q];
    all_c[i] = c[q];
  }
  row_sums().put<Number>(j, l, nullptr, all_a, all_b, all_c, h);
}

double Divergence::gather(int thread, std::ptrdiff_t j, const double* h) {
  Scratch& mine = scratch_[thread];
  if (h) quick_ ? gather_terms<float>(mine, j, h) : gather_terms<double>(mine, j, h);
  if (!first_read()) return 0;
  Listing& list = mine.room.list;
  // What is known of X is exact, whatever reads it first.
  if (quick_) list.read(columns_, j, units_.X, least_, false);
  return facts_.by_sums ? sum_of(list, columns_.weighted()) : size2_of(of_H, list, j, units_.X, floor_);
}

void Divergence::gathered(const Factor& H, Host& host) {
  RowFacts& known = rows_known_;
  known.below.assign(r_ + 2, 0.0);
  known.below[r_ + 1] = static_cast<double>(H.count);
  for (std::ptrdiff_t j = 0; j < H.count; ++j) {
    const double* h = H.item(j);
    for (int k = 0; k < r_; ++k) {
      known.below[k] += columns_.own_weight(j) * h[k];
      known.below[r_] += h[k];
    }
  }
  std::fill(known.lost.begin(), known.lost.end(), 0.0);
  for (Scratch& s : scratch_)  // whole numbers: their order does not matter
    for (std::size_t i = 0; i < s.lost.size(); ++i) {
      known.lost[i] += s.lost[i];
      s.lost[i] = 0;
    }
  if (!host.machines().alone()) {
    host.reduce(known.below.data(), known.below.size());
    host.reduce(known.lost.data(), known.lost.size());
    if (first_read()) {
      host.reduce(known.plain.data(), known.plain.size());
      host.reduce(known.positive.data(), known.positive.size());
    }
  }
  known.sum_H = known.below[r_];
  known.columns = known.below[r_ + 1];
}

void Divergence::row_items(const Task& task, Scratch& mine, std::ptrdiff_t first, std::ptrdiff_t last,
                           const Factor& start, Factor* to, Measure* out) const {
  // Lanes share what is fixed, and have no neighbours.
  const int step = fixed(of_W).none() && !coupled(of_W) ? kLanes : 1;
  for (std::ptrdiff_t i = first; i < last; i += step)
    row_group(task, mine, i, static_cast<int>(std::min<std::ptrdiff_t>(step, last - i)), start, to,
              out + (i - first));
}

// Of rows in lanes, or of one in the first lane.
void Divergence::row_group(const Task& task, Scratch& mine, std::ptrdiff_t first, int count,
                           const Factor& start, Factor* to, Measure* out) const {
  const bool alone = !fixed(of_W).none() || coupled(of_W);
  EntryPanel panel = panel_of(penalty(of_W).net, mine.rows, alone ? 1 : kLanes);
  panel.fixed = alone ? fixed(of_W).item(first) : nullptr;
  double *hessian, *work;
  double* sum = after_panel(panel, hessian, work);
  if (count < kLanes) std::fill_n(mine.rows.data(), mine.rows.size(), 0.0);
  const auto take = [&](RowSums::Part part, int values, double* panel_of_part) {
    if (!alone) return row_sums().to_panel(part, first, count, panel_of_part);
    for (int k = 0; k < values; ++k) panel_of_part[k * kLanes] = row_sums().at(part, first, k);
  };
  for (int k = 0; k < r_; ++k)
    for (int c = 0; c < count; ++c) panel.h[k * kLanes + c] = start.item(first + c)[k];
  take(RowSums::above, r_, panel.above);
  if (row_sums().with_below()) {
    take(RowSums::below, r_, panel.below);
  } else {
    for (int k = 0; k < r_; ++k)
      for (int c = 0; c < count; ++c)
        panel.below[k * kLanes + c] = columns_.across_weight(first + c) * rows_known_.below[k];
  }
  if (row_sums().curvature() == RowSums::whole) {
    // In the order in which they were gathered, then where the kernels want them.
    double* packed = hessian + static_cast<std::ptrdiff_t>(r_) * r_ * kLanes + 4 * r_ * kLanes + 2 * kLanes;
    const int values = r_ * (r_ + 1) / 2;
    take(RowSums::curve, values, packed);
    for (int k = 0; k < r_; ++k)
      for (int l = 0; l <= k; ++l) {
        const double* from = packed + static_cast<std::ptrdiff_t>(RowSums::packed(k, l)) * kLanes;
        std::copy_n(from, kLanes, hessian + (static_cast<std::ptrdiff_t>(k) * r_ + l) * kLanes);
        std::copy_n(from, kLanes, hessian + (static_cast<std::ptrdiff_t>(l) * r_ + k) * kLanes);
      }
    for (int k = 0; k < r_; ++k)
      std::copy_n(hessian + static_cast<std::ptrdiff_t>(k) * (r_ + 1) * kLanes, kLanes,
                  panel.curve + k * kLanes);
  } else {
    take(RowSums::curve, r_, panel.curve);
  }
  std::fill_n(sum, kLanes, 0.0);
  for (int c = 0; c < count; ++c)
    for (int k = 0; k < r_; ++k) sum[c] += panel.above[k * kLanes + c] * panel.h[k * kLanes + c];

  // Couplings: a curvature on the diagonal, and a pull to where the last iterate has them.
  const Tangent& tangent = this->tangent(of_W);
  double* pull = nullptr;
  if (!tangent.none()) {
    pull = mine.u.data() + 2 * r_;
    const double c = tangent.curvature(), *slope = tangent.slope(first);
    for (int k = 0; k < r_; ++k)
      panel.below[k * kLanes] -= pull[k] = std::max(0.0, c * start.item(first)[k] - slope[k]);
    panel.l2 += c;
  }
  if (task.before) {
    // The certificate changes the curvature.
    double* kept = mine.u.data() + 4 * r_;
    std::copy_n(panel.curve, r_ * kLanes, kept);
    if (pull)
      measure_coupled(of_W, task, EntryProblem(), panel, first, pull, out[0]);
    else
      measured(panel, count, out);
    std::copy_n(kept, r_ * kLanes, panel.curve);
  }
  if (!task.solve) return;
  if (solver_.multiplicative || task.safe)
    majorize(panel, pull);
  else
    model_step(mine, panel, first, count, pull);
  for (int c = 0; c < count; ++c)
    for (int k = 0; k < r_; ++k) to->item(first + c)[k] = panel.h[k * kLanes + c];
}

// Rows that leave entries of X without a reconstruction are lifted off 0: of those all of whose entries are
// lost, to their mean; else to a thousandth of it.
bool Divergence::lift_rows(EntryPanel& p, std::ptrdiff_t first, int count, bool* lifted) const {
  bool any = false;
  for (int c = 0; c < count; ++c) {
    const std::ptrdiff_t i = first + c;
    const double lost = rows_known_.lost[i], positive = rows_known_.positive[i];
    lifted[c] = lost > 0 && rows_known_.sum_H > 0 && (facts_.steep || lost >= positive);
    if (!lifted[c]) continue;
    any = true;
    const double level = rows_known_.plain[i] / rows_known_.sum_H * (lost >= positive ? 1.0 : 1e-3);
    for (int k = 0; k < r_; ++k)
      if (!(p.fixed && p.fixed[k])) p.h[k * kLanes + c] = std::max(p.h[k * kLanes + c], level);
  }
  return any;
}

// To about the minimum of the model; lanes that are far off, of which it says little, go a step of the
// majorant.
void Divergence::model_step(Scratch& mine, EntryPanel& p, std::ptrdiff_t first, int count,
                            const double* pull) const {
  const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(r_) * kLanes;
  double *hessian, *work;
  after_panel(p, hessian, work);
  double *start = mine.rows.data() + mine.rows.size() - 3 * size, *safe = start + size, *high = safe + size;
  std::copy_n(p.h, size, start);
  bool lifted[kLanes] = {}, far[kLanes] = {};
  majorize(p, pull);
  std::copy_n(p.h, size, safe);
  std::copy_n(start, size, p.h);
  if (lift_rows(p, first, count, lifted)) {
    std::copy_n(p.h, size, high);
    std::copy_n(start, size, p.h);
  }
  for (int c = 0; c < count; ++c) {
    double has = 0, wants = 0;
    for (int k = 0; k < r_; ++k) {
      if (p.fixed && p.fixed[k]) continue;
      const int at = k * kLanes + c;
      const double u = p.below[at] + p.l1 + p.l2 * start[at];
      far[c] = far[c] || (start[at] > 0 && p.above[at] > kEager * u);
      has += u * start[at];
      wants += p.above[at] * start[at];
    }
    far[c] = far[c] || has > 0.5 * kEager * wants;
  }
  if (row_sums().curvature() == RowSums::whole) {
    kernels().newton_step(p, hessian, work);
  } else {
    // Between the curvature along a coordinate and that of all of h moving together, which bounds the model.
    for (int k = 0; k < r_; ++k)
      for (int c = 0; c < count; ++c) {
        const int at = k * kLanes + c;
        if (p.fixed && p.fixed[k]) continue;
        const double h = start[at], u = p.below[at] + p.l1 + p.l2 * h, g = u - p.above[at];
        const double own = p.curve[at] + p.l2;
        const double all = h > 0 ? std::max(u, p.above[at]) / h : own;
        if (!(own > 0)) continue;
        const double d = own * std::pow(std::max(own, all) / own, kTogether);
        p.h[at] = std::max(0.0, h - g / d);
      }
  }
  for (int c = 0; c < count; ++c) {
    double all = 0;
    for (int k = 0; k < r_; ++k) all += start[k * kLanes + c] * rows_known_.below[k];
    for (int k = 0; k < r_; ++k) {
      const int at = k * kLanes + c;
      if (lifted[c]) {
        p.h[at] = high[at];
      } else if (far[c]) {
        p.h[at] = safe[at];
      } else if (!facts_.convex && start[at] > 0) {
        // The model does not know how the curvature changes.
        const double by = safe[at] / start[at];
        const bool small = start[at] * rows_known_.below[k] < kSmallPart * all;
        const double least = small ? 0.0 : start[at] * std::min(kMostDown, by * by);
        p.h[at] = std::min(std::max(p.h[at], least), start[at] * std::max(kMostUp, by * by));
      }
    }
  }
}

}  // namespace nonneg
