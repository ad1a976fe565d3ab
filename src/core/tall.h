// Factors as tall matrices of few columns.
#ifndef NONNEG_TALL_H
#define NONNEG_TALL_H

#include "core/factor.h"
#include "core/gram.h"

namespace nonneg {

// Every item y becomes M'y; M is r x columns, by columns.
Factor times(const Factor&, const double* M, int columns, int threads);

}  // namespace nonneg

#endif
