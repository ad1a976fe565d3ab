// Short items of a complete dense X, one per lane of a register. See loss/divergence.h.
#include <algorithm>
#include <limits>

#include "loss/divergence_steps.h"

namespace nonneg {

bool Divergence::in_lanes(Side side) const {
  // Their x and q stay in the second cache.
  constexpr std::ptrdiff_t kLongest = 1024;
  const EntryView& v = view(side);
  // Neighbours are in the other view, and where only H is asked for there is none of rows.
  if (rows_.items != columns_.length) return false;
  return !by_blocks_ && !coupled(side) && !v.sparse() && !v.missing && !v.weighted() && fixed(side).none() &&
         v.length <= kLongest && v.items >= kLanes;
}

// Of kLanes items, the last of which may be too many.
const double* Divergence::lane_parameters(Side side, std::ptrdiff_t first, int count, Buffer& to) const {
  if (!loss_.by_row()) return nullptr;
  const double by = parameter_units(units_.X);
  for (std::ptrdiff_t i = 0; i < view(side).length; ++i)
    for (int c = 0; c < kLanes; ++c)
      to[i * kLanes + c] = parameter_at(side, first + std::min(c, count - 1), i, by);
  return to.data();
}

// In panel.h, which is p.h, are their coefficients.
struct Divergence::LaneItems {
  const Divergence& loss;
  const Task& task;
  const int count;
  EntryLanes p;
  EntryPanel panel;
  double *hessian, *work;
  const double* pull;  // none
  Measure* out;
  double* lost;  // which lanes go alone
  bool* any_lost;

  void gradient() const { loss.entry_.lanes_gradient(p, panel); }
  void newton_sums() const {
    for (int k = 0; k < p.r; ++k) std::fill_n(panel.below + k * kLanes, kLanes, p.u[k]);
    kernels().lanes_newton_sums(p, panel, hessian);
  }
  void newton() const { kernels().lanes_newton(p, panel, hessian, work); }
  bool has_sweeps() const { return loss.solver_.lanes; }
  void sweep() const { (loss.entry_.*loss.solver_.lanes)(p); }
  void measure() const {
    loss.measured(panel, count, out);
    const auto unbounded = [&](int c) { return out[c].gap > std::numeric_limits<double>::max(); };
    bool wanted = task.value;
    for (int c = 0; c < count; ++c) wanted = wanted || unbounded(c);
    if (!wanted) return;
    double value[kLanes];
    loss.entry_.lanes_value(p, value);
    for (int c = 0; c < count; ++c) {
      out[c].value += value[c];
      if (unbounded(c)) out[c].gap = out[c].value;
    }
  }
  // What must be lifted off 0 goes alone, when the others are done.
  bool lift() const {
    *any_lost = kernels().lanes_lost(p, loss.facts_.lost, lost);
    return false;
  }
  void solved() const {}
};

// The items are neighbours in the other view of X.
void Divergence::lanes(Side side, const Task& task, Scratch& mine, std::ptrdiff_t first, int count,
                       const Factor& start, Factor* to, Measure* out) const {
  const EntryView &view = this->view(side), &other = this->view(side == of_H ? of_W : of_H);
  double lost[kLanes];
  bool any_lost = false;
  LaneItems all = {*this,    task,    count,   {},  panel_of(penalty(side).net, mine.lanes, kLanes),
                   nullptr,  nullptr, nullptr, out, lost,
                   &any_lost};
  EntryLanes& p = all.p;
  EntryPanel& panel = all.panel;
  double *x = mine.room.x.data(), *h = panel.h;
  kernels().rescale(view.length, count, other.value + first, other.length, units_.X, least_, x, kLanes);
  for (std::ptrdiff_t i = 0; count < kLanes && i < view.length; ++i)
    std::fill_n(x + i * kLanes + count, kLanes - count, 0.0);
  for (int k = 0; k < r_; ++k)
    for (int c = 0; c < kLanes; ++c) h[k * kLanes + c] = c < count ? start.item(first + c)[k] : 0.0;
  double* sum = after_panel(panel, all.hessian, all.work);
  for (int c = 0; c < kLanes; ++c) sum[c] = c < count ? sums_[side][first + c] : 0.0;

  p.parameter = loss_.of_all();
  p.parameters = lane_parameters(side, first, count, mine.parameters);
  p.r = r_;
  p.count = view.length;
  p.A = other_[side].panel.data();
  p.ld = other_[side].ld;
  p.x = x;
  double* u = mine.u.data();
  for (int k = 0; k < r_; ++k) u[k] = facts_.by_sums ? other_[side].sums[k] : 0.0;
  p.u = u;
  p.l1 = panel.l1;
  p.l2 = panel.l2;
  p.floor = floor_;
  p.h = h;
  p.sweeps = solver_.sweeps_of(sweeps_, task.sweep_factor);
  p.stall = stall_;
  p.q = mine.room.q.data();
  p.work = mine.room.work.data();
  run(task, all);
  if (!task.solve) return;
  for (int c = 0; c < count; ++c)
    for (int k = 0; k < r_; ++k) to->item(first + c)[k] = h[k * kLanes + c];
  if (!any_lost) return;
  Task again = task;
  again.before = false;
  for (int c = 0; c < count; ++c)
    if (lost[c] > 0)
      item<double>(side, again, mine, first + c, units_of(side, first + c), start.item(first + c),
                   to->item(first + c), out[c]);
}

}  // namespace nonneg
