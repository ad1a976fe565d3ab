// What a fit says of entries that it has not seen.
#ifndef NONNEG_HELD_OUT_H
#define NONNEG_HELD_OUT_H

#include <vector>

#include "core/factor.h"
#include "core/host.h"
#include "loss/entry_loss.h"
#include "loss/entry_view.h"

namespace nonneg {

struct HeldOut {
  double loss = 0, weight = 0;  // sums over the entries, with their weights
  bool stopped = false;
};

// Over the entries of X that its mask leaves out and that are not missing. A prediction counts as no larger
// than the largest entry of its row, and of its column, that is left, not missing and in a row and a column
// with weights, and as no smaller than `least`. Sums by items, added in order: the same bits for any number
// of threads.
HeldOut held_out_loss(const EntryView& X, const EntryLoss&, const Factor& W, const Factor& H, double least,
                      int threads, Host&);

}  // namespace nonneg

#endif
