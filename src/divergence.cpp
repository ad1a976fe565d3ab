// See core/divergence.h.
#include "core/divergence.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/clock.h"

namespace nonneg {

namespace {

// Items handed out at a time, so that their order of summation is fixed.
constexpr std::ptrdiff_t kGroup = 8;

// The host is polled after about this many multiply-adds.
constexpr double kWorkPerPoll = 3e8;

// WH below this part of the largest entry of X counts as this: the logarithm and
// the quotients stay finite where X is positive and WH is not.
constexpr double kFloor = 1e-16;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Where q is this small next to x, a Newton step from it is of no use.
constexpr double kLost = 1e-6;

double total_of(const EntryView& v, double unit, double beta) {
  double total = 0;
  for (std::ptrdiff_t j = 0; j < v.items; ++j) {
    const double* x = v.value + (v.sparse() ? v.p[j] : j * v.length);
    double sum = 0;
    for (std::ptrdiff_t q = 0; q < v.stored(j); ++q)
      if (x[q] > 0) sum += beta == 1 ? unit * x[q] : std::pow(std::max(unit * x[q], kFloor), beta);
    total += sum;
  }
  return total;
}

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
    : columns_(columns),
      rows_(rows),
      beta_(beta),
      r_(rank),
      solver_(solver),
      threads_(options.threads),
      sweeps_(options.inner_sweeps > 0 ? options.inner_sweeps : solver.sweeps),
      stall_(options.stall),
      units_(units) {
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
  total_ = total_of(columns_, units.X, beta);
  // Here, where it may throw: threads must not.
  std::ptrdiff_t most = 0;
  for (const EntryView* view : {&columns_, &rows_})
    for (std::ptrdiff_t j = 0; j < view->items; ++j)
      most = std::max(most, padded(gathered() ? view->stored(j) : view->length, kUnit));
  scratch_.resize(threads_);
  for (Scratch& s : scratch_) {
    s.x.resize(most);
    s.q.resize(most);
    s.work.resize(3 * most);
    s.gradient.resize(5 * r_);
    if (gathered()) s.panel.resize(most * r_);
  }
  certificates_.resize(std::max(columns.items, rows.items));
}

double Divergence::in_true_units(double value) const {
  // The power may be out of range where the value itself is not.
  const double half = std::pow(units_.X, 0.5 * beta_);
  return value / half / half;
}

double Divergence::size() const { return std::sqrt(total_); }

void Divergence::fix(const Factor& f, const Penalty& penalty, Fixed& out) {
  out.factor = &f;
  out.sums.assign(r_, 0.0);
  for (std::ptrdiff_t i = 0; i < f.count; ++i)
    for (int k = 0; k < r_; ++k) out.sums[k] += f.item(i)[k];
  out.penalty = penalty_of(f, penalty);
  if (gathered()) return;  // every item takes its own rows
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
    if (!(p.h[k] > 0)) continue;
    const double s = majorant_root(g.above[k], g.below[k], p.l1, p.l2 * p.h[k], a, b);
    const double now = p.h[k] * s;
    if (now <= std::numeric_limits<double>::max()) p.h[k] = now;
  }
}

// In the metric of the local quadratic model, with d = sqrt(curvature), h d and g / d
// are in the units of sqrt(objective): for the Frobenius loss those of X.
Divergence::Certificate Divergence::certificate(const EntryProblem& p, const EntryGradient& g, double sum,
                                                bool value) const {
  Certificate out = {0, 0, beta_ == 1 && p.l2 == 0 ? 0.0 : kNaN};
  double uh = 0, penalty = 0, steepest = 0;
  for (int k = 0; k < r_; ++k) {
    uh += (beta_ == 1 ? g.below[k] + p.l1 : 0.0) * p.h[k];
    penalty += p.l1 * p.h[k] + 0.5 * p.l2 * p.h[k] * p.h[k];
  }
  for (int k = 0; k < r_; ++k) {
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
    if (gathered()) {  // q where x is 0
      for (int k = 0; k < r_; ++k) out.value += g.below[k] * p.h[k];
      for (std::ptrdiff_t i = 0; i < p.count; ++i) out.value -= p.q[i];
    }
  }
  return out;
}

void Divergence::item(const EntryView& view, const Fixed& fixed, const Penalty& penalty, const Task& task,
                      Scratch& mine, std::ptrdiff_t j, const double* start, double* h,
                      Certificate& out) const {
  const std::ptrdiff_t count = gathered() ? view.stored(j) : view.length, n = padded(count, kUnit);
  double* x = mine.x.data();
  const double* value = view.value + (view.sparse() ? view.p[j] : j * view.length);
  const int* index = view.sparse() ? view.index + view.p[j] : nullptr;
  const double unit = units_.X;
  double sum = 0;
  if (view.sparse() && !gathered()) {
    std::fill_n(x, n, 0.0);
    for (std::ptrdiff_t q = 0; q < view.stored(j); ++q) x[index[q]] = unit * value[q];
  } else {
    for (std::ptrdiff_t q = 0; q < count; ++q) x[q] = unit * value[q];
    for (std::ptrdiff_t q = count; q < n; ++q) x[q] = 0.0;
  }
  for (std::ptrdiff_t q = 0; q < count; ++q) sum += x[q];

  EntryProblem p;
  p.beta = beta_;
  p.r = r_;
  p.count = count;
  p.n = n;
  p.x = x;
  double* u = mine.gradient.data() + 3 * r_;
  for (int k = 0; k < r_; ++k) u[k] = beta_ == 1 ? fixed.sums[k] : 0.0;
  p.u = u;
  p.l1 = penalty.l1;
  p.l2 = penalty.l2;
  p.floor = kFloor;
  p.h = h;
  p.sweeps = sweeps_ * task.sweep_factor;
  p.stall = stall_;
  p.q = mine.q.data();
  p.work = mine.work.data();
  if (gathered()) {
    double* panel = mine.panel.data();
    for (std::ptrdiff_t q = 0; q < count; ++q) {
      const double* from = fixed.factor->item(index[q]);
      for (int k = 0; k < r_; ++k) panel[k * n + q] = from[k];
    }
    for (int k = 0; k < r_; ++k)
      for (std::ptrdiff_t q = count; q < n; ++q) panel[k * n + q] = 0.0;
    p.A = panel;
    p.ld = n;
  } else {
    p.A = fixed.panel.data();
    p.ld = fixed.ld;
  }

  const EntryGradient g = {mine.gradient.data(), mine.gradient.data() + r_, mine.gradient.data() + 2 * r_};
  std::memcpy(h, start, sizeof(double) * r_);
  kernels().entries_gradient(p, g);
  if (task.before) out = certificate(p, g, sum, task.value);
  if (!task.solve) return;

  // A start that leaves entries of X without a reconstruction is first lifted off 0.
  // For beta >= 2 the slope there is finite and single ones may well be optimal.
  std::ptrdiff_t lost = 0, positive = 0;
  for (std::ptrdiff_t q = 0; q < count; ++q) {
    positive += x[q] > 0;
    lost += x[q] > 0 && p.q[q] < kLost * x[q];
  }
  if (lost > 0 && (beta_ < 2 || lost == positive) && !solver_.multiplicative && !task.safe) {
    double most = 0;
    for (int k = 0; k < r_; ++k) most += fixed.sums[k];
    if (most > 0) {
      const double lift = 1e-3 * sum / most;
      for (int k = 0; k < r_; ++k) h[k] = std::max(h[k], lift);
      for (int step = 0; step < 3; ++step) {
        kernels().entries_gradient(p, g);
        majorize(p, g);
      }
      kernels().entries_gradient(p, g);
    }
  }
  majorize(p, g);
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
    out = certificate(p, g, sum, task.value);
  }
}

HalfStep Divergence::half(const EntryView& view, const Fixed& fixed, const Penalty& penalty, const Task& task,
                          const Factor& start, const Factor& before, Factor& plain, Factor& next, Host& host,
                          double deadline) {
  HalfStep out;
  const std::ptrdiff_t groups = (view.items + kGroup - 1) / kGroup;
  const double cost = beta_ == 1 || beta_ == 0 ? 6.0 : 48.0;  // an exponential and a logarithm each
  for (std::ptrdiff_t first = 0; first < groups;) {
    std::ptrdiff_t last = first;
    double work = 0;
    for (; last < groups && work < kWorkPerPoll; ++last)
      for (std::ptrdiff_t j = last * kGroup; j < std::min(view.items, (last + 1) * kGroup); ++j) {
        const std::ptrdiff_t entries = gathered() ? view.stored(j) : view.length;
        work += cost * (sweeps_ * task.sweep_factor + 2) * r_ * (entries + 16);
      }
    Counter counter;
    parallel(threads_for(threads_, work), [&](const Member& me) {
      Scratch& mine = scratch_[me.id];
      for (std::ptrdiff_t group; (group = first + counter.next++) < last;)
        for (std::ptrdiff_t j = group * kGroup; j < std::min(view.items, (group + 1) * kGroup); ++j) {
          double* h = task.solve ? plain.item(j) : mine.gradient.data() + 4 * r_;
          item(view, fixed, penalty, task, mine, j, start.item(j), h, certificates_[j]);
          if (!task.solve) continue;
          const double* old = before.item(j);
          double* to = next.item(j);
          for (int k = 0; k < r_; ++k) {
            const double ahead = task.beta > 0 ? h[k] + task.beta * (h[k] - old[k]) : h[k];
            to[k] = ahead > 0 ? ahead : 0.0;
          }
        }
    });
    first = last;
    if (host.interrupted() || now() > deadline) {
      out.stopped = true;
      return out;
    }
  }
  for (std::ptrdiff_t j = 0; j < view.items; ++j) {
    out.value += certificates_[j].value;
    out.kkt2 += certificates_[j].kkt2;
    out.gap += certificates_[j].gap;
  }
  return out;
}

void Divergence::prepare(const Factor& W) { fix(W, penalty_on_W_, fixed_W_); }

HalfStep Divergence::pass(Source&, const PassPlan& plan, const Factor& start, const Factor& before,
                          Factor& plain, Factor& next, Host& host, double deadline) {
  const Task task = {plan.certify, plan.solve, false, plan.value, plan.safe, plan.sweep_factor, plan.beta};
  HalfStep out;
  if (plan.certify || plan.solve) {
    out = half(columns_, fixed_W_, penalty_on_H_, task, start, before, plain, next, host, deadline);
    if (out.stopped) return out;
    if (plan.value) {
      out.value += fixed_W_.penalty;
      out.penalty = fixed_W_.penalty + penalty_of(start, penalty_on_H_);
    }
  }
  if (plan.gather) fix(plan.solve ? next : start, penalty_on_H_, fixed_H_);
  return out;
}

HalfStep Divergence::update(const PassPlan& plan, const Factor& start, Factor& W, Host& host,
                            double deadline) {
  const Task task = {false, true, true, true, plan.safe, plan.sweep_factor, 0.0};
  HalfStep out = half(rows_, fixed_H_, penalty_on_W_, task, start, start, W, W, host, deadline);
  out.value += fixed_H_.penalty;
  out.penalty = fixed_H_.penalty + penalty_of(W, penalty_on_W_);
  return out;
}

HalfStep Divergence::measure(const Factor& W, Host& host) {
  const Task task = {true, false, false, true, false, 1, 0.0};
  Factor none;
  HalfStep out = half(rows_, fixed_H_, penalty_on_W_, task, W, W, none, none, host,
                      std::numeric_limits<double>::infinity());
  out.value += fixed_H_.penalty;
  out.penalty = fixed_H_.penalty + penalty_of(W, penalty_on_W_);
  return out;
}

}  // namespace nonneg
