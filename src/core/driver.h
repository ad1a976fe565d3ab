// The alternation: extrapolated block descent with restart, for any loss.
#ifndef NONNEG_DRIVER_H
#define NONNEG_DRIVER_H

#include "core/factor.h"
#include "core/host.h"
#include "core/options.h"
#include "core/source.h"
#include "core/stop.h"
#include "loss/loss.h"

namespace nonneg {

// W and H hold the start on entry and the fit on exit, in true units.
Result fit(Source&, Loss&, const Options&, bool extrapolate, Factor& W, Factor& H, Host&);

// The end of a fit that stopped: its certificate, if it has none yet, by which it may have converged. W and H
// in the units of the loss. A user who interrupts does not wait for it unless a pass, which took
// `pass_seconds`, is too short to be noticed.
void finish(Source&, Loss&, const Options&, Factor& W, Factor& H, double pass_seconds, Host&, Result&);

// Objective and certificate of a given pair: one read of X. False if stopped.
bool certify(Source&, Loss&, Factor& W, Factor& H, Host&, Record&, Certificate&);

// The best H for fixed W with a solver that is exact, so that one pass is enough. False if stopped.
bool project(Source&, Loss&, Factor& W, Factor& H, Host&);

// The loss of WH, without penalties, by one read of X; the loss may know its columns only. False if stopped.
bool evaluate(Source&, Loss&, Factor& W, Factor& H, Host&, double& value);

}  // namespace nonneg

#endif
