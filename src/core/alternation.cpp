// See core/alternation.h.
#include "core/alternation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/balance.h"

namespace nonneg {

namespace {

// A component that dies again and again is let go.
constexpr int kMostRevivals = 5;

}  // namespace

bool certificate_due(int since, double estimate, const Result& result, const Loss& loss,
                     const Options& options) {
  const bool near = estimate <= 2 * options.tol && !still_falls(result, loss, options);
  return since >= (near ? options.check_every : 10 * options.check_every);
}

Record record_of(int iteration, double seconds, double objective, double penalty, const Loss& loss) {
  // Threads of the pool take subnormal numbers for 0, R's does not: nobody shall see which of them it was.
  const auto normal = [](double v) { return std::fabs(v) < std::numeric_limits<double>::min() ? 0.0 : v; };
  const double o = normal(loss.in_true_units(objective)), p = normal(loss.in_true_units(penalty));
  return {iteration, seconds, std::max(0.0, o - p), p, std::max(o, p), kNotMeasured};
}

Certificate certificate_of(const HalfStep& H, const HalfStep& W, const Loss& loss) {
  const double size = loss.size();
  return {size > 0 ? std::sqrt(H.kkt2 + W.kkt2) / size : 0.0, loss.in_true_units(W.gap),
          loss.in_true_units(H.gap)};
}

Scaled::Scaled(const Units& units, Factor& W, Factor& H) : units_(units), W_(W), H_(H) {
  scale(W, units.W);
  scale(H, units.H);
}

Scaled::~Scaled() {
  scale(W_, 1.0 / units_.W);
  scale(H_, 1.0 / units_.H);
}

Alternation::Alternation(Loss& loss, const Options& options, bool extrapolate, Factor& W, Factor& H,
                         Host& host)
    : loss_(loss),
      options_(options),
      extrapolate_(extrapolate),
      host_(host),
      W_(W),
      H_(H),
      W_new_(W.r, W.count),
      W_ahead_(W.r, W.count),
      H_plain_(H.r, H.count),
      H_plain_new_(H.r, H.count),
      H_new_(H.r, H.count) {}

bool Alternation::next(Source& source) {
  if (iteration_ >= options_.max_iter) return false;
  ++iteration_;
  if (first()) {
    balance(loss_, options_, W_, H_, host_);
    copy_values(H_, H_plain_);
  }
  // A pass measures the pair (W_used, H). That is the accepted pair, and a
  // certificate, only if W is not extrapolated: so that is done when the last
  // measurement was near the tolerance, and now and then. Extrapolating H alone
  // would often raise the objective: such a pass does not extrapolate at all.
  const bool due = certificate_due(iteration_ - checked_, estimate_, result, loss_, options_);
  check_ = first() || !ahead_ || (due && statistics_fit_);
  if (check_ && revivals_ < kMostRevivals && loss_.revive(source, W_, H_, host_) > 0) {
    ++revivals_;
    plain_next_ = true;
    statistics_fit_ = false;
  }
  plan_ = PassPlan();
  plan_.certify = true;
  plan_.value = first();
  plan_.safe = safe_next_;
  plan_.beta = extrapolate_ && !plain_next_ && !check_ ? momentum_.beta : 0.0;
  plan_.sweep_factor = first() ? kColdSweeps : 1;
  return true;
}

bool Alternation::passed(const HalfStep& at) {
  if (first()) {
    result.history.push_back(record_of(0, 0.0, at.value, at.penalty, loss_));
    objective_ = result.scaled = at.value;
  } else if (statistics_fit_) {
    const Certificate measured = certificate_of(at, measured_W_, loss_);
    astray_ = measured.kkt > estimate_;
    result.history.back().kkt = estimate_ = measured.kkt;
    if (check_) {
      checked_ = iteration_;
      if (conclude(result, measured, loss_, options_, W_, H_, host_)) {
        stop(Reason::tol);
        return false;
      }
    }
  }
  return true;
}

bool Alternation::measured(const HalfStep& H, const HalfStep& W) {
  Record& last = result.history.back();
  last = record_of(last.iteration, last.seconds, W.value, W.penalty, loss_);
  objective_ = result.scaled = W.value;
  measured_W_ = W;
  const Certificate at = certificate_of(H, W, loss_);
  last.kkt = estimate_ = at.kkt;
  // A pass that was to measure this pair in quick arithmetic was no iteration.
  checked_ = iteration_ = last.iteration;
  statistics_fit_ = true;
  const bool converged = conclude(result, at, loss_, options_, W_, H_, host_);
  stop(converged ? Reason::tol : Reason::max_iter);
  return !converged;
}

void Alternation::updated(const HalfStep& step, double seconds) {
  const double noise = loss_.noise() + kRounding * std::fabs(objective_);
  // A step without extrapolation that fails has met rounding errors, whatever they are thought to be.
  const bool failed = !(step.value <= objective_ + noise) && plan_.beta == 0;
  unseen_ = first() || std::fabs(step.value - objective_) > noise ? 0 : unseen_ + 1;
  in_noise_ = failed || unseen_ >= kUnseen;
  if (step.value <= objective_ + noise) {
    // Where the objective differs by no more than its rounding error it cannot tell whether
    // extrapolation helps, and extrapolation would go round and round: the residual tells.
    const bool restart = astray_ && step.value >= objective_ - noise;
    ahead_ = extrapolate_ && !first() && !restart;
    if (ahead_) go_ahead();
    std::swap(W_.values, W_new_.values);
    std::swap(H_.values, H_new_.values);
    std::swap(H_plain_.values, H_plain_new_.values);
    // noise() is a bound that rounding errors hardly come near.
    result.fall.add(objective_, step.value, 0.1 * noise);
    objective_ = result.scaled = step.value;
    measured_W_ = step;
    statistics_fit_ = true;
    if (restart)
      momentum_.reject();
    else if (!plain_next_)
      momentum_.accept();
    plain_next_ = restart;
    safe_next_ = false;
    result.history.push_back(record_of(iteration_, seconds, step.value, step.penalty, loss_));
    result.certificate = Certificate();
  } else {
    momentum_.reject();
    plain_next_ = true;
    safe_next_ = check_;  // without extrapolation it failed as well
    ahead_ = false;
    statistics_fit_ = false;
    result.repeat_last(iteration_, seconds);
  }
}

template <class Visitor>
void Alternation::each_number(Visitor& visit) {
  visit(momentum_.beta);
  visit(momentum_.most);
  visit(momentum_.last);
  visit(objective_);
  visit(estimate_);
  visit(measured_W_.value);
  visit(measured_W_.penalty);
  visit(measured_W_.kkt2);
  visit(measured_W_.gap);
  visit(statistics_fit_);
  visit(plain_next_);
  visit(safe_next_);
  visit(ahead_);
  visit(astray_);
  visit(check_);
  visit(unseen_);
  visit(in_noise_);
  visit(iteration_);
  visit(checked_);
  visit(revivals_);
  visit(result.certificate.kkt);
  visit(result.certificate.gap_W);
  visit(result.certificate.gap_H);
  visit(result.scaled);
  result.fall.each_number(visit);
}

void Alternation::save(Checkpoint& to) {
  to.numbers.clear();
  PutNumbers put = {to.numbers};
  each_number(put);
  to.history = result.history;
  // Where W_ahead does not differ from W it may never have been set.
  to.keep_factors(W_, ahead_ ? W_ahead_ : W_, H_, H_plain_);
}

bool Alternation::restore(const Checkpoint& from) {
  if (!from.give_factors(W_, W_ahead_, H_, H_plain_)) return false;
  TakeNumbers take = {from.numbers};
  each_number(take);
  result.history = from.history;
  return take.all();
}

void Alternation::go_ahead() {
  const double *at = W_new_.values.data(), *before = W_.values.data(), beta = momentum_.beta;
  double* to = W_ahead_.values.data();
  if (loss_.free_W())
    for (std::size_t q = 0; q < W_new_.size(); ++q) to[q] = at[q] + beta * (at[q] - before[q]);
  else
    kernels().extrapolate(W_new_.size(), at, before, beta, loss_.least_part(), to);
}

}  // namespace nonneg
