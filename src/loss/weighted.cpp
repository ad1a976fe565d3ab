// See loss/weighted.h.
#include "loss/weighted.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nonneg {

namespace {

// Items of one class of a dense X, which are apart, are copied to be multiplied at once. Where they are
// longer than this, copies leave the cache, and products take most of the time anyway.
constexpr std::ptrdiff_t kMostCopied = 4096;

// Entry (m, k) of tiles of kRowTile rows.
double tile_entry(const Buffer& tiles, int m, int k, int r) {
  return tiles[(m / kRowTile * r + k) * kRowTile + m % kRowTile];
}

}  // namespace

WeightedFrobenius::Facts WeightedFrobenius::facts_of(const EntryView& view, std::ptrdiff_t items,
                                                     double unit) {
  Facts out;
  out.first = view.origin;
  out.squares.assign(items, 0.0);
  out.p.assign(1, 0);
  for (std::ptrdiff_t j = view.origin; j < view.origin + items; ++j) {
    const std::ptrdiff_t first = view.begin(j);
    double sum = 0;
    for (std::ptrdiff_t q = 0; q < view.stored(j); ++q) {
      const int i = view.sparse() ? view.index[first + q] : static_cast<int>(q);
      const double x = unit * view.value[first + q];
      if (std::isnan(x)) {
        if (!view.mask) out.missing.push_back(i);
      } else {
        sum += (view.weight ? view.weight[first + q] : 1.0) * view.across_weight(i) * x * x;
      }
    }
    out.squares[j - view.origin] = view.own_weight(j) * sum;
    out.p.push_back(static_cast<int>(out.missing.size()));
  }
  if (view.mask) {
    out.classes = ClassPositions(view.mask, view.length);
    out.left.resize(static_cast<std::size_t>(view.mask.positions) * view.mask.items);
    for (int c = 0; c < view.mask.positions; ++c)
      for (int k = 0; k < view.mask.items; ++k)
        out.left[c * view.mask.items + k] = view.mask.left(c, k) ? 1.0 : 0.0;
  }
  return out;
}

WeightedFrobenius::WeightedFrobenius(const EntryView& columns, const EntryView& rows, int rank,
                                     const Solver& solver, const Options& options, const Units& units)
    : ItemLoss(columns, rows, rank, solver, solver.sweeps, options, units), ld_(padded(rank, kUnit)) {
  // As for Frobenius: see there.
  penalty_on_W_ = scaled(options.W, units.X * units.H, units.H * units.H);
  penalty_on_H_ = scaled(options.H, units.X * units.W, units.W * units.W);
  if (!by_blocks_) {
    facts_[of_H] = facts_of(columns_, columns_.items, units.X);
    facts_[of_W] = facts_of(rows_, rows_.items, units.X);
  }
  for (const double square : facts_[of_H].squares) total_ += square;
  // Here, where it may throw: threads must not.
  const std::ptrdiff_t longest = by_blocks_ ? columns_.length : std::max(columns_.length, rows_.length);
  const std::ptrdiff_t most = by_blocks_ ? longest : std::max(columns_.most_stored(), rows_.most_stored());
  const std::vector<double> none(static_cast<std::size_t>(r_) * r_, 0.0);
  for (int t = 0; t < threads_; ++t) {
    scratch_.emplace_back(r_);
    Scratch& s = scratch_.back();
    s.quadratic.set(r_, none.data(), r_, ElasticNet());
    s.uncoupled.set(r_, none.data(), r_, ElasticNet());
    s.list.found.resize(std::max(most, longest));
    s.list.missing.reserve(longest);
    s.x.resize(std::max(most, longest));
    s.v.resize(std::max(most, longest));
    s.list.x = s.x.data();
    s.list.v = s.v.data();
    s.both.resize(longest);
    s.partial.resize(tiles());
    const bool lanes = by_lanes(of_H) || by_lanes(of_W);
    s.grams.resize(lanes ? kGroup * none.size() : none.size());
    if (lanes) s.own = std::make_unique<OwnQuadratics>(r_);
    s.b.resize(kGroup * ld_);
    s.start.resize(kGroup * r_);
    s.to.resize(kGroup * r_);
    if (!columns_.sparse()) s.acc.resize(kTnColumns * r_ * 8);
  }
  list_classes(of_H);
  list_classes(of_W);
  if (by_blocks_) set_by_blocks();
}

// Items of one class have the same A, but for their own weights, so that their problems go by lanes.
void WeightedFrobenius::list_classes(Side side) {
  const EntryView& view = this->view(side);
  if (!view.mask || view.own || coupled(side) || !fixed(side).none()) return;
  if (!view.sparse() && view.length > kMostCopied) return;
  const ClassPositions classes(view.mask.turned(), view.items);
  ItemGroups& out = groups_[side];
  out.items = classes.at;
  for (int c = 0; c < view.mask.items; ++c)
    while (out.p.back() < classes.p[c + 1])
      out.p.push_back(std::min<std::ptrdiff_t>(out.p.back() + kGroup, classes.p[c + 1]));
  for (std::ptrdiff_t g = 0; g < out.count(); ++g) {
    std::ptrdiff_t stored = 0;
    for (const int* j = out.begin(g); j < out.end(g); ++j) stored += view.stored(*j);
    out.stored.push_back(stored);
  }
  if (view.sparse()) return;
  for (Scratch& s : scratch_)
    if (s.copied.size() < static_cast<std::size_t>(kGroup * view.length))
      s.copied.resize(kGroup * view.length);
}

void WeightedFrobenius::set_other(Side side, const Factor& f) {
  OtherFactor& out = other_[side];
  const EntryView& view = this->view(side);
  out.rows.resize(f.count * ld_);
  for (std::ptrdiff_t i = 0; i < f.count; ++i) {
    double* to = out.rows.data() + i * ld_;
    std::copy_n(f.item(i), r_, to);
    std::fill(to + r_, to + ld_, 0.0);
  }
  if (view.sparse() || !by_difference(view)) {
    out.entries.resize(f.count);
    out.entries.set(f, in_place(view) ? units_.X : 1.0, 0, f.count);
  }
  if (!by_difference(view)) return;
  if (view.mask) {
    grams_of_classes(side, out);
  } else if (view.across) {
    Factor scaled(r_, f.count);
    for (std::ptrdiff_t i = 0; i < f.count; ++i)
      for (int k = 0; k < r_; ++k) scaled.item(i)[k] = std::sqrt(view.across[i]) * f.item(i)[k];
    gram_.compute(scaled, threads_, out.gram);
  } else {
    gram_.compute(f, threads_, out.gram);
  }
  if (view.sparse()) return;
  out.packed.resize(r_ * padded(f.count, kRowChunk));
  for (std::ptrdiff_t i = 0; i < f.count; ++i)
    for (int k = 0; k < r_; ++k)
      out.packed[(i / kRowChunk * r_ + k) * kRowChunk + i % kRowChunk] =
          units_.X * view.across_weight(i) * f.item(i)[k];
}

void WeightedFrobenius::grams_of_classes(Side side, OtherFactor& out) {
  const EntryView& view = this->view(side);
  const ClassPositions& classes = facts_[side].classes;
  const Mask& mask = view.mask;
  out.parts.resize(mask.positions * packed());
  out.grams.resize(mask.items * packed());
  if (view.across && !out.weights.size()) {
    out.weights.resize(view.length);
    for (std::ptrdiff_t q = 0; q < view.length; ++q) out.weights[q] = view.across[classes.at[q]];
  }
  Counter position;
  parallel(threads_for(threads_, static_cast<double>(view.length) * tiles()), [&](const Member& me) {
    Buffer& sums = scratch_[me.id].partial;
    for (std::ptrdiff_t c; (c = position.next++) < mask.positions;) {
      const int first = classes.p[c];
      std::fill_n(sums.data(), tiles(), 0.0);
      kernels().gram_rows(classes.count(static_cast<int>(c)), classes.at.data() + first,
                          view.across ? out.weights.data() + first : nullptr, out.rows.data(), ld_, r_,
                          sums.data());
      double* to = out.parts.data() + c * packed();
      std::fill_n(to, packed(), 0.0);
      for (int k = 0; k < r_; ++k)
        for (int m = 0; m <= k; ++m) *to++ = tile_entry(sums, m, k, r_);
    }
  });
  parallel(threads_for(threads_, static_cast<double>(mask.items) * mask.positions * packed()),
           [&](const Member& me) {
             const std::ptrdiff_t first = me.begin(packed(), kRowTile),
                                  size = me.end(packed(), kRowTile) - first;
             double* sums = out.grams.data() + first * mask.items;
             std::fill_n(sums, size * mask.items, 0.0);
             kernels().nt(size, mask.positions, out.parts.data() + first, packed(), facts_[side].left.data(),
                          mask.items, mask.items, sums, 0);
           });
}

// b of `count` items of a dense X, without weights of items.
void WeightedFrobenius::gap_products(Side side, Scratch& mine, const double* x, std::ptrdiff_t count) const {
  const std::ptrdiff_t length = view(side).length;
  kernels().tn_gaps(length, other_[side].packed.data(), r_, x, length, count, mine.b.data(), ld_,
                    mine.acc.data(), 0);
}

// b of a group of items of a dense X.
void WeightedFrobenius::dense_products(Side side, Scratch& mine, std::ptrdiff_t first,
                                       std::ptrdiff_t last) const {
  const EntryView& view = this->view(side);
  gap_products(side, mine, view.value + view.begin(first), last - first);
  for (std::ptrdiff_t j = first; j < last; ++j)
    for (int k = 0; k < r_; ++k) mine.b[(j - first) * ld_ + k] *= view.own_weight(j);
}

// partial = sum over positions `at` of their weights times f f'; null weights are ones.
void WeightedFrobenius::gram_of(const OtherFactor& other, const int* at, const double* weight,
                                const double* across, std::ptrdiff_t count, Scratch& mine) const {
  std::fill_n(mine.partial.data(), tiles(), 0.0);
  if (across) {
    double* both = mine.both.data();
    for (std::ptrdiff_t q = 0; q < count; ++q) both[q] = (weight ? weight[q] : 1.0) * across[at[q]];
    weight = both;
  }
  kernels().gram_rows(count, at, weight, other.rows.data(), ld_, r_, mine.partial.data());
}

// A of item j, without penalties; and b, where both have been summed up.
void WeightedFrobenius::set_gram(Side side, Scratch& mine, std::ptrdiff_t j, double* gram, double* b) const {
  if (by_blocks_ && side == of_W) return set_row(j, gram, b);
  const EntryView& view = this->view(side);
  const OtherFactor& other = other_[side];
  const Facts& facts = facts_[side];
  if (view.mask) {
    for (int k = 0, q = 0; k < r_; ++k)
      for (int m = 0; m <= k; ++m, ++q)
        gram[m + k * r_] = gram[k + m * r_] =
            view.own_weight(j) * tile_entry(other.grams, q, view.mask.item[j], view.mask.items);
    return;
  }
  double scale = 1.0, from_all = 0.0, from_some = 1.0;  // A = scale * (from_all G + from_some partial)
  if (!by_difference(view)) {
    gram_of(other, mine.list.at, view.weighted() ? mine.list.v : nullptr, nullptr, mine.list.count, mine);
  } else {
    const std::ptrdiff_t at = j - facts.first;
    const int* missing = facts.missing.data() + facts.p[at];
    const std::ptrdiff_t count = facts.p[at + 1] - facts.p[at];
    scale = view.own_weight(j);
    bool difference = 2 * count <= view.length;
    if (difference) {
      from_all = 1.0;
      from_some = -1.0;
      gram_of(other, missing, nullptr, view.across, count, mine);
      // Nothing bounds the reconstruction where X is missing: what is left may be rounding error.
      for (int k = 0; k < r_; ++k) {
        const double all = other.gram[k + k * r_];
        difference = difference && all - tile_entry(mine.partial, k, k, r_) >= kWorn * all;
      }
    }
    if (!difference) {
      from_all = 0.0;
      from_some = 1.0;
      int* observed = mine.list.found.data();
      std::ptrdiff_t rest = 0;
      for (std::ptrdiff_t i = 0, q = 0; i < view.length; ++i) {
        const bool gone = q < count && missing[q] == i;
        q += gone;
        if (!gone) observed[rest++] = static_cast<int>(i);
      }
      gram_of(other, observed, nullptr, view.across, rest, mine);
    }
  }
  for (int k = 0; k < r_; ++k)
    for (int tile = 0; tile <= k; tile += kRowTile) {
      const double* all = from_all != 0 ? other.gram.data() + k * r_ + tile : nullptr;
      const double* some = mine.partial.data() + (tile / kRowTile * r_ + k) * kRowTile;
      double *column = gram + k * r_ + tile, *row = gram + k + tile * r_;
      const int count = std::min(kRowTile, k + 1 - tile);
      for (int m = 0; m < count; ++m) {
        // Exactly 0 where every row that meets both components is missing.
        const double sum = (all ? all[m] : 0.0) + from_some * some[m];
        column[m] = row[m * r_] = scale * std::max(0.0, sum);
      }
    }
}

void WeightedFrobenius::set_quadratic(Side side, Scratch& mine, std::ptrdiff_t j) const {
  set_gram(side, mine, j, mine.grams.data(), mine.b.data());
  mine.quadratic.set(r_, mine.grams.data(), r_, tangent(side).with(penalty(side).net));
  if (coupled(side)) mine.uncoupled.set(r_, mine.grams.data(), r_, penalty(side).net);
}

// b of a sparse item, or of one with weights; and its entries, where there is more to them than their values.
void WeightedFrobenius::read(Side side, Scratch& mine, std::ptrdiff_t j, double* b) const {
  const EntryView& view = this->view(side);
  SparseRun<double>& run = mine.run;
  if (in_place(view)) {
    run.row = view.index + view.begin(j);
    run.value = view.value + view.begin(j);
    run.to = view.stored(j);
  } else {
    // In units of X: what is next to 0 would be 0 in its own.
    mine.list.read(view, j, units_.X, -std::numeric_limits<double>::infinity(), false);
    double* x = mine.list.x;
    if (view.weighted())
      for (std::ptrdiff_t q = 0; q < mine.list.count; ++q) x[q] *= mine.list.v[q];
    run.row = mine.list.at;
    run.value = x;
    run.to = mine.list.count;
  }
  run.stop = view.length;
  kernels().sparse_tn(run, nullptr, b, true);
}

void WeightedFrobenius::items(Side side, const Task& task, int thread, std::ptrdiff_t first,
                              std::ptrdiff_t last, const Factor& start, Factor* to, Measure* out) {
  Scratch& mine = scratch_[thread];
  const bool from_sums = by_blocks_ && side == of_W;
  const bool together = !from_sums && by_difference(view(side)) && !view(side).sparse();
  if (together)
    dense_products(side, mine, first, last);
  else
    mine.run = other_[side].entries.run();
  if (by_lanes(side)) return items_by_lanes(side, task, mine, first, last, start, to, out);
  for (std::ptrdiff_t j = first; j < last; ++j) {
    if (!together && !from_sums) read(side, mine, j, mine.b.data());
    set_quadratic(side, mine, j);
    const double* b = mine.b.data() + (together ? (j - first) * ld_ : 0);
    LaneCertificate at = {0, 0, 0};
    if (coupled(side)) {
      coupled_item(side, task, mine, j, b, start.item(j), to ? to->item(j) : nullptr, at);
    } else {
      const LaneStep step = {mine.quadratic, solver_, solver_.sweeps_of(sweeps_, task.sweep_factor), stall_,
                             fixed(side).item(j)};
      step(b, 1, 1, 1, start.item(j), to ? to->item(j) : nullptr, task.before ? &at : nullptr,
           task.after ? &at : nullptr, mine.lanes);
    }
    out[j - first] = {0.5 * square(side, j) + at.value, at.kkt2, at.gap};
  }
}

// Sum of v x^2; that of rows whose problems have been summed up is not theirs to tell.
double WeightedFrobenius::square(Side side, std::ptrdiff_t j) const {
  return by_blocks_ && side == of_W ? 0.0 : facts_[side].squares[j - facts_[side].first];
}

// The same as items(), all solved at once. The products of a dense X are there already.
void WeightedFrobenius::items_by_lanes(Side side, const Task& task, Scratch& mine, std::ptrdiff_t first,
                                       std::ptrdiff_t last, const Factor& start, Factor* to,
                                       Measure* out) const {
  const EntryView& view = this->view(side);
  const bool reads = !(by_blocks_ && side == of_W) && (view.sparse() || !by_difference(view));
  const int lanes = static_cast<int>(last - first);
  for (int c = 0; c < lanes; ++c) {
    const std::ptrdiff_t j = first + c;
    double* b = mine.b.data() + c * ld_;
    if (reads) read(side, mine, j, b);
    set_gram(side, mine, j, mine.grams.data() + static_cast<std::ptrdiff_t>(c) * r_ * r_, b);
    out[c] = {0.5 * square(side, j), 0, 0};
  }
  mine.own->set(lanes, mine.grams.data(), penalty(side).net);
  LaneCertificate at = {0, 0, 0};
  const OwnStep step = {*mine.own, solver_, solver_.sweeps_of(sweeps_, task.sweep_factor), stall_};
  step(mine.b.data(), ld_, lanes, start.item(first), to ? to->item(first) : nullptr,
       task.before ? &at : nullptr, task.after ? &at : nullptr, mine.lanes);
  out[0].value += at.value;
  out[0].kkt2 += at.kkt2;
  out[0].gap += at.gap;
}

void WeightedFrobenius::listed_items(Side side, const Task& task, int thread, std::ptrdiff_t g,
                                     const Factor& start, Factor* to, Measure* out) {
  Scratch& mine = scratch_[thread];
  const int* item = groups_[side].begin(g);
  const int lanes = static_cast<int>(groups_[side].end(g) - item);
  set_quadratic(side, mine, item[0]);
  const EntryView& view = this->view(side);
  mine.run = other_[side].entries.run();
  for (int c = 0; c < lanes; ++c) {
    if (view.sparse())
      read(side, mine, item[c], mine.b.data() + c * ld_);
    else
      std::copy_n(view.value + view.begin(item[c]), view.length, mine.copied.data() + c * view.length);
    std::copy_n(start.item(item[c]), r_, mine.start.data() + c * r_);
    out[item[c]] = {0.5 * facts_[side].squares[item[c]], 0, 0};
  }
  if (!view.sparse()) gap_products(side, mine, mine.copied.data(), lanes);
  LaneCertificate at = {0, 0, 0};
  const LaneStep step = {mine.quadratic, solver_, solver_.sweeps_of(sweeps_, task.sweep_factor), stall_,
                         nullptr};
  step(mine.b.data(), ld_, 1, lanes, mine.start.data(), to ? mine.to.data() : nullptr,
       task.before ? &at : nullptr, task.after ? &at : nullptr, mine.lanes);
  if (to)
    for (int c = 0; c < lanes; ++c) std::copy_n(mine.to.data() + c * r_, r_, to->item(item[c]));
  out[item[0]].value += at.value;
  out[item[0]].kkt2 = at.kkt2;
  out[item[0]].gap = at.gap;
}

void WeightedFrobenius::coupled_item(Side side, const Task& task, Scratch& mine, std::ptrdiff_t j,
                                     const double* b, const double* start, double* to, LaneCertificate& at) {
  const LaneCoupling coupling = {mine.uncoupled, tangent(side).slope(j), tangent(side).curvature()};
  const int sweeps = solver_.sweeps_of(sweeps_, task.sweep_factor);
  const LaneStep step = {mine.quadratic, solver_, sweeps, stall_, fixed(side).item(j), &coupling};
  const LaneStep measure = {mine.uncoupled, solver_, sweeps, stall_, fixed(side).item(j)};
  const auto look = [&](const double* h) {
    measure(b, 1, 1, 1, h, nullptr, &at, nullptr, mine.lanes);
    const ElasticNet& net = penalty(side).net;
    double *slope = slopes(j), *curve = slope + r_;
    for (int k = 0; k < r_; ++k) {
      slope[k] = net.l1 + net.l2 * h[k] - b[k];
      for (int m = 0; m < r_; ++m) slope[k] += mine.grams[k + m * r_] * h[m];
      curve[k] = mine.grams[k + k * r_] + net.l2;
    }
  };
  if (task.before) look(start);
  if (to) step(b, 1, 1, 1, start, to, nullptr, nullptr, mine.lanes);
  if (task.after) look(to);
}

double WeightedFrobenius::solve_work(const Task& task) const {
  return 16.0 * r_ * r_ * (solver_.sweeps_of(sweeps_, task.sweep_factor) + 2);
}

double WeightedFrobenius::listed_work(Side side, const Task& task, std::ptrdiff_t g) const {
  return solve_work(task) + groups_[side].stored[g] * (r_ + 2.0);
}

double WeightedFrobenius::work(Side side, const Task& task, std::ptrdiff_t j) const {
  const EntryView& view = this->view(side);
  const double rank = r_;
  const double solve = by_lanes(side) ? solve_work(task) / kGroup : solve_work(task);
  if (by_blocks_ && side == of_W) return solve;
  if (!by_difference(view)) return solve + view.stored(j) * rank * (rank + 4);
  const Facts& facts = facts_[side];
  j -= view.origin;
  const double stored = view.stored(j + view.origin);
  if (view.mask) return solve + stored * (rank + 2);
  const double missing = facts.p[j + 1] - facts.p[j];
  return solve + stored * (rank + 2) + std::min(missing, view.length - missing) * rank * (rank + 4);
}

}  // namespace nonneg
