// See core/driver.h, and core/alternation.h for the logic of one iteration.
#include "core/driver.h"

#include <cmath>
#include <limits>

#include "core/alternation.h"
#include "core/clock.h"

namespace nonneg {

namespace {

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

void finish(Source& source, Loss& loss, Factor& W, Factor& H, bool quick, Host& host, Result& result) {
  std::vector<Record>& history = result.history;
  if (history.empty()) {
    history.push_back({0, 0.0, kNaN, kNaN, kNaN, kNaN});  // stopped before anything was known
  } else if (std::isnan(result.certificate.kkt) && (result.reason != Reason::interrupt || quick)) {
    Record last;
    if (measure_pair(source, loss, W, H, host, last, result.certificate)) history.back().kkt = last.kkt;
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
  finish(source, loss, W, H, pass_seconds < kQuick, host, run.result);
  return run.result;
}

bool certify(Source& source, Loss& loss, Factor& W, Factor& H, Host& host, Record& at, Certificate& out) {
  Scaled scaled(loss.units(), W, H);
  return measure_pair(source, loss, W, H, host, at, out);
}

bool project(Source& source, Loss& loss, Factor& W, Factor& H, Host& host) {
  Scaled scaled(loss.units(), W, H);
  loss.prepare(W);
  PassPlan plan;
  plan.gather = false;
  Factor plain(H.r, H.count);
  return !loss.pass(source, plan, H, H, plain, H, host, kNever).stopped;
}

}  // namespace nonneg
