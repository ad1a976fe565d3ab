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

template <class Number>
double Divergence::value_of(const EntryProblemOf<Number>& p, const EntryPanel& panel, bool by_sums) const {
  double value = calls<Number>().value(p);
  if (by_sums) {  // q where x is 0
    for (int k = 0; k < r_; ++k) value += panel.below[k * kLanes] * p.h[k];
    value -= calls<Number>().reconstructed(p);
  }
  return value;
}

// Kullback-Leibler needs the sums of the rows that an item meets.
template <class Number>
void Divergence::sums(const OtherFactor& other, const EntryView& view, const ListingOf<Number>& list,
                      const EntryProblemOf<Number>& p, std::ptrdiff_t j, double* u) const {
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
    calls<Number>().sums(p, u);
  }
}

// The loss and the elastic net alone, as they are, and what the residual is made of when all items are known.
template <class Number>
void Divergence::measure_coupled(Side side, const Task& task, const EntryProblemOf<Number>& p,
                                 EntryPanel panel, std::ptrdiff_t j, double* pull, Measure& out) const {
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
template <class Number>
struct Divergence::OneItem {
  const Divergence& loss;
  const Side side;
  const Task& task;
  Scratch& mine;
  const std::ptrdiff_t j;
  const bool by_sums;
  EntryProblemOf<Number> p;
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
    loss.calls<Number>().gradient(p, panel);
  }
  void newton_sums() const {
    take();
    for (int k = 0; k < p.r; ++k) panel.below[k * kLanes] = p.u[k];
    loss.calls<Number>().newton_sums(p, panel, hessian);
  }
  // p.sweeps steps, from the sums at h; whether the last one must be cut is left to the caller. A step that
  // had to be cut is the last.
  void newton() const {
    for (int step = 1;; ++step) {
      kernels().newton_step(panel, hessian, work);
      if (step == p.sweeps) return;
      newton_sums();
      if (kernels().newton_cut(panel, work)) return;
    }
  }
  bool has_sweeps() const { return loss.solver_.entries; }
  void sweep() const {
    take();
    loss.calls<Number>().cd(p);
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
    const double lost = loss.calls<Number>().lost(p, loss.facts_.lost, &positive);
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
    const std::ptrdiff_t missing = static_cast<std::ptrdiff_t>(mine.of<Number>().list.missing.size());
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

template <class Number>
std::ptrdiff_t Divergence::most_entries(Side side, std::ptrdiff_t j) const {
  const EntryView& view = this->view(side);
  return padded(zeros_by_sums(view) || view.partial ? view.stored(j) : view.length, unit<Number>);
}

template <class Number>
std::ptrdiff_t Divergence::room_of(Side side, std::ptrdiff_t j) const {
  return most_entries<Number>(side, j) * (1 + (view(side).weighted() ? 1 : 0) + (shared_ ? 0 : r_));
}

template <class Number>
EntryProblemOf<Number> Divergence::problem_of(Side side, const Task& task, Scratch& mine, std::ptrdiff_t j,
                                              const ItemUnits& units, double* u, Number* to) const {
  const EntryView& view = this->view(side);
  const OtherFactor& other = other_[side];
  const bool by_sums = zeros_by_sums(view);
  Room<Number>& shared_room = mine.of<Number>();
  ListingOf<Number>& list = shared_room.list;
  const std::ptrdiff_t room = most_entries<Number>(side, j);
  list.x = to ? to : shared_room.x.data();
  list.v = to && view.weighted() ? to + room : shared_room.v.data();
  list.read(view, j, units.X, units.least, !by_sums);
  const std::ptrdiff_t count = list.count, n = padded(count, unit<Number>);
  const bool shared = !by_sums && !view.partial && list.whole;
  for (std::ptrdiff_t q = count; q < n; ++q) list.x[q] = 0;
  for (std::ptrdiff_t q = count; view.weighted() && q < n; ++q) list.v[q] = 0;

  EntryProblemOf<Number> p;
  p.parameter = loss_.of_all();
  p.parameters = parameters_of(side, list, j, units.X, mine.parameters);
  p.r = r_;
  p.count = count;
  p.n = n;
  p.x = list.x;
  p.v = view.weighted() ? list.v : nullptr;
  p.fixed = fixed(side).item(j);
  p.l1 = units.penalty.l1;
  p.l2 = units.penalty.l2;
  p.floor = units.floor;
  p.h = nullptr;
  p.sweeps = solver_.sweeps_of(sweeps_, task.sweep_factor);
  p.stall = stall_;
  p.q = shared_room.q.data();
  p.work = shared_room.work.data();
  constexpr bool single = !std::is_same<Number, double>::value;
  if (shared) {
    if constexpr (single)
      p.A = other.single_panel.data();
    else
      p.A = other.panel.data();
    p.ld = other.ld;
  } else {
    Number* rows = to ? to + room * (view.weighted() ? 2 : 1) : mine.of<Number>().panel.data();
    const Number* from;
    if constexpr (single)
      from = other.single.data();
    else
      from = other.factor->item(0);
    calls<Number>().gather(count, n, list.at, from, r_, rows);
    p.A = rows;
    p.ld = n;
  }
  sums(other, view, list, p, j, u);
  p.u = u;
  return p;
}

template <class Number>
void Divergence::item(Side side, const Task& task, Scratch& mine, std::ptrdiff_t j, const ItemUnits& units,
                      const double* start, double* h, Measure& out) const {
  double* u = mine.u.data();
  OneItem<Number> one = {*this,
                         side,
                         task,
                         mine,
                         j,
                         zeros_by_sums(view(side)),
                         problem_of<Number>(side, task, mine, j, units, u, nullptr),
                         panel_of(units.penalty, mine.alone, 1),
                         nullptr,
                         nullptr,
                         nullptr,
                         out};
  EntryProblemOf<Number>& p = one.p;
  EntryPanel& panel = one.panel;
  p.h = h;
  panel.fixed = p.fixed;

  // Couplings: a curvature on the diagonal, and a pull to where the last iterate has them.
  const Tangent& tangent = this->tangent(side);
  if (!tangent.none()) {
    one.pull = mine.u.data() + 2 * r_;
    const double c = tangent.curvature(), *slope = tangent.slope(j);
    for (int k = 0; k < r_; ++k) u[k] -= one.pull[k] = std::max(0.0, c * start[k] - slope[k]);
    p.l2 = panel.l2 += c;
  }
  double* sum = after_panel(panel, one.hessian, one.work);
  // By blocks it is not known before.
  *sum = units.sum >= 0 ? units.sum : sum_of(mine.of<Number>().list, view(side).weighted());
  for (int k = 0; k < r_; ++k) panel.h[k * kLanes] = start[k];
  run(task, one);
  one.take();
  mine.of<Number>().item = p;
}

template void Divergence::item<double>(Side, const Task&, Scratch&, std::ptrdiff_t, const ItemUnits&,
                                       const double*, double*, Measure&) const;
template void Divergence::item<float>(Side, const Task&, Scratch&, std::ptrdiff_t, const ItemUnits&,
                                      const double*, double*, Measure&) const;
template EntryProblemOf<double> Divergence::problem_of(Side, const Task&, Scratch&, std::ptrdiff_t,
                                                       const ItemUnits&, double*, double*) const;
template EntryProblemOf<float> Divergence::problem_of(Side, const Task&, Scratch&, std::ptrdiff_t,
                                                      const ItemUnits&, double*, float*) const;
template std::ptrdiff_t Divergence::room_of<double>(Side, std::ptrdiff_t) const;
template std::ptrdiff_t Divergence::room_of<float>(Side, std::ptrdiff_t) const;
template double Divergence::value_of(const EntryProblemOf<double>&, const EntryPanel&, bool) const;
template double Divergence::value_of(const EntryProblemOf<float>&, const EntryPanel&, bool) const;

}  // namespace nonneg
