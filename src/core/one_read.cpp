// See core/one_read.h.
#include "core/one_read.h"

#include <algorithm>
#include <cmath>

#include "core/alternation.h"
#include "core/balance.h"
#include "core/course.h"

namespace nonneg {

namespace {

class OneRead {
 public:
  OneRead(OneReadLoss& loss, const Options& options, bool extrapolate, Factor& W, Factor& H, Host& host)
      : loss_(loss),
        options_(options),
        extrapolate_(extrapolate),
        host_(host),
        W_(W),
        H_(H),
        W_try_(W.r, W.count),
        W_model_(W.r, W.count),
        W_before_(W.r, W.count),
        W_safe_(W.r, W.count),
        H_from_(H.r, H.count),
        H_plain_(H.r, H.count),
        H_next_(H.r, H.count) {}

  void begin() {
    balance(loss_, options_, W_, H_, host_);
    copy_values(H_, H_from_);
    copy_values(W_, W_before_);
  }
  // Models without a pass for H: of a W of no interest, or where a fit goes on. False if stopped.
  bool gather(Source& source, double deadline) {
    loss_.prepare(W_);
    ReadPlan plan;
    plan.solve = false;
    if (loss_.read(source, plan, H_from_, H_, H_plain_, H_next_, host_, deadline).stopped) return false;
    return !loss_.rows(W_, W_model_, W_safe_, host_).stopped;
  }
  void take_model() {
    std::swap(W_.values, W_model_.values);
    copy_values(W_, W_before_);
  }

  // Is there another iteration?
  bool next() {
    if (iteration_ >= options_.max_iter) return false;
    ++iteration_;
    const bool due = certificate_due(iteration_ - checked_, estimate_, result, loss_, options_);
    plan_ = ReadPlan();
    plan_.before = iteration_ == 1;
    plan_.safe = step_ == again || step_ == safe;
    plan_.beta = extrapolate_ && step_ == ahead && !due ? momentum_.beta : 0.0;
    plan_.sweep_factor = iteration_ == 1 ? kColdSweeps : 1;
    switch (step_) {
      case start:
      case again: copy_values(W_, W_try_); break;
      case ahead: go_ahead(); break;
      case model: copy_values(W_model_, W_try_); break;
      case safe: copy_values(W_safe_, W_try_); break;
    }
    return true;
  }

  // One read; false if stopped in it.
  bool read(Source& source, double deadline) {
    loss_.prepare(W_try_);
    // After a step that failed H begins at the accepted one.
    const Factor& from = step_ == start || step_ == ahead ? H_from_ : H_;
    at_ = loss_.read(source, plan_, from, H_, H_plain_, H_next_, host_, deadline);
    return !at_.stopped;
  }

  // What it means. False if stopped.
  bool judge(double seconds) {
    if (iteration_ == 1) {
      result.history.push_back(record_of(0, 0.0, at_.before.value, at_.before.penalty, loss_));
      objective_ = result.scaled = at_.before.value;
    }
    const double value = at_.after.value, noise = loss_.noise() + kRounding * std::fabs(objective_);
    const bool seen = iteration_ == 1 || std::fabs(value - objective_) > noise;
    unseen_ = seen ? 0 : unseen_ + 1;
    in_noise_ = unseen_ >= kUnseen;
    if (value <= objective_ + noise) return accept(value, noise, seconds);
    // What cannot fail has met rounding errors.
    in_noise_ = in_noise_ || step_ == again || step_ == safe;
    momentum_.reject();
    step_ = step_ == ahead ? model : step_ == model && exact_ ? safe : again;
    result.repeat_last(iteration_, seconds);
    return true;
  }
  bool converged() const { return converged_; }
  // In quick arithmetic the objective is as low as its rounding errors let see, as in core/alternation.h.
  bool in_noise() const { return in_noise_; }
  // From quick to exact arithmetic: measures the accepted pair in one read, and goes on from there unless it
  // has converged. False if stopped.
  bool leave_quick(Source& source, double deadline) {
    loss_.set_quick(false);
    loss_.prepare(W_);
    ReadPlan plan;
    plan.before = true;
    plan.solve = false;
    const Read at = loss_.read(source, plan, H_, H_, H_plain_, H_next_, host_, deadline);
    if (at.stopped) return false;
    const HalfStep of_W = loss_.rows(W_, W_model_, W_safe_, host_);
    if (of_W.stopped) return false;
    Record& last = result.history.back();
    last = record_of(last.iteration, last.seconds, at.before.value, at.before.penalty, loss_);
    objective_ = result.scaled = at.before.value;
    const Certificate measured = certificate_of(at.before, of_W, loss_);
    last.kkt = estimate_ = measured.kkt;
    checked_ = iteration_;
    copy_values(H_, H_from_);
    if (step_ != ahead) step_ = model;
    exact_ = true;
    converged_ = conclude(result, measured, loss_, options_, W_, H_, host_);
    return true;
  }

  void save(Checkpoint& to) {
    to.numbers.clear();
    PutNumbers put = {to.numbers};
    each_number(put);
    to.history = result.history;
    to.keep_factors(W_, W_before_, H_, H_from_);
  }
  bool restore(const Checkpoint& from) {
    if (!from.give_factors(W_, W_before_, H_, H_from_)) return false;
    TakeNumbers take = {from.numbers};
    each_number(take);
    result.history = from.history;
    return take.all();
  }

  Result result;

 private:
  enum Step { start, ahead, model, again, safe };

  bool accept(double value, double noise, double seconds) {
    // Where the objective differs by no more than its rounding error it cannot tell whether extrapolation
    // helps: the residual tells.
    const bool restart = astray_ && value >= objective_ - noise;
    const Step was = step_;
    std::swap(W_.values, W_try_.values);
    std::swap(H_.values, H_plain_.values);
    std::swap(H_from_.values, H_next_.values);
    // The W that the models gave, not where extrapolation took it.
    if (was == ahead || was == model)
      std::swap(W_before_.values, W_model_.values);
    else
      copy_values(W_, W_before_);
    exact_ = plan_.beta == 0;
    if (iteration_ > 1 || was != start) result.fall.add(objective_, value, 0.1 * noise);
    objective_ = result.scaled = value;
    if (restart)
      momentum_.reject();
    else if (was == ahead)
      momentum_.accept();
    result.history.push_back(record_of(iteration_, seconds, value, at_.after.penalty, loss_));
    result.certificate = Certificate();
    const HalfStep of_W = loss_.rows(W_, W_model_, W_safe_, host_);
    if (of_W.stopped) return false;
    const Certificate measured = certificate_of(at_.after, of_W, loss_);
    astray_ = measured.kkt > estimate_;
    result.history.back().kkt = estimate_ = measured.kkt;
    // The first W has no step behind it.
    step_ = extrapolate_ && !restart && was != start ? ahead : model;
    if (exact_) {
      checked_ = iteration_;
      converged_ = conclude(result, measured, loss_, options_, W_, H_, host_);
    }
    return true;
  }

  void go_ahead() {
    kernels().extrapolate(W_.size(), W_model_.values.data(), W_before_.values.data(), momentum_.beta,
                          loss_.least_part(), W_try_.values.data());
  }

  template <class Visitor>
  void each_number(Visitor& visit) {
    visit(momentum_.beta);
    visit(momentum_.most);
    visit(momentum_.last);
    visit(objective_);
    visit(estimate_);
    int step = step_;
    visit(step);
    step_ = static_cast<Step>(step);
    visit(exact_);
    visit(astray_);
    visit(unseen_);
    visit(in_noise_);
    visit(iteration_);
    visit(checked_);
    visit(result.certificate.kkt);
    visit(result.certificate.gap_W);
    visit(result.certificate.gap_H);
    visit(result.scaled);
    result.fall.each_number(visit);
  }

  OneReadLoss& loss_;
  const Options& options_;
  const bool extrapolate_;
  Host& host_;
  Factor &W_, &H_;                              // accepted
  Factor W_try_, W_model_, W_before_, W_safe_;  // of the read; of the models; before them; of the majorant
  Factor H_from_, H_plain_, H_next_;            // where the models are; of the read
  ReadPlan plan_;
  Read at_;
  Momentum momentum_;
  double objective_ = kNever, estimate_ = kNever;
  Step step_ = start;
  bool exact_ = false;   // the models are those of the accepted pair
  bool astray_ = false;  // the residual grew
  bool converged_ = false;
  int unseen_ = 0;  // iterations that changed the objective by less than its noise
  bool in_noise_ = false;
  int iteration_ = 0, checked_ = 0;
};

}  // namespace

Result fit_in_one_read(Source& source, OneReadLoss& loss, const Options& options, bool extrapolate, Factor& W,
                       Factor& H, Host& host) {
  Course course(host, options);
  Scaled scaled(loss.units(), W, H);
  OneRead run(loss, options, extrapolate, W, H, host);
  double read_seconds = 0;
  bool stopped = false;
  const Checkpoint* from = course.resume(run);
  const bool resumed = from != nullptr;
  bool quick = options.mixed && (!from || from->quick) && loss.set_quick(true);
  if (!resumed) run.begin();
  if (resumed || options.W_from_H) {
    stopped = course.reached(!run.gather(source, course.deadline()), run);
    if (!stopped && !resumed) run.take_model();
  }
  while (!stopped && !run.converged() && run.next()) {
    const double read_began = now();
    const bool whole = run.read(source, course.deadline());
    read_seconds = now() - read_began;
    if (course.reached(!whole, run)) break;
    if (!run.judge(course.seconds())) {
      course.stopped(run);
      break;
    }
    if (quick && (run.converged() || run.in_noise())) {
      quick = false;
      if (!run.leave_quick(source, course.deadline())) {
        course.stopped(run);
        break;
      }
    }
    if (run.converged()) {
      run.result.reason = Reason::tol;
      host.progress(run.result.history.back());
    } else if (!course.go_on(run, quick)) {
      break;
    }
  }
  if (quick) run.result.certificate = Certificate();
  loss.set_quick(false);
  finish(source, loss, options, W, H, read_seconds, host, run.result);
  return run.result;
}

}  // namespace nonneg
