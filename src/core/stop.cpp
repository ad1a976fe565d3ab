// See core/stop.h.
#include "core/stop.h"

namespace nonneg {

bool fits_exactly(const Result& result, const Loss& loss, const Options& options) {
  const double within = options.tol * options.tol * loss.size();
  return result.scaled <= std::max(loss.noise(), 0.5 * within * within);
}

bool still_falls(const Result& result, const Loss& loss, const Options& options) {
  return result.fall.most() > options.fall_tol && !fits_exactly(result, loss, options);
}

bool conclude(Result& result, const Certificate& measured, const Loss& loss, const Options& options) {
  result.certificate = measured;
  result.history.back().kkt = measured.kkt;
  if (!(measured.kkt <= options.tol) || still_falls(result, loss, options)) return false;
  // Some losses have no gap: it is NaN, and no obstacle. Next to an objective of zero no gap is small.
  const double gap = std::max(measured.gap_W, measured.gap_H);
  const bool wide = gap > options.gap_tol * result.history.back().objective;
  return !wide || fits_exactly(result, loss, options);
}

}  // namespace nonneg
