// One item on its own: see loss/divergence.h.
#include <algorithm>
#include <limits>

#include "loss/divergence_steps.h"

namespace nonneg {

namespace {

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

}  // namespace

double Divergence::value_of(const EntryProblem& p, const EntryPanel& panel, bool by_sums) const {
  double value = entry_.value(p);
  if (by_sums) {  // q where x is 0
    for (int k = 0; k < r_; ++k) value += panel.below[k * kLanes] * p.h[k];
    for (std::ptrdiff_t i = 0; i < p.count; ++i) value -= (p.v ? p.v[i] : 1.0) * p.q[i];
  }
  return value;
}

// Kullback-Leibler needs the sums of the rows that an item meets.
void Divergence::sums(const OtherFactor& other, const EntryView& view, const Listing& list,
                      const EntryProblem& p, std::ptrdiff_t j, double* u) const {
  if (!facts_.by_sums) {
    std::fill_n(u, r_, 0.0);
    return;
  }
  const double own = view.own_weight(j);
  if (view.mask) {
    const double* left = other.left.data() + static_cast<std::ptrdiff_t>(view.mask.item[j]) * r_;
    for (int k = 0; k < r_; ++k) u[k] = own * left[k];
  } else if (zeros_by_sums(view)) {
    for (int k = 0; k < r_; ++k) u[k] = own * other.weighted[k];
    for (const int i : list.missing) {
      const double* row = other.factor->item(i);
      const double weight = own * view.across_weight(i);
      for (int k = 0; k < r_; ++k) u[k] = std::max(0.0, u[k] - weight * row[k]);
    }
    // Nothing bounds the reconstruction where X is missing: what is left may be rounding error.
    for (int k = 0; k < r_; ++k)
      if (u[k] < kWorn * own * other.weighted[k])
        u[k] = own * sum_without(*other.factor, view, k, list.missing);
  } else if (list.whole && !view.weight) {
    for (int k = 0; k < r_; ++k) u[k] = own * other.weighted[k];
  } else {
    kernels().entries_sums(p, u);
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

// In panel.h are its coefficients, in lane 0; p.h follows where a kernel needs them.
struct Divergence::OneItem {
  const Divergence& loss;
  const Side side;
  const Task& task;
  Scratch& mine;
  const std::ptrdiff_t j;
  const bool by_sums;
  EntryProblem p;
  EntryPanel panel;
  double *hessian, *work;
  double* pull;  // of couplings; null: none
  Measure& out;

  void take() const {
    for (int k = 0; k < p.r; ++k) p.h[k] = panel.h[k * kLanes];
  }
  void show() const {
    for (int k = 0; k < p.r; ++k) panel.h[k * kLanes] = p.h[k];
  }
  void gradient() const {
    take();
    loss.entry_.gradient(p, panel);
  }
  void newton_sums() const {
    take();
    for (int k = 0; k < p.r; ++k) panel.below[k * kLanes] = p.u[k];
    kernels().entries_newton_sums(p, panel, hessian);
  }
  void newton() const { kernels().entries_newton(p, panel, hessian, work); }
  bool has_sweeps() const { return loss.solver_.entries; }
  void sweep() const {
    take();
    (loss.entry_.*loss.solver_.entries)(p);
    show();
  }
  void measure() const {
    if (pull) return loss.measure_coupled(side, task, p, panel, j, pull, out);
    loss.measured(panel, 1, &out);
    const bool unbounded = out.gap > std::numeric_limits<double>::max();
    if (task.value || unbounded) out.value += loss.value_of(p, panel, by_sums);
    if (unbounded) out.gap = out.value;
  }
  // A start that leaves entries of X without a reconstruction is first lifted off 0. Was it?
  bool lift() const {
    // Where the slope at 0 is finite single zeros may well be optimal.
    double positive;
    const double lost = kernels().entries_lost(p, loss.facts_.lost, &positive);
    if (!(lost > 0 && (loss.facts_.steep || lost == positive))) return false;
    const double level = this->level();
    if (!(level > 0)) return true;
    for (int k = 0; k < p.r; ++k)
      if (!(p.fixed && p.fixed[k])) panel.h[k * kLanes] = std::max(panel.h[k * kLanes], level);
    for (int step = 0; step < 3; ++step) {
      gradient();
      loss.majorize(panel, pull);
    }
    gradient();
    return true;
  }
  // Equal coefficients of this size give a thousandth of the item's mean.
  double level() const {
    double most = 0, plain = 0;
    for (const double sum : loss.other_[side].sums) most += sum;
    const EntryView& view = loss.view(side);
    const std::ptrdiff_t missing = static_cast<std::ptrdiff_t>(mine.list.missing.size());
    const std::ptrdiff_t observed = view.mask
                                        ? std::max<std::ptrdiff_t>(1, loss.left_[side][view.mask.item[j]])
                                    : by_sums ? view.length - missing
                                              : p.count;
    const double part = static_cast<double>(view.length) / observed;
    for (std::ptrdiff_t q = 0; q < p.count; ++q) plain += p.x[q];
    return most > 0 ? 1e-3 * plain * part / most : 0.0;
  }
  void solved() const {
    if (p.count > 0 || pull) return;
    for (int k = 0; k < p.r; ++k)  // nothing is known of it
      if (!(p.fixed && p.fixed[k])) panel.h[k * kLanes] = 0;
  }
};

void Divergence::item(Side side, const Task& task, Scratch& mine, std::ptrdiff_t j, const ItemUnits& units,
                      const double* start, double* h, Measure& out) const {
  const EntryView& view = this->view(side);
  const OtherFactor& other = other_[side];
  const bool by_sums = zeros_by_sums(view);
  Listing& list = mine.list;
  list.read(view, j, units.X, units.least, !by_sums);
  const std::ptrdiff_t count = list.count, n = padded(count, kUnit);
  const bool shared = !by_sums && !view.partial && list.whole;
  double *x = list.x, *v = list.v;
  for (std::ptrdiff_t q = count; q < n; ++q) x[q] = v[q] = 0.0;

  OneItem one = {*this,   side,    task,    mine, j, by_sums, {}, panel_of(units.penalty, mine.alone, 1),
                 nullptr, nullptr, nullptr, out};
  EntryProblem& p = one.p;
  EntryPanel& panel = one.panel;
  p.parameter = loss_.of_all();
  p.parameters = parameters_of(side, list, j, units.X, mine.parameters);
  p.r = r_;
  p.count = count;
  p.n = n;
  p.x = x;
  p.v = view.weighted() ? v : nullptr;
  p.fixed = panel.fixed = fixed(side).item(j);
  p.l1 = units.penalty.l1;
  p.l2 = units.penalty.l2;
  p.floor = units.floor;
  p.h = h;
  p.sweeps = solver_.sweeps_of(sweeps_, task.sweep_factor);
  p.stall = stall_;
  p.q = mine.q.data();
  p.work = mine.work.data();
  if (shared) {
    p.A = other.panel.data();
    p.ld = other.ld;
  } else {
    double* rows = mine.panel.data();
    kernels().gather(count, n, list.at, other.factor->item(0), r_, rows);
    p.A = rows;
    p.ld = n;
  }
  double* u = mine.u.data();
  sums(other, view, list, p, j, u);
  p.u = u;

  // Couplings: a curvature on the diagonal, and a pull to where the last iterate has them.
  const Tangent& tangent = this->tangent(side);
  if (!tangent.none()) {
    one.pull = mine.u.data() + 2 * r_;
    const double c = tangent.curvature(), *slope = tangent.slope(j);
    for (int k = 0; k < r_; ++k) u[k] -= one.pull[k] = std::max(0.0, c * start[k] - slope[k]);
    p.l2 = panel.l2 += c;
  }
  double* sum = after_panel(panel, one.hessian, one.work);
  *sum = units.sum >= 0 ? units.sum : sum_of(list, view.weighted());
  for (int k = 0; k < r_; ++k) panel.h[k * kLanes] = start[k];
  run(task, one);
  one.take();
  mine.item = p;
}

}  // namespace nonneg
