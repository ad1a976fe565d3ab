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

void finish(Source& source, Loss& loss, const Options& options, Factor& W, Factor& H, bool quick, Host& host,
            Result& result) {
  std::vector<Record>& history = result.history;
  if (!std::isnan(result.certificate.kkt)) return;
  Record at = {0, 0.0, kNaN, kNaN, kNaN, kNaN};
  Certificate last;
  const bool measure = result.reason != Reason::interrupt || (quick && !history.empty());
  const bool measured = measure && measure_pair(source, loss, W, H, host, at, last);
  if (history.empty()) history.push_back(at);  // the start, of which nothing is known after an interrupt
  if (measured && conclude(result, last, loss, options, W, H) && result.reason != Reason::interrupt)
    result.reason = Reason::tol;
}

Result fit(Source& source, Loss& loss, const Options& options, bool extrapolate, Factor& W, Factor& H,
           Host& host) {
  const double began = now();
  const double deadline = began + options.max_seconds;
  Scaled scaled(loss.units(), W, H);
  Alternation run(loss, options, extrapolate, W, H);
  double pass_seconds = 0;  // time of the last pass
  bool stopped = false;
  const auto why = [&] { return now() > deadline ? Reason::max_seconds : Reason::interrupt; };

  if (options.W_from_H) {
    loss.prepare(W);
    PassPlan plan;
    plan.solve = false;
    stopped = loss.pass(source, plan, H, H, H, H, host, deadline).stopped;
    if (!stopped) {
      plan.sweep_factor = kColdSweeps;
      stopped = loss.update(plan, W, run.W_new(), host, deadline).stopped;
      if (!stopped) std::swap(W.values, run.W_new().values);
    }
    if (stopped) run.stop(why());
  }
  while (!stopped && run.next(source)) {
    loss.prepare(run.W_used());
    const double pass_began = now();
    const HalfStep at =
        loss.pass(source, run.plan(), run.H(), run.H_before(), run.H_plain(), run.H_next(), host, deadline);
    pass_seconds = now() - pass_began;
    if (at.stopped) {
      run.stop(why());
      break;
    }
    if (!run.passed(at)) break;
    const HalfStep step = loss.update(run.plan(), run.W_used(), run.W_new(), host, deadline);
    if (step.stopped) {
      run.stop(why());
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

bool project(Source& source, Loss& loss, Factor& W, Factor& H, Host& host) {
  Scaled scaled(loss.units(), W, H);
  loss.prepare(W);
  PassPlan plan;
  plan.gather = false;
  Factor plain(H.r, H.count);
  return !loss.pass(source, plan, H, H, plain, H, host, kNever).stopped;
}

}  // namespace nonneg
