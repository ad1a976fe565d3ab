// The alternation: extrapolated block descent with restart, for any loss.
#ifndef NONNEG_DRIVER_H
#define NONNEG_DRIVER_H

#include <vector>

#include "core/factor.h"
#include "core/host.h"
#include "core/options.h"
#include "core/source.h"
#include "loss/loss.h"

namespace nonneg {

enum class Reason { tol, max_iter, max_seconds, interrupt };

struct Certificate {  // NaN where not measured
  double kkt, gap_W, gap_H;
};

struct Result {
  Reason reason;
  Certificate certificate;
  std::vector<Record> history;
  double scaled;  // the objective in the units of the loss: in true ones it may be out of range
};

// W and H hold the start on entry and the fit on exit, in true units.
Result fit(Source&, Loss&, const Options&, bool extrapolate, Factor& W, Factor& H, Host&);

// The end of a fit that stopped: its certificate, if it has none yet, by which it may have converged. W and H
// in the units of the loss; `quick`: a pass takes no time that a user who interrupts would notice.
void finish(Source&, Loss&, const Options&, Factor& W, Factor& H, bool quick, Host&, Result&);

// Objective and certificate of a given pair: one read of X. False if stopped.
bool certify(Source&, Loss&, Factor& W, Factor& H, Host&, Record&, Certificate&);

// The best H for fixed W with a solver that is exact, so that one pass is enough. False if stopped.
bool project(Source&, Loss&, Factor& W, Factor& H, Host&);

}  // namespace nonneg

#endif
