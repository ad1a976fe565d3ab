// Newton steps of items that are laid out one by one, as those of a sparse X are: the sums over entries are
// each item's own, and what is made of them, the model's minimum and the certificate, goes kLanes items at a
// time. On its own, a model of rank 10 costs as much as the sums over some hundred entries. See
// loss/divergence.h.
#include <algorithm>
#include <cstring>
#include <limits>

#include "loss/divergence.h"

namespace nonneg {

bool Divergence::together(Side side) const {
  return !by_blocks_ && solver_.newton && !coupled(side) && fixed(side).none() && !in_lanes(side);
}

template <class Number>
struct Divergence::Together {
  const Divergence& loss;
  const Side side;
  const Task& task;
  Scratch& mine;
  const std::ptrdiff_t first;
  const int count;
  EntryPanel panel;
  double *hessian, *work;
  int kept = 0;  // the first of them stay laid out

  const EntryKernels<Number>& calls() const { return loss.calls<Number>(); }
  double* h() const { return mine.u.data() + loss.r_; }
  EntryPanel lane(int c) const {
    EntryPanel one = panel;
    one.lanes = 1;
    one.sum += c;
    for (double** at : {&one.h, &one.above, &one.below, &one.curve}) *at += c;
    return one;
  }
  void lay_out() {
    Room<Number>& room = mine.of<Number>();
    std::ptrdiff_t used = 0;
    for (int c = 0; c < count; ++c) {
      const std::ptrdiff_t more = loss.room_of<Number>(side, first + c);
      if (used + more > kKept) return;
      room.problems[c] = problem(c, room.kept.data() + used);
      used += more;
      kept = c + 1;
    }
  }
  // At the coefficients in its lane.
  EntryProblemOf<Number> at(int c) const {
    EntryProblemOf<Number> p = c < kept ? mine.of<Number>().problems[c] : problem(c, nullptr);
    p.h = h();
    for (int k = 0; k < p.r; ++k) p.h[k] = panel.h[k * kLanes + c];
    return p;
  }
  void newton_sums(const EntryProblemOf<Number>& p, int c) const {
    for (int k = 0; k < p.r; ++k) panel.below[k * kLanes + c] = p.u[k];
    calls().newton_sums(p, lane(c), hessian + c);
  }
  void gradient(const EntryProblemOf<Number>& p, int c) const { calls().gradient(p, lane(c)); }
  double value(const EntryProblemOf<Number>& p, int c) const {
    return loss.value_of(p, lane(c), loss.zeros_by_sums(loss.view(side)));
  }
  // `values` are those of the loss where they are wanted.
  void measure(const double* values, Measure* out) const {
    loss.measured(panel, count, out);
    for (int c = 0; c < count; ++c) {
      const bool unbounded = out[c].gap > std::numeric_limits<double>::max();
      if (task.value) {
        out[c].value += values[c];
      } else if (unbounded) {
        const EntryProblemOf<Number> p = at(c);
        gradient(p, c);
        out[c].value += value(p, c);
      }
      if (unbounded) out[c].gap = out[c].value;
    }
  }

 private:
  EntryProblemOf<Number> problem(int c, Number* to) const {
    const std::ptrdiff_t j = first + c;
    return loss.problem_of<Number>(side, task, mine, j, loss.units_of(side, j),
                                   mine.all_u.data() + c * loss.r_, to);
  }
};

// The steps are those of Divergence::run().
template <class Number>
void Divergence::newton_together(Side side, const Task& task, Scratch& mine, std::ptrdiff_t first, int count,
                                 const Factor& start, Factor* to, Measure* out) const {
  const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(kLanes) * r_;
  Together<Number> all = {
      *this,   side,   task, mine, first, count, panel_of(penalty(side).net, mine.lanes, kLanes),
      nullptr, nullptr};
  EntryPanel& panel = all.panel;
  double* sum = after_panel(panel, all.hessian, all.work);
  if (count < kLanes) std::fill_n(panel.h, static_cast<std::ptrdiff_t>(all.work - panel.h), 0.0);
  panel.lanes = count == 1 ? 1 : kLanes;
  for (int c = 0; c < count; ++c) {
    sum[c] = sums_[side][first + c];
    for (int k = 0; k < r_; ++k) panel.h[k * kLanes + c] = start.item(first + c)[k];
  }
  bool again[kLanes] = {}, alone[kLanes] = {}, empty[kLanes] = {};
  double values[kLanes];
  const int sweeps = solver_.sweeps_of(sweeps_, task.sweep_factor);
  if (task.after || sweeps > 1) all.lay_out();
  for (int c = 0; c < count; ++c) {
    const EntryProblemOf<Number> p = all.at(c);
    all.newton_sums(p, c);
    empty[c] = p.count == 0;
    double positive;
    const double lost = calls<Number>().lost(p, facts_.lost, &positive);
    alone[c] = lost > 0 && (facts_.steep || lost == positive);
    if (task.before && task.value) values[c] = all.value(p, c);
  }
  if (task.before) all.measure(values, out);

  double *kept = all.work + (3 * r_ + 2) * kLanes, *cut = all.work + (r_ + 1) * kLanes;
  const auto look_again = [&](const bool* which) {
    for (int c = 0; c < count; ++c)
      if (which[c]) all.newton_sums(all.at(c), c);
  };
  std::memcpy(kept, panel.h, sizeof(double) * size);
  if (kernels().panel_majorize(panel, kEager)) {
    for (int c = 0; c < count; ++c)
      for (int k = 0; k < r_; ++k) again[c] = again[c] || panel.h[k * kLanes + c] != kept[k * kLanes + c];
    look_again(again);
  }
  bool going[kLanes];
  std::fill_n(going, kLanes, true);
  for (int step = 1;; ++step) {
    std::memcpy(kept, panel.h, sizeof(double) * size);
    kernels().newton_step(panel, all.hessian, all.work);
    for (int c = 0; c < count; ++c)
      for (int k = 0; !going[c] && k < r_; ++k) panel.h[k * kLanes + c] = kept[k * kLanes + c];
    if (step == sweeps) break;
    look_again(going);
    if (kernels().newton_cut(panel, all.work))
      for (int c = 0; c < count; ++c) going[c] = going[c] && !(cut[c] > 0);
  }
  for (int c = 0; c < count; ++c)
    for (int k = 0; empty[c] && k < r_; ++k) panel.h[k * kLanes + c] = 0;
  if (task.after) {
    const auto look = [&](int c) {
      const EntryProblemOf<Number> p = all.at(c);
      all.gradient(p, c);
      if (task.value) values[c] = all.value(p, c);
    };
    for (int c = 0; c < count; ++c) look(c);
    if (kernels().newton_cut(panel, all.work))
      for (int c = 0; c < count; ++c)
        if (cut[c] > 0) look(c);
    all.measure(values, out);
  }
  for (int c = 0; c < count; ++c)
    for (int k = 0; k < r_; ++k) to->item(first + c)[k] = panel.h[k * kLanes + c];
  Task rest = task;
  rest.before = false;
  for (int c = 0; c < count; ++c)
    if (alone[c])
      item<Number>(side, rest, mine, first + c, units_of(side, first + c), start.item(first + c),
                   to->item(first + c), out[c]);
}

template void Divergence::newton_together<double>(Side, const Task&, Scratch&, std::ptrdiff_t, int,
                                                  const Factor&, Factor*, Measure*) const;
template void Divergence::newton_together<float>(Side, const Task&, Scratch&, std::ptrdiff_t, int,
                                                 const Factor&, Factor*, Measure*) const;

}  // namespace nonneg
