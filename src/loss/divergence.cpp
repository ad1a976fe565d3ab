// See loss/divergence.h.
#include "loss/divergence.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

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

// Of coordinate k over the positions that are not missing.
double sum_without(const Factor& f, const EntryView& view, int k, const std::vector<int>& missing) {
  double sum = 0;
  auto next = missing.begin();
  for (std::ptrdiff_t i = 0; i < f.count; ++i) {
    if (next != missing.end() && *next == i)
      ++next;
    else
      sum += view.across_weight(i) * f.item(i)[k];
  }
  return sum;
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
                       const Solver& solver, const Options& options, const Units& units)
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
  penalty_on_W_ = in_units(options.W, units.W);
  penalty_on_H_ = in_units(options.H, units.H);
  // Here, where it may throw: threads must not.
  std::ptrdiff_t most = 0, longest = 0, in_lane = 0;
  bool shared = true;
  for (const EntryView* view : {&columns_, &rows_}) {
    const bool whole = !view->sparse() || !(view->partial || zeros_by_sums(*view));
    shared = shared && whole && !view->missing && !view->weighted();
    most = std::max(most, padded(whole ? view->length : view->most_stored(), kUnit));
    longest = std::max(longest, view->length);
  }
  for (const Side side : {of_H, of_W})
    if (in_lanes(side)) in_lane = std::max(in_lane, view(side).length * kLanes);
  const std::ptrdiff_t room = std::max(most, in_lane);
  scratch_.resize(threads_);
  for (Scratch& s : scratch_) {
    s.list.found.resize(most);
    s.list.missing.reserve(longest);
    s.x.resize(room);
    s.v.resize(most);
    if (loss_.by_row()) s.parameters.resize(room);
    s.list.x = s.x.data();
    s.list.v = s.v.data();
    s.q.resize(room);
    const std::ptrdiff_t square = solver_.newton ? static_cast<std::ptrdiff_t>(r_) * r_ : 0;
    s.work.resize(std::max(3 * room, kUnit * (square + r_)));
    const std::ptrdiff_t newton = solver_.newton ? square + 4 * r_ + 2 : 0;
    s.alone.resize(kLanes * (4 * r_ + 1 + newton));
    std::fill_n(s.alone.data(), s.alone.size(), 0.0);
    if (in_lane > 0) s.lanes.resize(kLanes * (4 * r_ + 1 + newton));
    s.u.resize(4 * r_);
    if (!shared) s.panel.resize(most * r_);
  }
  Listing& list = scratch_[0].list;
  double largest = 0;
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

double Divergence::sum_of(const Listing& list, bool weighted) {
  double sum = 0;
  for (std::ptrdiff_t q = 0; q < list.count; ++q) sum += (weighted ? list.v[q] : 1.0) * list.x[q];
  return sum;
}

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

const double* Divergence::parameters_of(Side side, const Listing& list, std::ptrdiff_t j, double unit,
                                        Buffer& to) const {
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

double Divergence::in_true_units(double value) const {
  // The power may be out of range where the value itself is not.
  const double half = std::pow(units_.X, 0.5 * facts_.degree);
  return value / half / half;
}

void Divergence::fix(Side side, const Factor& f) {
  Fixed& out = fixed_[side];
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
  if (view.partial || zeros_by_sums(view)) return;  // every item takes its own rows
  out.ld = padded(f.count, kUnit);
  out.panel.resize(out.ld * r_);
  for (int k = 0; k < r_; ++k) {
    double* to = out.panel.data() + k * out.ld;
    for (std::ptrdiff_t i = 0; i < f.count; ++i) to[i] = f.item(i)[k];
    for (std::ptrdiff_t i = f.count; i < out.ld; ++i) to[i] = 0;
  }
}

// After it come the sums of the entries, the Hessian, and what Newton steps work in.
EntryPanel Divergence::panel_of(const ElasticNet& penalty, Buffer& room, int lanes) const {
  const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(kLanes) * r_;
  double* at = room.data();
  return {facts_.by_sums, r_, lanes,     penalty.l1,    penalty.l2,   nullptr,
          at + 4 * size,  at, at + size, at + 2 * size, at + 3 * size};
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
      if (!(p.h[at] > 0) || (p.held && p.held[k])) continue;
      const double more = pull ? pull[k] : 0.0;
      const double now =
          p.h[at] * majorant_root(p.above[at], p.below[at] + more, p.l1, p.l2 * p.h[at], a, b, more);
      if (now <= std::numeric_limits<double>::max()) p.h[at] = now;
    }
}

void Divergence::majorize(const EntryProblem& p, const EntryPanel& panel, const double* pull) const {
  for (int k = 0; k < r_; ++k) panel.h[k * kLanes] = p.h[k];
  majorize(panel, pull);
  for (int k = 0; k < r_; ++k) p.h[k] = panel.h[k * kLanes];
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

double Divergence::value_of(const EntryProblem& p, const EntryPanel& panel, bool by_sums) const {
  double value = entry_.value(p);
  if (by_sums) {  // q where x is 0
    for (int k = 0; k < r_; ++k) value += panel.below[k * kLanes] * p.h[k];
    for (std::ptrdiff_t i = 0; i < p.count; ++i) value -= (p.v ? p.v[i] : 1.0) * p.q[i];
  }
  return value;
}

// Kullback-Leibler needs the sums of the rows that an item meets.
void Divergence::sums(const Fixed& fixed, const EntryView& view, const Listing& list, const EntryProblem& p,
                      std::ptrdiff_t j, double* u) const {
  if (!facts_.by_sums) {
    std::fill_n(u, r_, 0.0);
    return;
  }
  const double own = view.own_weight(j);
  if (view.mask) {
    const double* left = fixed.left.data() + static_cast<std::ptrdiff_t>(view.mask.item[j]) * r_;
    for (int k = 0; k < r_; ++k) u[k] = own * left[k];
  } else if (zeros_by_sums(view)) {
    for (int k = 0; k < r_; ++k) u[k] = own * fixed.weighted[k];
    for (const int i : list.missing) {
      const double* row = fixed.factor->item(i);
      const double weight = own * view.across_weight(i);
      for (int k = 0; k < r_; ++k) u[k] = std::max(0.0, u[k] - weight * row[k]);
    }
    // Nothing bounds the reconstruction where X is missing: what is left may be rounding error.
    for (int k = 0; k < r_; ++k)
      if (u[k] < kWorn * own * fixed.weighted[k])
        u[k] = own * sum_without(*fixed.factor, view, k, list.missing);
  } else if (list.whole && !view.weight) {
    for (int k = 0; k < r_; ++k) u[k] = own * fixed.weighted[k];
  } else {
    kernels().entries_sums(p, u);
  }
}

// A start that leaves entries of X without a reconstruction is first lifted off 0.
void Divergence::lift(const EntryProblem& p, const EntryPanel& panel, double level,
                      const double* pull) const {
  for (int k = 0; k < r_; ++k)
    if (!(p.held && p.held[k])) p.h[k] = std::max(p.h[k], level);
  for (int step = 0; step < 3; ++step) {
    entry_.gradient(p, panel);
    majorize(p, panel, pull);
  }
  entry_.gradient(p, panel);
}

void Divergence::item(Side side, const Task& task, Scratch& mine, std::ptrdiff_t j, const ItemUnits& units,
                      const double* start, double* h, Measure& out) const {
  const EntryView& view = this->view(side);
  const Fixed& fixed = fixed_[side];
  const bool by_sums = zeros_by_sums(view);
  Listing& list = mine.list;
  list.read(view, j, units.X, units.least, !by_sums);
  const std::ptrdiff_t count = list.count, n = padded(count, kUnit);
  const bool shared = !by_sums && !view.partial && list.whole;
  double *x = list.x, *v = list.v;
  for (std::ptrdiff_t q = count; q < n; ++q) x[q] = v[q] = 0.0;

  EntryProblem p;
  p.parameter = loss_.of_all();
  p.parameters = parameters_of(side, list, j, units.X, mine.parameters);
  p.r = r_;
  p.count = count;
  p.n = n;
  p.x = x;
  p.v = view.weighted() ? v : nullptr;
  p.held = held(side).item(j);
  p.l1 = units.penalty.l1;
  p.l2 = units.penalty.l2;
  p.floor = units.floor;
  p.h = h;
  p.sweeps = solver_.sweeps_of(sweeps_, task.sweep_factor);
  p.stall = stall_;
  p.q = mine.q.data();
  p.work = mine.work.data();
  if (shared) {
    p.A = fixed.panel.data();
    p.ld = fixed.ld;
  } else {
    double* panel = mine.panel.data();
    kernels().gather(count, n, list.at, fixed.factor->item(0), r_, panel);
    p.A = panel;
    p.ld = n;
  }
  double* u = mine.u.data();
  sums(fixed, view, list, p, j, u);
  p.u = u;

  EntryPanel panel = panel_of(units.penalty, mine.alone, 1);
  panel.held = p.held;
  // Couplings: a curvature on the diagonal, and a pull to where the last iterate has them.
  const Tangent& tangent = this->tangent(side);
  double* const pull = tangent.none() ? nullptr : mine.u.data() + 2 * r_;
  if (pull) {
    const double c = tangent.curvature(), *slope = tangent.slope(j);
    for (int k = 0; k < r_; ++k) u[k] -= pull[k] = std::max(0.0, c * start[k] - slope[k]);
    p.l2 = panel.l2 += c;
  }
  const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(kLanes) * r_;
  double *sum = panel.curve + size, *hessian = sum + kLanes, *work = hessian + size * r_;
  *sum = units.sum;
  std::memcpy(h, start, sizeof(double) * r_);
  const bool newton = this->newton(task) && task.solve;
  const auto look = [&] {
    if (!newton) return entry_.gradient(p, panel);
    for (int k = 0; k < r_; ++k) panel.below[k * kLanes] = u[k];
    kernels().entries_newton_sums(p, panel, hessian);
  };
  const auto show = [&] {
    for (int k = 0; k < r_; ++k) panel.h[k * kLanes] = h[k];
  };
  const auto take = [&] {
    for (int k = 0; k < r_; ++k) h[k] = panel.h[k * kLanes];
  };
  const auto measure = [&] {
    show();
    if (pull) return measure_coupled(side, task, p, panel, j, pull, out);
    measured(panel, 1, &out);
    const bool unbounded = out.gap > std::numeric_limits<double>::max();
    if (task.value || unbounded) out.value += value_of(p, panel, by_sums);
    if (unbounded) out.gap = out.value;
  };
  look();
  if (task.before) measure();
  if (!task.solve) return;

  // Where the slope at 0 is finite single zeros may well be optimal.
  double positive;
  const double lost = kernels().entries_lost(p, facts_.lost, &positive);
  if (lost > 0 && (facts_.steep || lost == positive) && !solver_.multiplicative && !task.safe) {
    double most = 0;
    for (int k = 0; k < r_; ++k) most += fixed.sums[k];
    const std::ptrdiff_t observed = view.mask ? std::max<std::ptrdiff_t>(1, left_[side][view.mask.item[j]])
                                    : by_sums ? view.length - static_cast<std::ptrdiff_t>(list.missing.size())
                                              : count;
    const double part = static_cast<double>(view.length) / observed;
    double plain = 0;
    for (std::ptrdiff_t q = 0; q < count; ++q) plain += x[q];
    if (most > 0) lift(p, panel, 1e-3 * plain * part / most, pull);
    if (newton) look();
  }
  show();
  if (newton) {
    if (kernels().panel_majorize(panel, kEager)) {
      take();
      look();
    }
    kernels().entries_newton(p, panel, hessian, work);
  } else {
    majorize(p, panel, pull);
    if (solver_.entries && !task.safe) {
      (entry_.*solver_.entries)(p);
    } else {
      for (int step = 1; step < p.sweeps; ++step) {
        entry_.gradient(p, panel);
        majorize(p, panel, pull);
      }
    }
  }
  if (count == 0 && !pull) {  // nothing is known of it
    for (int k = 0; k < r_; ++k)
      if (!(p.held && p.held[k])) h[k] = 0;
  }
  if (task.after) {
    entry_.gradient(p, panel);
    show();
    if (newton && kernels().newton_cut(panel, work)) {
      take();
      entry_.gradient(p, panel);
    }
    measure();
  }
}

// The loss and the elastic net alone, as they are, and what the residual is made of when all items are known.
void Divergence::measure_coupled(Side side, const Task& task, const EntryProblem& p, EntryPanel panel,
                                 std::ptrdiff_t j, double* pull, Measure& out) const {
  const ElasticNet& net = penalty(side).net;
  double *kept = pull + r_, *slope = slopes(j), *curve = slope + r_;
  panel.l2 = net.l2;
  for (int k = 0; k < r_; ++k) {
    double& below = panel.below[k * kLanes];
    kept[k] = below;
    below += pull[k];
  }
  measured(panel, 1, &out);
  if (task.value) out.value += value_of(p, panel, zeros_by_sums(view(side)));
  for (int k = 0; k < r_; ++k) {
    const int at = k * kLanes;
    slope[k] = panel.below[at] + net.l1 + net.l2 * panel.h[at] - panel.above[at];
    curve[k] = panel.curve[at];
    panel.below[at] = kept[k];
  }
}

std::ptrdiff_t Divergence::group(Side side) const {
  // Few items are as many groups, or threads would wait for each other.
  return in_lanes(side) ? kLanes : view(side).items < 1024 ? 1 : 8;
}

void Divergence::items(Side side, const Task& task, int thread, std::ptrdiff_t first, std::ptrdiff_t last,
                       const Factor& start, Factor* to, Measure* out) {
  Scratch& mine = scratch_[thread];
  if (in_lanes(side)) return lanes(side, task, mine, first, static_cast<int>(last - first), start, to, out);
  for (std::ptrdiff_t j = first; j < last; ++j)
    item(side, task, mine, j, units_of(side, j), start.item(j), to ? to->item(j) : mine.u.data() + r_,
         out[j - first]);
}

double Divergence::work(Side side, const Task& task, std::ptrdiff_t j) const {
  const EntryView& view = this->view(side);
  const double entries = zeros_by_sums(view) || view.partial ? view.stored(j) : view.length;
  const double steps = solver_.sweeps_of(sweeps_, task.sweep_factor);
  if (newton(task)) {
    const double square = static_cast<double>(r_) * r_;
    return (steps + 1) *
           ((0.5 * square + 6.0 * r_) * (entries + 16) + (in_lanes(side) ? 8 : 8 * kLanes) * square);
  }
  return facts_.cost * (steps + 2) * r_ * (entries + 16);
}

}  // namespace nonneg
