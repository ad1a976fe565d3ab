// Neighbouring items should be alike:  strength/2 sum_{j~k} a_jk |f_j - f_k|^2, each pair once. With the
// Laplacian L = D - A of the graph that is strength/2 tr(F L F'), and its slope is strength F L.
#ifndef NONNEG_SMOOTHNESS_H
#define NONNEG_SMOOTHNESS_H

#include "loss/penalty.h"

namespace nonneg {

void add_smoothness(const PenaltySpec&, Penalty& to);

}  // namespace nonneg

#endif
