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
  constexpr double kMost = 1e300;
  const double value = std::pow(units.X, beta);
  const auto scaled = [&](const Penalty& p, double unit) {
    Penalty out;
    if (p.l1 > 0) out.l1 = std::min(p.l1 * value / unit, kMost);
    if (p.l2 > 0) out.l2 = std::min(p.l2 * value / unit / unit, kMost);
    return out;
  };
  penalty_on_W_ = scaled(options.W, units.W);
  penalty_on_H_ = scaled(options.H, units.H);
  // Here, where it may throw: threads must not.
  std::ptrdiff_t most = 0, longest = 0;
  bool shared = true;
  for (const EntryView* view : {&columns_, &rows_}) {
    const bool whole = !view->sparse() || !(view->partial || zeros_by_sums(*view));
    shared = shared && whole && !view->missing && !view->weighted();
    most = std::max(most, padded(whole ? view->length : view->most_stored(), kUnit));
    longest = std::max(longest, view->length);
  }
  scratch_.resize(threads_);
  for (Scratch& s : scratch_) {
    s.list.at.resize(most);
    s.list.missing.reserve(longest);
    s.x.resize(most);
    s.v.resize(most);
    s.list.x = s.x.data();
    s.list.v = s.v.data();
    s.q.resize(most);
    s.work.resize(3 * most);
    s.gradient.resize(5 * r_);
    if (!shared) s.panel.resize(most * r_);
  }
  Listing& list = scratch_[0].list;
  for (std::ptrdiff_t j = 0; j < columns_.items; ++j) {
    list.read(columns_, j, units.X, least_, beta_ != 1);
    double sum = 0;
    for (std::ptrdiff_t q = 0; q < list.count; ++q)
      if (list.x[q] > 0)
        sum += (columns_.weighted() ? list.v[q] : 1.0) *
               (beta == 1 ? list.x[q] : std::pow(std::max(list.x[q], kFloor), beta));
    total_ += sum;
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
ItemLoss::Measure Divergence::measured(const EntryProblem& p, const EntryGradient& g, double sum,
                                       bool by_sums, bool value) const {
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
  if (value) {
    out.value = kernels().entries_value(p) + penalty;
    if (by_sums) {  // q where x is 0
      for (int k = 0; k < r_; ++k) out.value += g.below[k] * p.h[k];
      for (std::ptrdiff_t i = 0; i < p.count; ++i) out.value -= (p.v ? p.v[i] : 1.0) * p.q[i];
    }
  }
  return out;
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
  double *x = list.x, *v = list.v, sum = 0, plain = 0;
  for (std::ptrdiff_t q = count; q < n; ++q) x[q] = v[q] = 0.0;
  for (std::ptrdiff_t q = 0; q < count; ++q) plain += x[q];
  if (view.weighted()) {
    for (std::ptrdiff_t q = 0; q < count; ++q) sum += v[q] * x[q];
  } else {
    sum = plain;
  }

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
  if (task.before) out = measured(p, g, sum, by_sums, task.value);
  if (!task.solve) return;

  // For beta >= 2 the slope at 0 is finite and single zeros may well be optimal.
  std::ptrdiff_t lost = 0, positive = 0;
  for (std::ptrdiff_t q = 0; q < count; ++q) {
    positive += x[q] > 0;
    lost += x[q] > 0 && p.q[q] < kLost * x[q];
  }
  if (lost > 0 && (beta_ < 2 || lost == positive) && !solver_.multiplicative && !task.safe) {
    double most = 0;
    for (int k = 0; k < r_; ++k) most += fixed.sums[k];
    const std::ptrdiff_t observed =
        by_sums ? view.length - static_cast<std::ptrdiff_t>(list.missing.size()) : count;
    const double part = static_cast<double>(view.length) / observed;
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
    out = measured(p, g, sum, by_sums, task.value);
  }
}

void Divergence::items(Side side, const Task& task, int thread, std::ptrdiff_t first, std::ptrdiff_t last,
                       const Factor& start, Factor* to, Measure* out) {
  Scratch& mine = scratch_[thread];
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
