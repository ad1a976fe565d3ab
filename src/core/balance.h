// The split of scale between W and H at the start of a fit. Where both are penalised it decides how large the
// penalties are, WH being the same: a start that is badly split lets them push the larger factor to 0, from
// where nothing leads back.
#ifndef NONNEG_BALANCE_H
#define NONNEG_BALANCE_H

#include "core/factor.h"
#include "core/options.h"
#include "loss/loss.h"

namespace nonneg {

// Moves scale between W_k and H_k, by powers of two, where that makes their penalties much smaller.
void balance(const Loss&, const Options&, Factor& W, Factor& H, Host&);

}  // namespace nonneg

#endif
