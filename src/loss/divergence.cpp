// See loss/divergence.h.
#include "loss/divergence.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace nonneg {

namespace {

// The root s > 0 of  below s^a + l1 + l2h s = above s^b  with a - b > 0, a >= 0 >= b:
// increasing on the left, decreasing on the right. Newton in log s, safeguarded.
// `pull` comes from couplings, and is on the right.
double majorant_root(double above, double below, double l1, double l2h, double a, double b, double pull) {
  if (pull > 0) {
    if (!(above > 0) && l1 + (a == 0 ? below : 0.0) >= pull) return 0.0;
  } else if (!(above > 0)) {
    return b < 0 || below + l1 + l2h > 0 ? 0.0 : 1.0;
  }
  if (l2h == 0 && a == 0 && b == -1) return above / (below + l1);  // Kullback-Leibler
  if (l1 == 0 && l2h == 0) return below > 0 ? std::pow(above / below, 1.0 / (a - b)) : 1.0;
  double low = -700, high = 700, t = 0;
  for (int k = 0; k < 60; ++k) {
    const double s = std::exp(t), left1 = below * std::pow(s, a), left3 = l2h * s,
                 right1 = above * std::pow(s, b), right = right1 + pull;
    const double f = std::log((left1 + l1 + left3) / right);
    if (f > 0)
      high = t;
    else
      low = t;
    const double slope = (a * left1 + left3) / (left1 + l1 + left3) - (pull > 0 ? b * (right1 / right) : b);
    double next = slope > 0 ? t - f / slope : 0.5 * (low + high);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (std::fabs(next - t) < 1e-15 * std::max(1.0, std::fabs(t))) return std::exp(next);
    t = next;
  }
  return std::exp(t);
}

// Of f over what is left to each class of items, with the weights of positions.
void sums_of_classes(const EntryView& view, const Factor& f, std::vector<double>& out) {
  const Mask& mask = view.mask;
  const std::size_t r = f.r;
  std::vector<double> part(mask.positions * r, 0.0);
  for (std::ptrdiff_t i = 0; i < f.count; ++i)
    for (std::size_t k = 0; k < r; ++k)
      part[mask.position[i] * r + k] += view.across_weight(i) * f.item(i)[k];
  out.assign(mask.items * r, 0.0);
  for (int j = 0; j < mask.items; ++j)
    for (int c = 0; c < mask.positions; ++c)
      for (std::size_t k = 0; k < r && mask.left(c, j); ++k) out[j * r + k] += part[c * r + k];
}

}  // namespace

Divergence::Divergence(const EntryView& columns, const EntryView& rows, const EntryLoss& loss, int rank,
                       const Solver& solver, const Options& options, const Units& units, double largest)
    : ItemLoss(columns, rows, rank, solver, solver.entry_sweeps, options, units),
      loss_(loss),
      facts_(loss.facts),
      entry_(loss.kernels()),
      least_(units.X * options.floor) {
  // With X~ = x X, W~ = w W and H~ = h H the objective is x^degree times its true value. That may be out of
  // range where the penalty is not: it comes in two halves, and as a quotient by w or h.
  const double x = 0.5 * facts_.degree * std::log2(units.X);
  const auto in_units = [&](const Penalty& p, double unit) {
    const double f = 0.5 * std::log2(unit), l1 = std::exp2(x - f), l2 = std::exp2(x - 2 * f);
    return scaled(scaled(p, l1, l2), l1, l2);
  };
  calls_ = kernels().entries;
  calls_.cd = entry_.cd;
  calls_.gradient = entry_.gradient;
  calls_.value = entry_.value;
  calls_.terms = entry_.terms;
  penalty_on_W_ = in_units(options.W, units.W);
  penalty_on_H_ = in_units(options.H, units.H);
  // Here, where it may throw: threads must not.
  std::ptrdiff_t longest = 0, in_lane = 0;
  std::ptrdiff_t& most = most_;
  for (const EntryView* view : {&std::as_const(columns_), &rows_}) {
    if (by_blocks_) {  // a column may have all positions
      const bool listed = columns_.sparse() && (columns_.partial || zeros_by_sums(columns_));
      shared_ = !listed && !columns_.missing && !columns_.weighted();
      longest = columns_.length;
      most = padded(longest, unit<float>);
      break;
    }
    const bool whole = !view->sparse() || !(view->partial || zeros_by_sums(*view));
    shared_ = shared_ && whole && !view->missing && !view->weighted();
    most = std::max(most, padded(whole ? view->length : view->most_stored(), unit<float>));
    longest = std::max(longest, view->length);
  }
  for (const Side side : {of_H, of_W})
    if (in_lanes(side)) in_lane = std::max(in_lane, view(side).length * kLanes);
  const std::ptrdiff_t room = std::max(most, in_lane);
  const std::ptrdiff_t square = solver_.newton ? static_cast<std::ptrdiff_t>(r_) * r_ : 0;
  scratch_.resize(threads_);
  for (Scratch& s : scratch_) {
    make_room(s.room, room);
    s.room.list.missing.reserve(longest);
    if (loss_.by_row()) s.parameters.resize(room);
    const std::ptrdiff_t newton = solver_.newton ? square + 4 * r_ + 2 : 0;
    s.alone.resize(kLanes * (4 * r_ + 1 + newton));
    std::fill_n(s.alone.data(), s.alone.size(), 0.0);
    if (in_lane > 0 || solver_.newton) s.lanes.resize(kLanes * (4 * r_ + 1 + newton));
    s.u.resize(4 * r_);
    if (solver_.newton) s.all_u.resize(kLanes * r_);
  }
  if (by_blocks_) {
    set_by_blocks(largest);
    return;
  }
  Listing& list = scratch_[0].room.list;
  for (const Side side : {of_H, of_W}) {
    const EntryView& v = view(side);
    if (v.mask) {
      const ClassPositions classes(v.mask, v.length);
      for (int k = 0; k < v.mask.items; ++k) left_[side].push_back(classes.left(v.mask, k));
    }
    sums_[side].assign(v.items, 0.0);
    for (std::ptrdiff_t j = 0; j < v.items; ++j) {
      list.read(v, j, units.X, least_, !facts_.by_sums);
      if (side == of_H) largest = std::max(largest, largest_of(list));
      sums_[side][j] = sum_of(list, v.weighted());
    }
  }
  floor_ = floor_for(largest);
  for (std::ptrdiff_t j = 0; j < columns_.items; ++j) {
    if (facts_.by_sums) {
      total_ += sums_[of_H][j];
      continue;
    }
    list.read(columns_, j, units.X, least_, true);
    total_ += size2_of(of_H, list, j, units.X, floor_);
  }
}

// `room`: entries, of one item or of those in lanes.
template <class Number>
void Divergence::make_room(Room<Number>& to, std::ptrdiff_t room) const {
  to.list.found.resize(most_);
  to.x.resize(room);
  to.v.resize(most_);
  to.list.x = to.x.data();
  to.list.v = to.v.data();
  to.q.resize(room);
  const std::ptrdiff_t square = solver_.newton ? static_cast<std::ptrdiff_t>(r_) * r_ : 0;
  to.work.resize(std::max(3 * room, unit<Number> * (square + r_)));
  if (!shared_) to.panel.resize(most_ * r_);
  if (solver_.newton) to.kept.resize(kKept);
  if (by_blocks_ && unlisted_terms()) to.terms.resize(3 * columns_.length);
}

bool Divergence::set_quick(bool quick) {
  const bool able = quick && facts_.by_sums && !(in_lanes(of_H) && in_lanes(of_W));
  if (able && !quick_) {
    for (Scratch& s : scratch_) {
      make_room(s.single, most_);
      s.single.list.missing.reserve(s.room.list.missing.capacity());
    }
  } else if (!able && quick_) {
    for (Scratch& s : scratch_) s.single = Room<float>();
    for (OtherFactor& other : other_) {
      other.single = BufferOf<float>();
      other.single_panel = BufferOf<float>();
    }
  }
  quick_ = able;
  if (by_blocks_) row_sums_->set_quick(able);
  return able;
}

// Of total_. What lies in quick arithmetic is rounded once for an iteration, with signs at random: entries,
// and the factors that they meet. Near the optimum the latter comes in by its square alone. The objective is
// a sum over rows, by blocks one over columns.
double Divergence::quick_noise() const {
  const double items = by_blocks_ ? rows_known_.columns : static_cast<double>(rows_.items);
  return 5e-7 / std::sqrt(std::max(1.0, items));
}

double Divergence::floor_for(double largest) {
  // WH below this part of the largest entry of X counts as this: the logarithm and the
  // quotients stay finite where X is positive and WH is not.
  constexpr double kFloor = 1e-16;
  // No unit brings the smallest numbers there are near 1.
  return largest < 0.25 ? kFloor * largest : kFloor;
}

double Divergence::largest_of(const Listing& list) {
  return list.count > 0 ? *std::max_element(list.x, list.x + list.count) : 0.0;
}

template <class Number>
double Divergence::sum_of(const ListingOf<Number>& list, bool weighted) {
  double sum = 0;
  for (std::ptrdiff_t q = 0; q < list.count; ++q)
    sum += (weighted ? static_cast<double>(list.v[q]) : 1.0) * list.x[q];
  return sum;
}

template double Divergence::sum_of(const ListingOf<double>&, bool);
template double Divergence::sum_of(const ListingOf<float>&, bool);

double Divergence::size2_of(Side side, const Listing& list, std::ptrdiff_t j, double unit,
                            double floor) const {
  const bool weighted = view(side).weighted();
  const double by = parameter_units(unit);
  double sum = 0;
  for (std::ptrdiff_t q = 0; q < list.count; ++q)
    if (list.x[q] > 0)
      sum += (weighted ? list.v[q] : 1.0) *
             entry_.size2(std::max(list.x[q], floor), parameter_at(side, j, list.at ? list.at[q] : q, by));
  return sum;
}

double Divergence::parameter_units(double unit) const {
  const double degree = loss_.row().parameter_degree;
  return degree == 0 ? 1.0 : std::pow(unit, degree);
}

double Divergence::parameter_at(Side side, std::ptrdiff_t j, std::ptrdiff_t i, double by) const {
  // Of 0, and of what is out of range, the limit.
  constexpr double kLeast = 1e-300, kMost = 1e280;
  if (!loss_.by_row()) return loss_.of_all();
  const double p = loss_.parameter[loss_.parameter.size() == 1 ? 0 : side == of_H ? i : j] * by;
  return std::min(std::max(kLeast, p), kMost);
}

template <class Number>
const double* Divergence::parameters_of(Side side, const ListingOf<Number>& list, std::ptrdiff_t j,
                                        double unit, Buffer& to) const {
  if (!loss_.by_row()) return nullptr;
  const double by = parameter_units(unit);
  const std::ptrdiff_t n = padded(list.count, kUnit);
  if (side == of_W || loss_.parameter.size() == 1) {
    std::fill_n(to.data(), n, parameter_at(side, j, 0, by));
  } else {
    for (std::ptrdiff_t q = 0; q < list.count; ++q)
      to[q] = parameter_at(side, j, list.at ? list.at[q] : q, by);
    std::fill(to.data() + list.count, to.data() + n, 1.0);
  }
  return to.data();
}

template const double* Divergence::parameters_of(Side, const ListingOf<double>&, std::ptrdiff_t, double,
                                                 Buffer&) const;
template const double* Divergence::parameters_of(Side, const ListingOf<float>&, std::ptrdiff_t, double,
                                                 Buffer&) const;

double Divergence::in_true_units(double value) const {
  // The power may be out of range where the value itself is not.
  const double half = std::pow(units_.X, 0.5 * facts_.degree);
  return value / half / half;
}

void Divergence::set_other(Side side, const Factor& f) {
  OtherFactor& out = other_[side];
  const EntryView& view = this->view(side);
  out.factor = &f;
  out.sums.assign(r_, 0.0);
  out.weighted.assign(r_, 0.0);
  for (std::ptrdiff_t i = 0; i < f.count; ++i)
    for (int k = 0; k < r_; ++k) {
      out.sums[k] += f.item(i)[k];
      out.weighted[k] += view.across_weight(i) * f.item(i)[k];
    }
  if (view.mask) sums_of_classes(view, f, out.left);
  const bool own = view.partial || zeros_by_sums(view);  // every item takes its own rows
  if (quick_ && (own || !shared_)) {
    out.single.resize(f.size());
    for (std::size_t q = 0; q < f.size(); ++q) out.single[q] = static_cast<float>(f.values[q]);
  }
  if (own) return;
  out.ld = padded(f.count, unit<float>);
  out.panel.resize(out.ld * r_);
  for (int k = 0; k < r_; ++k) {
    double* to = out.panel.data() + k * out.ld;
    for (std::ptrdiff_t i = 0; i < f.count; ++i) to[i] = f.item(i)[k];
    for (std::ptrdiff_t i = f.count; i < out.ld; ++i) to[i] = 0;
  }
  if (!quick_) return;
  out.single_panel.resize(out.ld * r_);
  for (std::ptrdiff_t q = 0; q < out.ld * r_; ++q) out.single_panel[q] = static_cast<float>(out.panel[q]);
}

// After it come the sums of the entries, the Hessian, and what Newton steps work in.
EntryPanel Divergence::panel_of(const ElasticNet& penalty, Buffer& room, int lanes) const {
  const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(kLanes) * r_;
  double* at = room.data();
  return {facts_.by_sums, r_, lanes,     penalty.l1,    penalty.l2,   nullptr,
          at + 4 * size,  at, at + size, at + 2 * size, at + 3 * size};
}

// The sums of the entries, and from there on the Hessian and the room of Newton steps.
double* Divergence::after_panel(const EntryPanel& panel, double*& hessian, double*& work) const {
  const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(kLanes) * r_;
  double* sum = panel.curve + size;
  hessian = sum + kLanes;
  work = hessian + size * r_;
  return sum;
}

// One step of the majorant, separately for every coordinate. It cannot raise the objective, whatever
// the penalties. `pull`, of couplings, has been taken off p.below.
void Divergence::majorize(const EntryPanel& p, const double* pull) const {
  const double a = facts_.rise, b = facts_.fall;
  if (a == 0 && b == -1) {
    kernels().panel_majorize(p, 0);
    return;
  }
  for (int k = 0; k < r_; ++k)
    for (int at = k * kLanes; at < k * kLanes + p.lanes; ++at) {
      if (!(p.h[at] > 0) || (p.fixed && p.fixed[k])) continue;
      const double more = pull ? pull[k] : 0.0;
      const double now =
          p.h[at] * majorant_root(p.above[at], p.below[at] + more, p.l1, p.l2 * p.h[at], a, b, more);
      if (now <= std::numeric_limits<double>::max()) p.h[at] = now;
    }
}

// Where h is 0 the bound of the gap is infinite: the value of the item is one as well, since neither
// the loss nor the penalties are negative.
void Divergence::measured(const EntryPanel& p, int count, Measure* out) const {
  double value[kLanes], kkt2[kLanes], gap[kLanes];
  kernels().panel_certify(p, value, kkt2, gap);
  for (int c = 0; c < count; ++c) {
    out[c].value = value[c];
    out[c].kkt2 = kkt2[c];
    out[c].gap = gap[c];
  }
}

std::ptrdiff_t Divergence::group(Side side) const {
  if (by_blocks_) return kLanes;
  // Few items are as many groups, or threads would wait for each other.
  const std::ptrdiff_t items = view(side).items;
  if (in_lanes(side)) return kLanes;
  if (together(side)) return items < 64 ? 1 : items < 1024 ? 8 : kLanes;
  return items < 1024 ? 1 : 8;
}

void Divergence::items(Side side, const Task& task, int thread, std::ptrdiff_t first, std::ptrdiff_t last,
                       const Factor& start, Factor* to, Measure* out) {
  Scratch& mine = scratch_[thread];
  if (by_blocks_ && side == of_W) return row_items(task, mine, first, last, start, to, out);
  if (in_lanes(side)) return lanes(side, task, mine, first, static_cast<int>(last - first), start, to, out);
  if (newton(task) && task.solve && together(side)) {
    const int count = static_cast<int>(last - first);
    return quick_ ? newton_together<float>(side, task, mine, first, count, start, to, out)
                  : newton_together<double>(side, task, mine, first, count, start, to, out);
  }
  for (std::ptrdiff_t j = first; j < last; ++j) {
    double* h = to ? to->item(j) : mine.u.data() + r_;
    if (quick_)
      item<float>(side, task, mine, j, units_of(side, j), start.item(j), h, out[j - first]);
    else
      item<double>(side, task, mine, j, units_of(side, j), start.item(j), h, out[j - first]);
  }
}

double Divergence::work(Side side, const Task& task, std::ptrdiff_t j) const {
  const EntryView& view = this->view(side);
  if (by_blocks_ && side == of_W) return 8.0 * r_ * r_;
  const double entries = zeros_by_sums(view) || view.partial ? view.stored(j) : view.length;
  const double steps = solver_.sweeps_of(sweeps_, task.sweep_factor);
  if (newton(task)) {
    const double square = static_cast<double>(r_) * r_;
    return (steps + 1) * ((0.5 * square + 6.0 * r_) * (entries + 16) +
                          (in_lanes(side) || together(side) ? 8 : 8 * kLanes) * square);
  }
  return facts_.cost * (steps + 2) * r_ * (entries + 16);
}

}  // namespace nonneg
