// The one-read pass for the squared Frobenius loss. See loss/frobenius.h.
#include "loss/frobenius.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "kernel/simd.h"
#include "loss/revive.h"

namespace nonneg {

namespace {

// Steps on W of an iteration where its rows are coupled.
constexpr int kCoupledSteps = 4;

// Of the sum of squares, what an objective is off by in quick arithmetic: about 2e-7 of every number of the
// products and of the factors that are rounded for them, with signs at random.
double noise_of_singles(double l, double n, double r) {
  return 2e-7 * (1 / std::sqrt(l * r) + 1 / std::sqrt(n * r));
}

// What a group needs lies in no near cache; a processor that waits for it does nothing else. So it is asked
// for some groups before.
constexpr std::ptrdiff_t kGroupsAhead = 2;
void prefetch(const double* from, std::ptrdiff_t numbers) {
  for (std::ptrdiff_t q = 0; q < numbers; q += kUnit) NN_PREFETCH(from + q);
}

constexpr double kNotKnown = std::numeric_limits<double>::quiet_NaN();

static_assert(kRowsOfShare % kLanes == 0, "machines share whole groups");

Constraint scaled(Constraint c, double unit_H) {
  for (double& u : c.upper) u *= unit_H;
  c.sum *= unit_H;
  return c;
}

}  // namespace

Frobenius::Frobenius(const Source& source, int rank, const Solver& solver, const Options& options,
                     const Units& units, double sumsq, std::ptrdiff_t columns,
                     std::vector<std::ptrdiff_t> row_nonzeros, Singles singles)
    : l_(source.rows()),
      n_(source.cols()),
      r_(rank),
      solver_(solver),
      threads_(options.threads),
      sweeps_(options.inner_sweeps > 0 ? options.inner_sweeps : solver.sweeps),
      stall_(options.stall),
      units_(units),
      sumsq_(sumsq),
      quick_noise_(noise_of_singles(static_cast<double>(l_), static_cast<double>(columns), r_)),
      fixed_W_(options.fixed_W),
      fixed_H_(options.fixed_H),
      free_W_(options.free_W),
      constraint_H_(scaled(options.constraint_H, units.H)),
      products_(source, rank, options.threads, units.X, std::move(row_nonzeros), std::move(singles)) {
  // With X~ = x X, W~ = w W, H~ = h H and x = w h the objective is x^2 times its
  // true value: l1*sum(W) becomes x h l1 * sum(W~), and l2/2*sum(W^2) becomes
  // h^2 l2/2 * sum(W~^2).
  penalty_on_W_ = scaled(options.W, units.X * units.H, units.H * units.H);
  penalty_on_H_ = scaled(options.H, units.X * units.W, units.W * units.W);
  certificates_.resize((std::max(l_, n_) + kLanes - 1) / kLanes);
  for (int t = 0; t < threads_; ++t) scratch_.emplace_back(r_);
}

double Frobenius::size() const { return std::sqrt(sumsq_); }

void Frobenius::set_for_H(const Factor& W) {
  gram_.compute(W, threads_, gram_W_);
  penalty_W_ = penalty_of(W, penalty_on_W_);
}

// What the problems of H need besides W: the iterate they start from.
void Frobenius::start_H(const Factor& start, const Beside& others) {
  coupling_H_.set(penalty_on_H_, start, others);
  for_H_.set(r_, gram_W_.data(), r_, coupling_H_.with(penalty_on_H_.net));
  if (products_.quick()) for_H_.set_singles();
  if (!coupling_H_.none()) uncoupled_H_.set(r_, gram_W_.data(), r_, penalty_on_H_.net);
}

void Frobenius::prepare(const Factor& W) {
  set_for_H(W);
  products_.set_W(W);
}

void Frobenius::solve_group(const PassState& s, LaneScratch& mine, std::ptrdiff_t first, int lanes,
                            const double* b, std::ptrdiff_t item) {
  const LaneCoupling coupling = {uncoupled_H_, coupling_H_.slope(first), coupling_H_.curvature()};
  const LaneStep step = {for_H_,
                         solver_,
                         solver_.sweeps_of(sweeps_, s.plan.sweep_factor),
                         stall_,
                         fixed_H_.item(first),
                         coupling_H_.none() ? nullptr : &coupling,
                         products_.quick()};
  double* plain = s.plan.solve ? s.plain.item(first) : nullptr;
  if (const std::ptrdiff_t later = first + kGroupsAhead * kLanes; later + kLanes <= n_) {
    prefetch(s.start.item(later), kLanes * r_);
    if (s.plan.beta > 0) prefetch(s.before.item(later), kLanes * r_);
  }
  LaneCertificate* before_step = s.plan.certify ? &certificates_[first / kLanes] : nullptr;
  const bool constrained = !constraint_H_.none();
  const ConstrainedStep within(for_H_, constraint_H_);
  if (constrained)
    within(b, item, 1, lanes, s.start.item(first), plain, before_step, mine);
  else
    step(b, item, 1, lanes, s.start.item(first), plain, before_step, nullptr, mine);
  if (!plain) return;
  const double* before = s.before.item(first);
  double* next = s.next.item(first);
  const std::ptrdiff_t values = static_cast<std::ptrdiff_t>(lanes) * r_;
  if (s.plan.beta > 0) {
    kernels().extrapolate(values, plain, before, s.plan.beta, 0.0, next);
    if (constrained) within.restore(lanes, next);
  } else if (next != plain) {
    std::memcpy(next, plain, sizeof(double) * values);
  }
}

HalfStep Frobenius::pass(Source& source, const PassPlan& plan, const Factor& start, const Factor& before,
                         Factor& plain, Factor& next, Host& host, double deadline) {
  const PassState state = {plan, start, before, plain, next};
  const Factor& H = plan.solve ? next : start;
  HalfStep out;
  const Beside others = beside(start, penalty_on_H_, host);
  start_H(start, others);
  const Products::Take take = [&](const Member& me, std::ptrdiff_t first, int lanes, const double* b,
                                  std::ptrdiff_t item) {
    solve_group(state, scratch_[me.id], first, lanes, b, item);
  };
  const double extra = static_cast<double>(r_) * r_ * (8 + r_);
  out.stopped = !products_.pass(source, plan.solve || plan.certify ? &take : nullptr,
                                plan.gather ? &H : nullptr, extra, host, deadline);
  if (out.stopped) return out;
  if (plan.gather) {
    gram_.compute(H, threads_, gram_H_);
    set_for_W(H, beside(H, penalty_on_H_, host));
  }
  Sums sums;
  if (plan.certify) sums = sum_certificates(start, others);
  if (!host.machines().alone()) reduce_statistics(plan.gather, sums, host);
  if (plan.certify) out = measured(sums);
  return out;
}

void Frobenius::reduce_statistics(bool gathered, Sums& sums, Host& host) {
  std::vector<double> all = {sums.value, sums.kkt2, sums.gap, sums.penalty, sums.coupled};
  const std::size_t certificate = all.size();
  if (gathered) {
    double* P = products_.P();
    const std::ptrdiff_t value = products_.value();
    const auto at = [&](std::ptrdiff_t i) {
      return P + i / kLanes * products_.group() + i % kLanes * products_.item();
    };
    host.reduce_share(
        l_, r_,
        [&](std::ptrdiff_t i, double* to) {
          const double* from = at(i);
          for (int k = 0; k < r_; ++k) to[k] = from[k * value];
        },
        [&](std::ptrdiff_t i, const double* from) {
          double* to = at(i);
          for (int k = 0; k < r_; ++k) to[k * value] += from[k];
        });
    all.push_back(penalty_H_);
    all.insert(all.end(), gram_H_.begin(), gram_H_.end());
  }
  host.reduce(all.data(), all.size());
  sums = {all[0], all[1], all[2], all[3], all[4]};
  if (!gathered) return;
  penalty_H_ = all[certificate];
  std::copy(all.begin() + certificate + 1, all.end(), gram_H_.begin());
}

// From gram_H_.
void Frobenius::set_for_W(const Factor& H, const Beside& others) {
  penalty_H_ = penalty_of(H, penalty_on_H_, others);
}

Frobenius::Sums Frobenius::sum_certificates(const Factor& start, const Beside& others) const {
  Sums out;
  for (std::ptrdiff_t g = 0; g < (n_ + kLanes - 1) / kLanes; ++g) {
    out.value += certificates_[g].value;
    out.kkt2 += certificates_[g].kkt2;
    out.gap += certificates_[g].gap;
  }
  out.penalty = penalty_of(start, penalty_on_H_, others);
  if (!coupling_H_.none()) out.coupled = coupling_H_.value() - coupling_H_.along();
  return out;
}

HalfStep Frobenius::measured(const Sums& sums) const {
  HalfStep out;
  out.penalty = penalty_W_ + sums.penalty;
  out.value = 0.5 * sumsq_ + sums.value + penalty_W_;
  out.kkt2 = sums.kkt2;
  out.gap = sums.gap;
  if (!coupling_H_.none()) out.value += sums.coupled;
  // The bound supposes a W'W that is not negative.
  if (!coupling_H_.none() || (free_W_ && constraint_H_.none())) out.gap = kNotKnown;
  return out;
}

// One step on every row of W in `groups`, or what `start` amounts to, to certificates_.
void Frobenius::each_row_group(const double* P, std::ptrdiff_t group, const Factor& start, Factor* W,
                               int sweep_factor, const Range& groups) {
  if (free_W_) return each_free_group(P, group, start, W, groups);
  coupling_W_.set(penalty_on_W_, start);
  for_W_.set(r_, gram_H_.data(), r_, coupling_W_.with(penalty_on_W_.net));
  if (products_.quick()) for_W_.set_singles();
  if (!coupling_W_.none()) uncoupled_W_.set(r_, gram_H_.data(), r_, penalty_on_W_.net);
  const std::ptrdiff_t item = products_.item(), value = products_.value();
  // In a stack, groups lie far apart.
  const std::ptrdiff_t rows_of_group = kLanes * (value == 1 ? item : r_);
  Counter counter;
  parallel(threads_for(threads_, row_work(groups)), [&](const Member& me) {
    LaneScratch& mine = scratch_[me.id];
    constexpr std::ptrdiff_t kGrab = 8;
    for (std::ptrdiff_t first; (first = groups.first + kGrab * counter.next++) < groups.last;)
      for (std::ptrdiff_t g = first; g < std::min(first + kGrab, groups.last); ++g) {
        const int lanes = static_cast<int>(std::min<std::ptrdiff_t>(kLanes, l_ - g * kLanes));
        const LaneCoupling coupling = {uncoupled_W_, coupling_W_.slope(g * kLanes), coupling_W_.curvature()};
        const LaneStep step = {for_W_,
                               solver_,
                               solver_.sweeps_of(sweeps_, sweep_factor),
                               stall_,
                               fixed_W_.item(g * kLanes),
                               coupling_W_.none() ? nullptr : &coupling,
                               products_.quick()};
        LaneCertificate* at = &certificates_[g];
        if (const std::ptrdiff_t later = g + kGroupsAhead; later + 1 < groups.last) {
          prefetch(P + later * group, rows_of_group);
          prefetch(start.item(later * kLanes), kLanes * r_);
        }
        step(P + g * group, item, value, lanes, start.item(g * kLanes), W ? W->item(g * kLanes) : nullptr,
             W ? nullptr : at, W ? at : nullptr, mine);
      }
  });
}

void Frobenius::each_free_group(const double* P, std::ptrdiff_t group, const Factor& start, Factor* W,
                                const Range& groups) {
  free_step_.set(r_, gram_H_.data(), r_, penalty_on_W_.net.l2);
  Counter counter;
  parallel(threads_for(threads_, row_work(groups)), [&](const Member& me) {
    LaneScratch& mine = scratch_[me.id];
    for (std::ptrdiff_t g; (g = groups.first + counter.next++) < groups.last;) {
      const int lanes = static_cast<int>(std::min<std::ptrdiff_t>(kLanes, l_ - g * kLanes));
      certificates_[g] =
          free_step_(P + g * group, products_.item(), products_.value(), lanes, start.item(g * kLanes),
                     W ? W->item(g * kLanes) : nullptr, mine.b.data(), mine.h.data(), mine.sum.data());
    }
  });
}

HalfStep Frobenius::rows(const double* P, std::ptrdiff_t group, const Factor& start, Factor* W,
                         int sweep_factor, Host* host) {
  const Range own = host ? host->machines().own(l_) : Range{0, l_};
  const Range groups = {own.first / kLanes, (own.last + kLanes - 1) / kLanes};
  const bool others = host && !host->machines().alone();
  const auto step = [&](const Factor& from, Factor* to, int sweeps) {
    each_row_group(P, group, from, to, sweeps, groups);
    if (to && others) host->spread_share(l_, r_, to->values.data());
  };
  step(start, W, sweep_factor);
  const Factor& at = W ? *W : start;
  const bool coupled = !coupling_W_.none();
  // Rows that are coupled take more steps, since none reads X, and are measured when all have been made.
  if (W && coupled) {
    for (int more = 1; more < kCoupledSteps; ++more) step(at, W, sweep_factor);
    step(at, nullptr, 1);
  }
  double sums[3] = {0, 0, 0};
  for (std::ptrdiff_t g = groups.first; g < groups.last; ++g) {
    sums[0] += certificates_[g].value;
    sums[1] += certificates_[g].kkt2;
    sums[2] += certificates_[g].gap;
  }
  if (others) host->reduce(sums, 3);
  HalfStep out;
  out.kkt2 = sums[1];
  out.gap = sums[2];
  out.value = 0.5 * sumsq_ + sums[0] + penalty_H_;
  out.penalty = penalty_H_ + penalty_of(at, penalty_on_W_);
  if (coupled) {
    out.value += coupling_W_.value() - coupling_W_.along();
    out.gap = kNotKnown;
  }
  return out;
}

HalfStep Frobenius::update(const PassPlan& plan, const Factor& start, Factor& W, Host& host, double) {
  return rows(products_.P(), products_.group(), start, &W, plan.sweep_factor, &host);
}

HalfStep Frobenius::measure(const Factor& W, Host& host) {
  return rows(products_.P(), products_.group(), W, nullptr, 1, &host);
}

// A dead component becomes the positive part of the worst-fitted column's
// residual, and is used by that column alone: its squared error falls by the
// square of what is taken over.
int Frobenius::revive(Source& source, Factor& W, Factor& H, Host& host) {
  // A penalty may have killed it for good reason; multiplicative updates could
  // not make use of it; and where X is not read its columns are not known.
  if (source.left() || !solver_.extrapolates || !penalty_on_W_.none() || !penalty_on_H_.none()) return 0;
  if (!fixed_W_.none() || !fixed_H_.none() || !constraint_H_.none()) return 0;
  const std::vector<int> dead = dead_components(W, H, host);
  if (dead.empty()) return 0;
  const Machines& all = host.machines();
  std::vector<BadColumn> worst;
  add_worst_columns(source, 0, units_.X, 1.0, W, H, noise(), dead.size(), worst, all.first, all.all(n_));
  // Of all machines the first that gain most.
  std::vector<double> gains(dead.size(), 0.0);
  for (std::size_t q = 0; q < worst.size(); ++q) gains[q] = worst[q].gain;
  gains = gathered(host, gains.data(), gains.size());
  std::vector<std::size_t> order(gains.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return gains[a] > gains[b]; });
  std::vector<double> column(l_);
  int revived = 0;
  for (std::size_t q = 0; q < dead.size() && gains[order[q]] > 0; ++q, ++revived) {
    const int k = dead[q];
    const std::size_t own = order[q] % dead.size();
    const bool mine = order[q] / dead.size() == static_cast<std::size_t>(all.me);
    const double norm = std::sqrt(std::sqrt(gains[order[q]]));  // shared evenly by W and H
    std::fill(column.begin(), column.end(), 0.0);
    if (mine) column = worst[own].positive;
    if (!all.alone()) host.reduce(column.data(), column.size());
    for (std::ptrdiff_t i = 0; i < l_; ++i) W.item(i)[k] = column[i] / norm;
    for (std::ptrdiff_t j = 0; j < n_; ++j) H.item(j)[k] = 0.0;
    if (mine) H.item(worst[own].column)[k] = norm;
  }
  return revived;
}

}  // namespace nonneg
