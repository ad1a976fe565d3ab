// The one-read pass for the squared Frobenius loss. See loss/frobenius.h.
#include "loss/frobenius.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

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

constexpr double kNotKnown = std::numeric_limits<double>::quiet_NaN();

}  // namespace

Frobenius::Frobenius(const Source& source, int rank, const Solver& solver, const Options& options,
                     const Units& units, double sumsq, std::vector<std::ptrdiff_t> row_nonzeros,
                     std::shared_ptr<SingleSource> single)
    : l_(source.rows()),
      n_(source.cols()),
      r_(rank),
      solver_(solver),
      threads_(options.threads),
      sweeps_(options.inner_sweeps > 0 ? options.inner_sweeps : solver.sweeps),
      stall_(options.stall),
      units_(units),
      sumsq_(sumsq),
      quick_noise_(noise_of_singles(static_cast<double>(l_), static_cast<double>(n_), r_)),
      fixed_W_(options.fixed_W),
      fixed_H_(options.fixed_H),
      products_(source, rank, options.threads, units.X, std::move(row_nonzeros), std::move(single)) {
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
void Frobenius::start_H(const Factor& start) {
  coupling_H_.set(penalty_on_H_, start);
  for_H_.set(r_, gram_W_.data(), r_, coupling_H_.with(penalty_on_H_.net));
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
                         coupling_H_.none() ? nullptr : &coupling};
  double* plain = s.plan.solve ? s.plain.item(first) : nullptr;
  step(b, item, 1, lanes, s.start.item(first), plain,
       s.plan.certify ? &certificates_[first / kLanes] : nullptr, nullptr, mine);
  if (!plain) return;
  const double* before = s.before.item(first);
  double* next = s.next.item(first);
  const std::ptrdiff_t values = static_cast<std::ptrdiff_t>(lanes) * r_;
  if (s.plan.beta > 0) {
    kernels().extrapolate(values, plain, before, s.plan.beta, 0.0, next);
  } else if (next != plain) {
    std::memcpy(next, plain, sizeof(double) * values);
  }
}

HalfStep Frobenius::pass(Source& source, const PassPlan& plan, const Factor& start, const Factor& before,
                         Factor& plain, Factor& next, Host& host, double deadline) {
  const PassState state = {plan, start, before, plain, next};
  const Factor& H = plan.solve ? next : start;
  HalfStep out;
  start_H(start);
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
    host.reduce(products_.P(), products_.size());
    host.reduce(gram_H_.data(), gram_H_.size());
    set_for_W(H);
  }
  if (plan.certify) {
    double sums[3];
    sum_certificates(sums);
    host.reduce(sums, 3);
    out = measured(sums, start);
  }
  return out;
}

// From gram_H_.
void Frobenius::set_for_W(const Factor& H) { penalty_H_ = penalty_of(H, penalty_on_H_); }

void Frobenius::sum_certificates(double sums[3]) const {
  sums[0] = sums[1] = sums[2] = 0;
  for (std::ptrdiff_t g = 0; g < (n_ + kLanes - 1) / kLanes; ++g) {
    sums[0] += certificates_[g].value;
    sums[1] += certificates_[g].kkt2;
    sums[2] += certificates_[g].gap;
  }
}

HalfStep Frobenius::measured(double sums[3], const Factor& start) const {
  HalfStep out;
  out.penalty = penalty_W_ + penalty_of(start, penalty_on_H_);
  out.value = 0.5 * sumsq_ + sums[0] + penalty_W_;
  out.kkt2 = sums[1];
  out.gap = sums[2];
  if (!coupling_H_.none()) {
    out.value += coupling_H_.value() - coupling_H_.along();
    out.gap = kNotKnown;
  }
  return out;
}

// One step on every row of W, or what `start` amounts to, to certificates_.
void Frobenius::each_row_group(const double* P, std::ptrdiff_t group, const Factor& start, Factor* W,
                               int sweep_factor) {
  coupling_W_.set(penalty_on_W_, start);
  for_W_.set(r_, gram_H_.data(), r_, coupling_W_.with(penalty_on_W_.net));
  if (!coupling_W_.none()) uncoupled_W_.set(r_, gram_H_.data(), r_, penalty_on_W_.net);
  const std::ptrdiff_t groups = (l_ + kLanes - 1) / kLanes;
  const std::ptrdiff_t item = products_.item(), value = products_.value();
  Counter counter;
  parallel(threads_for(threads_, static_cast<double>(start.size()) * r_ * 4), [&](const Member& me) {
    LaneScratch& mine = scratch_[me.id];
    constexpr std::ptrdiff_t kGrab = 8;
    for (std::ptrdiff_t first; (first = kGrab * counter.next++) < groups;)
      for (std::ptrdiff_t g = first; g < std::min(first + kGrab, groups); ++g) {
        const int lanes = static_cast<int>(std::min<std::ptrdiff_t>(kLanes, l_ - g * kLanes));
        const LaneCoupling coupling = {uncoupled_W_, coupling_W_.slope(g * kLanes), coupling_W_.curvature()};
        const LaneStep step = {for_W_,
                               solver_,
                               solver_.sweeps_of(sweeps_, sweep_factor),
                               stall_,
                               fixed_W_.item(g * kLanes),
                               coupling_W_.none() ? nullptr : &coupling};
        LaneCertificate* at = &certificates_[g];
        // In a stack, groups lie far apart.
        if (g + 2 < groups)
          for (std::ptrdiff_t q = 0; q < kLanes * r_; q += 8) NN_PREFETCH(P + (g + 2) * group + q);
        step(P + g * group, item, value, lanes, start.item(g * kLanes), W ? W->item(g * kLanes) : nullptr,
             W ? nullptr : at, W ? at : nullptr, mine);
      }
  });
}

HalfStep Frobenius::rows(const double* P, std::ptrdiff_t group, const Factor& start, Factor* W,
                         int sweep_factor) {
  each_row_group(P, group, start, W, sweep_factor);
  const Factor& at = W ? *W : start;
  const bool coupled = !coupling_W_.none();
  // Rows that are coupled take more steps, since none reads X, and are measured when all have been made.
  if (W && coupled) {
    for (int step = 1; step < kCoupledSteps; ++step) each_row_group(P, group, at, W, sweep_factor);
    each_row_group(P, group, at, nullptr, 1);
  }
  HalfStep out;
  double sum = 0;
  const std::ptrdiff_t groups = (l_ + kLanes - 1) / kLanes;
  for (std::ptrdiff_t g = 0; g < groups; ++g) {
    sum += certificates_[g].value;
    out.kkt2 += certificates_[g].kkt2;
    out.gap += certificates_[g].gap;
  }
  out.value = 0.5 * sumsq_ + sum + penalty_H_;
  out.penalty = penalty_H_ + penalty_of(at, penalty_on_W_);
  if (coupled) {
    out.value += coupling_W_.value() - coupling_W_.along();
    out.gap = kNotKnown;
  }
  return out;
}

HalfStep Frobenius::update(const PassPlan& plan, const Factor& start, Factor& W, Host&, double) {
  return rows(products_.P(), products_.group(), start, &W, plan.sweep_factor);
}

HalfStep Frobenius::measure(const Factor& W, Host&) {
  return rows(products_.P(), products_.group(), W, nullptr, 1);
}

// A dead component becomes the positive part of the worst-fitted column's
// residual, and is used by that column alone: its squared error falls by the
// square of what is taken over.
int Frobenius::revive(Source& source, Factor& W, Factor& H) {
  // A penalty may have killed it for good reason; multiplicative updates could
  // not make use of it.
  if (!solver_.extrapolates || !penalty_on_W_.none() || !penalty_on_H_.none()) return 0;
  if (!fixed_W_.none() || !fixed_H_.none()) return 0;
  const std::vector<int> dead = dead_components(W, H);
  if (dead.empty()) return 0;
  std::vector<BadColumn> worst;
  add_worst_columns(source, 0, units_.X, 1.0, W, H, noise(), dead.size(), worst);
  for (std::size_t q = 0; q < worst.size(); ++q) {
    const int k = dead[q];
    const double norm = std::sqrt(std::sqrt(worst[q].gain));  // shared evenly by W and H
    for (std::ptrdiff_t i = 0; i < l_; ++i) W.item(i)[k] = worst[q].positive[i] / norm;
    for (std::ptrdiff_t j = 0; j < n_; ++j) H.item(j)[k] = 0.0;
    H.item(worst[q].column)[k] = norm;
  }
  return static_cast<int>(worst.size());
}

}  // namespace nonneg
