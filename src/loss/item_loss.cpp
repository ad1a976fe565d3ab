// See loss/item_loss.h.
#include "loss/item_loss.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/clock.h"

namespace nonneg {

ItemLoss::ItemLoss(const EntryView& columns, const EntryView& rows, int rank, const Solver& solver,
                   int sweeps, const Options& options, const Units& units)
    : by_blocks_(!columns.value),
      columns_(columns),
      rows_(rows),
      r_(rank),
      solver_(solver),
      threads_(options.threads),
      sweeps_(options.inner_sweeps > 0 ? options.inner_sweeps : sweeps),
      stall_(options.stall),
      units_(units),
      fixed_W_(options.fixed_W),
      fixed_H_(options.fixed_H),
      all_(columns) {
  measures_.resize(std::max(columns.items, rows.items));
}

double ItemLoss::size() const { return std::sqrt(total_); }

HalfStep ItemLoss::half(Side side, const Task& task, const Factor& start, const Factor& before, Factor& plain,
                        Factor& next, Host& host, double deadline) {
  HalfStep out;
  tangents_[side].set(penalty(side), start);
  if (coupled(side)) slopes_.resize(start.size() * 2);
  const double part = least_part();
  // Machines have columns of their own, and share the rows.
  const std::ptrdiff_t count = view(side).items, size = group(side);
  const Range own = side == of_W ? host.machines().own(count) : Range{0, count};
  const bool others = side == of_W && !host.machines().alone();
  const ItemGroups* list = host.machines().alone() ? listed(side) : nullptr;
  const auto work_of = [&](std::ptrdiff_t group) {
    if (list) return listed_work(side, task, group);
    double sum = 0;
    for (std::ptrdiff_t j = group * size; j < std::min(count, (group + 1) * size); ++j)
      sum += work(side, task, j);
    return sum;
  };
  const auto go_ahead = [&](std::ptrdiff_t from, std::ptrdiff_t to) {
    if (!task.solve || &next == &plain) return;
    const std::ptrdiff_t values = (to - from) * r_;
    if (task.beta > 0)
      kernels().extrapolate(values, plain.item(from), before.item(from), task.beta, part, next.item(from));
    else
      std::copy_n(plain.item(from), values, next.item(from));
  };
  Factor* to = task.solve ? &plain : nullptr;
  const std::ptrdiff_t groups = list ? list->count() : (own.last + size - 1) / size;
  for (std::ptrdiff_t first = list ? 0 : own.first / size; first < groups;) {
    std::ptrdiff_t last = first;
    double cost = 0;
    for (; last < groups && cost < kWorkPerPoll; ++last) cost += work_of(last);
    Counter counter;
    parallel(threads_for(threads_, cost), [&](const Member& me) {
      for (std::ptrdiff_t group; (group = first + counter.next++) < last;) {
        if (list) {
          listed_items(side, task, me.id, group, start, to, measures_.data());
        } else {
          const std::ptrdiff_t begin = group * size, end = std::min(count, begin + size);
          items(side, task, me.id, begin, end, start, to, measures_.data() + begin);
          go_ahead(begin, end);
        }
      }
    });
    first = last;
    if (host.interrupted() || now() > deadline) {
      out.stopped = true;
      return out;
    }
  }
  // Items of a group are apart: a step for each would take longer than to read all once more.
  if (list)
    parallel(threads_for(threads_, static_cast<double>(count) * r_),
             [&](const Member& me) { go_ahead(me.begin(count), me.end(count)); });
  if (others && task.solve) host.spread_share(count, r_, plain.values.data());
  if (!task.before && !task.after) return out;
  double sums[3] = {0, 0, 0};
  for (std::ptrdiff_t j = own.first; j < own.last; ++j) {
    sums[0] += measures_[j].value;
    sums[1] += measures_[j].kkt2;
    sums[2] += measures_[j].gap;
  }
  if (coupled(side)) {
    const Factor& at = task.after ? plain : start;
    if (task.after) tangents_[side].set(penalty(side), at);
    sums[1] = residual2(side, at, own);
  }
  if (others) host.reduce(sums, 3);
  out.value = sums[0];
  out.kkt2 = sums[1];
  out.gap = sums[2];
  if (coupled(side)) {
    out.value += tangents_[side].value();
    out.gap = std::numeric_limits<double>::quiet_NaN();
  }
  return out;
}

// Of coupled items: min(h d, g / d)^2 = c min(h, g / c)^2 with c = d^2.
double ItemLoss::residual2(Side side, const Factor& at, const Range& items) {
  double sum = 0;
  for (std::ptrdiff_t j = items.first; j < items.last; ++j) {
    const double *h = at.item(j), *slope = slopes(j), *curve = slope + r_, *more = tangent(side).slope(j);
    const unsigned char* fixed = this->fixed(side).item(j);
    for (int k = 0; k < r_; ++k) {
      if (!(curve[k] > 0) || (fixed && fixed[k])) continue;
      const double least = std::min(h[k], (slope[k] + more[k]) / curve[k]);
      sum += curve[k] * least * least;
    }
  }
  return sum;
}

void ItemLoss::prepare(const Factor& W) {
  penalty_of_other_[of_H] = penalty_of(W, penalty_on_W_);
  set_other(of_H, W);
}

HalfStep ItemLoss::pass(Source& source, const PassPlan& plan, const Factor& start, const Factor& before,
                        Factor& plain, Factor& next, Host& host, double deadline) {
  if (by_blocks_) return pass_by_blocks(source, plan, start, before, plain, next, host, deadline);
  const Task task = {plan.certify, plan.solve, false, plan.value, plan.safe, plan.sweep_factor, plan.beta};
  HalfStep out;
  if (plan.certify || plan.solve) {
    out = half(of_H, task, start, before, plain, next, host, deadline);
    if (out.stopped) return out;
    if (plan.value) {
      out.value += penalty_of_other_[of_H];
      out.penalty = penalty_of_other_[of_H] + penalty_of(start, penalty_on_H_);
    }
  }
  if (plan.gather) {
    const Factor& H = plan.solve ? next : start;
    penalty_of_other_[of_W] = penalty_of(H, penalty_on_H_);
    set_other(of_W, H);
  }
  return out;
}

HalfStep ItemLoss::update(const PassPlan& plan, const Factor& start, Factor& W, Host& host, double deadline) {
  const Task task = {false, true, true, true, plan.safe, plan.sweep_factor, 0.0};
  HalfStep out = half(of_W, task, start, start, W, W, host, deadline);
  out.value += rows_constant() + penalty_of_other_[of_W];
  out.penalty = penalty_of_other_[of_W] + penalty_of(W, penalty_on_W_);
  return out;
}

HalfStep ItemLoss::measure(const Factor& W, Host& host) {
  const Task task = {true, false, false, true, false, 1, 0.0};
  Factor none;
  HalfStep out = half(of_W, task, W, W, none, none, host, std::numeric_limits<double>::infinity());
  const double on_W = penalty_of(W, penalty_on_W_);
  if (in_one_read())  // the models of rows do not tell it
    out.value = value_read_ + on_W;
  else
    out.value += rows_constant() + penalty_of_other_[of_W];
  out.penalty = penalty_of_other_[of_W] + on_W;
  return out;
}

}  // namespace nonneg
