// See core/driver.h, and core/alternation.h for the logic of one iteration.
#include "core/driver.h"

#include <cmath>

#include "core/alternation.h"
#include "core/course.h"
#include "core/one_read.h"

namespace nonneg {

namespace {

// One read of X. False if stopped.
bool measure_halves(Source& source, Loss& loss, const Factor& W, Factor& H, Host& host, double deadline,
                    HalfStep& half_H, HalfStep& half_W) {
  loss.prepare(W);
  PassPlan plan;
  plan.certify = true;
  plan.solve = false;
  half_H = loss.pass(source, plan, H, H, H, H, host, deadline);
  if (half_H.stopped) return false;
  half_W = loss.measure(W, host);
  return !half_W.stopped;
}

bool measure_pair(Source& source, Loss& loss, const Factor& W, Factor& H, Host& host, Record& at,
                  Certificate& out, double* scaled = nullptr) {
  HalfStep half_H, half_W;
  if (!measure_halves(source, loss, W, H, host, kNever, half_H, half_W)) return false;
  at = record_of(0, 0, half_W.value, half_W.penalty, loss);
  out = certificate_of(half_H, half_W, loss);
  at.kkt = out.kkt;
  if (scaled) *scaled = half_W.value;
  return true;
}

}  // namespace

void finish(Source& source, Loss& loss, const Options& options, Factor& W, Factor& H, double pass_seconds,
            Host& host, Result& result) {
  // All machines do the same.
  const bool quick = sum_of_all(host, pass_seconds < kQuick ? 0.0 : 1.0) == 0;
  std::vector<Record>& history = result.history;
  if (!std::isnan(result.certificate.kkt)) return;
  Record at = {0, 0.0, kNotMeasured, kNotMeasured, kNotMeasured, kNotMeasured};
  Certificate last;
  const bool measure = result.reason != Reason::interrupt || (quick && !history.empty());
  double scaled = kNotMeasured;
  const bool measured = measure && measure_pair(source, loss, W, H, host, at, last, &scaled);
  // What quick arithmetic told is not exact.
  if (measured && options.mixed && !history.empty()) {
    result.scaled = scaled;
    at.iteration = history.back().iteration;
    at.seconds = history.back().seconds;
    history.back() = at;
  }
  if (history.empty()) history.push_back(at);  // the start, of which nothing is known after an interrupt
  if (measured && conclude(result, last, loss, options, W, H, host) && result.reason != Reason::interrupt)
    result.reason = Reason::tol;
}

Result fit(Source& source, Loss& loss, const Options& options, bool extrapolate, Factor& W, Factor& H,
           Host& host) {
  if (loss.in_one_read())
    return fit_in_one_read(source, *loss.in_one_read(), options, extrapolate, W, H, host);
  Course course(host, options);
  const double deadline = course.deadline();
  Scaled scaled(loss.units(), W, H);
  Alternation run(loss, options, extrapolate, W, H, host);
  double pass_seconds = 0;  // time of the last pass
  bool stopped = false;
  const Checkpoint* from = course.resume(run);

  if (options.W_from_H && !from) {
    loss.prepare(W);
    PassPlan plan;
    plan.solve = false;
    stopped = loss.pass(source, plan, H, H, H, H, host, deadline).stopped;
    if (!stopped) {
      plan.sweep_factor = kColdSweeps;
      stopped = loss.update(plan, W, run.W_new(), host, deadline).stopped;
      if (!stopped) std::swap(W.values, run.W_new().values);
    }
    stopped = course.reached(stopped, run);
  }
  if (!stopped && options.online && !from)
    stopped = course.reached(!loss.online(source, W, H, host, deadline), run);
  // In mixed precision quick arithmetic comes first: until the fit has converged by its measure, or cannot
  // see any more whether it falls. Then the pair is measured exactly, in one read, and goes on from there.
  bool quick = !stopped && options.mixed && (!from || from->quick) && loss.set_quick(true);
  const auto leave_quick = [&] {
    quick = loss.set_quick(false);
    HalfStep half_H, half_W;
    stopped = !measure_halves(source, loss, W, H, host, deadline, half_H, half_W);
    if (stopped) course.stopped(run);
    return !stopped && run.measured(half_H, half_W);
  };
  while (!stopped && run.next(source)) {
    loss.prepare(run.W_used());
    const double pass_began = now();
    const HalfStep at =
        loss.pass(source, run.plan(), run.H(), run.H_before(), run.H_plain(), run.H_next(), host, deadline);
    pass_seconds = now() - pass_began;
    if (course.reached(at.stopped, run)) break;
    if (!run.passed(at)) {
      if (quick && leave_quick()) continue;
      break;
    }
    const HalfStep step = loss.update(run.plan(), run.W_used(), run.W_new(), host, deadline);
    if (step.stopped) {
      course.stopped(run);
      break;
    }
    run.updated(step, course.seconds());
    if (quick && run.in_noise() && !leave_quick()) break;
    if (!course.go_on(run, quick)) break;
  }
  if (quick) run.result.certificate = Certificate();
  loss.set_quick(false);
  finish(source, loss, options, W, H, pass_seconds, host, run.result);
  return run.result;
}

bool certify(Source& source, Loss& loss, Factor& W, Factor& H, Host& host, Record& at, Certificate& out) {
  Scaled scaled(loss.units(), W, H);
  return measure_pair(source, loss, W, H, host, at, out);
}

bool evaluate(Source& source, Loss& loss, Factor& W, Factor& H, Host& host, double& value) {
  Scaled scaled(loss.units(), W, H);
  loss.prepare(W);
  PassPlan plan;
  plan.certify = plan.value = true;
  plan.solve = plan.gather = false;
  const HalfStep half = loss.pass(source, plan, H, H, H, H, host, kNever);
  value = record_of(0, 0, half.value, half.penalty, loss).loss;
  return !half.stopped;
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
