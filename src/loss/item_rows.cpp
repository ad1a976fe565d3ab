// Items of X by blocks of columns: what a read does. See loss/item_loss.h.
#include <algorithm>
#include <limits>

#include "core/clock.h"
#include "loss/entry_window.h"
#include "loss/item_loss.h"

namespace nonneg {

// One read of X for H, and, `with_rows`, for what the rows of W need at the new H. `at_start` receives
// measures of the start where there are others of the solution. False if stopped.
bool ItemLoss::blocks(Source& source, const Task& task, bool with_rows, const Factor& start,
                      const Factor& before, Factor& plain, Factor& next, Host& host, double deadline,
                      std::vector<Measure>* at_start) {
  tangents_[of_H].set(penalty(of_H), start, beside(start, penalty(of_H), host));
  if (coupled(of_H)) slopes_.resize(start.size() * 2);
  if (at_start) at_start->resize(measures_.size());
  if (with_rows) row_sums_->begin();
  std::vector<double> sizes(first_read() ? start.count : 0);
  const Task look = {true, false, false, true, false, 1, 0.0};
  const double part = least_part();
  const Factor& at = task.solve ? next : start;
  std::vector<Block> batch;
  double since_poll = 0;
  for (int b = 0; b < source.blocks(); b += static_cast<int>(batch.size())) {
    source.load(b, source.blocks(), batch);
    for (const Block& block : batch) {
      columns_ = entry_window(all_, block);
      take_block(block.columns);
      const std::ptrdiff_t width = row_sums_->columns_at_once(block.columns), size = read_group();
      for (std::ptrdiff_t column = 0; column < block.columns; column += width) {
        const std::ptrdiff_t here = std::min(width, block.columns - column), first = block.first + column,
                             groups = (here + size - 1) / size;
        double cost = 0;
        for (std::ptrdiff_t j = first; j < first + here; ++j) cost += work(of_H, task, j);
        if (with_rows) row_sums_->open(first, here, block.sparse ? block.p + column : nullptr);
        Counter counter;
        parallel(threads_for(threads_, cost), [&](const Member& me) {
          for (std::ptrdiff_t group; (group = counter.next++) < groups;) {
            const std::ptrdiff_t from = first + group * size, to = std::min(first + here, from + size);
            if (at_start) items(of_H, look, me.id, from, to, start, nullptr, at_start->data() + from);
            items(of_H, task, me.id, from, to, start, task.solve ? &plain : nullptr, measures_.data() + from);
            const std::ptrdiff_t values = (to - from) * r_;
            if (task.solve && &next != &plain) {
              if (task.beta > 0)
                kernels().extrapolate(values, plain.item(from), before.item(from), task.beta, part,
                                      next.item(from));
              else
                std::copy_n(plain.item(from), values, next.item(from));
            }
            for (std::ptrdiff_t j = from; j < to && (with_rows || first_read()); ++j) {
              const double square = gather(me.id, j, with_rows ? at.item(j) : nullptr);
              if (first_read()) sizes[j] = square;
            }
          }
        });
        if (with_rows) row_sums_->add();
        since_poll += cost;
        if (since_poll > kWorkPerPoll) {
          since_poll = 0;
          if (host.interrupted() || now() > deadline) return false;
        }
      }
    }
  }
  if (host.interrupted() || now() > deadline) return false;
  if (first_read()) {
    total_ = 0;
    for (const double square : sizes) total_ += square;
    total_ = sum_of_all(host, total_);
  }
  if (with_rows) {
    row_sums_->reduce(host);
    gathered(at, host);
    penalty_of_other_[of_W] = penalty_of_H(at, host);
  }
  read_ = true;
  return true;
}

// Of all columns of all machines, with the penalties of H.
HalfStep ItemLoss::summed(const std::vector<Measure>& measures, const Factor& at, Host& host) {
  double sums[3] = {0, 0, 0};
  for (std::ptrdiff_t j = 0; j < at.count; ++j) {
    sums[0] += measures[j].value;
    sums[1] += measures[j].kkt2;
    sums[2] += measures[j].gap;
  }
  if (!host.machines().alone()) host.reduce(sums, 3);
  HalfStep out;
  out.value = sums[0];
  out.kkt2 = sums[1];
  out.gap = sums[2];
  return out;
}

// Of all machines.
double ItemLoss::penalty_of_H(const Factor& H, Host& host) const {
  return sum_of_all(host, penalty_of(H, penalty_on_H_, beside(H, penalty_on_H_, host)));
}

HalfStep ItemLoss::pass_by_blocks(Source& source, const PassPlan& plan, const Factor& start,
                                  const Factor& before, Factor& plain, Factor& next, Host& host,
                                  double deadline) {
  const bool value = plan.value || in_one_read();
  const Task task = {plan.certify, plan.solve, false, value, plan.safe, plan.sweep_factor, plan.beta};
  HalfStep out;
  if (!blocks(source, task, plan.gather, start, before, plain, next, host, deadline, nullptr)) {
    out.stopped = true;
    return out;
  }
  out = summed(measures_, start, host);
  if (coupled(of_H) && plan.certify) {
    out.value += sum_of_all(host, tangents_[of_H].value());
    out.kkt2 = sum_of_all(host, residual2(of_H, start, {0, start.count}));
    out.gap = std::numeric_limits<double>::quiet_NaN();
  }
  if (plan.certify) value_read_ = out.value;
  if (plan.value) {
    out.value += penalty_of_other_[of_H];
    out.penalty = penalty_of_other_[of_H] + penalty_of_H(start, host);
  }
  return out;
}

Read ItemLoss::read(Source& source, const ReadPlan& plan, const Factor& start, const Factor& before,
                    Factor& plain, Factor& next, Host& host, double deadline) {
  Read out;
  const Task task = {!plan.solve && plan.before, plan.solve, plan.solve, true, plan.safe,
                     plan.sweep_factor,          plan.beta};
  std::vector<Measure> at_start;
  const bool both = plan.before && plan.solve;
  if (!blocks(source, task, true, start, before, plain, next, host, deadline, both ? &at_start : nullptr)) {
    out.stopped = true;
    return out;
  }
  const auto whole = [&](const std::vector<Measure>& measures, const Factor& at, bool slopes) {
    HalfStep step = summed(measures, at, host);
    if (coupled(of_H)) {
      tangents_[of_H].set(penalty(of_H), at, beside(at, penalty(of_H), host));
      step.value += sum_of_all(host, tangents_[of_H].value());
      step.kkt2 = std::numeric_limits<double>::quiet_NaN();
      if (slopes) step.kkt2 = sum_of_all(host, residual2(of_H, at, {0, at.count}));
      step.gap = std::numeric_limits<double>::quiet_NaN();
    }
    step.value += penalty_of_other_[of_H];
    step.penalty = penalty_of_other_[of_H] + penalty_of_H(at, host);
    return step;
  };
  if (plan.before) out.before = whole(both ? at_start : measures_, start, !both);
  if (plan.solve) out.after = whole(measures_, plain, true);
  return out;
}

HalfStep ItemLoss::rows(const Factor& W, Factor& next, Factor& safe, Host& host) {
  const double never = std::numeric_limits<double>::infinity();
  const Task cautious = {false, true, false, false, true, 1, 0.0};
  HalfStep out = half(of_W, cautious, W, W, safe, safe, host, never);
  if (out.stopped) return out;
  const Task task = {true, true, false, false, false, 1, 0.0};
  return half(of_W, task, W, W, next, next, host, never);
}

}  // namespace nonneg
