// See core/driver.h, and core/alternation.h for the logic of one iteration.
#include "core/driver.h"

#include <cmath>
#include <limits>

#include "core/alternation.h"
#include "core/clock.h"

namespace nonneg {

namespace {

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
  at = record_of(0, 0, half_W.value, half_W.penalty, loss);
  out = certificate_of(half_H, half_W, loss);
  at.kkt = out.kkt;
  return true;
}

}  // namespace

void finish(Source& source, Loss& loss, const Options& options, Factor& W, Factor& H, bool quick, Host& host,
            Result& result) {
  std::vector<Record>& history = result.history;
  if (history.empty()) {
    history.push_back({0, 0.0, kNaN, kNaN, kNaN, kNaN});  // stopped before anything was known
  } else if (std::isnan(result.certificate.kkt) && (result.reason != Reason::interrupt || quick)) {
    Record at;
    Certificate last;
    if (measure_pair(source, loss, W, H, host, at, last) && settle(result, last, loss, options) &&
        result.reason != Reason::interrupt)
      result.reason = Reason::tol;
  }
}

Result fit(Source& source, Loss& loss, const Options& options, bool extrapolate, Factor& W, Factor& H,
           Host& host) {
  const double began = now();
  const double deadline = began + options.max_seconds;
  Scaled scaled(loss.units(), W, H);
  Alternation run(loss, options, extrapolate, W, H);
  double pass_seconds = 0;  // time of the last pass
  bool interrupted = false;

  if (options.W_from_H) {
    loss.prepare(W);
    PassPlan plan;
    plan.solve = false;
    bool stopped = loss.pass(source, plan, H, H, H, H, host, kNever).stopped;
    if (!stopped) {
      plan.sweep_factor = kColdSweeps;
      stopped = loss.update(plan, W, run.W_new(), host, kNever).stopped;
      if (!stopped) std::swap(W.values, run.W_new().values);
    }
    interrupted = stopped;
    if (stopped) run.stop(Reason::interrupt);
  }
  while (!interrupted && run.next(source)) {
    // The first pass is not cut short by time: without it there is no fit.
    const double limit = run.first() ? kNever : deadline;
    loss.prepare(run.W_used());
    const double pass_began = now();
    const HalfStep at =
        loss.pass(source, run.plan(), run.H(), run.H_before(), run.H_plain(), run.H_next(), host, limit);
    pass_seconds = now() - pass_began;
    if (at.stopped) {
      run.stop(!run.first() && now() > deadline ? Reason::max_seconds : Reason::interrupt);
      break;
    }
    if (!run.passed(at)) break;
    const HalfStep step = loss.update(run.plan(), run.W_used(), run.W_new(), host, limit);
    if (step.stopped) {
      run.stop(!run.first() && now() > deadline ? Reason::max_seconds : Reason::interrupt);
      break;
    }
    run.updated(step, now() - began);
    host.progress(run.result.history.back());
    if (now() > deadline) {
      run.stop(Reason::max_seconds);
      break;
    }
  }
  finish(source, loss, options, W, H, pass_seconds < kQuick, host, run.result);
  return run.result;
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
  copy_values(H, best);
  double halved = kkt2;
  int progress = 0;  // the pass that brought `halved`
  for (int pass = 0; pass < kMostProjections; ++pass) {
    const HalfStep at = loss.pass(source, plan, H, H, plain, plain, host, kNever);
    if (at.stopped) return false;
    // Near the optimum rounding decides about the value: the residual says more.
    const double noise = loss.noise();
    if (at.value < lowest - noise || (at.value <= lowest + noise && at.kkt2 < kkt2)) {
      copy_values(H, best);
      lowest = at.value;
      kkt2 = at.kkt2;
    }
    plan.safe = at.value > lowest + noise;
    if (plan.safe) {
      copy_values(best, H);
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
    copy_values(plain, H);
  }
  copy_values(best, H);
  return true;
}

}  // namespace nonneg
