// The alternation of one fit, iteration by iteration: what the next pass must do, and what its result and
// that of the update of W mean. The caller makes the pass and the update, for one fit or for several at once.
//
// The accepted pair (W, H) never gets worse: an iteration whose objective is higher is undone, and the next
// one runs without extrapolation from the accepted pair, and then, where that can fail, a safe step. (Ang &
// Gillis 2019 continue from the worse pair; undoing costs the same read and keeps the history monotone, so
// that the pair to return is always the accepted one.)
#ifndef NONNEG_ALTERNATION_H
#define NONNEG_ALTERNATION_H

#include <algorithm>
#include <limits>

#include "core/checkpoint.h"
#include "core/driver.h"
#include "core/factor.h"
#include "core/options.h"
#include "core/source.h"
#include "core/stop.h"
#include "loss/loss.h"

namespace nonneg {

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

// Factors in the units of the loss while it lives.
class Scaled {
 public:
  Scaled(const Units& units, Factor& W, Factor& H);
  ~Scaled();

 private:
  const Units units_;
  Factor& W_;
  Factor& H_;
};

class Alternation {
 public:
  // W and H are in the units of the loss.
  Alternation(Loss& loss, const Options& options, bool extrapolate, Factor& W, Factor& H, Host&);

  // Makes the plan of the next iteration; false after the last. Looks for dead components in X.
  bool next(Source&);
  bool first() const { return iteration_ == 1; }
  int iteration() const { return iteration_; }

  // For the pass and the update: prepare(W_used), pass(plan, H, before, plain, next), update(plan, W_used,
  // W_new).
  const PassPlan& plan() const { return plan_; }
  const Factor& W_used() const { return check_ ? W_ : W_ahead_; }
  Factor& W_new() { return W_new_; }
  Factor& H() { return H_; }
  Factor& H_before() { return H_plain_; }
  Factor& H_plain() { return H_plain_new_; }
  Factor& H_next() { return H_new_; }

  // What the pass measured; false: converged.
  bool passed(const HalfStep& at);
  // What the update reached. `seconds` since the fit began.
  void updated(const HalfStep& step, double seconds);
  // In quick arithmetic the objective is as low as its rounding errors let see.
  bool in_noise() const { return in_noise_; }
  // The accepted pair in exact arithmetic, after quick one; false: converged.
  bool measured(const HalfStep& H, const HalfStep& W);
  void stop(Reason reason) { result.reason = reason; }

  // Between two iterations. False if `from` is not that of such a fit.
  void save(Checkpoint& to);
  bool restore(const Checkpoint& from);

  Result result;

 private:
  template <class Visitor>
  void each_number(Visitor&);
  // W_ahead from the new W and the one before.
  void go_ahead();

  Loss& loss_;
  const Options& options_;
  const bool extrapolate_;
  Host& host_;
  Factor &W_, &H_;
  Factor W_new_, W_ahead_, H_plain_, H_plain_new_, H_new_;
  PassPlan plan_;
  Momentum momentum_;
  double objective_ = std::numeric_limits<double>::infinity();
  double estimate_ = std::numeric_limits<double>::infinity();
  HalfStep measured_W_;          // of the accepted pair
  bool statistics_fit_ = false;  // ... and whether it is known
  bool plain_next_ = true;       // the coming pass must not extrapolate
  bool safe_next_ = false;       // ... and must take a step that cannot fail
  bool ahead_ = false;           // W_ahead differs from W
  bool astray_ = false;          // the residual grew
  bool check_ = true;            // this pass measures the accepted pair
  int unseen_ = 0;               // iterations that changed the objective by less than its noise
  bool in_noise_ = false;        // nothing is seen of the objective but noise
  int iteration_ = 0;
  int checked_ = 0;  // iteration of the last certificate
  int revivals_ = 0;
};

// A cold start gets this many times the usual inner sweeps.
constexpr int kColdSweeps = 5;

// Quick arithmetic ends after so many iterations in a row that change the objective by less than its rounding
// error: one does so by accident.
constexpr int kUnseen = 3;

// Is it time to measure the accepted pair, after so many iterations? At once when the last measurement was
// near the tolerance, and now and then.
bool certificate_due(int since, double estimate, const Result&, const Loss&, const Options&);
Record record_of(int iteration, double seconds, double objective, double penalty, const Loss& loss);
Certificate certificate_of(const HalfStep& H, const HalfStep& W, const Loss& loss);

}  // namespace nonneg

#endif
