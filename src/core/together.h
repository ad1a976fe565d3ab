// Many fits at once: each in one thread of the pool, handed out one by one; or, where that is faster, several
// in one read of X (frobenius_stack.h). A fit has the same bits as alone, since no result depends on threads.
#ifndef NONNEG_TOGETHER_H
#define NONNEG_TOGETHER_H

#include <vector>

#include "core/driver.h"

namespace nonneg {

struct Job {
  Source* source;
  const void* data;  // tells whether two sources are of the same X
  Loss* loss;        // of its own, for one thread
  Options options;
  bool extrapolate;
  Factor W, H;  // the start, then the fit
  Result result;
  bool done = false;  // false: stopped before it began
};

// Jobs by rank, largest first, else in their order; after an interrupt, or `max_seconds` from now, no
// other begins, save the first. The host hears of progress from the calling thread.
void fit_together(std::vector<Job>& jobs, int threads, double max_seconds, Host&);

}  // namespace nonneg

#endif
