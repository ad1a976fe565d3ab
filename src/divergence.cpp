// See core/divergence.h.
#include "core/divergence.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace nonneg {

namespace {

// WH below this part of the largest entry of X counts as this: the logarithm and
// the quotients stay finite where X is positive and WH is not.
constexpr double kFloor = 1e-16;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Where q is this small next to x, a Newton step from it is of no use.
constexpr double kLost = 1e-6;

// The root s > 0 of  below s^a + l1 + l2h s = above s^b  with a - b > 0, a >= 0 >= b:
// increasing on the left, decreasing on the right. Newton in log s, safeguarded.
double majorant_root(double above, double below, double l1, double l2h, double a, double b) {
  if (!(above > 0)) return b < 0 || below + l1 + l2h > 0 ? 0.0 : 1.0;
  if (l2h == 0 && a == 0 && b == -1) return above / (below + l1);  // Kullback-Leibler
  if (l1 == 0 && l2h == 0) return below > 0 ? std::pow(above / below, 1.0 / (a - b)) : 1.0;
  double low = -700, high = 700, t = 0;
  for (int k = 0; k < 60; ++k) {
    const double s = std::exp(t), left1 = below * std::pow(s, a), left3 = l2h * s,
                 right = above * std::pow(s, b);
    const double f = std::log((left1 + l1 + left3) / right);
    if (f > 0)
      high = t;
    else
      low = t;
    const double slope = (a * left1 + left3) / (left1 + l1 + left3) - b;
    double next = slope > 0 ? t - f / slope : 0.5 * (low + high);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (std::fabs(next - t) < 1e-15 * std::max(1.0, std::fabs(t))) return std::exp(next);
    t = next;
  }
  return std::exp(t);
}

}  // namespace

Divergence::Divergence(const EntryView& columns, const EntryView& rows, double beta, int rank,
                       const Solver& solver, const Options& options, const Units& units)
    : ItemLoss(columns, rows, rank, solver, options, units), beta_(beta), least_(units.X * options.floor) {
  // With X~ = x X, W~ = w W and H~ = h H the objective is x^beta times its true value.
  const double value = std::pow(units.X, beta);
  penalty_on_W_ = scaled(options.W, value / units.W, value / units.W / units.W);
  penalty_on_H_ = scaled(options.H, value / units.H, value / units.H / units.H);
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
    s.list.x = s.x.data();
    s.list.v = s.v.data();
    s.q.resize(room);
    s.work.resize(3 * room);
    if (in_lane > 0) s.lanes.resize(4 * kLanes * r_);
    s.gradient.resize(5 * r_);
    if (!shared) s.panel.resize(most * r_);
  }
  Listing& list = scratch_[0].list;
  for (const Side side : {of_H, of_W}) {
    const EntryView& v = view(side);
    sums_[side].assign(v.items, 0.0);
    for (std::ptrdiff_t j = 0; j < v.items; ++j) {
      list.read(v, j, units.X, least_, beta_ != 1);
      double power = 0;
      for (std::ptrdiff_t q = 0; q < list.count; ++q) {
        const double weight = v.weighted() ? list.v[q] : 1.0;
        sums_[side][j] += weight * list.x[q];
        if (beta != 1 && side == of_H && list.x[q] > 0)
          power += weight * std::pow(std::max(list.x[q], kFloor), beta);
      }
      if (side == of_H) total_ += beta == 1 ? sums_[side][j] : power;
    }
  }
}

double Divergence::in_true_units(double value) const {
  // The power may be out of range where the value itself is not.
  const double half = std::pow(units_.X, 0.5 * beta_);
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
  if (view.partial || zeros_by_sums(view)) return;  // every item takes its own rows
  out.ld = padded(f.count, kUnit);
  out.panel.resize(out.ld * r_);
  for (int k = 0; k < r_; ++k) {
    double* to = out.panel.data() + k * out.ld;
    for (std::ptrdiff_t i = 0; i < f.count; ++i) to[i] = f.item(i)[k];
    for (std::ptrdiff_t i = f.count; i < out.ld; ++i) to[i] = 0;
  }
}

// One step of the majorant (Fevotte & Idier 2011): the convex part of d is bounded
// by Jensen's inequality, the concave one by its tangent, separately for every
// coordinate. It cannot raise the objective, whatever the penalties.
void Divergence::majorize(const EntryProblem& p, const EntryGradient& g) const {
  const double a = beta_ < 1 ? 0.0 : beta_ - 1.0, b = beta_ > 2 ? 0.0 : beta_ - 2.0;
  for (int k = 0; k < r_; ++k) {
    if (!(p.h[k] > 0) || (p.held && p.held[k])) continue;
    const double s = majorant_root(g.above[k], g.below[k], p.l1, p.l2 * p.h[k], a, b);
    const double now = p.h[k] * s;
    if (now <= std::numeric_limits<double>::max()) p.h[k] = now;
  }
}

// In the metric of the local quadratic model, with d = sqrt(curvature), h d and g / d
// are in the units of sqrt(objective): for the Frobenius loss those of X.
// The value is that of the penalty alone.
ItemLoss::Measure Divergence::measured(const EntryProblem& p, const EntryGradient& g, double sum) const {
  Measure out;
  // Held coefficients cannot be scaled with the others, as the bound of the gap does.
  if (beta_ != 1 || p.l2 > 0 || p.held) out.gap = kNaN;
  double uh = 0, penalty = 0, steepest = 0;
  for (int k = 0; k < r_; ++k) {
    uh += (beta_ == 1 ? g.below[k] + p.l1 : 0.0) * p.h[k];
    penalty += p.l1 * p.h[k] + 0.5 * p.l2 * p.h[k] * p.h[k];
  }
  for (int k = 0; k < r_; ++k) {
    if (p.held && p.held[k]) continue;
    const double slope = g.below[k] - g.above[k] + p.l1 + p.l2 * p.h[k];
    double curve = g.curve[k];
    // By Cauchy's inequality the expected curvature is at least this: that of the
    // entries listed vanishes where x does.
    if (beta_ == 1) {
      const double u = g.below[k];
      const double q = std::max(sum, uh);
      if (q > 0) curve = std::max(curve, u * u / q);
      if (u + p.l1 > 0) steepest = std::max(steepest, g.above[k] / (u + p.l1));
    }
    curve += p.l2;
    if (!(curve > 0)) continue;
    const double d = std::sqrt(curve), least = std::min(p.h[k] * d, slope / d);
    out.kkt2 += least * least;
  }
  // With h scaled so that u'h = sum x, f(h) - f* <= sum x log max_k(c_k / u_k); the
  // scaling itself gains sum x (t - 1 - log t), t = u'h / sum x.
  if (out.gap == 0) {
    if (!(sum > 0)) {
      out.gap = uh;
    } else if (!(uh > 0)) {
      out.gap = std::numeric_limits<double>::infinity();
    } else {
      const double t = uh / sum;
      out.gap = sum * (t - 1 - std::log(t)) + sum * std::max(0.0, std::log(steepest * t));
    }
  }
  out.value = penalty;
  return out;
}

double Divergence::value_of(const EntryProblem& p, const EntryGradient& g, bool by_sums) const {
  double value = kernels().entries_value(p);
  if (by_sums) {  // q where x is 0
    for (int k = 0; k < r_; ++k) value += g.below[k] * p.h[k];
    for (std::ptrdiff_t i = 0; i < p.count; ++i) value -= (p.v ? p.v[i] : 1.0) * p.q[i];
  }
  return value;
}

// Kullback-Leibler needs the sums of the rows that an item meets.
void Divergence::sums(const Fixed& fixed, const EntryView& view, const Listing& list, const EntryProblem& p,
                      std::ptrdiff_t j, double* u) const {
  if (beta_ != 1) {
    std::fill_n(u, r_, 0.0);
    return;
  }
  const double own = view.own_weight(j);
  if (zeros_by_sums(view)) {
    for (int k = 0; k < r_; ++k) u[k] = own * fixed.weighted[k];
    for (const int i : list.missing) {
      const double* row = fixed.factor->item(i);
      const double weight = own * view.across_weight(i);
      for (int k = 0; k < r_; ++k) u[k] = std::max(0.0, u[k] - weight * row[k]);
    }
  } else if (list.whole && !view.weight) {
    for (int k = 0; k < r_; ++k) u[k] = own * fixed.weighted[k];
  } else {
    kernels().entries_sums(p, u);
  }
}

// A start that leaves entries of X without a reconstruction is first lifted off 0.
void Divergence::lift(const EntryProblem& p, const EntryGradient& g, double level) const {
  for (int k = 0; k < r_; ++k)
    if (!(p.held && p.held[k])) p.h[k] = std::max(p.h[k], level);
  for (int step = 0; step < 3; ++step) {
    kernels().entries_gradient(p, g);
    majorize(p, g);
  }
  kernels().entries_gradient(p, g);
}

void Divergence::item(Side side, const Task& task, Scratch& mine, std::ptrdiff_t j, const double* start,
                      double* h, Measure& out) const {
  const EntryView& view = this->view(side);
  const Fixed& fixed = fixed_[side];
  const bool by_sums = zeros_by_sums(view);
  Listing& list = mine.list;
  list.read(view, j, units_.X, least_, !by_sums);
  const std::ptrdiff_t count = list.count, n = padded(count, kUnit);
  const bool shared = !by_sums && !view.partial && list.whole;
  double *x = list.x, *v = list.v;
  const double sum = sums_[side][j];
  for (std::ptrdiff_t q = count; q < n; ++q) x[q] = v[q] = 0.0;

  EntryProblem p;
  p.beta = beta_;
  p.r = r_;
  p.count = count;
  p.n = n;
  p.x = x;
  p.v = view.weighted() ? v : nullptr;
  p.held = held(side).item(j);
  p.l1 = penalty(side).l1;
  p.l2 = penalty(side).l2;
  p.floor = kFloor;
  p.h = h;
  p.sweeps = sweeps_ * task.sweep_factor;
  p.stall = stall_;
  p.q = mine.q.data();
  p.work = mine.work.data();
  if (shared) {
    p.A = fixed.panel.data();
    p.ld = fixed.ld;
  } else {
    double* panel = mine.panel.data();
    for (std::ptrdiff_t q = 0; q < count; ++q) {
      const double* from = fixed.factor->item(list.at[q]);
      for (int k = 0; k < r_; ++k) panel[k * n + q] = from[k];
    }
    for (int k = 0; k < r_; ++k)
      for (std::ptrdiff_t q = count; q < n; ++q) panel[k * n + q] = 0.0;
    p.A = panel;
    p.ld = n;
  }
  double* u = mine.gradient.data() + 3 * r_;
  sums(fixed, view, list, p, j, u);
  p.u = u;

  const EntryGradient g = {mine.gradient.data(), mine.gradient.data() + r_, mine.gradient.data() + 2 * r_};
  std::memcpy(h, start, sizeof(double) * r_);
  kernels().entries_gradient(p, g);
  const auto measure = [&] {
    out = measured(p, g, sum);
    if (task.value) out.value += value_of(p, g, by_sums);
  };
  if (task.before) measure();
  if (!task.solve) return;

  // For beta >= 2 the slope at 0 is finite and single zeros may well be optimal.
  double positive;
  const double lost = kernels().entries_lost(p, kLost, &positive);
  if (lost > 0 && (beta_ < 2 || lost == positive) && !solver_.multiplicative && !task.safe) {
    double most = 0;
    for (int k = 0; k < r_; ++k) most += fixed.sums[k];
    const std::ptrdiff_t observed =
        by_sums ? view.length - static_cast<std::ptrdiff_t>(list.missing.size()) : count;
    const double part = static_cast<double>(view.length) / observed;
    double plain = 0;
    for (std::ptrdiff_t q = 0; q < count; ++q) plain += x[q];
    if (most > 0) lift(p, g, 1e-3 * plain * part / most);
  }
  majorize(p, g);
  if (count == 0) {  // nothing is known of it
    for (int k = 0; k < r_; ++k)
      if (!(p.held && p.held[k])) h[k] = 0;
  }
  if (solver_.entries && !task.safe) {
    (kernels().*solver_.entries)(p);
  } else {
    for (int step = 1; step < p.sweeps; ++step) {
      kernels().entries_gradient(p, g);
      majorize(p, g);
    }
  }
  if (task.after) {
    kernels().entries_gradient(p, g);
    measure();
  }
}

bool Divergence::in_lanes(Side side) const {
  // Their x and q stay in the second cache.
  constexpr std::ptrdiff_t kLongest = 1024;
  const EntryView& v = view(side);
  return !v.sparse() && !v.missing && !v.weighted() && held(side).none() && v.length <= kLongest &&
         v.items >= kLanes;
}

std::ptrdiff_t Divergence::group(Side side) const {
  // Few items are as many groups, or threads would wait for each other.
  return in_lanes(side) ? kLanes : view(side).items < 1024 ? 1 : 8;
}

// The items are neighbours in the other view of X.
void Divergence::lanes(Side side, const Task& task, Scratch& mine, std::ptrdiff_t first, int count,
                       const Factor& start, Factor* to, Measure* out) const {
  const EntryView &view = this->view(side), &other = this->view(side == of_H ? of_W : of_H);
  const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(kLanes) * r_;
  double *x = mine.x.data(), *h = mine.lanes.data();
  const EntryGradient g = {h + size, h + 2 * size, h + 3 * size};
  double value[kLanes], lost[kLanes];
  for (std::ptrdiff_t p = 0; p < view.length; ++p) {
    const double* from = other.value + p * other.length + first;
    if (count == kLanes && least_ == 0) {
      for (int c = 0; c < kLanes; ++c) x[p * kLanes + c] = units_.X * from[c];
      continue;
    }
    for (int c = 0; c < count; ++c) x[p * kLanes + c] = std::max(units_.X * from[c], least_);
    for (int c = count; c < kLanes; ++c) x[p * kLanes + c] = 0.0;
  }
  for (int k = 0; k < r_; ++k)
    for (int c = 0; c < kLanes; ++c) h[k * kLanes + c] = c < count ? start.item(first + c)[k] : 0.0;

  // One lane as a problem of its own, in the first 4r numbers of mine.gradient.
  EntryProblem one = {};
  one.r = r_;
  one.l1 = penalty(side).l1;
  one.l2 = penalty(side).l2;
  one.h = mine.gradient.data() + 3 * r_;
  const EntryGradient of_one = {mine.gradient.data(), mine.gradient.data() + r_,
                                mine.gradient.data() + 2 * r_};
  const auto take = [&](int c) {
    for (int k = 0; k < r_; ++k) {
      of_one.above[k] = g.above[k * kLanes + c];
      of_one.below[k] = g.below[k * kLanes + c];
      of_one.curve[k] = g.curve[k * kLanes + c];
      one.h[k] = h[k * kLanes + c];
    }
  };
  EntryLanes p;
  p.beta = beta_;
  p.r = r_;
  p.count = view.length;
  p.A = fixed_[side].panel.data();
  p.ld = fixed_[side].ld;
  p.x = x;
  double* u = mine.gradient.data() + 4 * r_;
  for (int k = 0; k < r_; ++k) u[k] = beta_ == 1 ? fixed_[side].sums[k] : 0.0;
  p.u = u;
  p.l1 = one.l1;
  p.l2 = one.l2;
  p.floor = kFloor;
  p.h = h;
  p.sweeps = sweeps_ * task.sweep_factor;
  p.stall = stall_;
  p.q = mine.q.data();
  p.work = mine.work.data();

  const auto measure = [&] {
    if (task.value) kernels().lanes_value(p, value);
    for (int c = 0; c < count; ++c) {
      take(c);
      out[c] = measured(one, of_one, sums_[side][first + c]);
      if (task.value) out[c].value += value[c];
    }
  };
  const auto majorize_all = [&] {
    for (int c = 0; c < count; ++c) {
      take(c);
      majorize(one, of_one);
      for (int k = 0; k < r_; ++k) h[k * kLanes + c] = one.h[k];
    }
  };
  kernels().lanes_gradient(p, g);
  if (task.before) measure();
  if (!task.solve) return;
  // What must be lifted off 0 goes alone, below.
  const bool any_lost = !solver_.multiplicative && !task.safe && kernels().lanes_lost(p, kLost, lost);
  majorize_all();
  if (solver_.entries && !task.safe) {
    kernels().lanes_cd(p);
  } else {
    for (int step = 1; step < p.sweeps; ++step) {
      kernels().lanes_gradient(p, g);
      majorize_all();
    }
  }
  if (task.after) {
    kernels().lanes_gradient(p, g);
    measure();
  }
  for (int c = 0; c < count; ++c)
    for (int k = 0; k < r_; ++k) to->item(first + c)[k] = h[k * kLanes + c];
  if (!any_lost) return;
  Task again = task;
  again.before = false;
  for (int c = 0; c < count; ++c)
    if (lost[c] > 0) item(side, again, mine, first + c, start.item(first + c), to->item(first + c), out[c]);
}

void Divergence::items(Side side, const Task& task, int thread, std::ptrdiff_t first, std::ptrdiff_t last,
                       const Factor& start, Factor* to, Measure* out) {
  Scratch& mine = scratch_[thread];
  if (in_lanes(side)) return lanes(side, task, mine, first, static_cast<int>(last - first), start, to, out);
  for (std::ptrdiff_t j = first; j < last; ++j)
    item(side, task, mine, j, start.item(j), to ? to->item(j) : mine.gradient.data() + 4 * r_,
         out[j - first]);
}

double Divergence::work(Side side, const Task& task, std::ptrdiff_t j) const {
  const EntryView& view = this->view(side);
  const double entries = zeros_by_sums(view) || view.partial ? view.stored(j) : view.length;
  const double cost = beta_ == 1 || beta_ == 0 ? 6.0 : 48.0;  // an exponential and a logarithm each
  return cost * (sweeps_ * task.sweep_factor + 2) * r_ * (entries + 16);
}

}  // namespace nonneg
