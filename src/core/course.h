// The course of one fit, whatever its iterations are: its clock and limit, and the checkpoints where it was
// and will be saved. A run has next iterations, a `result`, save() and restore(), as Alternation.
#ifndef NONNEG_COURSE_H
#define NONNEG_COURSE_H

#include <stdexcept>

#include "core/checkpoint.h"
#include "core/clock.h"
#include "core/host.h"
#include "core/limit.h"
#include "core/options.h"

namespace nonneg {

class Course {
 public:
  Course(Host& host, const Options& options)
      : host_(host), began_(now()), limit_(host, began_ + options.max_seconds) {}
  double seconds() const { return now() - began_; }
  // What a pass has to heed.
  double deadline() const { return limit_.within(); }

  // Goes on from a checkpoint, if there is one: which is returned, else null.
  template <class Run>
  const Checkpoint* resume(Run& run) {
    const Checkpoint* from = host_.resumed();
    if (!from) return nullptr;
    if (!run.restore(*from)) throw std::invalid_argument("the checkpoint is not that of this fit");
    began_ -= run.result.history.back().seconds;
    return from;
  }
  // After a part of the work that has to heed the deadline, `stopped` if it did: is the fit to end?
  template <class Run>
  bool reached(bool stopped, Run& run) {
    if (!limit_.reached(stopped)) return false;
    run.result.reason = limit_.reason();
    return true;
  }
  // Work that has been stopped, which only happens to one machine alone.
  template <class Run>
  void stopped(Run& run) {
    limit_.late();
    run.result.reason = limit_.reason();
  }
  // After an iteration; false if there is no time for another.
  template <class Run>
  bool go_on(Run& run, bool quick) {
    host_.progress(run.result.history.back());
    if (host_.wants_checkpoint()) {
      run.save(to_);
      to_.quick = quick;
      host_.save(to_);
    }
    if (!limit_.late()) return true;
    run.result.reason = limit_.reason();
    return false;
  }

 private:
  Host& host_;
  double began_;
  Limit limit_;
  Checkpoint to_;
};

}  // namespace nonneg

#endif
