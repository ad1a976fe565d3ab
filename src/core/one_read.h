// The alternation for losses that are not quadratic, with one read of X per iteration. While X is read by
// columns every row of W gets a model of the objective at the W and H of that read (loss/row_sums.h), and the
// next W comes from these models, without a read. What it is worth is known when X is read again, with the H
// solved for it:
//
//   W from the models, extrapolated  ->  one read: H for W, extrapolated, D(W, H), models at W and the new H
//
// So the two factors change their places in core/alternation.h, and the pair that is accepted is (W, H) with
// the W of the read and its H before that is extrapolated. It never gets worse. Where it would, the read
// counts as an iteration and is undone; the next one tries, in turn, the W of the models without
// extrapolation; then H alone for the W accepted, which cannot fail, and models at that very pair; then a
// step of the majorant from there, which cannot either.
//
// Where H was not extrapolated the models have the slopes of the accepted pair in them: its certificate costs
// no read.
#ifndef NONNEG_ONE_READ_H
#define NONNEG_ONE_READ_H

#include "core/factor.h"
#include "core/host.h"
#include "core/options.h"
#include "core/source.h"
#include "core/stop.h"
#include "loss/loss.h"

namespace nonneg {

// As fit(), of core/driver.h.
Result fit_in_one_read(Source&, OneReadLoss&, const Options&, bool extrapolate, Factor& W, Factor& H, Host&);

}  // namespace nonneg

#endif
