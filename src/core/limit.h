// When a fit has to end before it has converged.
#ifndef NONNEG_LIMIT_H
#define NONNEG_LIMIT_H

#include <limits>

#include "core/clock.h"
#include "core/host.h"
#include "core/stop.h"

namespace nonneg {

constexpr double kNever = std::numeric_limits<double>::infinity();

// After an interrupt the pair is still measured if that is as quick as this.
constexpr double kQuick = 0.3;

// One machine ends within a pass; several do together, after
// one.
class Limit {
 public:
  Limit(Host& host, double deadline) : host_(host), alone_(host.machines().alone()), deadline_(deadline) {}
  // What a pass has to heed.
  double within() const { return alone_ ? deadline_ : kNever; }
  // After a pass, or what there was of it.
  bool reached(bool stopped) {
    late_ = now() > deadline_;
    if (alone_) return stopped;
    double all[2] = {late_ ? 1.0 : 0.0, host_.postponed() ? 1.0 : 0.0};
    host_.reduce(all, 2);
    late_ = all[0] > 0;
    return late_ || all[1] > 0;
  }
  // After an iteration.
  bool late() { return alone_ && (late_ = now() > deadline_); }
  Reason reason() const { return late_ ? Reason::max_seconds : Reason::interrupt; }

 private:
  Host& host_;
  const bool alone_;
  const double deadline_;
  bool late_ = false;
};

}  // namespace nonneg

#endif
