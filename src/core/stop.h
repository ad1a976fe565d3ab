// When a fit may end as converged: the one rule, for a fit alone and for those of a stack.
//
// The KKT residual is relative to |X|, and a duality gap bounds one half-problem alone. Where a large feature
// hides the others in |X|, both may be small while the objective still falls by half at every iteration. So
// it must have stopped falling, too, and the gap must be small next to the objective. Only where X is fitted
// exactly, down to its smallest feature, neither is needed: such fits would go on for ever.
#ifndef NONNEG_STOP_H
#define NONNEG_STOP_H

#include <algorithm>
#include <limits>
#include <vector>

#include "core/host.h"
#include "core/options.h"
#include "loss/loss.h"

namespace nonneg {

enum class Reason { tol, max_iter, max_seconds, interrupt };

constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

struct Certificate {
  double kkt = kNotMeasured, gap_W = kNotMeasured, gap_H = kNotMeasured;
};

// How much of itself the objective lost in each of the last iterations that were not undone. The first says
// nothing about the next ones: the start may be anything.
class Fall {
 public:
  // `rounding`: what the difference of two objectives is off by.
  void add(double before, double after, double rounding) {
    const double fall = before - after - rounding;
    last_[count_ > 1 ? count_ % kIterations : 0] = fall > 0 && after > 0 ? fall / after : 0.0;
    ++count_;
  }
  template <class Visitor>
  void each_number(Visitor& visit) {
    for (double& last : last_) visit(last);
    visit(count_);
  }
  double most() const { return *std::max_element(last_, last_ + kIterations); }

 private:
  static constexpr int kIterations = 3;
  double last_[kIterations] = {0, 0, 0};
  int count_ = 0;
};

struct Result {
  Reason reason = Reason::max_iter;
  Certificate certificate;
  std::vector<Record> history;
  double scaled =
      kNotMeasured;  // the objective in the units of the loss: in true ones it may be out of range
  Fall fall;
  // An iteration that was undone: the pair is that of the one before.
  void repeat_last(int iteration, double seconds) {
    Record same = history.back();
    same.iteration = iteration;
    same.seconds = seconds;
    same.kkt = kNotMeasured;
    history.push_back(same);
  }
};

// The objective still falls and is no small part of X, so that no certificate would end the fit.
bool still_falls(const Result&, const Loss&, const Options&);
// Makes a certificate of (W, H) that of the result; true if it lets the fit end as converged.
bool conclude(Result&, const Certificate&, const Loss&, const Options&, const Factor& W, const Factor& H,
              Host&);

}  // namespace nonneg

#endif
