// See core/driver.h. The accepted pair (W, H) never gets worse: an iteration
// whose objective is higher is undone, and the next one runs without
// extrapolation from the accepted pair, which cannot fail. (Ang & Gillis 2019
// continue from the worse pair; undoing costs the same read and keeps the
// history monotone, so that the pair to return is always the accepted one.)
#include "core/driver.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/clock.h"

namespace nonneg {

namespace {

// A component that dies again and again is let go.
constexpr int kMostRevivals = 5;

// A cold start gets this many times the usual inner sweeps.
constexpr int kColdSweeps = 5;

// H for fixed W is found to this relative KKT residual, or in so many passes.
constexpr double kProjected = 1e-10;
constexpr int kMostProjections = 3000;
// ... or until rounding keeps it, small already, from halving in so many.
constexpr int kPatience = 100;
constexpr double kSmall = 1e-6;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kNever = std::numeric_limits<double>::infinity();

// After an interrupt the pair is still measured if that is as quick as this.
constexpr double kQuick = 0.3;

// Ang & Gillis (2019), section 3.
struct Momentum {
  double beta = 0.5, most = 1.0, last = 0.5;
  static constexpr double kGrow = 1.05, kGrowMost = 1.01, kShrink = 1.5;
  void accept() {
    last = beta;
    beta = std::min(most, kGrow * beta);
    most = std::min(1.0, kGrowMost * most);
  }
  void reject() {
    most = last;
    beta /= kShrink;
    last = beta;
  }
};

void scale(Factor& f, double by) {
  for (std::size_t q = 0; q < f.size(); ++q) f.values[q] *= by;
}

void copy(const Factor& from, Factor& to) {
  std::memcpy(to.values.data(), from.values.data(), sizeof(double) * from.size());
}

// to = max(0, w + beta*(w - before))
void extrapolate_to(const Factor& w, const Factor& before, double beta, Factor& to) {
  for (std::size_t q = 0; q < w.size(); ++q) {
    const double ahead = w.values[q] + beta * (w.values[q] - before.values[q]);
    to.values[q] = ahead > 0 ? ahead : 0.0;
  }
}

Record record(int iteration, double seconds, double objective, double penalty, const Loss& loss) {
  const double o = loss.in_true_units(objective), p = loss.in_true_units(penalty);
  return {iteration, seconds, std::max(0.0, o - p), p, std::max(o, p), kNaN};
}

Certificate certificate(const HalfStep& H, const HalfStep& W, const Loss& loss) {
  const double size = loss.size();
  return {size > 0 ? std::sqrt(H.kkt2 + W.kkt2) / size : 0.0, loss.in_true_units(W.gap),
          loss.in_true_units(H.gap)};
}

// Factors in the units of the loss while it lives.
class Scaled {
 public:
  Scaled(const Units& units, Factor& W, Factor& H) : units_(units), W_(W), H_(H) {
    scale(W, units.W);
    scale(H, units.H);
  }
  ~Scaled() {
    scale(W_, 1.0 / units_.W);
    scale(H_, 1.0 / units_.H);
  }

 private:
  const Units units_;
  Factor& W_;
  Factor& H_;
};

// One read of X.
bool measure_pair(Source& source, Loss& loss, const Factor& W, Factor& H, Host& host, Record& at,
                  Certificate& out) {
  loss.prepare(W);
  PassPlan plan;
  plan.certify = true;
  plan.solve = false;
  const HalfStep half_H = loss.pass(source, plan, H, H, H, H, host, kNever);
  if (half_H.stopped) return false;
  const HalfStep half_W = loss.measure(W, host);
  if (half_W.stopped) return false;
  at = record(0, 0, half_W.value, half_W.penalty, loss);
  out = certificate(half_H, half_W, loss);
  at.kkt = out.kkt;
  return true;
}

}  // namespace

Result fit(Source& source, Loss& loss, const Options& options, bool extrapolate, Factor& W, Factor& H,
           Host& host) {
  const double began = now();
  const double deadline = began + options.max_seconds;
  const int r = W.r;
  Scaled scaled(loss.units(), W, H);

  Factor W_new(r, W.count), W_ahead(r, W.count);
  Factor H_plain(r, H.count), H_plain_new(r, H.count), H_new(r, H.count);
  copy(H, H_plain);

  Result result = {Reason::max_iter, {kNaN, kNaN, kNaN}, {}};
  std::vector<Record>& history = result.history;
  Momentum momentum;
  double objective = std::numeric_limits<double>::infinity();
  bool plain_next = true;       // the coming pass must not extrapolate
  HalfStep measured_W;          // of the accepted pair
  bool statistics_fit = false;  // ... and whether it is known
  bool ahead = false;           // W_ahead differs from W
  int checked = 0;              // iteration of the last certificate
  int revivals = 0;
  double pass_seconds = 0;  // time of the last pass
  double estimate = std::numeric_limits<double>::infinity();

  const auto stop = [&](Reason reason) { result.reason = reason; };
  if (options.W_from_H) {
    loss.prepare(W);
    PassPlan plan;
    plan.solve = false;
    if (!loss.pass(source, plan, H, H, H, H, host, kNever).stopped) {
      plan.sweep_factor = kColdSweeps;
      if (!loss.update(plan, W, W_new, host, kNever).stopped) std::swap(W.values, W_new.values);
    }
  }
  for (int iteration = 1; iteration <= options.max_iter; ++iteration) {
    const bool first = iteration == 1;
    // A pass measures the pair (W_used, H). That is the accepted pair, and a
    // certificate, only if W is not extrapolated: so that is done when the last
    // measurement was near the tolerance, and now and then. Extrapolating H alone
    // would often raise the objective: such a pass does not extrapolate at all.
    const bool due = estimate <= 2 * options.tol ? iteration - checked >= options.check_every
                                                 : iteration - checked >= 10 * options.check_every;
    const bool check = first || !ahead || (due && statistics_fit);
    const Factor& W_used = check ? W : W_ahead;

    if (check && revivals < kMostRevivals && loss.revive(source, W, H) > 0) {
      ++revivals;
      plain_next = true;
      statistics_fit = false;
    }
    loss.prepare(W_used);
    PassPlan plan;
    plan.certify = true;
    plan.value = first;
    plan.safe = plain_next && !first;
    plan.beta = extrapolate && !plain_next && !check ? momentum.beta : 0.0;
    plan.sweep_factor = first ? kColdSweeps : 1;
    const double pass_began = now();
    // The first pass is not cut short by time: without it there is no fit.
    const HalfStep at =
        loss.pass(source, plan, H, H_plain, H_plain_new, H_new, host, first ? kNever : deadline);
    pass_seconds = now() - pass_began;
    if (at.stopped) {
      stop(!first && now() > deadline ? Reason::max_seconds : Reason::interrupt);
      break;
    }
    if (first) {
      history.push_back(record(0, 0.0, at.value, at.penalty, loss));
      objective = at.value;
    } else if (statistics_fit) {
      const Certificate measured = certificate(at, measured_W, loss);
      history.back().kkt = estimate = measured.kkt;
      if (check) {
        checked = iteration;
        result.certificate = measured;
        // Some losses have no gap: it is NaN, and no obstacle.
        const double gap = std::max(measured.gap_W, measured.gap_H);
        const bool wide = gap > options.gap_tol * history.back().objective + loss.in_true_units(loss.noise());
        if (measured.kkt <= options.tol && !wide) {
          stop(Reason::tol);
          break;
        }
      }
    }

    const HalfStep step = loss.update(plan, W_used, W_new, host, first ? kNever : deadline);
    if (step.stopped) {
      stop(!first && now() > deadline ? Reason::max_seconds : Reason::interrupt);
      break;
    }
    const bool better = step.value <= objective + loss.noise();
    const double seconds = now() - began;
    if (better) {
      if (extrapolate && !first) {
        extrapolate_to(W_new, W, momentum.beta, W_ahead);
        ahead = true;
      }
      std::swap(W.values, W_new.values);
      std::swap(H.values, H_new.values);
      std::swap(H_plain.values, H_plain_new.values);
      objective = step.value;
      measured_W = step;
      statistics_fit = true;
      if (!plain_next) momentum.accept();
      plain_next = false;
      history.push_back(record(iteration, seconds, step.value, step.penalty, loss));
      result.certificate = {kNaN, kNaN, kNaN};
    } else {
      momentum.reject();
      plain_next = true;
      ahead = false;
      statistics_fit = false;
      Record same = history.back();
      same.iteration = iteration;
      same.seconds = seconds;
      same.kkt = kNaN;
      history.push_back(same);
    }
    host.progress(history.back());
    if (now() > deadline) {
      stop(Reason::max_seconds);
      break;
    }
  }

  if (history.empty()) {
    history.push_back({0, 0.0, kNaN, kNaN, kNaN, kNaN});  // stopped before anything was known
  } else if (std::isnan(result.certificate.kkt) &&
             (result.reason != Reason::interrupt || pass_seconds < kQuick)) {
    Record last;
    if (measure_pair(source, loss, W, H, host, last, result.certificate)) history.back().kkt = last.kkt;
  }
  return result;
}

bool certify(Source& source, Loss& loss, Factor& W, Factor& H, Host& host, Record& at, Certificate& out) {
  Scaled scaled(loss.units(), W, H);
  return measure_pair(source, loss, W, H, host, at, out);
}

bool project(Source& source, Loss& loss, bool once, Factor& W, Factor& H, Host& host) {
  Scaled scaled(loss.units(), W, H);
  loss.prepare(W);
  PassPlan plan;
  plan.gather = false;
  Factor plain(H.r, H.count);
  if (once) return !loss.pass(source, plan, H, H, plain, H, host, kNever).stopped;
  // A pass measures what it starts from, so that one step is taken in vain at the end.
  Factor best(H.r, H.count);
  double lowest = std::numeric_limits<double>::infinity(), kkt2 = lowest;
  plan.certify = plan.value = true;
  copy(H, best);
  double halved = kkt2;
  int progress = 0;  // the pass that brought `halved`
  for (int pass = 0; pass < kMostProjections; ++pass) {
    const HalfStep at = loss.pass(source, plan, H, H, plain, plain, host, kNever);
    if (at.stopped) return false;
    // Near the optimum rounding decides about the value: the residual says more.
    const double noise = loss.noise();
    if (at.value < lowest - noise || (at.value <= lowest + noise && at.kkt2 < kkt2)) {
      copy(H, best);
      lowest = at.value;
      kkt2 = at.kkt2;
    }
    plan.safe = at.value > lowest + noise;
    if (plan.safe) {
      copy(best, H);
      continue;
    }
    const double residual = std::sqrt(kkt2) / loss.size();
    if (!(residual > kProjected)) break;  // NaN: X is 0
    if (!(kkt2 > 0.25 * halved) || kkt2 > halved) {
      halved = kkt2;
      progress = pass;
    } else if (residual <= kSmall && pass - progress >= kPatience) {
      break;
    }
    copy(plain, H);
  }
  copy(best, H);
  return true;
}

}  // namespace nonneg
